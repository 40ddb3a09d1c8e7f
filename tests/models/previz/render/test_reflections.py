"""Mirrors: a red block on wet ground is seen twice, upright and upside down, and dry ground shows it once."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from models.previz.geometry.solids import box
from models.previz.mesh import EMPTY
from models.previz.render.light import light_for
from models.previz.render.noise import tiling_noise
from models.previz.render.reflections import mirror_rows
from models.previz.render.renderer import Renderer
from models.previz.render.sky import lit, sky_colour
from models.previz.render.view import View, pinhole
from models.previz.world import CameraState

CAMERA = CameraState(eye=(0.0, -7.0, 1.0), target=(0.0, 9.0, 0.6), vertical_fov=math.radians(40))


def redness(place: str) -> NDArray[np.float64]:
    """How red the ground is, [H, W], before a red block that stands eight metres behind the middle."""
    block = box((2.0, 1.0, 2.0), (0.0, 8.0, 1.0), (0.8, 0.02, 0.02))
    frame = Renderer(160, 90, Style.REALISTIC, light_for(place, "day", "clear"), EMPTY, ()).render(block, CAMERA, 0.0)
    red = frame.picture.astype(float)
    return np.where(frame.part == -1, red[..., 0] - red[..., 2], -255.0)


@pytest.mark.parametrize(("place", "mirrors"), [("sea", True), ("desert", False)])
def test_water_mirrors_what_stands_on_it_and_sand_does_not(place: str, mirrors: bool) -> None:
    found = redness(place)
    below, beside = found[:, 74:86], found[:, 20:32]
    more = np.sort(below[below > -255])[-20:].mean() - np.sort(beside[beside > -255])[-20:].mean()
    assert bool(more > 25) is mirrors


WIDE, HIGH = 96, 54
WALL = 6.0  # metres behind the middle: an upright wall two metres high and six wide


def _seen(view: View) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float64]]:
    """Depth and parts of still water before the wall, and the directions of looking; by one ray a pixel."""
    rows, columns = np.mgrid[0:HIGH, 0:WIDE]
    across = ((columns + 0.5) / WIDE * 2 - 1) * view.half_width
    up = (1 - (rows + 0.5) / HIGH * 2) * view.half_height
    rays = np.array(view.forward) + across[..., None] * np.array(view.right) + up[..., None] * np.array(view.up)
    depth = np.full((HIGH, WIDE), 10_000.0)
    part = np.zeros((HIGH, WIDE), np.int32)
    water = rays[..., 2] < -1e-6
    depth[water], part[water] = -view.eye[2] / rays[..., 2][water], -1
    far = (WALL - view.eye[1]) / rays[..., 1]
    at = np.array(view.eye) + far[..., None] * rays
    wall = (np.abs(at[..., 0]) < 3) & (at[..., 2] > 0) & (at[..., 2] < 2) & (far < depth)
    depth[wall], part[wall] = far[wall], 1
    return depth.astype(np.float32), part, rays


def test_still_water_mirrors_the_wall_that_a_mirrored_ray_meets() -> None:
    """Each pixel of water against its own ray, thrown back at the plane and cut with the wall."""
    view = pinhole(CameraState((0.0, -6.0, 1.4), (0.0, 6.0, 0.6), math.radians(38)), WIDE, HIGH)
    light = lit(light_for("lake", "day", "clear"))._replace(fog_density=0.0)
    depth, part, rays = _seen(view)
    linear = np.zeros((HIGH, WIDE, 3), np.float32)
    linear[part == 1] = (2.0, 0.5, 0.1)
    linear[part == -1] = (1.0, 1.0, 1.0)  # with the sky that shading put there
    glossy = np.zeros((HIGH, WIDE, 3), np.float32)
    glossy[..., 0] = 0.5
    found = linear.copy()
    mirror_rows(0, HIGH, view, light, tiling_noise(), depth, part, glossy, found)
    assert np.array_equal(found[part != -1], linear[part != -1])
    agree = []
    for row, column in np.argwhere((part == -1) & (depth < 11.0)):
        ray = rays[row, column]
        start = np.array(view.eye) + depth[row, column] * ray
        away = ray * (1, 1, -1) / np.linalg.norm(ray)
        reach = (WALL - start[1]) / away[1]
        hit = start + reach * away
        meets = bool(abs(hit[0]) < 2.9 and hit[2] < 1.9)
        near_its_edge = abs(abs(hit[0]) - 3) < 0.3 or abs(hit[2] - 2) < 0.2
        if near_its_edge:
            continue
        x, y, z = away.tolist()
        sky = np.array(sky_colour(light, tiling_noise(), x, y, z, False))
        more = 0.5 * (np.array((2.0, 0.5, 0.1)) - sky) if meets else np.zeros(3)
        agree.append(bool(np.abs(found[row, column] - np.maximum(linear[row, column] + more, 0)).max() < 0.01))
    assert len(agree) > 500
    assert np.mean(agree) > 0.97


def test_what_mirrors_nothing_is_left_as_it_is() -> None:
    view = pinhole(CameraState((0.0, -6.0, 1.4), (0.0, 6.0, 0.6), math.radians(38)), WIDE, HIGH)
    depth, part, _ = _seen(view)
    linear = np.random.default_rng(1).random((HIGH, WIDE, 3)).astype(np.float32)
    dull = np.zeros((HIGH, WIDE, 3), np.float32)
    found = linear.copy()
    light = lit(light_for("lake", "day", "clear"))
    mirror_rows(0, HIGH, view, light, tiling_noise(), depth, part, dull, found)
    assert np.array_equal(found, linear)

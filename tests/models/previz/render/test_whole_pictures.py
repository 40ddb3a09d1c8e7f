"""Whole pictures of every style: the same bytes on any number of threads, every number a number, and no flicker."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Setting, TimeOfDay, Weather
from models.previz.render.light import light_for
from models.previz.render.renderer import Renderer
from models.previz.render.view import pinhole
from models.previz.scene import Scenery
from models.previz.world import BodySpec, BodyState, CameraState, MoveWeight, RigidSpec, RigidState, World, WorldFrame

WIDTH, HEIGHT = 160, 90
CAMERA = CameraState((0.6, -5.0, 1.5), (0.0, 0.0, 0.9), 0.62)
FRAME = WorldFrame(
    bodies={"ann": BodyState((-0.7, 0.0, 0.0), 0.4, (MoveWeight("wave", 0.3),))},
    rigids={"ball": RigidState((0.8, 0.3, 0.25), (1.0, 0.0, 0.0, 0.0))},
    camera=CAMERA,
    shot=0,
)


@cache
def scenery(place: str) -> Scenery:
    """A person and a ball by a lake with trees, or in a street with lamps."""
    setting = Setting(place=place, time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, style=Style.REALISTIC)
    bodies = (BodySpec("ann", "person", (), None, 2, 1.7),)
    rigids = (RigidSpec("ball", "ball", (0.7, 0.05, 0.03), 0.5, "rubber"),)
    return Scenery(World((setting,), 3, WIDTH, HEIGHT, 24, bodies, rigids, (FRAME,)), {})


def renderer(style: Style, place: str, hour: str, threads: int) -> Renderer:
    return Renderer(WIDTH, HEIGHT, style, light_for(place, hour, "clear"), scenery(place).static(place), (), threads)


def picture(style: Style, place: str = "lake", hour: str = "dusk", threads: int = 1) -> NDArray[np.uint8]:
    found = renderer(style, place, hour, threads).render(scenery(place).frame_mesh(FRAME), CAMERA, 0.5)
    assert np.isfinite(found.depth).all()
    assert np.isfinite(found.normal).all()
    return found.picture.copy()


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize(("place", "hour"), [("lake", "dusk"), ("street", "night")])
def test_the_same_bytes_on_one_two_and_four_threads_and_again(style: Style, place: str, hour: str) -> None:
    first = picture(style, place, hour)
    for threads in (1, 2, 4):
        assert np.array_equal(picture(style, place, hour, threads), first), threads
    assert first.std() > 10


@pytest.mark.parametrize("style", list(Style))
def test_a_tenth_of_a_pixel_changes_little_but_at_edges(style: Style) -> None:
    """Flicker: what is no edge in either picture keeps its code value when the camera moves by next to nothing."""
    one = renderer(style, "lake", "day", 1)
    mesh = scenery("lake").frame_mesh(FRAME)
    before = one.render(mesh, CAMERA, 0.5).picture.astype(int)
    view = pinhole(CAMERA, WIDTH, HEIGHT)
    turn = 0.1 * 2 * view.half_width / WIDTH * 5.1  # metres at the target
    right = np.array(view.right) * turn
    target = (CAMERA.target[0] + float(right[0]), CAMERA.target[1] + float(right[1]), CAMERA.target[2])
    moved = CameraState(CAMERA.eye, target, CAMERA.vertical_fov)
    after = one.render(mesh, moved, 0.5).picture.astype(int)
    change = np.abs(after - before).max(axis=2)
    rough = np.zeros((HEIGHT, WIDTH), int)  # how much each pixel differs from its neighbours
    for axis in (0, 1):
        for step in (-1, 1):
            rough = np.maximum(rough, np.abs(before - np.roll(before, step, axis)).max(axis=2))
    smooth = rough < 12
    assert smooth.mean() > 0.15
    assert np.quantile(change[smooth], 0.98) <= 12  # no more than a step to what is beside it
    assert np.median(change[smooth]) <= 1
    assert change[smooth].mean() < 1.2

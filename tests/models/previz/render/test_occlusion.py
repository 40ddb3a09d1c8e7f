"""Ambient occlusion against a plain reading of its sums, and against what corners and open ground must have."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.render.noise import turn_at
from models.previz.render.occlusion import RADIUS, TAPS, fill_occlusion, occlusion_at, smooth_occlusion
from models.previz.render.view import View, pinhole
from models.previz.world import CameraState

WIDTH, HEIGHT = 32, 18
VIEW = pinhole(CameraState((0.0, -3.0, 1.2), (0.0, 0.0, 0.4), 0.5), WIDTH, HEIGHT)
GOLDEN = 2.39996
Seen = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]  # depth, normals, parts


def scene(wall: float | None, view: View = VIEW) -> Seen:
    """Ground z = 0, and a wall at y = `wall` that faces the camera."""
    depth = np.full((HEIGHT, WIDTH), 10_000.0, np.float32)
    normal = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    part = np.zeros((HEIGHT, WIDTH), np.int32)
    axes = np.array([view.right, view.up, view.forward])
    for y in range(HEIGHT):
        for x in range(WIDTH):
            across = ((x + 0.5) / WIDTH * 2 - 1) * view.half_width
            up = (1 - (y + 0.5) / HEIGHT * 2) * view.half_height
            ray = np.array((across, up, 1.0)) @ axes
            planes = [(-view.eye[2] / ray[2], (0.0, 0.0, 1.0), -1)] if ray[2] < 0 else []
            if wall is not None:
                planes.append(((wall - view.eye[1]) / ray[1], (0.0, -1.0, 0.0), 1))
            if planes:
                far, facing, name = min(planes)
                depth[y, x], normal[y, x], part[y, x] = far, axes @ np.array(facing), name
    return depth, normal, part


def filled(seen: Seen) -> NDArray[np.float32]:
    light = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    fill_occlusion(0, len(light), VIEW, *seen, light)
    return light


def plain(seen: Seen) -> NDArray[np.float64]:
    """McGuire's sum over a spiral of samples, each point found by its own ray."""
    depth, normal, part = seen
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    places = np.stack(
        [
            ((columns + 0.5) / WIDTH * 2 - 1) * VIEW.half_width * depth,
            (1 - (rows + 0.5) / HEIGHT * 2) * VIEW.half_height * depth,
            depth,
        ],
        axis=2,
    ).astype(np.float64)
    found = np.ones((HEIGHT // 2, WIDTH // 2))
    for line in range(HEIGHT // 2):
        for column in range(WIDTH // 2):
            y, x = 2 * line, 2 * column
            if part[y, x] == 0 or depth[y, x] > 35:
                continue
            reach = min(RADIUS * WIDTH / (2 * VIEW.half_width * depth[y, x]), 70.0)
            hidden = 0.0
            for tap in range(TAPS):
                angle = turn_at(column, line) + GOLDEN * tap
                far = reach * (tap + 0.5) / TAPS
                there = int(y + far * math.sin(angle) + 0.5), int(x + far * math.cos(angle) + 0.5)
                if not (0 <= there[0] < HEIGHT and 0 <= there[1] < WIDTH):
                    continue
                way = places[there] - places[y, x]
                fall = max(0.0, 1 - float(way @ way) / RADIUS**2)
                hidden += fall * max(0.0, float(way @ normal[y, x]) / math.sqrt(float(way @ way) + 1e-6) - 0.12)
            found[line, column] = max(0.0, 1 - 2 * hidden / TAPS)
    return found


@pytest.mark.parametrize("wall", [None, -0.5, 0.3])
def test_it_is_the_plain_sum(wall: float | None) -> None:
    seen = scene(wall)
    found, expected = filled(seen), plain(seen)
    assert np.abs(found - expected).max() < 2e-3
    assert np.mean(np.abs(found - expected) < 1e-5) > 0.97  # a tap may fall on the other side of a pixel's edge


def test_open_ground_sees_all_of_the_sky() -> None:
    assert (filled(scene(None)) == 1).all()


def test_it_is_darker_the_nearer_to_a_corner() -> None:
    depth, normal, part = scene(0.3)
    smooth = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    smooth_occlusion(0, len(smooth), depth, filled((depth, normal, part)), smooth)
    rows = smooth[:, 4:12].mean(axis=1)
    corner = int(np.argmin(rows))
    assert rows[corner] < 0.9
    assert part[2 * corner, 16] != part[max(2 * corner - 4, 0), 16] or part[2 * corner + 3, 16] != part[2 * corner, 16]
    assert rows[-1] == pytest.approx(1.0, abs=0.02)
    assert (np.diff(rows[corner:]) > -0.03).all()


def test_smoothing_is_the_mean_of_those_as_deep() -> None:
    random = np.random.default_rng(2)
    depth = np.repeat(np.repeat(random.choice([2.0, 2.01, 5.0], (9, 16)), 2, axis=0), 2, axis=1).astype(np.float32)
    light = random.random((9, 16)).astype(np.float32)
    found = np.zeros_like(light)
    smooth_occlusion(0, 9, depth, light, found)
    half = depth[::2, ::2].astype(float)
    for y in range(9):
        for x in range(16):
            near = np.s_[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
            weights = np.maximum(0, 1 - 25 * np.abs(half[near] / half[y, x] - 1)) + 1e-4
            assert found[y, x] == pytest.approx(float((weights * light[near]).sum() / weights.sum()), abs=1e-5)


def test_at_an_edge_each_side_has_its_own() -> None:
    """A dark near thing beside bright far ground: neither takes from the other."""
    depth = np.full((HEIGHT, WIDTH), 8.0, np.float32)
    depth[:, 15:] = 2.0
    light = np.where(np.arange(WIDTH // 2) < 8, 1.0, 0.2)[None, :].repeat(HEIGHT // 2, axis=0).astype(np.float32)
    for x in (14, 15, 16, 17):  # a pixel on the edge has samples of both
        assert occlusion_at(x, 7, 1 / 8.0, depth, light) == pytest.approx(1.0, abs=0.01)
        assert occlusion_at(x, 7, 1 / 2.0, depth, light) == pytest.approx(0.2, abs=0.01)

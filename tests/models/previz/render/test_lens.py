"""A lens: what is in focus stays sharp, what is not spreads as far as optics say, and nothing leaks from behind."""

import math

import numpy as np
import pytest

from models.previz.render.lens import (
    DISC,
    LARGEST,
    PATCH,
    SMALLEST,
    blur_radius,
    focus_rows,
    halve_rows,
    join_rows,
    spread_rows,
)
from models.previz.render.view import pinhole
from models.previz.world import CameraState

Picture = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def through(sharp: Picture, depth: Picture, focus: float, scale: float) -> Picture:
    return softened(sharp, depth, focus, scale)[..., :3]


def softened(sharp: Picture, depth: Picture, focus: float, scale: float) -> Picture:
    """Through the lens, and how much of it is to be seen, [H, W, 4]."""
    out = np.zeros((*depth.shape, 4), np.float32)
    spread = np.zeros((-(-depth.shape[0] // PATCH), -(-depth.shape[1] // PATCH)), np.float32)
    spread_rows(0, len(spread), depth, focus, scale, spread)
    focus_rows(0, len(depth), sharp, depth, focus, scale, DISC, spread, out)
    return out


def reference(sharp: Picture, depth: Picture, focus: float, scale: float) -> Picture:
    """The same in plain Python, pixel by pixel."""

    def radius(metres: float) -> float:
        return min(LARGEST, scale * abs(1 / focus - 1 / metres))

    height, width = depth.shape
    out = np.zeros_like(sharp)
    for y in range(height):
        for x in range(width):
            own = radius(float(depth[y, x]))

            def at(reach: float, away: float, c: float, s: float, y: int = y, x: int = x) -> tuple[int, int]:
                line, column = int(y + away * reach * s + 0.5), int(x + away * reach * c + 0.5)
                return min(max(line, 0), height - 1), min(max(column, 0), width - 1)

            top, left = (y // PATCH - 1) * PATCH, (x // PATCH - 1) * PATCH
            around = depth[max(top, 0) : max(top + 3 * PATCH, 0), max(left, 0) : max(left + 3 * PATCH, 0)]
            reach = max([own, *(radius(float(one)) for one in around.ravel() if one < focus)])
            values, weights = [sharp[y, x].astype(float)], [1.0]
            if reach > SMALLEST:
                for away, c, s in DISC:
                    there = at(reach, away, c, s)
                    spread = radius(float(depth[there]))
                    if depth[there] > depth[y, x] + 0.05:
                        spread = min(spread, own)
                    values.append(sharp[there].astype(float))
                    weights.append(min(max(spread - away * reach + 1.0, 0.0), 1.0))
            out[y, x] = np.average(values, axis=0, weights=weights)
    return out


def scene() -> tuple[Picture, Picture]:
    """A dark post at 2 m before a bright wall of stripes at 9 m."""
    sharp = np.zeros((24, 32, 3), np.float32)
    sharp[:, ::4] = (1.0, 0.8, 0.6)
    depth = np.full((24, 32), 9.0, np.float32)
    sharp[:, 12:18] = 0.05
    depth[:, 12:18] = 2.0
    return sharp, depth


@pytest.mark.parametrize("focus", [2.0, 9.0, 4.0])
def test_the_kernel_is_its_plain_reference(focus: float) -> None:
    sharp, depth = scene()
    np.testing.assert_allclose(through(sharp, depth, focus, 16.0), reference(sharp, depth, focus, 16.0), atol=1e-5)


def test_what_is_in_focus_stays_as_it_was_and_the_rest_spreads() -> None:
    sharp, depth = scene()
    near = through(sharp, depth, 2.0, 16.0)
    np.testing.assert_allclose(near[:, 12:18], sharp[:, 12:18], atol=1e-6)  # no light of the wall leaks onto the post
    assert near[:, 22:30].std() < 0.4 * sharp[:, 22:30].std()


def test_half_a_picture_and_back_keeps_what_is_sharp_and_lets_nothing_leak_onto_it() -> None:
    sharp, depth = scene()
    small, small_depth = np.zeros((12, 16, 3), np.float32), np.zeros((12, 16), np.float32)
    halve_rows(0, 12, sharp, depth, small, small_depth)
    np.testing.assert_allclose(small[:, 6:9], 0.05, atol=1e-6)  # the post has nothing of the wall
    soft = softened(small, small_depth, 2.0, 8.0)
    out = np.zeros_like(sharp)
    join_rows(0, 24, sharp, depth, soft, out)
    np.testing.assert_allclose(out[:, 12:18], sharp[:, 12:18], atol=1e-3)
    assert out[:, 22:30].std() < 0.4 * sharp[:, 22:30].std()


def test_the_blur_is_what_a_thin_lens_gives() -> None:
    """A lens of 85 mm at 1.8 focused at 1.5 m: a point far away covers aperture / focus of the picture a metre away."""
    camera = CameraState((0, 0, 0), (0, 1, 0), math.radians(25), focus=1.5, aperture=0.047)
    view = pinhole(camera, 854, 480)
    pixels = 240 / view.half_height
    assert blur_radius(1e6, 1.5, 0.5 * 0.047 * pixels) == LARGEST
    assert blur_radius(2.0, 1.5, 0.5 * 0.047 * pixels) == pytest.approx(
        0.5 * 0.047 * 0.5 / 2.0 / 1.5 * pixels, rel=1e-6
    )


def test_a_rolled_camera_turns_its_picture_clockwise() -> None:
    level = pinhole(CameraState((0, -5, 1), (0, 0, 1), 0.7), 160, 90)
    rolled = pinhole(CameraState((0, -5, 1), (0, 0, 1), 0.7, roll=0.3), 160, 90)
    assert level.forward == rolled.forward
    above = np.array((0.0, 0.0, 1.0))
    across, along = above @ np.array(rolled.right), above @ np.array(rolled.up)
    assert math.atan2(across, along) == pytest.approx(0.3)

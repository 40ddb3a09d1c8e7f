"""Motion blur: a velocity is what geometry says, what stands still stays sharp, and what moves smears along its way."""

import math

import numpy as np
import pytest

from models.previz.mesh import EMPTY
from models.previz.render.gbuffer import geometry_of
from models.previz.render.motion import LONGEST, SHUTTER, TILE, blur_rows, fill_fastest, fill_velocity
from models.previz.render.raster import SKY
from models.previz.render.view import pinhole
from models.previz.world import CameraState

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
HEIGHT, WIDTH, FOV = 48, 80, 0.7


def velocity_of(eye: tuple[float, float, float], before: tuple[float, float, float], metres: float) -> Floats:
    """Of a wall `metres` away that stands still, seen from a camera that came from `before`."""
    view, earlier = (
        pinhole(CameraState(one, (one[0], one[1] + 5, one[2]), FOV), WIDTH, HEIGHT) for one in (eye, before)
    )
    velocity = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    depth = np.full((HEIGHT, WIDTH), metres, np.float32)
    nothing = np.full((HEIGHT, WIDTH), SKY, np.int32)
    fill_velocity(0, HEIGHT, geometry_of(EMPTY), EMPTY.vertices, 0, view, earlier, 1, depth, nothing, velocity)
    return velocity


def blurred(sharp: Floats, depth: Floats, velocity: Floats) -> Floats:
    fastest = np.zeros((-(-HEIGHT // TILE), -(-WIDTH // TILE), 2), np.float32)
    fill_fastest(0, len(fastest), velocity, fastest)
    out = np.zeros_like(sharp)
    blur_rows(0, HEIGHT, sharp, depth, velocity, fastest, out)
    return out


def test_a_camera_that_goes_right_moves_a_wall_left_as_far_as_its_distance_says() -> None:
    velocity = velocity_of((0.1, 0, 1), (0, 0, 1), 4.0)
    pixels = 0.1 / 4.0 / math.tan(FOV / 2) * HEIGHT / 2
    np.testing.assert_allclose(velocity[..., 0], -SHUTTER * pixels, atol=1e-3)
    np.testing.assert_allclose(velocity[..., 1], 0, atol=1e-3)


def test_nothing_moves_when_the_camera_stands_and_no_blur_is_longer_than_it_may_be() -> None:
    np.testing.assert_allclose(velocity_of((0, 0, 1), (0, 0, 1), 4.0), 0, atol=1e-3)
    fast = velocity_of((3.0, 0, 1), (0, 0, 1), 2.0)
    assert np.hypot(fast[..., 0], fast[..., 1]).max() == pytest.approx(LONGEST * WIDTH, rel=1e-3)


def test_what_stands_still_stays_as_it_is() -> None:
    sharp = np.random.default_rng(1).uniform(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
    out = blurred(sharp, np.full((HEIGHT, WIDTH), 3, np.float32), np.zeros((HEIGHT, WIDTH, 2), np.float32))
    np.testing.assert_array_equal(out, sharp)


def test_a_white_post_that_moves_spreads_sideways_and_keeps_its_light() -> None:
    sharp = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    depth = np.full((HEIGHT, WIDTH), 9.0, np.float32)
    velocity = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    sharp[10:30, 38:42], depth[10:30, 38:42], velocity[10:30, 38:42] = 1.0, 3.0, (6.0, 0.0)
    out = blurred(sharp, depth, velocity)
    row = out[20, :, 0]
    assert 4 < (row > 0.02).sum() <= 4 + 2 * 6
    assert row.max() < 1
    assert row.sum() == pytest.approx(sharp[20, :, 0].sum(), rel=0.35)
    assert out[33:].max() == 0  # nothing goes down


def test_the_ground_behind_a_moving_thing_is_not_dragged_along() -> None:
    random = np.random.default_rng(2)
    sharp = random.uniform(0.4, 0.6, (HEIGHT, WIDTH, 3)).astype(np.float32)
    depth = np.full((HEIGHT, WIDTH), 9.0, np.float32)
    velocity = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    depth[:, 38:42], velocity[:, 38:42] = 3.0, (6.0, 0.0)
    out = blurred(sharp, depth, velocity)
    np.testing.assert_allclose(out[:, 48:], sharp[:, 48:], atol=1e-5)

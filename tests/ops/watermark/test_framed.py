"""The corners of what is shown in a frame are found to a fraction of a pixel, or said not to be there."""

import numpy as np
import pytest

from bench.marks.warps import quadrilateral
from ops.watermark.framed import Corners, framed
from ops.watermark.residual import Floats

HEIGHT, WIDTH = 240, 427
ROOM = 35.0
LEANING = np.array([[32.0, 397.0, 401.0, 21.0], [14.0, 9.5, 224.0, 230.0]])


def shown(corners: Corners, picture: Floats, room: float = ROOM, noise: float = 0.2) -> Floats:
    """The picture, float [h, w], between these corners: each pixel the mean of nine places in it."""
    height, width = picture.shape
    screen = np.array([[-0.5, -0.5], [width - 0.5, -0.5], [width - 0.5, height - 0.5], [-0.5, height - 0.5]])
    matrix = quadrilateral(corners.T.astype(np.float64), screen)
    found = np.zeros((HEIGHT, WIDTH))
    for down in (-1 / 3, 0.0, 1 / 3):
        for across in (-1 / 3, 0.0, 1 / 3):
            y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
            u, v, depth = np.einsum("ij,jhw->ihw", matrix, np.stack([x + across, y + down, np.ones_like(x)]))
            column, row = np.rint(u / depth).astype(int), np.rint(v / depth).astype(int)
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            values = picture[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
            found += np.where(inside, values, room) / 9
    return np.asarray(found + noise * np.random.default_rng(1).normal(size=found.shape), np.float32)


def scene(dark: float = 90.0) -> Floats:
    """Smooth hills of brightness, none darker than that."""
    y, x = np.mgrid[0:480, 0:854]
    return np.asarray(dark + 60 * (1 + np.sin(x / 71) * np.cos(y / 53)), np.float32)


@pytest.mark.parametrize(
    "corners", [LEANING, LEANING + np.array([[8.0], [-3.0]]), LEANING * np.array([[1.0], [0.95]]) + 4.0]
)
def test_corners_are_found_to_a_third_of_a_pixel(corners: Corners) -> None:
    found = framed(shown(corners, scene()))
    assert found is not None
    assert np.abs(found - corners).max() < 0.34


def test_a_dark_screen_in_a_bright_room_is_one_too() -> None:
    found = framed(shown(LEANING, scene(20.0) * 0.5, room=200.0))
    assert found is not None
    assert np.abs(found - LEANING).max() < 0.34


def test_places_where_the_picture_is_as_dark_as_the_room_are_outvoted() -> None:
    picture = scene()
    picture[:, :90][100:300] = ROOM
    picture[-60:, 300:600] = ROOM
    found = framed(shown(LEANING, picture))
    assert found is not None
    assert np.abs(found - LEANING).max() < 0.6


def test_an_edge_out_of_the_photograph_is_taken_to_be_at_its_border() -> None:
    corners = np.array([[32.0, 397.0, 401.0, 21.0], [-4.0, -3.0, 224.0, 230.0]])
    found = framed(shown(corners, scene()))
    assert found is not None
    assert np.abs(found[1, :2] + 0.5).max() < 1e-9
    assert np.abs(found[:, 2:] - corners[:, 2:]).max() < 0.34


@pytest.mark.parametrize(
    "light",
    [
        np.full((HEIGHT, WIDTH), 80.0, np.float32),
        np.random.default_rng(2).uniform(0, 255, (HEIGHT, WIDTH)).astype(np.float32),
        scene()[::2, ::2][:HEIGHT, :WIDTH],
        np.zeros((64, 64), np.float32),
    ],
)
def test_without_a_frame_there_are_none(light: Floats) -> None:
    assert framed(light) is None

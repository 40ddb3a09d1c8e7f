"""Tiles are folded and residuals warped as plain Python does it; what was laid through a projection comes back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.watermark.carrier import TILE, WAVES
from ops.watermark.decoding import Waves
from ops.watermark.projection import GRID, STEP, Projection, _fold, _warp, as_drawn, folded, warped
from ops.watermark.residual import Floats
from tests.ops.watermark.films import CLIP, KEY
from tests.ops.watermark.tiles import laid, waves_of

SLANTED = np.array([[0.61, -0.05, 14.0], [0.04, 0.55, 9.0], [0.0004, -0.0007, 1.0]])
PROJECTIONS = [
    np.array([[0.5, 0.0, 10.25], [0.0, 0.5, 7.5], [0.0, 0.0, 1.0]]),
    np.array([[-0.7, 0.1, 13.0], [0.1, 0.6, 8.0], [0.0, 0.0, 1.0]]),
    SLANTED,
    np.array([[0.3, 0.0, 5.0], [0.0, 0.3, 5.0], [0.01, 0.02, 1.0]]),
]


def residual(height: int, width: int) -> Floats:
    return np.random.default_rng(height).normal(size=(height, width)).astype(np.float32)


def between_pixels(given: Floats, x: float, y: float) -> float:
    """On a straight line between each two pixels; nothing beyond the last ones."""
    height, width = given.shape
    if not (0 <= x < width - 1 and 0 <= y < height - 1):
        return 0.0
    i, j = int(x), int(y)
    corners = given[j : j + 2, i : i + 2].astype(np.float64)
    return float(np.array([1 - (y - j), y - j]) @ corners @ np.array([1 - (x - i), x - i]))


def seen_at(projection: Projection, across: float, down: float) -> tuple[float, float] | None:
    """Where the projection shows a place of the plane; None behind the camera."""
    x, y, depth = projection @ np.array([across, down, 1.0])
    return (x / depth, y / depth) if depth > 0 else None


def alike(one: Waves, other: Waves) -> float:
    return float(np.vdot(one, other).real / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_tiles_are_folded_as_in_plain_python(projection: Projection) -> None:
    given, grid, step = residual(17, 23), 8, 2
    left, top, right, bottom = -30, -25, 31, 29
    expected = np.zeros((grid, grid))
    for row in range(top, bottom):
        for column in range(left, right):
            place = seen_at(projection, column * step, row * step)
            if place is not None:
                expected[row % grid, column % grid] += between_pixels(given, *place)
    found = np.zeros((grid, grid))
    _fold(given, projection, left, top, right, bottom, step, found)
    assert np.abs(expected).max() > 0.5
    assert np.allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_residual_is_warped_as_in_plain_python(projection: Projection) -> None:
    given = residual(17, 23)
    places = [[seen_at(projection, x, y) for x in range(23)] for y in range(17)]
    expected = [[between_pixels(given, *place) if place else 0.0 for place in row] for row in places]
    found = np.zeros_like(given)
    _warp(given, projection, found)
    assert np.abs(expected).max() > 0.5
    assert np.allclose(found, expected, atol=1e-5)


def test_three_by_three_tiles_give_their_waves_back() -> None:
    """Pixel by pixel: nine times the waves of one, of which each second sample is taken."""
    three = np.tile(KEY.tile(CLIP), (3, 3))
    framed = np.pad(three, ((0, 1), (0, 1)), "wrap")  # the last pixel has no neighbour
    across, down = WAVES.T
    expected = 9 * np.fft.fft2(KEY.tile(CLIP))[down, across] / STEP**2
    assert np.allclose(folded(framed, np.eye(3)), expected, atol=1e-3 * np.abs(expected).max())


@pytest.mark.parametrize(("height", "width", "factor"), [(480, 854, 2), (480, 480, 2), (854, 480, 2), (720, 1280, 3)])
def test_what_was_drawn_is_found_as_drawn(height: int, width: int, factor: int) -> None:
    projection = as_drawn(height, width, factor)
    drawn = laid(as_drawn(height, width, 1), height, width)
    smaller = drawn.reshape(height // factor, factor, -1)[:, :, : width // factor * factor]
    small = smaller.reshape(height // factor, factor, -1, factor).mean((1, 3))
    assert alike(folded(small.astype(np.float32), projection), waves_of(CLIP)) > 0.97


def test_the_middle_of_the_picture_is_the_middle_of_the_plane() -> None:
    for height, width, factor in ((480, 854, 2), (333, 251, 1), (1080, 1920, 5)):
        x, y = as_drawn(height, width, factor)[:2, 2]
        middle = ((width - 1) / 2, (height - 1) / 2)  # of the picture: a residual's pixel covers factor of those
        assert (x * factor + (factor - 1) / 2, y * factor + (factor - 1) / 2) == pytest.approx(middle)


@pytest.mark.parametrize("projection", [SLANTED, SLANTED * [[-1], [1], [1]] + [[0, 0, 300.0], [0, 0, 0], [0, 0, 0]]])
def test_tiles_laid_through_a_projection_come_back_through_it(projection: Projection) -> None:
    given = laid(projection, 240, 320)
    assert alike(folded(given, projection), waves_of(CLIP)) > 0.9
    beside = projection @ np.array([[1, 0, 40.0], [0, 1, 15.0], [0, 0, 1]])
    assert abs(alike(folded(given, beside), waves_of(CLIP))) < 0.3


scales, turns, moves = st.floats(0.85, 1.2), st.floats(-0.06, 0.06), st.floats(-20, 20)
slants = st.floats(-2e-4, 2e-4)


@given(scales, scales, turns, turns, moves, moves, slants, slants)
@settings(max_examples=15, deadline=None)
def test_a_projection_and_its_inverse_are_none(
    wide: float, high: float, turn: float, shear: float, right: float, down: float, left: float, back: float
) -> None:
    """The tiles of a warped residual are where the projection's inverse puts them; warped back, it is as it was."""
    drawn = as_drawn(480, 640, 2)
    plain = laid(drawn, 240, 320)
    moved = np.array([[wide, turn, right], [shear, high, down], [left, back, 1.0]])
    inverse = np.linalg.inv(moved)
    seen = warped(plain, moved)
    assert alike(folded(seen, inverse @ drawn / inverse[2, 2]), folded(plain, drawn)) > 0.9
    again, inside = warped(seen, inverse), warped(warped(np.ones_like(plain), moved), inverse) > 0.999
    assert inside.sum() > 0.2 * inside.size
    assert np.corrcoef(again[inside], plain[inside])[0, 1] > 0.95


def test_where_nothing_is_seen_there_are_no_waves() -> None:
    far = np.array([[1.0, 0.0, 1e6], [0.0, 1.0, 1e6], [0.0, 0.0, 1.0]])
    tiny = np.array([[1e-4, 0.0, 5.0], [0.0, 1e-4, 5.0], [0.0, 0.0, 1.0]])
    given = residual(30, 40)
    assert np.array_equal(folded(given, far), np.zeros(len(WAVES)))
    assert np.isfinite(folded(given, tiny)).all(), "as far as no camera sees, and no farther"
    assert (GRID, STEP) == (TILE // STEP, 2)

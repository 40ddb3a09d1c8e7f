"""From about where a mark lies it is climbed to where it lies; what scores a place is how far the pilot stands out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.watermark.carrier import SHORT_SIDE
from ops.watermark.climbing import Place, _ascent, between, climbed, laid, slanted, stands_out
from ops.watermark.decoding import decode
from ops.watermark.projection import Projection, as_drawn, folded
from ops.watermark.residual import Floats as Pixels
from tests.ops.watermark import tiles
from tests.ops.watermark.films import CLIP, KEY

HEIGHT, WIDTH = 240, 320
DRAWN = as_drawn(2 * HEIGHT, 2 * WIDTH, 2)
LAYOUT = KEY.layout(CLIP)
CORNERS = np.array([[0, WIDTH, WIDTH, 0], [0, 0, HEIGHT, HEIGHT], [1, 1, 1, 1]], np.float64)

apart = st.floats(-40, 40)


def residual(projection: Projection) -> Pixels:
    noise = np.random.default_rng(1).normal(size=(HEIGHT, WIDTH))
    return np.asarray(tiles.laid(projection, HEIGHT, WIDTH) + noise, np.float32)


def place(projection: Projection, score: float = 0.0) -> Place:
    return Place(projection, LAYOUT.variant, LAYOUT.sign, score)


def read(given: Pixels, found: Place) -> bytes | None:
    """The clip that is read at a place."""
    decoded = decode(folded(given, found.projection), found.variant, KEY)
    return decoded.clip if decoded is not None else None


def test_tiles_are_laid_where_the_pilot_stands_out_most() -> None:
    given = residual(DRAWN)
    beside = DRAWN @ np.array([[1.0, 0, 37], [0, 1, 90], [0, 0, 1]])
    found = laid(folded(given, beside), beside, LAYOUT.variant)
    moved = np.linalg.solve(DRAWN, found.projection)
    away = (moved[:2, 2] + SHORT_SIDE / 4) % (SHORT_SIDE / 2) - SHORT_SIDE / 4
    assert np.abs(away).max() <= 1
    assert found.sign == LAYOUT.sign
    assert found.score > 11
    assert found.score == pytest.approx(stands_out(given, found, 0.0), rel=0.01)
    assert laid(folded(-given, beside), beside, LAYOUT.variant).sign == -LAYOUT.sign
    other = next(one for one in KEY.variants if one is not LAYOUT.variant)
    assert laid(folded(given, beside), beside, other).score < found.score / 2


def test_the_better_a_place_the_more_the_pilot_stands_out() -> None:
    given = residual(DRAWN)
    scores = [stands_out(given, place(DRAWN @ np.diag([scale, scale, 1])), 0.0) for scale in (1.0, 1.01, 1.02, 1.1)]
    assert sorted(scores, reverse=True) == scores
    assert scores[0] > 3 * abs(scores[3])


def test_scales_turn_and_shear_are_climbed_to() -> None:
    truth = DRAWN @ np.array([[0.95, 0.03, 20], [-0.02, 1.08, 70], [0, 0, 1]])
    given = residual(truth)
    start = truth @ np.array([[1.028, -0.023, 0], [0.018, 0.977, 0], [0, 0, 1]])
    before = laid(folded(given, start), start, LAYOUT.variant)
    found = climbed(given, before)
    assert (read(given, before), read(given, found)) == (None, CLIP)
    assert found.score > stands_out(given, place(truth), 0.0) - 1


def test_a_slanted_plane_is_climbed_to_by_its_corners() -> None:
    truth = DRAWN @ np.array([[0.95, 0.02, 10], [0.01, 0.97, 5], [4e-4, -3e-4, 1]])
    truth /= truth[2, 2]
    given = residual(truth)
    away = np.array([[3.0, -2.0, 2.4, 1.2], [-2.0, 3.0, -1.0, 2.0]])  # pixels
    start = between(CORNERS[:2], CORNERS[:2] + away) @ truth
    before = place(start / start[2, 2])
    found = slanted(given, before)
    assert (read(given, before), read(given, found)) == (None, CLIP)
    assert stands_out(given, found, 0.0) > stands_out(given, place(truth), 0.0) - 1


def test_an_ascent_ends_on_the_hill() -> None:
    top = np.array([3.0, -2.0, 0.5])

    def height(projection: Projection) -> float:
        return -float(np.sum((projection[0] - top) ** 2))

    def moved(from_: Place, entry: int, by: float) -> Place:
        projection = from_.projection.copy()
        projection[0, entry] += by
        return replace(from_, projection=projection, score=height(projection))

    start = np.zeros((3, 3))
    found = _ascent(place(start, height(start)), 3, (1.0, 1.0, 1.0, 0.5, 0.25), moved)
    assert np.abs(found.projection[0] - top).max() <= 0.25
    assert np.array_equal(start, np.zeros((3, 3))), "what it began with is left as it is"


@given(st.lists(apart, min_size=8, max_size=8))
def test_four_corners_go_onto_four_others(moves: list[float]) -> None:
    others = CORNERS[:2] + np.array(moves).reshape(2, 4)
    seen = between(CORNERS[:2], others) @ CORNERS
    assert np.allclose(seen[:2] / seen[2], others, atol=1e-6)

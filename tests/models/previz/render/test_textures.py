"""Reading a picture against a plain one in numpy: tents that stop at the borders, between the two fitting copies."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.previz.render.textures import LEVELS, Textures, pack, sample

_RANDOM = np.random.default_rng(5)
PICTURES = [
    _RANDOM.integers(0, 256, (12, 16, 4)).astype(np.uint8),
    _RANDOM.integers(0, 256, (7, 5, 4)).astype(np.uint8),
]
PACKED = pack(PICTURES)


def copies(picture: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """Light times alpha, and alpha, then each time half as large: the mean of two by two, an odd last one dropped."""
    values = picture / 255.0
    level = np.concatenate([values[..., :3] ** 2.2 * values[..., 3:], values[..., 3:]], axis=-1)
    found = [level]
    while len(found) < LEVELS:
        height, width = max(1, level.shape[0] // 2), max(1, level.shape[1] // 2)
        tall, wide = min(2, level.shape[0]), min(2, level.shape[1])
        level = level[: height * tall, : width * wide].reshape(height, tall, width, wide, 4).mean(axis=(1, 3))
        found.append(level)
    return found


def tents(at: float, size: int) -> NDArray[np.float64]:
    """How much each of `size` texels counts; outside the middles of the first and last it is that one's value."""
    place = np.clip(at * size, 0.5, size - 0.5)
    return np.maximum(0.0, 1.0 - np.abs(place - (np.arange(size) + 0.5)))


def expected(index: int, u: float, v: float, texels_across: float) -> NDArray[np.float64]:
    u, v = (place if 0 <= place <= 1 else place % 1.0 for place in (u, v))
    share, lower = math.modf(float(np.clip(math.log2(max(texels_across, 1e-6)), 0.0, LEVELS - 1.001)))
    both = copies(PICTURES[index])[int(lower) : int(lower) + 2]
    read = [np.einsum("y,x,yxc->c", tents(v, len(one)), tents(u, one.shape[1]), one) for one in both]
    return np.asarray((1 - share) * read[0] + share * read[1])


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 1), st.floats(-2.0, 3.0), st.floats(-2.0, 3.0), st.floats(0.0, 900.0))
def test_it_is_read_by_tents(index: int, u: float, v: float, texels_across: float) -> None:
    assert sample(PACKED, index, u, v, texels_across) == pytest.approx(expected(index, u, v, texels_across), abs=2e-5)


@pytest.mark.parametrize(("u", "v", "row", "column"), [(0, 0, 0, 0), (1, 0, 0, -1), (0, 1, -1, 0), (1, 1, -1, -1)])
def test_borders_do_not_bleed_into_each_other(u: float, v: float, row: int, column: int) -> None:
    assert sample(PACKED, 0, u, v, 1.0) == pytest.approx(copies(PICTURES[0])[0][row, column], abs=1e-5)


def test_what_is_clear_has_no_colour_to_bleed() -> None:
    """A white texel beside a clear green one: half way between them the colour is still white."""
    picture = np.array([[[255, 255, 255, 255], [0, 255, 0, 0]]], np.uint8)
    red, green, blue, alpha = sample(pack([picture]), 0, 0.5, 0.5, 1.0)
    assert (red, green, blue, alpha) == pytest.approx((0.5, 0.5, 0.5, 0.5), abs=1e-6)


def test_from_far_away_a_picture_is_its_mean() -> None:
    picture = _RANDOM.integers(0, 256, (16, 16, 4)).astype(np.uint8)
    found = sample(pack([picture]), 0, 0.2, 0.7, 16.0)
    assert found == pytest.approx(copies(picture)[0].mean(axis=(0, 1)), abs=1e-5)


def test_a_wrong_shape_is_refused_and_no_picture_is_nothing() -> None:
    with pytest.raises(ValueError, match=r"texture 0: got uint8\(4, 4, 3\), expected uint8\[h, w, 4\]"):
        pack([np.zeros((4, 4, 3), np.uint8)])
    empty: Textures = pack([])
    assert sample(empty, 0, 0.5, 0.5, 1.0) == (0.0, 0.0, 0.0, 0.0)

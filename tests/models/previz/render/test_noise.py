"""Noise against tents over its texels: bilinear in a copy, linear between copies, and the same every 1."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.previz.render.noise import LEVELS, SIZE, noise_at, noise_level, tiling_noise, turn_at

PLACES = st.floats(-3.0, 3.0, allow_subnormal=False)


def tents(at: float, size: int) -> NDArray[np.float64]:
    """How much each of `size` texels in a ring counts at a place; texel i has its middle at (i + 0.5) / size."""
    apart = np.abs((at % 1.0) * size - (np.arange(size) + 0.5))
    return np.maximum(0.0, 1.0 - np.minimum(apart, size - apart))


def in_copy(level: int, u: float, v: float) -> NDArray[np.float64]:
    size = SIZE >> level
    copy = tiling_noise()[level, :size, :size].astype(np.float64)
    return np.asarray(np.einsum("y,x,yxc->c", tents(v, size), tents(u, size), copy))


def expected(u: float, v: float, sharpness: float) -> NDArray[np.float64]:
    """Between the two copies whose texels are next smaller and next larger than what a sample covers."""
    sharpness = float(np.clip(sharpness, 0.0, LEVELS - 1.001))
    share, lower = math.modf(sharpness)
    return (1 - share) * in_copy(int(lower), u, v) + share * in_copy(int(lower) + 1, u, v)


@settings(deadline=None, max_examples=60)
@given(PLACES, PLACES, st.floats(-2.0, 9.0))
def test_it_is_read_by_tents(u: float, v: float, sharpness: float) -> None:
    assert noise_at(tiling_noise(), u, v, sharpness) == pytest.approx(expected(u, v, sharpness), abs=2e-6)


@settings(deadline=None, max_examples=30)
@given(PLACES, PLACES, st.integers(0, LEVELS - 2))
def test_one_copy_alone_is_what_a_whole_sharpness_reads(u: float, v: float, level: int) -> None:
    assert noise_level(tiling_noise(), level, u, v) == pytest.approx(in_copy(level, u, v), abs=2e-6)


def test_at_a_texels_middle_it_is_the_texel_and_it_repeats() -> None:
    noise = tiling_noise()
    for row, column in ((0, 0), (3, 511), (511, 7), (200, 300)):
        u, v = (column + 0.5) / SIZE, (row + 0.5) / SIZE
        assert noise_at(noise, u, v, 0.0) == pytest.approx(tuple(noise[0, row, column]), abs=1e-6)
        assert noise_at(noise, u - 2.0, v + 5.0, 0.0) == pytest.approx(tuple(noise[0, row, column]), abs=1e-6)


def test_each_copy_is_the_means_of_fours_and_all_have_one_mean() -> None:
    noise = tiling_noise()
    assert noise[0].mean(axis=(0, 1)) == pytest.approx([0.5] * 3, abs=0.01)
    assert noise[0].std(axis=(0, 1)) == pytest.approx([0.17] * 3, abs=0.01)
    for level in range(1, LEVELS):
        size = SIZE >> level
        fours = noise[level - 1, : 2 * size, : 2 * size].reshape(size, 2, size, 2, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(noise[level, :size, :size], fours, atol=1e-6)


def test_turns_differ_evenly_among_neighbours() -> None:
    """Of any eight by eight pixels about as many turn into each eighth of the circle."""
    for x, y in ((0, 0), (100, 37), (640, 479)):
        turns = np.array([[turn_at(x + i, y + j) for i in range(8)] for j in range(8)])
        assert turns.min() >= 0
        assert turns.max() <= 2 * math.pi + 0.01
        assert np.histogram(turns, 8, (0.0, 2 * math.pi))[0].min() >= 4

"""Bloom: only what is over white spreads, it spreads evenly, and a flat picture has none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.render.bloom import QUARTER, bright_rows, halo_at, spread_along

SIZE = (96, 160, 3)


def halo(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    small = np.zeros((SIZE[0] // QUARTER, SIZE[1] // QUARTER, 3), np.float32)
    across = np.zeros_like(small)
    bright_rows(0, len(small), linear, 0.6, small)
    spread_along(0, len(small), small, False, across)
    spread_along(0, len(small), across, True, small)
    return small


def test_what_is_not_over_white_has_no_halo() -> None:
    assert halo(np.full(SIZE, 1.0, np.float32)).max() == 0


def test_a_lamp_has_a_round_halo_that_keeps_its_light() -> None:
    linear = np.zeros(SIZE, np.float32)
    linear[48:52, 80:84] = 4.0
    found = halo(linear)
    assert found[..., 0].sum() == pytest.approx(4.0 - 1.15 / 0.6, rel=1e-4)  # of one pixel of the small picture
    np.testing.assert_allclose(found[12, 15:26], found[7:18, 20], atol=1e-6)
    assert found[12, 20, 0] == found.max()


def test_it_is_read_smoothly_in_the_whole_picture() -> None:
    ramp = np.repeat(np.arange(8, dtype=np.float32)[None, :, None], 6, axis=0) * np.ones(3, np.float32)
    row = [halo_at(ramp, x, 10)[0] for x in range(2, 30)]
    np.testing.assert_allclose(np.diff(row), 1 / QUARTER, atol=1e-5)

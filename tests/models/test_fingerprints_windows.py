"""Wherever a crop of up to a quarter of each side was made, one of the windows lies on the original's middle."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.fingerprints_picture import MIDDLE, SIDE
from models.fingerprints_windows import between_bars, sought

_NOISE = np.random.default_rng(2).uniform(20, 230, (3, SIDE, SIDE)).astype(np.float32)


def _missed(windows: NDArray[np.float64], wanted: NDArray[np.float64]) -> float:
    """How far the centre of the nearest window is from that of the wanted one, as a share of its size."""
    size = wanted[2:] - wanted[:2]
    centres = (windows[:, :2] + windows[:, 2:]) / 2 - (wanted[:2] + wanted[2:]) / 2
    sizes = np.abs((windows[:, 2:] - windows[:, :2]) / size - 1)
    fits = (sizes <= 0.06).all(axis=1)
    return float(np.abs(centres[fits] / size).max(axis=1).min())


@settings(deadline=None)
@given(share=st.floats(0.75, 0.98), across=st.floats(0.0, 1.0), down=st.floats(0.0, 1.0))
def test_a_crop_anywhere_is_met(share: float, across: float, down: float) -> None:
    corner = np.array([across, down]) * (1 - share)
    middle = np.array(MIDDLE)
    wanted = (middle - np.tile(corner, 2)) / share
    windows = sought(_NOISE)
    assert _missed(np.concatenate(windows.anywhere), wanted) < 0.03, "over all frames"
    assert max(_missed(one, wanted) for one in windows.anywhere) < 0.05, "in each frame that is searched"


@settings(deadline=None)
@given(share=st.floats(0.74, 1.0))
def test_a_crop_about_the_middle_is_met_in_every_frame(share: float) -> None:
    size = 0.25 / share
    assert _missed(sought(_NOISE).middle, np.array([0.5 - size, 0.5 - size, 0.5 + size, 0.5 + size])) < 1e-9


def test_windows_lie_within_the_picture() -> None:
    found = sought(_NOISE)
    for windows in (found.whole, found.middle, *found.anywhere):
        assert windows.min() >= 0.0
        assert windows.max() <= 1.0
        assert (windows[:, 2:] > windows[:, :2]).all()


def test_bars_are_found_and_a_dark_edge_in_one_frame_is_none() -> None:
    framed = _NOISE.copy()
    framed[:, :16], framed[:, -16:] = 16, 16
    inner = between_bars(framed)
    assert inner is not None
    assert inner.tolist() == [0.0, 0.125, 1.0, 0.875]
    framed[1, 5, 60:] = 200
    partly = between_bars(framed)
    assert partly is not None
    assert partly.tolist() == [0.0, 5 / SIDE, 1.0, 0.875]
    assert between_bars(_NOISE) is None
    assert between_bars(np.zeros((2, SIDE, SIDE), np.float32)) is None


def test_the_windows_within_bars_are_added_to_the_usual_ones() -> None:
    framed = np.pad(_NOISE[:, ::2, :], ((0, 0), (32, 32), (0, 0)), constant_values=0)
    plain, found = sought(_NOISE), sought(framed.astype(np.float32))
    assert len(found.whole) == len(plain.whole) + 1
    assert len(found.anywhere[0]) == 2 * len(plain.anywhere[0])
    assert found.whole[-1].tolist() == [0.0, 0.25, 1.0, 0.75]
    assert found.middle[len(plain.middle)].tolist() == [0.25, 0.375, 0.75, 0.625]

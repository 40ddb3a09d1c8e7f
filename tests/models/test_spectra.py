"""Filtering and resampling keep what they should, and lengths are quick ones that fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spectra import convolved, fast_length, filtered, stretched


@given(st.integers(1, 2_000_000))
def test_a_quick_length_holds_what_is_asked_and_has_small_factors(count: int) -> None:
    found = fast_length(count)
    assert count <= found <= max(count * 1.15, count + 8)
    for prime in (2, 3, 5, 7, 11):
        while found % prime == 0:
            found //= prime
    assert found == 1


@given(st.integers(8_000, 48_000))
def test_a_tone_resampled_stays_the_tone(rate: int) -> None:
    time = np.arange(rate) / rate
    tone = np.sin(2 * np.pi * 440 * time) * np.hanning(rate)
    made = stretched(tone, 48_000 / rate)
    assert abs(len(made) - 48_000) <= 1
    wanted = np.sin(2 * np.pi * 440 * np.arange(len(made)) / 48_000) * np.hanning(len(made))
    assert np.abs(made - wanted).max() < 0.05  # half a sample


def test_a_curve_weighs_by_frequency() -> None:
    time = np.arange(48_000) / 48_000
    window = np.hanning(48_000)
    for hertz, decibels in ((200, 0.0), (4000, -20.0)):
        tone = np.sin(2 * np.pi * hertz * time) * window
        made = filtered(tone, 48_000, ((100, 0), (1000, 0), (2000, -20), (20000, -20)))
        assert 20 * np.log10(np.abs(made).max() / np.abs(tone).max()) == pytest.approx(decibels, abs=0.1)


def test_a_convolution_is_the_convolution() -> None:
    random = np.random.default_rng(1)
    one, other = random.standard_normal(311), random.standard_normal(97)
    assert np.allclose(convolved(one, other), np.convolve(one, other))
    assert len(stretched(np.zeros(0), 2.0)) == 0

"""The masking threshold is where the literature has it."""

import numpy as np
import pytest

from ops.watermark.psychoacoustics import bark, masking, noise_to_mask

RATE = 48_000
TIME = np.arange(RATE) / RATE


def tone(frequency: float, level: float = 0.1) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(level * np.sqrt(2) * np.sin(2 * np.pi * frequency * TIME), np.float32)


def noise(level: float = 0.1, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(level * np.random.default_rng(seed).normal(size=RATE), np.float32)


def test_critical_bands_are_zwickers() -> None:
    assert bark(np.array([100.0, 510.0, 1080.0, 2320.0, 4400.0])) == pytest.approx([1, 5, 9, 14, 18], abs=0.25)


def test_noise_masks_noise_five_and_a_half_decibels_under_it() -> None:
    """White noise, whose density a hertz is its power over half the rate; within what a block's chance allows."""
    found = masking(noise(), RATE)
    inside = (found.frequencies > 1000) & (found.frequencies < 7000)
    threshold = 10 * np.log10(found.threshold[5:-5, inside].mean(0) / (0.1**2 / (RATE / 2)))
    assert found.tonality[5:-5, inside].mean() < 0.1
    assert np.all(np.abs(threshold + 5.5) < 2.0)


def test_a_tone_masks_less_than_noise_of_its_power() -> None:
    """By 14.5 dB and a decibel for each Bark, against 5.5."""
    for frequency in (500.0, 1000.0, 3000.0):
        found = masking(tone(frequency), RATE)
        at = int(np.searchsorted(found.frequencies, frequency, side="right")) - 1
        assert found.tonality[20, at] > 0.95
    in_band = 0.1 * 10 ** (-(14.5 + 8.5) / 20) * np.sqrt(RATE / 2 / 160)  # that much under it between 8 and 9 Bark
    over = noise_to_mask(tone(1000.0), noise(in_band, 2), RATE)[10:-10, 7]
    assert np.median(over) == pytest.approx(0, abs=3)


def test_it_masks_upward_more_than_downward() -> None:
    found = masking(tone(1000.0), RATE)
    power = 10 * np.log10(found.threshold[20, :-1] * np.diff(found.frequencies))
    rates = bark(found.frequencies[:-1])
    below, at, above = (power[np.argmin(np.abs(rates - 8.5 - apart))] for apart in (-2.5, 0, 2.5))
    assert below < above - 6
    assert above < at - 10


def test_it_rises_and_falls_with_the_sound() -> None:
    quiet, loud = (masking(noise(level), RATE).threshold[5:-5] for level in (0.01, 0.1))
    assert np.allclose(10 * np.log10(loud / quiet), 20, atol=0.01)


def test_a_voice_that_glides_counts_as_tones() -> None:
    """The standard's own measure loses a tone that moves; its spectrum is as peaked as before."""
    glide = np.asarray(0.1 * np.sin(2 * np.pi * (800 * TIME + 600 * TIME**2)), np.float32)
    found = masking(glide, RATE)
    strongest = found.threshold[20:-20].argmax(axis=1)
    assert np.median(np.take_along_axis(found.tonality[20:-20], strongest[:, None], 1)) > 0.7


def test_what_is_not_heard_masks_nothing_and_is_not_heard() -> None:
    offset = masking(np.full(RATE, 0.3, np.float32), RATE)
    assert offset.threshold[5:-5].max() < 1e-14
    nothing = np.zeros(RATE, np.float32)
    assert np.all(noise_to_mask(noise(), nothing, RATE) == -np.inf)
    assert noise_to_mask(nothing, noise(1e-5, 3), RATE).max() < 0  # -100 dBFS, in silence
    assert noise_to_mask(nothing, noise(1e-3, 3), RATE)[10:-10].max() > 10


def test_a_noise_on_the_threshold_is_measured_so() -> None:
    """Louder by ten decibels is over it by ten decibels more."""
    one, other = (noise_to_mask(noise(), noise(level, 3), RATE)[5:-5] for level in (0.01, 0.01 * 10**0.5))
    assert np.allclose(other - one, 10, atol=0.01)
    assert one.mean() == pytest.approx(-20 + 5.5, abs=1.5)

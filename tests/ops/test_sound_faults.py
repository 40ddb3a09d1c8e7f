"""Clipping, silence in the middle and hum are found, and not where they are not."""

import numpy as np
import pytest

from bench.dialogue.sounds import JFK, decoded
from greenroom.errors import BadInput
from models.roles import Samples
from moderation.policy import load_policy
from ops.sound_faults import faults
from ops.sound_levels import normalise

RATE = 48_000
TIMES = np.arange(RATE * 5) / RATE
HUMS = load_policy().threshold("dialogue.hum", "decades")


def sound(wave: np.ndarray) -> Samples:
    return wave.astype(np.float32)[:, None]


def noise(level: float) -> np.ndarray:
    return np.random.default_rng(3).normal(size=len(TIMES)) * level


def test_a_clean_sound_has_none() -> None:
    found = faults(sound(0.9 * np.sin(2 * np.pi * 440 * TIMES) + noise(0.001)), RATE)
    assert (found.clipped_share, found.silent_seconds) == (0.0, 0.0)
    assert found.hum < HUMS


def test_clipped_samples_are_counted() -> None:
    found = faults(sound(np.clip(1.5 * np.sin(2 * np.pi * 100 * TIMES), -1, 1)), RATE)
    assert found.clipped_share == pytest.approx(1 - 2 * np.arcsin(1 / 1.5) / np.pi, abs=0.01)


def test_silence_between_two_sounds_counts_and_at_the_ends_does_not() -> None:
    wave = noise(0.1)
    wave[RATE * 2 : RATE * 4] = 0
    assert faults(sound(wave), RATE).silent_seconds == pytest.approx(2.0, abs=0.05)
    wave[RATE * 2 :] = 0
    assert faults(sound(wave), RATE).silent_seconds == 0.0


@pytest.mark.parametrize("mains", [50, 60])
def test_hum_is_told_with_its_mains(mains: int) -> None:
    hum = sum(0.02 / number * np.sin(2 * np.pi * mains * number * TIMES) for number in range(1, 7))
    found = faults(sound(noise(0.005) + hum), RATE)
    assert found.hum > HUMS
    assert found.hum_hertz == mains


def test_a_chord_that_is_held_is_no_hum_though_its_notes_lie_near_the_mains() -> None:
    chord = sum(0.1 * np.sin(2 * np.pi * hertz * TIMES) for hertz in (98.0, 146.8, 196.0, 246.9, 293.7))
    assert faults(sound(noise(0.01) + chord), RATE).hum < HUMS


def test_two_lines_are_no_hum_nor_is_what_buzzes_beside_the_mains() -> None:
    tones = sum(0.1 * np.sin(2 * np.pi * hertz * TIMES) for hertz in (50.0, 100.0))
    assert faults(sound(noise(0.01) + tones), RATE).hum < HUMS
    for hertz in (49.0, 52.0, 58.0, 61.0):
        buzz = sum(0.1 / number * np.sin(2 * np.pi * hertz * number * TIMES) for number in range(1, 9))
        assert faults(sound(noise(0.01) + buzz), RATE).hum < HUMS, hertz


def test_hum_is_heard_under_a_voice_that_is_twenty_decibels_louder_and_noise_alone_does_not_hum() -> None:
    voice = normalise(decoded(JFK)[5 * 16_000 :, None], 16_000)[:, 0].astype(
        np.float64
    )  # of a recording that hums a little
    times = np.arange(len(voice)) / 16_000
    hum = sum(np.sin(2 * np.pi * 50 * number * times) / 2**number for number in range(1, 7))
    hums = voice + hum * (0.1 * voice.std() / hum.std())
    assert faults(sound(hums), 16_000).hum > HUMS
    for seed in range(20):
        hiss = np.random.default_rng(seed).normal(size=16_000 * 5) * 0.1
        assert faults(sound(hiss), 16_000).hum < HUMS, seed


def test_hum_is_heard_through_a_long_sound_in_which_it_wanders() -> None:
    times = np.arange(16_000 * 35) / 16_000
    phase = 2 * np.pi * (50 * times + 0.02 * np.sin(times / 5))
    hum = sum(0.02 / number * np.sin(number * phase) for number in range(1, 7))
    hiss = np.random.default_rng(1).normal(size=len(times)) * 0.05
    assert faults(sound(hiss + hum), 16_000).hum > HUMS
    assert faults(sound(hiss), 16_000).hum < HUMS


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
def test_hum_is_told_at_any_rate_that_holds_it_and_under_louder_noise(rate: int) -> None:
    times = np.arange(rate * 5) / rate
    hiss = np.random.default_rng(3).normal(size=len(times)) * 0.1
    waves = (0.04 / number * np.sin(2 * np.pi * 60.05 * number * times) for number in range(1, 7))
    hum = sum(waves, np.zeros(len(times)))
    assert faults(sound(hiss + hum), rate).hum_hertz == 60
    assert faults(sound(hiss + hum), rate).hum > HUMS
    assert faults(sound(hiss), rate).hum < HUMS
    assert faults(sound(hum), 700).hum == 0.0


def test_nothing_and_what_is_not_a_number() -> None:
    assert faults(np.zeros((0, 2), np.float32), RATE).hum_hertz is None
    with pytest.raises(BadInput, match="not numbers"):
        faults(sound(np.full(RATE, np.nan)), RATE)

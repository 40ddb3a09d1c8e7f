"""A mix is brought to its loudness, and no peak between samples passes the bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.errors import BadInput
from models.roles import Samples
from ops.sound_levels import measure, mix, normalise, true_peak

RATE = 48_000


def noise(seconds: float, gain: float, seed: int = 1) -> Samples:
    rng = np.random.default_rng(seed)
    return (gain * rng.standard_normal((int(seconds * RATE), 2))).astype(np.float32)


def clicks(seconds: float = 4.0) -> Samples:
    samples = noise(seconds, 0.003)
    samples[:: RATE // 3] = 0.9
    return samples


def test_a_sine_at_minus_23_reads_minus_23() -> None:
    """EBU Tech 3341, case 1: a stereo 1 kHz sine at -23 dBFS measures -23 LUFS."""
    time = np.arange(RATE * 4) / RATE
    sine = np.repeat((10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * time))[:, None], 2, axis=1).astype(np.float32)
    assert measure(sine).lufs == pytest.approx(-23.0, abs=0.1)


def test_true_peak_sees_between_the_samples() -> None:
    """A quarter-rate sine sampled 45 degrees off its crests peaks 3 dB over its samples (BS.1770-5, annex 2)."""
    samples = np.repeat(np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4)[:, None], 2, axis=1).astype(np.float32)
    assert 20 * np.log10(np.abs(samples).max()) == pytest.approx(-3.01, abs=0.01)
    assert true_peak(samples[1000:-1000] * 1.0) == pytest.approx(0.0, abs=0.5)


@settings(max_examples=6, deadline=None)
@given(st.floats(-50, 0), st.integers(0, 1000))
def test_normalised_within_half_a_unit_and_under_the_peak(level: float, seed: int) -> None:
    levels = measure(normalise(noise(1.5, 10 ** (level / 20), seed)))
    assert levels.lufs == pytest.approx(-16.0, abs=0.5)
    assert levels.true_peak_db <= -1.5


def test_clicks_are_limited_and_the_bound_holds() -> None:
    levels = measure(normalise(clicks()))
    assert levels.true_peak_db <= -1.5


def test_silence_and_a_short_sound_are_measured_without_error() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    assert np.array_equal(normalise(silence), silence)
    levels = measure(silence)
    assert (levels.lufs, levels.true_peak_db, levels.silent_share) == (-70.0, -120.0, 1.0)
    assert measure(noise(0.1, 0.1)).lufs > -70
    assert measure(np.zeros((0, 2), np.float32)).silent_share == 1.0


def test_half_silent_is_measured_so() -> None:
    samples = noise(2, 0.1)
    samples[RATE:] = 0
    assert measure(samples).silent_share == pytest.approx(0.5, abs=0.01)


def test_stems_add_up_and_must_fit() -> None:
    a, b = noise(0.1, 0.1, 1), noise(0.1, 0.1, 2)
    assert np.allclose(mix({"a": a, "b": b}), a + b, atol=1e-6)
    assert np.array_equal(mix({"a": a, "b": b}), mix({"b": b, "a": a}))
    with pytest.raises(BadInput, match="one shape"):
        mix({"a": a, "b": b[:-1]})

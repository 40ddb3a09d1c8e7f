"""What the bench of the sound's mark does to a sound is what it says, and it measures what is there."""

import numpy as np
import pytest

from bench.marks.sounds import Heard
from bench.marks_sound import (
    RATE,
    ROWS,
    beside_another,
    cut_in,
    faster,
    faster_at_its_pitch,
    noisy,
    part,
    segmental_snr,
    side,
)


def tone(frequency: float = 440.0, seconds: float = 4.0) -> Heard:
    wave = 0.3 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)
    return Heard(np.stack([wave, 0.5 * wave], axis=1).astype(np.float32), RATE)


def pitch(heard: Heard) -> float:
    return float(np.abs(np.fft.rfft(heard.samples[:, 0])).argmax() * heard.rate / len(heard.samples))


def test_every_row_leaves_a_sound() -> None:
    random = np.random.default_rng(1)
    assert len({row.name for row in ROWS}) == len(ROWS) > 15
    for row in ROWS:
        heard = row.attack(tone(), random)
        assert heard.samples.ndim == 2, row.name
        assert heard.samples.dtype == np.float32, row.name
        assert np.isfinite(heard.samples).all(), row.name
        assert heard.seconds > 0.9, row.name


def test_faster_is_higher_unless_the_pitch_is_kept() -> None:
    for seed in (2, 3):
        higher = faster(tone(), np.random.default_rng(seed))
        assert 440 / pitch(higher) == pytest.approx(higher.seconds / 4, rel=0.01)
        kept = faster_at_its_pitch(tone(), np.random.default_rng(seed))
        assert pitch(kept) == pytest.approx(440, abs=2)
        assert 0.9 < 4 / kept.seconds < 1.12


def test_noise_parts_and_channels() -> None:
    random, heard = np.random.default_rng(4), tone()
    noise = noisy(20)(heard, random).samples - heard.samples
    assert 20 * np.log10(heard.samples.std() / noise.std()) == pytest.approx(20, abs=0.1)
    assert part(2.0)(heard, random).seconds == pytest.approx(2.0)
    assert np.array_equal(beside_another(heard, random).samples[:, 0], heard.samples[:, 0])
    assert cut_in(heard, random).seconds == pytest.approx(16.0)
    assert np.allclose(side(heard, random).samples[:, 0], 0.5 * heard.samples[:, 0], atol=1e-6)


def test_a_segmental_ratio_leaves_out_the_quiet() -> None:
    heard = tone().samples.copy()
    heard[: 2 * RATE] *= 1e-4
    assert segmental_snr(heard, 0.1 * tone().samples) == pytest.approx(20, abs=0.3)

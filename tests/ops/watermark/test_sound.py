"""The mark of the sound is under what the sound itself masks; levels, silence and peaks are as before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.errors import BadInput
from models.roles import Samples
from ops.sound_levels import measure, true_peak
from ops.watermark.carrier import MarkKey
from ops.watermark.psychoacoustics import noise_to_mask
from ops.watermark.sound import PEAK, mark_sound
from tests.ops.watermark.sounds import KINDS, RATE, sound

KEY = MarkKey(b"a key of the tests")
CLIP = bytes(range(8))


def noise(seconds: float, rate: int = RATE, channels: int = 2, gain: float = 0.1) -> Samples:
    return (gain * np.random.default_rng(1).normal(size=(round(seconds * rate), channels))).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_it_stays_under_the_masking_threshold(kind: str) -> None:
    """In every channel, block and critical band; half of them by eight decibels and more."""
    plain = sound(kind)
    added = mark_sound(plain, RATE, KEY, CLIP) - plain
    over = np.concatenate([noise_to_mask(plain[:, side], added[:, side], RATE) for side in (0, 1)])
    heard = over[np.isfinite(over)]
    assert len(heard) > 500
    assert np.mean(heard < 0) >= 0.99
    assert np.median(heard) < -8


@pytest.mark.parametrize("kind", KINDS)
def test_levels_are_as_before(kind: str) -> None:
    before, after = measure(sound(kind)), measure(mark_sound(sound(kind), RATE, KEY, CLIP))
    assert after.lufs == pytest.approx(before.lufs, abs=0.2)
    assert after.true_peak_db <= -1.5


def test_silence_stays_silent_and_nothing_is_heard_before_a_blow() -> None:
    plain = sound("blows")
    marked = mark_sound(plain, RATE, KEY, CLIP)
    assert np.any(marked != plain)
    before = slice(0, round(0.984 * RATE))  # a chip before the first blow
    assert np.array_equal(marked[before], plain[before])
    assert np.array_equal(mark_sound(np.zeros((RATE, 2), np.float32), RATE, KEY, CLIP), np.zeros((RATE, 2)))
    early = slice(round(0.984 * RATE), RATE)
    assert 20 * np.log10(np.abs(marked[early]).max() + 1e-9) < -60


def test_an_offset_carries_no_mark() -> None:
    constant = np.full((RATE, 2), 0.2, np.float32)
    assert np.abs(mark_sound(constant, RATE, KEY, CLIP) - constant)[4800:-4800].max() < 1e-6


def test_no_peak_rises_over_the_bound() -> None:
    clipped = np.clip(noise(2, gain=0.5), -0.8, 0.8) * np.float32(10 ** (PEAK / 20) / 0.95)
    plain = (clipped * np.float32(10 ** ((PEAK - true_peak(clipped)) / 20))).astype(np.float32)
    marked = mark_sound(plain, RATE, KEY, CLIP)
    assert np.any(marked != plain)
    assert true_peak(marked) <= PEAK + 0.01


def test_a_sound_that_is_over_the_bound_goes_no_higher() -> None:
    plain = np.clip(noise(1, gain=0.5), -1, 1).astype(np.float32)
    assert true_peak(mark_sound(plain, RATE, KEY, CLIP)) <= true_peak(plain) + 0.01


def test_every_channel_is_changed_by_the_same_gain() -> None:
    """So that a mix of them carries the pattern too: what is added to half as loud a channel is half as much."""
    one = noise(1, channels=1)
    added = mark_sound(np.concatenate([one, 0.5 * one, -one], axis=1), RATE, KEY, CLIP) - np.concatenate(
        [one, 0.5 * one, -one], axis=1
    )
    assert np.abs(added).max() > 1e-3
    assert np.allclose(added[:, 1], 0.5 * added[:, 0], atol=1e-6)
    assert np.allclose(added[:, 2], -added[:, 0], atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 47_999, 96_000])
@pytest.mark.parametrize("channels", [1, 8])
def test_any_rate_and_number_of_channels(rate: int, channels: int) -> None:
    plain = noise(0.5, rate, channels)
    marked = mark_sound(plain, rate, KEY, CLIP)
    assert marked.shape == plain.shape
    assert marked.dtype == np.float32
    assert np.isfinite(marked).all()
    assert 0.002 < np.abs(marked - plain).std() < 0.05


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30_000), st.sampled_from([16_000, 44_100, 48_000]), st.integers(1, 3))
def test_any_length(count: int, rate: int, channels: int) -> None:
    plain = noise(1, rate, channels)[:count]
    marked = mark_sound(plain, rate, KEY, CLIP)
    assert marked.shape == plain.shape
    assert np.isfinite(marked).all()
    if count < 0.1 * rate:
        assert np.array_equal(marked, plain)


def test_a_long_sound_is_marked_part_by_part_without_a_seam() -> None:
    """Parts are 16 seconds: what is added around their edge is as loud as elsewhere, and does not jump."""
    plain = noise(20, 16_000, 1)
    added = (mark_sound(plain, 16_000, KEY, CLIP) - plain)[:, 0]
    edge = round(1024 * 0.016 * 16_000)
    around = added[edge - 800 : edge + 800]
    assert around.std() == pytest.approx(added.std(), rel=0.3)
    assert np.abs(np.diff(around)).max() < 1.5 * np.abs(np.diff(added)).max()


def test_the_same_every_time_and_another_for_another_clip_or_key() -> None:
    plain = noise(1)
    once, again = (mark_sound(plain, RATE, KEY, CLIP) - plain for _ in range(2))
    assert np.array_equal(once, again)
    others = [mark_sound(plain, RATE, KEY, bytes(8)), mark_sound(plain, RATE, MarkKey(b"another"), CLIP)]
    for other in others:
        assert abs(np.corrcoef(once[:, 0], (other - plain)[:, 0])[0, 1]) < 0.25


def test_the_average_of_many_clips_shows_no_pattern() -> None:
    """What is added to one sound for sixteen clips adds up as strangers do: to a quarter of one, not to one."""
    plain = noise(2, 16_000, 1)
    random = np.random.default_rng(2)
    added = [mark_sound(plain, 16_000, KEY, random.bytes(8)) - plain for _ in range(16)]
    assert np.mean(added, axis=0).std() < 0.45 * added[0].std()


def test_what_cannot_be_marked_is_refused() -> None:
    broken = noise(1)
    broken[77, 1] = np.nan
    for samples, rate in ((broken, RATE), (noise(1), 7_999), (noise(1), 192_001), (noise(1)[:, 0], RATE)):
        with pytest.raises(BadInput):
            mark_sound(samples, rate, KEY, CLIP)
    with pytest.raises(BadInput):
        mark_sound(np.zeros((100, 0), np.float32), RATE, KEY, CLIP)
    with pytest.raises(ValueError, match="8 bytes"):
        mark_sound(noise(1), RATE, KEY, b"short")

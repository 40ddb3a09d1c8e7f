"""What an index keeps of a sound is found by what is asked of a copy; other bytes are refused."""

import numpy as np
import pytest

from greenroom.errors import BadInput
from models.fingerprints_sound import fingerprint, narrowed, similarity
from models.fingerprints_sound_keys import WAYS, asked, fingerprint_of, heard, kept, keys_of
from models.roles import Samples

RATE = 22_050


@pytest.fixture(scope="module")
def sound() -> Samples:
    """Four seconds of notes over a little noise, float32[N]."""
    random = np.random.default_rng(1)
    notes = np.repeat(220 * 2 ** (random.integers(0, 24, 32) / 12), RATE // 8)
    wave = sum(np.sin(np.cumsum(2 * np.pi * notes * harmonic) / RATE) / harmonic for harmonic in range(1, 9))
    return np.asarray(0.1 * wave + 0.01 * random.standard_normal(len(notes)), np.float32)


def test_the_whole_fingerprint_is_kept_and_the_surest_frame_of_each_quarter_second(sound: Samples) -> None:
    stored = kept(sound, RATE)
    assert fingerprint_of(stored) == fingerprint(sound, RATE)
    keys = keys_of(stored)
    assert len(keys.words) == len(keys.places) == 15
    assert (np.diff(keys.places.astype(int)) > 0).all()
    assert (np.arange(15) == keys.places // 8).all()


def test_a_copy_that_is_quieter_cut_and_framed_anew_asks_for_most_of_them(sound: Samples) -> None:
    keys, start = keys_of(kept(sound, RATE)), RATE // 2 + 77
    copy = asked(narrowed(sound[start:] * np.float32(0.05), RATE))
    assert copy.words.shape == (len(copy.places), WAYS)
    there = set(copy.words.ravel().tolist())
    later = [word for word, place in zip(keys.words, keys.places, strict=True) if place > start / RATE / 0.032 + 1]
    assert sum(int(word) in there for word in later) > 0.6 * len(later)
    for word, place in zip(keys.words, keys.places, strict=True):
        rows = np.flatnonzero((copy.words == word).any(axis=1))
        if len(rows):
            shift = place - copy.places[rows]
            assert np.abs(shift - start / RATE / 0.032).min() < 1.0


def test_what_is_handed_on_of_a_sound_sounds_as_it_did(sound: Samples) -> None:
    stereo = np.stack([sound, sound], axis=1) * np.float32(0.01)
    small = narrowed(stereo, RATE)
    assert len(small) == 2 * round(len(sound) * 8_000 / RATE)
    assert np.abs(np.frombuffer(small, "<i2")).max() == 32767
    assert similarity(heard(small), fingerprint(sound, RATE)) > 0.97


def test_silence_has_no_keys_and_asks_nothing() -> None:
    silence = np.zeros(RATE, np.float32)
    assert len(keys_of(kept(silence, RATE)).words) == 0
    assert len(asked(narrowed(silence, RATE)).words) == 0
    assert len(asked(b"").words) == 0


def test_other_bytes_are_refused(sound: Samples) -> None:
    stored = kept(sound, RATE)
    for broken in (b"", b"\xff\xff\xff\xff", stored[:-1], stored + b"x"):
        with pytest.raises(BadInput, match="not what is kept"):
            keys_of(broken)
    with pytest.raises(BadInput, match="16 bits"):
        asked(b"x")
    with pytest.raises(BadInput, match="not numbers"):
        narrowed(np.full(RATE, np.nan, np.float32), RATE)

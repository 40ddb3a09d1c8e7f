"""Frames of sound are found by all their bits; those that agree on where a copy begins are votes for the clip."""

import numpy as np

from models.fingerprints_sound_keys import WAYS, Asked
from ops.fingerprint_index.arrays import in_memory
from ops.fingerprint_index.sounds import Frames, SoundTable, votes

WORDS = np.random.default_rng(3).integers(1, 1 << 32, (20, 40), np.uint32)  # of 20 clips, each eighth frame


def _frames(numbers: range) -> Frames:
    words = WORDS[numbers.start : numbers.stop]
    clips = np.repeat(np.arange(len(words), dtype=np.uint32), 40)
    return Frames(words.ravel(), clips, np.tile(np.arange(40, dtype=np.uint16) * 8, len(words)), numbers.start)


def _asked(words: "np.ndarray[tuple[int], np.dtype[np.uint32]]", first: float) -> Asked:
    """Frames as they are, and the other ways of each far from any."""
    ways = np.zeros((len(words), WAYS), np.uint32)
    ways[:, 0] = words
    return Asked(ways, first + 8.0 * np.arange(len(words), dtype=np.float64))


TABLE = SoundTable.of([_frames(range(12)), _frames(range(12, 20))], in_memory)


def test_the_clip_that_most_frames_agree_on_comes_first() -> None:
    words = np.concatenate([WORDS[15, 10:22], WORDS[3, 5:8]])
    clips, counts = votes(TABLE, _asked(words, 0.25), 1000)
    assert clips.tolist() == [15, 3]
    assert counts.tolist() == [12, 3]


def test_frames_in_another_order_do_not_agree() -> None:
    clips, counts = votes(TABLE, _asked(WORDS[6, 20:10:-1].copy(), 0.0), 1000)
    assert clips.tolist() == [6]
    assert counts[0] == 1


def test_a_turned_way_of_a_frame_is_found_too() -> None:
    asked = _asked(WORDS[9, :5], 0.0)
    asked.words[:, 7] = asked.words[:, 0]
    asked.words[:, 0] ^= np.uint32(1)
    assert votes(TABLE, asked, 1000)[0].tolist() == [9]


def test_what_too_many_clips_have_tells_nothing() -> None:
    hum = np.full(40 * 12, 77, np.uint32)
    every = Frames(hum, np.repeat(np.arange(12, dtype=np.uint32), 40), np.tile(np.arange(40, dtype=np.uint16), 12), 20)
    table = SoundTable.of([_frames(range(20)), every], in_memory)
    asked = _asked(np.concatenate([np.full(30, 77, np.uint32), WORDS[2, :4]]), 0.0)
    assert votes(table, asked, 1 << 16)[0].tolist() == [2]


def test_a_table_of_nothing_and_a_question_of_nothing_find_nothing() -> None:
    nothing = SoundTable.of([], in_memory)
    assert len(votes(nothing, _asked(WORDS[0], 0.0), 10)[0]) == 0
    assert len(votes(TABLE, _asked(np.zeros(0, np.uint32), 0.0), 10)[0]) == 0


def test_two_segments_in_one_table_are_what_one_of_all_is() -> None:
    whole = SoundTable.of([_frames(range(20))], in_memory)
    assert (whole.starts == TABLE.starts).all()
    for place in range(len(whole.starts) - 1):
        part = slice(int(whole.starts[place]), int(whole.starts[place + 1]))
        found = [sorted(zip(one.words[part], one.clips[part], one.places[part], strict=True)) for one in (whole, TABLE)]
        assert found[0] == found[1]

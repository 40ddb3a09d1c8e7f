"""A table that finds frames of sound by all their bits, and the clips that several of them agree on.

The frames of a copy stand as far from each other as the clip's: those of its hits that agree on where the copy begins
in the clip count as votes for it (Wang, "An industrial-strength audio search algorithm", ISMIR 2003, counts so).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.fingerprints_sound_keys import Asked
from ops.fingerprint_index.arrays import SHORT, WORD, Make, mapped

_MOST_BITS = 24
_COMMON = 256  # clips' frames under one key: more tell nothing (a hum, a tone), and are passed over
_TOGETHER = 2.0  # frames of 32 ms within which beginnings agree
_ODD = np.uint32(2654435769)  # 2**32 / golden ratio: spreads keys, whose bits go together, over the table (Knuth)

Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames in any order, three arrays of one length; the clips' numbers count from `offset`."""

    words: Words
    clips: Words
    places: NDArray[np.uint16]
    offset: int


@dataclass(frozen=True, slots=True)
class SoundTable:
    """Frames in the order of their keys' places in the table. `starts` uint32[2**bits + 1]."""

    starts: Words
    words: Words
    clips: Words
    places: NDArray[np.uint16]  # of each frame in its clip, in frames of 32 ms

    @classmethod
    def of(cls, parts: Sequence[Frames], make: Make) -> "SoundTable":
        """The table of all these frames."""
        count = sum(len(one.words) for one in parts)
        bits = int(np.clip(np.ceil(np.log2(max(1, count))), 8, _MOST_BITS))
        starts = np.zeros((1 << bits) + 1, np.uint32)
        for one in parts:
            _count(one.words, bits, starts)
        np.cumsum(starts, out=starts)
        words, clips = (make(f"sound-{name}", (count,), WORD) for name in ("words", "clips"))
        places = make("sound-places", (count,), SHORT)
        ends = starts.copy()
        for one in parts:
            _sort(one.words, one.clips, one.places, one.offset, bits, ends, words, clips, places)
        make("sound-starts", starts.shape, WORD)[:] = starts
        return cls(starts, words, clips, places)

    @classmethod
    def mapped(cls, path: Path) -> "SoundTable":
        """The table in a segment's folder. Raises OSError or ValueError where it is not whole."""
        starts, words, clips = (mapped(path, f"sound-{name}", WORD) for name in ("starts", "words", "clips"))
        return cls(starts, words, clips, mapped(path, "sound-places", SHORT))


def votes(table: SoundTable, asked: Asked, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Clips of a table, and how many asked frames agree on one beginning in each; most votes first."""
    clips, begins = np.empty(most, np.int64), np.empty(most, np.float64)
    count = _look_up(
        table.starts, table.words, table.clips, table.places, asked.words, asked.places, _COMMON, clips, begins
    )
    clips, begins = clips[:count], begins[:count]
    order = np.lexsort((begins, clips))
    found, agreeing = _agreeing(clips[order], begins[order], _TOGETHER)
    best = np.argsort(-agreeing, kind="stable")
    return found[best], agreeing[best]


def _agreeing(
    clips: NDArray[np.int64], begins: NDArray[np.float64], together: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each clip the most hits within a span; both arrays are sorted by clip, then beginning."""
    if len(clips) == 0:
        return clips, np.zeros(0, np.int64)
    key = clips * 1e6 + begins  # beginnings lie within 65,536 frames of zero: clips stay apart
    within = np.searchsorted(key, key + together, side="right") - np.arange(len(key))
    first = np.flatnonzero(np.r_[True, clips[1:] != clips[:-1]])
    return clips[first], np.maximum.reduceat(within, first)


@njit(cache=True, nogil=True)
def _place(word: np.uint32, bits: int) -> np.int64:
    return np.int64((word * _ODD & np.uint32(0xFFFFFFFF)) >> np.uint32(32 - bits))


@njit(cache=True, nogil=True)
def _count(words: Words, bits: int, counts: Words) -> None:
    """Add to `counts[k + 1]` the frames of place k."""
    for number in range(len(words)):
        counts[_place(words[number], bits) + 1] += np.uint32(1)


@njit(cache=True, nogil=True)
def _sort(
    words: Words,
    clips: Words,
    places: NDArray[np.uint16],
    offset: int,
    bits: int,
    ends: Words,
    sorted_words: Words,
    sorted_clips: Words,
    sorted_places: NDArray[np.uint16],
) -> None:
    """Put the frames at the ends of their places so far; counts every end up."""
    for number in range(len(words)):
        place = _place(words[number], bits)
        at = ends[place]
        sorted_words[at], sorted_places[at] = words[number], places[number]
        sorted_clips[at] = np.uint32(clips[number] + offset)
        ends[place] = at + np.uint32(1)


@njit(cache=True, nogil=True)
def _look_up(
    starts: Words,
    words: Words,
    clips: Words,
    places: NDArray[np.uint16],
    asked: Words,
    asked_places: NDArray[np.float64],
    common: int,
    found_clips: NDArray[np.int64],
    found_begins: NDArray[np.float64],
) -> int:
    bits, found = 0, 0
    while (1 << bits) + 1 < len(starts):
        bits += 1
    for number in range(asked.shape[0]):
        for way in range(asked.shape[1]):
            word = asked[number, way]
            place = _place(word, bits)
            start, end = starts[place], starts[place + 1]
            same = 0
            for at in range(start, end):
                same += words[at] == word
            if same > common:
                continue
            for at in range(start, end):
                if words[at] == word and found < len(found_clips):
                    found_clips[found] = clips[at]
                    found_begins[found] = places[at] - asked_places[number]
                    found += 1
    return found

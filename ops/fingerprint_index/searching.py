"""Which clips of an index a film may be a copy of, by picture and by sound: candidates, to be looked at again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_sound_keys import Asked
from ops.fingerprint_index.segments import Segment
from ops.fingerprint_index.sights import Sights
from ops.fingerprint_index.sounds import votes
from ops.fingerprint_index.tables import KEYS, Hits, look_up

_AT_ONCE = 1024  # hashes that one call looks up: so that all threads are busy to the end
_MOST_HITS = 1 << 14  # of one call
_MOST_SOUNDS = 1 << 18  # frames of sound that are found: a second's worth of work
_LEAST_VOTES = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clip of which a part looks like a window of a frame."""

    segment: int
    clip: int  # number within the segment
    part: int
    row: int
    bits: int  # that differ
    sight: int  # which of the part's sights


@dataclass(frozen=True, slots=True)
class Audible:
    """A clip of which frames sound like asked ones."""

    segment: int
    clip: int
    votes: int


def by_picture(segments: Sequence[Segment], asked: Sequence[Sights], most: int, threads: int) -> list[Candidate]:
    """For each part of each clip that comes near, its nearest row; the nearest `most` in all."""
    tasks = [
        (number, sights, key, start)
        for number, sights, key in product(range(len(segments)), asked, range(KEYS))
        for start in range(0, len(sights.hashes), _AT_ONCE)
    ]

    def found(task: tuple[int, Sights, int, int]) -> Hits:
        number, sights, key, start = task
        segment, stop = segments[number], start + _AT_ONCE
        table = segment.tables[sights.part, key]
        hits = look_up(
            table,
            segment.kept,
            sights.part,
            key,
            np.ascontiguousarray(sights.hashes[start:stop]),
            np.ascontiguousarray(sights.sureness[start:stop]),
            _MOST_HITS,
        )
        return Hits(hits.asked + start, hits.rows, hits.bits)

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(found, tasks))
    candidates: list[Candidate] = []
    for number, sights in product(range(len(segments)), asked):
        mine = [hits for (of, by, _, _), hits in zip(tasks, answers, strict=True) if of == number and by is sights]
        candidates += _nearest(segments[number], number, sights.part, _together(mine), most)
    return sorted(candidates, key=lambda one: one.bits)[:most]


def by_sound(segments: Sequence[Segment], asked: Asked, most: int) -> list[Audible]:
    """The clips on which most frames of a sound agree, at most so many."""
    found: list[Audible] = []
    for number, segment in enumerate(segments):
        clips, agreeing = votes(segment.sound, asked, _MOST_SOUNDS)
        found += [
            Audible(number, int(clip), int(count))
            for clip, count in zip(clips[:most], agreeing[:most], strict=True)
            if count >= _LEAST_VOTES
        ]
    return sorted(found, key=lambda one: -one.votes)[:most]


def _together(hits: Sequence[Hits]) -> Hits:
    none = np.zeros(0, np.int64)
    return Hits(
        np.concatenate([none, *(one.asked for one in hits)]),
        np.concatenate([none, *(one.rows for one in hits)]),
        np.concatenate([none, *(one.bits for one in hits)]),
    )


def _nearest(segment: Segment, number: int, part: int, hits: Hits, most: int) -> list[Candidate]:
    owners: NDArray[np.int64] = segment.owners(hits.rows)
    order = np.lexsort((hits.bits, owners))
    first = order[np.flatnonzero(np.diff(owners[order], prepend=-1))]
    first = first[np.argsort(hits.bits[first], kind="stable")][:most]
    return [
        Candidate(number, int(owners[at]), part, int(hits.rows[at]), int(hits.bits[at]), int(hits.asked[at]))
        for at in first
    ]

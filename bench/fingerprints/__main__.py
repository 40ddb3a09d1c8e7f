"""`python -m bench.fingerprints [--clips N] [--every N]`: copies found among a million clips, and in what time.

Prints one JSON line for each figure; a ratio above 1 misses its goal. The corpus is `bench.marks`' own: build it first
with `python -m bench.marks.corpus`; its copies are made once, in most of an hour, and kept beside it. Each is asked
about as the verifier asks: 48 frames of the file, spread over it. Milliseconds are of this machine, by the clock and of
the processor; the index has been read before, as it is in a server that runs.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.fingerprints.copies import ROWS, SOUND_ROWS, Copied, copied
from bench.fingerprints.million import FRAMES, SECONDS, Statistics, planted
from bench.fingerprints.seeds import SEEDS, Take, takes
from bench.marks.clips import Corpus
from bench.marks.report import Share
from models.fingerprints_picture import KEPT, fingerprint
from models.fingerprints_sound import similarity
from models.fingerprints_sound_keys import asked, fingerprint_of, heard
from ops.fingerprint_index.arrays import in_memory
from ops.fingerprint_index.comparing import SAME_SOUND, Near, seen
from ops.fingerprint_index.searching import by_sound
from ops.fingerprint_index.segments import Printed, Segment
from ops.lookalikes import NEARLY

GOAL_SECONDS = 0.2
_WANTED = 24
_ALIKE = 0.5  # distance up to which other takes are told
_SOUNDING = 8


@dataclass(slots=True)
class Times:
    """Seconds by the clock and of the processor, of one thing done often."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def told(self, name: str, goal: float) -> None:
        clock, processor = (np.percentile(one, (50, 95, 100)) * 1e3 for one in (self.clock, self.processor))
        _line(
            name,
            ratio=clock[1] / 1e3 / goal,
            p50_ms=clock[0],
            p95_ms=clock[1],
            most_ms=clock[2],
            processor_p50_ms=processor[0],
            processor_p95_ms=processor[1],
            questions=len(self.clock),
        )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fingerprints")
    parser.add_argument("--clips", type=int, default=1_000_000, help="that were never made")
    parser.add_argument("--every", type=int, default=1, help="only each so manieth film of the corpus")
    chosen = parser.parse_args(arguments)
    corpus = Corpus()
    clips = corpus.clips()[:: chosen.every]
    if not clips:
        sys.exit("the corpus is not there: python -m bench.marks.corpus")
    films = list(copied(corpus, clips, lambda name: sys.stderr.write(f"copies of {name}\n")))
    real = [Printed(one.clip.name, fingerprint(one.own), one.sound) for one in films]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        statistics = Statistics.of([one.own for one in films])
        segment = planted(Path(folder), statistics, [one.sound for one in films], real, chosen.clips)
        size = sum(path.stat().st_size for path in (Path(folder) / "whole").iterdir())
        _line(
            f"fingerprints, building {chosen.clips:,} clips",
            seconds=time.perf_counter() - began,
            hashes=segment.kept.shape[0] * len(KEPT),
            sound_frames=len(segment.sound.words),
            gigabytes=size / 1e9,
        )
        list(seen_in((segment,), films, Times()))  # compiled, and read from the disk
        times, name = Times(), f"among {len(segment.clips):,} clips of {FRAMES} frames and {SECONDS} seconds"
        _pictures(list(seen_in((segment,), films, times)))
        times.told(f"fingerprints, a film looked up {name}", GOAL_SECONDS)
        _sounds(segment, films, name)
    if chosen.every == 1:
        _seeds(list(takes(lambda name: sys.stderr.write(f"drawing {name}\n"))))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found of one copy."""

    film: str
    row: str
    near: tuple[Near, ...]


def seen_in(segments: Sequence[Segment], films: Sequence[Copied], times: Times) -> Iterator[Answer]:
    """Every copy of every film, asked about."""
    for film in films:
        for row, pictures in film.copies.items():
            clock, processor = time.perf_counter(), time.process_time()
            near = seen(segments, pictures, NEARLY, _WANTED)
            times.clock.append(time.perf_counter() - clock)
            times.processor.append(time.process_time() - processor)
            yield Answer(film.clip.name, row, near)


def _pictures(answers: Sequence[Answer]) -> None:
    others: dict[tuple[str, str], float] = {}
    strangers = 0
    for row in ROWS:
        found, distances = 0, []
        mine = [one for one in answers if one.row == row.title]
        for answer in mine:
            own = [one.distance for one in answer.near if _same(one.clip, answer.film)]
            found += bool(own)
            distances += own[:1]
            for near in answer.near:
                if near.clip[0] == "8":  # one that was never made
                    strangers += 1
                elif not _same(near.clip, answer.film):
                    pair = (min(near.clip, answer.film), max(near.clip, answer.film))
                    others[pair] = min(near.distance, others.get(pair, 1.0))
        share = Share(found, len(mine))
        _line(
            f"fingerprints, found: {row.title}",
            **({"ratio": 100 * row.wanted / max(1e-9, share.percent)} if row.wanted is not None else {}),
            percent=share.percent,
            least=share.interval[0],
            most=share.interval[1],
            copies=share.of,
            distance_p50=float(np.median(distances)) if distances else 1.0,
            distance_most=max(distances, default=1.0),
        )
    _line("fingerprints, clips never made that were taken for one", clips=strangers, questions=len(answers))
    for (one, other), distance in sorted(others.items(), key=lambda item: item[1]):
        _line(f"fingerprints, another film taken for one: {one} and {other}", distance=distance)


def _sounds(segment: Segment, films: Sequence[Copied], name: str) -> None:
    times, hits, most_alike = Times(), defaultdict[str, list[bool]](list), dict[tuple[str, str], float]()
    kept = {one.clip.name: fingerprint_of(one.sound) for one in films if one.sound}
    for film in films:
        for row, sound in film.sounds.items():
            clock, processor = time.perf_counter(), time.process_time()
            candidates = by_sound((segment,), asked(sound), _SOUNDING)
            whole = heard(sound)
            named = {segment.id_of(one.clip) for one in candidates}
            alike = {clip: similarity(whole, kept[clip]) for clip in named & kept.keys()}
            times.clock.append(time.perf_counter() - clock)
            times.processor.append(time.process_time() - processor)
            near = {clip for clip, similar in alike.items() if similar >= SAME_SOUND}
            hits[row].append(any(_same(clip, film.clip.name) for clip in near))
            for clip in near:
                if not _same(clip, film.clip.name):
                    pair = (min(clip, film.clip.name), max(clip, film.clip.name))
                    most_alike[pair] = max(alike[clip], most_alike.get(pair, 0.0))
    for row, _ in SOUND_ROWS:
        share = Share(sum(hits[row]), len(hits[row]))
        _line(
            f"fingerprints, sound found: {row}",
            percent=share.percent,
            least=share.interval[0],
            most=share.interval[1],
            copies=share.of,
        )
    for (one, other), similar in most_alike.items():
        _line(f"fingerprints, another sound taken for one: {one} and {other}", similarity=similar)
    times.told(f"fingerprints, a sound looked up {name}", GOAL_SECONDS)


def _seeds(drawn: Sequence[Take]) -> None:
    """Takes of one brief with other seeds: how near they come to each other, and whether one is taken for another."""
    segment = Segment.of(
        (Printed(f"{one.name} {one.seed}", fingerprint(one.own), one.sound) for one in drawn), in_memory
    )
    near: dict[str, list[float]] = defaultdict(list)
    heard_near: dict[str, list[float]] = defaultdict(list)
    asked_about = strangers = 0
    for take in drawn:
        asked_about += 1
        for one in seen((segment,), take.seen, _ALIKE, len(drawn)):
            brief, seed = one.clip.rsplit(" ", 1)
            if brief != take.name:
                strangers += one.distance <= NEARLY
            elif int(seed) != take.seed:
                near[brief].append(one.distance)
        for other in drawn:
            if other.name == take.name and other.seed != take.seed:
                heard_near[take.name].append(similarity(heard(take.heard), fingerprint_of(other.sound)))
    copies = {brief: sum(one <= NEARLY for one in found) for brief, found in near.items()}
    _line(
        "fingerprints, takes of one brief with other seeds",
        pairs=asked_about * (len(SEEDS) - 1),
        taken_for_copies=sum(copies.values()),
        other_briefs_taken=strangers,
    )
    for brief, found in sorted(near.items(), key=lambda item: min(item[1])):
        _line(f"fingerprints, other seeds that come near: {brief}", least_distance=min(found), taken=copies[brief])
    for brief, found in sorted(heard_near.items(), key=lambda item: -max(item[1])):
        if max(found) >= SAME_SOUND:
            _line(f"fingerprints, other seeds that sound the same: {brief}", similarity=max(found))


def _same(one: str, other: str) -> bool:
    """Whether two clips of the corpus are one film, drawn or cut at two sizes."""
    return one.removesuffix("-720") == other.removesuffix("-720")


def _line(name: str, **measured: float) -> None:
    rounded = {key: round(value, 3) for key, value in measured.items()}
    sys.stdout.write(json.dumps({"name": name, **rounded, "processors": os.cpu_count()}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

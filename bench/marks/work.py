"""What there is to measure, unit by unit, and the processes that do it.

A unit is one trial of one clip with every row that still lacks it. Units go through the clips in one shuffled order
again and again, so that a run that was stopped has measured all rows about as often, over clips of all kinds.
"""

import math
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, cached_property
from multiprocessing import get_context
from pathlib import Path

from bench.marks.attacks import Film
from bench.marks.clips import ROOT, Corpus
from bench.marks.others import Others
from bench.marks.removal import nobody
from bench.marks.results import EARLIER, Results, Sources
from bench.marks.rows import SOUND_ROWS, Row, all_rows, picture_rows
from bench.marks.sounds import Heard, at_rate
from bench.marks.tools import PictureTools, SoundTools, picture_tools, sound_tools
from bench.marks.trials import (
    QUALITY,
    SEGMENT,
    SOUND_ALARMS,
    UNMARKED,
    UNMARKED_KEYS_A_TRIAL,
    UNMARKED_SEARCHED,
    WRONG_KEYS,
    WRONG_KEYS_A_TRIAL,
    picture_trial,
    segment,
    sound_trial,
    unmarked_trial,
)

TRIALS = 300  # of a row, when all is measured
WRONG_KEYS_TRIED = 10_000
UNMARKED_FRAMES = 100_000  # read as drawn
UNMARKED_FILMS = 150  # searched
SPEECH = ROOT / "tests" / "data" / "jfk.flac"
_SPEECH_NAME = "speech"
_ONCE = "-720"  # ends the names of clips whose sound another clip has too


@dataclass(frozen=True, slots=True)
class Unit:
    """`medium`: "picture", "unmarked" or "sound"."""

    medium: str
    clip: str
    trial: int
    rows: tuple[str, ...]  # keys


class SourcesChanged(Exception):
    """The code of the marks was edited while a run measured it."""


def units(
    corpus: Corpus, results: Results, wanted: frozenset[str], trials: int, sources: Sources, *, anew: bool = False
) -> list[Unit]:
    """What is still to be measured of the wanted rows, by key, until each has that many trials.

    `anew`: what earlier sources measured does not count.
    """
    done = {one.key[:3] for one in results if sources.counts(one) and not (anew and one.sources in EARLIER)}
    names = [clip.name for clip in corpus.clips()]
    heard = [_SPEECH_NAME, *(one.name for one in corpus.clips() if one.sound and not one.name.endswith(_ONCE))]
    share = trials / TRIALS
    limits = {row.key: math.ceil(row.part * trials) for row in all_rows()}
    limits[QUALITY] = min(trials, len(names))
    limits[WRONG_KEYS] = math.ceil(share * WRONG_KEYS_TRIED / WRONG_KEYS_A_TRIAL)
    limits[SOUND_ALARMS] = trials
    limits[UNMARKED] = math.ceil(share * UNMARKED_FRAMES / (SEGMENT * UNMARKED_KEYS_A_TRIAL))
    limits[UNMARKED_SEARCHED] = math.ceil(share * UNMARKED_FILMS)
    keys = {
        "picture": [*(row.key for row in picture_rows(nobody)), QUALITY, WRONG_KEYS],
        "unmarked": [UNMARKED, UNMARKED_SEARCHED],
        "sound": [*(row.key for row in SOUND_ROWS), SOUND_ALARMS],
    }
    found = []
    for medium in keys:
        ours = [key for key in keys[medium] if key in wanted]
        for at, (clip, trial) in enumerate(_in_turn(heard if medium == "sound" else names)):
            asked = tuple(key for key in ours if at < limits[key])
            if not asked:
                break
            missing = tuple(key for key in asked if (key, clip, trial) not in done)
            if missing:
                found.append(Unit(medium, clip, trial, missing))
    return sorted(found, key=lambda one: one.trial)


def lasting() -> frozenset[str]:
    """The rows, by key, of which what `EARLIER` sources measured counts still: all of pictures but the false alarms."""
    return frozenset({QUALITY, *(row.key for row in picture_rows(nobody))})


def work(home: Path, file: Path, todo: Sequence[Unit], processes: int, sources: Sources) -> Iterator[Unit]:
    """Measure the units, each as its process comes to it; yields what is done. Outcomes go to the file at once.

    Raises `SourcesChanged` where the files are no longer those of `sources` when a process loads them; once loaded,
    it measures what it has loaded.
    """
    if processes <= 1:
        for unit in todo:
            yield _done(home, file, unit, sources)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        pending = [pool.submit(_done, home, file, unit, sources) for unit in todo]
        try:
            for future in as_completed(pending):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class _Bench:
    """What a process needs, each thing made when it is first needed."""

    def __init__(self, home: Path, sources: Sources) -> None:
        import numba
        from threadpoolctl import threadpool_limits

        os.environ.setdefault("SVT_LOG", "1")  # errors alone; it tells its settings for every film otherwise
        numba.set_num_threads(1)
        self._alone = threadpool_limits(1)
        self.corpus = Corpus(home)
        self._home = home
        self._sources = sources

    @cached_property
    def pictures(self) -> PictureTools:
        tools = picture_tools()
        if Sources.now().picture != self._sources.picture:
            raise SourcesChanged("the picture mark was edited since this run began: start it again")
        return tools

    @cached_property
    def sounds(self) -> SoundTools:
        tools = sound_tools()
        if Sources.now().sound != self._sources.sound:
            raise SourcesChanged("the sound mark was edited since this run began: start it again")
        return tools

    @cached_property
    def rows(self) -> tuple[Row[Film], ...]:
        return picture_rows(Others(self.corpus, self.pictures, self._sources.picture, self._home).plane)

    def heard(self, name: str) -> Heard:
        from ops.media_reading import read_sound

        if name == _SPEECH_NAME:
            return at_rate(Heard(*read_sound(SPEECH)), 48_000)
        clip = next(one for one in self.corpus.clips() if one.name == name)
        return Heard(*self.corpus.sound(clip))


_bench = cache(_Bench)


def _done(home: Path, file: Path, unit: Unit, sources: Sources) -> Unit:
    bench, results = _bench(home, sources), Results(file)
    asked = frozenset(unit.rows).__contains__
    if unit.medium == "sound":
        rows, heard = SOUND_ROWS, bench.heard(unit.clip)
        outcomes = sound_trial(heard, unit.clip, unit.trial, rows, asked, bench.sounds, sources.sound)
        for outcome in outcomes:
            results.add(outcome)
        return unit
    clip = next(one for one in bench.corpus.clips() if one.name == unit.clip)
    plain = segment(bench.corpus, clip, unit.trial)
    if unit.medium == "unmarked":
        for outcome in unmarked_trial(plain, unit.clip, unit.trial, asked, bench.pictures, sources.picture):
            results.add(outcome)
        return unit
    for outcome in picture_trial(plain, unit.clip, unit.trial, bench.rows, asked, bench.pictures, sources.picture):
        results.add(outcome)
    return unit


def _in_turn(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each name with trial 0 in a shuffled order, then with 1, and so on for ever; none of no names."""
    order = sorted(names)
    random.Random(5).shuffle(order)
    trial = 0
    while order:
        for name in order:
            yield name, trial
        trial += 1

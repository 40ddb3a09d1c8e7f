"""How long embedding and finding take, as ratios to their goals: processor time of one process, whatever its threads.

Decoding is not counted. Each is measured twice, after a first run that compiles, and the shorter one stands.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from bench.marks.attacks import cropped
from bench.marks.clips import Clip, Corpus
from bench.marks.codecs import PUBLISHED, UPLOAD
from bench.marks.tools import KEY, PictureTools, chance, trial_clip
from bench.marks.warps import rotation, warped
from greenroom.domain.base import Frozen

MILLISECONDS_A_FRAME = 15.0  # embedding and reading after encoding, on one core
SEARCH_SECONDS = 10.0  # for a file of ten seconds
SEARCH_CORES = 4
_CLIP_FRAMES, _FILE_FRAMES = 120, 240  # five seconds, ten seconds
_SIZE = (854, 480)


class Speed(Frozen):
    """`ratio` to the goal: above 1 misses it."""

    name: str
    ratio: float
    measured: float
    unit: str
    goal: str = ""


def speeds(corpus: Corpus, tools: PictureTools) -> Iterator[Speed]:
    """Each figure, worst of a rendered and a filmed clip. Raises ValueError where the corpus lacks one."""
    found = [_spent(_clip(corpus, kind), corpus, tools) for kind in ("rendered", "film")]
    most = {name: max(one[name] for one in found) for name in found[0]}
    a_frame = {name: 1000 * most[name] / _CLIP_FRAMES for name in ("drawn", "read")}
    both = sum(a_frame.values())
    goal = f"at most {MILLISECONDS_A_FRAME:.0f} ms a frame on one core"
    name = "embedding and reading after encoding, 854x480"
    yield Speed(name=name, ratio=both / MILLISECONDS_A_FRAME, measured=both, unit="ms a frame", goal=goal)
    for name, title in (("drawn", "of it embedding"), ("read", "of it reading")):
        one = a_frame[name]
        yield Speed(name=title, ratio=one / MILLISECONDS_A_FRAME, measured=one, unit="ms a frame")
    goal = f"at most {SEARCH_SECONDS:.0f} s on {SEARCH_CORES} cores"
    for name, title in (("marked", "rotated by 3 degrees and cropped"), ("plain", "with no mark in it")):
        ratio = most[name] / (SEARCH_SECONDS * SEARCH_CORES)
        title = f"full search of a file of 10 s, {title}"
        yield Speed(name=title, ratio=ratio, measured=most[name], unit="s of one core", goal=goal)


def _clip(corpus: Corpus, kind: str) -> Clip:
    clip = next((one for one in corpus.clips() if one.kind == kind and (one.width, one.height) == _SIZE), None)
    if clip is None:
        raise ValueError(f"the corpus has no {kind} clip of {_SIZE[0]}x{_SIZE[1]}")
    return clip


def _spent(clip: Clip, corpus: Corpus, tools: PictureTools) -> dict[str, float]:
    """Seconds of the processor: a mark drawn, read as drawn, searched for, and searched for where there is none."""
    film = corpus.film(clip)
    there = np.concatenate([film, film[::-1]] * 2)[:_FILE_FRAMES]  # to and fro, until it is long enough
    number = trial_clip(clip.name, 0)
    marked = PUBLISHED.through(tools.mark(there, number))
    matrix = rotation(3.0, *_SIZE)
    turned = np.stack([warped(picture, matrix, *_SIZE) for picture in marked])
    changed, unmarked = cropped(0.1)(turned, chance("speeds")), UPLOAD.through(there)
    return {
        "drawn": _processor(lambda: tools.mark(there[:_CLIP_FRAMES], number)),
        "read": _processor(lambda: tools.find(marked[:_CLIP_FRAMES], KEY, False)),
        "marked": _processor(lambda: tools.find(changed, KEY, True)),
        "plain": _processor(lambda: tools.find(unmarked, KEY, True)),
    }


def _processor(run: Callable[[], object]) -> float:
    """Seconds of the processor that a run takes once all is compiled."""
    run()
    spent = []
    for _ in range(2):
        before = time.process_time()
        run()
        spent.append(time.process_time() - before)
    return min(spent)

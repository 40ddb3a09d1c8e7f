"""How long embedding and finding take, as ratios to their goals: processor time of one process, whatever its threads.

Decoding is not counted. Each is measured twice, after a first run that compiles, and the shorter one stands.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from bench.marks.attacks import cropped
from bench.marks.clips import Corpus
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
    found: dict[str, list[float]] = {"drawn": [], "read": [], "marked": [], "plain": []}
    for kind in ("rendered", "film"):
        clip = next((one for one in corpus.clips() if one.kind == kind and (one.width, one.height) == _SIZE), None)
        if clip is None:
            raise ValueError(f"the corpus has no {kind} clip of {_SIZE[0]}x{_SIZE[1]}")
        film = corpus.film(clip)
        there = np.concatenate([film, film[::-1]] * 2)[:_FILE_FRAMES]  # to and fro, until it is long enough
        plain = there[:_CLIP_FRAMES]
        number = trial_clip(clip.name, 0)
        found["drawn"].append(_processor(lambda: tools.mark(plain, number)))  # noqa: B023
        marked = PUBLISHED.through(tools.mark(there, number))
        found["read"].append(_processor(lambda: tools.find(marked[:_CLIP_FRAMES], KEY, False)))  # noqa: B023
        matrix = rotation(3.0, *_SIZE)
        turned = np.stack([warped(picture, matrix, *_SIZE) for picture in marked])
        changed = cropped(0.1)(turned, chance("speeds"))
        found["marked"].append(_processor(lambda: tools.find(changed, KEY, True)))  # noqa: B023
        unmarked = UPLOAD.through(there)
        found["plain"].append(_processor(lambda: tools.find(unmarked, KEY, True)))  # noqa: B023
    a_frame = {name: 1000 * max(found[name]) / _CLIP_FRAMES for name in ("drawn", "read")}
    both = sum(a_frame.values())
    goal = f"at most {MILLISECONDS_A_FRAME:.0f} ms a frame on one core"
    name = "embedding and reading after encoding, 854x480"
    yield Speed(name=name, ratio=both / MILLISECONDS_A_FRAME, measured=both, unit="ms a frame", goal=goal)
    for name, title in (("drawn", "of it embedding"), ("read", "of it reading")):
        one = a_frame[name]
        yield Speed(name=title, ratio=one / MILLISECONDS_A_FRAME, measured=one, unit="ms a frame")
    goal = f"at most {SEARCH_SECONDS:.0f} s on {SEARCH_CORES} cores"
    for name, title in (("marked", "rotated by 3 degrees and cropped"), ("plain", "with no mark in it")):
        spent = max(found[name])
        ratio = spent / (SEARCH_SECONDS * SEARCH_CORES)
        name = f"full search of a file of 10 s, {title}"
        yield Speed(name=name, ratio=ratio, measured=spent, unit="s of one core", goal=goal)


def _processor(run: Callable[[], object]) -> float:
    """Seconds of the processor that a run takes once all is compiled."""
    run()
    spent = []
    for _ in range(2):
        before = time.process_time()
        run()
        spent.append(time.process_time() - before)
    return min(spent)

"""Where in a copy the kept parts of a clip may lie: the windows that are hashed of a picture somebody hands in.

A clip keeps two hashes of a frame, of the whole and of its middle. A copy that shows all of it, squeezed or not, has
the whole as its whole; one with bars has it between them. A copy that was cropped by up to a quarter of each side still
holds the middle, wherever the cut was: half of the original's sides, up to two thirds of the copy's. PDQ bears a window
that is off by 2 % of its size, so a lattice of them meets every such copy near enough to be found; the best is then
moved to its exact place (`ops.fingerprint_index.aligning`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_picture import MIDDLE, SIDE, WHOLE, Floats

Windows = NDArray[np.float64]  # [windows, 4]: left, top, right, bottom as shares of the picture

_SHARES = (1.0, 0.965, 0.93, 0.9, 0.865, 0.83, 0.8, 0.77, 0.74)  # of each side, that a crop about the middle left
_LATTICE_SHARES = (0.98, 0.9, 0.82, 0.75)  # the same of crops off the middle
_SIZE_BORNE = 0.045  # the error of a window's size that hashes bear
_LATTICE_STEP = 0.045  # of a window's size: hashes bear half of it as an error of its place
_PHASES = ((0.25, 0.25), (0.75, 0.75), (0.25, 0.75), (0.75, 0.25))  # of a step: a scene that stands still is met too
_SHAPES = (4 / 3, 16 / 9, 2.39, 1.0, 9 / 16)  # of pictures: what lies between bars, or what a crop made of another
_BAR = 3.0  # grey levels: the deviation along a line of a bar, in any frame
_LEAST_LEFT = 0.3  # of a side, between bars


@dataclass(frozen=True, slots=True)
class Sought:
    """Windows that may hold the whole of a clip's frames, and those that may hold its middle."""

    whole: Windows
    middle: Windows
    # the middle, after crops off the middle: many, so they are hashed of fewer frames, each of the sets of some of them
    anywhere: tuple[Windows, ...]


def sought(small: Floats) -> Sought:
    """The windows of a film, from its thumbnails float32[frames, SIDE, SIDE]: within its bars too, if it has any."""
    inner, usual = between_bars(small), _usual()
    if inner is None:
        return usual
    # What looks like bars may be a dark edge of the original, so the usual windows stay.
    return Sought(
        whole=np.concatenate([usual.whole, inner[None]]),
        middle=np.concatenate([usual.middle, _within(inner, usual.middle)]),
        anywhere=tuple(np.concatenate([one, _within(inner, one)]) for one in usual.anywhere),
    )


def between_bars(small: Floats) -> NDArray[np.float64] | None:
    """The window between bars of one colour at the edges, float64[4]; None where there are none."""
    if len(small) == 0:
        return None
    top, bottom = _edges(small.std(axis=2).max(axis=0))
    if top == bottom:  # nothing but one colour
        return None
    left, right = _edges(small[:, top:bottom].std(axis=1).max(axis=0))
    if (left, top, right, bottom) == (0, 0, SIDE, SIDE):
        return None
    if right - left < _LEAST_LEFT * SIDE or bottom - top < _LEAST_LEFT * SIDE:
        return None
    return np.array([left, top, right, bottom]) / SIDE


def _edges(deviations: Floats) -> tuple[int, int]:
    """The first line that is no bar, and the one after the last."""
    busy = np.flatnonzero(deviations > _BAR)
    return (int(busy[0]), int(busy[-1]) + 1) if len(busy) else (0, 0)


@cache
def _usual() -> Sought:
    framed = [_about_the_middle(*shape) for shape in _framed()]
    squared = [_middle_after(*shape) for shape in _cut()]
    centred = [_middle_after(share, share) for share in _SHARES]
    return Sought(
        whole=np.array([WHOLE, *framed]),
        middle=np.array([*centred, *squared]),
        anywhere=tuple(
            np.array([window for share in _LATTICE_SHARES for window in _lattice(share, *phase)]) for phase in _PHASES
        ),
    )


def _framed() -> list[tuple[float, float]]:
    """Shares of width and height that a picture of one usual shape has, framed in another."""
    ratios = {round(one / other, 4) for one in _SHAPES for other in _SHAPES if 1.0 < one / other < 3.3}
    return [(1.0, 1 / ratio) for ratio in sorted(ratios)] + [(1 / ratio, 1.0) for ratio in sorted(ratios)]


def _cut() -> list[tuple[float, float]]:
    """Shares of width and height that are left of a picture cut to another usual shape, if its middle is among it."""
    ratios = {round(one / other, 4) for one in _SHAPES for other in _SHAPES if 1.0 < one / other < 1.8}
    return [(1.0, 1 / ratio) for ratio in sorted(ratios)] + [(1 / ratio, 1.0) for ratio in sorted(ratios)]


def _about_the_middle(width: float, height: float) -> tuple[float, float, float, float]:
    return (0.5 - width / 2, 0.5 - height / 2, 0.5 + width / 2, 0.5 + height / 2)


def _middle_after(width: float, height: float) -> tuple[float, float, float, float]:
    """Where the middle lies in a copy that has these shares of the original, cut evenly."""
    size = MIDDLE[2] - MIDDLE[0]
    return _about_the_middle(min(1.0, size / width), min(1.0, size / height))


def _lattice(share: float, along: float, down: float) -> list[tuple[float, float, float, float]]:
    """Windows of one size, wherever the middle may lie in a copy with this share of each side."""
    size = (MIDDLE[2] - MIDDLE[0]) / share
    least = max(MIDDLE[2], share * (1 - _SIZE_BORNE))  # the smallest share that windows of this size are for
    centre = (MIDDLE[0] + MIDDLE[2]) / 2 / least  # at the most, where the crop begins at the left or the top
    start, end = max(0.0, 1 - centre - size / 2), min(1 - size, centre - size / 2)
    count = max(1, int(np.ceil((end - start) / (_LATTICE_STEP * size))))
    lefts, tops = (start + (np.arange(count) + phase) * (end - start) / count for phase in (along, down))
    return [(left, top, left + size, top + size) for top in tops for left in lefts]


def _within(inner: NDArray[np.float64], windows: Windows) -> Windows:
    """Windows of the picture between bars, as windows of all of it."""
    corner, size = np.tile(inner[:2], 2), np.tile(inner[2:] - inner[:2], 2)
    return corner + windows * size

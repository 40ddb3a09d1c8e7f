"""Where a head turns: yaw and pitch over time from five landmarks, and the movements that stand out of them.

The base of the nose stands far before the neck on which a head turns, so it moves to the side of a turn, and up or down
with a nod, by half the span of the eyes and more: its way from where it rests, in spans of the eyes, follows the angle.
Measured against the recording's own rest, it needs no model of anybody's face. Whether it is a head that turned, or a
picture of one that was moved, is `models.liveness`'s question. No landmarks but dlib's five are used.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.enrolments import Direction
from models.face_track import FaceTrack

_SMOOTH_SECONDS = 0.2
# In spans of the eyes, across and down: an excursion begins above the first and counts when it reaches the second.
# On the generated heads a turn of 25 degrees is 0.5 to 0.7, a nod 0.35 to 0.6; sway and speech stay under 0.13.
_BEGINS = np.array([0.16, 0.14])
_COUNTS = np.array([0.27, 0.23])
_SHORTEST = 0.2  # seconds

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Way of the nose's base from its rest, in spans of the eyes; not a number where there was no face.

    `yaw` above 0: to the viewer's right, which is the person's left. `pitch` above 0: down.
    """

    moments: Floats
    yaw: Floats
    pitch: Floats


@dataclass(frozen=True, slots=True)
class Movement:
    """One turn or nod and back, in seconds; `amplitude` at its farthest in spans of the eyes."""

    direction: Direction
    start: float
    peak: float
    end: float
    amplitude: float


def pose(track: FaceTrack) -> HeadPose:
    """The pose in every frame of a track."""
    moments = np.array(track.moments)
    noses = np.array([face.landmarks[4] if face is not None else (np.nan, np.nan) for face in track.faces], float)
    spans = [face.span for face in track.faces if face is not None]
    if not spans:
        return HeadPose(moments, *noses.T)
    ways = (noses - _rest(noses)) / float(np.median(spans))
    return HeadPose(moments, *ways.T)


def movements(found: HeadPose) -> tuple[Movement, ...]:
    """The head's movements in their order; a turn and a nod at once are the larger of the two."""
    moments = found.moments
    seen = np.isfinite(found.yaw)
    if seen.sum() < 5:
        return ()
    signals = np.stack([np.interp(moments, moments[seen], one[seen]) for one in (found.yaw, found.pitch)])
    signals = _smoothed(signals, moments)
    away = np.max(np.abs(signals) / _BEGINS[:, None], axis=0) > 1
    return tuple(one for first, last in _runs(away) for one in _movements_in(signals, moments, first, last))


def _movements_in(signals: Floats, moments: Floats, first: int, last: int) -> list[Movement]:
    """The movements of one excursion: more than one where the head goes from one side to another without a rest."""
    part = signals[:, first : last + 1]
    scaled = part / _COUNTS[:, None]
    axis = np.argmax(np.abs(scaled), axis=0)
    side = np.sign(part[axis, np.arange(part.shape[1])])
    kinds = axis * 2 + (side > 0)
    found = []
    for begin, end in _same(kinds):
        own = np.abs(scaled[axis[begin], begin : end + 1])
        top = begin + int(np.argmax(own))
        long_enough = moments[first + end] - moments[first + begin] >= _SHORTEST
        if own.max() >= 1 and long_enough:
            found.append(
                Movement(
                    direction=_DIRECTIONS[int(kinds[begin])],
                    start=float(moments[first + begin]),
                    peak=float(moments[first + top]),
                    end=float(moments[first + end]),
                    amplitude=float(np.abs(part[axis[begin], top])),
                )
            )
    return found


_DIRECTIONS = (Direction.RIGHT, Direction.LEFT, Direction.UP, Direction.DOWN)


def _rest(ways: Floats) -> Floats:
    """The resting pose: where the pose is most often, as the densest half of each signal."""
    rest = np.zeros(2)
    for axis in range(2):
        values = np.sort(ways[np.isfinite(ways[:, axis]), axis])
        if len(values) < 4:
            return np.nan_to_num(np.nanmedian(ways, axis=0)) if len(values) else rest
        half = len(values) // 2
        widths = values[half:] - values[: len(values) - half]
        start = int(np.argmin(widths))
        rest[axis] = values[start : start + half + 1].mean()
    return rest


def _smoothed(signals: Floats, moments: Floats) -> Floats:
    """Median of three, then a Gaussian."""
    padded = np.pad(signals, ((0, 0), (1, 1)), mode="edge")
    steady = np.median(np.stack([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]]), axis=0)
    gaps = (moments[:, None] - moments[None]) / (_SMOOTH_SECONDS / 2)
    weights = np.exp(-(gaps**2) / 2)
    return np.asarray(steady @ (weights / weights.sum(axis=1, keepdims=True)).T)


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [(int(start), int(end) - 1) for start, end in edges.reshape(-1, 2)]


def _same(kinds: NDArray[np.int64]) -> list[tuple[int, int]]:
    cuts = np.flatnonzero(np.diff(kinds)) + 1
    starts = [0, *cuts.tolist()]
    ends = [*(cuts - 1).tolist(), len(kinds) - 1]
    return list(zip(starts, ends, strict=True))

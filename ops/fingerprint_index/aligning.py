"""Whether a candidate is a copy: the window it was found by is moved to its exact place, and all frames compared."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_picture import Floats, Hashes, differing, hashed, mirrored, waves
from models.fingerprints_windows import Windows
from ops.fingerprint_index.searching import Candidate
from ops.fingerprint_index.segments import Segment
from ops.fingerprint_index.sights import Sights

_TOGETHER = 3  # kept frames that must fit: one may look like another clip's by chance
_FIRST_STEP, _LAST_STEP = 0.02, 0.004  # of the window's size
_HOPELESS = 64  # bits: a copy has fewer where it was found, or after the first steps from there
_ENOUGH = 20  # bits: a place that is as good needs no search

# Moves of a window: along, down, larger, wider, higher; each both ways. In steps, as changes of the edges.
_MOVES = np.array([(1, 0, 1, 0), (0, 1, 0, 1), (-1, -1, 1, 1), (-1, 0, 1, 0), (0, -1, 0, 1)], np.float64)
_MOVES = np.concatenate([_MOVES, -_MOVES])


@dataclass(frozen=True, slots=True)
class Fit:
    """How a film fits a clip: bits that differ on average over the kept frames that fit best, and how many fit."""

    bits: float
    frames: int
    window: NDArray[np.float64]  # of the film's picture: where the clip's part lies
    mirrored: bool
    part: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A window of the film in which some clip's part lies, and what every frame shows there."""

    part: int
    window: NDArray[np.float64]
    mirrored: bool
    hashes: Hashes


@dataclass(slots=True)
class Aligned:
    """A film, and the places in it that were found: shared by the clips that it is compared with."""

    small: Floats
    places: list[_Place] = field(default_factory=list)

    def fit(self, segment: Segment, candidate: Candidate, sights: Sights, near: int) -> Fit:
        """How the film fits a candidate. `near`: bits within which a frame counts as one of those that fit."""
        rows = segment.rows_of(candidate.clip)[:, candidate.part]
        target = segment.kept[candidate.row, candidate.part]
        frame, flipped = int(sights.frames[candidate.sight]), bool(sights.mirrored[candidate.sight])
        for place in self.places:
            alike = (place.part, place.mirrored) == (candidate.part, flipped)
            if alike and differing(place.hashes[frame], target) <= _ENOUGH:
                return self._fit(rows, place, near)
        window, bits = _placed(self.small[frame], sights.windows[candidate.sight], flipped, target)
        if bits > _HOPELESS:
            return Fit(float(bits), 0, window, flipped, candidate.part)
        found = _Place(candidate.part, window, flipped, _hashes(self.small, window[None], flipped)[:, 0])
        self.places.append(found)
        return self._fit(rows, found, near)

    def _fit(self, rows: Hashes, place: _Place, near: int) -> Fit:
        """Kept frames against the film's, in any order: it may be cut, at another speed, or have others around it.

        Those that fit best are placed each by itself: where the camera turns, the nearest frame is a little beside it.
        """
        every = differing(rows[:, None], place.hashes[None])
        apart, frames = every.min(axis=1), every.argmin(axis=1)
        for row in np.argsort(apart, kind="stable")[:_TOGETHER]:
            if _ENOUGH < apart[row] <= _HOPELESS:
                _, apart[row] = _placed(self.small[frames[row]], place.window, place.mirrored, rows[row])
        bits = _mean_of_best(apart, len(self.small))
        return Fit(bits, int((apart <= near).sum()), place.window, place.mirrored, place.part)


def best_of(rows: Hashes, hashes: Hashes) -> float:
    """Bits that differ on average between kept frames uint64[frames, WORDS] and the film's, where they fit best."""
    return _mean_of_best(differing(rows[:, None], hashes[None]).min(axis=1), len(hashes))


def _mean_of_best(apart: NDArray[np.int64], frames: int) -> float:
    return float(np.sort(apart)[: min(_TOGETHER, frames)].mean())


def _placed(
    picture: Floats, window: NDArray[np.float64], flipped: bool, target: Hashes
) -> tuple[NDArray[np.float64], int]:
    """Where around `window` the picture is most like `target`, and the bits that still differ."""
    best = int(differing(_hashes(picture[None], window[None], flipped)[0, 0], target))
    step = _FIRST_STEP
    while step >= _LAST_STEP and best > 0:
        size = np.tile(window[2:] - window[:2], 2)
        around = _inside(window + _MOVES * step * size)
        apart = differing(_hashes(picture[None], around, flipped)[0], target)
        if apart.min() < best:
            best, window = int(apart.min()), around[int(apart.argmin())]
        else:
            step /= 2
            if best > _HOPELESS:
                break
    return window, best


def _inside(windows: Windows) -> Windows:
    """Windows without what reaches out of the picture."""
    return np.clip(windows, 0.0, 1.0)


def _hashes(small: Floats, windows: Windows, flipped: bool) -> Hashes:
    coefficients = waves(small, windows)
    return hashed(mirrored(coefficients) if flipped else coefficients)

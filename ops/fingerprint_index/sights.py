"""What an index is asked about a film: the hashes of every window of its frames that may hold a part of a clip."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_picture import KEPT, WORDS, Floats, Hashes, hashed, mirrored, waves
from models.fingerprints_windows import Windows, sought
from ops.fingerprint_index.tables import KEYS, sureness

_LOOKED_AT = 96  # frames of a film, for the few windows that most copies are found by: 8 a second of 12 seconds
_SEARCHED = 12  # frames of it, for the many windows that a crop off the middle may need


@dataclass(frozen=True, slots=True)
class Sights:
    """Hashes that may be those of one kept part; arrays of one length. Every window stands twice, once in a mirror."""

    part: int
    frames: NDArray[np.int64]  # which of the film's
    windows: Windows
    mirrored: NDArray[np.bool_]
    hashes: Hashes
    sureness: Floats


def sights(small: Floats) -> tuple[Sights, ...]:
    """What to look for, from thumbnails float32[frames, SIDE, SIDE]."""
    windows = sought(small)
    many, few = _spread(len(small), _LOOKED_AT), _spread(len(small), _SEARCHED)
    sets = len(windows.anywhere)
    anywhere = [_seen(small, few[number::sets], one) for number, one in enumerate(windows.anywhere)]
    return (
        _joined(0, [_seen(small, many, windows.whole)]),
        _joined(1, [_seen(small, many, windows.middle), *anywhere]),
    )


def sights_of(hashes: Hashes) -> tuple[Sights, ...]:
    """The same for hashes of whole frames, uint64[n, WORDS], when there is no picture to look at: how sure a bit is
    is not known, so those of the highest frequencies are turned."""
    places = np.broadcast_to(-np.arange(KEYS * 24 // KEYS, dtype=np.float32), (len(hashes), KEYS, 24))
    nowhere = np.tile(np.array(KEPT[0]), (len(hashes), 1))
    sure = places.reshape(len(hashes), KEYS * 24).copy()
    return (Sights(0, np.arange(len(hashes)), nowhere, np.zeros(len(hashes), np.bool_), hashes, sure),)


@dataclass(frozen=True, slots=True)
class _Seen:
    frames: NDArray[np.int64]
    windows: Windows
    mirrored: bool
    hashes: Hashes
    sureness: Floats


def _seen(small: Floats, frames: NDArray[np.int64], windows: Windows) -> list[_Seen]:
    plain = waves(small[frames], windows)
    places, shapes = np.repeat(frames, len(windows)), np.tile(windows, (len(frames), 1))
    return [
        _Seen(places, shapes, flipped, hashed(one).reshape(-1, WORDS), sureness(one).reshape(-1, KEYS * 24))
        for flipped, one in ((False, plain), (True, mirrored(plain)))
    ]


def _joined(part: int, groups: Sequence[list[_Seen]]) -> Sights:
    seen = [one for group in groups for one in group]
    return Sights(
        part,
        np.concatenate([one.frames for one in seen]),
        np.concatenate([one.windows for one in seen]),
        np.concatenate([np.full(len(one.frames), one.mirrored) for one in seen]),
        np.concatenate([one.hashes for one in seen]),
        np.concatenate([one.sureness for one in seen]),
    )


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """At most so many numbers of `count`, evenly."""
    return (
        np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)) if count else np.zeros(0, int)
    )

"""What a clip looks like, to find copies of it: perceptual hashes of sampled frames, compared thousands at once.

PDQ ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Meta 2019) survives another encoding,
size, brightness and slight blur; a crop of a twentieth of the width defeats it, and so does turning the picture.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.roles import Picture

VERSION = "pdq-1"
BYTES = 32  # of one frame's hash
_LEAST_QUALITY = 50  # of 100: PDQ's own advice; below it a frame is so flat that its hash is chance
_BITS = 256
_CHANCE = 128.0  # bits that differ between frames that have nothing to do with each other, on average


def fingerprint(frames: Iterable[Picture]) -> bytes:
    """The hashes of frames, 32 bytes each in their order; flat frames are left out, so it may be empty."""
    import pdqhash  # type: ignore[import-untyped, unused-ignore]

    found = []
    for frame in frames:
        bits, quality = pdqhash.compute(np.ascontiguousarray(frame))
        if quality >= _LEAST_QUALITY:
            found.append(np.packbits(bits.astype(np.uint8)).tobytes())
    return b"".join(found)


def mirrored(frames: Iterable[Picture]) -> Iterable[Picture]:
    """The same frames as a mirror shows them: the commonest way to hide a copy."""
    return (frame[:, ::-1] for frame in frames)


def distances(one: bytes, others: Sequence[bytes]) -> NDArray[np.float64]:
    """How far each of `others` is from `one`: 0 the same frames, about 1 unrelated; float64[len(others)].

    Each frame of `one` is held against the nearest of the other's, in any order: half of them must be alike, so a copy
    may be cut, shown at another speed or have other frames around it. Costs some 40 ms for 1,000 clips of 5 s.
    """
    mine = _words(one)
    result = np.ones(len(others))
    if not len(mine):
        return result
    for place, other in enumerate(others):
        theirs = _words(other)
        if len(theirs):
            differing = np.bitwise_count(mine[:, None, :] ^ theirs[None, :, :]).sum(axis=2, dtype=np.int64)
            result[place] = min(1.0, float(np.median(differing.min(axis=1))) / _CHANCE)
    return result


def _words(packed: bytes) -> NDArray[np.uint64]:
    """uint64[frames, 4]."""
    return np.frombuffer(packed, dtype=np.uint64).reshape(-1, _BITS // 64)

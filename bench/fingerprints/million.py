"""A million clips that were never made: fingerprints with the statistics of the corpus's own, in an index on the disk.

Hashes are drawn as PDQ would find them: waves from a normal distribution with the means and the covariance of parts of
the corpus's pictures, so that some bits are nearly always set and others go together, as in pictures; between a clip's
frames only such bits turn as a moving scene turns, those nearest to their threshold. Sounds are the corpus's, their
least sure bits turned by chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.base import base32
from models.fingerprints_picture import BITS, KEPT, WORDS, Hashes, hashed, opened, waves
from models.fingerprints_sound import read, written
from models.fingerprints_sound_keys import fingerprint_of
from ops.fingerprint_index.arrays import Folder, in_memory
from ops.fingerprint_index.segments import Printed, Segment

FRAMES = 16  # kept of a clip: four seconds of a moving camera, longer where less moves
SECONDS = 10  # of sound
_AT_ONCE = 10_000  # clips of a segment, before all are merged
_WINDOWS = 40  # parts of each picture that the statistics are of
_UNSURE = 0.4  # of the bits, that turn within a clip
_TURNING = 0.3  # of those, from frame to frame
_SOUND_FRAMES = round(SECONDS / 0.032)
_SOUND_TURNED = 10  # bits of a sound's frame that are drawn


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the waves of pictures, in units of each one's size: means float64[256], and a root of their covariance."""

    means: NDArray[np.float64]
    root: NDArray[np.float64]

    @classmethod
    def of(cls, films: Sequence[bytes]) -> "Statistics":
        """From thumbnails of films: of each kept part, and of somewhat smaller ones within it."""
        random = np.random.default_rng(5)
        found = []
        for film in films:
            small = opened(film)
            size, place = random.uniform(0.75, 1.0, (_WINDOWS, 2)), random.uniform(0.0, 1.0, (_WINDOWS, 2))
            corner = place * (1 - size)
            for part in np.array(KEPT):
                whole = part[2:] - part[:2]
                within = np.concatenate([part[:2] + corner * whole, part[:2] + (corner + size) * whole], axis=1)
                found.append(waves(small[:: max(1, len(small) // 3)], within))
        every = np.concatenate([one.reshape(-1, BITS) for one in found]).astype(np.float64)
        every /= np.abs(every).mean(axis=1, keepdims=True) + 1e-6
        root = np.linalg.cholesky(np.cov(every.T) + 1e-6 * np.eye(BITS))
        return cls(every.mean(axis=0), np.asarray(root, np.float64))


def planted(
    folder: Path, statistics: Statistics, sounds: Sequence[bytes], real: Sequence[Printed], count: int
) -> Segment:
    """A segment in `folder` of `real` clips and `count` others."""
    pool = np.concatenate([read(fingerprint_of(one)) for one in sounds if one])
    pool = pool[pool > 0]
    parts = [Segment.of(real, in_memory)]
    for number, start in enumerate(range(0, count, _AT_ONCE)):
        make = Folder(folder / f"part-{number}")
        random = np.random.default_rng(number)
        Segment.of(_drawn(statistics, pool, start, min(_AT_ONCE, count - start), random), make)
        make.close()
        parts.append(Segment.mapped(folder / f"part-{number}"))
    make = Folder(folder / "whole")
    Segment.merged(parts, make)
    make.close()
    return Segment.mapped(folder / "whole")


def _drawn(
    statistics: Statistics, pool: NDArray[np.uint32], first: int, count: int, random: np.random.Generator
) -> Iterator[Printed]:
    pictures = _hashes(statistics, count, random).astype("<u8")
    words = pool[random.integers(0, len(pool), (count, _SOUND_FRAMES))]
    for _ in range(_SOUND_TURNED):
        bits = np.uint32(1) << random.integers(0, 32, 1, np.uint32)
        words = np.where(random.random(words.shape) < 0.5, words ^ bits, words)
    surest = random.integers(0, 8, (count, -(-_SOUND_FRAMES // 8)), np.uint8)
    for number in range(count):
        sound = _SOUND_FRAMES.to_bytes(4, "little") + written(words[number]) + surest[number].tobytes()
        yield Printed(base32(1 << 63 | first + number, 13), pictures[number].tobytes(), sound)


def _hashes(statistics: Statistics, count: int, random: np.random.Generator) -> Hashes:
    """uint64[count, FRAMES, KEPT, WORDS]."""
    normal = random.standard_normal((count * len(KEPT), BITS), np.float32)
    drawn = normal @ statistics.root.T.astype(np.float32) + statistics.means.astype(np.float32)
    drawn *= 1e3  # no picture here is flat
    base = hashed(drawn).reshape(count, 1, len(KEPT), WORDS)
    apart = np.abs(drawn - np.median(drawn, axis=1, keepdims=True)) / statistics.root.std()
    unsure = np.packbits(apart < np.quantile(apart, _UNSURE, axis=1, keepdims=True), axis=1, bitorder="little")
    turned = np.packbits(random.random((count, FRAMES, len(KEPT), BITS), np.float32) < _TURNING, axis=-1)
    mask = turned.view("<u8").reshape(count, FRAMES, len(KEPT), WORDS) & unsure.view("<u8").reshape(base.shape)
    return np.asarray(base ^ mask, np.uint64)

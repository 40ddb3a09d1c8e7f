"""What an index keeps of a sound and what it is asked: single frames of the fingerprint, found by all 32 bits.

As Haitsma and Kalker look up (section 4.2 of their paper, see `models.fingerprints_sound`): some frames of a copy have
every bit right, or all but the least sure. Kept of a clip is the surest frame of each quarter of a second; asked are
all frames of a sound, at four shifts of 8 ms, since a copy is framed anew, with their least sure bits turned each way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.fingerprints_sound import HOP, at_8_khz, frames, read, written
from models.roles import Samples

VERSION = "hk-2"
SHIFTS = 4  # of a frame in time, HOP // SHIFTS samples each
WAYS = 16  # of turning the least sure bits
_BLOCK = 8  # frames of which the surest is kept
_NONE = 0xFF  # for a block without sound
_TURNED = 4
_JUDGED = 3  # bits: a frame is as sure as its third least sure bit

# The bit of a word that each band has: eight to a byte, the first highest.
_PLACES = np.array([1 << (8 * (band // 8) + 7 - band % 8) for band in range(32)], np.uint32)


@dataclass(frozen=True, slots=True)
class Keys:
    """Frames to find a sound by: their bits, uint32[n], and where they stand, in frames of 32 ms, uint16[n]."""

    words: NDArray[np.uint32]
    places: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Asked:
    """Frames of a sound that is looked for: uint32[n, WAYS], the first as it is; float64[n], in frames of 32 ms."""

    words: NDArray[np.uint32]
    places: NDArray[np.float64]


def kept(samples: Samples, sample_rate: int) -> bytes:
    """What is kept of a clip's sound: its fingerprint, and which frame of each block of eight is the surest.

    Raises BadInput as `models.fingerprints_sound.fingerprint` does.
    """
    words, sure = frames(at_8_khz(samples, sample_rate))
    sureness = np.sort(sure, axis=1)[:, _JUDGED - 1] * (words != 0)
    blocks = np.pad(sureness, (0, -len(words) % _BLOCK)).reshape(-1, _BLOCK)
    surest = np.where(blocks.any(axis=1), blocks.argmax(axis=1), _NONE).astype(np.uint8)
    return len(words).to_bytes(4, "little") + written(words) + surest.tobytes()


def fingerprint_of(stored: bytes) -> bytes:
    """The whole fingerprint in what is kept, as `similarity` takes it. Raises BadInput for other bytes."""
    return _parts(stored)[0]


def keys_of(stored: bytes) -> Keys:
    """The frames to find a clip by. Raises BadInput for other bytes."""
    whole, surest = _parts(stored)
    words = read(whole)
    blocks = np.flatnonzero(surest != _NONE)
    places = blocks * _BLOCK + surest[blocks]
    places = places[places < min(len(words), 1 << 16)]
    return Keys(words[places].astype(np.uint32), places.astype(np.uint16))


def asked(narrow: bytes) -> Asked:
    """The frames of a sound that is looked for, given as `models.fingerprints_sound.narrowed` gives it."""
    samples = _samples(narrow)
    words: list[NDArray[np.uint32]] = []
    places: list[NDArray[np.float64]] = []
    for shift in range(SHIFTS):
        found, sure = frames(samples[shift * HOP // SHIFTS :])
        heard = np.flatnonzero(found)
        weakest = np.argsort(sure[heard], axis=1)[:, :_TURNED]
        words.append(found[heard, None] ^ _turns(_PLACES[weakest]))
        places.append(heard.astype(np.float64) + shift / SHIFTS)
    return Asked(np.concatenate(words), np.concatenate(places))


def heard(narrow: bytes) -> bytes:
    """The fingerprint of a sound that is looked for."""
    return written(frames(_samples(narrow))[0])


def _turns(bits: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Every union of each row's single bits, uint32[n, WAYS], the empty one first."""
    found = np.zeros((len(bits), WAYS), np.uint32)
    for way in range(WAYS):
        for rank in range(_TURNED):
            if way >> rank & 1:
                found[:, way] |= bits[:, rank]
    return found


def _samples(narrow: bytes) -> NDArray[np.float64]:
    if len(narrow) % 2:
        raise BadInput("These bytes are no sound of 16 bits a sample.")
    return np.frombuffer(narrow, "<i2").astype(np.float64)


def _parts(stored: bytes) -> tuple[bytes, NDArray[np.uint8]]:
    count = int.from_bytes(stored[:4], "little")
    end = 4 + len(written(np.zeros(0, np.uint32))) + 4 * count
    if len(stored) < 4 or len(stored) != end + -(-count // _BLOCK):
        raise BadInput("These bytes are not what is kept of a sound.")
    return stored[4:end], np.frombuffer(stored[end:], np.uint8)

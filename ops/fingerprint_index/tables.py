"""A table that finds hashes by their first bits: which of millions of kept hashes are within a few bits of one.

Multi-index hashing (Norouzi, Punjani, Fleet, "Fast exact search in Hamming space with multi-index hashing", IEEE TPAMI
2014) with the probes of Lv et al. ("Multi-probe LSH", VLDB 2007): a hash's first 48 bits, its lowest frequencies, are
two keys of 24; whoever asks knows which bits of a key are least sure, and looks under every way of turning those. So it
is not exact: what differs in a bit that seemed sure, in both keys, is not found. A clip has many frames to be found by.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.fingerprints_picture import WORDS, Floats, Hashes
from ops.fingerprint_index.arrays import WORD, Make, mapped

KEYS = 2
NEAR = 72  # of 256 bits: within it a hash is a candidate; a window that is off by 2 % of its size differs by some 60
_KEY_BITS = 24
_TURNED = 4  # least sure bits of a key, looked under both ways
_CODE_NEAR = 11  # of the 32 bits beside a key: one chance hash in 27 passes, and nearly every copy
_PART = 1 << 20  # rows sorted at once: bounds the memory

Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order of one key. `starts` uint32[2**bits + 1]: where the rows of each key begin."""

    starts: Words
    codes: Words  # uint32[rows]: 32 further bits of each, so that few rows are looked at in full
    rows: Words

    @classmethod
    def of(cls, kept: Hashes, part: int, key: int, make: Make) -> "Table":
        """The table of one key of one kept part. `kept` uint64[rows, parts, WORDS]; flat ones are left out."""
        bits = int(np.clip(np.ceil(np.log2(max(1, len(kept)))), 8, _KEY_BITS))
        starts = np.zeros((1 << bits) + 1, np.uint32)
        for start in range(0, len(kept), _PART):
            _count(np.ascontiguousarray(kept[start : start + _PART, part]), key, bits, starts)
        np.cumsum(starts, out=starts)
        codes, rows = (make(f"{name}-{part}-{key}", (int(starts[-1]),), WORD) for name in ("codes", "rows"))
        ends = starts.copy()
        for start in range(0, len(kept), _PART):
            _sort(np.ascontiguousarray(kept[start : start + _PART, part]), key, bits, start, ends, codes, rows)
        make(f"starts-{part}-{key}", starts.shape, WORD)[:] = starts
        return cls(starts, codes, rows)

    @classmethod
    def mapped(cls, path: Path, part: int, key: int) -> "Table":
        """The table in a segment's folder. Raises OSError or ValueError where it is not whole."""
        return cls(*(mapped(path, f"{name}-{part}-{key}", WORD) for name in ("starts", "codes", "rows")))


@dataclass(frozen=True, slots=True)
class Hits:
    """Kept hashes near to asked ones: which was asked, the row, the bits that differ. Three arrays of one length."""

    asked: NDArray[np.int64]
    rows: NDArray[np.int64]
    bits: NDArray[np.int64]


def look_up(table: Table, kept: Hashes, part: int, key: int, asked: Hashes, sureness: Floats, most: int) -> Hits:
    """The rows within `NEAR` bits of `asked` uint64[n, WORDS] that this table leads to, `most` of them at most.

    `sureness` float32[n, KEYS * 24]: how sure each bit of the keys is.
    """
    found, bits = np.empty((most, 2), np.int64), np.empty(most, np.int64)
    count = _look_up(
        table.starts, table.codes, table.rows, kept, part, key, asked, sureness, found[:, 0], found[:, 1], bits
    )
    return Hits(found[:count, 0], found[:count, 1], bits[:count])


def sureness(coefficients: Floats) -> Floats:
    """How far each bit of the keys is from turning, float32[..., KEYS * 24], from the waves that it was made of."""
    middle = np.partition(coefficients, 127, axis=-1)[..., 127:128]
    return np.asarray(np.abs(coefficients[..., : KEYS * _KEY_BITS] - middle), np.float32)


@njit(cache=True, nogil=True)
def _count(hashes: Hashes, key: int, bits: int, counts: Words) -> None:
    """Add to `counts[k + 1]` the hashes of key k."""
    mask = np.uint64((1 << bits) - 1)
    for row in range(len(hashes)):
        first = hashes[row, 0]
        if first | hashes[row, 1] | hashes[row, 2] | hashes[row, 3]:
            counts[np.int64((first >> np.uint64(_KEY_BITS * key)) & mask) + 1] += np.uint32(1)


@njit(cache=True, nogil=True)
def _sort(hashes: Hashes, key: int, bits: int, offset: int, ends: Words, codes: Words, rows: Words) -> None:
    """Put the rows at the ends of their keys' so far; counts every end up."""
    mask = np.uint64((1 << bits) - 1)
    for row in range(len(hashes)):
        first = hashes[row, 0]
        if first | hashes[row, 1] | hashes[row, 2] | hashes[row, 3]:
            place = np.int64((first >> np.uint64(_KEY_BITS * key)) & mask)
            at = ends[place]
            codes[at] = np.uint32((first >> np.uint64(48)) | ((hashes[row, 1] & np.uint64(0xFFFF)) << np.uint64(16)))
            rows[at] = np.uint32(offset + row)
            ends[place] = at + np.uint32(1)


@njit(cache=True, nogil=True)
def _ones(word: np.uint64) -> np.int64:
    """How many bits are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def _look_up(
    starts: Words,
    codes: Words,
    rows: Words,
    kept: Hashes,
    part: int,
    key: int,
    asked: Hashes,
    sure: Floats,
    found_asked: NDArray[np.int64],
    found_rows: NDArray[np.int64],
    found_bits: NDArray[np.int64],
) -> int:
    """Fill the found ones and return how many there are."""
    bits = 0
    while (1 << bits) + 1 < len(starts):
        bits += 1
    mask, found = np.uint64((1 << bits) - 1), 0
    weakest = np.empty(_TURNED, np.int64)
    for number in range(len(asked)):
        first = asked[number, 0]
        if not (first | asked[number, 1] | asked[number, 2] | asked[number, 3]):
            continue
        # 1. The least sure bits of the key.
        for rank in range(_TURNED):
            best, chosen = np.inf, 0
            for bit in range(bits):
                taken = False
                for earlier in range(rank):
                    taken = taken or weakest[earlier] == bit
                value = sure[number, _KEY_BITS * key + bit]
                if not taken and value < best:
                    best, chosen = value, bit
            weakest[rank] = chosen
        base = (first >> np.uint64(_KEY_BITS * key)) & mask
        code = np.uint64((first >> np.uint64(48)) | ((asked[number, 1] & np.uint64(0xFFFF)) << np.uint64(16)))
        # 2. Every way of turning them.
        for way in range(1 << _TURNED):
            turned = base
            for rank in range(_TURNED):
                if way >> rank & 1:
                    turned ^= np.uint64(1) << np.uint64(weakest[rank])
            place = np.int64(turned)
            for at in range(starts[place], starts[place + 1]):
                if _ones(code ^ np.uint64(codes[at])) > _CODE_NEAR:
                    continue
                row, differ = rows[at], np.int64(0)
                for word in range(WORDS):
                    differ += _ones(asked[number, word] ^ kept[row, part, word])
                if differ <= NEAR and found < len(found_rows):
                    found_asked[found], found_rows[found], found_bits[found] = number, row, differ
                    found += 1
    return found

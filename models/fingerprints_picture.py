"""The fingerprint of a film's picture: perceptual hashes of sampled frames, of the whole and of its middle.

The hash is PDQ's ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Meta 2019): brightness
in 64 x 64 averages, the 16 x 16 lowest frequencies of its cosine transform without the constant, a bit for each that is
above their median. It is taken of any part of a picture, since a copy that lost a twentieth of its width has another
hash: what is left of it still holds the middle, which lies somewhere else in it (`models.fingerprints_windows`).

Everything is made from thumbnails: the whole frame in 128 x 128 grey averages, 16,384 bytes, however large it was.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.roles import Picture

VERSION = "pdq-2"
SIDE = 128  # of a thumbnail, pixels
THUMBNAIL = SIDE * SIDE  # bytes of one
EVERY = 0.125  # seconds between two thumbnails of a film that is to be kept
WORDS = 4  # of 64 bits, in a hash
BITS = 64 * WORDS

WHOLE, MIDDLE = (0.0, 0.0, 1.0, 1.0), (0.25, 0.25, 0.75, 0.75)
KEPT = (WHOLE, MIDDLE)  # left, top, right, bottom of what is kept of each frame, as shares of width and height
ROW = len(KEPT) * WORDS * 8  # bytes kept of a frame

_CELLS = 64  # PDQ's averages along a side
_WAVES = 16
_STEP = 2  # thumbnails: a frame is kept each quarter of a second, for a turning camera shows another picture then
_CUT = 64  # bits of 256 between neighbouring thumbnails, from which another shot may begin
_NEW = 20  # bits by which a frame differs from the one kept before it, or it tells nothing new
_MOST = 240  # frames kept of one clip: a minute
_LEAST_TEXTURE = 4.0  # grey levels of a coefficient, on average: below it a picture is so flat that its bits are chance

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]  # [..., WORDS]; a hash of nothing but zeros stands for a picture too flat for one

# Lowest frequencies first: they survive most, so an index looks a hash up by its first bits.
_ORDER = np.argsort(np.add.outer(np.arange(_WAVES), np.arange(_WAVES)).ravel(), kind="stable")
_MIRRORED = np.where(np.arange(1, _WAVES + 1) % 2 == 1, -1.0, 1.0).astype(np.float32)
_COSINES = (
    np.sqrt(2 / _CELLS)
    * np.cos(np.pi / (2 * _CELLS) * np.arange(1, _WAVES + 1)[:, None] * (2 * np.arange(_CELLS)[None] + 1))
).astype(np.float32)


def thumbnails(frames: Iterable[Picture]) -> bytes:
    """The frames in small and grey, uint8[frames, SIDE, SIDE] as bytes: all that a fingerprint needs of them."""
    return b"".join(_thumbnail(frame) for frame in frames)


def opened(small: bytes) -> Floats:
    """Thumbnails as numbers, float32[frames, SIDE, SIDE]. Raises ValueError for other bytes."""
    if len(small) % THUMBNAIL:
        raise ValueError(f"thumbnails are {THUMBNAIL} bytes each, got {len(small)}")
    return np.frombuffer(small, np.uint8).reshape(-1, SIDE, SIDE).astype(np.float32)


def waves(small: Floats, windows: NDArray[np.float64]) -> Floats:
    """The lowest frequencies of parts of pictures, float32[frames, windows, 256], lowest first.

    `small` float32[frames, SIDE, SIDE]; `windows` float64[windows, 4] as `KEPT`. The operators for each edge are
    computed once for windows that share it.
    """
    across, columns = _intervals(windows[:, (0, 2)])
    down, rows = _intervals(windows[:, (1, 3)])
    found = np.empty((len(small), len(windows), BITS), np.float32)
    for place, picture in enumerate(small):
        halves = (down.reshape(-1, SIDE) @ picture).reshape(len(down), _WAVES, SIDE)
        both = np.matmul(halves[rows], across[columns].transpose(0, 2, 1))
        found[place] = both.reshape(len(windows), BITS)[:, _ORDER]
    return found


def mirrored(coefficients: Floats) -> Floats:
    """The frequencies of the same pictures in a mirror."""
    return np.asarray(coefficients * np.tile(_MIRRORED, _WAVES)[_ORDER], np.float32)


def hashed(coefficients: Floats) -> Hashes:
    """The bits of coefficients float32[..., 256], uint64[..., WORDS], lowest frequency first."""
    middle = np.partition(coefficients, BITS // 2 - 1, axis=-1)[..., BITS // 2 - 1 : BITS // 2]
    bits = np.packbits(coefficients > middle, axis=-1, bitorder="little").view("<u8")
    flat = np.abs(coefficients).mean(axis=-1) < _LEAST_TEXTURE
    return np.where(flat[..., None], np.uint64(0), bits)


def fingerprint(small: bytes) -> bytes:
    """What is kept of a film: hashes of `KEPT` parts of its frames, 64 bytes a frame; flat frames are left out.

    `small` holds a thumbnail for each `EVERY` seconds. Kept are those of each quarter second and what begins a shot,
    unless they look as the one before did.
    """
    found = hashed(waves(opened(small), np.array(KEPT)))
    kept: list[int] = []
    for place, one in enumerate(found):
        if not one.any() or (place % _STEP and not _begins_a_shot(found, place)):
            continue
        if not kept or _changed(one, found[kept[-1]]) >= _NEW:
            kept.append(place)
    if len(kept) > _MOST:
        kept = [kept[place] for place in np.linspace(0, len(kept) - 1, _MOST).round().astype(int)]
    return found[kept].astype("<u8").tobytes()


def of_pdq(hashes: bytes) -> Hashes:
    """PDQ hashes of whole frames as `models.lookalikes.fingerprint` gives them, in this module's order of bits.

    uint64[hashes, WORDS]. Raises ValueError for bytes that are no hashes. The same frame's differ by up to 16 bits.
    """
    if len(hashes) % (BITS // 8):
        raise ValueError(f"a PDQ hash has {BITS // 8} bytes, got {len(hashes)}")
    bits = np.unpackbits(np.frombuffer(hashes, np.uint8).reshape(-1, BITS // 8), axis=1)
    return np.packbits(np.ascontiguousarray(bits[:, ::-1][:, _ORDER]), axis=1, bitorder="little").view("<u8")


def rows(kept: bytes) -> Hashes:
    """What `fingerprint` gave, uint64[frames, KEPT, WORDS]. Raises ValueError for other bytes."""
    if len(kept) % ROW:
        raise ValueError(f"a frame's fingerprint has {ROW} bytes, got {len(kept)}")
    return np.frombuffer(kept, "<u8").reshape(-1, len(KEPT), WORDS)


def differing(one: Hashes, other: Hashes) -> NDArray[np.int64]:
    """How many of 256 bits differ; chance where either is flat."""
    flat = ~(one.any(axis=-1) & other.any(axis=-1))
    return np.where(flat, BITS // 2, np.bitwise_count(one ^ other).sum(axis=-1, dtype=np.int64))


def _begins_a_shot(found: Hashes, place: int) -> bool:
    """Whether the picture changed at once, and less after: where a camera turns quickly it goes on changing."""
    here = _changed(found[place], found[place - 1])
    after = _changed(found[place + 1], found[place]) if place + 1 < len(found) else 0
    return here > _CUT and 2 * after <= here


def _changed(one: Hashes, other: Hashes) -> int:
    """Bits that differ in the part that changed most, uint64[KEPT, WORDS] each."""
    return int(np.bitwise_count(one ^ other).sum(axis=-1, dtype=np.int64).max())


def _thumbnail(frame: Picture) -> bytes:
    grey = Image.fromarray(frame).convert("L")
    how = Image.Resampling.BOX if min(grey.size) >= SIDE else Image.Resampling.BILINEAR
    return grey.resize((SIDE, SIDE), how).tobytes()


def _intervals(edges: NDArray[np.float64]) -> tuple[Floats, NDArray[np.int64]]:
    """The operator of each distinct interval, float32[intervals, WAVES, SIDE], and which one each of `edges` has."""
    distinct, places = np.unique(np.round(edges, 6), axis=0, return_inverse=True)
    return np.stack([_operator(float(start), float(end)) for start, end in distinct]), places.reshape(-1)


@lru_cache(4096)  # 8 KB each; the usual windows have some hundred, a search for the exact place makes others
def _operator(start: float, end: float) -> Floats:
    """From a thumbnail's side to the waves of a part of it: averages over 64 cells, then cosines; float32[16, SIDE]."""
    edges = np.linspace(start * SIDE, end * SIDE, _CELLS + 1)
    pixels = np.arange(SIDE)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    covered = np.clip(covered, 0.0, None)
    total = covered.sum(axis=1, keepdims=True)
    return np.asarray(_COSINES @ np.asarray(covered / np.maximum(total, 1e-9), np.float32), np.float32)

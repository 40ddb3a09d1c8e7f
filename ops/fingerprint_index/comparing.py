"""What a film looks and sounds like among the clips of an index: looked up, then compared."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from greenroom.errors import BadInput
from ledger import fingerprints
from ledger.database import Reader
from models.fingerprints_picture import (
    BITS,
    KEPT,
    THUMBNAIL,
    differing,
    hashed,
    mirrored,
    of_pdq,
    opened,
    rows,
    waves,
)
from models.fingerprints_sound import similarity
from models.fingerprints_sound_keys import asked, fingerprint_of
from models.fingerprints_sound_keys import heard as whole_of
from ops.fingerprint_index.aligning import Aligned, Fit, best_of
from ops.fingerprint_index.folder import VERSION
from ops.fingerprint_index.searching import by_picture, by_sound
from ops.fingerprint_index.segments import Segment
from ops.fingerprint_index.sights import sights, sights_of

_CHANCE = BITS / 2  # bits that differ between frames that have nothing to do with each other, on average
_MOST_FRAMES = 240  # of a film that are looked at
_SOUNDING = 8  # clips that are compared with a sound as a whole
SAME_SOUND = 0.825  # similarity that is as near as the limit of distance: AAC and MP3 at 64 kbit/s leave 0.84 and more


@dataclass(frozen=True, slots=True)
class Near:
    """A clip that a film is like. `window`: of the film's picture, left, top, right, bottom."""

    clip: str
    distance: float
    frames: int = 0
    mirrored: bool = False
    window: tuple[float, float, float, float] | None = None


def seen(segments: Sequence[Segment], pictures: bytes, within: float, most: int, threads: int = 0) -> tuple[Near, ...]:
    """The clips whose picture is within a distance of the film's, `most` at most. Raises `BadInput`."""
    if len(pictures) % THUMBNAIL:
        raise BadInput(f"thumbnails are {THUMBNAIL} bytes each, got {len(pictures)}")
    small = opened(pictures)
    if len(small) > _MOST_FRAMES:
        small = small[np.linspace(0, len(small) - 1, _MOST_FRAMES).round().astype(int)]
    if not len(small):
        return ()
    looked_for, aligned = sights(small), Aligned(small)
    found: dict[str, Fit] = {}
    for one in by_picture(segments, looked_for, most, threads or os.cpu_count() or 1):
        segment = segments[one.segment]
        clip, fit = segment.id_of(one.clip), aligned.fit(segment, one, looked_for[one.part], round(within * _CHANCE))
        if clip not in found or fit.bits < found[clip].bits:
            found[clip] = fit
    near = (_near(clip, fit) for clip, fit in found.items() if fit.bits <= within * _CHANCE)
    return tuple(sorted(near, key=lambda one: (one.distance, one.clip)))


def seen_as(segments: Sequence[Segment], hashes: bytes, within: float, most: int, threads: int = 0) -> tuple[Near, ...]:
    """The clips that have a whole frame within a distance of one of these PDQ hashes. Raises `BadInput`."""
    try:
        wanted = of_pdq(hashes)
    except ValueError as error:
        raise BadInput(str(error)) from error
    found: dict[str, list[int]] = {}
    for one in by_picture(segments, sights_of(wanted), most, threads or os.cpu_count() or 1):
        segment = segments[one.segment]
        apart = differing(segment.rows_of(one.clip)[:, None, 0], wanted[None])
        found[segment.id_of(one.clip)] = [int(each) for each in apart.min(axis=0)]
    limit = within * _CHANCE
    near = (
        Near(clip, round(min(bits) / _CHANCE, 4), sum(each <= limit for each in bits))
        for clip, bits in found.items()
        if min(bits) <= limit
    )
    return tuple(sorted(near, key=lambda one: (one.distance, one.clip)))


def heard(
    tx: Reader, segments: Sequence[Segment], sound: bytes, within: float, most: int = _SOUNDING
) -> tuple[Near, ...]:
    """The clips whose sound is within a distance of the film's, among the likeliest. Raises `BadInput`."""
    whole, near = whole_of(sound), []
    for one in by_sound(segments, asked(sound), max(most, _SOUNDING)):
        clip = segments[one.segment].id_of(one.clip)
        kept = fingerprints.of_clip(tx, clip, VERSION)
        if kept is not None and kept.sound:
            alike = similarity(whole, fingerprint_of(bytes.fromhex(kept.sound)))
            near.append(Near(clip, round(min(1.0, within * (1 - alike) / (1 - SAME_SOUND)), 4)))
    return tuple(sorted((one for one in near if one.distance <= within), key=lambda one: (one.distance, one.clip)))


def plain_distance(pictures: bytes, kept: bytes) -> float:
    """How far a clip's kept frames are from a film that was neither cropped nor framed."""
    theirs, small = rows(kept), opened(pictures)
    if not len(theirs) or not len(small):
        return 1.0
    plain = waves(small, np.array(KEPT))
    ways = (hashed(plain), hashed(mirrored(plain)))
    bits = (best_of(theirs[:, part], one[:, part]) for one in ways for part in range(len(KEPT)))
    return min(1.0, min(bits) / _CHANCE)


def _near(clip: str, fit: Fit) -> Near:
    left, top, right, bottom = (round(float(edge), 4) for edge in fit.window)
    return Near(clip, round(fit.bits / _CHANCE, 4), fit.frames, fit.mirrored, (left, top, right, bottom))

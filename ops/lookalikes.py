"""Copies of a clip: those made of the very same frames, and those whose picture is nearly the same.

A clip's fingerprint is made when it is published, and for older clips when somebody first asks.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from greenroom.domain.base import BlobRef, Frozen, now
from greenroom.domain.clips import Take
from greenroom.domain.removals import Fingerprint
from greenroom.errors import BadInput, BlobAltered, BlobMissing, NotFound
from ledger import edges, fingerprints, outputs, publications, remarkings
from ledger.database import Reader
from models.lookalikes import VERSION, distances, fingerprint, mirrored
from models.roles import Picture
from ops.media import opened
from ops.stages.handling import Stage
from ops.studio import Studio, work_folder

NEARLY = 0.25  # distance: 32 of 256 bits, PDQ's own threshold for the same picture
_EVERY = 0.5  # seconds between two frames that are looked at
_AT_ONCE = 2000  # fingerprints compared at once


class Lookalike(Frozen):
    clip: str
    distance: float  # 0 identical, 1 unrelated


def fingerprint_of(studio: Studio, clip: str, file: BlobRef, frames_sha256: str) -> Fingerprint:
    """What a clip's file looks like. Raises `BlobMissing`, `BlobAltered` or `BadInput`."""
    picture = _look(studio, file, lambda frames: frames)
    return Fingerprint(clip=clip, version=VERSION, frames=frames_sha256, picture=picture.hex(), recorded_at=now())


def complete(studio: Studio) -> int:
    """Fingerprint the published clips that lack one; how many there were. Costs about 0.2 s a clip."""
    with studio.ledger.read() as tx:
        waiting = publications.visible(tx, fingerprints.lacking(tx, VERSION))
    for clip in sorted(waiting):
        with studio.ledger.read() as tx:
            publication = publications.by_clip(tx, clip)
            shown = remarkings.shown(tx, publication) if publication is not None else None
            frames = _frames_sha256(tx, publication.brief) if publication is not None else None
        if shown is None or frames is None:
            continue
        try:
            found = fingerprint_of(studio, clip, shown.file, frames)
        except (BlobMissing, BlobAltered, BadInput):  # `audit gaps` names it; it is no copy that anyone can see
            continue
        with studio.ledger.write() as tx:
            fingerprints.add(tx, found)
    return len(waiting)


def lookalikes(studio: Studio, clip: str) -> tuple[Lookalike, ...]:
    """Clips that viewers may see which are the same picture or nearly, also in a mirror, and the clip's own remixes.

    Nearest first; of remixes whatever their distance. Raises `NotFound` for a clip that was never published.
    """
    complete(studio)
    with studio.ledger.read() as tx:
        publication = publications.by_clip(tx, clip)
        shown = remarkings.shown(tx, publication) if publication is not None else None
        mine = fingerprints.of_clip(tx, clip, VERSION)
    if shown is None or mine is None:
        raise NotFound(f"clip {clip} was never published, or its file is gone", "greenroom trace CLIP says more.")
    wanted = (bytes.fromhex(mine.picture), _look(studio, shown.file, mirrored))
    with studio.ledger.read() as tx:
        remixes = set(edges.descendants(tx, clip))
        found = {
            other: distance
            for other, distance in _compared(tx, mine, wanted)
            if other != clip and (distance <= NEARLY or other in remixes)
        }
        visible = publications.visible(tx, found.keys() | remixes)
    near = (Lookalike(clip=one, distance=round(found.get(one, 1.0), 4)) for one in visible)
    return tuple(sorted(near, key=lambda one: (one.distance, one.clip)))


def _compared(tx: Reader, mine: Fingerprint, wanted: tuple[bytes, ...]) -> Iterator[tuple[str, float]]:
    """Every fingerprinted clip with its distance: 0 where the frames are the very same."""
    part: list[Fingerprint] = []
    for one in fingerprints.every(tx, VERSION):
        part.append(one)
        if len(part) == _AT_ONCE:
            yield from _distances(part, mine, wanted)
            part = []
    yield from _distances(part, mine, wanted)


def _distances(part: list[Fingerprint], mine: Fingerprint, wanted: tuple[bytes, ...]) -> Iterator[tuple[str, float]]:
    pictures = [bytes.fromhex(one.picture) for one in part]
    nearest = np.min([distances(one, pictures) for one in wanted], axis=0)
    for one, distance in zip(part, nearest, strict=True):
        yield one.clip, 0.0 if one.frames == mine.frames else float(distance)


def _look(studio: Studio, file: BlobRef, seen: Callable[[Iterable[Picture]], Iterable[Picture]]) -> bytes:
    with work_folder(studio) as folder:
        path = folder / "clip.mp4"
        path.write_bytes(studio.get(file))
        return fingerprint(seen(_sampled(path)))


def _sampled(path: Path) -> Iterator[Picture]:
    """A frame for each half second. Only these are converted: decoding alone is ten times as fast."""
    with opened(path) as container:
        if not container.streams.video:
            raise BadInput(f"{path.name} holds no picture.")
        due = 0.0
        for frame in container.decode(container.streams.video[0]):
            if frame.time is None or frame.time >= due:
                due += _EVERY
                yield frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


def _frames_sha256(tx: Reader, brief: str) -> str | None:
    take = outputs.latest(tx, brief, Stage.TAKE.value)
    return Take.model_validate(take.document).frames_sha256 if take is not None else None

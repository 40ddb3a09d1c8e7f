"""Copies of a clip: by its picture, also cropped, framed, squeezed or in a mirror, and by its sound.

A clip's fingerprint is made when it is published, and for older clips when somebody first asks for a takedown. It stays
when the clip is taken away, so that a copy of it is known for what it is; what viewers may see is asked of the ledger.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

import numpy as np

from greenroom.domain.base import BlobRef, Frozen, now
from greenroom.domain.clips import Take
from greenroom.domain.removals import Fingerprint
from greenroom.errors import BadInput, BlobAltered, BlobMissing, NotFound, StoreUnavailable
from ledger import edges, fingerprints, publications
from ledger.database import Reader
from models.fingerprints_picture import EVERY, SIDE, fingerprint, thumbnails
from models.roles import Picture
from ops.as_published import published_take
from ops.media_reading import opened, read_sound
from ops.shown import shown_files
from ops.studio import Studio, work_folder

NEARLY = 0.25  # distance: 32 of 256 bits, PDQ's own threshold for the same picture; for a sound, 17.5 % of its bits
_WANTED = 24  # clips that are looked at again when somebody asks about a file
_ALL = 10_000  # the same for a takedown, which asks for every copy
_SMOOTH = 1 / 24  # seconds between two frames of a clip whose copies are looked for


class By(StrEnum):
    PICTURE = "picture"
    SOUND = "sound"


class NearCopy(Frozen):
    """A published clip that a film nearly is, or part of it. `shown`: viewers may see it now."""

    clip: str
    shown: bool
    by: By
    distance: float  # 0 identical, `NEARLY` the most, from 0.5 unrelated
    frames: int = 0  # of those kept of the clip, how many are in the film
    mirrored: bool = False
    part: tuple[float, float, float, float] | None = None  # of the film's picture that shows the clip's, or its middle


class Lookalike(Frozen):
    clip: str
    distance: float  # 0 identical, 1 unrelated


def fingerprint_of(studio: Studio, clip: str, file: BlobRef, frames_sha256: str) -> Fingerprint:
    """What a clip's file looks and sounds like. Raises `BlobMissing`, `BlobAltered` or `BadInput`."""
    from models.fingerprints_sound_keys import kept
    from ops.fingerprint_index.folder import VERSION

    with work_folder(studio) as folder:
        path = folder / "clip.mp4"
        path.write_bytes(studio.get(file))
        picture = fingerprint(thumbnails(_sampled(path, EVERY)))
        sound = kept(*read_sound(path)) if _has_sound(path) else b""
    return Fingerprint(
        clip=clip, version=VERSION, frames=frames_sha256, picture=picture.hex(), sound=sound.hex(), recorded_at=now()
    )


def complete(studio: Studio) -> int:
    """Fingerprint the published clips that lack one; how many there were. Costs about 0.3 s a clip."""
    from ops.fingerprint_index.folder import VERSION

    with studio.ledger.read() as tx:
        waiting = publications.visible(tx, fingerprints.lacking(tx, VERSION))
    for clip in sorted(waiting):
        with studio.ledger.read() as tx:
            file, frames = _file(tx, clip)
        if file is None or frames is None:
            continue
        try:
            found = fingerprint_of(studio, clip, file, frames)
        except (BlobMissing, BlobAltered, BadInput):  # `audit gaps` names it; it is no copy that anyone can see
            continue
        with studio.ledger.write() as tx:
            fingerprints.add(tx, found)
    if waiting:
        keep_index(studio)
    return len(waiting)


def keep_index(studio: Studio) -> None:
    """Put new fingerprints into the index, once enough are waiting: until then they are found without it."""
    from ops.fingerprint_index.folder import catch_up

    with suppress(StoreUnavailable):  # a full disk: nothing is lost, whoever asks next tries again
        catch_up(studio)


def near_copies(studio: Studio, pictures: bytes = b"", sound: bytes = b"", most: int = 0) -> tuple[NearCopy, ...]:
    """Published clips that a film is nearly a copy of, whether or not viewers may see them: by picture, then by sound.

    `pictures` are its thumbnails (`models.fingerprints_picture.thumbnails`): one for a still, else the more the surer,
    up to 240, close to each other; `sound` is `models.fingerprints_sound.narrowed`. Nearest first; of how many clips
    it is found out grows with `most`.
    Raises `BadInput` for bytes that are neither.
    """
    from ops.fingerprint_index.comparing import heard, seen
    from ops.fingerprint_index.folder import segments

    with studio.ledger.read() as tx:
        found = segments(studio, tx)
        wanted = max(most, _WANTED)
        near = seen(found, pictures, NEARLY, wanted, studio.settings.threads) if pictures else ()
        alike = heard(tx, found, sound, NEARLY, most) if sound else ()
        shown = publications.visible(tx, {one.clip for one in (*near, *alike)})
    return (
        *(
            NearCopy(
                clip=one.clip,
                shown=one.clip in shown,
                by=By.PICTURE,
                distance=one.distance,
                frames=one.frames,
                mirrored=one.mirrored,
                part=one.window,
            )
            for one in near
        ),
        *(NearCopy(clip=one.clip, shown=one.clip in shown, by=By.SOUND, distance=one.distance) for one in alike),
    )


def near_hash(studio: Studio, hashes: bytes, most: int = 0) -> tuple[NearCopy, ...]:
    """The same for PDQ hashes of whole frames, 32 bytes each, where there is no picture.

    They find no copy that was cropped or framed. Raises `BadInput` for bytes that are no hashes.
    """
    from ops.fingerprint_index.comparing import seen_as
    from ops.fingerprint_index.folder import segments

    with studio.ledger.read() as tx:
        near = seen_as(segments(studio, tx), hashes, NEARLY, max(most, _WANTED), studio.settings.threads)
        shown = publications.visible(tx, {one.clip for one in near})
    return tuple(
        NearCopy(clip=one.clip, shown=one.clip in shown, by=By.PICTURE, distance=one.distance, frames=one.frames)
        for one in near
    )


def lookalikes(studio: Studio, clip: str) -> tuple[Lookalike, ...]:
    """Clips that viewers may see which are the same picture or nearly, also in a mirror, and the clip's own remixes.

    Nearest first; of remixes whatever their distance. Raises `NotFound` for a clip that was never published.
    """
    from ops.fingerprint_index.comparing import plain_distance, seen
    from ops.fingerprint_index.folder import VERSION, segments

    complete(studio)
    with studio.ledger.read() as tx:
        file, _ = _file(tx, clip)
        mine = fingerprints.of_clip(tx, clip, VERSION)
    if file is None or mine is None:
        raise NotFound(f"clip {clip} was never published, or its file is gone", "greenroom trace CLIP says more.")
    pictures = _thumbnails(studio, file)
    with studio.ledger.read() as tx:
        near = seen(segments(studio, tx), pictures, NEARLY, _ALL, studio.settings.threads)
        found = {one.clip: one.distance for one in near}
        found |= dict.fromkeys(fingerprints.of_frames(tx, mine.frames, VERSION), 0.0)
        remixes = set(edges.descendants(tx, clip))
        for one in remixes - found.keys():
            other = fingerprints.of_clip(tx, one, VERSION)
            found[one] = plain_distance(pictures, bytes.fromhex(other.picture)) if other is not None else 1.0
        shown = publications.visible(tx, found.keys() - {clip})
    return _sorted([Lookalike(clip=one, distance=round(found[one], 4)) for one in shown])


def _sorted(found: Sequence[Lookalike]) -> tuple[Lookalike, ...]:
    return tuple(sorted(found, key=lambda one: (one.distance, one.clip)))


def _thumbnails(studio: Studio, file: BlobRef) -> bytes:
    with work_folder(studio) as folder:
        path = folder / "clip.mp4"
        path.write_bytes(studio.get(file))
        return thumbnails(_sampled(path, _SMOOTH))


def _sampled(path: Path, every: float) -> Iterator[Picture]:
    """A small frame for each `every` seconds. Only these are converted: decoding alone is ten times as fast."""
    from av.video.reformatter import Colorspace, Interpolation

    with opened(path) as container:
        if not container.streams.video:
            raise BadInput(f"{path.name} holds no picture.")
        due = 0.0
        for frame in container.decode(container.streams.video[0]):
            if frame.time is None or frame.time >= due - 1e-6:
                due += every
                matrix = Colorspace.ITU601 if frame.colorspace in (5, 6) else Colorspace.ITU709
                small = frame.reformat(
                    width=SIDE, height=SIDE, format="rgb24", src_colorspace=matrix, interpolation=Interpolation.AREA
                )
                yield small.to_ndarray().astype(np.uint8, copy=False)


def _has_sound(path: Path) -> bool:
    with opened(path) as container:
        return bool(container.streams.audio)


def _file(tx: Reader, clip: str) -> tuple[BlobRef | None, str | None]:
    """The file that viewers are given of a clip, and the SHA-256 of its take's frames."""
    publication = publications.by_clip(tx, clip)
    if publication is None:
        return None, None
    take = published_take(tx, publication)
    frames = Take.model_validate(take.document).frames_sha256 if take is not None else None
    return shown_files(tx, publication)[-1].marked.file, frames

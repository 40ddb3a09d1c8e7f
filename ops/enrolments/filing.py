"""Filing an enrolment: the captures are sealed, the terms written down, and a run looks at it within seconds."""

import io
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from PIL import Image, UnidentifiedImageError

from greenroom.domain.base import BlobRef, new_id, new_salt, now
from greenroom.domain.consents import Account, Attestation, Consent, LikenessKind, Terms
from greenroom.domain.enrolments import Enrolment, EnrolmentState
from greenroom.errors import BadInput
from ledger import enrolments, likenesses
from ledger.database import Reader
from ops.enrolments.challenge import answerable
from ops.media_reading import probe
from ops.names import checked
from ops.studio import Studio

LARGEST_FILE = 256 * 2**20  # bytes: a minute of 4K from a telephone
LARGEST_SIDE = 20_000  # pixels: beyond it a small file can unpack into more memory than there is
SMALLEST_SIDE = 64  # pixels: less shows nothing to recognise
MOST_CAPTURES = 12
RECORDING, PHOTOGRAPH = "video/mp4", "image/*"  # media types of captures, by what they are read as


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `challenge` None: the one the account drew last (a person's)."""

    handle: str
    kind: LikenessKind
    species: str
    terms: Terms
    captures: tuple[Path, ...]
    challenge: str | None = None


def draft(studio: Studio, asked: Asked, owner: Account) -> Consent:
    """The first consent of the likeness that may come of this, as its owner gives it now; not yet recorded anywhere."""
    moment = now()
    return Consent(
        **asked.terms.model_dump(),
        id=new_id("co"),
        likeness=new_id("li"),
        version=1,
        attested_by=Attestation.INSTALLATION,
        salt=new_salt(),
        given_at=moment,
        recorded_at=moment,
    )


def file(
    studio: Studio,
    asked: Asked,
    owner: Account,
    *,
    filed_by: Account | None = None,
    consent: Consent | None = None,
    signed: bytes | None = None,
) -> Enrolment:
    """File an enrolment. `consent` is the draft its owner `signed` with a key of their own, when they did.

    Raises `BadInput` for a handle that is taken, captures that cannot be read, a statement that says nothing, or a
    challenge that is not the owner's, was answered before or ran out; nothing is kept then, no key either.
    """
    handle = checked(asked.handle)
    if not asked.terms.statement.strip():
        raise BadInput(f"@{handle} needs its owner's statement", 'Give it with --statement "She is mine, and I agree."')
    captures = _captures(asked)
    consent = consent or draft(studio, asked, owner)
    # The challenge and the handle are asked before anything is sealed, and again in the transaction that files.
    with studio.ledger.read() as tx:
        _free(tx, handle, owner)
        challenge = answerable(tx, owner, asked.challenge) if asked.kind is LikenessKind.PERSON else None
    refs: list[BlobRef] = []
    try:
        for data, media_type in captures:
            refs.append(studio.put_sealed(data, media_type, consent.likeness))
        enrolment = Enrolment(
            id=new_id("en"),
            likeness=consent.likeness,
            account=owner.id,
            filed_by=(filed_by or owner).id,
            handle=handle,
            kind=asked.kind,
            species="person" if asked.kind is LikenessKind.PERSON else asked.species,
            challenge=challenge.id if challenge is not None else None,
            captures=tuple(refs),
            consent=consent,
            recorded_at=now(),
        )
        with studio.ledger.write() as tx:
            _free(tx, handle, owner)
            if challenge is not None:
                answerable(tx, owner, challenge.id)
            enrolments.add(tx, enrolment, signed)
    except BaseException:
        studio.keyring.destroy(consent.likeness)
        for ref in refs:
            studio.store.delete(ref)
        raise
    return enrolment


def _free(tx: Reader, handle: str, owner: Account) -> None:
    if likenesses.by_handle(tx, handle) is not None:
        raise BadInput(f"@{handle} is enrolled already", "Choose another handle; a withdrawn one is never given again.")
    waiting = (EnrolmentState.FILED, EnrolmentState.REVIEW, EnrolmentState.UNCONFIRMED)
    if any(enrolments.state(tx, one.id) in waiting for one in enrolments.of_handle(tx, handle)):
        raise BadInput(f"@{handle} is being enrolled", "greenroom likeness show says what it waits for.")


def _captures(asked: Asked) -> list[tuple[bytes, str]]:
    """Each file's bytes and what it is read as."""
    if not 1 <= len(asked.captures) <= MOST_CAPTURES:
        raise BadInput(f"{len(asked.captures)} files are given; 1 to {MOST_CAPTURES} are wanted")
    read = [(path, _read(path)) for path in asked.captures]
    if asked.kind is LikenessKind.PERSON:
        if len(read) != 1:
            raise BadInput(f"a person is enrolled from one recording, got {len(read)} files", "Hand in one.")
        if _is_picture(read[0][1]):
            raise BadInput(
                "a person cannot be enrolled from a photograph",
                "Their own recording must answer a challenge: greenroom likeness challenge draws one.",
            )
    return [(data, _read_as(path, data)) for path, data in read]


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):  # a pipe could be waited on for ever, a device never ends
            raise BadInput(f"{path} is not a file", "Hand in a photograph or a recording.")
        if found.st_size > LARGEST_FILE:
            raise BadInput(
                f"{path.name} has {found.st_size} bytes; at most {LARGEST_FILE} are read", "Hand in a smaller one."
            )
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}", "Check the path.") from error


def _is_picture(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)):
            return True
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _read_as(path: Path, data: bytes) -> str:
    """The media type a capture is kept under. Raises `BadInput` for what is neither photograph nor recording."""
    if not _is_picture(data):
        try:
            probe(path)
        except BadInput as error:
            raise BadInput(
                f"{path.name} is neither a photograph nor a recording that can be read: {error.fact}",
                "Hand in a JPEG, PNG or WebP file, or a recording as MP4 or WebM.",
            ) from error
        return RECORDING
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
    if max(width, height) > LARGEST_SIDE or min(width, height) < SMALLEST_SIDE:
        raise BadInput(f"{path.name} has {width}x{height} pixels; {SMALLEST_SIDE} to {LARGEST_SIDE} a side are wanted")
    return PHOTOGRAPH

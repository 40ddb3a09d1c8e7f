"""Enrolling a pet or an object from a photograph, on its owner's word; and reading what is enrolled.

A person is enrolled from a recording that answers a challenge, which no photograph can: see `docs/users.md`.
"""

import io
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from greenroom.domain.base import new_id, new_salt, now
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Withdrawal
from greenroom.errors import BadInput, NotFound
from ledger import consents, erasures, likenesses, withdrawals
from ledger.database import Reader
from ops.erase import order
from ops.names import checked
from ops.notices import tell_makers
from ops.studio import Studio

LARGEST_FILE = 64 * 2**20  # bytes; a photograph of 100 megapixels is smaller
LARGEST_SIDE = 20_000  # pixels: beyond it a small file can unpack into more memory than there is
REFERENCE_SIDE = 1024  # pixels of the kept picture's longer side: more than a clip of 1080 lines shows of it
SMALLEST_SIDE = 64  # pixels: less shows nothing to recognise


def enrol(
    studio: Studio,
    photograph: Path,
    handle: str,
    kind: LikenessKind,
    species: str,
    owner: Account,
    statement: str,
    audience: Audience = Audience.EVERYONE,
) -> tuple[Likeness, Consent]:
    """Enrol a likeness with its first consent, in one transaction; the photograph is sealed under a key of its own.

    `statement` is what the owner said, in words. Raises `BadInput` for a file that is no usable photograph, an
    empty statement, a handle that is no name, or a person.
    """
    handle = checked(handle)
    if kind is LikenessKind.PERSON:
        raise BadInput(
            "a person cannot be enrolled from a photograph",
            "Their own recording must answer a challenge; see the docs.",
        )
    if not statement.strip():
        raise BadInput(f"@{handle} needs its owner's statement", 'Give it with --statement "She is mine, and I agree."')
    capture = _read(photograph)
    reference = _reference(capture, photograph)
    moment = now()
    likeness_id = new_id("li")
    likeness = Likeness(
        id=likeness_id,
        handle=handle,
        kind=kind,
        species=species,
        owner=owner.id,
        capture=studio.put_sealed(capture, "application/octet-stream", likeness_id),
        reference=studio.put_sealed(reference, "image/png", likeness_id),
        recorded_at=moment,
    )
    consent = Consent(
        id=new_id("co"),
        likeness=likeness.id,
        version=1,
        audience=audience,
        statement=statement,
        salt=new_salt(),
        given_at=moment,
        recorded_at=moment,
    )
    with studio.ledger.write() as tx:
        likenesses.add(tx, likeness)
        consents.add(tx, consent)
    return likeness, consent


def find(tx: Reader, handle: str) -> Likeness:
    """The likeness of a handle, with or without its @. Raises `NotFound`."""
    likeness = likenesses.by_handle(tx, handle.removeprefix("@").lower())
    if likeness is None:
        raise NotFound(
            f"no likeness is enrolled as @{handle.removeprefix('@')}", "greenroom likeness enroll makes one."
        )
    return likeness


def withdraw(studio: Studio, handle: str, by: Account, reason: str) -> Withdrawal:
    """Take a likeness back: one insert, and every clip that rests on it is gone from the next request on.

    Its key is destroyed as soon as that is committed; the media of its clips are ordered to be erased within the hour
    (`ops.erase`), and their makers told. Withdrawing twice returns the first withdrawal. Raises `NotFound`, and
    `BadInput` for anyone but the owner.
    """
    with studio.ledger.write() as tx:
        likeness = find(tx, handle)
        if likeness.owner != by.id:
            raise BadInput(f"@{likeness.handle} belongs to another account than @{by.name}", "Its owner withdraws it.")
        earlier = withdrawals.of_likeness(tx, likeness.id)
        if earlier:
            return earlier[0]
        withdrawal = Withdrawal(
            id=new_id("wi"), likeness=likeness.id, by=by.id, reason=reason, salt=new_salt(), recorded_at=now()
        )
        withdrawals.add(tx, withdrawal)
        erasures.order(tx, order(withdrawal.id, likeness=likeness.id))
        tell_makers(tx, likeness)
    studio.keyring.destroy(likeness.id)  # killed before this line, the next sweep does it; the keyring refuses it now
    return withdrawal


def _read(photograph: Path) -> bytes:
    try:
        size = photograph.stat().st_size
        if size > LARGEST_FILE:
            raise BadInput(f"{photograph} has {size} bytes; at most {LARGEST_FILE} are read", "Hand in a smaller one.")
        return photograph.read_bytes()
    except OSError as error:
        raise BadInput(f"{photograph} cannot be read: {error.strerror}", "Check the path.") from error


def _reference(capture: bytes, photograph: Path) -> bytes:
    """The photograph as an upright RGB PNG, its longer side at most `REFERENCE_SIDE` pixels, its metadata dropped."""
    from PIL import ImageOps

    try:
        with Image.open(io.BytesIO(capture)) as opened:
            width, height = opened.size
            if max(width, height) > LARGEST_SIDE or min(width, height) < SMALLEST_SIDE:
                raise BadInput(
                    f"{photograph} has {width}x{height} pixels; {SMALLEST_SIDE} to {LARGEST_SIDE} a side are wanted"
                )
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(
            f"{photograph} is not a photograph that can be read: {error}", "Hand in a JPEG, PNG or WebP file."
        ) from error
    picture.thumbnail((REFERENCE_SIDE, REFERENCE_SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()

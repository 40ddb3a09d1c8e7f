"""What recognises a capture again, kept sealed under its likeness's key: gone for good when that key is destroyed."""

from collections.abc import Iterator
from math import dist

from greenroom.domain.base import BlobRef, Frozen
from greenroom.domain.enrolments import EnrolmentState, Template
from greenroom.errors import BlobMissing, SealBroken
from ledger import enrolments
from ledger.database import Reader
from ops.studio import Studio

BLOCKED = "blocked-faces"  # the subject whose key seals the templates of blocked faces
FARTHEST = 2.0  # where there is nobody to compare with: no two embeddings of faces are as far apart


class Recognition(Frozen):
    """A face (128 numbers, dlib's embedding), fingerprints of picture and sound (hex), and the picture to be used."""

    face: tuple[float, ...] | None = None
    picture: str | None = None
    sound: str | None = None
    reference: BlobRef | None = None


def read(studio: Studio, template: Template) -> Recognition | None:
    """What a template holds; None once its key or its blob is erased."""
    try:
        return studio.get_document(template.template, Recognition)
    except (SealBroken, BlobMissing):
        return None


def others(studio: Studio, tx: Reader, enrolment: str) -> Iterator[tuple[Template, Recognition]]:
    """Every other capture that can still be recognised."""
    for template in enrolments.every_template(tx):
        if template.enrolment != enrolment and (found := read(studio, template)) is not None:
            yield template, found


def nearest_other_owner(
    studio: Studio, tx: Reader, enrolment: str, account: str, face: tuple[float, ...]
) -> tuple[float, str | None]:
    """How near the nearest face is that another account enrolled or waits to (Euclidean), and that enrolment's id."""
    standing = (EnrolmentState.ENROLLED, EnrolmentState.REVIEW, EnrolmentState.FILED)
    found = [
        (_apart(face, one.face), template.enrolment)
        for template, one in others(studio, tx, enrolment)
        if one.face is not None and template.account != account and enrolments.state(tx, template.enrolment) in standing
    ]
    return min(found, default=(FARTHEST, None))


def nearest_blocked(studio: Studio, tx: Reader, face: tuple[float, ...]) -> float:
    """How near the nearest blocked face is (Euclidean)."""
    known = (studio.get_document(one.template, Recognition).face for one in enrolments.blocked(tx))
    return min((_apart(face, one) for one in known if one is not None), default=FARTHEST)


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return dist(one, other)

"""What recognises a capture again, kept sealed under its likeness's key: gone for good when that key is destroyed."""

from collections.abc import Iterator
from math import dist

from greenroom.domain.base import BlobRef, Frozen
from greenroom.domain.enrolments import Enrolment, EnrolmentState, Template
from greenroom.domain.verdicts import Rule
from greenroom.errors import BlobMissing, SealBroken
from ledger import enrolments
from ledger.database import Reader
from moderation.presentation import Measured, judge_step, load_presentation_policy
from ops.studio import Studio

BLOCKED = "blocked-faces"  # the subject whose key seals the templates of blocked faces
FACES = "nobody else's face"  # the step that compares faces
FARTHEST = 2.0  # where there is nobody to compare with: no two embeddings of faces are as far apart


class VoicePrint(Frozen):
    """A voice, as many numbers as `model` makes of one; two of one model compare by their cosine."""

    model: str
    numbers: tuple[float, ...]


class Recognition(Frozen):
    """A face (128 numbers, dlib's embedding), a voice, fingerprints of picture and sound (hex), and the picture to be
    used. `voice_reason`: why a person's capture has no print of the voice; an older one has neither.
    """

    face: tuple[float, ...] | None = None
    voice: VoicePrint | None = None
    voice_reason: str | None = None
    picture: str | None = None
    sound: str | None = None
    reference: BlobRef | None = None


def read(studio: Studio, template: Template) -> Recognition | None:
    """What a template holds; None once its key or its blob is erased."""
    try:
        return studio.get_document(template.template, Recognition)
    except (SealBroken, BlobMissing):
        return None


def others(studio: Studio, tx: Reader, enrolment: str, since: int = 0) -> Iterator[tuple[Template, Recognition]]:
    """Every other capture that can still be recognised, kept after the revision `since`."""
    for template in enrolments.every_template(tx, since):
        if template.enrolment != enrolment and (found := read(studio, template)) is not None:
            yield template, found


def nearest_other_owner(
    studio: Studio, tx: Reader, enrolment: str, account: str, face: tuple[float, ...], since: int = 0
) -> tuple[float, str | None]:
    """How near the nearest face is that another account enrolled or waits to (Euclidean), and that enrolment's id.

    `since` is a revision: of those kept after it.
    """
    standing = (EnrolmentState.ENROLLED, EnrolmentState.REVIEW, EnrolmentState.FILED)
    found = [
        (_apart(face, one.face), template.enrolment)
        for template, one in others(studio, tx, enrolment, since)
        if one.face is not None and template.account != account and enrolments.state(tx, template.enrolment) in standing
    ]
    return min(found, default=(FARTHEST, None))


def nearest_blocked(studio: Studio, tx: Reader, face: tuple[float, ...]) -> float:
    """How near the nearest blocked face is (Euclidean)."""
    known = (studio.get_document(one.template, Recognition).face for one in enrolments.blocked(tx))
    return min((_apart(face, one) for one in known if one is not None), default=FARTHEST)


def claimed_meanwhile(studio: Studio, tx: Reader, enrolment: Enrolment, known: Recognition) -> tuple[Rule, ...]:
    """Why a person must look: another account's capture of this face was kept since the step that compared faces.

    Two checks at the same moment do not see each other; in the transaction that enrols, the later one does.
    """
    if known.face is None:
        return ()
    step = next(one for one in load_presentation_policy().of(enrolment.kind) if one.name == FACES)
    since = enrolments.revision_before(tx, enrolment.id, step.number)
    apart, _ = nearest_other_owner(studio, tx, enrolment.id, enrolment.account, known.face, since)
    return judge_step(step, {"nearest_other_owner": Measured(apart), "nearest_blocked": Measured(FARTHEST)}).rules


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return dist(one, other)

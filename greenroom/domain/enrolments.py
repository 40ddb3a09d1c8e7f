"""The way of a likeness: challenge, pending enrolment, its numbered steps, and what became of it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen
from greenroom.domain.consents import HANDLE, Consent, LikenessKind
from greenroom.domain.verdicts import Evidence, Outcome, Rule


class Direction(StrEnum):
    """Where the head turns, as the person says it: their own left is the viewer's right in a picture not mirrored."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Challenge(Frozen):
    """What one recording must answer: drawn at random, for one account, one attempt and a few minutes."""

    id: str
    account: str
    words: tuple[str, ...] = Field(min_length=1)
    directions: tuple[Direction, ...] = Field(min_length=1)
    expires_at: datetime
    recorded_at: datetime


class Enrolment(Frozen):
    """A likeness that someone asks to enrol. Its captures are sealed under the key of the likeness it will be.

    `consent` is the first version as the owner gave it at filing; it is recorded when the likeness is.
    """

    id: str
    likeness: str
    account: str  # the owner
    filed_by: str  # account id: an operator, when not the owner
    handle: str = Field(pattern=HANDLE)
    kind: LikenessKind
    species: str
    challenge: str | None = None
    captures: tuple[BlobRef, ...] = Field(min_length=1)
    consent: Consent
    recorded_at: datetime


class EnrolmentStep(Frozen):
    """One numbered check of an enrolment, with what it saw. Hold: a person must decide."""

    enrolment: str
    number: int = Field(ge=1)
    name: str
    outcome: Outcome
    rules: tuple[Rule, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    policy_version: int
    code_version: str
    run: str
    seconds: float
    recorded_at: datetime


class EnrolmentState(StrEnum):
    FILED = "filed"  # no run has looked at it
    REVIEW = "review"  # a person must decide
    UNCONFIRMED = "unconfirmed"  # the owner must look at the cut-out and confirm it
    REFUSED = "refused"
    ENROLLED = "enrolled"


class EnrolmentOutcome(Frozen):
    """What became of an enrolment, from this row on."""

    id: str
    enrolment: str
    state: EnrolmentState
    rules: tuple[Rule, ...] = ()
    run: str
    recorded_at: datetime


class Template(Frozen):
    """What recognises a capture again (face, picture and sound fingerprints), sealed under its likeness's key."""

    enrolment: str
    likeness: str
    account: str
    template: BlobRef
    recorded_at: datetime


class BlockedFace(Frozen):
    """A face that may not be enrolled by anyone; its template is sealed under the installation's own subject."""

    id: str
    template: BlobRef
    reason: str
    by: str
    recorded_at: datetime

"""What waits for a person's judgement, and what the person decided."""

from datetime import datetime
from enum import StrEnum

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Gate, Rule


class ReviewSubject(StrEnum):
    ENROLMENT = "enrolment"
    ACCOUNT = "account"  # is its holder who they say, and an adult?
    BRIEF = "brief"  # a gate holds it
    TAKEDOWN = "takedown"


class Review(Frozen):
    """One question for a person. For a brief, `gate` holds it, by `rules` and on `inputs`: it is answered for these."""

    id: str
    kind: ReviewSubject
    subject: str
    gate: Gate | None = None
    inputs: str | None = None
    rules: tuple[Rule, ...] = ()
    due_at: datetime | None = None
    recorded_at: datetime


class Decision(StrEnum):
    APPROVE = "approve"
    DENY = "deny"


class ReviewOpinion(Frozen):
    """The approval of a first person where two must approve. It settles nothing."""

    id: str
    review: str
    by: str
    reason: str
    recorded_at: datetime


class ReviewDecision(Frozen):
    """A person's answer, once and for good. `by` is the account that looked; `opinions`: who approved before them.

    `asked`: ids of the rules that were put to them. An approval lifts these alone.
    """

    id: str
    review: str
    decision: Decision
    by: str
    reason: str
    asked: tuple[str, ...] = ()
    opinions: tuple[ReviewOpinion, ...] = ()
    recorded_at: datetime


class Appeal(Frozen):
    """The maker's objection to one rule that refused their brief; `review` is the question it puts to a person."""

    id: str
    review: str
    brief: str
    gate: Gate
    rule: str
    verdict: str  # id of what it objects to
    policy_version: int  # by which that refused
    by: str
    reason: str
    recorded_at: datetime

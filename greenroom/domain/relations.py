"""How accounts stand to each other, as far as a consent's audience asks for it."""

from datetime import datetime
from enum import StrEnum

from greenroom.domain.base import Frozen


class RelationKind(StrEnum):
    APPROVED = "approved"  # the subject, as an owner, approves the object
    FOLLOWS = "follows"
    BLOCKED = "blocked"


class RelationChange(Frozen):
    """From this row on the relation holds, or no longer does."""

    id: str
    subject: str  # account id of whoever says it
    object: str  # account id of whom it is about
    kind: RelationKind
    holds: bool
    recorded_at: datetime


class Relations(Frozen):
    """How an owner and a requester stand at one moment; `mutual`: each follows the other."""

    approved: bool = False  # the owner approved the requester
    follows: bool = False  # the requester follows the owner
    mutual: bool = False
    blocked: bool = False  # either blocked the other

"""Taking single clips away: requests by anyone, removals, what must be erased, and who is told."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen


class Takedown(Frozen):
    """A request to take a clip down, by anyone. Whoever asks is named only in the sealed `contact`."""

    id: str
    clip: str
    reason: str
    contact: BlobRef | None = None  # sealed under the takedown's own key
    due_at: datetime
    recorded_at: datetime


class TakedownCopy(Frozen):
    """A clip that looks like the one a takedown names. `distance`: 0 identical, 1 unrelated."""

    takedown: str
    clip: str
    distance: float = Field(ge=0.0, le=1.0)
    recorded_at: datetime


class Fingerprint(Frozen):
    """What a published clip looks and sounds like, to find copies of it by."""

    clip: str
    version: str  # of what made `picture` and `sound`: those of one version compare
    frames: str  # SHA-256 of the frames as the generator gave them: the same ones are the same take
    picture: str  # perceptual hashes of sampled frames, hex
    sound: str = ""  # fingerprint of the sound, hex; empty where there is none
    recorded_at: datetime


class RemovalCause(StrEnum):
    OWNER = "owner"  # of a likeness in it
    TAKEDOWN = "takedown"


class Removal(Frozen):
    """One clip leaves the feed from this row on, whoever made it; its likenesses stay as they are."""

    id: str
    clip: str
    cause: RemovalCause
    by: str  # account id
    reason: str
    takedown: str | None = None
    salt: str
    recorded_at: datetime


class ErasureOrder(Frozen):
    """Media that must be gone by `due_at`: of one clip's brief, or of a whole likeness (its capture and templates)."""

    id: str
    brief: str | None = None
    likeness: str | None = None
    cause: str  # id of the withdrawal, the removal or the outcome that refused an enrolment
    due_at: datetime
    recorded_at: datetime


class Erasure(Frozen):
    """An order carried out."""

    order: str
    blobs: int
    size: int  # bytes
    run: str
    recorded_at: datetime


class NoticeKind(StrEnum):
    USED = "used"  # a clip with the account's likeness was published
    REFUSED = "refused"  # one was asked for, and refused
    WITHDRAWN = "withdrawn"  # a clip that the account made left with a likeness
    REMOVED = "removed"  # a clip that the account made was taken down
    REVIEWED = "reviewed"  # a person decided what the account had asked


class Notice(Frozen):
    """Something that an account is told."""

    id: str
    account: str
    kind: NoticeKind
    likeness: str | None = None
    brief: str | None = None
    clip: str | None = None
    text: str
    recorded_at: datetime

"""What the feed needs to know, and from whom: the nouns a page shows and the protocol that answers for them.

Keep SQL, sessions and stores out: whoever wires the feed implements `FeedSource` over the warehouse, the ledger and the
store. Every answer must hold now: a clip that a withdrawal reaches is `None` from the next call on.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Outcome, Rule


class MediaKind(StrEnum):
    VIDEO = "clip.mp4"
    POSTER = "poster.jpg"
    CAPTIONS = "captions.vtt"


class Media(Frozen):
    """A published blob, whole. `sha256` is its address and so its entity tag."""

    data: bytes = Field(repr=False)
    media_type: str
    sha256: str


class LikenessShown(Frozen):
    handle: str  # without @
    species: str


class ClipShown(Frozen):
    """A published clip, as its card shows it."""

    id: str
    title: str  # plain text: what is in the picture
    maker: str  # handle, without @
    likenesses: tuple[LikenessShown, ...] = ()
    published_at: datetime
    seconds: float
    width: int
    height: int
    language: str = "en"  # BCP 47, of the captions
    captions: bool = True
    parent: str | None = None  # clip id, when a remix


class ConsentShown(Frozen):
    likeness: str  # handle
    version: int
    audience: str
    attested_by: str
    given_at: datetime
    expires_at: datetime | None = None
    receipt_sha256: str | None = None


class NotChecked(Frozen):
    name: str
    reason: str


class GateShown(Frozen):
    number: int = Field(ge=1, le=8)
    name: str
    outcome: Outcome
    rules: tuple[Rule, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()


class LogShown(Frozen):
    """Where the publication stands in the transparency log, as it was proved for this answer."""

    leaf: int
    tree_size: int
    root: str  # hex
    included: bool


class Provenance(Frozen):
    """Where a clip comes from, complete enough to hold against `greenroom trace`."""

    prompt: str
    consents: tuple[ConsentShown, ...] = ()
    generator: str
    model: str
    weights: str | None = None
    seed: int
    run: str
    code_version: str
    policy_version: int
    gates: tuple[GateShown, ...]
    manifest: str  # label of the Content Credentials
    log: LogShown | None = None


class Page(Frozen):
    """Clips, newest first, and the cursor of the next page (None: this is the last)."""

    clips: tuple[ClipShown, ...]
    next: str | None = None


class FeedSource(Protocol):
    """Answers for published clips that no withdrawal reaches; None for every other id."""

    def page(self, cursor: str | None, limit: int) -> Page:
        """Clips after `cursor` (opaque, by key and not by offset). Raises `BadInput` for a cursor it never gave."""

    def clip(self, clip_id: str) -> ClipShown | None: ...

    def provenance(self, clip_id: str) -> Provenance | None: ...

    def media(self, clip_id: str, kind: MediaKind) -> Media | None: ...

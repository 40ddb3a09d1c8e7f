"""What an installation knows of its clips, to hold against what a file says; and who is asked for it.

Keep sessions and stores out: `records` answers over an open installation, a test from memory.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from greenroom.domain.base import Frozen
from greenroom.domain.clips import LabelPosition
from ops.credentials.chain import Trust
from ops.verifying.found import Looks
from ops.watermark.carrier import MarkKey

NEAREST = 5  # clips that a file looks like which are told


class LogFacts(Frozen):
    """A record's leaf in the transparency log. `included`: the leaf is the record's, and proved to be in the log."""

    included: bool
    leaf: int
    tree_size: int
    root: str  # hex; empty for a log that lacks a part
    signed: bool = False  # the newest signed checkpoint covers it; one is signed after each batch
    reason: str | None = None  # why it is not included, in words


class ConsentFacts(Frozen):
    """What the ledger knows of one version of a consent to a likeness that a clip rests on."""

    rests: bool  # the clip rests on this very version
    receipt_sha256: str | None = None  # of its statement, by its row; None for a row that is not what that says
    leaf: int | None = None
    reason: str | None = None  # why its record does not stand, in words; asked of what the clip rests on


class FileFacts(Frozen):
    """What the ledger knows of one file of a clip."""

    file_sha256: str  # of the file as published
    manifest: str
    run: str  # that marked it
    prompt_sha256: str  # salted
    likenesses: tuple[str, ...] = ()  # salted SHA-256 of each that is in the clip
    log: LogFacts | None = None
    shown_at: datetime | None = None  # from when on viewers were given it


class ClipFacts(FileFacts):
    """What the ledger knows of a clip, to hold against what the file says."""

    clip: str
    brief: str
    maker: str
    model: str
    seed: int
    weights: str | None = None
    withdrawn: bool
    consents: tuple[ConsentFacts, ...] = ()
    earlier: tuple[FileFacts, ...] = ()  # files it was shown as before it was marked again

    def of_file(self, manifest: str | None) -> "ClipFacts":
        """The same with the facts of the file that has this manifest, where it is an earlier one of the clip."""
        found = next((one for one in self.earlier if one.manifest == manifest), None)
        return self if found is None else self.model_copy(update=dict(found))


class ConsentTold(Frozen):
    """A consent that a clip rests on, as it is told to whoever asks where a file comes from."""

    likeness: str  # handle
    version: int
    audience: str
    given_at: datetime
    expires_at: datetime | None = None
    ended: bool = False  # `expires_at` has passed
    replaced_by: int | None = None  # the version in force now, where that is another
    replacement_ended: bool = False


class Origin(Frozen):
    """Where a clip that viewers may see comes from."""

    installation: str
    maker: str  # handle
    published_at: datetime
    prompt: str
    model: str
    consents: tuple[ConsentTold, ...] = ()
    parents: tuple[str, ...] = ()  # the clips it was remixed from, nearest first


@dataclass(frozen=True, slots=True)
class Published:
    """A clip's file as it was published, to hold another against. The bytes are None where the store lost them."""

    text: str  # of the visible label
    label: tuple[LabelPosition, ...]
    label_version: int
    width: int
    height: int
    frames_per_second: float
    file: bytes | None = None
    sidecar: bytes | None = None


class Alike(Frozen):
    """A clip that a file looks like: 0 the same, about 1 nothing to do with each other."""

    clip: str
    distance: float


class Records(Protocol):
    """An installation, as far as a verifier asks it. Every answer holds now."""

    @property
    def trust(self) -> Trust:
        """Whose signatures and time stamps count as this installation's."""

    @property
    def revoked(self) -> dict[str, datetime]:
        """When which signing certificates were taken back, by serial number."""

    @property
    def key(self) -> MarkKey | None:
        """Of the invisible marks; None where there is none to look for."""

    @property
    def has_published(self) -> bool:
        """Whether any clip was ever published here."""

    def facts(self, clip: str) -> ClipFacts | None:
        """Of a clip that was published here, whether or not it was taken away since; None for any other id."""

    def published_as(self, file_sha256: str) -> str | None:
        """The clip that was published as this very file."""

    def origin(self, clip: str) -> Origin | None:
        """Where a clip comes from; None for one that viewers may not see."""

    def published(self, clip: str, manifest: str | None) -> Published | None:
        """Its file with this manifest, else the one that viewers are given; None for a clip they may not see."""

    def alike(self, looks: Looks, most: int = NEAREST) -> tuple[Alike, ...]:
        """Published clips that look or sound nearly like this, nearest first, `most` at most."""

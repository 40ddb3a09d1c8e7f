"""The answer to whether a file is a clip of this installation: what `greenroom verify --json` and the API say."""

from enum import StrEnum

from greenroom.domain.base import Frozen
from ops.credentials.reading import CredentialsReport
from ops.verifying.facts import Alike, LogFacts, Origin


class Check(StrEnum):
    FOUND = "found"
    MISSING = "missing"
    NOT_CHECKED = "not_checked"


class Source(StrEnum):
    """What led from the file to the clip, the surest first."""

    BYTES = "bytes"  # it is a published file, byte for byte
    CREDENTIALS = "credentials"  # trusted, on these very bytes
    PICTURE = "picture"  # the invisible mark in it
    SOUND = "sound"
    MANIFEST = "manifest"  # one of ours, which does not fit the file
    LOOKS = "looks"  # no mark at all: it looks or sounds like the clip

    @property
    def by_mark(self) -> bool:
        """Whether a mark, or the very bytes, lead there."""
        return self not in (Source.MANIFEST, Source.LOOKS)


class MarkReport(Frozen):
    """Whether the visible label stands in the picture. `score` is 0 to 1, the lowest of the sampled frames."""

    state: Check
    reason: str | None = None
    score: float | None = None
    threshold: float | None = None


class MarkRead(Frozen):
    """An invisible mark. `margin` is in decibels: how far noise could rise until it is lost."""

    state: Check
    reason: str | None = None
    clip: str | None = None
    margin: float | None = None
    geometry: str | None = None  # what became of the picture or the sound since, in words


class InvisibleReport(Frozen):
    """Both invisible marks; `state` is found where one of them is."""

    state: Check
    reason: str | None = None
    picture: MarkRead | None = None
    sound: MarkRead | None = None


class VerifyReport(Frozen):
    """The answer, as `greenroom verify --json` prints it.

    `verified` is about where the file comes from: it is a published file, unaltered and with trusted credentials; or a
    copy that the invisible mark leads from to a clip whose stored manifest is trusted, and that looks like it. Nothing
    disagrees, and the log has the publication. A clip that was withdrawn is never verified: its credentials may be as
    good as ever (`credentials.state`), but nothing is told of it but that it was withdrawn.
    """

    verified: bool
    clip: str | None
    credentials: CredentialsReport
    invisible: InvisibleReport
    visible: MarkReport
    log: LogFacts | None
    withdrawn: bool | None
    disagreements: tuple[str, ...] = ()
    answer: str = ""  # in words
    edited: bool | None = None  # since it was published; None where no clip was found
    edits: tuple[str, ...] = ()  # what is known of that, in words
    resolved_by: Source | None = None
    origin: Origin | None = None
    found_by_content: tuple[Alike, ...] = ()  # clips that look like it, where no mark names one

"""What is asked of the process that reads strangers' files, and what it finds: plain values, checked on their way."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from pydantic import PlainSerializer, PlainValidator

from greenroom.domain.base import Frozen
from greenroom.domain.clips import LabelPosition
from ops.credentials.chain import Trust
from ops.credentials.reading import CredentialsReport
from ops.verifying.bounds import USUAL, Bounds
from ops.watermark.reading import Reading


def _quoted(path: Path) -> str:
    return quote(os.fsencode(path))


def _named(value: object) -> Path:
    match value:
        case Path():
            return value
        case str():  # as it comes out of JSON
            return Path(os.fsdecode(unquote_to_bytes(value)))
    raise ValueError(f"no name of a file: {value!r}")


# A file's name is any bytes, and JSON has text alone.
Named = Annotated[Path, PlainSerializer(_quoted, when_used="json"), PlainValidator(_named)]


class Asked(Frozen):
    """Common to all that can be asked of one file. `file` is the stranger's."""

    file: Named
    bounds: Bounds = USUAL
    also: tuple[Named, ...] = ()  # files of our own that are read beside it


class ToRead(Asked):
    """What is in the file, and which marks can be read where they were put."""

    trust: Trust
    secret: str | None  # of the invisible marks, hex; None: they are not looked for


class ToSearch(Asked):
    """Marks that were moved, turned, cropped or stretched: slower, by seconds."""

    secret: str
    picture: bool
    sound: bool


class ToHold(Asked):
    """How the file stands to a clip; `also` are the published file of it and its manifest, where the store has them."""

    trust: Trust
    text: str  # of the clip's visible label
    label: tuple[LabelPosition, ...]
    label_version: int
    width: int  # of the published pictures
    height: int
    frames_per_second: float
    unaltered: bool  # the file is the published one: each picture is the one its number says


class Contents(Frozen):
    """What a file holds, as it says itself. What it does not say is None or 0."""

    container: str
    width: int = 0
    height: int = 0
    seconds: float | None = None
    picture: bool = False
    sound: bool = False
    encrypted: bool = False
    undecoded: tuple[str, ...] = ()  # streams in a codec that is not opened


class Sought(Frozen):
    """An invisible mark that was looked for. `reason`: why it could not be (then there is no reading)."""

    reading: Reading | None = None
    thorough: bool = False  # also where it was moved, turned, cropped or stretched
    looked_at: float | None = None  # seconds of picture or sound
    reason: str | None = None

    @property
    def clip(self) -> str | None:
        return self.reading.clip if self.reading is not None else None


class Looks(Frozen):
    """What a file is looked up by: its pictures in small and its sound at 8 kHz, base64, or PDQ hashes alone, hex."""

    pictures: str = ""
    sound: str = ""
    hashes: str = ""


class Held(Frozen):
    """How a file stands to the published one. None where there was nothing to compare."""

    credentials: CredentialsReport | None = None  # of the published file, by the manifest that is kept
    label: float | None = None  # the least score of the pictures looked at
    picture_alike: float | None = None  # of its surest picture, -1 to 1, the same from `resemblance.SAME`
    picture_other: float = 0.0  # share of its pictures that show something else, while others show the clip
    cards: float = 0.0  # share that are plain cards before or after the rest
    sound_alike: float | None = None  # 0.5 chance, 1 the same; from `models.fingerprints_sound.SAME_RECORDING`
    sound_other: float = 0.0  # share of what is heard in it that is not the clip's, while the rest is
    audible: bool | None = None  # anything is heard in the file, and in the clip
    clip_audible: bool | None = None


class Why(StrEnum):
    """Why a reading ended."""

    DONE = "done"
    TIME = "time"
    MEMORY = "memory"
    ANSWER = "answer"  # more was said of the file than anyone reads
    CRASHED = "crashed"


class Ended(Frozen):
    """How a reading ended, and what it cost by then."""

    why: Why
    detail: str = ""
    processor_seconds: float = 0.0
    memory: int = 0  # bytes that it held at most, with what all readings share


class Found(Frozen):
    """What came back, as far as it came."""

    contents: Contents | None = None
    problem: str | None = None  # why it is nothing that can be looked at
    credentials: CredentialsReport | None = None
    picture: Sought | None = None
    sound: Sought | None = None
    looks: Looks | None = None
    held: Held | None = None
    ended: Ended = Ended(why=Why.DONE)

"""What is asked for: a brief, and the batch that carries it through one run."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen


class Lane(StrEnum):
    INTERACTIVE = "interactive"
    BATCH = "batch"
    TREND = "trend"
    RESCAN = "rescan"


class Style(StrEnum):
    """How a clip looks: light, line, colour and timing."""

    REALISTIC = "realistic"
    ANIME = "anime"
    CLAY = "clay"
    INK = "ink"
    NOIR = "noir"

    @classmethod
    def _missing_(cls, value: object) -> "Style | None":
        """`cartoon`, as anime was called in the first version's documents."""
        return cls.ANIME if value == "cartoon" else None


class Pass(StrEnum):
    """What is filmed beside the picture on request, to control other models with."""

    DEPTH = "depth"
    SEGMENTATION = "segmentation"
    NORMALS = "normals"
    FLOW = "flow"
    POSE = "pose"


class Brief(Frozen):
    """One request. Likenesses are named by handle: gate 1 says who they are and whether they may."""

    id: str
    batch: str
    prompt: str
    requester: str  # account id
    likenesses: tuple[str, ...] = ()  # handles, without @
    parent: str | None = None  # clip id of the clip this one remixes
    seconds: float = Field(default=5.0, ge=4.0, le=12.0)
    width: int = Field(default=854, ge=128, le=1920, multiple_of=2)
    height: int = Field(default=480, ge=128, le=1920, multiple_of=2)
    style: Style | None = None  # None: as the prompt says, else realistic
    language: str | None = None  # BCP 47; None: as the prompt says, else en
    seed: int = Field(ge=0, lt=2**63)
    generator: str = "previz"
    lane: Lane
    day: date
    storyboard: BlobRef | None = None  # when the requester brought one
    passes: tuple[Pass, ...] = ()
    recorded_at: datetime


class Batch(Frozen):
    """The briefs that one run carries."""

    id: str
    lane: Lane
    day: date
    requested_by: str
    recorded_at: datetime

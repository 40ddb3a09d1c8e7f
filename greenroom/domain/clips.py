"""What was made: takes, clips, their lineage and their publication."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field, JsonValue

from greenroom.domain.base import BlobRef, Frozen
from greenroom.domain.storyboards import Delivery, Music


class Status(StrEnum):
    """Of a brief or its clip, derived from rows, never stored."""

    PENDING = "pending"
    PUBLISHED = "published"
    HELD = "held"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"  # this clip alone: by the owner of a likeness in it, or by a takedown


class SpokenWord(Frozen):
    text: str
    start: float
    seconds: float


class SpokenPhoneme(Frozen):
    """One sound of speech, as the IPA writes it."""

    sound: str
    start: float
    seconds: float


class SpokenLine(Frozen):
    """A line as it was spoken: who, what, how, when. Words and phonemes are timed from the start of the line."""

    actor: str
    speaker: str  # as captions call them
    text: str
    language: str
    voice: str
    start: float
    seconds: float
    words: tuple[SpokenWord, ...] = ()
    phonemes: tuple[SpokenPhoneme, ...] = ()
    delivery: Delivery = Delivery.PLAIN


class SoundEvent(Frozen):
    """A sound that has a cause in the scene; captions name it."""

    label: str  # "ball bounces", "footstep on grass"
    start: float
    seconds: float
    impulse: float | None = None  # newton seconds, where a contact caused it


class Timing(Frozen):
    """When what is seen and heard in a take."""

    lines: tuple[SpokenLine, ...] = ()
    sounds: tuple[SoundEvent, ...] = ()
    music: Music | None = None


class PhysicsReport(Frozen):
    """How far a simulated take kept the laws of physics. `attempts`: how often it was simulated."""

    penetration_metres: float  # how deep two things were inside each other at worst
    penetration_of: tuple[str, str] | None = None
    energy_gained_joules: float = 0.0  # that nobody gave
    energy_gained_share: float = 0.0  # of the energy there was
    collisions: int = 0  # between two free things
    momentum_error: float = 0.0  # share of momentum that the worst of them lost or made
    foot_slide_metres: float = 0.0  # of the worst planted foot, in one step
    flights: int = 0  # of things and bodies
    flight_error: float = 0.0  # of the worst arc against gravity, as a share
    finite: bool = True
    attempts: int = 1


class Take(Frozen):
    """What a generator made of a storyboard, with the exact model, seed and settings."""

    generator: str
    model: str  # name and version
    weights: str | None = None  # SHA-256, None where there are no weights
    seed: int
    master: BlobRef  # picture and mix, near lossless
    stems: dict[str, BlobRef]  # dialogue, foley, ambience, music: FLAC
    timing: Timing
    passes: dict[str, BlobRef] = Field(default_factory=dict)  # control passes: depth, pose, segmentation
    seconds: float
    width: int
    height: int
    frames_per_second: int
    frame_count: int
    frames_sha256: str  # of the RGB frames as the generator gave them
    construction: dict[str, JsonValue]  # what the scene is made of, for `by_construction` evidence
    physics: PhysicsReport | None = None  # of a generator that simulates


class Clip(Frozen):
    """A take submitted for publication."""

    id: str  # 64 random bits, base 32
    brief: str
    recorded_at: datetime


class LabelPosition(Frozen):
    """Where the visible label's box stands in one frame, pixels from the top left."""

    frame: int
    x: int
    y: int
    width: int
    height: int


class LaidMark(Frozen):
    """How an invisible mark was laid into the picture or the sound of a file; gate 7 reads it back."""

    version: str  # of the code that lays and reads it
    strength: float | None = None  # of a picture's, of 255; a sound's is as strong as the sound hides it
    decibels: float | None = None  # PSNR of the marked pictures against the plain ones
    # SSIM of the same; left out where an older mark lacks it, so that rows keep the hash their leaves have.
    similarity: float | None = Field(default=None, exclude_if=lambda value: value is None)
    encodings: int = 1  # the strength rose with each, until the mark could be read with margin or would have shown


class InvisibleMarks(Frozen):
    """The clip's id in its picture and in its sound; None where the soundtrack is too quiet to hide a mark."""

    picture: LaidMark
    sound: LaidMark | None


class SaltedLikeness(Frozen):
    """The salt (hex) of a likeness's hash in one clip's manifest: its own in each clip, so that two tell nothing."""

    likeness: str
    salt: str


class Marked(Frozen):
    """A take with its marks on: what would be published. Blobs are sealed until it is."""

    clip: str
    file: BlobRef  # MP4, H.264 and AAC, credentials embedded
    sidecar: BlobRef  # the C2PA manifest store alone
    captions: BlobRef  # WebVTT
    poster: BlobRef  # JPEG
    label: tuple[LabelPosition, ...]
    manifest: str  # label (urn) of the active manifest
    prompt_salt: str  # of the prompt's hash in the manifest
    # What older files lack is left out there, so that rows keep the hash their leaves have.
    label_version: int = Field(default=1, exclude_if=lambda value: value == 1)  # of the label's size and path
    likenesses: tuple[SaltedLikeness, ...] = Field(default=(), exclude_if=lambda value: not value)
    invisible: InvisibleMarks | None = Field(default=None, exclude_if=lambda value: value is None)


class Relation(StrEnum):
    """Of a lineage edge, child to parent."""

    ANSWERS = "answers"  # clip → brief
    RESTS_ON = "rests_on"  # brief → consent
    PLANNED_FROM = "planned_from"  # storyboard → brief
    MADE_FROM = "made_from"  # take → storyboard
    MARKED_FROM = "marked_from"  # file → take
    REMIX_OF = "remix_of"  # clip → clip


class Edge(Frozen):
    child: str
    parent: str
    relation: Relation
    run: str
    code_version: str
    recorded_at: datetime


class RestsOn(Frozen):
    """A likeness that a publication rests on (an ancestor's included), with the consent in force then."""

    likeness: str
    consent: str


class Publication(Frozen):
    """The row that puts a clip before viewers."""

    id: str
    clip: str
    brief: str
    marked: Marked  # its blobs unsealed copies
    rests_on: tuple[RestsOn, ...]
    verdicts: tuple[str, ...]  # ids, gates 1 to 8
    verdicts_sha256: str
    policy_version: int
    salt: str  # of its leaf and of the prompt hash
    run: str
    recorded_at: datetime


class Remarking(Frozen):
    """The row that puts a newly marked file of a published clip before viewers, in place of the one before it."""

    id: str
    clip: str
    brief: str
    marked: Marked  # its blobs unsealed copies
    verdict: str  # id, of gate 7
    verdict_sha256: str
    policy_version: int
    code_version: str
    salt: str  # of its leaf
    run: str  # that marked it
    recorded_at: datetime

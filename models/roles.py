"""The model roles: one small protocol each, an embedded default and a flagship behind it.

A model is a context manager: weights are loaded on entry and released on exit, and nothing loads at import.
Pictures are `uint8[H, W, 3]` RGB; sound is `float32[N, channels]` in -1 to 1 with its sample rate in hertz.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from greenroom.domain.briefs import Pass
from greenroom.domain.clips import PhysicsReport, SpokenPhoneme, SpokenWord, Timing
from greenroom.domain.storyboards import Delivery, Storyboard

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]
Progress = Callable[[str, float], None]  # stage name, share done 0 to 1


class Loaded(Protocol):
    """What every role has: a name with version for the record, and a life inside `with`."""

    @property
    def name(self) -> str: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Instance:
    """A thing that a segmentation tells from others: the same `value` in every frame of a clip."""

    value: int  # 0 to 255
    id: str
    kind: str  # sky, ground, place, actor, prop


@dataclass(frozen=True, slots=True)
class SeenPoint:
    """A key point in a picture: pixels from the left and top, metres from the camera's plane."""

    x: float
    y: float
    depth: float
    visible: bool  # neither hidden nor outside of the picture


@dataclass(frozen=True, slots=True)
class Pose:
    """The key points of an actor that are before the camera. `layout`: openpose-18 or ap10k-17."""

    actor: str
    layout: str
    points: Mapping[str, SeenPoint]


@dataclass(frozen=True, slots=True)
class Controls:
    """What a picture shows, in numbers, from the very same frame; None where it was not asked for."""

    instances: tuple[Instance, ...]
    size: tuple[int, int]  # width and height of the picture
    depth: NDArray[np.float32] | None = None  # [H, W] metres along the camera's axis, inf for sky
    segments: NDArray[np.uint8] | None = None  # [H, W] values of instances
    normals: NDArray[np.float32] | None = None  # [H, W, 3] unit: right, up, towards the camera; 0 for sky
    flow: NDArray[np.float32] | None = None  # [H, W, 2] pixels right and down until the next picture; NaN: no place
    poses: tuple[Pose, ...] = ()


class ControlSink(Protocol):
    """Takes the controls of each picture, just before the picture itself is handed out."""

    @property
    def wanted(self) -> frozenset[Pass]: ...
    def add(self, controls: Controls) -> None: ...


@dataclass(frozen=True, slots=True)
class Generated:
    """What a generator returns: frames come one by one so that a clip never stands in memory whole."""

    frames: Iterator[Picture]
    stems: Mapping[str, Samples]  # dialogue, foley, ambience, music: float32[N, 2], equal length, not yet normalised
    sample_rate: int
    timing: Timing
    construction: Mapping[str, JsonValue]
    physics: PhysicsReport | None = None  # of a generator that simulates


class Generator(Loaded, Protocol):
    @property
    def weights(self) -> str | None: ...
    def generate(
        self,
        storyboard: Storyboard,
        likenesses: Mapping[str, Picture],
        progress: Progress,
        attempt: int = 0,
        controls: ControlSink | None = None,
    ) -> Generated: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line as a voice says it. `mouth` and `lips` are float32[M], 100 values a second; times start with the line."""

    samples: Samples  # float32[N, 1], no leading or trailing silence
    sample_rate: int
    words: tuple[SpokenWord, ...]
    mouth: NDArray[np.float32]  # 0 closed to 1 open
    lips: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))  # -1 rounded to 1 spread
    phonemes: tuple[SpokenPhoneme, ...] = ()


class Speech(Loaded, Protocol):
    def voices(self, language: str) -> tuple[str, ...]: ...
    def speak(self, text: str, language: str, voice: str, delivery: Delivery = Delivery.PLAIN) -> Spoken: ...


@dataclass(frozen=True, slots=True)
class FoundFace:
    x: int
    y: int
    width: int
    height: int
    score: float
    embedding: NDArray[np.float32] | None  # float32[128]
    landmarks: NDArray[np.float32] | None = None  # float32[5, 2]: corners of the eyes and the nose's base, in pixels


class Faces(Loaded, Protocol):
    def find(self, picture: Picture, *, embed: bool) -> tuple[FoundFace, ...]: ...


@dataclass(frozen=True, slots=True)
class PictureFinding:
    label: str
    score: float
    x: int
    y: int
    width: int
    height: int


class PictureSafety(Loaded, Protocol):
    def look(self, picture: Picture) -> tuple[PictureFinding, ...]: ...


@dataclass(frozen=True, slots=True)
class ReadText:
    """A line of writing in a picture. `score`: how sure the letters are, 0 to 1; the box in pixels, clipped to it."""

    text: str
    score: float
    x: int
    y: int
    width: int
    height: int


class TextReading(Loaded, Protocol):
    def read(self, picture: Picture) -> tuple[ReadText, ...]: ...


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    start: float
    end: float


class VoiceActivity(Loaded, Protocol):
    def spans(self, samples: Samples, sample_rate: int) -> tuple[SpeechSpan, ...]: ...


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word a recogniser heard, in seconds from the start of the sound."""

    text: str  # lower case
    start: float
    end: float
    confidence: float  # 0 to 1; what it means is the recogniser's own


@dataclass(frozen=True, slots=True)
class Transcript:
    words: tuple[HeardWord, ...]
    language: str  # BCP 47, as recognised or as asked for
    no_speech: float | None = None  # probability that nobody speaks, 0 to 1, of the worst part; None: not told


class Transcription(Loaded, Protocol):
    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> Transcript: ...


@dataclass(frozen=True, slots=True)
class PhraseHearing:
    """What was heard in answer to a challenge phrase: facts, from which a rule may judge."""

    expected: tuple[str, ...]
    heard: tuple[HeardWord, ...]  # words of the vocabulary, in order; confidence: likelihood ratio to free phones
    found: tuple[bool, ...]  # for each expected word: heard in order, and it fits
    fits: tuple[
        float, ...
    ]  # for each expected word: log likelihood ratio a frame to free phones, nats, at most about 0

    @property
    def score(self) -> float:
        """Words found in order, as a share of those expected or of those heard, whichever are more; 0 to 1."""
        return sum(self.found) / max(1, len(self.expected), len(self.heard))

    @property
    def extra(self) -> int:
        """Words heard that were not asked for, or not there."""
        return len(self.heard) - sum(self.found)


class PhraseCheck(Loaded, Protocol):
    def hear(self, samples: Samples, sample_rate: int, expected: tuple[str, ...]) -> PhraseHearing: ...

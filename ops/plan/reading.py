"""What was understood of a prompt: things, what they do and say in order, the camera, the setting, what was missed."""

from dataclasses import dataclass
from enum import StrEnum

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Angle, Build, CameraMove, Delivery, Framing, Garment, Mood, Transition


class Joined(StrEnum):
    """How a happening follows the one told before it."""

    THEN = "then"  # after it
    WHILE = "while"  # at the same time
    AND = "and"  # at the same time if someone else does it, else after it


@dataclass(frozen=True, slots=True)
class Thing:
    """What a noun or a handle names: `count` bodies (`sense` is a species) or props (`sense` is a shape)."""

    noun: str  # as the prompt calls one of them; for a handle, the handle
    sense: str
    body: bool = True
    handle: str | None = None
    name: str | None = None  # the first name the prompt gives
    count: int = 1
    definite: bool = False
    colours: tuple[str, ...] = ()
    size_factor: float = 1.0
    motion: str | None = None  # of a prop: fall, bounce, roll, fly
    onto: int | None = None  # of a prop that moves: what it falls on or rolls into
    upon: int | None = None  # the prop it stands on or is in
    piled: bool = False  # "a stack of boxes"
    rowed: bool = False  # "a row of dominoes"
    build: Build | None = None
    clothes: tuple[Garment, ...] = ()
    hair: str | None = None
    temper: Delivery | None = None  # of whom their lines tell it: "an angry man"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing done. Things are indices into `Reading.things`; no subject: whoever leads the scene."""

    verb: str
    word: str
    subjects: tuple[int, ...]
    target: int | None = None
    direct: bool = False  # the target follows the verb at once: "walks the dog", not "walks to the dog"
    to: int | None = None  # who else it is aimed at: "throws a ball to a dog"
    joined: Joined = Joined.AND
    speed: str = ""  # slow, fast or as it comes
    base: str = ""  # the verb as the vocabulary lists it
    part: str = ""  # of several subjects: "one" of them, or the "others"


@dataclass(frozen=True, slots=True)
class Speech:
    """One line said."""

    text: str
    speaker: int | None
    language: str | None = None  # as the prompt says, BCP 47
    joined: Joined = Joined.THEN
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the prompt asks of the camera, before which item of the sequence and in which scene it asked."""

    before: int
    framing: Framing | None = None
    angle: Angle | None = None
    move: CameraMove | None = None
    subject: int | None = None
    word: str = ""  # as the prompt says it
    scene: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """From one item of the sequence on: what is new about where, when and how it plays. The first begins at 0."""

    before: int = 0
    place: str | None = None
    time_of_day: str | None = None
    weather: str | None = None
    style: Style | None = None
    transition: Transition = Transition.CUT
    marked: bool = False  # "Shot 2:", "cut to": a shot of its own wherever it plays
    things: tuple[int, ...] = ()  # named in it


@dataclass(frozen=True, slots=True)
class Tune:
    """The music asked for; what is None is the planner's to choose."""

    mood: Mood | None = None
    tempo: float | None = None  # beats a minute
    speed: str = ""  # slow, fast or as it comes


@dataclass(frozen=True, slots=True)
class Reading:
    things: tuple[Thing, ...] = ()
    sequence: tuple[Happening | Speech, ...] = ()
    wishes: tuple[Wish, ...] = ()
    scenes: tuple[Scene, ...] = (Scene(),)
    sounds: tuple[str, ...] = ()
    music: Tune | None = None
    seconds: float | None = None  # the length the prompt itself asks for
    missed: tuple[str, ...] = ()  # content words with no meaning here, as written, in order; some with the reason

    @property
    def filmable(self) -> bool:
        """Whether it names anything a picture or a sound can be made of."""
        scene = self.scenes[0]
        settings = (scene.place, scene.time_of_day, scene.weather)
        return bool(self.things or self.sequence or len(self.scenes) > 1 or any(settings) or self.sounds)

"""The plan of a brief: shots with camera, actors, actions, props, lines, sounds and music.

A storyboard is a document a person can write by hand (`--storyboard FILE`), so every field has a default that
makes sense and every bound is stated. Times are seconds from the start of the clip; places are metres on the
ground plane, x to the right of the first camera, y away from it, the origin in the middle of the stage.

The world carries over from shot to shot: what a shot does not say is as in the shot before, what fell stays fallen,
who changed clothes wears them. A shot that is `fresh` begins again as the storyboard's first lines have it.
"""

from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from greenroom.domain.base import Frozen
from greenroom.domain.briefs import Style


class Framing(StrEnum):
    """The size of a shot."""

    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"


class Angle(StrEnum):
    """Where a camera looks from: the level of the eyes, below, above, straight above, or tilted."""

    EYE = "eye"
    LOW = "low"
    HIGH = "high"
    OVERHEAD = "overhead"
    DUTCH = "dutch"


class CameraMove(StrEnum):
    STATIC = "static"
    PAN = "pan"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    ORBIT = "orbit"
    FOLLOW = "follow"
    CRANE = "crane"
    HANDHELD = "handheld"


class Transition(StrEnum):
    """How a shot begins. A dissolve mixes with the end of the shot before, a fade comes out of black."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE = "fade"


class TimeOfDay(StrEnum):
    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    CLEAR = "clear"
    CLOUDY = "cloudy"
    RAIN = "rain"
    SNOW = "snow"
    FOG = "fog"
    WIND = "wind"


class Build(StrEnum):
    """The build of a person; of an animal only its size."""

    CHILD = "child"
    SLIM = "slim"
    AVERAGE = "average"
    STOCKY = "stocky"
    TALL = "tall"
    ELDER = "elder"


class Delivery(StrEnum):
    """How a line is said."""

    PLAIN = "plain"
    WHISPERED = "whispered"
    SHOUTED = "shouted"
    CHEERFUL = "cheerful"
    SAD = "sad"
    ANGRY = "angry"


class Mood(StrEnum):
    """What music is like."""

    CALM = "calm"
    HAPPY = "happy"
    SAD = "sad"
    TENSE = "tense"
    EPIC = "epic"
    PLAYFUL = "playful"


class Camera(Frozen):
    framing: Framing = Framing.WIDE
    angle: Angle = Angle.EYE
    move: CameraMove = CameraMove.STATIC
    subject: str | None = None  # id of the actor or prop looked at; None: the middle of the action


class Garment(Frozen):
    """One piece of clothing."""

    kind: str  # "shirt", "coat", "dress", "hat", ...: as the generator knows them
    colour: str | None = None  # named; None: one that goes with the rest


class Shot(Frozen):
    """A stretch of the clip from one camera. What is None is as in the shot before; in the first, as in the plan."""

    start: float = Field(ge=0)  # in a document it may be left out: the end of the shot before
    seconds: float = Field(gt=0)
    camera: Camera = Camera()
    transition: Transition = Transition.CUT
    place: str | None = None
    time_of_day: TimeOfDay | None = None
    weather: Weather | None = None
    style: Style | None = None
    actors: tuple[str, ...] | None = None  # ids of who is there
    clothes: dict[str, tuple[Garment, ...]] = Field(default_factory=dict)  # by actor: changed into, from here on
    fresh: bool = False  # nothing carries over: things stand where they stood at the start


class Actor(Frozen):
    """Who acts. `likeness` is the handle of a consented likeness, None for an invented figure."""

    id: str
    species: str  # "person", "cat", "dog", ...; for an object likeness, what it is
    name: str  # as captions call them
    pronoun: Literal["he", "she"] | None = None  # of a person; None: as the name says, else drawn by the seed
    likeness: str | None = None
    build: Build | None = None  # None: drawn by the seed, or as the likeness has it
    colours: tuple[str, ...] = ()  # named colours of the prompt, main one first: clothes or coat
    clothes: tuple[Garment, ...] = ()  # of a person; none: chosen by the seed
    hair: str | None = None  # named colour, of a person
    voice: str | None = None  # voice id of the speech role; None: cast by the planner's rule
    x: float = 0.0
    y: float = 0.0


class Action(Frozen):
    actor: str
    verb: str  # one of the generator's moves: stand, walk, run, jump, wave, dance, sit, look, talk, chase, kick, ...
    target: str | None = None  # id of an actor or prop
    to: str | None = None  # id of who or what a thing is thrown, kicked or given to
    start: float = Field(ge=0)
    seconds: float = Field(gt=0)


class Prop(Frozen):
    id: str
    shape: str  # "ball", "box", "cone", ...
    colour: str | None = None
    size: float = Field(default=0.4, gt=0, le=5)  # metres across
    place: str | None = None  # where it stands; None: the place of the first shot that shows or uses it
    x: float = 0.0
    y: float = 0.0
    z: float = Field(default=0.0, ge=0)  # height of its lowest point at the start
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0)  # metres a second at the start
    likeness: str | None = None  # handle, when the prop is a consented object


class Line(Frozen):
    actor: str
    text: str
    language: str = "en"  # BCP 47
    delivery: Delivery = Delivery.PLAIN
    start: float = Field(ge=0)


class Sound(Frozen):
    label: str  # "wind", "birds", "rain", "crowd", ...
    source: str | None = None  # id of the actor or prop it comes from; None: all around
    start: float = Field(default=0.0, ge=0)
    seconds: float | None = None  # None: to the end


class Music(Frozen):
    """Music under the clip. Its beats fall on `start` and every 60 / `tempo` seconds after it, a cut on a beat."""

    mood: Mood = Mood.CALM
    tempo: float = Field(default=100.0, ge=50, le=180)  # beats a minute
    start: float = Field(default=0.0, ge=0)
    seconds: float | None = None  # None: to the end


class Setting(Frozen):
    """Where and when a shot plays and how it looks, with everything carried over filled in."""

    place: str
    time_of_day: TimeOfDay
    weather: Weather
    style: Style


class Storyboard(Frozen):
    title: str
    place: str = "park"
    time_of_day: TimeOfDay = TimeOfDay.DAY
    weather: Weather = Weather.CLEAR
    style: Style = Style.REALISTIC
    seconds: float = Field(ge=4.0, le=12.0)
    width: int = Field(default=854, ge=128, le=1920, multiple_of=2)
    height: int = Field(default=480, ge=128, le=1920, multiple_of=2)
    frames_per_second: int = Field(default=24, ge=1, le=60)
    seed: int = Field(ge=0, lt=2**63)
    shots: tuple[Shot, ...] = Field(min_length=1)
    actors: tuple[Actor, ...] = ()
    props: tuple[Prop, ...] = ()
    actions: tuple[Action, ...] = ()
    lines: tuple[Line, ...] = ()
    sounds: tuple[Sound, ...] = ()
    music: Music | None = None
    understood: tuple[str, ...] = ()  # what the planner made of the prompt, in plain words
    not_planned: tuple[str, ...] = ()  # words of the prompt the planner had no meaning for

    @property
    def frame_count(self) -> int:
        return round(self.seconds * self.frames_per_second)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The setting of each shot, in the order of `shots`."""
        now = Setting(place=self.place, time_of_day=self.time_of_day, weather=self.weather, style=self.style)
        found = []
        for shot in self.shots:
            said = {name: getattr(shot, name) for name in Setting.model_fields if getattr(shot, name) is not None}
            now = now.model_copy(update=said)
            found.append(now)
        return tuple(found)

    @property
    def present(self) -> tuple[tuple[str, ...], ...]:
        """Ids of the actors who are there in each shot, in the order of `shots`."""
        now = tuple(actor.id for actor in self.actors)
        found = []
        for shot in self.shots:
            now = now if shot.actors is None else shot.actors
            found.append(now)
        return tuple(found)

    @property
    def words(self) -> tuple[str, ...]:
        """Every text of the plan that somebody may have written, but for lines and sounds: names, places, clothes."""
        found = [self.title, *(setting.place for setting in self.settings)]
        found += [actor.name for actor in self.actors]
        worn = [garment for actor in self.actors for garment in actor.clothes]
        worn += [garment for shot in self.shots for clothes in shot.clothes.values() for garment in clothes]
        found += [f"{garment.colour or ''} {garment.kind}".strip() for garment in worn]
        return tuple(dict.fromkeys(found))

    @model_validator(mode="before")
    @classmethod
    def _one_after_the_other(cls, value: JsonValue) -> JsonValue:
        """Shots written without a start follow each other."""
        written = value.get("shots") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(written, list):
            return value
        shots: list[JsonValue] = []
        end = 0.0
        for shot in written:
            if isinstance(shot, dict):
                shot = {"start": round(end, 4), **shot}
                start, seconds = shot["start"], shot.get("seconds")
                if isinstance(start, int | float) and isinstance(seconds, int | float):
                    end = start + seconds
            shots.append(shot)
        return {**value, "shots": shots}

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        actors = {actor.id for actor in self.actors}
        things = actors | {prop.id for prop in self.props}
        if len(things) != len(self.actors) + len(self.props):
            raise ValueError("two actors or props share an id; every id must be its own")
        starts = [(action.actor, action.start) for action in self.actions]
        starts += [(line.actor, line.start) for line in self.lines]
        for actor, start in starts:
            if actor not in actors:
                raise ValueError(f"no actor has the id {actor!r}")
            if start >= self.seconds:
                raise ValueError(f"{actor!r} acts or speaks at {start} s, after the end at {self.seconds} s")
        for one, other in pairwise(self.shots):
            if other.start <= one.start:
                raise ValueError(
                    f"the shot at {other.start} s stands after the one at {one.start} s; expected in order"
                )
        for shot in self.shots:
            for name in (*(shot.actors or ()), *shot.clothes):
                if name not in actors:
                    raise ValueError(f"the shot at {shot.start} s names {name!r}, and no actor has that id")
        meant = [name for action in self.actions for name in (action.target, action.to)]
        meant += [shot.camera.subject for shot in self.shots] + [sound.source for sound in self.sounds]
        for one_meant in meant:
            if one_meant is not None and one_meant not in things:
                raise ValueError(f"no actor or prop has the id {one_meant!r}")
        return self

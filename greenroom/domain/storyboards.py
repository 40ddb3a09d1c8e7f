"""The plan of a brief: shots with camera, actors, actions, props, lines and sounds.

A storyboard is a document a person can write by hand (`--storyboard FILE`), so every field has a default that
makes sense and every bound is stated. Times are seconds from the start of the clip; places are metres on the
ground plane, x to the right of the first camera, y away from it, the origin in the middle of the stage.
"""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from greenroom.domain.base import Frozen
from greenroom.domain.briefs import Style


class Framing(StrEnum):
    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"


class CameraMove(StrEnum):
    STATIC = "static"
    PAN = "pan"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    ORBIT = "orbit"
    FOLLOW = "follow"


class Camera(Frozen):
    framing: Framing = Framing.WIDE
    move: CameraMove = CameraMove.STATIC
    subject: str | None = None  # id of the actor or prop looked at; None: the middle of the action


class Shot(Frozen):
    start: float = Field(ge=0)
    seconds: float = Field(gt=0)
    camera: Camera = Camera()


class Actor(Frozen):
    """Who acts. `likeness` is the handle of a consented likeness, None for an invented figure."""

    id: str
    species: str  # "person", "cat", "dog", ...; for an object likeness, what it is
    name: str  # as captions call them
    likeness: str | None = None
    colours: tuple[str, ...] = ()  # named colours of the prompt, main one first: clothes or coat
    voice: str | None = None  # voice id of the speech role; None: cast by the planner's rule
    x: float = 0.0
    y: float = 0.0


class Action(Frozen):
    actor: str
    verb: str  # one of the generator's moves: stand, walk, run, jump, wave, dance, sit, look, talk, chase, kick, ...
    target: str | None = None  # id of an actor or prop
    start: float = Field(ge=0)
    seconds: float = Field(gt=0)


class Prop(Frozen):
    id: str
    shape: str  # "ball", "box", "cone", ...
    colour: str | None = None
    size: float = Field(default=0.4, gt=0, le=5)  # metres across
    x: float = 0.0
    y: float = 0.0
    z: float = Field(default=0.0, ge=0)  # height of its lowest point at the start
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0)  # metres a second at the start
    likeness: str | None = None  # handle, when the prop is a consented object


class Line(Frozen):
    actor: str
    text: str
    language: str = "en"  # BCP 47
    start: float = Field(ge=0)


class Sound(Frozen):
    label: str  # "wind", "birds", "rain", "crowd", ...
    start: float = Field(default=0.0, ge=0)
    seconds: float | None = None  # None: to the end


class Storyboard(Frozen):
    title: str
    place: str = "park"
    time_of_day: str = "day"  # dawn, day, dusk, night
    weather: str = "clear"  # clear, cloudy, rain, snow, fog
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
    not_planned: tuple[str, ...] = ()  # words of the prompt the planner had no meaning for

    @property
    def frame_count(self) -> int:
        return round(self.seconds * self.frames_per_second)

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
        for name in [action.target for action in self.actions] + [shot.camera.subject for shot in self.shots]:
            if name is not None and name not in things:
                raise ValueError(f"no actor or prop has the id {name!r}")
        return self

"""What the stage hands to the renderer and to the sound: where everything is in every frame, and what touched what.

Metres, seconds, z up; a body with heading 0 faces +y (away from the first camera); a heading of pi faces it.
"""

from dataclasses import dataclass, field

from greenroom.domain.clips import PhysicsReport
from greenroom.domain.storyboards import Setting, Transition

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class MoveWeight:
    """One move of a body and how much of it: weights of a state sum to 1, so moves blend."""

    move: str  # a name in models.previz.moves
    phase: float  # cycles for walk, run, dance; progress 0 to 1 for jump, sit, throw
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class BodyState:
    """A body in one frame. `position` is the ground point under it plus how far it has left the ground (z)."""

    position: Vector
    heading: float  # radians, counter-clockwise seen from above
    moves: tuple[MoveWeight, ...]
    mouth: float = 0.0  # 0 closed to 1 open
    lips: float = 0.0  # -1 rounded (as in "oo") to 1 spread (as in "ee")
    gaze: tuple[float, float] = (0.0, 0.0)  # radians the head is turned left, and up
    blink: float = 0.0  # 0 open to 1 closed
    outfit: int = 0  # which of the body's specs it is built by


@dataclass(frozen=True, slots=True)
class RigidState:
    position: Vector  # centre
    quaternion: tuple[float, float, float, float]  # w, x, y, z


@dataclass(frozen=True, slots=True)
class CameraState:
    eye: Vector
    target: Vector
    vertical_fov: float  # radians
    roll: float = 0.0  # radians, the picture turned clockwise
    focus: float | None = None  # metres to what is sharp; None: everything is
    aperture: float = 0.0  # metres, the diameter of the lens: how soft the rest is


@dataclass(frozen=True, slots=True)
class WorldFrame:
    """What is there in one frame: only the bodies and rigids that are in this scene."""

    bodies: dict[str, BodyState]
    rigids: dict[str, RigidState]
    camera: CameraState
    shot: int
    setting: int = 0  # index into the world's settings


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a shot begins, after the first. `frames` is how long its transition lasts; 0 for a plain cut."""

    frame: int
    transition: Transition
    frames: int


@dataclass(frozen=True, slots=True)
class GarmentSpec:
    kind: str  # shirt, coat, dress, hat, ...
    colour: Vector | None  # linear RGB; None: one that goes with the rest


@dataclass(frozen=True, slots=True)
class BodySpec:
    """An actor as it is built: species, colours (linear RGB, main first), and the picture it is made to look like.

    Who changes clothes has a spec for each `outfit`.
    """

    id: str
    species: str
    colours: tuple[Vector, ...]
    likeness: str | None  # handle; the picture comes beside the world
    seed: int
    height: float  # metres
    build: str = "average"  # a person's: child, slim, average, stocky, tall, elder
    clothes: tuple[GarmentSpec, ...] = ()  # none: chosen by the seed
    hair: Vector | None = None  # None: drawn by the seed
    pronoun: str = ""  # "he" or "she" where the name says so: what the seed may choose of hair and clothes
    outfit: int = 0


@dataclass(frozen=True, slots=True)
class RigidSpec:
    id: str
    shape: str  # ball, box, cone, cylinder, or another the geometry knows
    colour: Vector
    size: float
    material: str  # rubber, wood, metal, glass, plastic, stone, cloth
    likeness: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One touch: integrated over its whole duration. `a` and `b` are ids, or "ground"."""

    time: float
    a: str
    b: str
    material_a: str
    material_b: str
    impulse: float  # newton seconds
    position: Vector
    kind: str = "impact"  # impact, catch, footstep, slide


@dataclass(frozen=True, slots=True)
class World:
    settings: tuple[Setting, ...]  # each of them once
    seed: int
    width: int
    height: int
    frames_per_second: int
    bodies: tuple[BodySpec, ...]
    rigids: tuple[RigidSpec, ...]
    frames: tuple[WorldFrame, ...]
    contacts: tuple[Contact, ...] = field(default=())
    cuts: tuple[Cut, ...] = field(default=())
    physics: PhysicsReport | None = None

    def setting_at(self, time: float) -> Setting:
        """Where and when a moment of the clip, in seconds, plays."""
        frame = min(max(round(time * self.frames_per_second), 0), len(self.frames) - 1)
        return self.settings[self.frames[frame].setting]

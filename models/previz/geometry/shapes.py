"""The things a scene may hold: their proportions, how they collide and what they are made of. Data, no mesh.

Stage, mesh and sound agree through this table. A shape it does not name is a box of wood.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.previz.world import RigidSpec, Vector

Collision = Literal["sphere", "box", "cylinder"]


@dataclass(frozen=True, slots=True)
class Shape:
    """`proportions`: width, depth and height of its bounding box, of which the largest is 1."""

    proportions: Vector
    collision: Collision
    material: str  # a name `sound/foley.py` knows


_UNKNOWN = Shape((1.0, 1.0, 1.0), "box", "wood")
SHAPES: Mapping[str, Shape] = {
    "ball": Shape((1.0, 1.0, 1.0), "sphere", "rubber"),
    "balloon": Shape((0.8, 0.8, 1.0), "sphere", "rubber"),
    "box": Shape((1.0, 1.0, 0.85), "box", "wood"),
    "crate": Shape((1.0, 1.0, 1.0), "box", "wood"),
    "cone": Shape((0.75, 0.75, 1.0), "cylinder", "plastic"),
    "cylinder": Shape((0.6, 0.6, 1.0), "cylinder", "metal"),
    "can": Shape((0.55, 0.55, 1.0), "cylinder", "metal"),
    "bottle": Shape((0.32, 0.32, 1.0), "cylinder", "glass"),
    "mug": Shape((1.0, 0.78, 0.9), "cylinder", "stone"),
    "cup": Shape((0.8, 0.8, 1.0), "cylinder", "stone"),
    "book": Shape((0.75, 1.0, 0.18), "box", "cloth"),
    "chair": Shape((0.5, 0.5, 1.0), "box", "wood"),
    "table": Shape((1.0, 0.6, 0.6), "box", "wood"),
    "bench": Shape((1.0, 0.35, 0.5), "box", "wood"),
    "lamp": Shape((0.35, 0.35, 1.0), "cylinder", "metal"),
    "umbrella": Shape((1.0, 1.0, 0.9), "cylinder", "cloth"),
    "hat": Shape((1.0, 1.0, 0.5), "cylinder", "cloth"),
    "car": Shape((0.42, 1.0, 0.35), "box", "metal"),
    "boat": Shape((0.38, 1.0, 0.32), "box", "wood"),
    "skateboard": Shape((0.26, 1.0, 0.14), "box", "wood"),
    "wakeboard": Shape((0.31, 1.0, 0.09), "box", "plastic"),
    "surfboard": Shape((0.27, 1.0, 0.05), "box", "plastic"),
    "guitar": Shape((0.38, 0.12, 1.0), "box", "wood"),
    "cake": Shape((1.0, 1.0, 0.55), "cylinder", "cloth"),
    "tree": Shape((0.6, 0.6, 1.0), "cylinder", "wood"),
    "rock": Shape((1.0, 0.85, 0.65), "box", "stone"),
    "domino": Shape((0.5, 0.16, 1.0), "box", "plastic"),
    "hoop": Shape((1.8 / 3.95, 2.0 / 3.95, 1.0), "box", "metal"),  # 3.95 m high by rule; what stands of it is `HOOP`
    "ring": Shape((1.0, 0.046, 1.0), "box", "plastic"),
    "football": Shape((1.0, 1.0, 1.0), "sphere", "rubber"),
    "basketball": Shape((1.0, 1.0, 1.0), "sphere", "rubber"),
    "tennis_ball": Shape((1.0, 1.0, 1.0), "sphere", "rubber"),
    "beach_ball": Shape((1.0, 1.0, 1.0), "sphere", "rubber"),
    "bicycle": Shape((0.31, 1.0, 0.6), "box", "metal"),
    "traffic_light": Shape((0.14, 0.13, 1.0), "box", "metal"),
    "flag": Shape((0.5, 0.06, 1.0), "box", "cloth"),
    "drum": Shape((1.0, 1.0, 0.75), "cylinder", "wood"),
    "microphone": Shape((0.2, 0.2, 1.0), "cylinder", "metal"),
    "rocket": Shape((0.5, 0.5, 1.0), "cylinder", "metal"),
    "barrel": Shape((0.72, 0.72, 1.0), "cylinder", "wood"),
    "vase": Shape((0.5, 0.5, 1.0), "cylinder", "stone"),
    "trampoline": Shape((1.0, 1.0, 0.3), "cylinder", "rubber"),
    "kite": Shape((0.8, 0.06, 1.0), "box", "cloth"),
}


@dataclass(frozen=True, slots=True)
class Hoop:
    """A basketball hoop of regulation size, metres from the ground under its middle; its front is to -y.

    FIBA, Official Basketball Rules 2022, Equipment: board 1.80 by 1.05 m, 2.90 m up; rim 3.05 m up, 0.15 m before it.
    """

    rim_centre: Vector = (0.0, -0.759, 3.05)
    rim_radius: float = 0.234  # to the middle of the tube
    rim_tube: float = 0.009  # its radius
    board_centre: Vector = (0.0, -0.35, 3.425)
    board_half: Vector = (0.90, 0.025, 0.525)
    pole_y: float = 0.60
    pole_radius: float = 0.135  # of the padding
    size: Vector = (1.80, 2.0, 3.95)  # of its bounding box


HOOP = Hoop()


def shape_of(name: str) -> Shape:
    """The shape of a name, or the box that stands for any other."""
    return SHAPES.get(name, _UNKNOWN)


def half_extents(spec: RigidSpec) -> Vector:
    """Half of a thing's bounding box, metres: `spec.size` is its largest side."""
    x, y, z = shape_of(spec.shape).proportions
    return x * spec.size / 2, y * spec.size / 2, z * spec.size / 2


def collision(shape: str) -> Collision:
    """As what a thing of this shape collides; a cylinder stands upright."""
    return shape_of(shape).collision


def material_of(shape: str) -> str:
    """What a thing of this shape is made of."""
    return shape_of(shape).material

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
    "hoop": Shape((1.0, 0.08, 1.0), "box", "metal"),
    "trampoline": Shape((1.0, 1.0, 0.3), "cylinder", "rubber"),
    "kite": Shape((0.8, 0.06, 1.0), "box", "cloth"),
}


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

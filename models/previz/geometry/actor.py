"""What every body offers the scene, whatever its species."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Mesh
from models.previz.world import BodySpec, BodyState, Vector
from models.roles import Picture

Texture = NDArray[np.uint8]  # uint8[h, w, 4], sRGB and alpha

PEOPLE = frozenset({"person", "robot"})
QUADRUPEDS = frozenset({"cat", "dog", "fox", "rabbit", "horse"})
HEIGHTS: Mapping[str, float] = {  # metres: of a person or robot the crown, of a quadruped the withers
    "person": 1.72, "robot": 1.60, "cat": 0.28, "dog": 0.50, "fox": 0.36, "rabbit": 0.20, "horse": 1.45,
}  # fmt: skip


class Actor(Protocol):
    """A built body. `pose` gives it in the world; its parts count from 1, its textures index `textures`.

    `points` are what a pose estimator would find of it, by their names, in the world (see `key_points`).
    """

    @property
    def textures(self) -> tuple[Texture, ...]: ...
    def pose(self, state: BodyState) -> Mesh: ...
    def points(self, state: BodyState) -> dict[str, Vector]: ...


def build(spec: BodySpec, likeness: Picture | None) -> Actor:
    """The body a spec describes; `likeness` is the picture it is made to look like. Meshing takes a second or two."""
    if spec.species in QUADRUPEDS:
        from models.previz.geometry.quadruped import Quadruped

        return Quadruped(spec, likeness)
    if spec.species == "robot":
        from models.previz.geometry.robot import Robot

        return Robot(spec, likeness)
    from models.previz.geometry.figure import Figure

    return Figure(spec, likeness)

"""A world as triangles: what stands still once, what moves for each frame, and the pictures on both."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture, build
from models.previz.geometry.object_likeness import object_likeness
from models.previz.geometry.places import place_mesh
from models.previz.geometry.props import rigid_mesh
from models.previz.mesh import Mesh, concatenate, transformed
from models.previz.world import BodyState, MoveWeight, Vector, World, WorldFrame
from models.roles import Picture


class Scenery:
    """A place's `static` and each `frame_mesh` index the same `textures`; part ids are unique over the whole clip."""

    def __init__(self, world: World, likenesses: Mapping[str, Picture]) -> None:
        self._places = {setting.place: place_mesh(setting.place, world.seed) for setting in world.settings}
        self.textures: tuple[Texture, ...] = ()
        self._next_part = max(_last_part(place) for place in self._places.values()) + 1
        self._owners: list[tuple[str, int, int]] = []
        self._rigids = {}
        for spec in world.rigids:
            first = self._next_part
            picture = likenesses.get(spec.likeness) if spec.likeness is not None else None
            if picture is None:
                self._rigids[spec.id] = self._numbered(rigid_mesh(spec))
            else:
                mesh, texture = object_likeness(spec, picture)
                self._rigids[spec.id] = self._numbered(_shifted(mesh, self._add_textures((texture,)), 0))
            self._owners.append((spec.id, first, self._next_part))
        self._bodies = {}
        for body in world.bodies:
            picture = likenesses.get(body.likeness) if body.likeness is not None else None
            actor = build(body, picture)
            first_texture = self._add_textures(actor.textures)
            still = actor.pose(BodyState((0.0, 0.0, 0.0), 0.0, (MoveWeight("stand", 0.0),)))
            self._bodies[body.id, body.outfit] = (actor, first_texture, self._next_part)
            self._owners.append((body.id, self._next_part, self._next_part + _last_part(still)))
            self._next_part += _last_part(still)

    @property
    def parts(self) -> int:
        """One more than the last part of all."""
        return self._next_part

    @property
    def owners(self) -> tuple[tuple[str, int, int], ...]:
        """Whose parts are which, as id, first, and one after the last; who changes clothes is here more than once."""
        return tuple(self._owners)

    def points(self, frame: WorldFrame) -> dict[str, dict[str, Vector]]:
        """The key points of each body in a frame, by its id: metres in the world."""
        return {name: self._bodies[name, state.outfit][0].points(state) for name, state in frame.bodies.items()}

    def static(self, place: str) -> Mesh:
        """What never moves in a place."""
        return self._places[place]

    def frame_mesh(self, frame: WorldFrame) -> Mesh:
        """All that moves, where it is in this frame."""
        meshes = []
        for name, state in frame.bodies.items():
            actor, texture, part = self._bodies[name, state.outfit]
            meshes.append(_shifted(actor.pose(state), texture, part - 1))
        for name, rigid in frame.rigids.items():
            meshes.append(transformed(self._rigids[name], _rotation(rigid.quaternion), rigid.position))
        return concatenate(meshes)

    def _add_textures(self, textures: tuple[Texture, ...]) -> int:
        """Keep pictures; the index of the first."""
        first = len(self.textures)
        self.textures += textures
        return first

    def _numbered(self, mesh: Mesh) -> Mesh:
        """The mesh with parts after all others'."""
        first = self._next_part
        self._next_part += _last_part(mesh)
        return _shifted(mesh, 0, first - 1)


def _shifted(mesh: Mesh, texture: int, part: int) -> Mesh:
    moved = np.where(mesh.texture >= 0, mesh.texture + np.int16(texture), mesh.texture).astype(np.int16)
    return replace(mesh, texture=moved, part=(mesh.part + np.int32(part)).astype(np.int32))


def _last_part(mesh: Mesh) -> int:
    return int(mesh.part.max(initial=0))


def _rotation(quaternion: tuple[float, float, float, float]) -> NDArray[np.float64]:
    """The 3x3 rotation of a unit quaternion (w, x, y, z)."""
    w, x, y, z = np.asarray(quaternion) / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )

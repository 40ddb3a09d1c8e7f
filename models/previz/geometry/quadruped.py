"""A four-legged animal: meshed once, coated like its photograph, posed for every frame."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture
from models.previz.geometry.coat import Coat, coat_of, fur_of, head_of
from models.previz.geometry.quadruped_body import (
    SIDES,
    SPECIES,
    Proportions,
    body_field,
    head_field,
    jaw_field,
    skeleton,
)
from models.previz.geometry.quadruped_coat import body_colours, coated, face_uv, fur_uv, head_colours, natural
from models.previz.geometry.quadruped_moves import posture, rotations
from models.previz.geometry.sdf import cone, mesh_of
from models.previz.geometry.skin import Skeleton, blended, skinned, turned
from models.previz.geometry.solids import ball, moved
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.moves import cycle_seconds
from models.previz.world import BodySpec, BodyState
from models.roles import Picture

_FINE, _COARSE = 0.017, 0.030  # metres of the mesh's grid at one metre of height: head, body
_FACE, _FUR = 0, 1  # textures
_FLESH = {"pelvis": 0.20, "spine": 0.20, "chest": 0.21, "neck": 0.13}  # withers heights around a bone
_SOFTNESS = 0.035


class Quadruped:
    """An `Actor`. With a likeness its photograph's face, coat colours and fur are on it."""

    def __init__(self, spec: BodySpec, likeness: Picture | None) -> None:
        self._height = spec.height
        self._shape = SPECIES[spec.species]
        self._bones = skeleton(self._shape)
        coat = natural(spec)
        self.textures: tuple[Texture, ...] = ()
        if likeness is not None:
            coat = coat_of(likeness)
            self.textures = (head_of(likeness, coat), fur_of(likeness, coat))
        meshes, weighted = _built(self._shape, coat, photographed=likeness is not None)
        self._mesh = concatenate(meshes)
        self._weights = np.concatenate(
            [_weights(mesh, self._bones, self._shape, bones) for mesh, bones in zip(meshes, weighted, strict=True)]
        )
        self._seconds = cycle_seconds("stand", spec.height)

    def pose(self, state: BodyState) -> Mesh:
        """The animal in the world."""
        moves = [move for move in state.moves if move.weight > 0.01]
        seconds = next((move.phase * self._seconds for move in moves if move.move == "stand"), 0.0)
        held = [(posture(move.move, move.phase, seconds), move.weight) for move in moves]
        total = sum(weight for _, weight in held) or 1.0
        joints = blended(
            [(rotations(self._shape, one, state.gaze, state.mouth), weight / total) for one, weight in held]
        )
        pelvis = np.array(self._bones.bones[0].head)
        pelvis[1] += sum(one.shift * weight for one, weight in held) / total
        pelvis[2] += sum(one.drop * weight for one, weight in held) / total
        flip = sum(one.flip * weight for one, weight in held) / total
        spin = turned((1, 0, 0), flip)
        centre = np.array([0.0, 0.0, 0.72])
        placed = self._bones.placed(joints, spin @ (pelvis - centre) + centre, spin)
        vertices, normals = skinned(self._mesh.vertices, self._mesh.normals, self._weights, placed)
        heading = turned((0, 0, 1), state.heading).astype(np.float32)
        return replace(
            self._mesh,
            vertices=np.ascontiguousarray(
                vertices @ (heading.T * np.float32(self._height)) + np.array(state.position, np.float32)
            ),
            normals=np.ascontiguousarray(normals @ heading.T),
        )


def _weights(mesh: Mesh, bones: Skeleton, shape: Proportions, names: tuple[str, ...]) -> NDArray[np.float32]:
    """How much each bone moves each vertex, float32[V, B].

    Distances are from a bone's flesh, not its axis, and an upper leg begins below the shoulder: the belly is nearer to
    the legs' bones than to the spine, and would be dragged along by every step.
    """
    points = mesh.vertices.astype(np.float64)
    distances = np.full((len(points), len(bones.bones)), 1e3)
    for index, bone in enumerate(bones.bones):
        if bone.name not in names:
            continue
        head, tail = np.array(bone.head), np.array(bone.tail)
        radius = _FLESH.get(bone.name, shape.leg)
        if bone.name.endswith("_upper"):
            head = head + 0.45 * (tail - head)
        if bone.name.startswith("tail"):
            radius = shape.tail_radius[0]
        distances[:, index] = np.maximum(cone(points, head, tail, radius, radius), 0)
    found = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / _SOFTNESS)
    found[found < 0.02] = 0
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def _built(shape: Proportions, coat: Coat, *, photographed: bool) -> tuple[list[Mesh], list[tuple[str, ...]]]:
    """The parts, and for each the bones that may move it."""
    limbs = tuple(bone.name for bone in skeleton(shape).bones if bone.name not in ("head", "jaw"))
    r, y, z = shape.head, shape.head_y, shape.head_z
    reach = shape.head + shape.ear_height + 0.2
    body = mesh_of(body_field(shape), (-0.45, -1.9, -0.02), (0.45, 1.3, z + 0.25), _COARSE)
    head = mesh_of(
        head_field(shape), (-0.5, y - r - 0.2, z - r - 0.2), (0.5, y + r + shape.snout + 0.2, z + reach), _FINE
    )
    jaw = mesh_of(jaw_field(shape), (-0.2, y - r, z - r - 0.2), (0.2, y + r + shape.snout + 0.2, z + 0.1), _FINE)
    meshes = [
        coated(body, body_colours(body, shape, coat), 1, fur_uv(body.vertices, 0.62), photographed, _FUR),
        coated(head, head_colours(head, shape, coat), 2, face_uv(head, shape), photographed, _FACE),
        coated(jaw, np.tile(np.array(coat.light), (len(jaw.vertices), 1)), 3, None, photographed=False, texture=-1),
    ]
    bones: list[tuple[str, ...]] = [limbs, ("head",), ("jaw",)]
    features = [((0.0, y + r * 0.84 + shape.snout * 1.35, z - r * 0.30), (0.042, 0.030, 0.030), (0.30, 0.07, 0.05), 4)]
    if not photographed:  # a photograph has its own eyes
        for side, x in SIDES:
            at = (x * r * 0.40, y + r * 0.80, z + r * 0.10)
            features.append((at, (r * 0.17, r * 0.15, r * 0.19), (0.22, 0.19, 0.05), 5 if side == "left" else 6))
            pupil = (at[0] * 1.02, at[1] + r * 0.085, at[2])
            features.append((pupil, (r * 0.085, r * 0.08, r * 0.13), (0.004, 0.004, 0.004), 5 if side == "left" else 6))
    elif shape.snout < 0.1:
        features = []  # on a flat face the photograph's nose shows; on a snout it would be a flat picture
    for at, size, colour, part in features:
        material = Material.SHINY if part == 4 else Material.EYE
        feature = ball(1.0, (0, 0, 0), colour, 16, material, part)
        meshes.append(moved(feature, at, scale=size))
        bones.append(("head",))
    return meshes, bones

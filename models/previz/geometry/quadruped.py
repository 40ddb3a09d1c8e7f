"""A four-legged animal: meshed once, coated like its photograph, posed for every frame."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture
from models.previz.geometry.coat import Coat, coat_of, eyes_of, fur_of, head_of, nose_of
from models.previz.geometry.eyelids import drawn_lids, photographed_lids
from models.previz.geometry.key_points import animal_points, located
from models.previz.geometry.quadruped_body import (
    SIDES,
    SPECIES,
    Proportions,
    body_field,
    eye_of,
    head_field,
    jaw_field,
    nose_at,
    skeleton,
    snout_tip,
)
from models.previz.geometry.quadruped_coat import (
    body_colours,
    coated,
    face_uv,
    fur_uv,
    head_colours,
    jaw_colours,
    natural,
)
from models.previz.geometry.quadruped_moves import posture, rotations
from models.previz.geometry.quadruped_pattern import body_texture, body_uv, face_texture, head_uv, pattern_of
from models.previz.geometry.sdf import cone, mesh_of
from models.previz.geometry.skin import Skeleton, blended, skinned, turned
from models.previz.geometry.solids import ball, moved, tube
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.moves import cycle_seconds
from models.previz.world import BodySpec, BodyState, Vector
from models.roles import Picture

_COARSE = 0.031  # heights of the body's grid
_FACE, _FUR = 0, 1  # textures
_FLESH = {"pelvis": 0.20, "spine": 0.20, "chest": 0.21, "neck": 0.13}  # withers heights around a bone
_SOFTNESS = 0.035
_CATCHLIGHT: Vector = (1.6, 1.6, 1.6)  # what a window leaves in an eye: brighter than white
_WHISKER: Vector = (0.80, 0.79, 0.76)
_NOSE_LINE = 0.78  # eye gaps from the eyes down to the nose of a photograph in which none was found


class Quadruped:
    """An `Actor`. With a likeness its photograph's face, coat colours and fur are on it."""

    def __init__(self, spec: BodySpec, likeness: Picture | None) -> None:
        self._height = spec.height
        self._shape = SPECIES[spec.species]
        self._bones = skeleton(self._shape)
        self._points = animal_points(self._shape, self._bones)
        coat = natural(spec)
        nose = None
        self.textures: tuple[Texture, ...] = ()
        if likeness is not None:
            coat = coat_of(likeness)
            nose = nose_of(likeness, eyes_of(likeness))
            self.textures = (head_of(likeness, coat), fur_of(likeness, coat))
        else:
            pattern = pattern_of(spec, coat)
            self.textures = (face_texture(pattern, coat, spec.seed), body_texture(pattern, coat, spec.seed))
        iris = self._shape.iris[spec.seed % len(self._shape.iris)]
        meshes, weighted = _built(self._shape, coat, nose, iris, photographed=likeness is not None)
        self._lids = (
            drawn_lids(self._shape, _eye_radii(self._shape, 1.22), _lid_colour(coat))
            if likeness is None
            else photographed_lids(meshes[1], self._shape)
        )
        start = sum(len(mesh.vertices) for mesh in meshes)
        self._lid_vertices = slice(start, start + len(self._lids.mesh.vertices))
        meshes.append(self._lids.mesh)
        weighted.append(("head",))
        self._mesh = concatenate(meshes)
        self._weights = np.concatenate(
            [_weights(mesh, self._bones, self._shape, bones) for mesh, bones in zip(meshes, weighted, strict=True)]
        )
        self._seconds = cycle_seconds("stand", spec.height)

    def pose(self, state: BodyState) -> Mesh:
        """The animal in the world."""
        placed = self._placed(state)
        rest = self._mesh.vertices.copy()
        rest[self._lid_vertices] = self._lids.closed(state.blink)
        vertices, normals = skinned(
            rest, self._mesh.normals, self._weights, placed, state.heading, self._height, state.position
        )
        return replace(self._mesh, vertices=vertices, normals=normals)

    def points(self, state: BodyState) -> dict[str, Vector]:
        """The seventeen points of AP-10K, metres in the world."""
        return located(self._points, self._bones, self._placed(state), self._height, state)

    def _placed(self, state: BodyState) -> NDArray[np.float64]:
        """Where its bones are, before it stands anywhere."""
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
        return self._bones.placed(joints, spin @ (pelvis - centre) + centre, spin)


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


def _eye_radii(shape: Proportions, scale: float) -> Vector:
    r = shape.head * shape.eye_size * scale
    return (r * 0.17, r * 0.15, r * 0.19)


def _lid_colour(coat: Coat) -> Vector:
    r, g, b = (0.75 * main + 0.25 * dark for main, dark in zip(coat.main, coat.dark, strict=True))
    return (r, g, b)


def _built(
    shape: Proportions, coat: Coat, nose: tuple[float, Vector] | None, iris: Vector, *, photographed: bool
) -> tuple[list[Mesh], list[tuple[str, ...]]]:
    """The parts, and for each the bones that may move it. `nose`: of the photograph, as `coat.nose_of` finds it."""
    limbs = tuple(bone.name for bone in skeleton(shape).bones if bone.name not in ("head", "jaw"))
    r, y, z = shape.head, shape.head_y, shape.head_z
    reach, fine = shape.head + shape.ear_height + 0.2, shape.mesh
    body = mesh_of(body_field(shape), (-0.45, -1.9, -0.02), (0.45, 1.3, z + 0.25), _COARSE)
    head = mesh_of(
        head_field(shape), (-0.5, y - r - 0.2, z - r - 0.2), (0.5, y + r + shape.snout + 0.2, z + reach), fine
    )
    jaw = mesh_of(jaw_field(shape), (-0.2, y - r, z - r - 0.2), (0.2, y + r + shape.snout + 0.2, z + 0.1), fine)
    line = nose[0] if nose else _NOSE_LINE
    fur = fur_uv(body.vertices, 0.62) if photographed else body_uv(body.vertices, body.normals)
    face = face_uv(head, shape, line) if photographed else head_uv(head.vertices, shape)
    meshes = [
        coated(body, body_colours(body, shape, coat), 1, fur, _FUR),
        coated(head, head_colours(head, shape, coat), 2, face, _FACE),
        coated(jaw, jaw_colours(jaw, shape, coat), 3, None, texture=-1),
    ]
    bones: list[tuple[str, ...]] = [limbs, ("head",), ("jaw",)]
    tip, size = snout_tip(shape), 0.82 * shape.snout_radius
    features: list[tuple[Vector, Vector, Vector, int]] = []
    snouted = shape.snout >= 0.1  # on a flat face the photograph's nose shows; on a snout it would be a flat picture
    if shape.nose is None:
        features += [
            ((side * 0.5 * size, tip[1] + 0.84 * size, tip[2] + 0.25 * size), (0.012, 0.008, 0.016), (0.01,) * 3, 4)
            for side in (-1.0, 1.0)
        ]
    elif not photographed or snouted:
        colour = nose[1] if nose else shape.nose
        features.append((nose_at(shape), (0.46 * size, 0.34 * size, 0.34 * size), colour, 4))
    if not photographed:  # a photograph has its own eyes
        a, b, c = _eye_radii(shape, 1.0)
        for side, x in SIDES:
            part, (ex, ey, ez) = 5 if side == "left" else 6, eye_of(shape, x)
            features.append(((ex, ey, ez), (a, b, c), iris, part))
            outward = min(1.0, shape.eye[0] * 1.2 - 0.3)  # eyes at the side of a head look to that side
            pupil = (ex + x * 0.55 * a * outward, ey + 0.57 * b * math.sqrt(1 - outward * outward * 0.9), ez)
            wide, tall = shape.pupil
            features.append((pupil, (a * wide, b * 0.56, c * tall), (0.004, 0.004, 0.004), part))
            light = (ex + x * 0.75 * a * outward + 0.28 * a, ey + (1.0 - 0.5 * outward**2) * b, ez + 0.34 * c)
            features.append((light, (a * 0.20, b * 0.12, c * 0.20), _CATCHLIGHT, part))
    for at, radii, colour, part in features:
        material = Material.SHINY if part == 4 else Material.EYE
        feature = ball(1.0, (0, 0, 0), colour, 16, material, part)
        meshes.append(moved(feature, at, scale=radii))
        bones.append(("head",))
    if shape.whiskers:
        meshes.append(_whiskers(shape))
        bones.append(("head",))
    return meshes, bones


def _whiskers(shape: Proportions) -> Mesh:
    """Four long hairs on each side of the snout, drooping outward."""
    tip, size = snout_tip(shape), 0.82 * shape.snout_radius
    hairs = []
    for _, x in SIDES:
        for rise, back in ((0.32, 0.10), (0.10, 0.02), (-0.12, 0.06), (-0.34, 0.14)):
            root = np.array((x * 0.85 * size, tip[1] + 0.45 * size, tip[2] + (0.35 * rise - 0.25) * size))
            reach = np.array((x * 1.15, -back - 0.30, 0.55 * rise)) * shape.head
            path = [root, root + 0.5 * reach + (0, 0, 0.03 * shape.head), root + reach]
            hairs.append(tube(path, (0.0042, 0.0034, 0.0016), _WHISKER, 4, Material.PLAIN, 4))
    return concatenate(hairs)

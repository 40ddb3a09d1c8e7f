"""A person: meshed once garment by garment, posed for every frame."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture
from models.previz.geometry.coat import eyes_of, face_of
from models.previz.geometry.figure_body import (
    EYE,
    EYE_RADIUS,
    MOUTH,
    PELVIS,
    REFERENCE_HEIGHT,
    SIDES,
    Build,
    arm_field,
    arm_joints,
    bare_legs_field,
    hair_field,
    head_field,
    legs_field,
    shirt_field,
    shoe_field,
    skeleton,
)
from models.previz.geometry.figure_face import drawn_face, face_uv, photograph_uv
from models.previz.geometry.figure_joints import rotations
from models.previz.geometry.figure_moves import GESTURES, posture
from models.previz.geometry.figure_robot import robot_parts
from models.previz.geometry.sdf import Surface, mesh_of
from models.previz.geometry.skin import Skeleton, blended, skinned, turned, weights
from models.previz.geometry.solids import ball, moved
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.moves import cycle_seconds
from models.previz.world import BodySpec, BodyState, MoveWeight, Vector
from models.roles import Picture

_SKINS = ((0.52, 0.31, 0.21), (0.43, 0.24, 0.15), (0.27, 0.14, 0.08), (0.12, 0.06, 0.04), (0.56, 0.36, 0.26))
_HAIRS = ((0.03, 0.015, 0.008), (0.010, 0.008, 0.007), (0.20, 0.09, 0.03), (0.45, 0.30, 0.12), (0.09, 0.035, 0.014))
_SHIRTS = ((0.60, 0.035, 0.025), (0.03, 0.16, 0.42), (0.62, 0.52, 0.10), (0.06, 0.26, 0.12), (0.55, 0.53, 0.50))
_TROUSERS = ((0.020, 0.043, 0.13), (0.055, 0.05, 0.045), (0.20, 0.15, 0.09), (0.015, 0.017, 0.022))
_SHOES = ((0.80, 0.80, 0.78), (0.030, 0.022, 0.018), (0.30, 0.10, 0.04))
_IRISES = ((0.05, 0.03, 0.015), (0.06, 0.13, 0.19), (0.05, 0.09, 0.04))


@dataclass(frozen=True, slots=True)
class Part:
    """A mesh, the bones that may move it, and how far a joint's bend spreads in it (metres)."""

    mesh: Mesh
    bones: tuple[str, ...]
    softness: float


class Figure:
    """An `Actor` on two legs: a person, or a robot on the same bones."""

    def __init__(self, spec: BodySpec, likeness: Picture | None) -> None:
        self._scale = spec.height / REFERENCE_HEIGHT
        self._bones = skeleton()
        robot = spec.species == "robot"
        random = np.random.default_rng(spec.seed % 2**32)
        if robot:
            parts = [Part(*one) for one in robot_parts(spec.colours, screen=likeness is not None)]
            self.textures: tuple[Texture, ...] = () if likeness is None else (face_of(likeness, eyes_of(likeness)),)
        else:
            parts, face = _person(spec, random, likeness)
            self.textures = (face,)
        self._mesh = concatenate([part.mesh for part in parts])
        self._weights = np.concatenate([_weighted(part, self._bones) for part in parts])
        starts = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
        mouths = [index for index, part in enumerate(parts) if part.mesh.part[0] == _MOUTH]
        self._mouth = slice(starts[mouths[0]], starts[mouths[0] + 1]) if mouths else slice(0, 0)
        self._seconds = cycle_seconds("stand", spec.height)

    def pose(self, state: BodyState) -> Mesh:
        """The figure in the world."""
        moves = [move for move in state.moves if move.weight > 0.01]
        seconds = next((move.phase * self._seconds for move in moves if move.move == "stand"), 0.0)
        held = [posture(move.move, move.phase, seconds) for move in moves]
        poses = [rotations(one, state.gaze, state.blink) for one in held]
        shares = _body_shares(moves)
        joints = blended(list(zip(poses, shares, strict=True)))
        for side, _ in SIDES:
            bones = tuple(f"{bone}_{side}" for bone in ("upper_arm", "forearm", "hand"))
            joints |= blended(list(zip(poses, _arm_shares(moves, side), strict=True)), bones)
        drop = sum(one.drop * share for one, share in zip(held, shares, strict=True))
        shift = sum(one.shift * share for one, share in zip(held, shares, strict=True))
        spin = turned((1, 0, 0), sum(one.spin * share for one, share in zip(held, shares, strict=True)))
        root = np.add(PELVIS, (0.0, shift, drop))
        placed = self._bones.placed(joints, root, spin)
        rest = self._mesh.vertices
        if self._mouth.stop:
            rest = rest.copy()
            rest[self._mouth, 2] = MOUTH[2] + (rest[self._mouth, 2] - MOUTH[2]) * (0.06 + 0.94 * state.mouth)
        vertices, normals = skinned(rest, self._mesh.normals, self._weights, placed)
        heading = turned((0, 0, 1), state.heading).astype(np.float32)
        return replace(
            self._mesh,
            vertices=np.ascontiguousarray(
                vertices @ (heading.T * np.float32(self._scale)) + np.array(state.position, np.float32)
            ),
            normals=np.ascontiguousarray(normals @ heading.T),
        )


_MOUTH = 12  # part id


def _body_shares(moves: Sequence[MoveWeight]) -> list[float]:
    """How much of each move the trunk and the legs do: a gesture leaves them to what goes on beside it."""
    total = sum(move.weight for move in moves) or 1.0
    gestures = sum(move.weight for move in moves if move.move in GESTURES) / total
    share = min(max(2 * gestures - 1, 0.0), 1.0)
    return _mixed(moves, share, lambda move: move in GESTURES)


def _arm_shares(moves: Sequence[MoveWeight], side: str) -> list[float]:
    """How much of each move an arm does: half a gesture is a whole one for the arms that make it."""
    total = sum(move.weight for move in moves) or 1.0
    gestures = sum(move.weight for move in moves if side in GESTURES.get(move.move, ())) / total
    return _mixed(moves, min(2 * gestures, 1.0), lambda move: side in GESTURES.get(move, ()))


def _mixed(moves: Sequence[MoveWeight], share: float, chosen: Callable[[str], bool]) -> list[float]:
    """Weights that sum to 1, `share` of it for the moves chosen, or all of it where there are no others."""
    mine = sum(move.weight for move in moves if chosen(move.move))
    others = sum(move.weight for move in moves) - mine
    share = 1.0 if others <= 0 else 0.0 if mine <= 0 else share
    return [move.weight / mine * share if chosen(move.move) else move.weight / others * (1 - share) for move in moves]


def _weighted(part: Part, bones: Skeleton) -> NDArray[np.float32]:
    return weights(part.mesh.vertices, bones, part.bones, part.softness)


def _person(spec: BodySpec, random: np.random.Generator, likeness: Picture | None) -> tuple[list[Part], Texture]:
    """The parts of a person, and the picture on the face; what the spec leaves open is the seed's choice."""
    build = Build(float(random.uniform(0.93, 1.09)), long_hair=bool(random.random() < 0.45), skirt=False)
    skin, hair = _of(_SKINS, random), _of(_HAIRS, random)
    shirt, trousers, shoes = _of(_SHIRTS, random), _of(_TROUSERS, random), _of(_SHOES, random)
    shirt = spec.colours[0] if spec.colours else shirt
    trousers = spec.colours[1] if len(spec.colours) > 1 else trousers
    head = mesh_of(head_field, (-0.13, -0.14, 1.38), (0.13, 0.15, 1.78), 0.0095)
    if likeness is not None:
        face, uv = face_of(likeness, eyes_of(likeness)), photograph_uv(head.vertices, head.normals)
    else:
        lips = tuple(
            int(255 * (0.55 * part + 0.45 * red) ** 0.4545) for part, red in zip(skin, (0.5, 0.10, 0.09), strict=True)
        )
        brows = tuple(int(255 * part**0.4545) for part in hair)
        face, uv = (
            drawn_face((lips[0], lips[1], lips[2]), (brows[0], brows[1], brows[2])),
            face_uv(head.vertices, head.normals),
        )
    parts = [
        Part(_mesh(head, skin, Material.SKIN, 1, uv), ("head", "neck", "chest"), 0.02),
        Part(
            _mesh(mesh_of(hair_field(build), (-0.13, -0.17, 1.34), (0.13, 0.13, 1.80), 0.012), hair, Material.CLOTH, 2),
            ("head",),
            0.02,
        ),
        Part(
            _mesh(
                mesh_of(shirt_field(build), (-0.42, -0.19, 0.89), (0.42, 0.19, 1.54), 0.020), shirt, Material.CLOTH, 3
            ),
            ("pelvis", "spine", "chest", "upper_arm_left", "upper_arm_right"),
            0.035,
        ),
        Part(
            _mesh(
                mesh_of(legs_field(build), (-0.27, -0.20, 0.05), (0.27, 0.18, 1.03), 0.022), trousers, Material.CLOTH, 4
            ),
            ("pelvis", "thigh_left", "thigh_right", "shin_left", "shin_right"),
            0.03,
        ),
    ]
    if build.skirt:
        legs = mesh_of(bare_legs_field, (-0.20, -0.16, 0.04), (0.20, 0.16, 0.90), 0.02)
        parts.append(
            Part(_mesh(legs, skin, Material.SKIN, 5), ("thigh_left", "thigh_right", "shin_left", "shin_right"), 0.03)
        )
    for number, (side, x) in enumerate(SIDES):
        low, high = (
            np.minimum(*(np.array(arm_joints(x)[i]) for i in (0, 3))),
            np.maximum(*(np.array(arm_joints(x)[i]) for i in (0, 3))),
        )
        arm = mesh_of(arm_field(x, build), low - 0.09, high + 0.09, 0.0125)
        shoe = mesh_of(shoe_field(x), (x * 0.1 - 0.075, -0.12, -0.02), (x * 0.1 + 0.075, 0.22, 0.16), 0.012)
        parts += [
            Part(
                _mesh(arm, skin, Material.SKIN, 6 + number),
                (f"upper_arm_{side}", f"forearm_{side}", f"hand_{side}"),
                0.022,
            ),
            Part(_mesh(shoe, shoes, Material.PLAIN, 8 + number), (f"foot_{side}", f"shin_{side}"), 0.018),
        ]
    if likeness is None:  # a photograph has its own eyes and mouth
        parts += _features(skin, _of(_IRISES, random))
    return parts, face


def _features(skin: Vector, iris: Vector) -> list[Part]:
    """Eyes with iris and pupil, lids that turn over them, and the dark of the mouth."""
    parts = []
    for side, x in SIDES:
        at = np.array((x * EYE[0], EYE[1], EYE[2]))
        eye = ball(1.0, (0, 0, 0), (0.60, 0.58, 0.55), 20, Material.EYE, 10)
        ahead = eye.vertices[:, 1:2]
        colours = np.where(ahead > 0.93, 0.006, np.where(ahead > 0.76, np.array(iris), eye.colours)).astype(np.float32)
        parts.append(Part(moved(replace(eye, colours=colours), at, scale=EYE_RADIUS), (f"eye_{side}",), 0.01))
        lid = ball(1.0, (0, 0, 0), tuple(0.9 * part for part in skin), 20, Material.SKIN, 11)
        upper = (lid.vertices[lid.faces][:, :, 2].mean(axis=1) > 0.12) & (
            lid.vertices[lid.faces][:, :, 1].mean(axis=1) > -0.7
        )
        lid = replace(
            lid, faces=lid.faces[upper], material=lid.material[upper], texture=lid.texture[upper], part=lid.part[upper]
        )
        raised = lid.vertices @ turned((1, 0, 0), 0.55).T.astype(np.float32)  # open: turned up and back
        lid = replace(lid, vertices=raised.astype(np.float32), normals=raised.astype(np.float32))
        parts.append(Part(moved(lid, at, scale=EYE_RADIUS * 1.09), (f"lid_{side}",), 0.01))
    mouth = ball(1.0, (0, 0, 0), (0.045, 0.008, 0.008), 16, Material.PLAIN, _MOUTH)
    parts.append(Part(moved(mouth, MOUTH, scale=(0.017, 0.0085, 0.0135)), ("head",), 0.01))
    return parts


def _mesh(
    surface: Surface, colour: Vector, material: Material, part: int, uv: NDArray[np.float32] | None = None
) -> Mesh:
    count, faces = len(surface.vertices), len(surface.faces)
    return Mesh(
        surface.vertices,
        surface.normals,
        np.tile(np.array(colour, np.float32), (count, 1)),
        uv if uv is not None else np.zeros((count, 3), np.float32),
        surface.faces,
        np.full(faces, material, np.uint8),
        np.full(faces, 0 if uv is not None else -1, np.int16),
        np.full(faces, part, np.int32),
    )


def _of(choices: tuple[Vector, ...], random: np.random.Generator) -> Vector:
    return choices[int(random.integers(len(choices)))]

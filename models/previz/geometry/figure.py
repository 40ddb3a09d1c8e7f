"""A person: meshed once garment by garment, posed for every frame."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture
from models.previz.geometry.coat import eyes_of, face_of
from models.previz.geometry.eyelids import Lids
from models.previz.geometry.figure_body import PELVIS, SIDES, Build, skeleton
from models.previz.geometry.figure_clothes import in_sleeve
from models.previz.geometry.figure_eyes import LID_PART
from models.previz.geometry.figure_hands import RELAXED, hands_of
from models.previz.geometry.figure_joints import Posture, rotations
from models.previz.geometry.figure_moves import GESTURES, posture
from models.previz.geometry.figure_person import MOUTH_PART, TEETH_PART, Part, build_of, person
from models.previz.geometry.figure_robot import robot_parts
from models.previz.geometry.figure_speech import Speech, between_lips, speech_of
from models.previz.geometry.key_points import located, person_points
from models.previz.geometry.skin import Skeleton, blended, skinned, turned, weights
from models.previz.mesh import Mesh, concatenate
from models.previz.moves import cycle_seconds
from models.previz.world import BodySpec, BodyState, MoveWeight, Vector
from models.roles import Picture

_FLESH = {  # metres round the bones of what is worn on the trunk
    "pelvis": 0.12, "spine": 0.115, "chest": 0.135,
    "upper_arm_left": 0.035, "upper_arm_right": 0.035, "forearm_left": 0.03, "forearm_right": 0.03,
    "thigh_left": 0.07, "thigh_right": 0.07,
}  # fmt: skip


_ARM = {side: (f"upper_arm_{side}", f"forearm_{side}") for side, _ in SIDES}


class Figure:
    """An `Actor` on two legs: a person, or a robot on the same bones."""

    def __init__(self, spec: BodySpec, likeness: Picture | None) -> None:
        robot = spec.species == "robot"
        random = np.random.default_rng(spec.seed % 2**32)
        self._build, worn = (Build(), None) if robot else build_of(spec, random)
        self._scale = spec.height / self._build.stature
        self._bones = skeleton(self._build.head)
        self._points = person_points(self._build.head)
        self._lids: Lids | None = None
        if worn is None:
            parts = [Part(*one) for one in robot_parts(spec.colours, screen=likeness is not None)]
            self.textures: tuple[Texture, ...] = () if likeness is None else (face_of(likeness, eyes_of(likeness)),)
        else:
            parts, self.textures, self._lids = person(spec, self._build, worn, random, likeness)
        self._mesh = concatenate([part.mesh for part in parts])
        self._weights = np.concatenate([_weighted(part, self._bones) for part in parts])
        starts = np.cumsum([0, *(len(part.mesh.vertices) for part in parts)])
        self._ranges = [
            (int(part.mesh.part[0]), slice(int(start), int(end)))
            for part, start, end in zip(parts, starts[:-1], starts[1:], strict=True)
            if not robot  # its part ids are others
        ]
        self._hands = {} if robot else hands_of(self._mesh.vertices, self._mesh.normals)
        self._speech: Speech | None = None
        if not robot:
            head = self._ranges[0][1]
            self._speech = speech_of(self._mesh.vertices[head], head.start, self._build.head)
        self._seconds = cycle_seconds("stand", spec.height)

    def pose(self, state: BodyState) -> Mesh:
        """The figure in the world."""
        moves, held = self._held(state)
        placed = self._placed(state, moves, held)
        rest, facing = self._face(state), self._mesh.normals.copy()
        for side, hand in self._hands.items():
            mine = _arm_shares(moves, side)
            grip = sum(one.grips.get(side, RELAXED) * part for one, part in zip(held, mine, strict=True))
            straight = sum(one.pointing.get(side, 0.0) * part for one, part in zip(held, mine, strict=True))
            hand.closed(rest, facing, grip, straight)
        vertices, normals = skinned(rest, facing, self._weights, placed, state.heading, self._scale, state.position)
        return replace(self._mesh, vertices=vertices, normals=normals)

    def points(self, state: BodyState) -> dict[str, Vector]:
        """The eighteen points of OpenPose, metres in the world."""
        placed = self._placed(state, *self._held(state))
        return located(self._points, self._bones, placed, self._scale, state)

    def _held(self, state: BodyState) -> tuple[list[MoveWeight], list[Posture]]:
        """What it does, and the posture of each."""
        moves = [move for move in state.moves if move.weight > 0.01]
        seconds = next((move.phase * self._seconds for move in moves if move.move == "stand"), 0.0)
        return moves, [posture(move.move, move.phase, seconds, self._build.stature) for move in moves]

    def _placed(self, state: BodyState, moves: list[MoveWeight], held: list[Posture]) -> NDArray[np.float64]:
        """Where its bones are, before it stands anywhere."""
        poses = [rotations(one, state.gaze, state.blink) for one in held]
        shares = _body_shares(moves)
        joints = blended(list(zip(poses, shares, strict=True)))
        for side, _ in SIDES:
            bones = tuple(f"{bone}_{side}" for bone in ("upper_arm", "forearm", "hand"))
            joints |= blended(list(zip(poses, _arm_shares(moves, side), strict=True)), bones)
        drop = sum(one.drop * share for one, share in zip(held, shares, strict=True))
        shift = sum(one.shift * share for one, share in zip(held, shares, strict=True))
        aside = sum(one.aside * share for one, share in zip(held, shares, strict=True))
        spin = turned((1, 0, 0), sum(one.spin * share for one, share in zip(held, shares, strict=True)))
        swivel = turned((0, 0, 1), sum(one.swivel * share for one, share in zip(held, shares, strict=True)))
        root = np.add(PELVIS, (aside, shift, drop))
        return self._bones.placed(joints, swivel @ root, swivel @ spin)

    def _face(self, state: BodyState) -> NDArray[np.float32]:
        """The vertices at rest with the mouth as open, and a photograph's lids as shut, as they are."""
        rest = self._mesh.vertices.copy()
        size = self._build.head
        if self._speech is not None:
            self._speech.moved(rest, state.mouth, state.lips)
        for part, vertices in self._ranges:
            if part in (MOUTH_PART, TEETH_PART):
                teeth = part == TEETH_PART
                rest[vertices] = between_lips(rest[vertices], state.mouth, state.lips, size, teeth=teeth)
            elif part == LID_PART and self._lids is not None:
                rest[vertices] = self._lids.closed(state.blink)
        return rest


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
    if "spine" not in part.bones:
        return weights(part.mesh.vertices, bones, part.bones, part.softness)
    found = weights(part.mesh.vertices, bones, part.bones, part.softness, _FLESH)
    for side, x in SIDES:
        others = [index for index, bone in enumerate(bones.bones) if bone.name not in _ARM[side]]
        sleeve = in_sleeve(part.mesh.vertices.astype(np.float64), x)
        sleeve *= found[:, [bones.index(bone) for bone in _ARM[side]]].sum(axis=1) > 0
        found[:, others] *= (1 - sleeve[:, None]).astype(np.float32)
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)

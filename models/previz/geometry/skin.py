"""Skeletons, and the skin that follows them: species independent.

Linear blend skinning; the weights fall off smoothly with the distance to each bone, so joints bend and do not break.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.previz.geometry.sdf import cone
from models.previz.world import Vector

Matrix = NDArray[np.float64]  # [3, 3]
Pose = Mapping[str, Matrix]  # bone → rotation against its parent, in the rest pose's axes; absent: as at rest
_AT_MOST = 4  # bones that move one vertex


@dataclass(frozen=True, slots=True)
class Bone:
    """A bone in the rest pose: from `head`, the joint it turns about, to `tail`."""

    name: str
    parent: str | None
    head: Vector
    tail: Vector


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Bones, parents before their children; the first is the root."""

    bones: tuple[Bone, ...]

    def index(self, name: str) -> int:
        return next(index for index, bone in enumerate(self.bones) if bone.name == name)

    def placed(self, pose: Pose, position: ArrayLike, rotation: Matrix) -> NDArray[np.float64]:
        """Where each bone is: float64[B, 3, 4], rest pose to world; the root's joint comes to `position`."""
        names = {bone.name: index for index, bone in enumerate(self.bones)}
        turns = np.empty((len(self.bones), 3, 3))
        joints = np.empty((len(self.bones), 3))
        for index, bone in enumerate(self.bones):
            turn = np.asarray(pose.get(bone.name, np.eye(3)), float)
            if bone.parent is None:
                turns[index], joints[index] = rotation @ turn, np.asarray(position, float)
                continue
            parent = names[bone.parent]
            turns[index] = turns[parent] @ turn
            joints[index] = joints[parent] + turns[parent] @ np.subtract(bone.head, self.bones[parent].head)
        heads = np.array([bone.head for bone in self.bones], float)
        moves = joints - np.einsum("bij,bj->bi", turns, heads)
        return np.concatenate([turns, moves[:, :, None]], axis=2)


def weights(
    vertices: NDArray[np.float32], skeleton: Skeleton, bones: Sequence[str], softness: float = 0.035
) -> NDArray[np.float32]:
    """How much each bone moves each vertex: float32[V, B], rows sum to 1.

    `bones` are those that may; `softness` in metres is how far a joint's bend spreads.
    """
    points = vertices.astype(np.float64)
    distances = np.full((len(points), len(skeleton.bones)), 1e3)
    for name in bones:
        bone = skeleton.bones[skeleton.index(name)]
        distances[:, skeleton.index(name)] = cone(points, bone.head, bone.tail, 0.0, 0.0)
    found = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / softness)
    if found.shape[1] > _AT_MOST:
        least = np.sort(found, axis=1)[:, -_AT_MOST][:, None]
        found[found < least] = 0
    found[found < 0.02] = 0
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def skinned(
    vertices: NDArray[np.float32],
    normals: NDArray[np.float32],
    weighted: NDArray[np.float32],
    placed: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vertices and unit normals float32[V, 3] of a skin whose bones are placed so."""
    moved = (weighted @ placed.reshape(len(placed), 12).astype(np.float32)).reshape(-1, 3, 4)
    where = np.einsum("vij,vj->vi", moved[:, :, :3], vertices) + moved[:, :, 3]
    facing = np.einsum("vij,vj->vi", moved[:, :, :3], normals)
    facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-9)
    return np.ascontiguousarray(where, np.float32), np.ascontiguousarray(facing, np.float32)


def turned(axis: ArrayLike, radians: float) -> Matrix:
    """The rotation about an axis, by the right hand (Rodrigues)."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(radians) * cross + (1 - np.cos(radians)) * cross @ cross)


def blended(poses: Sequence[tuple[Pose, float]]) -> dict[str, Matrix]:
    """Poses mixed by weight, each bone's rotation the nearest to the weighted mean (Markley et al., 2007, by SVD)."""
    mixed: dict[str, Matrix] = {}
    total = sum(weight for _, weight in poses) or 1.0
    for name in dict.fromkeys(name for pose, _ in poses for name in pose):
        mean = sum((pose.get(name, np.eye(3)) * (weight / total) for pose, weight in poses), np.zeros((3, 3)))
        left, _, right = np.linalg.svd(mean)
        sign = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(left @ right)))])
        mixed[name] = left @ sign @ right
    return mixed

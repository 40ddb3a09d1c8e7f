"""Skeletons, and the skin that follows them: species independent.

Dual quaternions keep a bent joint's volume (Kavan et al., "Skinning with Dual Quaternions", 2007); the weights fall off
smoothly with the distance to each bone, so joints bend and do not break.
"""

from collections.abc import Collection, Mapping, Sequence
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
    vertices: NDArray[np.float32],
    skeleton: Skeleton,
    bones: Sequence[str],
    softness: float = 0.035,
    flesh: Mapping[str, float] | None = None,
) -> NDArray[np.float32]:
    """How much each bone moves each vertex: float32[V, B], rows sum to 1.

    `bones` are those that may; `softness` in metres is how far a joint's bend spreads. `flesh`: metres of it round a
    bone, from which distances count: the side of a chest is nearer to the arm's axis than to its own.
    """
    points = vertices.astype(np.float64)
    distances = np.full((len(points), len(skeleton.bones)), 1e3)
    for name in bones:
        bone = skeleton.bones[skeleton.index(name)]
        radius = (flesh or {}).get(name, 0.0)
        distances[:, skeleton.index(name)] = np.maximum(cone(points, bone.head, bone.tail, radius, radius), 0.0)
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
    heading: float = 0.0,
    scale: float = 1.0,
    position: Vector = (0.0, 0.0, 0.0),
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vertices and unit normals float32[V, 3] of a skin whose bones are placed so, on a body that stands so.

    The body is `scale` times as large, turned by `heading` radians about the vertical, and moved to `position`.
    """
    from models.previz.geometry.skinning import skin_rows  # compiled: late, as the renderer is

    stand = np.empty((3, 5), np.float32)
    stand[:, :3], stand[:, 3], stand[:, 4] = turned((0, 0, 1), heading), scale, position
    where, facing = np.empty_like(vertices), np.empty_like(normals)
    duals = _dual_quaternions(placed)
    skin_rows(0, len(vertices), vertices, normals, weighted, duals, stand, np.empty(8), where, facing)
    return where, facing


def turned(axis: ArrayLike, radians: float) -> Matrix:
    """The rotation about an axis, by the right hand (Rodrigues)."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(radians) * cross + (1 - np.cos(radians)) * cross @ cross)


def quaternions(rotations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit quaternions float64[B, 4] (w, x, y, z) of rotations float64[B, 3, 3]; either of the two signs."""
    diagonal = np.einsum("bii->bi", rotations)
    trace = diagonal.sum(axis=1)
    table = np.empty((len(rotations), 4, 4))  # each row is the quaternion times four of one of its own entries
    table[:, 0, 0] = 1 + trace
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        table[:, i + 1, i + 1] = 1 + 2 * diagonal[:, i] - trace
        table[:, 0, i + 1] = table[:, i + 1, 0] = rotations[:, k, j] - rotations[:, j, k]
        table[:, j + 1, k + 1] = table[:, k + 1, j + 1] = rotations[:, k, j] + rotations[:, j, k]
    best = np.argmax(np.einsum("bii->bi", table), axis=1)  # the largest divides most exactly
    found = table[np.arange(len(rotations)), best]
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def blended(poses: Sequence[tuple[Pose, float]], bones: Collection[str] | None = None) -> dict[str, Matrix]:
    """Poses mixed by weight, each bone's rotation the nearest to the weighted mean (Markley et al., 2007, by SVD).

    Of all bones that a pose names, or of `bones`.
    """
    mixed: dict[str, Matrix] = {}
    poses = [(pose, weight) for pose, weight in poses if weight > 0]
    total = sum(weight for _, weight in poses) or 1.0
    named = bones if bones is not None else dict.fromkeys(name for pose, _ in poses for name in pose)
    if len(poses) == 1:
        return {name: poses[0][0].get(name, np.eye(3)) for name in named}
    for name in named:
        mean = sum((pose.get(name, np.eye(3)) * (weight / total) for pose, weight in poses), np.zeros((3, 3)))
        left, _, right = np.linalg.svd(mean)
        sign = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(left @ right)))])
        mixed[name] = left @ sign @ right
    return mixed


def _dual_quaternions(placed: NDArray[np.float64]) -> NDArray[np.float32]:
    real = quaternions(placed[:, :, :3])
    shift, w, axis = placed[:, :, 3], real[:, :1], real[:, 1:]
    dual = np.concatenate([-(shift * axis).sum(axis=1, keepdims=True), shift * w + np.cross(shift, axis)], axis=1) / 2
    return np.concatenate([real, dual], axis=1).astype(np.float32)

"""A skeleton of named bones, and a surface that follows it.

Species independent: which bones there are and how they bend stands with the species. Surfaces follow by dual
quaternions (Kavan et al., "Skinning with Dual Quaternions", 2007), which keep a bent joint's volume.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

Rotation = NDArray[np.float64]  # [3, 3], orthonormal
Pose = Mapping[str, Rotation]  # bone -> turn against its parent, in rest axes (x right, y ahead, z up); absent: none

INFLUENCES = 4  # bones a vertex follows at most
_LEAST = 0.02  # smaller weights are dropped: they cost time and pull far vertices


@dataclass(frozen=True, slots=True)
class Bone:
    """One bone at rest; metres. A root has no parent."""

    name: str
    parent: str | None
    head: tuple[float, float, float]
    tail: tuple[float, float, float]


class Skeleton:
    """Bones, parents first. Raises ValueError if a parent comes after its child, or there is not exactly one root."""

    def __init__(self, bones: Iterable[Bone]) -> None:
        self.bones = tuple(bones)
        self.index = {bone.name: i for i, bone in enumerate(self.bones)}
        self.parents = np.array([-1 if b.parent is None else self.index[b.parent] for b in self.bones], np.int64)
        if (self.parents >= np.arange(len(self.bones))).any() or (self.parents < 0).sum() != 1 or self.parents[0] >= 0:
            raise ValueError("a skeleton needs one root, first, and every parent before its children")
        self.heads = np.array([b.head for b in self.bones], np.float64)
        self.tails = np.array([b.tail for b in self.bones], np.float64)

    def placed(
        self, pose: Pose, root: ArrayLike, turn: Rotation | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where a pose puts the bones: rotations `float64[B, 3, 3]` rest to world and heads `float64[B, 3]`.

        `root` is where the root's head goes, metres; `turn` rotates the whole body about it.
        """
        rotations = np.empty((len(self.bones), 3, 3))
        heads = np.empty((len(self.bones), 3))
        for i, bone in enumerate(self.bones):
            local = pose.get(bone.name)
            parent = self.parents[i]
            if parent < 0:
                whole = np.eye(3) if turn is None else turn
                heads[i] = np.asarray(root, np.float64)
            else:
                whole = rotations[parent]
                heads[i] = heads[parent] + whole @ (self.heads[i] - self.heads[parent])
            rotations[i] = whole if local is None else whole @ local
        return rotations, heads

    def place_of(
        self, bone: str, point: ArrayLike, rotations: NDArray[np.float64], heads: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Where a point `[..., 3]` that is fixed to a bone, given at rest, is in the world."""
        i = self.index[bone]
        return np.asarray((np.asarray(point, np.float64) - self.heads[i]) @ rotations[i].T + heads[i])

    def weights(
        self, vertices: ArrayLike, bones: Iterable[str], softness: float
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Bones `int32[V, 4]` and weights `float32[V, 4]`, summing to 1, by distance to the bones named.

        `softness` is the length in metres over which a joint's bend spreads.
        """
        points = np.asarray(vertices, np.float64)
        chosen = np.array([self.index[name] for name in bones])
        distance = np.empty((len(points), len(chosen)))
        for k, bone in enumerate(chosen):
            along = self.tails[bone] - self.heads[bone]
            offset = points - self.heads[bone]
            share = np.clip((offset @ along) / max(float(along @ along), 1e-12), 0.0, 1.0)
            distance[:, k] = np.linalg.norm(offset - share[:, None] * along, axis=1)
        strength = np.exp(-(distance - distance.min(axis=1, keepdims=True)) / softness)
        order = np.argsort(-strength, axis=1, kind="stable")[:, :INFLUENCES]
        indices = np.zeros((len(points), INFLUENCES), np.int32)
        values = np.zeros((len(points), INFLUENCES))
        indices[:, : order.shape[1]] = chosen[order]
        values[:, : order.shape[1]] = np.take_along_axis(strength, order, axis=1)
        values[values < _LEAST * values.sum(axis=1, keepdims=True)] = 0.0
        return indices, (values / values.sum(axis=1, keepdims=True)).astype(np.float32)


class Skin:
    """A surface bound to a skeleton.

    `vertices` and unit `normals` `float32[V, 3]` at rest, `indices` `int32[V, 4]` and `weights` `float32[V, 4]` as
    `Skeleton.weights` gives them.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        vertices: NDArray[np.float32],
        normals: NDArray[np.float32],
        indices: NDArray[np.int32],
        weights: NDArray[np.float32],
    ) -> None:
        if not len(vertices) == len(normals) == len(indices) == len(weights):
            raise ValueError(f"lengths differ: {len(vertices)}, {len(normals)}, {len(indices)}, {len(weights)}")
        self.skeleton = skeleton
        self.vertices = np.ascontiguousarray(vertices, np.float32)
        self.normals = np.ascontiguousarray(normals, np.float32)
        self.indices = np.ascontiguousarray(indices, np.int32)
        self.weights = np.ascontiguousarray(weights, np.float32)

    def posed(
        self, pose: Pose, root: ArrayLike, turn: Rotation | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Vertices and unit normals `float32[V, 3]` in a pose; `root` and `turn` as for `Skeleton.placed`."""
        return self.followed(*self.skeleton.placed(pose, root, turn))

    def followed(
        self, rotations: NDArray[np.float64], heads: NDArray[np.float64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The same for bones already placed."""
        shifts = heads - np.einsum("bij,bj->bi", rotations, self.skeleton.heads)
        duals = _dual_quaternions(rotations, shifts, self.skeleton.parents)
        vertices, normals = np.empty_like(self.vertices), np.empty_like(self.normals)
        _follow(self.vertices, self.normals, self.indices, self.weights, duals, vertices, normals)
        return vertices, normals


def quaternions(rotations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit quaternions `float64[B, 4]` (w, x, y, z) of rotations `float64[B, 3, 3]`; either of the two signs."""
    m = rotations
    diagonal = np.einsum("bii->bi", m)
    trace = diagonal.sum(axis=1)
    table = np.empty((len(m), 4, 4))  # w, x, y, z times four of itself in each row: the largest divides best
    table[:, 0, 0] = 1.0 + trace
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        table[:, i + 1, i + 1] = 1.0 + 2.0 * diagonal[:, i] - trace
        table[:, 0, i + 1] = table[:, i + 1, 0] = m[:, k, j] - m[:, j, k]
        table[:, j + 1, k + 1] = table[:, k + 1, j + 1] = m[:, k, j] + m[:, j, k]
    best = np.argmax(np.einsum("bii->bi", table), axis=1)
    found = table[np.arange(len(m)), best]
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def rotation(axis: ArrayLike, radians: float) -> Rotation:
    """The turn about an axis, counter-clockwise seen from its tip (Rodrigues)."""
    x, y, z = np.asarray(axis, np.float64) / np.linalg.norm(np.asarray(axis, np.float64))
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(radians) * cross + (1.0 - math.cos(radians)) * cross @ cross)


def blended(poses: Iterable[tuple[Pose, float]]) -> dict[str, Rotation]:
    """One pose of several with weights above zero; every rotation stays orthonormal.

    The mean of unit quaternions with signs aligned to the first (Gramkow, 2001): order matters only for turns that
    are half a circle apart.
    """
    several = [(pose, weight) for pose, weight in poses if weight > 0.0]
    if len(several) == 1:
        return dict(several[0][0])
    names = sorted({name for pose, _ in several for name in pose})
    if not names:
        return {}
    still = np.eye(3)
    sums = np.zeros((len(names), 4))
    for pose, weight in several:
        turn = quaternions(np.stack([pose.get(name, still) for name in names]))
        sign = np.where(np.einsum("ij,ij->i", turn, sums if sums.any() else turn) < 0.0, -1.0, 1.0)
        sums += weight * sign[:, None] * turn
    return dict(zip(names, matrices(sums), strict=True))


def matrices(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rotations `float64[B, 3, 3]` of quaternions `float64[B, 4]` of any length above zero."""
    w, x, y, z = (turns / np.linalg.norm(turns, axis=1, keepdims=True)).T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, -1) for row in rows], 1)


def _dual_quaternions(
    rotations: NDArray[np.float64], shifts: NDArray[np.float64], parents: NDArray[np.int64]
) -> NDArray[np.float32]:
    real = quaternions(rotations)
    for i, parent in enumerate(parents):  # the nearer of the two signs, so that blends turn the short way
        if parent >= 0 and real[i] @ real[parent] < 0.0:
            real[i] = -real[i]
    w, v = real[:, :1], real[:, 1:]
    dual = np.concatenate([-np.einsum("bi,bi->b", shifts, v)[:, None], shifts * w + np.cross(shifts, v)], axis=1) / 2
    return np.concatenate([real, dual], axis=1).astype(np.float32)


@numba.njit(cache=True, error_model="numpy")
def _follow(
    vertices: NDArray[np.float32],
    normals: NDArray[np.float32],
    indices: NDArray[np.int32],
    weights: NDArray[np.float32],
    duals: NDArray[np.float32],
    out_vertices: NDArray[np.float32],
    out_normals: NDArray[np.float32],
) -> None:
    q = np.empty(8, np.float32)
    for i in range(vertices.shape[0]):
        first = indices[i, 0]
        q[:] = 0.0
        for k in range(indices.shape[1]):
            weight = weights[i, k]
            if weight == 0.0:
                continue
            bone = indices[i, k]
            near = 0.0
            for c in range(4):
                near += duals[bone, c] * duals[first, c]
            if near < 0.0:
                weight = -weight
            for c in range(8):
                q[c] += weight * duals[bone, c]
        length = 1.0 / math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
        w, x, y, z = q[0] * length, q[1] * length, q[2] * length, q[3] * length
        dw, dx, dy, dz = q[4] * length, q[5] * length, q[6] * length, q[7] * length
        px, py, pz = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        ux, uy, uz = y * pz - z * py + w * px, z * px - x * pz + w * py, x * py - y * px + w * pz
        out_vertices[i, 0] = px + 2.0 * (y * uz - z * uy + w * dx - dw * x + y * dz - z * dy)
        out_vertices[i, 1] = py + 2.0 * (z * ux - x * uz + w * dy - dw * y + z * dx - x * dz)
        out_vertices[i, 2] = pz + 2.0 * (x * uy - y * ux + w * dz - dw * z + x * dy - y * dx)
        px, py, pz = normals[i, 0], normals[i, 1], normals[i, 2]
        ux, uy, uz = y * pz - z * py + w * px, z * px - x * pz + w * py, x * py - y * px + w * pz
        out_normals[i, 0] = px + 2.0 * (y * uz - z * uy)
        out_normals[i, 1] = py + 2.0 * (z * ux - x * uz)
        out_normals[i, 2] = pz + 2.0 * (x * uy - y * ux)

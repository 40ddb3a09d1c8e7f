"""Shapes as signed distance fields, and the mesh of one: what bodies are modelled with.

A field takes points `float64[..., 3]` in metres and gives distances, negative inside. Smooth unions follow I. Quilez,
"Smooth minimum" (2013): `k` is the width over which two shapes melt together.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
Distances = NDArray[np.float64]
Field = Callable[[Points], Distances]
_GRADIENT = 2e-3  # metres on each side of a vertex, for its normal
_BLOCK = 8  # grid points to a side of the blocks that are skipped where the surface cannot pass
_SLACK = 1.35  # how far a field may be from a true distance (ellipsoids, ripples) before a block is skipped wrongly
_CHUNK = 60_000  # points evaluated at once: the arrays stay in the processor's cache


class Surface(NamedTuple):
    """A closed surface: counter-clockwise seen from outside, unit normals from the field's gradient."""

    vertices: NDArray[np.float32]  # [V, 3]
    normals: NDArray[np.float32]  # [V, 3]
    faces: NDArray[np.int32]  # [F, 3]


def cone(points: Points, start: ArrayLike, end: ArrayLike, start_radius: float, end_radius: float) -> Distances:
    """A round cone from one ball to another: a capsule where the radii agree."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    axis = b - a
    share = np.clip(((points - a) @ axis) / max(float(axis @ axis), 1e-12), 0, 1)
    radius = start_radius + (end_radius - start_radius) * share
    return np.asarray(np.linalg.norm(points - a - share[..., None] * axis, axis=-1) - radius)


def ellipsoid(points: Points, centre: ArrayLike, radii: ArrayLike) -> Distances:
    """An ellipsoid; the distance is exact on the surface and near enough beside it."""
    offset, size = points - np.asarray(centre, float), np.asarray(radii, float)
    k0 = np.linalg.norm(offset / size, axis=-1)
    k1 = np.linalg.norm(offset / (size * size), axis=-1) + 1e-9
    return np.asarray(k0 * (k0 - 1) / k1)


def box(points: Points, centre: ArrayLike, half: ArrayLike, rounding: float = 0.0) -> Distances:
    """A box of these half extents, its edges rounded by a radius."""
    q = np.abs(points - np.asarray(centre, float)) - (np.asarray(half, float) - rounding)
    outside = np.linalg.norm(np.maximum(q, 0), axis=-1)
    return np.asarray(outside + np.minimum(q.max(axis=-1), 0) - rounding)


def join(k: float, first: Distances, *others: Distances) -> Distances:
    """The smooth union of shapes."""
    joined = first
    for other in others:
        share = np.clip(0.5 + 0.5 * (other - joined) / k, 0, 1)
        joined = other + (joined - other) * share - k * share * (1 - share)
    return joined


def meet(k: float, first: Distances, *others: Distances) -> Distances:
    """The smooth intersection of shapes; `meet(k, a, -b)` cuts b out of a."""
    return -join(k, -first, *(-other for other in others))


def mirrored(points: Points) -> Points:
    """The points with x made positive: a field of one side becomes one of both."""
    folded = points.copy()
    folded[..., 0] = np.abs(folded[..., 0])
    return folded


def mesh_of(field: Field, low: ArrayLike, high: ArrayLike, step: float) -> Surface:
    """The surface where a field is zero, inside the box from `low` to `high`, from a grid of `step` metres.

    Raises ValueError where the field has no surface in the box.
    """
    from skimage.measure import marching_cubes

    first, last = np.asarray(low, float), np.asarray(high, float)
    values = _sampled(field, first, np.ceil((last - first) / step).astype(int) + 1, step)
    if not values.min() < 0 < values.max():
        raise ValueError(f"no surface between {first} and {last}: distances {values.min():.3g} to {values.max():.3g}")
    found, faces, _, _ = marching_cubes(  # type: ignore[no-untyped-call]
        values, 0.0, spacing=(step,) * 3, gradient_direction="ascent"
    )
    vertices = np.asarray(found, np.float64) + first
    normals = gradient(field, vertices)
    corners = vertices[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if (facing * normals[faces].sum(axis=1)).sum() < 0:  # of all at once: single flips would tear the orientation
        faces = faces[:, ::-1]
    return Surface(vertices.astype(np.float32), normals.astype(np.float32), np.ascontiguousarray(faces, np.int32))


def gradient(field: Field, points: Points) -> Points:
    """Unit normals of a field's level sets at points."""
    reach = _GRADIENT * np.eye(3)
    sides = [_chunked(field, points + axis) - _chunked(field, points - axis) for axis in reach]
    slope = np.stack(sides, axis=-1)
    return np.asarray(slope / (np.linalg.norm(slope, axis=-1, keepdims=True) + 1e-12))


def _sampled(field: Field, first: Points, shape: NDArray[np.int_], step: float) -> NDArray[np.float32]:
    """The field on a grid; blocks that the surface cannot reach hold the value of their centre."""
    blocks = -(-shape // _BLOCK)
    index = np.stack(np.meshgrid(*(np.arange(count) for count in blocks), indexing="ij"), -1).reshape(-1, 3)
    rough = _chunked(field, first + (index * _BLOCK + (_BLOCK - 1) / 2) * step)
    tiles = np.repeat(rough[:, None].astype(np.float32), _BLOCK**3, axis=1)
    near = np.flatnonzero(np.abs(rough) < _SLACK * np.sqrt(3) * (_BLOCK + 1) / 2 * step)
    inner = np.stack(np.meshgrid(*(np.arange(_BLOCK),) * 3, indexing="ij"), -1).reshape(-1, 3)
    points = (first + (index[near][:, None] * _BLOCK + inner) * step).reshape(-1, 3)
    tiles[near] = _chunked(field, points).reshape(len(near), _BLOCK**3)
    x, y, z = (int(count) for count in blocks)
    whole = tiles.reshape(x, y, z, _BLOCK, _BLOCK, _BLOCK).transpose(0, 3, 1, 4, 2, 5)
    whole = whole.reshape(x * _BLOCK, y * _BLOCK, z * _BLOCK)
    return np.ascontiguousarray(whole[: shape[0], : shape[1], : shape[2]])


def _chunked(field: Field, points: Points) -> Distances:
    if len(points) <= _CHUNK:
        return field(points)
    return np.concatenate([field(points[start : start + _CHUNK]) for start in range(0, len(points), _CHUNK)])

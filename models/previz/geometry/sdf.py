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
    axes = [np.arange(first[axis], last[axis] + step, step) for axis in range(3)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    found, faces, _, _ = marching_cubes(  # type: ignore[no-untyped-call]
        field(grid), 0.0, spacing=(step,) * 3, gradient_direction="ascent"
    )
    vertices = np.asarray(found, np.float64) + first
    normals = gradient(field, vertices)
    corners = vertices[faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = (facing * normals[faces].sum(axis=1)).sum(axis=1) < 0
    turned = np.asarray(faces, np.int32).copy()
    turned[inward] = turned[inward][:, ::-1]
    return Surface(vertices.astype(np.float32), normals.astype(np.float32), turned)


def gradient(field: Field, points: Points) -> Points:
    """Unit normals of a field's level sets at points."""
    sides = [field(points + _GRADIENT * axis) - field(points - _GRADIENT * axis) for axis in np.eye(3)]
    slope = np.stack(sides, axis=-1)
    return np.asarray(slope / (np.linalg.norm(slope, axis=-1, keepdims=True) + 1e-12))

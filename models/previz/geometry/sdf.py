"""Signed distance fields and the meshes made of them.

Shapes that melt into each other are easy to say as distances (negative inside) and awkward to say as triangles.
Every function takes points `float64[..., 3]` in metres and gives `float64[...]`. What is modelled stands elsewhere.
The formulas follow Inigo Quilez, "distance functions" and "smooth minimum".
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from skimage.measure import marching_cubes

Points = NDArray[np.float64]
Distances = NDArray[np.float64]
Field = Callable[[Points], Distances]

_BLOCK = 8  # cells to a side of the blocks that are skipped when the surface cannot pass through them
_SLACK = 1.35  # how far a field may be from 1-Lipschitz (ellipsoids, ripples) before a block is skipped wrongly
_CHUNK = 60_000  # points evaluated at once: keeps the arrays in cache


def sphere(points: Points, centre: ArrayLike, radius: float) -> Distances:
    return np.asarray(np.linalg.norm(points - np.asarray(centre, np.float64), axis=-1) - radius)


def cone(points: Points, start: ArrayLike, end: ArrayLike, start_radius: float, end_radius: float) -> Distances:
    """A capsule whose radius runs from one end's to the other's; round at both ends."""
    a = np.asarray(start, np.float64)
    along = np.asarray(end, np.float64) - a
    offset = points - a
    share = np.clip((offset @ along) / max(float(along @ along), 1e-12), 0.0, 1.0)
    away = offset - share[..., None] * along
    return np.asarray(
        np.sqrt(np.einsum("...i,...i->...", away, away)) - (start_radius + (end_radius - start_radius) * share)
    )


def capsule(points: Points, start: ArrayLike, end: ArrayLike, radius: float) -> Distances:
    return cone(points, start, end, radius, radius)


def ellipsoid(points: Points, centre: ArrayLike, radii: ArrayLike) -> Distances:
    """Axis-aligned; a close bound of the true distance near the surface."""
    offset = points - np.asarray(centre, np.float64)
    size = np.asarray(radii, np.float64)
    once, twice = offset / size, offset / (size * size)
    near = np.sqrt(np.einsum("...i,...i->...", once, once))
    return np.asarray(near * (near - 1.0) / (np.sqrt(np.einsum("...i,...i->...", twice, twice)) + 1e-9))


def box(points: Points, centre: ArrayLike, half_sizes: ArrayLike, rounding: float = 0.0) -> Distances:
    """Axis-aligned; `rounding` is the radius of its edges, within the half sizes."""
    q = np.abs(points - np.asarray(centre, np.float64)) - (np.asarray(half_sizes, np.float64) - rounding)
    outside = np.linalg.norm(np.maximum(q, 0.0), axis=-1)
    return np.asarray(outside + np.minimum(q.max(axis=-1), 0.0) - rounding)


def plane(points: Points, through: ArrayLike, outward: ArrayLike) -> Distances:
    """The half-space behind a plane: positive on the side that `outward` points to."""
    normal = np.asarray(outward, np.float64)
    return np.asarray((points - np.asarray(through, np.float64)) @ (normal / np.linalg.norm(normal)))


def joined(first: Distances, second: Distances, width: float) -> Distances:
    """Smooth union: the seam is rounded over `width` metres."""
    share = np.clip(0.5 + 0.5 * (second - first) / width, 0.0, 1.0)
    return np.asarray(second + (first - second) * share - width * share * (1.0 - share))


def union(width: float, *distances: Distances) -> Distances:
    """Smooth union of several, in order."""
    whole = distances[0]
    for distance in distances[1:]:
        whole = joined(whole, distance, width)
    return whole


def common(first: Distances, second: Distances, width: float) -> Distances:
    """Smooth intersection: what lies in both."""
    return -joined(-first, -second, width)


def without(first: Distances, second: Distances, width: float) -> Distances:
    """Smooth subtraction: `first` with `second` carved out."""
    return -joined(-first, second, width)


def mirrored(points: Points) -> Points:
    """Points folded onto x >= 0, so that a half described once stands on both sides."""
    folded = points.copy()
    folded[..., 0] = np.abs(folded[..., 0])
    return folded


def mesh_of(
    distance: Field, low: ArrayLike, high: ArrayLike, step: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]:
    """The surface where the field is zero, between two corners, with cells of `step` metres.

    Gives vertices `float32[V, 3]`, normals `float32[V, 3]` of the field's own gradient (so that a coarse mesh still
    shades smoothly), and faces `int32[F, 3]`, counter-clockwise seen from outside. The surface is closed where the
    corners hold all of it. Raises ValueError if the field has no surface there.
    """
    corner = np.asarray(low, np.float64)
    cells = np.maximum(np.ceil((np.asarray(high, np.float64) - corner) / step).astype(int), 1)
    values = _sampled(distance, corner, cells + 1, step)
    if not values.min() < 0.0 < values.max():
        raise ValueError(
            f"no surface between {corner} and {corner + cells * step}: "
            f"distances {values.min():.3g} to {values.max():.3g}"
        )
    grid, faces, _, _ = marching_cubes(  # type: ignore[no-untyped-call]
        values, 0.0, spacing=(step,) * 3, gradient_direction="ascent"
    )
    vertices = np.asarray(grid, np.float64) + corner
    normals = gradient(distance, vertices)
    faces = np.asarray(faces, np.int32)
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    volume = float(np.einsum("ij,ij->i", a - corner, np.cross(b - corner, c - corner)).sum())
    if volume < 0.0:
        faces = faces[:, ::-1]
    return vertices.astype(np.float32), normals.astype(np.float32), np.ascontiguousarray(faces)


def gradient(distance: Field, points: Points, reach: float = 2e-3) -> NDArray[np.float64]:
    """The unit direction in which the field grows at `points[V, 3]`; central differences over `reach` metres."""
    found = np.stack([_chunked(distance, points + e) - _chunked(distance, points - e) for e in np.eye(3) * reach], -1)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12))


def _sampled(distance: Field, corner: NDArray[np.float64], shape: NDArray[np.int_], step: float) -> NDArray[np.float32]:
    """The field on a grid; blocks that the surface cannot reach hold their centre's value."""
    blocks = -(-shape // _BLOCK)
    index = np.stack(np.meshgrid(*(np.arange(n) for n in blocks), indexing="ij"), -1).reshape(-1, 3)
    centres = corner + (index * _BLOCK + (_BLOCK - 1) / 2) * step
    rough = _chunked(distance, centres)
    reach = _SLACK * np.sqrt(3.0) * (_BLOCK + 1) / 2 * step
    tiles = np.repeat(rough[:, None].astype(np.float32), _BLOCK**3, axis=1)
    near = np.flatnonzero(np.abs(rough) < reach)
    inner = np.stack(np.meshgrid(*(np.arange(_BLOCK),) * 3, indexing="ij"), -1).reshape(-1, 3)
    points = (corner + (index[near][:, None] * _BLOCK + inner) * step).reshape(-1, 3)
    tiles[near] = _chunked(distance, points).reshape(len(near), _BLOCK**3)
    bx, by, bz = (int(n) for n in blocks)
    whole = tiles.reshape(bx, by, bz, _BLOCK, _BLOCK, _BLOCK).transpose(0, 3, 1, 4, 2, 5)
    whole = whole.reshape(bx * _BLOCK, by * _BLOCK, bz * _BLOCK)
    return np.ascontiguousarray(whole[: shape[0], : shape[1], : shape[2]])


def _chunked(distance: Field, points: Points) -> Distances:
    if len(points) <= _CHUNK:
        return distance(points)
    return np.concatenate([distance(points[at : at + _CHUNK]) for at in range(0, len(points), _CHUNK)])

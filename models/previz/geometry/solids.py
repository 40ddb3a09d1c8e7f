"""Simple solids as meshes: what props, furniture, buildings and trunks are put together from.

Metres; every solid is closed unless it says otherwise, faces outwards, and takes its colour in linear RGB: one for the
whole, or one a vertex. Nothing here knows what a solid depicts.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.previz.mesh import Material, Mesh, concatenate
from models.previz.world import Vector

Floats = NDArray[np.float64]
_CREASE = math.cos(math.radians(40))  # edges sharper than this keep two normals


def paint(code: str, share: float = 1.0) -> Vector:
    """The linear colour of an sRGB code such as `#8fb04a`, times `share`."""
    red, green, blue = ((int(code[i : i + 2], 16) / 255) ** 2.2 * share for i in (1, 3, 5))
    return red, green, blue


def shaded(colour: Vector, share: float) -> Vector:
    """A colour times `share`, at most white."""
    return min(1.0, colour[0] * share), min(1.0, colour[1] * share), min(1.0, colour[2] * share)


def assemble(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of all; the parts of each follow those of the one before, so they stay apart."""
    numbered = []
    last = 0
    for mesh in meshes:
        if len(mesh.faces):
            numbered.append(replace(mesh, part=(mesh.part + np.int32(last)).astype(np.int32)))
            last = int(numbered[-1].part.max())
    return concatenate(numbered)


def moved(mesh: Mesh, by: ArrayLike, turn: float = 0.0, scale: ArrayLike = 1.0) -> Mesh:
    """The mesh stretched, turned about z (radians, counter-clockwise from above), then moved."""
    factor = np.broadcast_to(np.asarray(scale, np.float64), (3,))
    cosine, sine = math.cos(turn), math.sin(turn)
    rotation = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    normals = mesh.normals / factor @ rotation.T
    return replace(
        mesh,
        vertices=(mesh.vertices * factor @ rotation.T + np.asarray(by, np.float64)).astype(np.float32),
        normals=_unit(normals).astype(np.float32),
    )


def tilted(mesh: Mesh, axis: str, angle: float) -> Mesh:
    """The mesh turned about the x or y axis by `angle` radians."""
    cosine, sine = math.cos(angle), math.sin(angle)
    if axis == "x":
        rotation = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    else:
        rotation = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    return replace(
        mesh,
        vertices=(mesh.vertices @ rotation.T).astype(np.float32),
        normals=(mesh.normals @ rotation.T).astype(np.float32),
    )


def surface(
    vertices: ArrayLike,
    normals: ArrayLike,
    faces: ArrayLike,
    colour: ArrayLike,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """A mesh of one material and part from its arrays; normals are made unit length."""
    points = np.asarray(vertices, np.float32)
    corners = np.asarray(faces, np.int32)
    return Mesh(
        vertices=points,
        normals=_unit(np.asarray(normals, np.float64)).astype(np.float32),
        colours=np.ascontiguousarray(np.broadcast_to(np.asarray(colour, np.float32), points.shape)),
        uv=np.zeros_like(points),
        faces=corners,
        material=np.full(len(corners), int(material), np.uint8),
        texture=np.full(len(corners), -1, np.int16),
        part=np.full(len(corners), part, np.int32),
    )


def faceted(
    vertices: ArrayLike, faces: ArrayLike, colour: ArrayLike, material: Material = Material.PLAIN, part: int = 1
) -> Mesh:
    """Triangles that each have their own normal; `colour` is one, one a vertex, or one a face (`[F, 1, 3]`)."""
    points = np.asarray(vertices, np.float64)
    corners = np.asarray(faces, np.int64)
    own = points[corners]
    across = np.cross(own[:, 1] - own[:, 0], own[:, 2] - own[:, 0])
    tint = np.asarray(colour, np.float64)
    if tint.ndim == 2:
        tint = tint[corners]
    tints = np.broadcast_to(tint, own.shape).reshape(-1, 3)
    order = np.arange(3 * len(corners)).reshape(-1, 3)
    return surface(own.reshape(-1, 3), np.repeat(across, 3, axis=0), order, tints, material, part)


def smooth_normals(vertices: Floats, faces: NDArray[np.integer]) -> Floats:
    """The mean normal around each vertex, weighted by area."""
    own = vertices[faces]
    across = np.cross(own[:, 1] - own[:, 0], own[:, 2] - own[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(faces[:, corner], across[:, axis], len(vertices))
    return _unit(normals)


def box(
    size: Vector,
    centre: ArrayLike,
    colour: ArrayLike,
    bevel: float = 0.01,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """A box with rounded-looking edges: 44 triangles."""
    half = np.asarray(size, np.float64) / 2
    inset = min(bevel, float(half.min()) * 0.9)
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    points = np.empty((8, 3, 3))  # corner, axis of the side it lies in, xyz
    normals = np.zeros((8, 3, 3))
    for axis in range(3):
        reach = half - inset
        reach[axis] = half[axis]
        points[:, axis] = signs * reach
        normals[:, axis, axis] = signs[:, axis]
    return surface(
        points.reshape(-1, 3) + np.asarray(centre, np.float64), normals.reshape(-1, 3), _BOX, colour, material, part
    )


def _box_faces() -> NDArray[np.int64]:
    """Triangles between the three vertices of each of a box's corners; turned outwards by looking."""
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    index = {tuple(sign): number for number, sign in enumerate(signs.tolist())}
    polygons: list[list[int]] = []
    for axis in range(3):
        first, second = (axis + 1) % 3, (axis + 2) % 3
        for side in (-1, 1):
            ring = []
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = [0, 0, 0]
                corner[axis], corner[first], corner[second] = side, a, b
                ring.append(index[tuple(corner)])
            polygons.append([corner * 3 + axis for corner in ring])  # a side
            for sign in (-1, 1):  # each edge once: between this side and the next axis's
                ends = [corner for corner in ring if signs[corner][first] == sign]
                polygons.append([ends[0] * 3 + axis, ends[1] * 3 + axis, ends[1] * 3 + first, ends[0] * 3 + first])
    polygons += [[corner * 3, corner * 3 + 1, corner * 3 + 2] for corner in range(8)]
    points = np.empty((24, 3))
    for axis in range(3):
        reach = np.full(3, 0.9)
        reach[axis] = 1.0
        points[axis::3] = signs * reach
    triangles = []
    for polygon in polygons:
        for b, c in itertools.pairwise(polygon[1:]):
            a = polygon[0]
            outward = np.cross(points[b] - points[a], points[c] - points[a]) @ (points[a] + points[b] + points[c])
            triangles.append((a, b, c) if outward > 0 else (a, c, b))
    return np.array(triangles)


def lathe(
    profile: Sequence[tuple[float, float]],
    colour: ArrayLike,
    segments: int = 20,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """What a profile of (radius, z) makes when it turns about the z axis.

    The profile runs from below to above on the outside; sharp corners of it stay sharp. `colour` may be one for each
    point of the profile, or one for each pair of (segment, point).
    """
    points = np.asarray(profile, np.float64)
    along = np.diff(points, axis=0)
    outward = _unit(np.stack([along[:, 1], -along[:, 0]], 1))  # of each piece
    before = np.concatenate([outward[:1], outward])
    after = np.concatenate([outward, outward[-1:]])
    sharp = (before * after).sum(1) < _CREASE
    mean = _unit(before + after)
    low = np.where(sharp[:-1, None], after[:-1], mean[:-1])
    high = np.where(sharp[1:, None], before[1:], mean[1:])
    rows = np.stack([points[:-1], points[1:]], 1).reshape(-1, 2)  # two rows a piece
    bent = np.stack([low, high], 1).reshape(-1, 2)
    angle = np.arange(segments + 1) * (2 * math.pi / segments)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    vertices = np.concatenate(
        [circle[:, None] * rows[None, :, :1], np.broadcast_to(rows[None, :, 1:], (len(angle), len(rows), 1))], 2
    )
    normals = np.concatenate(
        [circle[:, None] * bent[None, :, :1], np.broadcast_to(bent[None, :, 1:], (len(angle), len(rows), 1))], 2
    )
    i, j = np.meshgrid(np.arange(segments), np.arange(len(along)) * 2, indexing="ij")
    a = (i * len(rows) + j).ravel()
    b = a + len(rows)
    faces = np.concatenate([np.stack([a, b, b + 1], 1), np.stack([a, b + 1, a + 1], 1)])
    apex = np.tile(rows[j.ravel(), 0] <= 0, 2), np.tile(rows[j.ravel() + 1, 0] <= 0, 2)
    keep = ~np.where(np.arange(len(faces)) < len(a), apex[0], apex[1])  # a piece that ends on the axis is one triangle
    tint = np.asarray(colour, np.float64)
    if tint.ndim == 2:
        tint = np.stack([tint[:-1], tint[1:]], 1).reshape(-1, 3)[None]
    elif tint.ndim == 3:
        tint = np.stack([tint[:, :-1], tint[:, 1:]], 2).reshape(len(angle), -1, 3)
    tints = np.broadcast_to(tint, vertices.shape).reshape(-1, 3)
    return surface(vertices.reshape(-1, 3), normals.reshape(-1, 3), faces[keep], tints, material, part)


def ball(
    radius: float,
    centre: ArrayLike,
    colour: ArrayLike,
    segments: int = 24,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """A sphere; `segments` around, half as many from pole to pole."""
    angle = np.linspace(-math.pi / 2, math.pi / 2, max(4, segments // 2) + 1)
    profile = [(max(0.0, radius * math.cos(a)) if abs(a) < 1.57 else 0.0, radius * math.sin(a)) for a in angle]
    return moved(lathe(profile, colour, segments, material, part), centre)


def cylinder(
    radius: float,
    height: float,
    base: ArrayLike,
    colour: ArrayLike,
    segments: int = 20,
    material: Material = Material.PLAIN,
    part: int = 1,
    bevel: float = 0.01,
) -> Mesh:
    """An upright cylinder on `base`, the centre of its lower end."""
    b = min(bevel, radius / 3, height / 3)
    profile = [(0.0, 0.0), (radius - b, 0.0), (radius, b), (radius, height - b), (radius - b, height), (0.0, height)]
    return moved(lathe(profile, colour, segments, material, part), base)


def cone(
    radius: float,
    height: float,
    base: ArrayLike,
    colour: ArrayLike,
    segments: int = 20,
    top: float = 0.0,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """An upright cone on `base`; `top` is the radius of its upper end."""
    profile = [(0.0, 0.0), (radius, 0.0), (max(top, 0.0), height), (0.0, height)]
    return moved(lathe(profile if top > 0 else profile[:-1], colour, segments, material, part), base)


def torus(
    radius: float,
    thickness: float,
    centre: ArrayLike,
    colour: ArrayLike,
    segments: int = 32,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """A ring that lies flat; `radius` to the middle of the tube, `thickness` the tube's radius."""
    angle = np.linspace(-math.pi, math.pi, 13)
    profile = [(radius + thickness * math.cos(a), thickness * math.sin(a)) for a in angle]
    return moved(lathe(profile, colour, segments, material, part), centre)


def tube(
    path: ArrayLike,
    radii: ArrayLike,
    colour: ArrayLike,
    segments: int = 8,
    material: Material = Material.PLAIN,
    part: int = 1,
) -> Mesh:
    """A round tube along points `[K, 3]`, each with its radius (or one for all); its ends are closed."""
    points = np.asarray(path, np.float64)
    widths = np.broadcast_to(np.asarray(radii, np.float64), (len(points),))
    along = _unit(np.gradient(points, axis=0))
    reference = np.array([0.0, 0.0, 1.0]) if abs(along[:, 2]).max() < 0.9 else np.array([0.6, 0.8, 0.0])
    right = _unit(np.cross(along, reference))
    other = np.cross(right, along)
    angle = np.arange(segments) * (2 * math.pi / segments)
    spoke = np.cos(angle)[None, :, None] * right[:, None] - np.sin(angle)[None, :, None] * other[:, None]
    rings = points[:, None] + spoke * widths[:, None, None]
    count = len(points) * segments
    ring, step = np.meshgrid(np.arange(len(points) - 1), np.arange(segments), indexing="ij")
    a = (ring * segments + step).ravel()
    b = (ring * segments + (step + 1) % segments).ravel()
    c = np.arange(segments)
    d = (c + 1) % segments
    last = count - segments
    faces = np.concatenate(
        [
            np.stack([a, b, b + segments], 1),
            np.stack([a, b + segments, a + segments], 1),
            np.stack([np.full(segments, count), d, c], 1),
            np.stack([np.full(segments, count + 1), last + c, last + d], 1),
        ]
    )
    vertices = np.concatenate([rings.reshape(-1, 3), points[[0, -1]]])
    normals = np.concatenate([spoke.reshape(-1, 3), [-along[0], along[-1]]])
    tint = np.asarray(colour, np.float64)
    if tint.ndim == 2:
        tint = np.concatenate([np.repeat(tint, segments, axis=0), tint[[0, -1]]])
    return surface(vertices, normals, faces, tint, material, part)


def panel(corners: ArrayLike, colour: ArrayLike, material: Material = Material.PLAIN, part: int = 1) -> Mesh:
    """A flat piece with four corners, counter-clockwise seen from its front; it has no back."""
    return faceted(corners, [(0, 1, 2), (0, 2, 3)], colour, material, part)


def plate(
    outline: ArrayLike, thickness: float, colour: ArrayLike, material: Material = Material.PLAIN, part: int = 1
) -> Mesh:
    """An outline in the plane (x, y), counter-clockwise and seen whole from its middle, `thickness` high from z = 0."""
    flat = np.asarray(outline, np.float64)
    count = len(flat)
    middle = flat.mean(0)
    rim = np.concatenate([flat, [middle]])
    i = np.arange(count)
    j = (i + 1) % count
    top = surface(np.c_[rim, np.full(count + 1, thickness)], np.tile((0, 0, 1.0), (count + 1, 1)),
                  np.stack([np.full(count, count), i, j], 1), colour, material, part)  # fmt: skip
    bottom = surface(np.c_[rim, np.zeros(count + 1)], np.tile((0, 0, -1.0), (count + 1, 1)),
                     np.stack([np.full(count, count), j, i], 1), colour, material, part)  # fmt: skip
    low, high = np.c_[flat, np.zeros(count)], np.c_[flat, np.full(count, thickness)]
    faces = np.concatenate([np.stack([i, j, j + count], 1), np.stack([i, j + count, i + count], 1)])
    return concatenate([top, bottom, faceted(np.concatenate([low, high]), faces, colour, material, part)])


def icosphere(detail: int) -> tuple[Floats, NDArray[np.int64]]:
    """A unit sphere of nearly equal triangles: 20 times 4 to the power of `detail`."""
    g = (1 + math.sqrt(5)) / 2
    points = np.array([(-1, g, 0), (1, g, 0), (-1, -g, 0), (1, -g, 0), (0, -1, g), (0, 1, g), (0, -1, -g), (0, 1, -g),
                       (g, 0, -1), (g, 0, 1), (-g, 0, -1), (-g, 0, 1)], np.float64)  # fmt: skip
    faces = np.array([(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2),
                      (10, 7, 6), (7, 1, 8), (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5),
                      (2, 4, 11), (6, 2, 10), (8, 6, 7), (9, 8, 1)])  # fmt: skip
    for _ in range(detail):
        edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
        unique, inverse = np.unique(edges, axis=0, return_inverse=True)
        ab, bc, ca = inverse.reshape(3, -1) + len(points)
        points = np.concatenate([points, points[unique].mean(1)])
        a, b, c = faces.T
        faces = np.concatenate([np.stack(t, 1) for t in ((a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca))])
    return _unit(points), faces


def rock(
    radii: Vector, centre: ArrayLike, colour: ArrayLike, seed: int, detail: int = 3, rough: float = 0.16, part: int = 1
) -> Mesh:
    """A boulder: an ellipsoid with planes struck off and bumps; its flat sides face the light differently."""
    random = np.random.default_rng(seed)
    points, faces = icosphere(detail)
    reach = np.ones(len(points))
    for _ in range(9):  # planes struck off
        direction = _unit(random.normal(size=3))
        facing = points @ direction
        limit = random.uniform(0.62, 0.9)
        reach = np.minimum(reach, np.where(facing > 1e-3, limit / np.maximum(facing, 1e-3), 9.0))
    for frequency, height in ((2.5, 0.5), (5.5, 0.3), (11.0, 0.2)):
        reach *= 1 + rough * height * np.sin(points @ random.normal(size=3) * frequency + random.uniform(0, 6))
    vertices = points * reach[:, None] * np.asarray(radii)
    shade = np.clip(0.82 + 0.35 * (reach - reach.mean()) + random.normal(0, 0.05, len(points)), 0.5, 1.2)
    tint = np.asarray(colour, np.float64) * shade[:, None]
    if detail <= 2:
        return moved(faceted(vertices, faces, tint, part=part), centre)
    return moved(surface(vertices, smooth_normals(vertices, faces), faces, tint, part=part), centre)


def _unit(vectors: Floats) -> Floats:
    """Each vector at length 1; one without a length points up."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    up = np.zeros_like(vectors)
    up[..., -1] = 1
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), up)


_BOX = _box_faces()

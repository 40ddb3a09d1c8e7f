"""Trees, bushes, grass and cacti: foliage of many small leaf pieces over branching wood.

Metres, standing on z = 0; a plant is two parts at most (wood, leaves), so that outlines go around it and not through
it. A crown's light comes from normals that lean outwards from its clumps: single leaves would glitter.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from models.previz.geometry.solids import Floats, lathe, moved, paint, rock, smooth_normals, surface, tube
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.world import Vector

BARK = paint("#6b543f")
GREENS = (paint("#5f8f35"), paint("#6f9d3c"), paint("#4c7f38"), paint("#87a745"))
_HALVES = np.array([(0, 1, 2), (0, 2, 3)])
_TURN = 2.399963  # golden angle, radians: leaves and limbs around a stem


def leaves(
    places: Floats, outward: Floats, sizes: Floats, colours: Floats, random: np.random.Generator, part: int = 1
) -> Mesh:
    """One folded leaf (two triangles) at each of `places [N, 3]`, lit as if the surface faced `outward [N, 3]`."""
    count = len(places)
    along = random.normal(size=(count, 3)) + outward * 0.6
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(along, random.normal(size=(count, 3)))
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    length, width = sizes[:, None] * along, sizes[:, None] * 0.42 * across
    corners = np.stack([places - length * 0.5, places + width, places + length * 0.5, places - width], 1)
    base = np.arange(count)[:, None] * 4
    faces = np.concatenate([base + _HALVES[0], base + _HALVES[1]])
    tints = np.repeat(colours, 4, axis=0)
    tints[2::4] *= 1.12
    normals = np.repeat(outward, 4, axis=0) + np.repeat(np.cross(along, across), 4, axis=0) * 0.15
    return surface(corners.reshape(-1, 3), normals, faces, np.clip(tints, 0, 1), Material.LEAF, part)


def crown(
    clumps: Sequence[tuple[Vector, float]],
    greens: ArrayLike,
    random: np.random.Generator,
    count: int,
    leaf: float,
    part: int = 1,
    flatness: float = 0.85,
) -> Mesh:
    """Leaves over the shells of `clumps` (centre, radius); darker below and inside, lighter towards the sky."""
    centres = np.array([centre for centre, _ in clumps])
    radii = np.array([radius for _, radius in clumps])
    chosen = random.choice(len(clumps), count, p=radii**2 / (radii**2).sum())
    direction = random.normal(size=(count, 3))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    depth = random.uniform(0.55, 1.08, count) ** 0.6
    places = centres[chosen] + direction * (radii[chosen] * depth)[:, None] * (1, 1, flatness)
    middle = centres.mean(0)
    outward = direction + 0.5 * (places - middle) / np.maximum(radii.max() * 1.5, 1e-6)
    outward[:, 2] += 0.25
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    low, high = places[:, 2].min(), places[:, 2].max()
    height = (places[:, 2] - low) / max(high - low, 1e-6)
    palette = np.asarray(greens, np.float64)
    own = palette[chosen % len(palette)] * 0.6 + palette[random.integers(0, len(palette), count)] * 0.4
    shade = (0.62 + 0.30 * height + 0.28 * (depth - 0.8)) * random.uniform(0.85, 1.2, count)
    cores = [
        moved(rock((r * 0.66, r * 0.66, r * 0.66 * flatness), c, palette.mean(0) * 0.42, int(i), detail=1), (0, 0, 0))
        for i, (c, r) in enumerate(clumps)
    ]  # what is seen between leaves is more leaves in shade, not the sky
    sizes = leaf * random.uniform(0.7, 1.35, count)
    solid = [_as_leaf(core, part) for core in cores]
    return concatenate([*solid, leaves(places, outward, sizes, own * shade[:, None], random, part)])


def _as_leaf(mesh: Mesh, part: int) -> Mesh:
    own = mesh.vertices.astype(np.float64)
    return surface(own, mesh.normals, mesh.faces, mesh.colours, Material.LEAF, part)


def branch(
    start: Vector, end: Vector, thick: float, thin: float, random: np.random.Generator, colour: ArrayLike = BARK
) -> Mesh:
    """A crooked limb."""
    share = np.linspace(0, 1, 5)[:, None]
    path = np.asarray(start) * (1 - share) + np.asarray(end) * share
    reach = float(np.linalg.norm(np.subtract(end, start)))
    path[1:-1] += random.normal(0, 0.035 * reach, (3, 3))
    tint = np.asarray(colour) * random.uniform(0.8, 1.15, (5, 1))
    return tube(path, thick + (thin - thick) * share[:, 0] ** 0.8, tint, 7)


def tree(seed: int, height: float = 6.0, greens: ArrayLike = GREENS, count: int = 1400) -> Mesh:
    """A broad-leaved tree with limbs into its crown."""
    random = np.random.default_rng(seed)
    k = height / 6.0
    fork = (random.normal(0, 0.12) * k, random.normal(0, 0.12) * k, 2.1 * k)
    root = 0.24 * k
    share = np.array([0, 0.06, 0.25, 0.6, 1.0])[:, None]
    path = np.asarray(fork) * share
    path[2] += random.normal(0, 0.05 * k, 3) * (1, 1, 0)
    wood = [
        tube(
            path, np.array([1.75, 1.1, 0.86, 0.76, 0.7]) * root, np.asarray(BARK) * random.uniform(0.8, 1.1, (5, 1)), 10
        )
    ]
    clumps: list[tuple[Vector, float]] = []
    limbs = 7
    for limb in range(limbs):
        angle = limb * _TURN + random.uniform(-0.3, 0.3)
        reach = random.uniform(1.0, 1.55) * k
        tip = (fork[0] + reach * math.cos(angle), fork[1] + reach * math.sin(angle), random.uniform(3.2, 4.5) * k)
        wood.append(branch(fork, tip, root * 0.5, root * 0.14, random))
        clumps.append((tip, random.uniform(0.85, 1.15) * k))
    top = (fork[0], fork[1], 5.0 * k)
    wood.append(branch(fork, top, root * 0.6, root * 0.15, random))
    clumps += [(top, 1.05 * k), ((fork[0], fork[1], 4.1 * k), 1.35 * k)]
    return concatenate([*wood, crown(clumps, greens, random, count, 0.32 * k, part=2)])


def bush(
    seed: int, size: float = 0.8, greens: ArrayLike = GREENS, count: int = 260, blossom: Vector | None = None
) -> Mesh:
    """A low round bush, `size` metres high; `blossom` colours a seventh of its leaves."""
    random = np.random.default_rng(seed)
    clumps: list[tuple[Vector, float]] = []
    for number in range(4):
        angle = number * _TURN
        at = (0.38 * size * math.cos(angle), 0.38 * size * math.sin(angle), 0.42 * size)
        clumps.append((at, size * random.uniform(0.36, 0.5)))
    clumps.append(((0.0, 0.0, 0.58 * size), size * 0.45))
    green = crown(clumps, greens, random, count, 0.2 * size**0.5)
    if blossom is None:
        return green
    return concatenate([green, crown(clumps, [blossom], random, count // 7, 0.13 * size**0.5)])


def pine(seed: int, height: float = 7.0, snow: float = 0.0, count: int = 850) -> Mesh:
    """A conifer of drooping whorls; `snow` 0 to 1: how much lies on its twigs."""
    random = np.random.default_rng(seed)
    level = random.random(count) ** 0.75  # 0 lowest branch to 1 tip: more below, where they are longer
    whorl = np.floor(level * 13) / 13
    reach = (1 - whorl) * 0.25 * height * random.uniform(0.12, 1.0, count) ** 0.6 + 0.04 * height * 0.3
    angle = random.uniform(0, 2 * math.pi, count)
    outward = np.stack([np.cos(angle), np.sin(angle), np.full(count, 0.45)], 1)
    z = height * (0.14 + 0.84 * whorl + 0.045) - 0.34 * reach + random.normal(0, 0.012 * height, count)
    places = np.stack([np.cos(angle) * reach, np.sin(angle) * reach, z], 1)
    along = outward * (1, 1, 0) + (0, 0, -0.55) + random.normal(0, 0.15, (count, 3))
    side = np.stack([-np.sin(angle), np.cos(angle), random.normal(0, 0.25, count)], 1)
    length = height * 0.068 * random.uniform(0.8, 1.4, count)[:, None]
    corners = np.stack(
        [
            places - along * length * 0.4,
            places + side * length * 0.42,
            places + along * length,
            places - side * length * 0.42,
        ],
        1,
    )
    tint = np.array(paint("#2f5a3a")) * (0.6 + 0.5 * (reach / (0.25 * height)))[:, None]
    tint = tint * random.uniform(0.8, 1.25, (count, 1))
    white = (random.random(count) < snow)[:, None]
    tints = np.repeat(np.where(white, (0.82, 0.87, 0.95), tint), 4, axis=0)
    tints[2::4] *= 1.15
    base = np.arange(count)[:, None] * 4
    needles = surface(
        corners.reshape(-1, 3),
        np.repeat(outward, 4, axis=0),
        np.concatenate([base + _HALVES[0], base + _HALVES[1]]),
        np.clip(tints, 0, 1),
        Material.LEAF,
        2,
    )
    profile = [(0.17, 0.13), (0.2, 0.17), (0.12, 0.45), (0.055, 0.8), (0.0, 0.96)]
    core = lathe([(r * height * 0.9, z * height) for r, z in profile], paint("#1c3826"), 9, Material.LEAF, 2)
    trunk = tube([(0, 0, 0), (0, 0, height * 0.3)], (0.03 * height, 0.02 * height), paint("#54402f"), 8)
    return concatenate([trunk, core, needles])


def palm(seed: int, height: float = 5.0) -> Mesh:
    """A leaning palm with fronds of leaflets."""
    random = np.random.default_rng(seed)
    lean, way = random.uniform(0.6, 1.3), random.uniform(0, 2 * math.pi)
    share = np.linspace(0, 1, 12)
    path = np.stack([lean * share**1.8 * math.cos(way), lean * share**1.8 * math.sin(way), height * share], 1)
    ringed = np.array(paint("#8a7558")) * np.where(np.arange(12) % 2, 0.8, 1.1)[:, None]
    trunk = tube(path, 0.17 - 0.07 * share + 0.02 * (np.arange(12) % 2), ringed, 9)
    head = path[-1]
    fronds = []
    for number in range(15):
        angle = number * _TURN
        out = np.array([math.cos(angle), math.sin(angle), 0.0])
        side = np.array([-out[1], out[0], 0.0])
        reach, rise = random.uniform(1.6, 2.2), random.uniform(0.1, 0.9)
        t = np.linspace(0.05, 1, 18)
        spine = head + out * (reach * t)[:, None]
        spine[:, 2] += rise * t * 1.4 - (0.9 + rise) * t**2.2
        width = 0.55 * np.sin(np.pi * np.minimum(t * 0.93 + 0.07, 1)) + 0.04
        for sign in (-1.0, 1.0):
            tip = spine + sign * side * width[:, None] + out * 0.22 - np.array([0, 0, 0.22]) * (width**1.0)[:, None]
            near = spine - out * 0.06
            corners = np.stack([near, tip, spine + out * 0.06], 1)
            faces = np.arange(len(t) * 3).reshape(-1, 3)
            tint = np.array(paint("#6a9440")) * random.uniform(0.7, 1.15, (len(t), 1))
            up = np.array([0, 0, 1.0]) + sign * side * 0.5 + out * 0.3
            fronds.append(
                surface(
                    corners.reshape(-1, 3),
                    np.tile(up, (3 * len(t), 1)),
                    faces,
                    np.repeat(tint, 3, axis=0),
                    Material.LEAF,
                    2,
                )
            )
    return concatenate([trunk, *fronds])


def cactus(seed: int, height: float = 2.4) -> Mesh:
    """A ribbed saguaro with arms that turn up."""
    random = np.random.default_rng(seed)
    green = np.array(paint("#5e7f4c"))
    r = 0.11 * height
    pieces = [
        _ribbed(
            [(0, 0, 0), (0, 0, height * 0.5), (0, 0, height * 0.94), (0, 0, height)],
            (r, r * 1.05, r * 0.9, r * 0.3),
            green,
        )
    ]
    way = random.uniform(-0.5, 0.5)
    for sign in (-1, 1):
        z, out, rise = height * random.uniform(0.35, 0.55), height * 0.24, height * random.uniform(0.22, 0.36)
        x, y = sign * math.cos(way), sign * math.sin(way)
        bend = [
            (0, 0, z),
            (x * out * 0.7, y * out * 0.7, z + 0.02),
            (x * out, y * out, z + out * 0.4),
            (x * out, y * out, z + rise),
            (x * out, y * out, z + rise + 0.06),
        ]
        pieces.append(_ribbed(bend, (r * 0.6, r * 0.62, r * 0.64, r * 0.55, r * 0.18), green))
    return concatenate(pieces)


def _ribbed(path: ArrayLike, radii: ArrayLike, colour: Floats) -> Mesh:
    points, widths = np.asarray(path, np.float64), np.asarray(radii, np.float64)
    t = np.linspace(0, len(points) - 1, 4 * len(points))
    grid = np.arange(len(points))
    fine = np.stack([np.interp(t, grid, points[:, axis]) for axis in range(3)], 1)
    mesh = tube(fine, np.interp(t, grid, widths), colour, 22)
    rib = np.arange(len(mesh.vertices)) % 2 == 0
    rib[-2:] = True
    shrunk = np.where(
        rib[:, None], mesh.vertices, mesh.vertices - mesh.normals * np.interp(t, grid, widths).max() * 0.14
    )
    tint = mesh.colours * np.where(rib, 1.15, 0.7)[:, None].astype(np.float32)
    faces = mesh.faces
    return surface(shrunk, smooth_normals(shrunk.astype(np.float64), faces), faces, tint)


def tufts(places: Floats, seed: int, height: float, low: ArrayLike, high: ArrayLike, blades: int = 5) -> Mesh:
    """Grass: `blades` thin triangles around each of `places [N, 2]`."""
    random = np.random.default_rng(seed)
    count = len(places) * blades
    angle = random.uniform(0, 2 * math.pi, count)
    tall = random.uniform(0.5, 1.2, count) * height
    out = np.stack([np.cos(angle), np.sin(angle), np.zeros(count)], 1)
    side = np.stack([-out[:, 1], out[:, 0], out[:, 2]], 1) * (0.05 * height + 0.005)
    foot = np.concatenate([np.repeat(places, blades, axis=0), np.full((count, 1), -0.005)], 1) + out * 0.25 * height
    tip = foot + out * (tall * 0.55)[:, None] + np.array([0, 0, 1.0]) * tall[:, None]
    corners = np.stack([foot - side, foot + side, tip], 1).reshape(-1, 3)
    shade = random.uniform(0.8, 1.15, (count, 1))
    tints = np.stack([np.asarray(low) * shade, np.asarray(low) * shade, np.asarray(high) * shade], 1).reshape(-1, 3)
    normals = np.repeat(out * 0.3 + (0, 0, 1.0), 3, axis=0)
    return surface(corners, normals, np.arange(3 * count).reshape(-1, 3), np.clip(tints, 0, 1), Material.LEAF)


def flowers(places: Floats, seed: int, height: float, colours: ArrayLike) -> Mesh:
    """Small blossoms of five petals on stems, at `places [N, 2]`."""
    random = np.random.default_rng(seed)
    count = len(places)
    tall = random.uniform(0.6, 1.2, count) * height
    head = np.concatenate([places, tall[:, None]], 1)
    palette = np.asarray(colours, np.float64)
    tint = palette[random.integers(0, len(palette), count)] * random.uniform(0.85, 1.1, (count, 1))
    size = random.uniform(0.7, 1.2, count) * 0.22 * height + 0.012
    corners, tints = [], []
    turn = random.uniform(0, 2 * math.pi, count)
    for petal in range(5):
        a = turn + petal * 2 * math.pi / 5
        for sign in (-0.5, 0.5):
            b = a + sign
            rim = head + np.stack([np.cos(b), np.sin(b), np.full(count, 0.45)], 1) * size[:, None]
            tip = head + np.stack([np.cos(a), np.sin(a), np.full(count, 0.3)], 1) * size[:, None] * 1.25
            corners.append(np.stack([head, rim, tip] if sign < 0 else [head, tip, rim], 1))
            tints.append(np.stack([tint * 0.75, tint, tint], 1))
    foot = np.concatenate([places, np.zeros((count, 1))], 1)
    wide = np.array([0.006, 0, 0])
    corners.append(np.stack([foot - wide, foot + wide, head], 1))
    tints.append(np.broadcast_to(np.array(GREENS[0]), (count, 3, 3)))
    points = np.concatenate(corners).reshape(-1, 3)
    normals = np.tile((0.0, -0.25, 1.0), (len(points), 1))
    return surface(
        points,
        normals,
        np.arange(len(points)).reshape(-1, 3),
        np.clip(np.concatenate(tints).reshape(-1, 3), 0, 1),
        Material.LEAF,
    )

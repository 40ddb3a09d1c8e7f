"""What people put up outdoors: houses, street fronts, lamps, fences, playground frames. Metres, front to -y."""

import math

import numpy as np

from models.previz.geometry import plants
from models.previz.geometry.solids import (
    assemble,
    ball,
    box,
    cylinder,
    faceted,
    lathe,
    moved,
    paint,
    shaded,
    tilted,
    torus,
    tube,
)
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.world import Vector

_WHITE = paint("#f0ebdf")
_IRON = paint("#343a3d")
_WOOD = paint("#a1754b")
_PANE = paint("#3c4c5a")
_STONE = paint("#b3ab9c")


def window(x: float, z: float, width: float, height: float, lit: bool = False) -> Mesh:
    """A window in the wall y = 0: frame, sill, panes with a cross."""
    glass = paint("#e8c780") if lit else _PANE
    return concatenate(
        [
            box((width + 0.16, 0.08, height + 0.16), (x, 0, z), _WHITE, 0.01),
            box((width, 0.1, height), (x, -0.01, z), glass, 0.005, Material.LAMP if lit else Material.SHINY),
            box((0.05, 0.12, height), (x, -0.01, z), _WHITE, 0.005),
            box((width, 0.12, 0.05), (x, -0.01, z + 0.1 * height), _WHITE, 0.005),
            box((width + 0.3, 0.24, 0.07), (x, -0.05, z - height / 2 - 0.1), _WHITE, 0.01),
        ]
    )


def house(seed: int, wall: Vector, roof: Vector) -> Mesh:
    """A cottage under a gabled roof, with door, windows and chimney; its front in the plane y = -3."""
    random = np.random.default_rng(seed)
    w, d, h, top = random.uniform(4.2, 5.2), 3.0, random.uniform(3.2, 4.2), random.uniform(2.0, 2.8)
    o = 0.45
    eaves = h - 0.15
    points = [
        (-w - o, -d - o, eaves),
        (w + o, -d - o, eaves),
        (w + o, d + o, eaves),
        (-w - o, d + o, eaves),
        (-w - o, 0, h + top),
        (w + o, 0, h + top),
    ]
    slopes = faceted(points, [(0, 1, 5), (0, 5, 4), (2, 3, 4), (2, 4, 5), (1, 0, 3), (1, 3, 2)], roof)
    gables = [
        faceted(
            [(s * w, -d, h - 0.1), (s * w, d, h - 0.1), (s * w, 0, h + top - 0.3)],
            [(0, 1, 2) if s > 0 else (0, 2, 1)],
            wall,
        )
        for s in (-1, 1)
    ]
    tiles = [tilted(box((2 * w + 2 * o, 0.06, 0.05), (0, 0, 0), shaded(roof, 0.8), 0.01), "x", 0) for _ in range(7)]
    rows = [
        moved(tile, (0, -(d + o) * (1 - k / 7), eaves + (h + top - eaves) * k / 7 + 0.03))
        for k, tile in enumerate(tiles)
    ]
    front = [window(x * w, 1.5, 1.0, 1.3, random.random() < 0.2) for x in (-0.66, 0.66)]
    front.append(box((1.05, 0.14, 2.15), (0, 0, 1.07), _WHITE, 0.02))
    front.append(box((0.88, 0.18, 2.0), (0, 0, 1.0), paint("#4d6b58"), 0.02, Material.SHINY))
    front.append(box((1.6, 0.9, 0.16), (0, -0.4, 0.08), _STONE, 0.03))
    chimney = [
        box((0.6, 0.6, 1.9), (w * 0.5, 0.8, h + top - 0.5), shaded(roof, 0.9), 0.03),
        box((0.75, 0.75, 0.14), (w * 0.5, 0.8, h + top + 0.45), _STONE, 0.03),
    ]
    return assemble(
        [
            box((2 * w, 2 * d, h), (0, 0, h / 2), wall, 0.02),
            box((2 * w + 0.1, 2 * d + 0.1, 0.4), (0, 0, 0.2), _STONE, 0.02),
            concatenate([slopes, *rows]),
            *gables,
            *chimney,
            *(moved(piece, (0, -d, 0)) for piece in front),
        ]
    )


def block(seed: int, width: float, height: float, wall: Vector) -> Mesh:
    """A town house: shop below, rows of windows, cornice. Its front is the plane y = 0, its body behind it."""
    random = np.random.default_rng(seed)
    trim = shaded(wall, 1.3)
    pieces = [
        box((width, 5.0, height), (0, 2.5, height / 2), wall, 0.02),
        box((width + 0.2, 5.3, 0.35), (0, 2.45, height), trim, 0.04),
        box((width, 0.3, 0.2), (0, 0, 3.2), trim, 0.03),
        box((width, 0.2, 0.6), (0, 0, 0.3), shaded(wall, 0.65), 0.02),
    ]
    columns = max(2, round(width / 2.3))
    panes = []
    z = 4.6
    while z < height - 1.0:
        panes += [
            window((k + 0.5) * width / columns - width / 2, z, 0.95, 1.5, random.random() < 0.12)
            for k in range(columns)
        ]
        z += 2.7
    awning = paint(("#9c3b34", "#3e6a58", "#3a567a", "#c08a3a")[int(random.integers(4))])
    shop = [
        box((width * 0.52, 0.12, 1.9), (-width * 0.17, -0.02, 1.5), _PANE, 0.02, Material.SHINY),
        box((width * 0.56, 0.08, 2.1), (-width * 0.17, 0.0, 1.5), _WHITE, 0.02),
        box((1.0, 0.14, 2.2), (width * 0.31, -0.02, 1.1), awning, 0.02, Material.SHINY),
        moved(
            tilted(box((width * 0.6, 1.1, 0.06), (0, 0, 0), awning, 0.02, Material.CLOTH), "x", 0.45),
            (-width * 0.17, -0.5, 2.65),
        ),
    ]
    return assemble([*pieces, concatenate(panes), *shop])


def lamp_post() -> Mesh:
    """A street lamp with a glass head."""
    post = lathe([(0.16, 0), (0.14, 0.25), (0.06, 0.4), (0.045, 2.9), (0.09, 3.0), (0.0, 3.02)], _IRON, 14)
    head = lathe([(0.09, 3.02), (0.19, 3.42), (0.0, 3.42)], paint("#fff0c8"), 8, Material.LAMP)
    return assemble([post, head, lathe([(0.23, 3.42), (0.05, 3.62), (0.0, 3.7)], _IRON, 8)])


def fence(width: float, colour: Vector) -> Mesh:
    """A picket fence along x."""
    rails = [box((width, 0.04, 0.08), (0, 0.03, z), colour, 0.008) for z in (0.3, 0.75)]
    pickets = [
        box((0.09, 0.025, 0.95), (x, 0, 0.5), colour, 0.01) for x in np.arange(0.5 * 0.2 - width / 2, width / 2, 0.2)
    ]
    return concatenate([*rails, *pickets])


def parasol(colour: Vector) -> Mesh:
    """A beach parasol in stripes."""
    a = np.linspace(1.25, 0.0, 10)
    tint = np.where((np.arange(33) // 4 % 2 == 0)[:, None, None], colour, _WHITE) * np.ones((33, 20, 3))
    ring = [(1.5 * math.sin(t), 1.55 + 0.75 * math.cos(t)) for t in a[:-1]] + [(0.0, 2.3)]
    under = [(r, z - 0.02) for r, z in ring[::-1]]
    canopy = lathe(under + ring, tint, 32, Material.CLOTH)
    return tilted(assemble([canopy, tube([(0, 0, -0.1), (0, 0, 1), (0, 0, 2.35)], 0.03, _WHITE, 8)]), "x", 0.12)


def deck_chair(colour: Vector) -> Mesh:
    """A folding chair of striped cloth."""
    cloth = [
        moved(
            tilted(box((0.13, 1.25, 0.02), (0, 0, 0), colour if k % 2 else _WHITE, 0.005, Material.CLOTH), "x", 0.6),
            (-0.26 + 0.13 * k, 0, 0.48),
        )
        for k in range(5)
    ]
    legs = [
        moved(tilted(box((0.04, 1.3, 0.04), (0, 0, 0), _WOOD, 0.01), "x", lean), (x, 0, 0.42))
        for x in (-0.36, 0.36)
        for lean in (0.6, -0.6)
    ]
    return assemble([concatenate(cloth), *legs])


def fountain() -> Mesh:
    """A round basin with water and an upper bowl."""
    basin = lathe(
        [
            (0, 0),
            (2.3, 0),
            (2.3, 0.15),
            (2.1, 0.2),
            (2.1, 0.5),
            (2.25, 0.55),
            (2.25, 0.68),
            (1.95, 0.68),
            (1.9, 0.3),
            (0, 0.3),
        ],
        _STONE,
        40,
    )
    water = cylinder(1.93, 0.1, (0, 0, 0.45), paint("#5d94a8"), 40, Material.GLASS)
    bowl = lathe(
        [
            (0.3, 0.4),
            (0.2, 1.2),
            (0.25, 1.4),
            (0.95, 1.7),
            (0.98, 1.78),
            (0.85, 1.78),
            (0.1, 1.6),
            (0.13, 2.1),
            (0.0, 2.2),
        ],
        _STONE,
        32,
    )
    return assemble([basin, water, bowl])


def planter(seed: int) -> Mesh:
    """A stone tub with a flowering bush."""
    tub = lathe([(0, 0), (0.4, 0), (0.55, 0.5), (0.6, 0.5), (0.6, 0.6), (0.48, 0.6), (0, 0.5)], _STONE, 24)
    return assemble([tub, moved(plants.bush(seed, 0.8, blossom=paint("#d8688c")), (0, 0, 0.45))])


def swing() -> Mesh:
    """Two swings in a frame."""
    red = paint("#cf4b3c")
    bars = [tube([(x, y, 0), (x, 0, 2.4)], 0.05, red, 10) for x in (-1.7, 1.7) for y in (-0.8, 0.8)]
    pieces = [*bars, tube([(-1.8, 0, 2.4), (1.8, 0, 2.4)], 0.05, red, 10)]
    for x in (-0.8, 0.8):
        pieces += [tube([(x + s * 0.22, 0, 0.5), (x + s * 0.22, 0, 2.4)], 0.012, _IRON, 6) for s in (-1, 1)]
        pieces.append(box((0.5, 0.2, 0.04), (x, 0, 0.5), paint("#2f6fa3"), 0.015))
    return assemble(pieces)


def slide() -> Mesh:
    """A slide with a ladder, down towards -y."""
    yellow, blue = paint("#e5b13a"), paint("#3b78ad")
    chute = [
        moved(tilted(box(size, (0, 0, 0), yellow, 0.015, Material.SHINY), "x", 0.62), (x, -0.9, 0.95 + lift))
        for size, x, lift in (((0.6, 2.9, 0.05), 0, 0), ((0.05, 2.9, 0.2), -0.3, 0.08), ((0.05, 2.9, 0.2), 0.3, 0.08))
    ]
    posts = [box((0.08, 0.08, 2.6), (x, y, 1.3), blue, 0.02) for x in (-0.34, 0.34) for y in (0.35, 1.05)]
    rungs = [box((0.6, 0.05, 0.05), (0, 1.05, 0.3 * k), blue, 0.01) for k in range(1, 6)]
    roof = moved(lathe([(0.75, 0), (0, 0.6)], paint("#cf4b3c"), 4), (0, 0.7, 2.55), math.pi / 4)
    return assemble([concatenate(chute), *posts, *rungs, box((0.76, 0.78, 0.06), (0, 0.7, 1.72), blue, 0.02), roof])


def climbing_frame() -> Mesh:
    """A dome of bars."""
    pieces = []
    colours = [paint(c) for c in ("#e5b13a", "#3b78ad", "#cf4b3c", "#5a9a56")]
    for k, tilt in enumerate((0.15, 0.55, 0.95)):
        pieces.append(torus(1.7 * math.cos(tilt), 0.03, (0, 0, 1.9 * math.sin(tilt)), colours[k], 32))
    for k in range(8):
        a = k * math.pi / 4
        arc = np.linspace(0, math.pi / 2, 8)
        path = np.stack([1.7 * np.cos(arc) * math.cos(a), 1.7 * np.cos(arc) * math.sin(a), 1.9 * np.sin(arc)], 1)
        pieces.append(tube(path, 0.03, colours[k % 4], 8))
    return assemble([*pieces, ball(0.08, (0, 0, 1.9), colours[2], 12)])

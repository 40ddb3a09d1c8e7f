"""Rooms, open to the camera: walls at x = ±4.5 and y = 5, furnished along the walls so that the middle stays free."""

import math

import numpy as np

from models.previz.geometry import furniture, plants, solids
from models.previz.geometry.solids import assemble, box, cylinder, lathe, moved, paint, shaded, tilted
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.world import Vector

_WHITE = paint("#efeae0")
_DARK = paint("#2e2c2d")
_STEEL = paint("#a9adb2")
_WOOD = paint("#a9784a")
_SIDE, _BACK, _HIGH = 4.5, 5.0, 3.1  # metres


def _shell(wall: Vector, skirting: Vector = _WHITE, dado: Vector | None = None) -> list[Mesh]:
    """Back and side walls as one part (it is the room itself: its shadow is not cast), and skirting boards."""
    length, middle = 14.0, _BACK - 7.0
    walls = [box((2 * _SIDE + 0.4, 0.2, _HIGH), (0, _BACK + 0.1, _HIGH / 2), wall, 0.01)]
    walls += [
        box((0.2, length, _HIGH), (s * (_SIDE + 0.1), middle, _HIGH / 2), shaded(wall, 0.93), 0.01) for s in (-1, 1)
    ]
    low = [box((2 * _SIDE, 0.03, 0.12), (0, _BACK - 0.015, 0.06), skirting, 0.005)]
    low += [box((0.03, length, 0.12), (s * (_SIDE - 0.015), middle, 0.06), skirting, 0.005) for s in (-1, 1)]
    low += [box((2 * _SIDE, 0.05, 0.08), (0, _BACK - 0.025, _HIGH - 0.04), skirting, 0.01)]
    if dado is not None:
        low += [
            box((2 * _SIDE, 0.04, 0.95), (0, _BACK - 0.02, 0.5), dado, 0.005),
            box((2 * _SIDE, 0.06, 0.05), (0, _BACK - 0.03, 1.0), skirting, 0.01),
        ]
    return [concatenate(walls), concatenate(low)]


def _window(x: float, z: float, width: float, height: float, cloth: Vector | None = None) -> Mesh:
    """A window in the back wall with a view of sky and trees, and curtains beside it."""
    y = _BACK - 0.02
    sky = solids.panel(
        [
            (x - width / 2, y - 0.03, z - height / 2),
            (x + width / 2, y - 0.03, z - height / 2),
            (x + width / 2, y - 0.03, z + height / 2),
            (x - width / 2, y - 0.03, z + height / 2),
        ],
        [(0.62, 0.80, 0.62), (0.62, 0.80, 0.62), (0.62, 0.82, 1.0), (0.62, 0.82, 1.0)],
    )
    frame = [box((width + 0.16, 0.1, 0.09), (x, y - 0.03, z + s * (height / 2 + 0.04)), _WHITE, 0.01) for s in (-1, 1)]
    frame += [box((0.09, 0.1, height), (x + s * (width / 2 + 0.04), y - 0.03, z), _WHITE, 0.01) for s in (-1, 1)]
    frame += [
        box((0.05, 0.09, height), (x, y - 0.03, z), _WHITE, 0.01),
        box((width, 0.09, 0.05), (x, y - 0.03, z + 0.15 * height), _WHITE, 0.01),
    ]
    pieces = [sky, concatenate(frame)]
    if cloth is not None:
        pieces += [curtain(x + s * (width / 2 + 0.25), y - 0.16, 0.55, z + height / 2 + 0.25, cloth) for s in (-1, 1)]
        pieces.append(
            moved(
                tilted(cylinder(0.02, width + 1.3, (0, 0, -(width + 1.3) / 2), _DARK, 10), "y", math.pi / 2),
                (x, y - 0.16, z + height / 2 + 0.25),
            )
        )
    return assemble(pieces)


def curtain(x: float, y: float, width: float, top: float, colour: Vector, bottom: float = 0.04) -> Mesh:
    """Cloth in folds along x, facing -y."""
    count = max(16, int(width * 46))
    u = np.linspace(0, 1, count)
    fold = 0.055 * np.sin(u * width * 24) + 0.02 * np.sin(u * width * 9 + 1)
    across = x + (u - 0.5) * width
    points = np.concatenate(
        [
            np.stack([across, y + fold * k, np.full(count, z)], 1)
            for k, z in ((1.2, bottom), (0.9, (top + bottom) / 2), (0.6, top))
        ]
    )
    i = np.concatenate([np.arange(count - 1), np.arange(count - 1) + count])
    faces = np.concatenate([np.stack([i, i + 1, i + count + 1], 1), np.stack([i, i + count + 1, i + count], 1)])
    tint = np.asarray(colour) * (1 - 4.5 * np.tile(fold, 3))[:, None]
    return solids.surface(points, solids.smooth_normals(points, faces), faces, np.clip(tint, 0, 1), Material.CLOTH)


def _picture(x: float, z: float, width: float, height: float, seed: int) -> Mesh:
    """A framed landscape on the back wall."""
    random = np.random.default_rng(seed)
    y = _BACK - 0.03
    palette = [paint(c) for c in ("#d9b27c", "#6d8f9c", "#48606b", "#c9795a", "#8ba07a")]
    pieces = [
        box((width + 0.12, 0.04, height + 0.12), (x, y, z), _DARK, 0.01),
        box((width, 0.05, height), (x, y, z), _WHITE, 0.005),
    ]
    for band in range(3):
        tall = height * (0.75 - 0.22 * band)
        colour = palette[int(random.integers(5))]
        pieces.append(
            box((width - 0.1, 0.056 + 0.004 * band, tall), (x, y, z - height / 2 + 0.05 + tall / 2), colour, 0.002)
        )
    return assemble(pieces)


def _rug(x: float, y: float, width: float, depth: float, colours: tuple[Vector, Vector]) -> Mesh:
    return assemble(
        [
            box((width, depth, 0.012), (x, y, 0.006), colours[0], 0.004, Material.CLOTH),
            box((width - 0.35, depth - 0.35, 0.014), (x, y, 0.008), colours[1], 0.004, Material.CLOTH),
            box((width - 0.5, depth - 0.5, 0.016), (x, y, 0.009), colours[0], 0.004, Material.CLOTH),
        ]
    )


def _pot_plant(seed: int, height: float = 1.3) -> Mesh:
    pot = lathe(
        [(0, 0), (0.16, 0), (0.22, 0.34), (0.24, 0.34), (0.24, 0.4), (0.19, 0.4), (0, 0.34)], paint("#b9694a"), 24
    )
    return assemble([pot, moved(plants.bush(seed, height - 0.3, count=420), (0, 0, 0.3), scale=(0.6, 0.6, 1.0))])


def living_room(seed: int) -> Mesh:
    """Sofa, bookcase, lamp, window with curtains, pictures, rug."""
    wall = paint(("#d9cdb6", "#b9c4b4", "#c9b7a6", "#aebdc4")[seed % 4])
    return assemble(
        [
            *_shell(wall),
            _window(-0.2, 1.75, 1.9, 1.5, paint("#c98d5e")),
            _rug(0, 0.4, 4.2, 3.0, (paint("#8f4a3c"), paint("#d8c19a"))),
            moved(furniture.sofa(paint("#55778a"), 2.2), (-2.9, 4.1, 0)),
            moved(furniture.shelf(seed, 1.5, 2.2), (3.2, 4.8, 0)),
            moved(furniture.shelf(seed + 1, 1.2, 2.2), (4.3, 2.6, 0), -math.pi / 2),
            moved(furniture.lamp(paint("#f2dcae")), (-4.1, 3.2, 0)),
            moved(furniture.sofa(paint("#b5784d"), 1.0), (-3.9, 1.2, 0), math.pi / 2),
            _picture(-2.9, 1.75, 1.1, 0.75, seed),
            moved(_pot_plant(seed), (1.7, 4.6, 0)),
            moved(furniture.table(_WOOD, 0.6, 0.6, 0.5), (-3.9, 2.35, 0)),
            moved(solids.ball(0.11, (0, 0, 0), paint("#d0a13f")), (-3.9, 2.35, 0.63)),
        ]
    )


def bedroom(seed: int) -> Mesh:
    """A bed, night tables with lamps, wardrobe, window, rug."""
    wall = paint(("#b7c3cf", "#d3c4c4", "#c8ceb9")[seed % 3])
    light = moved(furniture.lamp(paint("#f6e2b8")), (0, 0, 0), scale=0.38)
    return assemble(
        [
            *_shell(wall),
            moved(furniture.bed(paint("#6d86a8")), (-2.6, 3.8, 0)),
            _window(1.2, 1.75, 1.7, 1.5, paint("#d9c9a8")),
            *(moved(furniture.cupboard(0.5, 0.4, 0.55, _WOOD, 1), (x, 4.75, 0)) for x in (-3.85, -1.35)),
            *(moved(light, (x, 4.75, 0.55)) for x in (-3.85, -1.35)),
            _picture(-2.6, 1.9, 1.3, 0.7, seed),
            moved(furniture.cupboard(2.2, 0.6, 2.2, paint("#e2d8c6"), 3), (4.15, 2.4, 0), -math.pi / 2),
            _rug(0.6, 0.4, 3.4, 2.6, (paint("#8793ab"), paint("#e3dccb"))),
            moved(_pot_plant(seed), (2.9, 4.6, 0)),
            moved(furniture.chair(), (3.4, 4.2, 0), -0.5),
        ]
    )


def kitchen(seed: int) -> Mesh:
    """Cupboards above and below a worktop, stove, sink under the window, refrigerator, tiles, a table."""
    front = paint(("#7f9c8d", "#c9b48c", "#7c93a8")[seed % 3])
    tiles = [
        box(
            (0.29, 0.02, 0.19),
            (-3.6 + 0.3 * (i + 0.5 * (j % 2)), 4.985, 1.05 + 0.2 * j),
            shaded(paint("#e9e6da"), 0.92 + 0.02 * ((i * 7 + j * 3) % 5)),
            0.006,
            Material.SHINY,
        )
        for i in range(24)
        for j in range(3)
    ]
    hobs = [cylinder(0.1, 0.012, (-1.9 + x, 4.65 + y, 0.93), _DARK, 20) for x in (-0.17, 0.17) for y in (-0.13, 0.13)]
    pot = lathe(
        [(0, 0), (0.13, 0), (0.14, 0.02), (0.14, 0.17), (0.12, 0.19), (0.0, 0.2)], paint("#b5482f"), 24, Material.SHINY
    )
    fruit = [
        solids.ball(
            0.05, (2.2 + 0.09 * k, 4.6 + 0.04 * (k % 2), 1.0), paint(("#c93c30", "#e2a53a", "#7fa33e")[k % 3]), 14
        )
        for k in range(4)
    ]
    return assemble(
        [
            *_shell(paint("#e7dfcd")),
            concatenate(tiles),
            _window(0.3, 1.85, 1.5, 1.1),
            moved(furniture.cupboard(7.2, 0.6, 0.88, front, 9), (0, 4.7, 0)),
            box((7.3, 0.66, 0.05), (0, 4.68, 0.91), paint("#5b4a3f"), 0.01, Material.SHINY),
            moved(furniture.cupboard(2.7, 0.36, 0.8, front, 3, 1.65), (-2.25, 4.82, 0)),
            moved(furniture.cupboard(2.4, 0.36, 0.8, front, 3, 1.65), (2.5, 4.82, 0)),
            box((0.62, 0.02, 0.6), (-1.9, 4.375, 0.45), _DARK, 0.02, Material.SHINY),
            box((0.5, 0.04, 0.03), (-1.9, 4.35, 0.8), _STEEL, 0.01, Material.SHINY),
            *hobs,
            moved(pot, (-1.73, 4.52, 0.94)),
            box((0.7, 0.44, 0.02), (0.3, 4.65, 0.935), _STEEL, 0.01, Material.SHINY),
            solids.tube(
                [(0.3, 4.9, 0.93), (0.3, 4.9, 1.2), (0.3, 4.82, 1.28), (0.3, 4.7, 1.22)],
                0.018,
                _STEEL,
                10,
                Material.SHINY,
            ),
            box((0.85, 0.75, 1.95), (4.02, 4.55, 0.98), paint("#dfe3e4"), 0.04, Material.SHINY),
            box((0.03, 0.05, 0.6), (3.68, 4.16, 1.2), _STEEL, 0.01, Material.SHINY),
            *fruit,
            moved(furniture.table(_WOOD, 1.3, 0.8), (-3.6, 1.8, 0), math.pi / 2),
            moved(furniture.chair(), (-2.9, 1.6, 0), -1.4),
            moved(_pot_plant(seed, 0.8), (-4.0, 4.5, 0.93), scale=0.55),
        ]
    )


def office(seed: int) -> Mesh:
    """Desks with screens along the walls, shelves, a whiteboard, a broad window."""
    desks = []
    for x, y, turn in ((-3.9, 2.6, math.pi / 2), (3.9, 2.6, -math.pi / 2), (-2.6, 4.4, 0.0), (2.8, 4.4, 0.0)):
        screen = [
            box((0.62, 0.03, 0.38), (0, 0.1, 1.08), _DARK, 0.01),
            box((0.58, 0.034, 0.34), (0, 0.098, 1.08), paint("#6f9fc4"), 0.004, Material.SHINY),
            box((0.05, 0.05, 0.2), (0, 0.12, 0.82), _DARK, 0.01),
            box((0.42, 0.14, 0.02), (0, -0.15, 0.75), _DARK, 0.006),
        ]
        desks.append(moved(assemble([furniture.table(paint("#d8c6a5"), 1.5, 0.7), *screen]), (x, y, 0), turn))
        seat = assemble(
            [
                box((0.48, 0.46, 0.08), (0, 0, 0.46), paint("#3d5a73"), 0.03, Material.CLOTH),
                box((0.46, 0.06, 0.5), (0, -0.24, 0.8), paint("#3d5a73"), 0.03, Material.CLOTH),
                cylinder(0.03, 0.42, (0, 0, 0.04), _STEEL, 10),
                cylinder(0.26, 0.04, (0, 0, 0.03), _DARK, 5),
            ]
        )
        desks.append(moved(seat, (x + 0.75 * math.sin(turn), y - 0.75 * math.cos(turn), 0), turn))
    return assemble(
        [
            *_shell(paint("#cfd3d0")),
            _window(0.1, 1.8, 2.6, 1.4),
            *desks,
            moved(_pot_plant(seed), (-4.0, 4.5, 0)),
            moved(_pot_plant(seed + 1, 1.5), (4.1, 4.6, 0)),
            moved(furniture.shelf(seed, 1.2, 2.0), (4.3, 0.6, 0), -math.pi / 2),
            box((0.05, 1.8, 1.1), (-4.46, 0.4, 1.7), _WHITE, 0.01, Material.SHINY),
            *(box((1.2, 0.3, 0.05), (x, 3.2, 2.95), (1.0, 0.97, 0.9), 0.01) for x in (-2.2, 2.2)),
        ]
    )


def gym(seed: int) -> Mesh:
    """Wall bars, mats, a vaulting box, weights, high windows, a basket."""
    bars = [
        box((1.1, 0.03, 0.03), (x, 4.86, 0.3 + 0.16 * k), _WOOD, 0.012)
        for x in (-3.6, -2.4, 2.4, 3.6)
        for k in range(15)
    ]
    posts = [box((0.06, 0.14, 2.6), (x, 4.9, 1.35), _WOOD, 0.01) for x in (-4.15, -3.0, -1.85, 1.85, 3.0, 4.15)]
    vault = [box((1.4 - 0.06 * k, 0.7 - 0.05 * k, 0.2), (3.3, 3.5, 0.1 + 0.2 * k), _WOOD, 0.02) for k in range(4)]
    plates = [
        moved(tilted(cylinder(r, 0.06, (0, 0, 0), _DARK, 24), "y", math.pi / 2), (-3.6 + x, 3.4, 0.26))
        for r, x in ((0.26, -0.7), (0.2, -0.62), (0.26, 0.64), (0.2, 0.56))
    ]
    mats = [
        box((2.0, 1.1, 0.08), (-3.3, 1.5 - 0.0 * k, 0.04 + 0.085 * k), paint(c), 0.03)
        for k, c in enumerate(("#2f6690", "#b5452f"))
    ]
    hoop = [
        box((1.3, 0.05, 0.9), (0, 4.7, 2.5), _WHITE, 0.02),
        solids.torus(0.23, 0.015, (0, 4.42, 2.25), paint("#d9541e"), 28),
        box((0.5, 0.06, 0.36), (0, 4.68, 2.4), paint("#c23b2c"), 0.01),
        box((0.42, 0.07, 0.28), (0, 4.675, 2.4), _WHITE, 0.01),
    ]
    return assemble(
        [
            *_shell(paint("#d8d2c3"), paint("#6f7f78"), paint("#8fa39a")),
            concatenate(bars),
            *posts,
            *vault,
            box((1.4, 0.6, 0.14), (3.3, 3.5, 0.85), paint("#7c4a33"), 0.05, Material.CLOTH),
            solids.tube([(-4.4, 3.4, 0.26), (-2.8, 3.4, 0.26)], 0.016, _STEEL, 10, Material.SHINY),
            *plates,
            *mats,
            *hoop,
            *(
                moved(solids.ball(0.3, (0, 0, 0.3), paint(c), 28, Material.SHINY), (x, y, 0))
                for c, x, y in (("#c9543f", 4.0, 1.9), ("#4e8f86", 3.9, 1.1))
            ),
            *(_window(x, 2.6, 1.6, 0.6) for x in (-3.0, 3.0)),
        ]
    )


def stage(seed: int) -> Mesh:
    """Red curtains behind and beside, a valance, spotlights on a bar, footlights."""
    red = paint(("#8e1f24", "#7a1f3d", "#23406b")[seed % 3])
    pieces = [box((13, 0.2, 5.5), (0, 5.6, 2.75), shaded(red, 0.25), 0.01), curtain(0, 5.0, 9.4, 5.2, shaded(red, 0.8))]
    for s in (-1, 1):
        pieces += [curtain(s * (5.3 + 0.5 * k), 3.8 - 1.5 * k, 1.9, 5.2, shaded(red, 1.0 + 0.1 * k)) for k in range(3)]
        pieces.append(solids.torus(0.34, 0.05, (s * 5.3, 3.8, 1.4), paint("#c9a24a"), 24))
    pieces += [
        moved(curtain(0, 0, 12.5, 5.2, shaded(red, 1.15), 4.3), (0, 3.2, 0)),
        box((12.4, 0.04, 0.08), (0, 3.12, 4.32), paint("#c9a24a"), 0.01),
    ]
    pieces.append(solids.tube([(-5.5, 2.6, 4.2), (5.5, 2.6, 4.2)], 0.035, _DARK, 10))
    for k in range(7):
        spot = lathe(
            [(0, 0), (0.17, 0.0), (0.17, 0.05), (0.12, 0.34), (0.06, 0.42), (0, 0.42)],
            np.array([(1.0, 0.93, 0.75)] * 2 + [_DARK] * 4),
            18,
        )
        pieces.append(moved(tilted(spot, "x", -0.5), (-4.5 + 1.5 * k, 2.6, 3.75)))
    pieces += [
        moved(lathe([(0, 0), (0.1, 0), (0.1, 0.06), (0, 0.1)], paint("#ffe6b0"), 14), (x, 4.4, 0))
        for x in np.arange(-4, 4.1, 1.0)
    ]
    for s in (-1, 1):
        pieces += [
            box((0.7, 0.5, 1.1), (s * 4.9, 2.6, 0.55), _DARK, 0.04),
            moved(tilted(cylinder(0.24, 0.03, (0, 0, 0), _STEEL, 24), "x", math.pi / 2), (s * 4.9, 2.36, 0.5)),
        ]
    return assemble(pieces)


def studio(seed: int) -> Mesh:
    """A seamless backdrop that curves up from the floor, with soft boxes and a stool at the sides."""
    colour = paint(("#c9c4bb", "#a9bcc4", "#cbb8a6", "#b6bfa9")[seed % 4])
    t = np.linspace(0, math.pi / 2, 14)
    side = np.concatenate(
        [[(3.2, 0.004)], np.stack([3.6 + 1.4 * np.sin(t), 0.004 + 1.4 * (1 - np.cos(t))], 1), [(5.0, 5.5)]]
    )
    x = np.linspace(-7, 7, 29)
    points = np.stack([np.tile(x, len(side)), np.repeat(side[:, 0], 29), np.repeat(side[:, 1], 29)], 1)
    row, step = np.meshgrid(np.arange(len(side) - 1), np.arange(28), indexing="ij")
    a = (row * 29 + step).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 30], 1), np.stack([a, a + 30, a + 29], 1)])
    sweep = solids.surface(points, solids.smooth_normals(points, faces), faces, colour)
    pieces = [sweep]
    for s in (-1, 1):
        lamp = assemble(
            [
                box((0.9, 0.3, 1.2), (0, 0, 0), _DARK, 0.08),
                box((0.82, 0.02, 1.1), (0, -0.16, 0), (1.0, 0.98, 0.92), 0.01),
            ]
        )
        pieces.append(moved(tilted(lamp, "x", 0.3), (s * 4.6, 2.6, 2.3), -s * 0.9))
        pieces.append(solids.tube([(s * 4.6, 2.6, 0.0), (s * 4.6, 2.6, 1.9)], 0.03, _DARK, 8))
        pieces += [
            solids.tube(
                [(s * 4.6, 2.6, 0.5), (s * 4.6 + 0.5 * math.cos(k * 2.1), 2.6 + 0.5 * math.sin(k * 2.1), 0.02)],
                0.02,
                _DARK,
                8,
            )
            for k in range(3)
        ]
    pieces.append(moved(furniture.chair(_WOOD), (3.7, 3.2, 0), -0.6))
    return assemble(pieces)

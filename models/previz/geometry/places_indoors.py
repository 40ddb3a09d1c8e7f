"""Rooms, open to the camera: walls at x = ±4.5 and y = 5, furnished along the walls so that the middle stays free."""

import math

import numpy as np

from models.previz.geometry import furniture, solids, sports
from models.previz.geometry import room_parts as rooms
from models.previz.geometry.solids import assemble, box, cylinder, lathe, moved, paint, shaded, tilted
from models.previz.mesh import Material, Mesh, concatenate

_WHITE = paint("#efeae0")
_DARK = paint("#2e2c2d")
_STEEL = paint("#a9adb2")
_WOOD = paint("#a9784a")
_SIDE, _BACK, _HIGH = 4.5, 5.0, 3.1  # metres


def living_room(seed: int) -> Mesh:
    """Sofa, hearth, bookcases, windows with curtains, pictures, lamps, plants, a rug."""
    wall = paint(("#c7b08c", "#8fa596", "#b58f74", "#8fa4ad")[seed % 4])
    cushions = [
        moved(tilted(box((0.42, 0.13, 0.42), (0, 0, 0), paint(c), 0.06, Material.CLOTH), "x", 0.3), (x, 4.1, 0.74))
        for x, c in ((-3.55, "#d9a441"), (-2.3, "#b5483a"))
    ]
    return assemble(
        [
            *rooms.shell(wall),
            rooms.panelling(paint("#e4dccb"), 0.85),
            moved(rooms.hearth(), (0.5, 0, 0)),
            moved(rooms.picture(0, 1.95, 1.15, 0.75, seed), (0.5, 0, 0)),
            rooms.window(-2.5, 1.85, 1.5, 1.35, paint("#b5483a"), seed),
            rooms.at_side(rooms.window(0, 1.75, 1.7, 1.5, paint("#b5483a"), seed + 1), -1, 1.0),
            rooms.rug(0, 0.4, 4.4, 3.0, (paint("#7d2f2a"), paint("#d8c19a"))),
            moved(furniture.sofa(paint("#3f6f80"), 2.2), (-2.9, 4.1, 0)),
            *cushions,
            moved(furniture.shelf(seed, 1.5, 2.3), (2.5, 4.8, 0)),
            moved(furniture.shelf(seed + 1, 1.2, 2.3), (3.87, 4.8, 0)),
            moved(furniture.lamp(paint("#f2dcae")), (-4.15, 4.3, 0)),
            moved(solids.ball(0.09, (0, 0, 1.32), paint("#fff0cf"), 14, Material.LAMP), (-4.15, 4.3, 0)),
            moved(furniture.sofa(paint("#c07a3f"), 1.05), (3.85, 2.5, 0), -1.9),
            moved(furniture.table(_WOOD, 0.6, 0.6, 0.5), (4.0, 1.1, 0)),
            moved(rooms.table_lamp(paint("#3f6f80")), (4.0, 1.1, 0.52)),
            moved(rooms.pot_plant(seed), (-3.95, 2.75, 0)),
            moved(rooms.pot_plant(seed + 2, 1.7), (-3.9, -1.0, 0)),
            rooms.at_side(rooms.picture(0, 1.75, 0.8, 1.0, seed + 2), 1, 2.6),
            rooms.at_side(rooms.picture(0, 1.7, 1.2, 0.8, seed + 3), 1, 0.6),
            moved(furniture.cupboard(1.9, 0.42, 0.7, _WOOD, 3), (4.25, -1.2, 0), -math.pi / 2),
            box((0.07, 1.25, 0.72), (4.36, -1.2, 1.1), _DARK, 0.015, Material.SHINY),
            rooms.pendant(-0.9, 3.1, 2.35, paint("#d9b365"), 0.3),
        ]
    )


def bedroom(seed: int) -> Mesh:
    """A bed under a string of lights, night tables with lamps, a desk, wardrobe, window, toys, rug."""
    wall = paint(("#8ba3b8", "#c09a98", "#98a688")[seed % 3])
    strings = np.linspace(-4.2, -1.0, 17)
    sag = 2.45 - 0.28 * np.abs(np.sin((strings + 4.2) / 3.2 * math.pi * 2))
    bulbs = [
        solids.ball(0.035, (float(x), 4.93, float(z)), (1.0, 0.78, 0.42), 8, Material.LAMP)
        for x, z in zip(strings, sag, strict=True)
    ]
    stars = [
        moved(tilted(cylinder(r, 0.02, (0, 0, 0), paint(c), 5), "x", math.pi / 2), (x, 4.97, z))
        for r, x, z, c in ((0.12, 3.2, 2.4, "#f0cf6a"), (0.08, 3.65, 2.1, "#f4ead2"), (0.09, 2.9, 2.0, "#f4ead2"))
    ]
    bear = [
        solids.ball(r, (x, y, z), paint(c), 18, Material.CLOTH)
        for r, x, y, z, c in (
            (0.13, 0, 0, 0.13, "#a8743f"),
            (0.10, 0, -0.01, 0.33, "#a8743f"),
            (0.04, -0.075, 0, 0.42, "#8a5c30"),
            (0.04, 0.075, 0, 0.42, "#8a5c30"),
            (0.045, 0, -0.085, 0.31, "#d9b98c"),
            (0.06, -0.11, -0.08, 0.05, "#8a5c30"),
            (0.06, 0.11, -0.08, 0.05, "#8a5c30"),
            (0.014, -0.035, -0.098, 0.36, "#1d1a19"),
            (0.014, 0.035, -0.098, 0.36, "#1d1a19"),
        )
    ]
    return assemble(
        [
            *rooms.shell(wall),
            moved(furniture.bed(paint("#3f6a9a")), (-2.6, 3.8, 0)),
            moved(assemble(bear), (-2.6, 4.45, 0.68)),
            rooms.window(1.2, 1.75, 1.7, 1.5, paint("#e0b95e"), seed),
            *(moved(furniture.cupboard(0.5, 0.4, 0.55, _WOOD, 1), (x, 4.75, 0)) for x in (-3.85, -1.35)),
            *(moved(rooms.table_lamp(paint("#c96f4a")), (x, 4.75, 0.55)) for x in (-3.85, -1.35)),
            rooms.picture(-2.6, 1.85, 1.3, 0.6, seed),
            solids.tube(np.stack([strings, 0 * strings + 4.95, sag + 0.03], 1), 0.006, _DARK, 5),
            *bulbs,
            *stars,
            moved(furniture.cupboard(2.0, 0.6, 2.2, paint("#e2d8c6"), 3), (4.15, 2.6, 0), -math.pi / 2),
            rooms.rug(0.4, 0.4, 3.6, 2.6, (paint("#5e7398"), paint("#e3dccb"))),
            moved(rooms.pot_plant(seed), (2.9, 4.6, 0)),
            moved(furniture.table(paint("#d8c6a5"), 1.4, 0.65), (-4.1, 1.0, 0), math.pi / 2),
            moved(rooms.table_lamp(paint("#4f7f78")), (-4.2, 0.55, 0.74)),
            moved(furniture.chair(), (-3.45, 1.1, 0), math.pi / 2 + 0.3),
            rooms.at_side(rooms.window(0, 1.8, 1.3, 1.2, paint("#e0b95e"), seed + 1), -1, 1.0),
            rooms.at_side(rooms.picture(0, 1.7, 0.7, 0.95, seed + 4), 1, 0.4),
            moved(furniture.shelf(seed, 1.0, 1.1), (4.3, -0.4, 0), -math.pi / 2),
            rooms.pendant(0.4, 3.1, 2.45, paint("#f0e4c8"), 0.32),
        ]
    )


def kitchen(seed: int) -> Mesh:
    """Cupboards above and below a worktop, stove, sink under the window, refrigerator, tiles, a table."""
    front = paint(("#4f7d6b", "#c0843f", "#44688a")[seed % 3])
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
            *rooms.shell(paint("#d8c7a4")),
            concatenate(tiles),
            rooms.window(0.3, 1.85, 1.5, 1.1, None, seed),
            rooms.at_side(rooms.window(0, 1.8, 1.5, 1.2, paint("#d9693f"), seed + 1), -1, 1.6),
            _larder(seed),
            rooms.at_side(rooms.clock(0, 2.35), 1, 1.9),
            box((0.75, 0.5, 0.22), (-1.9, 4.74, 1.78), _STEEL, 0.02, Material.SHINY),
            box((0.3, 0.28, 1.15), (-1.9, 4.85, 2.5), _STEEL, 0.01, Material.SHINY),
            rooms.pendant(-3.55, 1.8, 1.95, paint("#b5432f"), 0.26),
            rooms.pendant(-0.7, 4.3, 2.2, paint("#b5432f"), 0.2),
            rooms.pendant(1.3, 4.3, 2.2, paint("#b5432f"), 0.2),
            *_laid_table(),
            moved(rooms.pot_plant(seed + 1, 1.5), (-4.0, -0.6, 0)),
            moved(furniture.cupboard(7.2, 0.6, 0.88, front, 9), (0, 4.7, 0)),
            box((7.3, 0.66, 0.05), (0, 4.68, 0.91), paint("#5b4a3f"), 0.01, Material.SHINY),
            moved(furniture.cupboard(1.3, 0.36, 0.8, front, 2, 1.65), (-3.0, 4.82, 0)),
            moved(furniture.cupboard(0.7, 0.36, 0.8, front, 1, 1.65), (-1.1, 4.82, 0)),
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
            moved(furniture.chair(paint("#d9693f")), (-2.85, 1.5, 0), -1.5),
            moved(furniture.chair(paint("#d9693f")), (-2.9, 2.15, 0), -1.7),
            moved(rooms.pot_plant(seed, 0.8), (-4.0, 4.5, 0.93), scale=0.55),
        ]
    )


def _laid_table() -> list[Mesh]:
    """What stands on the kitchen's table: plates, a jug of flowers, a loaf."""
    found: list[Mesh] = []
    for y in (1.45, 2.15):
        found.append(lathe([(0, 0.762), (0.08, 0.762), (0.13, 0.785), (0.08, 0.772), (0, 0.77)], _WHITE, 24))
        found[-1] = moved(found[-1], (-3.4, y, 0))
    found.append(
        moved(
            lathe([(0, 0), (0.06, 0), (0.08, 0.1), (0.05, 0.2), (0.065, 0.24), (0, 0.2)], paint("#4a86b5"), 20),
            (-3.75, 1.8, 0.76),
        )
    )
    for k in range(7):
        x, y = -3.75 + 0.07 * math.cos(k * 2.4), 1.8 + 0.07 * math.sin(k * 2.4)
        top = 1.12 + 0.03 * (k % 3)
        found.append(solids.tube([(-3.75, 1.8, 0.96), (x, y, top)], 0.006, paint("#4f7a35"), 5))
        found.append(solids.ball(0.035, (x, y, top), paint(("#e8c547", "#d9594c", "#f2efe6")[k % 3]), 10))
    loaf = moved(solids.ball(1.0, (0, 0, 0), paint("#b57a3c"), 20), (-3.45, 1.8, 0.80), scale=(0.09, 0.16, 0.06))
    return [*found, loaf]


def _larder(seed: int) -> Mesh:
    """Open shelves on the right wall with jars, plates and bottles, and a sideboard under them."""
    random = np.random.default_rng(seed)
    pieces = [moved(furniture.cupboard(2.2, 0.45, 0.88, paint("#b98a55"), 4), (4.25, 1.8, 0), -math.pi / 2)]
    pieces.append(box((0.5, 2.26, 0.05), (4.25, 1.8, 0.9), paint("#5b4a3f"), 0.01, Material.SHINY))
    paints = [paint(c) for c in ("#c9503c", "#e0a53e", "#5f8f52", "#4a7fa8", "#efe6d2")]
    for z in (1.38, 1.78):
        pieces.append(box((0.26, 2.1, 0.035), (4.36, 1.8, z), _WOOD, 0.006))
        y = 0.86
        while y < 2.75:
            r, h = float(random.uniform(0.045, 0.075)), float(random.uniform(0.12, 0.27))
            jar = lathe(
                [(0, 0), (r, 0), (r, 0.75 * h), (0.6 * r, 0.86 * h), (0.6 * r, h), (0, h)],
                paints[int(random.integers(5))],
                16,
                Material.SHINY,
            )
            pieces.append(moved(jar, (4.36, y, z + 0.018)))
            y += 2 * r + float(random.uniform(0.02, 0.10))
    return assemble(pieces)


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
            *rooms.shell(paint("#9fb0b4")),
            rooms.window(0.1, 1.8, 2.6, 1.4, None, seed),
            rooms.at_side(rooms.window(0, 1.8, 1.8, 1.3, None, seed + 1), 1, 2.9),
            rooms.at_side(rooms.clock(0, 2.4), -1, 2.6),
            rooms.picture(-2.7, 2.0, 1.0, 0.7, seed),
            rooms.picture(2.9, 2.0, 1.0, 0.7, seed + 1),
            *(rooms.pendant(x, 3.3, 2.35, paint("#e9b13f"), 0.3) for x in (-2.0, 2.0)),
            *desks,
            moved(rooms.pot_plant(seed), (-4.0, 4.5, 0)),
            moved(rooms.pot_plant(seed + 1, 1.5), (4.1, 4.6, 0)),
            moved(furniture.shelf(seed, 1.2, 2.0), (4.3, 0.6, 0), -math.pi / 2),
            box((0.05, 1.8, 1.1), (-4.46, 0.4, 1.7), _WHITE, 0.01, Material.SHINY),
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
    lines = [box((0.05, 9.0, 0.006), (x, 0.4, 0.003), _WHITE, 0.001) for x in (-2.45, 2.45)] + [
        box((4.95, 0.05, 0.006), (0, y, 0.003), _WHITE, 0.001) for y in (4.0, -0.8)
    ]
    circle = solids.torus(1.8, 0.025, (0, 0, 0), _WHITE, 64)
    pennants = [
        moved(solids.plate([(-0.13, 0.0), (0.0, -0.34), (0.13, 0.0)], 0.006, paint(c), Material.CLOTH), (0, 0, 0))
        for c in ("#c93c30", "#e2a53a", "#2f6690", "#4e8f55")
    ]
    bunting = [
        moved(tilted(pennants[k % 4], "x", math.pi / 2), (-4.2 + 0.35 * k, 4.93, 2.98 - 0.12 * abs(math.sin(0.4 * k))))
        for k in range(25)
    ]
    return assemble(
        [
            *rooms.shell(paint("#d8d2c3"), paint("#6f7f78"), paint("#8fa39a")),
            concatenate(bars),
            *posts,
            *vault,
            box((1.4, 0.6, 0.14), (3.3, 3.5, 0.85), paint("#7c4a33"), 0.05, Material.CLOTH),
            solids.tube([(-4.4, 3.4, 0.26), (-2.8, 3.4, 0.26)], 0.016, _STEEL, 10, Material.SHINY),
            *plates,
            *mats,
            *lines,
            moved(circle, (0, 0, 0.0), scale=(1, 1, 0.12)),
            *bunting,
            moved(sports.hoop(paint("#d9541e")), (0, 4.75, -0.55)),
            _scoreboard(),
            *(
                rooms.at_side(rooms.window(0, 2.45, 1.7, 0.8, None, seed + k), s, y)
                for k, (s, y) in enumerate(((-1, -0.6), (-1, 2.4), (1, -0.6), (1, 2.4)))
            ),
            *(
                moved(solids.ball(0.3, (0, 0, 0.3), paint(c), 28, Material.SHINY), (x, y, 0))
                for c, x, y in (("#c9543f", 4.0, 1.9), ("#4e8f86", 3.9, 1.1))
            ),
        ]
    )


def _scoreboard() -> Mesh:
    """A board with lit figures on the left of the back wall."""
    pieces = [box((1.5, 0.08, 0.62), (-1.75, 4.94, 2.55), _DARK, 0.02)]
    lit = (1.0, 0.22, 0.05)
    figures = {"2": "abged", "1": "bc", "8": "abcdefg", "4": "bcfg"}
    bars = {
        "a": (0, 0.11, 0), "d": (0, -0.11, 0), "g": (0, 0, 0),
        "b": (0.06, 0.055, 1), "c": (0.06, -0.055, 1), "e": (-0.06, -0.055, 1), "f": (-0.06, 0.055, 1),
    }  # fmt: skip
    for figure, x in (("2", -2.25), ("1", -2.03), ("1", -1.5), ("8", -1.27)):
        for bar in figures[figure]:
            dx, dz, upright = bars[bar]
            size = (0.025, 0.01, 0.085) if upright else (0.1, 0.01, 0.025)
            pieces.append(box(size, (x + dx, 4.895, 2.55 + dz), lit, 0.003, Material.LAMP))
    pieces += [box((0.03, 0.01, 0.03), (-1.76, 4.895, 2.55 + s * 0.06), lit, 0.003, Material.LAMP) for s in (-1, 1)]
    return assemble(pieces)


def stage(seed: int) -> Mesh:
    """Red curtains behind and beside, a valance, spotlights on a bar, footlights."""
    red = paint(("#8e1f24", "#7a1f3d", "#23406b")[seed % 3])
    pieces = [
        box((13, 0.2, 5.5), (0, 5.6, 2.75), shaded(red, 0.25), 0.01),
        rooms.curtain(0, 5.0, 9.4, 5.2, shaded(red, 0.8)),
    ]
    for s in (-1, 1):
        pieces += [
            rooms.curtain(s * (5.3 + 0.5 * k), 3.8 - 1.5 * k, 1.9, 5.2, shaded(red, 1.0 + 0.1 * k)) for k in range(3)
        ]
        pieces.append(solids.torus(0.34, 0.05, (s * 5.3, 3.8, 1.4), paint("#c9a24a"), 24))
    pieces += [
        moved(rooms.curtain(0, 0, 12.5, 5.2, shaded(red, 1.15), 4.3), (0, 3.2, 0)),
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

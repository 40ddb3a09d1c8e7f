"""Places on water, on ice, above a city and off the earth: wide, with little to stand in the way."""

import math
from dataclasses import replace

import numpy as np

from models.previz.geometry import buildings, plants, solids
from models.previz.geometry.places_outdoors import scattered
from models.previz.geometry.solids import assemble, moved, paint
from models.previz.geometry.terrain import hills, peaks
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

_TIMBER = paint("#7d6549")
_ROCK = paint("#7c7f78")


def lake(seed: int) -> Mesh:
    """A landing stage with posts, reeds at its sides, a boathouse across the water, wooded hills and peaks."""
    random = np.random.default_rng(seed)
    posts = [
        solids.tube([(x, y, -0.2), (x, y, h)], 0.09, _TIMBER, 10)
        for x in (-5.9, 5.9)
        for y, h in ((-4.0, 0.55), (-1.4, 0.55), (1.25, 0.75))
    ]
    reeds = np.stack(
        [np.sign(random.normal(size=420)) * random.uniform(6.4, 9.5, 420), random.uniform(-3.0, 7.0, 420)], 1
    )
    shore = [(x, 44 + 5 * math.sin(0.5 * x) + random.uniform(0, 4)) for x in range(-40, 41, 3)]
    pines = [plants.pine(seed + k, 8.5, count=420) for k in range(3)]
    stones = [
        solids.rock((r, r * 0.8, r * 0.6), (x, y, 0.02), _ROCK, seed + k)
        for k, (x, y, r) in enumerate([(-8.0, 9.5, 0.8), (-9.2, 10.1, 0.5), (9.6, 12.0, 1.1), (11.0, 12.8, 0.6)])
    ]
    return assemble(
        [
            *posts,
            *stones,
            plants.tufts(reeds, seed, 0.95, paint("#4d6a35"), paint("#a9a763"), 6),
            *(
                moved(pines[k % 3], (x, y, 0), float(random.uniform(0, 6.28)), float(random.uniform(0.7, 1.2)))
                for k, (x, y) in enumerate(shore)
            ),
            moved(buildings.house(seed, paint("#8a4f3d"), paint("#4b4f52")), (13.0, 41, 0), -0.4, 0.8),
            hills(seed, 52, 7, paint("#56783f")),
            hills(seed + 1, 90, 20, paint("#5d7f66")),
            peaks(seed + 2, 170, 46),
        ]
    )


def sea(seed: int) -> Mesh:
    """Open water: a lighthouse on its rock, buoys, islands on the horizon."""
    rock = [
        solids.rock((r, r * 0.9, r * 0.7), (x, y, 0.0), _ROCK, seed + k)
        for k, (x, y, r) in enumerate([(15.0, 40.0, 4.2), (18.5, 41.5, 2.6), (11.8, 39.0, 1.6), (-24, 60, 2.4)])
    ]
    tower = [
        solids.lathe(
            [
                (0.0, 0.0),
                (1.15, 0.0),
                (0.85, 6.6),
                (1.05, 6.7),
                (1.05, 6.9),
                (0.6, 6.9),
                (0.6, 7.9),
                (0.75, 8.0),
                (0.0, 8.8),
            ],
            paint("#efe9dc"),
            28,
        ),
        *(solids.lathe([(1.16 - 0.045 * z, z), (1.12 - 0.045 * z, z + 1.1)], paint("#b5372f"), 28) for z in (1.0, 3.4)),
    ]
    buoys = [
        moved(
            solids.lathe([(0, 0), (0.5, 0.0), (0.55, 0.35), (0.2, 0.7), (0.12, 1.5), (0, 1.55)], paint(colour), 20),
            (x, y, -0.15),
        )
        for x, y, colour in ((-6.5, 9.0, "#c63f2f"), (7.8, 15.0, "#2f8a53"), (-3.0, 24.0, "#c63f2f"))
    ]
    return assemble(
        [
            *rock,
            *(moved(part, (15.4, 40.2, 2.4)) for part in tower),
            *buoys,
            hills(seed, 120, 10, paint("#71868a"), 0.5),
            hills(seed + 1, 175, 22, paint("#8a9aa6"), 0.5),
        ]
    )


def moon(seed: int) -> Mesh:
    """Boulders, crater walls on the horizon, a lander with its flag, the earth in the sky."""
    random = np.random.default_rng(seed)
    grey = paint("#8b8883")
    stones = [
        solids.rock((r, r * 0.85, r * 0.7), (x, y, 0.2 * r), grey, seed + k)
        for k, (x, y, r) in enumerate(
            [
                (-5.6, 2.2, 0.7),
                (6.2, 5.4, 1.3),
                (-8.5, 8.0, 1.8),
                (9.5, 12.5, 2.2),
                (-13.5, 17.0, 2.8),
                (4.8, 15.0, 0.9),
            ]
        )
    ]
    pebbles = [
        solids.rock((r, r, r * 0.7), (x, y, 0.0), grey, seed + 20 + k)
        for k, ((x, y), r) in enumerate(
            zip(scattered(random, 34, -6, 14, 2.2), random.uniform(0.05, 0.18, 34), strict=False)
        )
    ]
    return assemble(
        [
            *stones,
            *pebbles,
            moved(_lander(), (-7.4, 14.5, 0), 0.4),
            moved(_flag(), (4.9, 4.6, 0), -0.2),
            hills(seed, 70, 6, paint("#716e69"), 0.5),
            hills(seed + 1, 130, 22, paint("#6a6763"), 0.6),
            _earth((34.0, 150.0, 40.0), 13.0, seed),
        ]
    )


def ice_rink(seed: int) -> Mesh:
    """A rink in the open: boards around it, string lights on poles, snowy pines, chalets and peaks."""
    boards = []
    for k in range(44):
        a, b = (_rink(turn / 44 * math.tau) for turn in (k, k + 1))
        middle, length = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), math.dist(a, b)
        turn = math.atan2(b[1] - a[1], b[0] - a[0])
        if middle[1] > -3.5:  # open to the camera
            boards.append(
                moved(solids.box((length, 0.08, 1.0), (0, 0, 0.5), paint("#eceff0"), 0.02), (*middle, 0), turn)
            )
            boards.append(
                moved(solids.box((length, 0.1, 0.12), (0, 0, 1.04), paint("#c0392f"), 0.02), (*middle, 0), turn)
            )
            boards.append(
                moved(solids.box((length, 0.09, 0.16), (0, 0, 0.1), paint("#e3b23c"), 0.02), (*middle, 0), turn)
            )
    pines = [plants.pine(seed + k, 7.0, 0.7, count=420) for k in range(3)]
    at = [
        (-12, 10),
        (-9, 14),
        (-15, 17),
        (12.5, 11),
        (10, 15.5),
        (16, 18),
        (-3, 19),
        (4.5, 21),
        (-20, 24),
        (21, 26),
        (0.5, 30),
    ]
    bulbs: list[Mesh] = []
    for k, (x0, x1, y) in enumerate(((-10.5, -3.5, 8.6), (-3.5, 3.5, 9.0), (3.5, 10.5, 8.6))):
        points = [(x0 + (x1 - x0) * t, y, 3.6 - 1.3 * 4 * t * (1 - t) * 0.5) for t in np.linspace(0, 1, 15)]
        bulbs.append(solids.tube(points, 0.012, paint("#2c2a28"), 5))
        bulbs += [
            solids.ball(
                0.06, (px, py, pz - 0.07), solids.shaded(paint(("#ffd27a", "#ff9a6b", "#9fd4ff")[(j + k) % 3]), 1.0), 8
            )
            for j, (px, py, pz) in enumerate(points[1:-1])
        ]
    poles = [solids.tube([(x, 8.8, 0), (x, 8.8, 3.8)], 0.06, paint("#4a4f55"), 8) for x in (-10.5, -3.5, 3.5, 10.5)]
    return assemble(
        [
            *boards,
            *bulbs,
            *poles,
            *(moved(pines[k % 3], (x, y, 0), 1.3 * k) for k, (x, y) in enumerate(at)),
            moved(buildings.house(seed, paint("#8a5b3c"), paint("#e9eef2")), (-10.5, 27, 0), 0.3),
            moved(buildings.house(seed + 1, paint("#a5764e"), paint("#e9eef2")), (9.5, 30, 0), -0.25),
            hills(seed, 70, 12, paint("#dfe6ec")),
            peaks(seed + 1, 120, 44),
        ]
    )


def rooftop(seed: int) -> Mesh:
    """A flat roof: a parapet, a water tank, vents and a hatch, washing lines, and the towers of the city around."""
    random = np.random.default_rng(seed)
    brick, metal = paint("#8f5a49"), paint("#9aa0a4")
    parapet = [
        solids.box((14.0, 0.3, 0.9), (0, 7.0, 0.45), brick, 0.02),
        solids.box((14.2, 0.42, 0.1), (0, 7.0, 0.93), paint("#c9c2b4"), 0.02),
        *(solids.box((0.3, 14.0, 0.9), (sign * 7.0, 0.0, 0.45), brick, 0.02) for sign in (-1, 1)),
        *(solids.box((0.42, 14.2, 0.1), (sign * 7.0, 0.0, 0.93), paint("#c9c2b4"), 0.02) for sign in (-1, 1)),
    ]
    tank = [
        solids.lathe([(0, 1.6), (1.0, 1.6), (1.0, 3.5), (1.05, 3.5), (0, 4.3)], paint("#7a5a40"), 28),
        *(
            solids.tube([(x, y, 0), (0.8 * x, 0.8 * y, 1.6)], 0.06, paint("#4f4a45"), 8)
            for x in (-0.8, 0.8)
            for y in (-0.8, 0.8)
        ),
    ]
    vents = [
        moved(solids.box((0.9, 0.9, 0.8), (0, 0, 0.4), metal, 0.04), (5.7, 4.6, 0)),
        moved(
            solids.lathe([(0, 0), (0.16, 0), (0.16, 0.9), (0.32, 1.0), (0.3, 1.15), (0, 1.3)], metal, 16), (4.9, 5.7, 0)
        ),
        moved(solids.lathe([(0, 0), (0.12, 0), (0.12, 0.7), (0.26, 0.8), (0, 0.95)], metal, 16), (-5.4, 3.8, 0)),
    ]
    stair = [
        solids.box((1.9, 1.7, 2.3), (0, 0, 1.15), brick, 0.03),
        solids.box((0.85, 0.06, 1.9), (0.1, -0.87, 0.95), paint("#3f5f57"), 0.01),
    ]
    walls = [paint(c) for c in ("#6f7680", "#8a7f73", "#59626d", "#9a8f80", "#727a70")]
    towers = []
    for number in range(7):  # near ones with windows; a row of silhouettes behind them
        angle = -0.9 + 0.3 * number + float(random.uniform(-0.05, 0.05))
        away = float(random.uniform(24, 40))
        high, wide = float(random.uniform(14, 24)), float(random.uniform(6, 9))
        tower = buildings.block(seed + number, wide, high, walls[number % len(walls)])
        towers.append(moved(tower, (math.sin(angle) * away, math.cos(angle) * away, 7.0 - high * 0.55), -angle * 0.5))
    for number in range(30):
        angle, away = float(random.uniform(-1.2, 1.2)), float(random.uniform(55, 130))
        high, wide = float(random.uniform(8, 34)), float(random.uniform(8, 16))
        box = solids.box((wide, wide, high), (0, 0, high / 2), walls[number % len(walls)], 0.05)
        towers.append(moved(box, (math.sin(angle) * away, math.cos(angle) * away, -2.0), angle))
    return assemble(
        [
            *parapet,
            *(moved(part, (-5.3, 5.4, 0)) for part in tank),
            *vents,
            *(moved(part, (2.6, 5.9, 0)) for part in stair),
            *towers,
        ]
    )


def _rink(turn: float) -> tuple[float, float]:
    """A point of the rink's edge: a superellipse, as far as the ice of `render/ground_wide.py` reaches."""
    c, s = math.cos(turn), math.sin(turn)
    return (11.0 * math.copysign(abs(c) ** 0.55, c), 1.0 + 7.0 * math.copysign(abs(s) ** 0.55, s))


def _lander() -> Mesh:
    gold, white, dark = paint("#b98a34"), paint("#d9d7d0"), paint("#3a3b3e")
    legs = [
        solids.tube([(1.1 * c, 1.1 * s, 1.5), (2.3 * c, 2.3 * s, 0.12)], 0.07, white, 8)
        for c, s in ((math.cos(a), math.sin(a)) for a in (0.785, 2.356, 3.927, 5.498))
    ]
    feet = [solids.lathe([(0, 0), (0.38, 0.02), (0.3, 0.1), (0, 0.14)], gold, 16) for _ in range(4)]
    placed = [
        moved(foot, (2.3 * math.cos(a), 2.3 * math.sin(a), 0))
        for foot, a in zip(feet, (0.785, 2.356, 3.927, 5.498), strict=True)
    ]
    return assemble(
        [
            solids.lathe(
                [(0, 1.1), (1.45, 1.1), (1.6, 1.3), (1.6, 2.2), (1.4, 2.4), (0, 2.4)], gold, 8, Material.SHINY
            ),
            solids.lathe(
                [(0, 2.4), (1.0, 2.4), (1.25, 2.9), (1.15, 3.7), (0.6, 4.1), (0, 4.15)], white, 10, Material.SHINY
            ),
            solids.lathe([(0.2, 0.55), (0.75, 0.5), (0.45, 1.1), (0, 1.1)], dark, 20, Material.SHINY),
            solids.box((0.55, 0.1, 0.5), (0, -1.2, 3.3), dark, 0.03),
            *legs,
            *placed,
        ]
    )


def _flag() -> Mesh:
    """A pole with a banner held out by a rod, since there is no wind."""
    return assemble(
        [
            solids.tube([(0, 0, 0), (0, 0, 2.1)], 0.02, paint("#d8d8d8"), 8),
            solids.box((1.1, 0.015, 0.65), (0.55, 0, 1.75), paint("#2f7f8f"), 0.004),
            solids.box((1.1, 0.017, 0.2), (0.55, 0, 1.75), paint("#e9e4d6"), 0.004),
        ]
    )


def _earth(at: Vector, radius: float, seed: int) -> Mesh:
    """The earth, far away: seas, land, ice and cloud by smooth noise on its face."""
    mesh = solids.ball(radius, at, paint("#2a5f9e"), 48)
    random = np.random.default_rng(seed + 5)
    way = (mesh.vertices - np.array(at)) / radius
    waves = random.normal(0, 1, (14, 3)) * np.linspace(1.5, 6.0, 14)[:, None]
    tones = random.uniform(0, math.tau, 14)
    land = (np.sin(way @ waves[:7].T + tones[:7]) / np.arange(1.0, 8.0)).sum(1)
    cloud = (np.sin(1.7 * way @ waves[7:].T + tones[7:]) / np.arange(1.0, 8.0) ** 0.6).sum(1)
    colour = np.where((land > 0.35)[:, None], np.array(paint("#5f7a45")), np.array(paint("#1f559c")))
    colour = np.where((np.abs(way[:, 2]) > 0.86)[:, None], np.array(paint("#eef3f6")), colour)
    veil = np.clip((cloud - 0.35) * 1.3, 0, 0.9)[:, None]
    colour = colour * (1 - veil) + np.array(paint("#f4f6f8")) * veil
    return replace(mesh, colours=colour.astype(np.float32))

"""Places under the sky: something near at the sides, something in the middle distance, something on the horizon."""

import math
from collections.abc import Sequence

import numpy as np

from models.previz.geometry import buildings, furniture, plants, solids, vehicles
from models.previz.geometry.solids import Floats, assemble, moved, paint
from models.previz.geometry.terrain import hills, mesa, peaks
from models.previz.mesh import Mesh
from models.previz.world import Vector

_STONE = paint("#8d8a83")
_BLOSSOMS = (paint("#f2e9d8"), paint("#e9b93d"), paint("#d8688c"), paint("#8f78c9"))


def scattered(random: np.random.Generator, count: int, near: float, far: float, clear: float = 4.6) -> Floats:
    """Points `[N, 2]` in front of the camera, off the middle where people act; denser nearer."""
    y = near + (far - near) * random.random(count) ** 1.6
    x = random.uniform(-1, 1, count) * (6 + 0.75 * np.maximum(y + 6, 0))
    points = np.stack([x, y], 1)
    return points[(np.abs(x) > clear) | (y > clear)]


def _grown(kinds: Sequence[Mesh], at: Floats, random: np.random.Generator) -> list[Mesh]:
    """Copies of a few plants at points, each turned and scaled its own way."""
    return [
        moved(kinds[int(random.integers(len(kinds)))], (x, y, 0), random.uniform(0, 6.28), random.uniform(0.8, 1.25))
        for x, y in at
    ]


def _lawn(random: np.random.Generator, seed: int, count: int = 2200, height: float = 0.11) -> list[Mesh]:
    y = -9 + 22 * random.random(count) ** 1.3
    x = random.uniform(-1, 1, count) * (5 + 0.5 * (y + 9))
    off = np.abs(x - 0.3 * np.sin(y * 0.3)) > 1.7
    at = np.stack([x, y], 1)[off]
    return [plants.tufts(at, seed, height, paint("#4a7030"), paint("#93ad55"))]


def _wood(random: np.random.Generator, seed: int, greens: Sequence[Vector] = plants.GREENS) -> list[Mesh]:
    """Three trees of which copies are placed: unlike enough from where the camera stands."""
    return [plants.tree(seed + k, random.uniform(5.5, 7.5), [greens[k % len(greens)], *greens], 1500) for k in range(3)]


def park(seed: int) -> Mesh:
    """Lawn with a path, trees at both sides, a bench, houses behind, wooded hills."""
    random = np.random.default_rng(seed)
    trees = _wood(random, seed)
    at = np.array(
        [
            (-7.2, 5.0),
            (6.6, 6.5),
            (-9.5, 10.0),
            (10.5, 12.5),
            (-4.2, 17.0),
            (5.2, 21.0),
            (-14.0, 18.0),
            (16.0, 20.0),
            (0.5, 30.0),
            (-9.0, 29.0),
            (11.0, 31.0),
        ]
    )
    at += random.uniform(-0.5, 0.5, at.shape)
    bushes = [plants.bush(seed + 9, 0.8, count=220), plants.bush(seed + 8, 1.0, count=260, blossom=_BLOSSOMS[2])]
    green = scattered(random, 14, 5.5, 18, 5.0)
    return assemble(
        [
            *_grown(trees, at, random),
            *_grown(bushes, green, random),
            *_lawn(random, seed),
            plants.flowers(scattered(random, 260, -6, 12, 2.4), seed, 0.16, _BLOSSOMS),
            moved(furniture.bench(), (-5.2, 2.2, 0), 0.9),
            moved(buildings.lamp_post(), (5.1, 3.6, 0)),
            moved(buildings.house(seed, paint("#eadfc6"), paint("#a24f3b")), (-8.5, 37, 0), 0.25),
            moved(buildings.house(seed + 1, paint("#cfd6dc"), paint("#596170")), (9.5, 41, 0), -0.2),
            hills(seed, 70, 9, paint("#5f8a4d")),
            hills(seed + 1, 110, 22, paint("#6d9080")),
        ]
    )


def garden(seed: int) -> Mesh:
    """A lawn between hedges and flower beds, an apple tree, a fence and the house."""
    random = np.random.default_rng(seed)
    hedge = [
        moved(plants.bush(seed + k % 3, 1.3, count=200), (sign * (6.0 + random.uniform(0, 0.3)), -3 + 1.5 * k, 0), k)
        for k in range(8)
        for sign in (-1, 1)
    ]
    bed = np.stack([random.uniform(-6, 6, 420), random.uniform(5.2, 6.6, 420)], 1)
    side = np.stack([np.sign(random.normal(size=200)) * random.uniform(4.6, 5.3, 200), random.uniform(-4, 6, 200)], 1)
    rose = plants.bush(seed + 7, 0.9, count=220, blossom=_BLOSSOMS[2])
    return assemble(
        [
            *hedge,
            *_lawn(random, seed, 1800, 0.07),
            plants.flowers(np.concatenate([bed, side]), seed, 0.32, _BLOSSOMS),
            *(moved(rose, (x, 7.2, 0), x) for x in (-5, -2.6, 2.4, 4.8)),
            moved(plants.tree(seed, 5.2, count=1800), (-5.6, 7.8, 0)),
            moved(plants.tree(seed + 1, 6.5), (8.5, 13, 0)),
            *(moved(buildings.fence(4.0, paint("#f0ece2")), (x, 8.6, 0)) for x in (-10, -6, -2, 2, 6, 10)),
            moved(buildings.house(seed, paint("#f0e6d0"), paint("#9c4f3c")), (3.0, 17, 0), -0.12),
            moved(furniture.bench(paint("#6f8f9a")), (5.0, 3.0, 0), -1.1),
            hills(seed, 80, 12, paint("#658c58")),
        ]
    )


def meadow(seed: int) -> Mesh:
    """Tall grass full of flowers, a fence, far trees and three rows of hills."""
    random = np.random.default_rng(seed)
    tall = np.concatenate([scattered(random, 2200, -7, 16, 2.6), scattered(random, 800, 4, 30, 0.0)])
    trees = _wood(random, seed)
    at = np.array([(-9.0, 14), (13.0, 22), (-17, 27), (4.5, 36), (20, 38), (-6, 42)])
    return assemble(
        [
            plants.tufts(tall, seed, 0.26, paint("#5a7d34"), paint("#b5b566")),
            plants.flowers(scattered(random, 700, -6, 18, 2.2), seed, 0.26, _BLOSSOMS),
            *_grown(trees, at, random),
            *(moved(buildings.fence(4.0, paint("#8a6f52")), (-14 + 4 * k, 11 + 0.5 * k, 0), 0.12) for k in range(8)),
            *(
                moved(solids.rock((0.5, 0.4, 0.3), (0, 0, 0.1), _STONE, seed + k), (x, y, 0))
                for k, (x, y) in enumerate([(5.3, 1.5), (-5.4, 3.6)])
            ),
            hills(seed, 60, 6, paint("#7fa052")),
            hills(seed + 1, 95, 15, paint("#6c9668")),
            hills(seed + 2, 150, 34, paint("#7d9bab")),
        ]
    )


def forest(seed: int) -> Mesh:
    """Trunks and crowns on all sides, ferns and moss stones, a fallen log."""
    random = np.random.default_rng(seed)
    trees = _wood(random, seed, (paint("#4f7a33"), paint("#3f6a34"), paint("#6b8d3a")))
    pines = [plants.pine(seed + k, 9.0, count=800) for k in range(2)]
    ring = [
        (-8.0, 1.0),
        (7.6, 3.6),
        (-6.9, 6.6),
        (7.4, 7.0),
        (-3.4, 8.5),
        (3.2, 10.5),
        (-9.5, 9.5),
        (10.5, 11.5),
        (0.2, 13.5),
        (-5.5, 15.0),
        (6.5, 16.5),
        (-12.5, 15.5),
        (13.5, 18.0),
        (-1.8, 20.0),
    ]
    back = [(x, 24 + 3.0 * (k % 3)) for k, x in enumerate(range(-22, 23, 3))]
    stones = [
        solids.rock((0.6, 0.45, 0.35), (x, y, 0.12), paint("#66705a"), seed + k)
        for k, (x, y) in enumerate([(-4.9, 3.4), (5.2, 0.6), (4.4, 6.2), (-6.0, -1.5)])
    ]
    ferns = scattered(random, 1100, -5, 16, 3.0)
    log = solids.tube([(-6.3, 6.2, 0.22), (-4.6, 6.6, 0.25), (-2.8, 6.9, 0.2)], 0.24, paint("#5c4936"), 12)
    return assemble(
        [
            *_grown(trees, np.array(ring, float), random),
            *_grown(pines, np.array(back, float), random),
            *stones,
            log,
            plants.tufts(ferns, seed, 0.34, paint("#2f5526"), paint("#6f9a42"), 6),
            *_grown([plants.bush(seed, 0.7, count=160)], scattered(random, 16, 2, 16, 4.8), random),
            hills(seed, 48, 10, paint("#2f4a2c")),
        ]
    )


def beach(seed: int) -> Mesh:
    """Palms, boulders, a parasol with its deck chair, and islands across the water."""
    random = np.random.default_rng(seed)
    rocks = [
        solids.rock((r, r * 0.8, r * 0.7), (x, y, 0.1), paint("#7b7268"), seed + k)
        for k, (x, y, r) in enumerate(
            [
                (-7.2, 8.5, 1.3),
                (-8.9, 9.5, 1.8),
                (-5.9, 9.7, 0.6),
                (8.6, 10.2, 1.1),
                (10.2, 11.4, 1.7),
                (6.9, 10.9, 0.4),
                (-16, 24, 3),
                (19, 30, 4),
            ]
        )
    ]
    palms = [
        moved(plants.palm(seed + k, h), (x, y, 0))
        for k, (x, y, h) in enumerate(
            [(-6.6, 5.6, 5.2), (-7.6, 5.6, 6.4), (7.2, 6.0, 5.8), (9.4, 7.6, 4.6), (-11, 7.0, 5.6)]
        )
    ]
    dune = scattered(random, 160, -2, 7, 5.2)
    shells = [
        solids.ball(random.uniform(0.03, 0.06), (x, y, 0.02), paint("#f1ddc6"), 8)
        for x, y in scattered(random, 24, -5, 9, 2.0)
    ]
    return assemble(
        [
            *palms,
            *rocks,
            plants.tufts(dune, seed, 0.42, paint("#8d9155"), paint("#c5bd7c")),
            *shells,
            moved(buildings.parasol(paint("#d9513f")), (6.3, 3.4, 0)),
            moved(buildings.deck_chair(paint("#3f7fa8")), (6.2, 1.6, 0), 0.5),
            hills(seed, 150, 16, paint("#6e8c80"), 0.5),
        ]
    )


def desert(seed: int) -> Mesh:
    """Saguaros, split boulders, dry tufts, mesas in layers of red."""
    random = np.random.default_rng(seed)
    cacti = [plants.cactus(seed + k, 2.6) for k in range(3)]
    at = np.array(
        [(-5.4, 3.6), (6.0, 6.2), (-8.5, 9.0), (10.5, 11.0), (-3.5, 15.5), (4.5, 19.0), (-14, 17), (16, 23), (-7, 26)]
    )
    rocks = [
        solids.rock((r, r * 0.85, r * 0.75), (x, y, r * 0.2), paint("#a8714c"), seed + k)
        for k, (x, y, r) in enumerate(
            [(5.6, 2.2, 0.55), (6.5, 2.9, 0.9), (-6.6, 5.8, 1.0), (-5.3, 1.2, 0.3), (9, 17, 2.0), (-15, 12, 1.6)]
        )
    ]
    mesas = [
        mesa(seed + k, x, y, r, h)
        for k, (x, y, r, h) in enumerate([(-34, 78, 15, 17), (25, 92, 20, 24), (62, 84, 12, 14), (-80, 98, 20, 22)])
    ]
    return assemble(
        [
            *_grown(cacti, at, random),
            *rocks,
            *mesas,
            plants.tufts(scattered(random, 420, -6, 18, 2.4), seed, 0.22, paint("#8c7a45"), paint("#c9b273")),
            hills(seed, 60, 3.0, paint("#c2905f")),
            hills(seed + 1, 130, 16, paint("#ad7f6c"), 0.6),
        ]
    )


def street(seed: int) -> Mesh:
    """A street that runs away from the camera: pavements, house fronts, lamps, trees, parked cars, towers behind."""
    random = np.random.default_rng(seed)
    walls = [paint(c) for c in ("#b5654a", "#d8c6a2", "#8e9aa3", "#c98f62", "#ded8cc", "#7f8f84", "#a8574f", "#c9b48c")]
    pieces: list[Mesh] = []
    for sign in (-1, 1):
        pieces.append(solids.box((3.4, 60, 0.14), (sign * 6.4, 18, 0.07), paint("#a09c94"), 0.03))
        pieces.append(solids.box((0.18, 60, 0.15), (sign * 4.75, 18, 0.075), paint("#c2beb5"), 0.03))
        y = -6.0
        for number in range(8):
            width = random.uniform(5.2, 7.2)
            front = buildings.block(
                seed + number + 10 * (sign > 0), width, random.uniform(6.5, 11.5), walls[int(random.integers(8))]
            )
            pieces.append(moved(front, (sign * 8.1, y + width / 2, 0), -sign * math.pi / 2))
            y += width
        pieces += [moved(buildings.lamp_post(), (sign * 5.2, y, 0.12)) for y in (5.5, 15.0, 25.0, 35.0)]
        tree = plants.tree(seed + (sign > 0), 4.6, count=1200)
        pieces += [moved(tree, (sign * 5.6, y, 0.1), y) for y in (9.0, 19.5, 30.0)]
        pieces += [
            moved(vehicles.car(walls[(int(y) + sign) % 8], parked=True), (sign * 3.7, y, 0), math.pi * (sign < 0))
            for y in (9.5, 16.0, 23.0)
        ]
    for number in range(9):
        tower = buildings.block(seed + 40 + number, 9, random.uniform(14, 34), walls[number % 8])
        pieces.append(moved(tower, (-40 + 10 * number, 52 + 6 * (number % 2), 0)))
    return assemble(pieces)


def square(seed: int) -> Mesh:
    """A paved square with a fountain, arcaded fronts around it, planters, benches and a clock tower."""
    random = np.random.default_rng(seed)
    walls = [paint(c) for c in ("#e0c79a", "#d9a77c", "#e9dcc3", "#c98d6b", "#d7cdb8", "#cbb28a")]
    pieces = [
        moved(buildings.block(seed + k, 7.4, random.uniform(7, 10), walls[k % 6]), (-26 + 7.4 * k, 26, 0))
        for k in range(8)
    ]
    for sign in (-1, 1):
        pieces += [
            moved(
                buildings.block(seed + 20 + k, 7.0, random.uniform(7, 9.5), walls[(k + 2) % 6]),
                (sign * 14, 3 + 7 * k, 0),
                -sign * math.pi / 2,
            )
            for k in range(3)
        ]
        pieces += [
            moved(furniture.bench(), (sign * 5.4, 3.0, 0), -sign * 1.2),
            moved(buildings.lamp_post(), (sign * 6.0, 5.5, 0)),
        ]
        pieces.append(moved(buildings.planter(seed), (sign * 6.2, 0.8, 0)))
        pieces.append(moved(plants.tree(seed + 31 + sign, 5.0, count=1500), (sign * 8.2, 12, 0)))
    tower = [
        solids.box((4, 4, 19), (1.0, 31, 9.5), walls[2], 0.05),
        solids.cone(3.4, 5, (1.0, 31, 19), paint("#6b7d74"), 4),
        solids.box((4.3, 4.3, 0.5), (1.0, 31, 18.8), walls[4], 0.1),
    ]
    return assemble([*pieces, *tower, moved(buildings.fountain(), (0.8, 11.5, 0))])


def playground(seed: int) -> Mesh:
    """A swing, a slide, a seesaw and a climbing frame in clear colours, trees and houses behind."""
    random = np.random.default_rng(seed)
    trees = _wood(random, seed)
    at = np.array([(-9.0, 11), (9.6, 12.5), (-3.5, 15.5), (4.2, 17.5), (-14, 17), (15, 20), (0.5, 25)])
    return assemble(
        [
            moved(buildings.swing(), (-6.2, 6.2, 0), 0.35),
            moved(buildings.slide(), (6.4, 6.0, 0), -0.6),
            moved(buildings.climbing_frame(), (0.8, 9.6, 0), 0.3),
            moved(furniture.bench(), (-5.4, 1.6, 0), 1.2),
            *(moved(buildings.fence(4.0, paint("#5b8f8a")), (x, 12.8, 0)) for x in range(-18, 19, 4)),
            *_grown(trees, at, random),
            *_grown([plants.bush(seed, 0.9)], np.array([(-7.5, 12.2), (-2, 12.3), (6, 12.1), (9, 12.3)]), random),
            moved(buildings.house(seed, paint("#e6d8be"), paint("#a3563f")), (-9, 31, 0), 0.2),
            moved(buildings.house(seed + 1, paint("#bccbd0"), paint("#4f5a66")), (10, 33, 0), -0.2),
            hills(seed, 80, 12, paint("#6a9158")),
        ]
    )


def mountain(seed: int) -> Mesh:
    """Snowy pines, boulders capped with snow, a hut, and peaks."""
    random = np.random.default_rng(seed)
    pines = [plants.pine(seed + k, random.uniform(5.5, 8), 0.3, 950) for k in range(3)]
    near = np.array(
        [
            (-6.2, 4.2),
            (6.8, 6.0),
            (-8.8, 7.5),
            (9.8, 9.5),
            (-5.5, 11.5),
            (5.0, 14.0),
            (-12, 12),
            (13, 15),
            (-2.5, 21),
            (8.5, 22),
        ]
    )
    far = np.stack([random.uniform(-30, 30, 16), random.uniform(26, 40, 16)], 1)
    small = [plants.pine(seed + 5, 6, 0.35, 320)]
    rocks = []
    for k, (x, y, r) in enumerate([(5.4, 2.4, 0.5), (-5.6, 1.0, 0.7), (-7.2, 3.0, 1.0), (8.0, 4.4, 0.9)]):
        rocks.append(solids.rock((r, r * 0.8, r * 0.7), (x, y, 0.1), paint("#70737a"), seed + k))
        rocks.append(
            solids.rock((r * 0.8, r * 0.62, r * 0.35), (x, y, 0.1 + r * 0.42), paint("#eef2f8"), seed + k, rough=0.05)
        )
    return assemble(
        [
            *_grown(pines, near, random),
            *_grown(small, far, random),
            *rocks,
            moved(buildings.house(seed, paint("#7d583c"), paint("#eef2f8")), (-9.5, 24, 0), 0.4),
            hills(seed, 55, 5, paint("#dfe7f2")),
            peaks(seed, 95, 42),
            peaks(seed + 1, 150, 70),
        ]
    )

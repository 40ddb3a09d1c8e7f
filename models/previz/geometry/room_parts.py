"""What rooms are made of: walls, windows with a view, curtains, pictures, rugs, lamps that hang, a hearth.

Walls stand at x = ±4.5 and y = 5; what hangs on the back wall is put on a side wall by `at_side`.
"""

import math

import numpy as np

from models.previz.geometry import plants, solids
from models.previz.geometry.solids import assemble, box, cylinder, lathe, moved, paint, shaded, tilted
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.world import Vector

_WHITE = paint("#efeae0")
_DARK = paint("#2e2c2d")
_STEEL = paint("#a9adb2")
_SIDE, _BACK, _HIGH = 4.5, 5.0, 3.1  # metres


def at_side(mesh: Mesh, side: float, y: float) -> Mesh:
    """What was made for the middle of the back wall, on the right (`side` 1) or left wall (-1), `y` along it."""
    return moved(moved(mesh, (0, -_BACK, 0)), (side * _SIDE, y, 0), -side * math.pi / 2)


def shell(wall: Vector, skirting: Vector = _WHITE, dado: Vector | None = None) -> list[Mesh]:
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


def window(x: float, z: float, width: float, height: float, cloth: Vector | None = None, seed: int = 0) -> Mesh:
    """A window in the back wall with a view of hills and trees under the sky, a sill, and curtains beside it."""
    y = _BACK - 0.02
    frame = [box((width + 0.16, 0.1, 0.09), (x, y - 0.03, z + s * (height / 2 + 0.04)), _WHITE, 0.01) for s in (-1, 1)]
    frame += [box((0.09, 0.1, height), (x + s * (width / 2 + 0.04), y - 0.03, z), _WHITE, 0.01) for s in (-1, 1)]
    frame += [
        box((0.05, 0.09, height), (x, y - 0.03, z), _WHITE, 0.01),
        box((width, 0.09, 0.05), (x, y - 0.03, z + 0.15 * height), _WHITE, 0.01),
        box((width + 0.3, 0.2, 0.05), (x, y - 0.1, z - height / 2 - 0.08), _WHITE, 0.015),
    ]
    pieces = [*_view(x, z, width, height, seed), concatenate(frame)]
    if cloth is not None:
        pieces += [curtain(x + s * (width / 2 + 0.25), y - 0.16, 0.55, z + height / 2 + 0.25, cloth) for s in (-1, 1)]
        pieces.append(
            moved(
                tilted(cylinder(0.02, width + 1.3, (0, 0, -(width + 1.3) / 2), _DARK, 10), "y", math.pi / 2),
                (x, y - 0.16, z + height / 2 + 0.25),
            )
        )
    return assemble(pieces)


def _view(x: float, z: float, width: float, height: float, seed: int) -> list[Mesh]:
    """What is seen through a window, flat, one layer a centimetre before the other: sky, hills, trees."""
    random = np.random.default_rng(seed + 11)
    low, high = z - height / 2, z + height / 2

    def strip(depth: float, tops: np.ndarray[tuple[int], np.dtype[np.float64]], below: Vector, above: Vector) -> Mesh:
        across = np.linspace(x - width / 2, x + width / 2, len(tops))
        y = np.full(len(tops), _BACK - depth)
        points = np.concatenate([np.stack([across, y, 0 * y + low], 1), np.stack([across, y, tops], 1)])
        i, n = np.arange(len(tops) - 1), len(tops)
        faces = np.concatenate([np.stack([i, i + 1, i + n + 1], 1), np.stack([i, i + n + 1, i + n], 1)])
        tint = np.concatenate([np.tile(below, (n, 1)), np.tile(above, (n, 1))])
        return solids.surface(points, np.tile((0.0, -1.0, 0.0), (2 * n, 1)), faces, tint, Material.VIEW)

    u = np.linspace(0, 1, 90)
    hill = low + height * (0.34 + 0.07 * np.sin(u * 5 + random.uniform(0, 6)) + 0.03 * np.sin(u * 13))
    crowns = np.zeros(90)
    for _ in range(7):
        middle, radius = random.uniform(0, 1), random.uniform(0.07, 0.16)
        dome = np.sqrt(np.maximum(0, 1 - ((u - middle) / radius) ** 2))
        crowns = np.maximum(crowns, dome * random.uniform(0.26, 0.46))
    crowns = crowns + 0.008 * np.sin(u * 160) + 0.006 * np.sin(u * 97)
    trees = low + height * np.maximum(0.13, crowns)
    return [
        strip(0.03, np.full(2, high), (0.80, 0.90, 0.98), (0.34, 0.60, 1.0)),
        strip(0.035, hill, (0.30, 0.48, 0.26), (0.42, 0.58, 0.46)),
        strip(0.04, trees, (0.10, 0.20, 0.05), (0.22, 0.40, 0.10)),
    ]


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


def picture(x: float, z: float, width: float, height: float, seed: int) -> Mesh:
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


def rug(x: float, y: float, width: float, depth: float, colours: tuple[Vector, Vector]) -> Mesh:
    return assemble(
        [
            box((width, depth, 0.012), (x, y, 0.006), colours[0], 0.004, Material.CLOTH),
            box((width - 0.35, depth - 0.35, 0.014), (x, y, 0.008), colours[1], 0.004, Material.CLOTH),
            box((width - 0.5, depth - 0.5, 0.016), (x, y, 0.009), colours[0], 0.004, Material.CLOTH),
        ]
    )


def pot_plant(seed: int, height: float = 1.3) -> Mesh:
    pot = lathe(
        [(0, 0), (0.16, 0), (0.22, 0.34), (0.24, 0.34), (0.24, 0.4), (0.19, 0.4), (0, 0.34)], paint("#b9694a"), 24
    )
    return assemble([pot, moved(plants.bush(seed, height - 0.3, count=420), (0, 0, 0.3), scale=(0.6, 0.6, 1.0))])


def pendant(x: float, y: float, z: float, colour: Vector, radius: float = 0.24) -> Mesh:
    """A lamp that hangs from the ceiling; `z`: of its lower edge."""
    shade = [(radius, z), (0.55 * radius, z + 0.7 * radius), (0.12 * radius, z + 0.85 * radius)]
    inside = [(r - 0.006, h - 0.004) for r, h in shade[::-1]]
    return assemble(
        [
            moved(lathe([*inside, *shade], colour, 28), (x, y, 0)),
            solids.ball(0.3 * radius, (x, y, z + 0.22 * radius), paint("#fff0cf"), 14, Material.LAMP),
            solids.tube([(x, y, z + 0.8 * radius), (x, y, _HIGH)], 0.008, _DARK, 6),
        ]
    )


def table_lamp(colour: Vector) -> Mesh:
    """A small lamp with a glowing shade; stands on z = 0."""
    return assemble(
        [
            lathe([(0, 0), (0.09, 0), (0.09, 0.02), (0.03, 0.05), (0.055, 0.14), (0.02, 0.24), (0, 0.26)], colour, 20),
            lathe([(0.15, 0.24), (0.095, 0.46), (0.09, 0.46), (0.145, 0.24)], paint("#f6e3b8"), 24, Material.LAMP),
        ]
    )


def clock(x: float, z: float) -> Mesh:
    """A round clock on the back wall."""
    face = tilted(cylinder(0.21, 0.03, (0, 0, 0), _DARK, 32), "x", math.pi / 2)
    dial = tilted(cylinder(0.185, 0.034, (0, 0, 0), _WHITE, 32), "x", math.pi / 2)
    hands = [
        moved(tilted(box((0.018, 0.008, 0.11), (0, 0, 0.05), _DARK, 0.002), "y", 0.9), (0, -0.038, 0)),
        moved(tilted(box((0.012, 0.008, 0.16), (0, 0, 0.07), _DARK, 0.002), "y", -1.1), (0, -0.038, 0)),
    ]
    return moved(assemble([face, dial, *hands]), (x, _BACK - 0.005, z))


def panelling(colour: Vector, height: float = 1.05) -> Mesh:
    """Wooden panels along the lower part of all three walls, with a rail."""
    back = [box((2 * _SIDE, 0.03, height), (0, _BACK - 0.015, height / 2), colour, 0.005)]
    back.append(box((2 * _SIDE, 0.07, 0.05), (0, _BACK - 0.03, height), shaded(colour, 1.12), 0.012))
    back += [
        box((0.62, 0.02, height - 0.34), (x, _BACK - 0.035, height / 2 + 0.02), shaded(colour, 0.9), 0.015)
        for x in np.arange(-4.05, 4.1, 0.81)
    ]
    for side in (-1, 1):
        back.append(box((0.03, 14.0, height), (side * (_SIDE - 0.015), -2.0, height / 2), shaded(colour, 0.95), 0.005))
        back.append(box((0.07, 14.0, 0.05), (side * (_SIDE - 0.03), -2.0, height), shaded(colour, 1.05), 0.012))
        back += [
            box(
                (0.02, 0.62, height - 0.34), (side * (_SIDE - 0.035), y, height / 2 + 0.02), shaded(colour, 0.86), 0.015
            )
            for y in np.arange(-3.6, 4.6, 0.81)
        ]
    return concatenate(back)


def hearth() -> Mesh:
    """A fireplace on the back wall at x = 0: brick round a fire, a mantelpiece with candles."""
    random = np.random.default_rng(3)
    brick = paint("#8c4a38")
    pieces = [box((0.32, 0.4, 1.05), (s * 0.62, _BACK - 0.2, 0.53), shaded(brick, 0.5), 0.01) for s in (-1, 1)]
    pieces.append(box((1.56, 0.4, 0.28), (0, _BACK - 0.2, 1.06), shaded(brick, 0.5), 0.01))
    bricks = []
    for row in range(11):
        for column in range(7):
            x = -0.66 + 0.22 * column + 0.11 * (row % 2 - 0.5)
            if abs(x) < 0.46 and row < 8:
                continue
            tone = shaded(brick, float(random.uniform(0.8, 1.25)))
            bricks.append(box((0.205, 0.03, 0.09), (x, _BACK - 0.405, 0.055 + 0.105 * row), tone, 0.008))
    pieces += [
        concatenate(bricks),
        box((0.96, 0.02, 0.95), (0, _BACK - 0.03, 0.46), (0.012, 0.01, 0.01), 0.005),
        box((1.9, 0.5, 0.08), (0, _BACK - 0.24, 1.24), paint("#6d4a30"), 0.015),
        box((1.7, 0.75, 0.05), (0, _BACK - 0.36, 0.025), paint("#5c5753"), 0.01),
    ]
    for turn, x in ((0.2, -0.05), (-0.25, 0.06), (0.1, 0.0)):
        log = tilted(cylinder(0.06, 0.6, (0, 0, -0.3), paint("#4a3022"), 10), "y", math.pi / 2)
        pieces.append(moved(log, (x, _BACK - 0.22, 0.11 + 0.05 * abs(turn)), turn))
    flames = [
        solids.cone(0.07, float(h), (x, _BACK - 0.22, 0.14), colour, 10, material=Material.LAMP)
        for x, h, colour in (
            (-0.16, 0.26, (1.0, 0.30, 0.03)),
            (0.0, 0.40, (1.0, 0.42, 0.06)),
            (0.15, 0.30, (1.0, 0.28, 0.03)),
            (-0.02, 0.22, (1.0, 0.75, 0.25)),
        )
    ]
    candles = [
        assemble(
            [
                cylinder(0.03, h, (x, _BACK - 0.25, 1.28), _WHITE, 12),
                solids.cone(0.014, 0.06, (x, _BACK - 0.25, 1.28 + h), (1.0, 0.7, 0.25), 8, material=Material.LAMP),
            ]
        )
        for x, h in ((-0.7, 0.2), (-0.6, 0.13), (0.72, 0.17))
    ]
    return assemble([*pieces, *flames, *candles])

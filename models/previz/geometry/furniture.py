"""Furniture and fittings: what people sit on, work at and light rooms with. Metres, standing on z = 0, front to -y."""

import numpy as np

from models.previz.geometry.solids import assemble, box, cylinder, lathe, paint, shaded
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

WOOD = paint("#a9784a")
DARK = paint("#33302f")
METAL = paint("#9da2a8")
WHITE = paint("#ece7dc")


def chair(colour: Vector = WOOD) -> Mesh:
    """A wooden chair with slats."""
    legs = [box((0.04, 0.04, 0.45), (x, y, 0.225), colour, 0.008) for x in (-0.19, 0.19) for y in (-0.19, 0.19)]
    posts = [box((0.04, 0.04, 0.5), (x, 0.19, 0.68), colour, 0.008) for x in (-0.19, 0.19)]
    slats = [box((0.36, 0.02, 0.07), (0, 0.19, z), colour, 0.008) for z in (0.62, 0.75, 0.88)]
    return assemble([*legs, *posts, *slats, box((0.44, 0.44, 0.04), (0, 0, 0.46), colour, 0.012)])


def table(colour: Vector = WOOD, width: float = 1.2, depth: float = 0.72, height: float = 0.72) -> Mesh:
    """A table with four legs."""
    x, y = width / 2 - 0.06, depth / 2 - 0.06
    legs = [box((0.06, 0.06, height), (a, b, height / 2), colour, 0.01) for a in (-x, x) for b in (-y, y)]
    apron = box((width - 0.12, depth - 0.12, 0.07), (0, 0, height - 0.07), colour, 0.01)
    return assemble([*legs, apron, box((width, depth, 0.04), (0, 0, height), colour, 0.012)])


def bench(colour: Vector = WOOD) -> Mesh:
    """A park bench of planks on iron legs."""
    planks = [box((1.6, 0.1, 0.035), (0, y, 0.44), colour, 0.01) for y in (-0.19, -0.07, 0.05, 0.17)]
    back = [box((1.6, 0.03, 0.1), (0, 0.25, z), colour, 0.01) for z in (0.58, 0.72)]
    iron = [box((0.05, 0.5, 0.04), (x, 0.02, 0.4), DARK, 0.01) for x in (-0.65, 0.65)]
    iron += [box((0.05, 0.05, 0.42), (x, y, 0.21), DARK, 0.01) for x in (-0.65, 0.65) for y in (-0.2, 0.24)]
    iron += [box((0.05, 0.04, 0.36), (x, 0.27, 0.6), DARK, 0.01) for x in (-0.65, 0.65)]
    return assemble([*planks, *back, *iron])


def lamp(colour: Vector = WHITE) -> Mesh:
    """A standing lamp with a cloth shade."""
    shade = lathe([(0.22, 1.15), (0.14, 1.5), (0.13, 1.5), (0.21, 1.15)], colour, 28, Material.CLOTH)
    return assemble([cylinder(0.16, 0.03, (0, 0, 0), DARK, 24), cylinder(0.016, 1.35, (0, 0, 0.02), METAL, 10), shade])


def sofa(colour: Vector, width: float = 2.0) -> Mesh:
    """A sofa with cushions."""
    pieces = [box((width, 0.85, 0.26), (0, 0, 0.22), colour, 0.05, Material.CLOTH)]
    pieces += [
        box((0.2, 0.85, 0.5), (x, 0, 0.38), colour, 0.07, Material.CLOTH) for x in (0.1 - width / 2, width / 2 - 0.1)
    ]
    pieces.append(box((width, 0.22, 0.62), (0, 0.35, 0.52), colour, 0.08, Material.CLOTH))
    seat = (width - 0.4) / 2
    for side in (-1, 1):
        pieces.append(
            box((seat, 0.66, 0.16), (side * seat / 2, -0.06, 0.42), shaded(colour, 1.2), 0.06, Material.CLOTH)
        )
    return assemble(pieces)


def bed(colour: Vector) -> Mesh:
    """A double bed, its head to +y."""
    return assemble(
        [
            box((1.7, 2.1, 0.3), (0, 0, 0.2), WOOD, 0.02),
            box((1.7, 0.08, 1.0), (0, 1.05, 0.5), WOOD, 0.03),
            box((1.62, 2.0, 0.22), (0, 0, 0.44), WHITE, 0.08, Material.CLOTH),
            box((1.68, 1.45, 0.12), (0, -0.3, 0.55), colour, 0.05, Material.CLOTH),
            *(box((0.62, 0.42, 0.16), (x, 0.74, 0.61), WHITE, 0.08, Material.CLOTH) for x in (-0.4, 0.4)),
        ]
    )


def shelf(seed: int, width: float = 1.2, height: float = 2.0) -> Mesh:
    """A bookcase with books in it."""
    random = np.random.default_rng(seed)
    board = WOOD
    pieces = [box((0.03, 0.3, height), (x, 0, height / 2), board, 0.005) for x in (-width / 2, width / 2)]
    pieces.append(box((width, 0.02, height), (0, 0.14, height / 2), shaded(board, 0.6), 0.005))
    palette = ("#8d3b3b", "#31506b", "#c7a24c", "#4f6b45", "#d9d0bd", "#6b4a68", "#2f3438")
    rows = 5
    for row in range(rows + 1):
        z = 0.05 + row * (height - 0.08) / rows
        pieces.append(box((width, 0.3, 0.03), (0, 0, z), board, 0.005))
        x = -width / 2 + 0.05
        while row < rows and x < width / 2 - 0.12:
            thick, tall = random.uniform(0.025, 0.06), random.uniform(0.2, 0.3)
            if random.random() < 0.85:
                code = palette[int(random.integers(len(palette)))]
                pieces.append(box((thick, 0.2, tall), (x + thick / 2, -0.02, z + 0.015 + tall / 2), paint(code), 0.005))
            x += thick + 0.003
    return assemble(pieces)


def cupboard(width: float, depth: float, height: float, colour: Vector, doors: int, lift: float = 0.0) -> Mesh:
    """A row of doors with handles; `lift` above the floor."""
    pieces = [box((width, depth, height), (0, 0, lift + height / 2), shaded(colour, 0.7), 0.01)]
    each = width / doors
    for number in range(doors):
        x = -width / 2 + each * (number + 0.5)
        pieces.append(box((each - 0.02, 0.02, height - 0.04), (x, -depth / 2 - 0.01, lift + height / 2), colour, 0.008))
        pieces.append(
            box((0.1, 0.025, 0.015), (x, -depth / 2 - 0.03, lift + height * 0.85), METAL, 0.004, Material.SHINY)
        )
    return assemble(pieces)

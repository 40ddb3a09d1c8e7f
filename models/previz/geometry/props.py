"""What each thing on the stage looks like: one mesh for a spec, centred on the origin and within its bounding box.

Proportions and collision are in `shapes.py`; big things people build with stand in `furniture.py`.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.previz.geometry import furniture, plants, solids, sports, street_things, vehicles
from models.previz.geometry.shapes import collision, half_extents
from models.previz.geometry.solids import assemble, moved, paint, shaded, tilted
from models.previz.mesh import Material, Mesh
from models.previz.world import RigidSpec, Vector

_WHITE = paint("#f1ece0")
_DARK = paint("#2b2a2c")
_WOOD = paint("#a97a4b")
_CHROME = paint("#b9bcc0")


def rigid_mesh(spec: RigidSpec, texture: int = -1) -> Mesh:
    """The thing, parts from 1; `texture` is shown on its sides. A shape not known is a box with rounded edges."""
    build = _BUILDERS.get(spec.shape, _box)
    mesh = _fitted(build(spec.colour), half_extents(spec))
    if texture < 0:
        return mesh
    return _pictured(mesh, texture, half_extents(spec), round_=collision(spec.shape) != "box")


def _fitted(mesh: Mesh, half: Vector) -> Mesh:
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    factor = 2 * np.asarray(half) / np.maximum(high - low, 1e-6)
    return moved(mesh, -(low + high) / 2 * factor, scale=factor)


def _pictured(mesh: Mesh, texture: int, half: Vector, *, round_: bool) -> Mesh:
    """The mesh with the picture upright on its front and back, and on the sides and top of what is angular."""
    order = mesh.faces.reshape(-1)
    points = mesh.vertices[order].reshape(-1, 3, 3).astype(np.float64) / np.maximum(np.asarray(half), 1e-6)
    normal = mesh.normals[order].reshape(-1, 3, 3).mean(1)
    x, y, z = points[:, :, 0], points[:, :, 1], points[:, :, 2]
    back = points[:, :, 1].mean(1) > 0
    if round_:
        towards = np.where(back, -1.0, 1.0)[:, None]
        u = 0.5 + np.arctan2(x * towards, np.maximum(-y * towards, 0)) / math.pi
        v = (1 - z) / 2
        middle = points.mean(1)  # the inside of a cup shows none
        shown = (np.abs(normal[:, 2]) < 0.93) & ((normal[:, :2] * middle[:, :2]).sum(1) > 0)
    else:
        side = np.abs(normal).argmax(1)
        sign = np.where(np.take_along_axis(normal, side[:, None], 1) > 0, 1.0, -1.0)
        across = np.where(side[:, None] == 0, y * sign, np.where(side[:, None] == 1, -x * sign, x))
        u = (1 + across) / 2
        v = np.where(side[:, None] == 2, (1 - y) / 2, (1 - z) / 2)
        shown = ~((side == 2) & (sign[:, 0] < 0))
    weight = np.broadcast_to(shown[:, None], u.shape)
    uv = np.stack([np.clip(u, 0, 1), np.clip(v, 0, 1), weight], 2).reshape(-1, 3)
    return replace(
        mesh,
        vertices=mesh.vertices[order],
        normals=mesh.normals[order],
        colours=mesh.colours[order],
        uv=uv.astype(np.float32),
        faces=np.arange(len(order), dtype=np.int32).reshape(-1, 3),
        texture=np.where(shown, texture, -1).astype(np.int16),
    )


def _ball(colour: Vector) -> Mesh:
    """Six panels, every other one pale: rolling is seen."""
    angle = np.linspace(-math.pi / 2, math.pi / 2, 25)
    pale = _WHITE if min(colour) < 0.6 else paint("#d2553f")
    tint = np.empty((49, 25, 3))
    tint[:] = np.where((np.arange(49) // 8 % 2 == 0)[:, None, None], colour, pale)
    tint[:, [0, 1, 2, -3, -2, -1]] = shaded(colour, 0.7)
    profile = [(math.cos(a) if 0 < i < 24 else 0.0, math.sin(a)) for i, a in enumerate(angle)]
    return solids.lathe(profile, tint, 48, Material.SHINY)


def _box(colour: Vector) -> Mesh:
    return solids.box((1, 1, 1), (0, 0, 0), colour, 0.07)


def _present(colour: Vector) -> Mesh:
    tape = shaded(colour, 0.62)
    lid = solids.box((1, 1, 0.2), (0, 0, 0.4), shaded(colour, 1.15), 0.02)
    return assemble(
        [
            solids.box((0.95, 0.95, 0.9), (0, 0, 0), colour, 0.02),
            lid,
            solids.box((0.16, 1.004, 1.0), (0, 0, 0.004), tape, 0.01),
        ]
    )


def _crate(colour: Vector) -> Mesh:
    pieces = [solids.box((0.92, 0.92, 0.92), (0, 0, 0), shaded(colour, 0.5), 0.01)]
    for side in range(4):
        for row in range(4):
            plank = solids.box(
                (1.0, 0.06, 0.22),
                (0, -0.47, -0.375 + row * 0.25),
                shaded(colour, 0.85 + 0.07 * (row * side % 4)),
                0.015,
            )
            pieces.append(moved(plank, (0, 0, 0), side * math.pi / 2))
        pieces.append(
            moved(solids.box((0.12, 0.05, 1.0), (0.44, -0.475, 0), colour, 0.015), (0, 0, 0), side * math.pi / 2)
        )
    pieces += [solids.box((0.22, 1.0, 0.05), (-0.375 + row * 0.25, 0, 0.475), colour, 0.015) for row in range(4)]
    return assemble(pieces)


def _cone(colour: Vector) -> Mesh:
    bands = [
        (0.33, 0.0),
        (0.30, 0.06),
        (0.235, 0.3),
        (0.235, 0.3),
        (0.165, 0.55),
        (0.165, 0.55),
        (0.05, 0.97),
        (0.03, 1.0),
        (0.0, 1.0),
    ]
    tint = np.array([colour] * 3 + [_WHITE] * 2 + [colour] * 4)
    body = solids.lathe([(r, z + 0.001 * i) for i, (r, z) in enumerate(bands)], tint, 28)
    return assemble([body, solids.box((0.75, 0.75, 0.05), (0, 0, 0.02), shaded(colour, 0.8), 0.015)])


def _turned(*profile: tuple[float, float], material: Material = Material.PLAIN) -> Callable[[Vector], Mesh]:
    return lambda colour: solids.lathe(profile, colour, 32, material)


def _can(colour: Vector) -> Mesh:
    profile = [
        (0.0, 0.0),
        (0.22, 0.0),
        (0.27, 0.06),
        (0.275, 0.1),
        (0.275, 0.88),
        (0.25, 0.95),
        (0.24, 0.95),
        (0.25, 1.0),
        (0.23, 1.0),
        (0.22, 0.96),
        (0.0, 0.96),
    ]
    tint = np.array([_CHROME] * 3 + [colour] * 2 + [_CHROME] * 6)
    return solids.lathe(profile, tint, 32, Material.SHINY)


def _bottle(colour: Vector) -> Mesh:
    glass = [(0.0, 0.0), (0.15, 0.0), (0.16, 0.02), (0.16, 0.56), (0.14, 0.64), (0.065, 0.76), (0.058, 0.9), (0.0, 0.9)]
    label = [(0.162, 0.16), (0.162, 0.46)]
    return assemble(
        [
            solids.lathe(glass, colour, 28, Material.GLASS),
            solids.lathe(label, _WHITE, 28),
            solids.cylinder(0.072, 0.11, (0, 0, 0.89), shaded(colour, 0.5), 20),
        ]
    )


def _mug(colour: Vector) -> Mesh:
    body = [
        (0.0, 0.0),
        (0.32, 0.0),
        (0.36, 0.05),
        (0.38, 0.86),
        (0.37, 0.9),
        (0.34, 0.9),
        (0.33, 0.85),
        (0.31, 0.1),
        (0.0, 0.08),
    ]
    angle = np.linspace(-1.75, 1.75, 12)
    handle = np.stack([0.33 + 0.27 * np.cos(angle), 0 * angle, 0.46 + 0.27 * np.sin(angle)], 1)
    drink = solids.cylinder(0.325, 0.02, (0, 0, 0.7), paint("#4a2c1a"), 24)
    return assemble(
        [solids.lathe(body, colour, 40, Material.SHINY), solids.tube(handle, 0.055, colour, 10, Material.SHINY), drink]
    )


def _book(colour: Vector) -> Mesh:
    leaves = solids.box((0.70, 0.94, 0.13), (0.005, 0, 0.09), paint("#efe6cf"), 0.004)
    covers = [solids.box((0.75, 1.0, 0.025), (0, 0, z), colour, 0.01, Material.CLOTH) for z in (0.0125, 0.1675)]
    title = solids.box((0.4, 0.12, 0.004), (0, 0.2, 0.18), paint("#d9b65a"), 0.001)
    return assemble([leaves, *covers, solids.box((0.03, 1.0, 0.18), (-0.36, 0, 0.09), colour, 0.012), title])


def _umbrella(colour: Vector) -> Mesh:
    angle = np.linspace(0.0, 1.35, 12)[::-1]
    ring = [(0.52 * math.sin(a) / math.sin(1.35), 0.62 + 0.26 * math.cos(a)) for a in angle]
    ring[-1] = (0.0, ring[-1][1])
    under = [(r, z - 0.012) for r, z in ring[::-1]]
    tint = np.empty((33, 24, 3))
    tint[:] = np.where((np.arange(33) // 4 % 2 == 0)[:, None, None], colour, _WHITE)
    hook = [(0.0, 0, 0.03), (0.02, 0, 0.0), (0.06, 0, 0.0), (0.08, 0, 0.05)]
    return assemble(
        [
            solids.lathe(under + ring, tint, 32, Material.CLOTH),
            solids.tube([(0, 0, 0.03), (0, 0, 0.5), (0, 0, 0.92)], 0.012, _DARK, 8),
            solids.tube(hook, 0.018, _WOOD, 8),
        ]
    )


def _hat(colour: Vector) -> Mesh:
    felt = [
        (0.0, 0.0),
        (0.46, 0.0),
        (0.5, 0.03),
        (0.47, 0.045),
        (0.3, 0.05),
        (0.27, 0.36),
        (0.22, 0.45),
        (0.1, 0.42),
        (0.0, 0.42),
    ]
    band = [(0.303, 0.055), (0.294, 0.14)]
    return assemble([solids.lathe(felt, colour, 32, Material.CLOTH), solids.lathe(band, _DARK, 32, Material.CLOTH)])


def _balloon(colour: Vector) -> Mesh:
    a = np.linspace(-math.pi / 2, math.pi / 2, 20)
    profile = [(0.4 * math.cos(t) * (1 + 0.1 * math.sin(t)), 0.55 + 0.45 * math.sin(t)) for t in a]
    profile[0] = profile[-1] = (0.0, 1.0)
    profile[0] = (0.0, 0.1)
    return assemble(
        [
            solids.lathe(profile, colour, 32, Material.SHINY),
            solids.cone(0.05, 0.12, (0, 0, 0.0), shaded(colour, 0.7), 12),
        ]
    )


def _guitar(colour: Vector) -> Mesh:
    a = np.arange(40) * 2 * math.pi / 40
    r = 0.185 * (1 + 0.33 * np.cos(2 * (a - math.pi / 2)) - 0.10 * np.sin(a))
    outline = np.stack([r * np.cos(a) * 1.32, r * np.sin(a)], 1)
    body = tilted(solids.plate(outline, 0.1, colour, Material.SHINY), "x", math.pi / 2)
    hole = moved(tilted(solids.cylinder(0.05, 0.004, (0, 0, 0), _DARK, 24), "x", math.pi / 2), (0, -0.1, 0.05))
    neck = solids.box((0.05, 0.03, 0.52), (0, -0.095, 0.44), shaded(_WOOD, 0.5), 0.008)
    head = solids.box((0.08, 0.025, 0.12), (0, -0.09, 0.74), shaded(_WOOD, 0.4), 0.01)
    bridge = solids.box((0.13, 0.02, 0.025), (0, -0.105, -0.12), _DARK, 0.004)
    strings = [
        solids.box((0.003, 0.004, 0.8), (x, -0.113, 0.3), _CHROME, 0.001) for x in (-0.015, -0.005, 0.005, 0.015)
    ]
    return assemble([body, hole, neck, head, bridge, *strings])


def _cake(colour: Vector) -> Mesh:
    pieces = [
        solids.cylinder(0.5, 0.02, (0, 0, 0), _CHROME, 40),
        solids.cylinder(0.44, 0.28, (0, 0, 0.02), colour, 40, bevel=0.03),
        solids.torus(0.43, 0.025, (0, 0, 0.05), _WHITE),
        solids.torus(0.42, 0.03, (0, 0, 0.29), _WHITE),
    ]
    for number in range(8):
        x, y = 0.3 * math.cos(number * math.pi / 4), 0.3 * math.sin(number * math.pi / 4)
        pieces.append(
            solids.cylinder(0.014, 0.16, (x, y, 0.3), paint(("#d8475a", "#4a86c5", "#e3b23c")[number % 3]), 8)
        )
        pieces.append(solids.ball(0.02, (x, y, 0.49), (1.0, 0.75, 0.25), 8))
    return assemble([*pieces, solids.ball(0.07, (0, 0, 0.33), paint("#b3202c"), 16, Material.SHINY)])


def _tree(colour: Vector) -> Mesh:
    green = colour if colour[1] > max(colour[0], colour[2]) else plants.GREENS[0]
    return plants.tree(3, 5.0, [green, shaded(green, 1.25), shaded(green, 0.8)], 1000)


def _rock(colour: Vector) -> Mesh:
    return solids.rock((1, 0.85, 0.65), (0, 0, 0), colour, 7, 4)


def _domino(colour: Vector) -> Mesh:
    ink = _WHITE if max(colour) < 0.4 else _DARK
    dots = [
        moved(tilted(solids.cylinder(0.045, 0.162, (0, 0, -0.081), ink, 14), "x", math.pi / 2), (x, 0, z))
        for x, z in ((-0.13, 0.36), (0, 0.25), (0.13, 0.14), (-0.12, -0.14), (0.12, -0.36))
    ]
    line = solids.box((0.4, 0.162, 0.015), (0, 0, 0), ink, 0.001)
    return assemble([solids.box((0.5, 0.16, 1.0), (0, 0, 0), colour, 0.03, Material.SHINY), line, *dots])


def _kite(colour: Vector) -> Mesh:
    corners = [(0.0, -0.6), (0.4, 0.1), (0.0, 0.4), (-0.4, 0.1)]
    cloth = [
        solids.plate(
            [corners[i], corners[(i + 1) % 4], (0.0, 0.1)],
            0.01,
            colour if i % 2 else shaded(_WHITE, 0.9),
            Material.CLOTH,
        )
        for i in range(4)
    ]
    spars = [
        solids.box((0.8, 0.012, 0.02), (0, 0.1, 0.012), _WOOD, 0.002),
        solids.box((0.012, 1.0, 0.02), (0, -0.1, 0.012), _WOOD, 0.002),
    ]
    return tilted(assemble([*cloth, *spars]), "x", math.pi / 2)


_BUILDERS: dict[str, Callable[[Vector], Mesh]] = {
    "ball": _ball,
    "box": _present,
    "crate": _crate,
    "cone": _cone,
    "can": _can,
    "bottle": _bottle,
    "mug": _mug,
    "cylinder": _turned((0, 0), (0.28, 0), (0.3, 0.02), (0.3, 0.98), (0.28, 1), (0, 1), material=Material.SHINY),
    "cup": _turned((0, 0), (0.28, 0), (0.3, 0.03), (0.4, 1.0), (0.38, 1.0), (0.27, 0.1), (0, 0.08)),
    "book": _book,
    "chair": furniture.chair,
    "table": furniture.table,
    "bench": furniture.bench,
    "lamp": furniture.lamp,
    "umbrella": _umbrella,
    "hat": _hat,
    "balloon": _balloon,
    "car": vehicles.car,
    "boat": vehicles.boat,
    "skateboard": vehicles.skateboard,
    "surfboard": vehicles.surfboard,
    "wakeboard": vehicles.wakeboard,
    "guitar": _guitar,
    "cake": _cake,
    "tree": _tree,
    "rock": _rock,
    "domino": _domino,
    "football": sports.football,
    "basketball": sports.basketball,
    "tennis_ball": sports.tennis_ball,
    "beach_ball": sports.beach_ball,
    "hoop": sports.hoop,
    "ring": sports.ring,
    "trampoline": sports.trampoline,
    "bicycle": street_things.bicycle,
    "traffic_light": street_things.traffic_light,
    "flag": street_things.flag,
    "drum": street_things.drum,
    "microphone": street_things.microphone,
    "rocket": street_things.rocket,
    "barrel": street_things.barrel,
    "vase": street_things.vase,
    "kite": _kite,
}

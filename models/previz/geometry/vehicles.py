"""What rolls, floats and slides: cars, boats and boards, along y. Metres for a car, else of length one."""

import math
from dataclasses import replace

import numpy as np

from models.previz.geometry import solids
from models.previz.geometry.solids import assemble, moved, paint, shaded, tilted
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

_WHITE = paint("#f1ece0")
_DARK = paint("#2b2a2c")
_WOOD = paint("#a97a4b")
_CHROME = paint("#b9bcc0")


def car(colour: Vector, *, parked: bool = False) -> Mesh:
    """A small car, its bonnet to +y; one that is parked far off has no handles and spokes."""
    round_ = 16 if parked else 28
    low = [(-2.08, 0.30), (2.06, 0.30), (2.17, 0.42), (2.18, 0.62), (2.10, 0.78), (1.72, 0.88), (1.02, 0.96)]
    low += [(-1.55, 0.99), (-2.02, 0.95), (-2.16, 0.80), (-2.18, 0.45)]
    high = [(-1.82, 0.93), (1.16, 0.93), (0.62, 1.33), (0.36, 1.43), (0.0, 1.47), (-0.85, 1.465), (-1.25, 1.40)]
    high += [(-1.50, 1.28)]
    glass = paint("#1d2a34")  # one sees no more of a car's inside by day
    pieces = [
        _profile(low, 1.72, colour, Material.SHINY),
        _profile(high, 1.40, colour, Material.SHINY),
        _profile(
            [(-1.62, 0.99), (-1.0, 0.99), (-1.0, 1.39), (-1.22, 1.34), (-1.40, 1.25)], 1.43, glass, Material.GLASS
        ),
        _profile([(-0.92, 0.99), (0.0, 0.99), (0.0, 1.40), (-0.86, 1.40)], 1.43, glass, Material.SHINY),
        _profile([(0.08, 0.99), (0.98, 0.99), (0.56, 1.30), (0.34, 1.38), (0.08, 1.40)], 1.43, glass, Material.SHINY),
        _profile([(1.10, 0.99), (1.18, 0.955), (0.66, 1.335), (0.58, 1.37)], 1.24, glass, Material.SHINY),
        _profile([(-1.84, 0.955), (-1.72, 0.99), (-1.44, 1.32), (-1.53, 1.28)], 1.20, glass, Material.SHINY),
        solids.box((1.66, 0.10, 0.16), (0, 2.16, 0.40), _DARK, 0.04),
        solids.box((1.66, 0.10, 0.18), (0, -2.16, 0.42), _DARK, 0.04),
        solids.box((0.80, 0.05, 0.13), (0, 2.175, 0.60), _DARK, 0.03, Material.SHINY),
        solids.box((0.42, 0.03, 0.10), (0, -2.185, 0.66), _WHITE, 0.01),
        solids.box((0.42, 0.03, 0.10), (0, 2.215, 0.40), _WHITE, 0.01),
    ]
    for x in (-1, 1):
        gap = shaded(colour, 0.25)  # of the doors
        pieces += [solids.box((0.012, 0.018, 0.56), (x * 0.857, y, 0.68), gap, 0) for y in (-0.96, 0.04, 1.0)]
        handles = ((x * 0.865, y, 0.86) for y in (-0.80, 0.20))
        pieces += [solids.box((0.03, 0.17, 0.03), at, _CHROME, 0, Material.SHINY) for at in handles if not parked]
        pieces.append(solids.box((0.03, 2.0, 0.07), (x * 0.86, 0.0, 0.34), _DARK, 0.01))
        pieces.append(solids.box((0.2, 0.09, 0.13), (x * 0.93, 0.86, 1.03), colour, 0.035, Material.SHINY))
        for y in (-1.35, 1.35):
            arch = tilted(solids.cylinder(0.43, 0.05, (0, 0, -0.025), _DARK, round_), "y", math.pi / 2)
            tyre = tilted(solids.cylinder(0.36, 0.22, (0, 0, -0.11), _DARK, round_, bevel=0.05), "y", math.pi / 2)
            hub = tilted(
                solids.cylinder(0.23, 0.23, (0, 0, -0.115), _CHROME, min(round_, 20), Material.SHINY), "y", math.pi / 2
            )
            cap = tilted(solids.cylinder(0.07, 0.25, (0, 0, -0.125), shaded(_CHROME, 0.5), 12), "y", math.pi / 2)
            pieces.append(moved(arch, (x * 0.838, y, 0.40)))
            pieces += [moved(part, (x * 0.80, y, 0.36)) for part in (tyre, hub, cap)]
            for k in range(0 if parked else 5):
                spoke = moved(solids.box((0.012, 0.05, 0.16), (0, 0, 0.14), shaded(_CHROME, 0.35), 0), (0, 0, 0))
                pieces.append(moved(tilted(spoke, "x", k * math.tau / 5), (x * 0.918, y, 0.36)))
        lens = moved(
            solids.ball(1.0, (0, 0, 0), paint("#fff4d2"), 18, Material.LAMP),
            (x * 0.62, 2.12, 0.67),
            scale=(0.17, 0.08, 0.10),
        )
        pieces += [lens, solids.box((0.34, 0.05, 0.15), (x * 0.62, -2.17, 0.76), paint("#c01f1a"), 0.03, Material.LAMP)]
    return assemble(pieces)


def _profile(side: list[tuple[float, float]], width: float, colour: Vector, material: Material) -> Mesh:
    """A side view in (y, z), counter-clockwise seen from +x, `width` metres wide along x."""
    flat = solids.plate(side, width, colour, material)  # x = y, y = z, height along z
    turn = np.array([[0, 0, 1.0], [1.0, 0, 0], [0, 1.0, 0]])
    points = flat.vertices @ turn.T - (width / 2, 0, 0)
    return solids.surface(points, flat.normals @ turn.T, flat.faces, colour, material)


def boat(colour: Vector) -> Mesh:
    """A rowing boat with two seats."""
    t = np.linspace(-1, 1, 15)
    half = 0.19 * np.sqrt(np.clip(1 - np.abs(t) ** 2.6, 0.0, 1)) + 0.004
    outline = np.concatenate([np.stack([half, t / 2], 1), np.stack([-half, t / 2], 1)[::-1]])
    low = np.c_[outline * (0.62, 0.84), np.zeros(30)]
    high = np.c_[outline, 0.26 + 0.06 * np.abs(outline[:, 1] * 2) ** 2]
    inner = np.c_[outline * (0.84, 0.93), np.full(30, 0.25)]
    floor = np.c_[outline * (0.56, 0.8), np.full(30, 0.06)]
    rings = np.concatenate([low, high, inner, floor, [(0, 0, 0), (0, 0, 0.06)]])
    i = np.arange(30)
    j = (i + 1) % 30
    faces = [np.stack([np.full(30, 120), j, i], 1), np.stack([np.full(30, 121), i + 90, j + 90], 1)]
    for a in (0, 30, 60):
        faces += [np.stack([a + i, a + j, a + 30 + j], 1), np.stack([a + i, a + 30 + j, a + 30 + i], 1)]
    tint = np.repeat([colour, shaded(colour, 1.1), _WOOD, shaded(_WOOD, 0.8)], 30, axis=0)
    hull = solids.faceted(rings, np.concatenate(faces), np.concatenate([tint, [colour, _WOOD]]))
    seats = [solids.box((0.3, 0.08, 0.02), (0, y, 0.19), _WOOD, 0.005) for y in (-0.18, 0.15)]
    return assemble([hull, *seats])


def _long(width: float, count: int = 32, power: float = 2.2) -> list[tuple[float, float]]:
    a = np.arange(count) * 2 * math.pi / count
    return [
        (
            width / 2 * np.sign(math.cos(t)) * abs(math.cos(t)) ** (2 / power),
            0.5 * np.sign(math.sin(t)) * abs(math.sin(t)) ** (2 / power),
        )
        for t in a
    ]


def skateboard(colour: Vector) -> Mesh:
    """A skateboard along y."""
    deck = moved(solids.plate(_long(0.25, power=4), 0.02, colour), (0, 0, 0.1))
    grip = moved(solids.plate(_long(0.235, power=4), 0.004, _DARK), (0, 0, 0.12), scale=(1, 0.98, 1))
    wheels = [
        moved(tilted(solids.cylinder(0.035, 0.05, (0, 0, -0.025), _WHITE, 16), "y", math.pi / 2), (x, y, 0.035))
        for x in (-0.09, 0.09)
        for y in (-0.32, 0.32)
    ]
    axles = [solids.box((0.16, 0.05, 0.06), (0, y, 0.07), _CHROME, 0.01) for y in (-0.32, 0.32)]
    return assemble([deck, grip, *wheels, *axles])


def surfboard(colour: Vector) -> Mesh:
    """A surfboard along y."""
    return assemble(
        [
            solids.plate(_long(0.27, 40), 0.04, colour, Material.SHINY),
            moved(solids.plate(_long(0.05, 12), 0.002, _WHITE), (0, 0, 0.04), scale=(1, 0.98, 1)),
        ]
    )


def wakeboard(colour: Vector) -> Mesh:
    """A wakeboard along y: round ends turned up, two bindings, a stripe."""
    plate = solids.plate(_long(0.31, 40, 2.8), 0.03, colour, Material.SHINY)
    lift = 0.055 * np.clip((np.abs(plate.vertices[:, 1]) - 0.28) / 0.22, 0, 1) ** 2
    hull = replace(plate, vertices=(plate.vertices + np.c_[np.zeros((len(lift), 2)), lift]).astype(np.float32))
    stripe = moved(solids.plate(_long(0.09, 20), 0.002, _WHITE), (0, 0, 0.03), scale=(1, 0.55, 1))
    bindings = [solids.box((0.13, 0.09, 0.05), (0, y, 0.055), _DARK, 0.02) for y in (-0.17, 0.17)]
    return assemble([hull, stripe, *bindings])

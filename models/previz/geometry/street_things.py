"""What stands about in streets, on stages and at launches: lights, flags, drums, microphones, rockets, bicycles."""

import math

import numpy as np

from models.previz.geometry import solids
from models.previz.geometry.solids import assemble, moved, paint, shaded, tilted
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

_WHITE = paint("#f1ece0")
_DARK = paint("#232226")
_CHROME = paint("#b9bcc0")
_WOOD = paint("#a97a4b")
_GLOW = 2.2  # times the colour: a lamp that burns


def bicycle(colour: Vector) -> Mesh:
    """A bicycle along y, its handlebar to +y; metres."""
    rear, front, crank = (0, -0.52, 0.34), (0, 0.54, 0.34), (0, -0.08, 0.30)
    seat, head = (0, -0.22, 0.80), (0, 0.38, 0.86)
    pieces = [*_wheel(rear), *_wheel(front)]
    for start, end, radius in (
        (crank, seat, 0.02),
        (crank, (0, 0.42, 0.72), 0.022),
        ((0, -0.2, 0.75), head, 0.02),
        ((0, 0.43, 0.68), (0, 0.36, 0.92), 0.022),
    ):
        pieces.append(solids.tube([start, end], radius, colour, 10, Material.SHINY))
    for x in (-0.055, 0.055):
        pieces.append(solids.tube([(x, *rear[1:]), (0.3 * x, *crank[1:])], 0.011, colour, 8, Material.SHINY))
        pieces.append(solids.tube([(x, *rear[1:]), (0.3 * x, -0.2, 0.74)], 0.009, colour, 8, Material.SHINY))
        pieces.append(solids.tube([(x, *front[1:]), (x, 0.46, 0.6), (0.4 * x, 0.43, 0.68)], 0.012, colour, 8))
    bar = [(-0.27, 0.24, 0.97), (-0.2, 0.3, 1.0), (-0.08, 0.36, 0.98), (0.08, 0.36, 0.98), (0.2, 0.3, 1.0)]
    pieces += [
        solids.tube([*bar, (0.27, 0.24, 0.97)], 0.012, _CHROME, 8, Material.SHINY),
        solids.tube([(0, 0.36, 0.92), (0, 0.36, 0.985)], 0.014, _CHROME, 8, Material.SHINY),
        *(solids.tube([(x, 0.255, 0.976), (x * 1.07, 0.17, 0.955)], 0.018, _DARK, 8) for x in (-0.262, 0.262)),
        solids.tube([(0, -0.21, 0.78), (0, -0.24, 0.9)], 0.013, _CHROME, 8, Material.SHINY),
        moved(solids.ball(1.0, (0, 0, 0), _DARK, 20), (0, -0.28, 0.925), scale=(0.075, 0.11, 0.035)),
        moved(solids.ball(1.0, (0, 0, 0), _DARK, 16), (0, -0.16, 0.925), scale=(0.028, 0.12, 0.025)),
        moved(tilted(solids.torus(0.085, 0.012, (0, 0, 0), _CHROME, 24, Material.SHINY), "y", math.pi / 2), crank),
    ]
    for x, lift in ((-0.10, 0.14), (0.10, -0.14)):
        foot = (x, crank[1] + 0.09 * np.sign(lift), crank[2] + lift)
        pieces.append(solids.tube([(0.6 * x, *crank[1:]), (0.7 * x, *foot[1:])], 0.011, _CHROME, 6))
        pieces.append(solids.box((0.09, 0.08, 0.02), (x * 1.15, *foot[1:]), _DARK, 0.005))
    return assemble(pieces)


def _wheel(centre: Vector) -> list[Mesh]:
    tyre = tilted(solids.torus(0.315, 0.024, (0, 0, 0), _DARK, 40), "y", math.pi / 2)
    rim = tilted(solids.torus(0.288, 0.012, (0, 0, 0), _CHROME, 40, Material.SHINY), "y", math.pi / 2)
    hub = tilted(solids.cylinder(0.022, 0.11, (0, 0, -0.055), _CHROME, 12, Material.SHINY), "y", math.pi / 2)
    spokes = []
    for number in range(14):
        y, z = math.cos(number * math.tau / 14), math.sin(number * math.tau / 14)
        ends = [(0.03 * (-1) ** number, 0.02 * y, 0.02 * z), (0.0, 0.285 * y, 0.285 * z)]
        spokes.append(solids.tube(ends, 0.0028, _CHROME, 4))
    return [moved(part, centre) for part in (tyre, rim, hub, *spokes)]


def traffic_light(colour: Vector) -> Mesh:
    """Three lamps under hoods on a pole; the one nearest to the colour asked for burns, red for any other."""
    lamps = (paint("#ff2a1a"), paint("#ffb000"), paint("#23e05a"))
    asked = [
        float(np.abs(np.asarray(lamp) / max(lamp) - np.asarray(colour) / max(*colour, 1e-3)).sum()) for lamp in lamps
    ]
    burning = int(np.argmin(asked)) if min(asked) < 0.9 else 0
    pieces = [
        solids.cylinder(0.055, 1.95, (0, 0.02, 0), paint("#4b5157"), 16),
        solids.cylinder(0.12, 0.12, (0, 0.02, 0), paint("#3b4045"), 16),
        solids.box((0.36, 0.2, 0.98), (0, 0, 2.35), paint("#23272a"), 0.04),
        solids.box((0.39, 0.02, 1.02), (0, 0.1, 2.35), paint("#e9c34a"), 0.008),
    ]
    for number, (lamp, z) in enumerate(zip(lamps, (2.66, 2.35, 2.04), strict=True)):
        shown = shaded(lamp, _GLOW) if number == burning else shaded(lamp, 0.16)
        lens = moved(solids.ball(1.0, (0, 0, 0), shown, 20, Material.SHINY), (0, -0.095, z), scale=(0.11, 0.035, 0.11))
        angle = np.linspace(0.1, math.pi - 0.1, 11)
        hood = np.concatenate(
            [
                np.stack([0.13 * np.cos(angle), 0 * angle - 0.09, 0.13 * np.sin(angle)], 1),
                np.stack([0.125 * np.cos(angle), 0 * angle - 0.25 - 0.03 * np.sin(angle), 0.125 * np.sin(angle)], 1),
            ]
        )
        first = np.arange(10)
        faces = np.concatenate(
            [np.stack([first, first + 1, first + 12], 1), np.stack([first, first + 12, first + 11], 1)]
        )
        both = np.concatenate([faces, faces[:, ::-1]])
        pieces += [lens, moved(solids.faceted(hood, both, paint("#1b1e20")), (0, 0, z))]
    return assemble(pieces)


def flag(colour: Vector) -> Mesh:
    """A cloth in the wind on a pole with a gilded ball."""
    s, t = np.meshgrid(np.linspace(0, 1, 25), np.linspace(0, 1, 9), indexing="ij")
    wave = 0.05 * np.sin(s * 9.0 + t * 1.2) * np.sqrt(s)
    points = np.stack([0.02 + 0.92 * s, wave, 1.98 - 0.62 * t - 0.05 * s * s], 2).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(24), np.arange(8), indexing="ij")
    a = (i * 9 + j).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 10], 1), np.stack([a, a + 10, a + 9], 1)])
    tint = np.where((np.abs(t - 0.5) < 0.17)[..., None], np.asarray(_WHITE), np.asarray(colour)).reshape(-1, 3)
    normals = solids.smooth_normals(points, faces)
    front = solids.surface(points, normals, faces, tint, Material.CLOTH)
    back = solids.surface(points - 0.002 * normals, -normals, faces[:, ::-1], tint, Material.CLOTH)
    return assemble(
        [
            front,
            back,
            solids.cylinder(0.02, 2.0, (0, 0, 0), _WHITE, 12),
            solids.ball(0.035, (0, 0, 2.02), paint("#d9b14a"), 14, Material.SHINY),
        ]
    )


def drum(colour: Vector) -> Mesh:
    """A drum with rims, rods and two sticks on its skin."""
    pieces = [
        solids.cylinder(0.48, 0.62, (0, 0, 0.02), colour, 48, Material.SHINY),
        solids.cylinder(0.465, 0.02, (0, 0, 0.635), _WHITE, 48),
        solids.torus(0.485, 0.015, (0, 0, 0.64), _CHROME, 48, Material.SHINY),
        solids.torus(0.485, 0.015, (0, 0, 0.03), _CHROME, 48, Material.SHINY),
    ]
    for number in range(8):
        x, y = 0.492 * math.cos(number * math.pi / 4), 0.492 * math.sin(number * math.pi / 4)
        pieces.append(solids.tube([(x, y, 0.03), (x, y, 0.64)], 0.008, _CHROME, 6, Material.SHINY))
        pieces.append(solids.box((0.04, 0.04, 0.12), (x * 0.99, y * 0.99, 0.34), _CHROME, 0.01, Material.SHINY))
    for start, end in (((-0.3, -0.32, 0.672), (0.22, 0.2, 0.672)), ((-0.05, -0.38, 0.69), (0.1, 0.28, 0.69))):
        pieces.append(solids.tube([start, end], (0.016, 0.011), _WOOD, 8))
        pieces.append(solids.ball(0.02, end, _WOOD, 10))
    return assemble(pieces)


def microphone(colour: Vector) -> Mesh:
    """A microphone on its stand; the colour is the ring below its grille's."""
    grille = np.where((np.arange(25) % 2 == 0)[:, None, None], paint("#8f959b"), paint("#5c6167"))
    angle = np.linspace(-math.pi / 2, math.pi / 2, 13)
    head = [(0.042 * math.cos(a) if 0 < i < 12 else 0.0, 0.045 * math.sin(a)) for i, a in enumerate(angle)]
    mic = assemble(
        [
            moved(solids.lathe(head, np.broadcast_to(grille, (25, 13, 3)), 24, Material.SHINY), (0, 0, 0.19)),
            solids.torus(0.04, 0.007, (0, 0, 0.165), colour, 24, Material.SHINY),
            solids.lathe([(0, 0), (0.018, 0.0), (0.022, 0.02), (0.034, 0.155), (0, 0.155)], _DARK, 20),
        ]
    )
    return assemble(
        [
            solids.cylinder(0.15, 0.025, (0, 0, 0), _DARK, 32),
            solids.cylinder(0.013, 1.32, (0, 0, 0.02), _CHROME, 12, Material.SHINY),
            solids.cylinder(0.019, 0.1, (0, 0, 0.72), _DARK, 12),
            moved(tilted(mic, "x", 0.55), (0, 0.03, 1.31)),
        ]
    )


def rocket(colour: Vector) -> Mesh:
    """A rocket of a picture book: a white body, a coloured nose and fins, a round window."""
    z = np.linspace(0, 1, 22)
    radius = 0.155 * np.sin(math.pi * (0.16 + 0.84 * z)) ** 0.75
    radius[-1] = 0.0
    tint = np.where((z > 0.72)[:, None], np.asarray(colour), np.asarray(_WHITE))
    body = moved(
        solids.lathe(
            [(float(r), 0.12 + 0.88 * float(h)) for r, h in zip(radius, z, strict=True)], tint, 36, Material.SHINY
        ),
        (0, 0, 0),
    )
    pieces = [
        body,
        solids.lathe([(0.0, 0.06), (0.1, 0.05), (0.07, 0.13), (0, 0.13)], paint("#4a4e54"), 28, Material.SHINY),
        moved(
            tilted(solids.torus(0.058, 0.014, (0, 0, 0), _CHROME, 28, Material.SHINY), "x", math.pi / 2),
            (0, -0.146, 0.62),
        ),
        moved(
            solids.ball(1.0, (0, 0, 0), paint("#2d5f8f"), 20, Material.SHINY),
            (0, -0.142, 0.62),
            scale=(0.055, 0.02, 0.055),
        ),
        solids.torus(0.153, 0.006, (0, 0, 0.32), colour, 36),
    ]
    outline = [(0.10, 0.34), (0.25, 0.14), (0.25, 0.0), (0.18, 0.05), (0.10, 0.12)]
    for number in range(4):
        fin = tilted(solids.plate(outline[::-1], 0.03, colour, Material.SHINY), "x", math.pi / 2)
        pieces.append(moved(moved(fin, (0, 0.015, 0)), (0, 0, 0), number * math.pi / 2 + math.pi / 4))
    return assemble(pieces)


def barrel(colour: Vector) -> Mesh:
    """Staves held by iron hoops."""
    z = np.linspace(0, 1, 13)
    radius = 0.36 * (0.80 + 0.20 * np.sin(math.pi * z))
    profile = [
        (0.0, 0.03),
        (float(radius[0]) - 0.03, 0.03),
        *((float(r), float(h)) for r, h in zip(radius, z, strict=True)),
    ]
    profile += [(float(radius[-1]) - 0.03, 1.0), (float(radius[-1]) - 0.03, 0.97), (0.0, 0.97)]
    shade = np.array([0.78 + 0.22 * ((7 * k) % 5) / 4 for k in range(49)])
    tint = np.asarray(colour)[None, None] * np.repeat(shade.reshape(-1)[:, None, None], len(profile), 1)
    hoops = []
    for low in (0.06, 0.26, 0.68, 0.88):
        a, b = (float(np.interp(h, z, radius)) + 0.006 for h in (low, low + 0.06))
        hoops.append(
            solids.lathe([(a - 0.01, low), (a, low), (b, low + 0.06), (b - 0.01, low + 0.06)], paint("#4d5054"), 48)
        )
    return assemble([solids.lathe(profile, tint, 48), *hoops])


def vase(colour: Vector) -> Mesh:
    """A glazed vase with a pale band."""
    profile = [(0.0, 0.0), (0.14, 0.0), (0.15, 0.02), (0.22, 0.22), (0.25, 0.42), (0.22, 0.62), (0.12, 0.80)]
    profile += [(0.10, 0.88), (0.15, 1.0), (0.135, 1.0), (0.085, 0.88), (0.10, 0.78), (0.0, 0.6)]
    tint = np.array([_WHITE if 4 <= k <= 5 else colour for k in range(len(profile))])
    return solids.lathe(profile, tint, 40, Material.SHINY)

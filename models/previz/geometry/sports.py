"""What games are played with: balls by their sport, the hoop they are thrown at, a trampoline with its springs.

A ball has radius one here, all else is in metres; fronts are to -y.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry import solids
from models.previz.geometry.shapes import HOOP
from models.previz.geometry.solids import assemble, paint, shaded, tilted
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

Floats = NDArray[np.float64]
_WHITE = paint("#f1ece0")
_DARK = paint("#232226")
_CHROME = paint("#b9bcc0")
_FINE = 5  # of the sphere: a seam is wider than its triangles
_NET_CORDS = 12


def _sphere(colours: Floats, material: Material) -> Mesh:
    points, faces = solids.icosphere(_FINE)
    return solids.surface(points, points, faces, colours, material)


def _striped(points: Floats, away: Floats, width: float, line: Vector, ground: Floats) -> Floats:
    """The ground with a line where `away` is less than half its width; its edge is as soft as a triangle is wide."""
    share = np.clip((away - 0.5 * width) / 0.022, 0, 1)[:, None]
    return np.asarray(np.asarray(line) + (ground - np.asarray(line)) * share)


def football(colour: Vector) -> Mesh:
    """Twelve dark pentagons among twenty pale hexagons, with seams; a colour that is not pale is the pentagons'."""
    points, _ = solids.icosphere(_FINE)
    corners, sides = solids.icosphere(0)
    middles = corners[sides].mean(1)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    # in a truncated icosahedron of radius 1 the planes of the pentagons lie farther out than the hexagons'
    near = np.concatenate([points @ corners.T / 0.939, points @ middles.T / 0.915], axis=1)
    order = np.sort(near, axis=1)
    dark = colour if min(colour) < 0.6 else _DARK
    panels = np.where((near.argmax(1) < 12)[:, None], np.asarray(dark), np.asarray(_WHITE))
    return _sphere(_striped(points, order[:, -1] - order[:, -2], 0.014, shaded(_DARK, 1.6), panels), Material.SHINY)


def basketball(colour: Vector) -> Mesh:
    """Orange, with the eight panels' seams."""
    points, _ = solids.icosphere(_FINE)
    x, _, z = np.abs(points).T
    seams = np.minimum(np.minimum(x, z), np.abs(x - 0.66))
    ground = np.broadcast_to(np.asarray(colour), points.shape)
    return _sphere(_striped(points, seams, 0.045, _DARK, ground), Material.PLAIN)


def tennis_ball(colour: Vector) -> Mesh:
    """Felt with one seam that goes twice round."""
    points, _ = solids.icosphere(_FINE)
    t = np.linspace(0, math.tau, 240, endpoint=False)
    a, b = 0.70, 0.30
    seam = np.stack(
        [a * np.cos(t) + b * np.cos(3 * t), a * np.sin(t) - b * np.sin(3 * t), 2 * math.sqrt(a * b) * np.sin(2 * t)], 1
    )
    away = np.arccos(np.clip(points @ seam.T, -1, 1)).min(1)
    return _sphere(
        _striped(points, away, 0.09, _WHITE, np.broadcast_to(np.asarray(colour), points.shape)), Material.FUR
    )


def beach_ball(colour: Vector) -> Mesh:
    """Six panels, white between the coloured ones, and white caps."""
    angle = np.linspace(-math.pi / 2, math.pi / 2, 33)
    paints = (paint("#2f7fd1"), paint("#f0b429"), paint("#d8433b"))
    others = sorted(paints, key=lambda one: -float(np.abs(np.subtract(one, colour)).sum()))
    panels = [colour, _WHITE, others[0], _WHITE, others[1], _WHITE]
    tint = np.empty((49, 33, 3))
    tint[:] = np.array([panels[number // 8 % 6] for number in range(49)])[:, None]
    tint[:, [0, 1, 2, 3, -4, -3, -2, -1]] = _WHITE
    profile = [(math.cos(a) if 0 < i < 32 else 0.0, math.sin(a)) for i, a in enumerate(angle)]
    return tilted(solids.lathe(profile, tint, 48, Material.SHINY), "x", 0.5)


def hoop(colour: Vector) -> Mesh:
    """A basketball hoop: rim and net before a board, on a padded pole with a weight. `shapes.HOOP` has its measures."""
    board_z, wide, high = HOOP.board_centre[2], HOOP.board_half[0], HOOP.board_half[2]
    front = HOOP.board_centre[1] - HOOP.board_half[1]
    pieces = [
        solids.box(
            (2 * wide, 2 * HOOP.board_half[1], 2 * high), (0, HOOP.board_centre[1], board_z), paint("#eef1f3"), 0.012
        ),
        solids.torus(HOOP.rim_radius, HOOP.rim_tube, HOOP.rim_centre, colour, 40, Material.SHINY),
        solids.box((0.12, 0.16, 0.03), (0, front - 0.075, HOOP.rim_centre[2] - 0.02), colour, 0.006),
        solids.tube([(0, HOOP.pole_y, 0.2), (0, HOOP.pole_y, 2.75)], 0.075, paint("#3a4250"), 16),
        solids.tube([(0, HOOP.pole_y, 0.3), (0, HOOP.pole_y, 1.9)], 0.135, shaded(colour, 0.8), 16, Material.CLOTH),
        solids.box((0.9, 0.78, 0.28), (0, HOOP.pole_y, 0.14), paint("#2c3038"), 0.05),
    ]
    arm = HOOP.board_centre[1] + 0.02
    for x in (-0.28, 0.28):
        pieces.append(solids.tube([(0, HOOP.pole_y, 2.7), (x, arm, board_z + 0.3)], 0.03, paint("#3a4250"), 8))
        pieces.append(solids.tube([(0, HOOP.pole_y, 2.35), (x, arm, board_z - 0.38)], 0.03, paint("#3a4250"), 8))
    for centre, half, thick in ((board_z, (wide, high), 0.05), (HOOP.rim_centre[2] + 0.27, (0.295, 0.225), 0.045)):
        for sign in (-1, 1):  # the board's edge, and the square that shots are banked off
            line = colour if half[0] < 0.5 else shaded(colour, 0.9)
            inset = thick / 2
            pieces.append(
                solids.box((2 * half[0], 0.006, thick), (0, front - 0.003, centre + sign * (half[1] - inset)), line, 0)
            )
            pieces.append(
                solids.box((thick, 0.007, 2 * half[1]), (sign * (half[0] - inset), front - 0.003, centre), line, 0)
            )
    return assemble([*pieces, *_net()])


def _net() -> list[Mesh]:
    """Cords that cross on their way down and draw together."""
    x, y, z = HOOP.rim_centre
    cords = []
    for number in range(_NET_CORDS):
        for sign in (-1, 1):
            share = np.linspace(0, 1, 7)
            angle = (number + sign * share * 2.5) * math.tau / _NET_CORDS
            radius = HOOP.rim_radius * (1 - 0.42 * share**0.8)
            path = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle), z - 0.01 - 0.43 * share], 1)
            cords.append(solids.tube(path, 0.007, _WHITE, 4, Material.CLOTH))
    return cords


def trampoline(colour: Vector) -> Mesh:
    """A mat on springs in a padded frame on six bent legs."""
    springs, legs = [], []
    for number in range(36):
        c, s = math.cos(number * math.tau / 36), math.sin(number * math.tau / 36)
        springs.append(solids.tube([(0.385 * c, 0.385 * s, 0.272), (0.435 * c, 0.435 * s, 0.272)], 0.004, _CHROME, 4))
    for number in range(6):
        c, s = math.cos(number * math.pi / 3), math.sin(number * math.pi / 3)
        path = [(0.465 * c, 0.465 * s, 0.26), (0.47 * c, 0.47 * s, 0.03), (0.45 * c, 0.45 * s, 0.01)]
        legs.append(solids.tube(path, 0.014, _CHROME, 10, Material.SHINY))
    pad = [(0.428, 0.283), (0.428, 0.276), (0.5, 0.266), (0.5, 0.284), (0.49, 0.298), (0.44, 0.298), (0.428, 0.283)]
    stripe = np.where((np.arange(49) // 4 % 2 == 0)[:, None, None], colour, shaded(colour, 1.25))
    return assemble(
        [
            solids.cylinder(0.385, 0.008, (0, 0, 0.268), _DARK, 48, Material.CLOTH, bevel=0.002),
            solids.torus(0.30, 0.003, (0, 0, 0.276), paint("#8d9298"), 48),
            solids.lathe(pad, np.broadcast_to(stripe, (49, len(pad), 3)), 48, Material.CLOTH),
            solids.torus(0.47, 0.014, (0, 0, 0.26), _CHROME, 48, Material.SHINY),
            *springs,
            *legs,
        ]
    )


def ring(colour: Vector) -> Mesh:
    """A hula hoop with a pale stripe wound round it, standing up."""
    angle = np.linspace(-math.pi, math.pi, 13)
    profile = [(0.478 + 0.022 * math.cos(a), 0.022 * math.sin(a)) for a in angle]
    pale = _WHITE if min(colour) < 0.6 else paint("#d2553f")
    bands = np.where((np.arange(97) // 4 % 4 == 0)[:, None, None], np.asarray(pale), np.asarray(colour))
    return tilted(solids.lathe(profile, np.broadcast_to(bands, (97, 13, 3)), 96, Material.SHINY), "x", math.pi / 2)

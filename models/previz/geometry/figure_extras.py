"""What a person wears that is no cloth round the body: hats, caps, helmets, scarves, glasses, an astronaut's pack."""

import math
from dataclasses import replace

import numpy as np

from models.previz.geometry import solids
from models.previz.geometry.figure_body import EYE
from models.previz.geometry.solids import assemble, moved, shaded, tilted
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

_CROWN = (0.0, -0.016, 1.685)  # the middle of the head where a hat sits
_DARK: Vector = (0.012, 0.012, 0.014)


def extra(kind: str, colour: Vector) -> tuple[Mesh, tuple[str, ...]]:
    """The mesh of one piece at rest, one part, and the bones that carry it. Raises KeyError for a kind not known."""
    mesh, bones = _MADE[kind](colour), ("chest",) if kind in ("scarf", "pack", "hood") else ("head",)
    return replace(mesh, part=np.full_like(mesh.part, _PARTS[kind])), bones


def _hat(colour: Vector) -> Mesh:
    profile = [
        (0.0, 0.108),
        (0.066, 0.112),
        (0.084, 0.098),
        (0.1, 0.012),
        (0.178, -0.006),
        (0.182, -0.014),
        (0.098, -0.004),
    ]
    hat = _lathe(profile, colour)
    band = _lathe([(0.0995, 0.040), (0.1035, 0.038), (0.1045, 0.010), (0.1005, 0.008)], shaded(colour, 0.35))
    return moved(tilted(assemble([hat, band]), "x", -0.10), _CROWN, scale=(1.0, 1.16, 1.0))


def _cap(colour: Vector) -> Mesh:
    dome = _lathe([(0.0, 0.098), (0.05, 0.088), (0.085, 0.055), (0.102, 0.0), (0.1, -0.016), (0.096, -0.014)], colour)
    turn = np.linspace(-1.05, 1.05, 15)
    outer = [(0.118 * math.sin(a), 0.085 + 0.098 * math.cos(a)) for a in turn]
    inner = [(0.094 * math.sin(a), 0.094 * math.cos(a)) for a in turn[::-1]]
    visor = moved(tilted(solids.plate([*inner, *outer], 0.008, shaded(colour, 0.8)), "x", -0.14), (0, 0, -0.006))
    button = solids.ball(0.009, (0, 0, 0.099), shaded(colour, 0.7), 10)
    return moved(assemble([dome, visor, button]), _CROWN, scale=(1.0, 1.14, 1.0))


def _helmet(colour: Vector) -> Mesh:
    shell = [(0.0, 0.125), (0.06, 0.112), (0.102, 0.072), (0.121, 0.01), (0.121, -0.035), (0.114, -0.04), (0.112, 0.0)]
    dome = _lathe(shell, colour, Material.SHINY)
    rim = _lathe([(0.122, -0.018), (0.127, -0.022), (0.127, -0.034), (0.121, -0.038)], shaded(colour, 0.5))
    return moved(assemble([dome, rim]), _CROWN, scale=(1.0, 1.12, 1.0))


def _bowl(colour: Vector) -> Mesh:
    """An astronaut's: a shell with a golden visor in front, on a ring."""
    shell = solids.ball(0.172, (0, -0.004, 1.625), colour, 40, Material.SHINY)
    ahead = shell.vertices - np.array((0, -0.004, 1.625), np.float32)
    visor = (ahead[:, 1] > 0.062) & (np.abs(ahead[:, 2] - 0.01) < 0.105)
    tint = np.where(visor[:, None], np.array((0.33, 0.19, 0.045)), shell.colours).astype(np.float32)
    ring = _lathe([(0.10, 0.02), (0.155, 0.02), (0.16, 0.0), (0.155, -0.025), (0.10, -0.025)], shaded(colour, 0.45))
    return assemble([replace(shell, colours=tint), moved(ring, (0, -0.008, 1.468))])


def _pack(colour: Vector) -> Mesh:
    body = solids.box((0.36, 0.17, 0.52), (0, -0.215, 1.24), colour, 0.03)
    panel = solids.box((0.19, 0.05, 0.12), (0, 0.135, 1.24), shaded(colour, 0.55), 0.012)
    lights = [
        solids.box((0.03, 0.012, 0.025), (x, 0.164, 1.255), tint, 0.003)
        for x, tint in ((-0.05, (0.5, 0.03, 0.02)), (0.0, (0.02, 0.2, 0.42)), (0.05, (0.5, 0.33, 0.03)))
    ]
    return assemble([body, panel, *lights])


def _scarf(colour: Vector) -> Mesh:
    turn = np.linspace(0, 2 * math.pi, 27)
    loop = [(0.087 * math.sin(a), -0.012 + 0.088 * math.cos(a), 1.452 - 0.022 * math.cos(a)) for a in turn]
    tail = [(0.035, 0.078, 1.445), (0.052, 0.118, 1.40), (0.058, 0.132, 1.30), (0.062, 0.128, 1.19)]
    ends = [(0.015, 0.082, 1.44), (0.012, 0.122, 1.39), (0.008, 0.134, 1.31), (0.006, 0.130, 1.25)]
    return assemble(
        [
            solids.tube(loop, 0.030, colour, 10),
            solids.tube(tail, [0.024, 0.028, 0.032, 0.030], colour, 10),
            solids.tube(ends, [0.022, 0.026, 0.028, 0.026], shaded(colour, 0.8), 10),
        ]
    )


def _hood(colour: Vector) -> Mesh:
    """A hoodie's, down: it lies round the neck and on the back; its cords hang in front."""
    turn = np.linspace(-2.45, 2.45, 23)  # from one side of the throat round the back to the other
    loop = [
        (
            0.088 * math.sin(a),
            -0.018 - 0.082 * math.cos(a),
            1.446 + 0.022 * math.cos(a),
        )
        for a in turn
    ]
    thick = [0.014 + 0.019 * (0.5 + 0.5 * math.cos(a)) for a in turn]
    fold = solids.tube(loop, thick, colour, 12)
    back = moved(solids.ball(1.0, (0, 0, 0), colour, 24), (0.0, -0.103, 1.405), scale=(0.098, 0.036, 0.082))
    cords = [
        solids.tube([(x, 0.086, 1.405), (x * 1.1, 0.112, 1.36), (x * 1.15, 0.117, 1.30)], 0.0042, (0.62, 0.60, 0.56), 6)
        for x in (-0.034, 0.034)
    ]
    return assemble([fold, back, *cords])


def _glasses(colour: Vector) -> Mesh:
    x, _, z = EYE
    rings, turn = [], np.linspace(0, 2 * math.pi, 25)
    for side in (-1.0, 1.0):
        loop = [
            (side * x + 0.0225 * math.cos(a), 0.1005 - 0.004 * abs(math.cos(a)), z + 0.0185 * math.sin(a)) for a in turn
        ]
        rings.append(solids.tube(loop, 0.0021, colour, 6))
        arm = [(side * (x + 0.0225), 0.097, z), (side * 0.074, 0.06, z + 0.004), (side * 0.079, -0.01, z + 0.002)]
        rings.append(solids.tube(arm, 0.0021, colour, 6))
    bridge = solids.tube(
        [(-0.010, 0.099, z + 0.002), (0.0, 0.1035, z + 0.005), (0.010, 0.099, z + 0.002)], 0.0021, colour, 6
    )
    return assemble([*rings, bridge])


def _lathe(profile: list[tuple[float, float]], colour: Vector, material: Material = Material.CLOTH) -> Mesh:
    """Turned round z; profiles here run from the top down, and a lathe's from the bottom up."""
    return solids.lathe(profile[::-1], colour, 36, material)


_MADE = {
    "hat": _hat,
    "cap": _cap,
    "helmet": _helmet,
    "bowl": _bowl,
    "pack": _pack,
    "scarf": _scarf,
    "glasses": _glasses,
    "hood": _hood,
}
_PARTS = {
    "hat": 15,
    "cap": 15,
    "helmet": 15,
    "bowl": 15,
    "scarf": 16,
    "glasses": 17,
    "pack": 18,
    "hood": 19,
}  # part ids

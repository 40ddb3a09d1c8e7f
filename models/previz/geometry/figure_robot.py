"""A robot on a person's bones: hard shells with gaps at the joints, a visor, glowing eyes."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.previz.geometry.figure_body import (
    ANKLE,
    HIP,
    KNEE,
    SIDES,
    arm_joints,
    sided,
)
from models.previz.geometry.figure_clothes import shoe_field
from models.previz.geometry.sdf import Field, Surface, box, cone, ellipsoid, join, mesh_of, mirrored
from models.previz.geometry.solids import ball, cylinder, moved, tilted, torus
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

_SHELL: Vector = (0.52, 0.54, 0.57)
_DARK: Vector = (0.035, 0.038, 0.045)
_GLOW: Vector = (0.5, 2.6, 3.4)  # brighter than white: it shines
EYE_PART, MOUTH_PART = 24, 25  # part ids of what a robot's face moves (`robot.py`)
EYE_Z, MOUTH_Z, MOUTH_BARS = 1.688, 1.612, 7  # metres on a robot 1.72 m high
Shell = tuple[Mesh, tuple[str, ...], float]


def robot_parts(colours: tuple[Vector, ...], *, screen: bool) -> list[Shell]:
    """Meshes with the bones that move them. With `screen`, texture 0 is shown on the visor instead of eyes."""
    shell = colours[0] if colours else _SHELL
    accent = colours[1] if len(colours) > 1 else (0.75, 0.22, 0.03)
    parts: list[Shell] = [
        (_solid(_head, (-0.20, -0.17, 1.52), (0.20, 0.18, 1.81), 0.014, shell, 1), ("head",), 0.01),
        (_solid(_visor, (-0.14, 0.06, 1.56), (0.14, 0.17, 1.76), 0.009, _DARK, 2, screen=screen), ("head",), 0.01),
        (_solid(_trunk, (-0.25, -0.18, 1.05), (0.25, 0.18, 1.50), 0.018, shell, 3), ("chest",), 0.01),
        (_solid(_waist, (-0.20, -0.16, 0.84), (0.20, 0.16, 1.14), 0.018, _DARK, 4), ("pelvis", "spine", "chest"), 0.04),
        (_solid(_neck, (-0.08, -0.09, 1.42), (0.08, 0.08, 1.60), 0.012, _DARK, 5), ("neck", "head"), 0.03),
        *((piece, ("chest",), 0.01) for piece in _chest(accent)),
        (moved(ball(1.0, (0, 0, 0), accent, 14, Material.LAMP, 7), (0, -0.01, 1.885), scale=0.021), ("head",), 0.01),
        (_solid(_antenna, (-0.03, -0.04, 1.76), (0.03, 0.03, 1.90), 0.008, _DARK, 7), ("head",), 0.01),
    ]
    if not screen:
        parts += [(bar, ("head",), 0.01) for bar in _mouth()]
    for number, (side, x) in enumerate(SIDES):
        shoulder, elbow, wrist, tips = (np.array(joint) for joint in arm_joints(x))
        hip, knee, ankle = (np.array(sided(joint, x)) for joint in (HIP, KNEE, ANKLE))
        limbs = (
            (f"upper_arm_{side}", shoulder, elbow, 0.060, 0.046, shell),
            (f"forearm_{side}", elbow, wrist, 0.044, 0.052, shell),
            (f"hand_{side}", wrist, wrist + 0.6 * (tips - wrist), 0.034, 0.036, _DARK),
            (f"thigh_{side}", hip, knee, 0.085, 0.060, shell),
            (f"shin_{side}", knee, ankle, 0.056, 0.070, shell),
        )
        for index, (bone, start, end, first, last, colour) in enumerate(limbs):
            low, high = np.minimum(start, end) - 0.1, np.maximum(start, end) + 0.1
            limb = _solid(_limb(start, end, first, last), low, high, 0.017, colour, 10 + 6 * number + index)
            parts.append((limb, (bone,), 0.01))
        for bone, at, radius in (
            (f"upper_arm_{side}", shoulder, 0.084),
            (f"forearm_{side}", elbow, 0.050),
            (f"shin_{side}", knee, 0.064),
            (f"thigh_{side}", hip, 0.078),
        ):
            parts.append((ball(radius, at, accent, 20, Material.SHINY, 6), (bone,), 0.01))
        cap = tilted(cylinder(0.05, 0.03, (0, 0, 0), accent, 24, Material.SHINY, 6), "y", x * math.pi / 2)
        parts.append((moved(cap, (x * 0.150, 0.005, 1.665)), ("head",), 0.01))
        shoe = mesh_of(shoe_field(x), (x * 0.1 - 0.075, -0.12, -0.02), (x * 0.1 + 0.075, 0.22, 0.16), 0.013)
        parts.append((_mesh(shoe, _DARK, 22 + number), (f"foot_{side}",), 0.01))
        if not screen:
            eye = moved(
                ball(1.0, (0, 0, 0), _GLOW, 18, Material.EYE, EYE_PART),
                (x * 0.052, 0.147, EYE_Z),
                scale=(0.027, 0.010, 0.033),
            )
            parts.append((eye, ("head",), 0.01))
    return parts


def _chest(accent: Vector) -> list[Mesh]:
    """A lit core in a ring, and three lamps beside it."""
    core = moved(ball(1.0, (0, 0, 0), _GLOW, 20, Material.EYE, 8), (0, 0.118, 1.335), scale=(0.036, 0.016, 0.036))
    ring = moved(
        tilted(torus(0.047, 0.010, (0, 0, 0), accent, 28, Material.SHINY, 9), "x", math.pi / 2), (0, 0.116, 1.335)
    )
    lamps = [
        moved(ball(1.0, (0, 0, 0), colour, 10, Material.EYE, 9), (x, 0.113, 1.235), scale=(0.011, 0.007, 0.011))
        for x, colour in ((-0.035, (2.2, 0.35, 0.2)), (0.0, (2.2, 1.5, 0.2)), (0.035, (0.3, 2.0, 0.5)))
    ]
    return [core, ring, *lamps]


def _mouth() -> list[Mesh]:
    """A row of lights; at rest they are the dots of a smile."""
    bars = []
    for number in range(MOUTH_BARS):
        away = 2 * number / (MOUTH_BARS - 1) - 1
        at = (0.047 * away, 0.1465 - 0.002 * away * away, MOUTH_Z + 0.012 * away * away)
        bars.append(moved(ball(1.0, (0, 0, 0), _GLOW, 10, Material.EYE, MOUTH_PART), at, scale=(0.0062, 0.005, 0.0062)))
    return bars


def _limb(start: NDArray[np.float64], end: NDArray[np.float64], first: float, last: float) -> Field:
    return lambda points: cone(points, start, end, first, last)


def _head(points: NDArray[np.float64]) -> NDArray[np.float64]:
    d = box(points, (0, 0.005, 1.665), (0.148, 0.130, 0.120), 0.065)
    q = mirrored(points)
    return join(0.01, d, ellipsoid(q, (0.150, 0.005, 1.665), (0.020, 0.062, 0.062)))


def _visor(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return box(points, (0, 0.118, 1.662), (0.116, 0.028, 0.082), 0.027)


def _trunk(points: NDArray[np.float64]) -> NDArray[np.float64]:
    q = mirrored(points)
    d = box(points, (0, 0, 1.30), (0.165, 0.115, 0.15), 0.06)
    return join(0.03, d, cone(q, (0.10, -0.01, 1.39), (0.165, -0.012, 1.395), 0.07, 0.062))


def _waist(points: NDArray[np.float64]) -> NDArray[np.float64]:
    d = cone(points, (0, 0, 0.98), (0, 0, 1.14), 0.10, 0.09)
    return join(0.03, d, box(points, (0, 0, 0.93), (0.15, 0.10, 0.07), 0.05))


def _neck(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return cone(points, (0, -0.008, 1.42), (0, -0.005, 1.58), 0.045, 0.045)


def _antenna(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return cone(points, (0, -0.01, 1.76), (0, -0.01, 1.88), 0.009, 0.006)


def _solid(
    field: Field, low: ArrayLike, high: ArrayLike, step: float, colour: Vector, part: int, *, screen: bool = False
) -> Mesh:
    surface = mesh_of(field, low, high, step)
    mesh = _mesh(surface, colour, part)
    if not screen:
        return mesh
    x, _, z = surface.vertices.T
    front = np.clip((surface.normals[:, 1] - 0.6) / 0.2, 0, 1)
    uv = np.stack([(0.5 - x / 0.232).clip(0, 1), (0.5 - (z - 1.662) / 0.232).clip(0, 1), front], axis=1)
    return Mesh(
        mesh.vertices,
        mesh.normals,
        mesh.colours,
        uv.astype(np.float32),
        mesh.faces,
        mesh.material,
        np.zeros(len(mesh.faces), np.int16),
        mesh.part,
    )


def _mesh(surface: Surface, colour: Vector, part: int) -> Mesh:
    count, faces = len(surface.vertices), len(surface.faces)
    return Mesh(
        surface.vertices,
        surface.normals,
        np.tile(np.array(colour, np.float32), (count, 1)),
        np.zeros((count, 3), np.float32),
        surface.faces,
        np.full(faces, Material.SHINY, np.uint8),
        np.full(faces, -1, np.int16),
        np.full(faces, part, np.int32),
    )

"""What people wear, as distance fields round the body: shirt or coat, collar, trousers or skirt, shoes."""

import math

import numpy as np

from models.previz.geometry.coat import smooth
from models.previz.geometry.figure_body import Build, arm_joints
from models.previz.geometry.sdf import Distances, Field, Points, cone, ellipsoid, join, meet, mirrored

_NECKLINE = (1.464, 0.32)  # metres: its height behind the neck's middle, and how much lower it is each metre forward


def shirt_field(build: Build) -> Field:
    """A shirt with folds at the waist, or a coat to the knee; the neck comes out of it at the collar."""
    w = build.width

    def field(points: Points) -> Distances:
        q = mirrored(points)
        shoulder, elbow = (np.array(joint) for joint in arm_joints(1.0)[:2])
        along = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
        d = join(
            0.07,
            ellipsoid(q, (0, -0.006, 1.295), (0.158 * w, 0.106 * w, 0.18)),
            ellipsoid(q, (0, 0.004, 1.08), (0.140 * w, 0.104 * w, 0.17)),
            cone(q, (0, -0.015, 1.40), (0.116, -0.012, 1.386), 0.056, 0.044),
        )
        d = join(0.06, d, ellipsoid(q, (0, -0.004, 0.955), (0.158 * w, 0.118 * w, 0.10)))
        d = join(0.03, d, cone(q, (0.022, -0.026, 1.462), (0.118, -0.014, 1.402), 0.042, 0.030))
        d = join(0.05, d, ellipsoid(q, (0.07, 0.055, 1.33), (0.072, 0.042, 0.06)))
        if build.coat:
            skirts = cone(q, (0, -0.004, 1.02), (0, -0.004, 0.56), 0.150 * w, 0.222 * w)
            d = join(0.05, d, skirts)
        length = sleeve_length(build)
        end = 0.042 if build.long_sleeves else 0.053 * w
        sleeve = cone(q, shoulder - 0.01 * along, shoulder + (length + 0.05) * along, 0.047 * w, end)
        d = join(0.03, d, meet(0.006, sleeve, (q - shoulder) @ along - length))
        folds = 0.0035 * np.sin(q[..., 2] * 70 + q[..., 0] * 30) * np.clip((1.15 - q[..., 2]) / 0.15, 0, 1)
        if build.coat:
            folds = (
                0.004 * np.sin(np.arctan2(points[..., 0], points[..., 1]) * 11) * np.clip((1.0 - q[..., 2]) / 0.3, 0, 1)
            )
        creases = 0.0012 * np.sin((q @ along) * 90 + q[..., 1] * 40) * np.clip((q[..., 0] - 0.12) / 0.08, 0, 1)
        hem = 0.62 if build.coat else 0.925
        d = meet(0.008, d + folds + creases, hem + 0.006 * np.sin(q[..., 0] * 22) - q[..., 2])
        return meet(0.006, d, q[..., 2] - (_NECKLINE[0] - _NECKLINE[1] * q[..., 1]))

    return field


def sleeve_length(build: Build) -> float:
    """Metres from the shoulder."""
    shoulder, _, wrist, _ = arm_joints(1.0)
    return math.dist(shoulder, wrist) - 0.03 if build.long_sleeves else 0.165


def in_sleeve(points: Points, x: float) -> Distances:
    """How surely places [N, 3] at rest are in the sleeve of one side, 0 to 1: the trunk must not pull those."""
    shoulder, elbow = (np.array(joint) for joint in arm_joints(x)[:2])
    axis = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
    along = (points - shoulder) @ axis
    away = np.linalg.norm(points - shoulder - along[:, None] * axis, axis=1)
    return np.asarray(smooth((along - 0.03) / 0.09) * (1 - smooth((away - 0.062) / 0.022)))


def collar_field(build: Build) -> Field:
    """The ribbed edge round the neck that the shirt ends in; a coat's stands up."""

    def field(points: Points) -> Distances:
        height, slope = _NECKLINE
        away = np.hypot(points[..., 0] / 1.06, (points[..., 1] + 0.010) / 0.98)
        over = points[..., 2] - (height - slope * points[..., 1])
        tall = 0.021 if build.coat else 0.010
        across = away - 0.060 - 0.12 * over
        return np.hypot(across, np.maximum(np.abs(over) - tall, 0)) - 0.0085

    return field


def legs_field(build: Build) -> Field:
    """Trousers, or a skirt to the knee over bare legs (those are `bare_legs_field`)."""
    w = build.width

    def field(points: Points) -> Distances:
        q = mirrored(points)
        hips = join(
            0.05,
            ellipsoid(q, (0, -0.006, 0.945), (0.146 * w, 0.106 * w, 0.115)),
            ellipsoid(q, (0.068, -0.05, 0.90), (0.078 * w, 0.072, 0.085)),
        )
        if build.skirt:
            pleats = 0.006 * np.sin(np.arctan2(points[..., 0], points[..., 1]) * 14)
            cloth = cone(points, (0, 0, 0.92), (0, 0, 0.45), 0.13 * w, 0.205 * w) + pleats
            return meet(0.006, meet(0.006, join(0.05, hips, cloth), 0.55 - points[..., 2]), points[..., 2] - 1.0)
        leg = join(
            0.03,
            cone(q, (0.09, -0.002, 0.90), (0.1, 0.010, 0.50), 0.089 * w, 0.064 * w),
            cone(q, (0.1, 0.008, 0.50), (0.1, -0.014, 0.08), 0.063 * w, 0.056),
            ellipsoid(q, (0.102, -0.03, 0.37), (0.05, 0.05, 0.12)),
        )
        knee = 0.0018 * np.sin(q[..., 2] * 80 + q[..., 1] * 40) * np.exp(-(((q[..., 2] - 0.50) / 0.07) ** 2))
        hem = 0.0028 * np.sin(q[..., 2] * 100 + q[..., 1] * 30) * np.exp(-(((q[..., 2] - 0.12) / 0.06) ** 2))
        d = join(0.035, hips, leg) + knee + hem
        return meet(0.006, meet(0.006, d, (0.53 if build.shorts else 0.075) - q[..., 2]), q[..., 2] - 1.0)

    return field


def bare_legs_field(points: Points) -> Distances:
    """Legs below a skirt or shorts."""
    q = mirrored(points)
    return join(
        0.03,
        cone(q, (0.09, 0.0, 0.80), (0.1, 0.008, 0.50), 0.070, 0.052),
        cone(q, (0.1, 0.006, 0.50), (0.1, -0.012, 0.09), 0.050, 0.034),
        ellipsoid(q, (0.1, -0.026, 0.36), (0.042, 0.044, 0.11)),
    )


def shoe_field(x: float) -> Field:
    """One shoe, flat on the ground."""
    side = 0.1 * x

    def field(points: Points) -> Distances:
        d = join(
            0.03,
            cone(points, (side, -0.045, 0.045), (side * 1.08, 0.145, 0.032), 0.044, 0.040),
            cone(points, (side, -0.02, 0.05), (side, -0.014, 0.115), 0.046, 0.042),
            ellipsoid(points, (side * 1.04, 0.07, 0.05), (0.043, 0.07, 0.045)),
        )
        d = join(0.006, d, ellipsoid(points, (side * 1.04, 0.05, 0.016), (0.052, 0.15, 0.022)))
        return meet(0.005, d, 0.002 - points[..., 2])

    return field

"""The human body as distance fields, garment by garment, round one skeleton.

Metres at the reference height; the figure stands on z = 0 and faces +y, its arms 42 degrees out from hanging, so that
marching cubes keeps arms and trunk apart.
"""

import math
from dataclasses import dataclass

import numpy as np

from models.previz.geometry.sdf import Distances, Field, Points, cone, ellipsoid, join, meet, mirrored
from models.previz.geometry.skin import Bone, Skeleton
from models.previz.world import Vector

REFERENCE_HEIGHT = 1.77  # crown to sole
ARM_OUT = math.radians(42)
HIP, KNEE, ANKLE, TOE = (0.092, 0.0, 0.92), (0.100, 0.008, 0.50), (0.100, -0.012, 0.09), (0.100, 0.14, 0.03)
PELVIS: Vector = (0.0, 0.0, 0.95)
SPINE: Vector = (0.0, 0.0, 1.06)
CHEST: Vector = (0.0, 0.0, 1.20)
EYE = (0.0315, 0.0795, 1.6405)
EYE_RADIUS = 0.0150
MOUTH: Vector = (0.0, 0.0935, 1.5715)
SIDES = (("left", -1.0), ("right", 1.0))


@dataclass(frozen=True, slots=True)
class Build:
    """What differs between people, beside colours."""

    width: float = 1.0  # of trunk and limbs
    long_hair: bool = False
    skirt: bool = False


def arm_joints(x: float) -> tuple[Vector, Vector, Vector, Vector]:
    """Shoulder, elbow, wrist and finger tips of one side."""
    along = np.array([x * math.sin(ARM_OUT), 0.0, -math.cos(ARM_OUT)])
    shoulder = np.array([x * 0.155, -0.012, 1.395])
    joints = [shoulder, shoulder + 0.285 * along, shoulder + 0.535 * along, shoulder + 0.695 * along]
    a, b, c, d = ((float(j[0]), float(j[1]), float(j[2])) for j in joints)
    return a, b, c, d


def sided(point: Vector, x: float) -> Vector:
    return (x * point[0], point[1], point[2])


def skeleton() -> Skeleton:
    """The bones in the rest pose; `pelvis` is the root. Eyes and lids are bones too: they turn."""
    bones = [
        Bone("pelvis", None, PELVIS, (0, 0, 1.04)),
        Bone("spine", "pelvis", SPINE, (0, 0, 1.18)),
        Bone("chest", "spine", CHEST, (0, 0, 1.42)),
        Bone("neck", "chest", (0, -0.012, 1.46), (0, -0.005, 1.54)),
        Bone("head", "neck", (0, 0, 1.55), (0, 0.01, 1.72)),
    ]
    for side, x in SIDES:
        shoulder, elbow, wrist, tips = arm_joints(x)
        bones += [
            Bone(f"upper_arm_{side}", "chest", shoulder, elbow),
            Bone(f"forearm_{side}", f"upper_arm_{side}", elbow, wrist),
            Bone(f"hand_{side}", f"forearm_{side}", wrist, tips),
            Bone(f"thigh_{side}", "pelvis", sided(HIP, x), sided(KNEE, x)),
            Bone(f"shin_{side}", f"thigh_{side}", sided(KNEE, x), sided(ANKLE, x)),
            Bone(f"foot_{side}", f"shin_{side}", sided(ANKLE, x), sided(TOE, x)),
            Bone(f"eye_{side}", "head", sided(EYE, x), (x * EYE[0], EYE[1] + 0.02, EYE[2])),
            Bone(f"lid_{side}", "head", sided(EYE, x), (x * EYE[0], EYE[1] + 0.02, EYE[2])),
        ]
    return Skeleton(tuple(bones))


def head_field(points: Points) -> Distances:
    """Skull, jaw, brow, nose, lips, ears and neck."""
    q = mirrored(points)
    d = join(
        0.045,
        ellipsoid(q, (0, -0.004, 1.66), (0.076, 0.094, 0.091)),
        cone(q, (0, 0.03, 1.625), (0, 0.058, 1.553), 0.062, 0.034),
    )
    d = join(0.03, d, ellipsoid(q, (0.038, 0.055, 1.598), (0.03, 0.034, 0.03)))  # cheek
    d = join(0.02, d, cone(q, (0, 0.086, 1.657), (0.038, 0.076, 1.657), 0.012, 0.010))  # brow
    d = meet(0.012, d, -ellipsoid(q, (0.032, 0.109, 1.640), (0.017, 0.020, 0.013)))  # eye socket
    d = join(0.012, d, cone(q, (0, 0.092, 1.645), (0, 0.113, 1.604), 0.007, 0.0115))
    d = join(0.008, d, ellipsoid(q, (0.011, 0.100, 1.601), (0.009, 0.011, 0.008)))
    d = join(0.008, d, ellipsoid(q, (0, 0.0905, 1.575), (0.022, 0.012, 0.0065)))
    d = join(0.008, d, ellipsoid(q, (0, 0.0895, 1.5655), (0.017, 0.012, 0.0065)))
    ear = meet(
        0.006,
        ellipsoid(q, (0.081, -0.004, 1.628), (0.013, 0.022, 0.033)),
        -ellipsoid(q, (0.094, 0.004, 1.630), (0.010, 0.014, 0.020)),
    )
    d = join(0.012, d, ear)
    return join(0.03, d, cone(q, (0, -0.016, 1.42), (0, -0.012, 1.58), 0.060, 0.051))


def hair_field(build: Build) -> Field:
    """A cap with locks; long hair falls behind the shoulders."""

    def field(points: Points) -> Distances:
        around = np.arctan2(points[..., 0], points[..., 1] + 0.02)
        d = ellipsoid(points, (0, -0.014, 1.672), (0.088, 0.102, 0.097))
        d = d + 0.0022 * np.sin(around * 26 + points[..., 2] * 60) + 0.0018 * np.sin(around * 41 - points[..., 2] * 90)
        if build.long_hair:
            fall = ellipsoid(points, (0, -0.045, 1.58), (0.092, 0.070, 0.19)) + 0.003 * np.sin(around * 30)
            d = join(0.03, d, fall)
        fringe = 0.80 * (points[..., 1] - 0.062) - 0.60 * (points[..., 2] - 1.700)
        fringe = fringe + 0.004 * np.sin(points[..., 0] * 170)
        low = 1.38 if build.long_hair else 1.600
        nape = low + 0.030 * np.clip((points[..., 1] + 0.02) / 0.06, 0, 1) - points[..., 2]
        face = cone(points, (0, 0.10, 1.52), (0, 0.10, 1.66), 0.075, 0.070)
        d = meet(0.010, meet(0.018, d, fringe), nape)
        if build.long_hair:
            d = meet(0.01, d, -face)
        for start, end in ((-0.05, -0.062), (-0.02, -0.035), (0.012, -0.004), (0.045, 0.036), (0.06, 0.066)):
            d = join(0.014, d, cone(points, (start + 0.02, 0.055, 1.738), (end, 0.094, 1.688), 0.020, 0.005))
        return d

    return field


def arm_field(x: float, build: Build) -> Field:
    """One arm with its hand: palm, four fingers, thumb."""
    shoulder, elbow, wrist, tips = (np.array(joint) for joint in arm_joints(x))
    along = (tips - wrist) / np.linalg.norm(tips - wrist)
    across = np.array([0.0, 1.0, 0.0])
    up = np.cross(along, across)
    w = build.width

    def field(points: Points) -> Distances:
        d = join(
            0.02, cone(points, shoulder, elbow, 0.046 * w, 0.037 * w), cone(points, elbow, wrist, 0.038 * w, 0.025)
        )
        d = join(0.02, d, cone(points, elbow + 0.03 * along, elbow + 0.12 * along, 0.039 * w, 0.034 * w))
        q = points - wrist
        local = np.stack([q @ along, q @ across, q @ up], axis=-1)
        d = join(0.022, d, ellipsoid(local, (0.05, 0, 0), (0.056, 0.040, 0.018)))
        for side, length in ((0.028, 0.066), (0.0095, 0.076), (-0.0095, 0.072), (-0.027, 0.056)):
            middle, end = (0.09 + length * 0.5, side * 1.12, -0.002), (0.09 + length, side * 1.1, 0.006 * x - 0.002)
            finger = join(
                0.004, cone(local, (0.085, side, 0), middle, 0.0098, 0.009), cone(local, middle, end, 0.009, 0.0075)
            )
            d = join(0.004, d, finger)
        thumb = join(
            0.004,
            cone(local, (0.025, 0.03, 0), (0.062, 0.060, 0), 0.014, 0.011),
            cone(local, (0.062, 0.060, 0), (0.088, 0.067, 0), 0.011, 0.0085),
        )
        return join(0.010, d, thumb)

    return field


def shirt_field(build: Build) -> Field:
    """A shirt with short sleeves, an open collar and folds at the waist."""
    w = build.width

    def field(points: Points) -> Distances:
        q = mirrored(points)
        shoulder, elbow = (np.array(joint) for joint in arm_joints(1.0)[:2])
        along = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
        d = join(
            0.07,
            ellipsoid(q, (0, -0.006, 1.295), (0.156 * w, 0.106 * w, 0.18)),
            ellipsoid(q, (0, 0.004, 1.08), (0.140 * w, 0.104 * w, 0.17)),
            cone(q, (0, -0.015, 1.40), (0.108, -0.012, 1.388), 0.058, 0.046),
        )
        d = join(0.06, d, ellipsoid(q, (0, -0.004, 0.955), (0.158 * w, 0.118 * w, 0.10)))
        d = join(0.04, d, cone(q, (0, -0.02, 1.45), (0.112, -0.014, 1.408), 0.046, 0.036))
        d = join(0.05, d, ellipsoid(q, (0.07, 0.055, 1.33), (0.072, 0.042, 0.06)))
        sleeve = cone(q, shoulder - 0.01 * along, shoulder + 0.22 * along, 0.045 * w, 0.056 * w)
        d = join(0.03, d, meet(0.006, sleeve, (q - shoulder) @ along - 0.165))
        folds = 0.0035 * np.sin(q[..., 2] * 70 + q[..., 0] * 30) * np.clip((1.15 - q[..., 2]) / 0.15, 0, 1)
        creases = 0.0012 * np.sin((q @ along) * 90 + q[..., 1] * 40) * np.clip((q[..., 0] - 0.12) / 0.08, 0, 1)
        d = meet(0.008, d + folds + creases, 0.925 + 0.006 * np.sin(q[..., 0] * 22) - q[..., 2])
        return meet(0.006, d, -cone(q, (0, 0.006, 1.45), (0, 0.02, 1.62), 0.060, 0.095))

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
            cloth = cone(points, (0, 0, 0.92), (0, 0, 0.52), 0.13 * w, 0.21 * w) + pleats
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
        return meet(0.006, meet(0.006, d, 0.075 - q[..., 2]), q[..., 2] - 1.0)

    return field


def bare_legs_field(points: Points) -> Distances:
    """Legs below a skirt."""
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

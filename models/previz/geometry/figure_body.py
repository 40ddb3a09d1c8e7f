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


HEAD_ROOT = (0.0, -0.010, 1.50)  # children's heads are larger: they grow from here


@dataclass(frozen=True, slots=True)
class Build:
    """What differs between people, beside colours."""

    width: float = 1.0  # of trunk and limbs
    long_hair: bool = False
    long_sleeves: bool = False
    skirt: bool = False
    coat: bool = False  # to the knee, over trousers
    shorts: bool = False
    head: float = 1.0  # its size, against a grown-up's

    @property
    def stature(self) -> float:
        """Crown to sole, metres."""
        return REFERENCE_HEIGHT + (self.head - 1) * (REFERENCE_HEIGHT - HEAD_ROOT[2])


def arm_joints(x: float) -> tuple[Vector, Vector, Vector, Vector]:
    """Shoulder, elbow, wrist and finger tips of one side."""
    along = np.array([x * math.sin(ARM_OUT), 0.0, -math.cos(ARM_OUT)])
    shoulder = np.array([x * 0.155, -0.012, 1.395])
    joints = [shoulder, shoulder + 0.285 * along, shoulder + 0.535 * along, shoulder + 0.695 * along]
    a, b, c, d = ((float(j[0]), float(j[1]), float(j[2])) for j in joints)
    return a, b, c, d


def sided(point: Vector, x: float) -> Vector:
    return (x * point[0], point[1], point[2])


def grown(point: Vector, head: float) -> Vector:
    """A point of the head, on a head of that size."""
    x, y, z = (root + head * (at - root) for at, root in zip(point, HEAD_ROOT, strict=True))
    return (x, y, z)


def skeleton(head: float = 1.0) -> Skeleton:
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
        eye = grown(sided(EYE, x), head)
        bones += [
            Bone(f"upper_arm_{side}", "chest", shoulder, elbow),
            Bone(f"forearm_{side}", f"upper_arm_{side}", elbow, wrist),
            Bone(f"hand_{side}", f"forearm_{side}", wrist, tips),
            Bone(f"thigh_{side}", "pelvis", sided(HIP, x), sided(KNEE, x)),
            Bone(f"shin_{side}", f"thigh_{side}", sided(KNEE, x), sided(ANKLE, x)),
            Bone(f"foot_{side}", f"shin_{side}", sided(ANKLE, x), sided(TOE, x)),
            Bone(f"eye_{side}", "head", eye, (eye[0], eye[1] + 0.02, eye[2])),
            Bone(f"lid_{side}", "head", eye, (eye[0], eye[1] + 0.02, eye[2])),
        ]
    return Skeleton(tuple(bones))


def head_field(points: Points) -> Distances:
    """Skull, jaw, brow, nose, lips, ears and neck, with sockets for the eyes."""
    return _face(points, sockets=True)


def photographed_head_field(points: Points) -> Distances:
    """A head whose eyes are a photograph's: lids are where they would be, not holes."""
    return _face(points, sockets=False)


def _face(points: Points, *, sockets: bool) -> Distances:
    q = mirrored(points)
    d = join(
        0.045,
        ellipsoid(q, (0, -0.004, 1.66), (0.076, 0.094, 0.091)),
        cone(q, (0, 0.03, 1.625), (0, 0.058, 1.553), 0.062, 0.034),
    )
    d = join(0.03, d, ellipsoid(q, (0.038, 0.055, 1.598), (0.03, 0.034, 0.03)))  # cheek
    d = join(0.02, d, cone(q, (0, 0.086, 1.657), (0.038, 0.076, 1.657), 0.012, 0.010))  # brow
    if sockets:
        d = meet(0.012, d, -ellipsoid(q, (0.032, 0.109, 1.640), (0.017, 0.020, 0.013)))
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
        strands = np.sin(around * 31 + 4 * np.sin(points[..., 2] * 22)) * np.clip((1.76 - points[..., 2]) / 0.03, 0, 1)
        d = ellipsoid(points, (0, -0.013, 1.669), (0.0845, 0.0985, 0.0965)) + 0.0013 * strands
        if build.long_hair:
            fall = ellipsoid(points, (0, -0.042, 1.57), (0.088, 0.062, 0.19)) + 0.0022 * strands
            d = join(0.03, d, fall)
        front = ellipsoid(points, (-0.014, 0.032, 1.732), (0.066, 0.050, 0.027)) + 0.0016 * strands
        d = join(0.02, d, front)
        hairline = 0.93 * (points[..., 1] - 0.064) - 0.36 * (points[..., 2] - 1.655)
        hairline = hairline + 0.04 * np.abs(points[..., 0] + 0.012)
        low = 1.38 if build.long_hair else 1.598
        nape = low + 0.034 * np.clip((points[..., 1] + 0.02) / 0.05, 0, 1) - points[..., 2]
        d = meet(0.006, meet(0.010, d, hairline), nape)
        if build.long_hair:
            d = meet(0.01, d, -cone(points, (0, 0.10, 1.52), (0, 0.10, 1.66), 0.075, 0.070))
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

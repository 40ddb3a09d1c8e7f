"""The human body as distance fields, garment by garment, round one skeleton.

Metres at the reference height; the figure stands on z = 0 and faces +y, its arms 42 degrees out from hanging, so that
marching cubes keeps arms and trunk apart.
"""

import math
from dataclasses import dataclass

import numpy as np

from models.previz.geometry.figure_hair import STYLES
from models.previz.geometry.sdf import Distances, Field, Points, cone, ellipsoid, join, meet, mirrored
from models.previz.geometry.skin import Bone, Skeleton
from models.previz.world import Vector

REFERENCE_HEIGHT = 1.77  # crown to sole
ARM_OUT = math.radians(42)
HIP, KNEE, ANKLE, TOE = (0.092, 0.0, 0.92), (0.100, 0.008, 0.50), (0.100, -0.012, 0.09), (0.100, 0.14, 0.03)
PELVIS: Vector = (0.0, 0.0, 0.95)
SPINE: Vector = (0.0, 0.0, 1.06)
CHEST: Vector = (0.0, 0.0, 1.20)
EYE = (0.0315, 0.0752, 1.6405)
EYE_RADIUS = 0.0150
MOUTH: Vector = (0.0, 0.0935, 1.5715)
SIDES = (("left", -1.0), ("right", 1.0))


HEAD_ROOT = (0.0, -0.010, 1.50)  # children's heads are larger: they grow from here


@dataclass(frozen=True, slots=True)
class Build:
    """What differs between people, beside colours."""

    width: float = 1.0  # of trunk and limbs
    hair: str = "crop"  # a style of `figure_hair`
    long_sleeves: bool = False
    skirt: bool = False
    coat: bool = False  # to the knee, over trousers
    shorts: bool = False
    head: float = 1.0  # its size, against a grown-up's

    @property
    def long_hair(self) -> bool:
        """Whether it falls or is tied."""
        return self.hair in STYLES["long"]

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
        0.04,
        ellipsoid(q, (0, -0.007, 1.663), (0.0745, 0.0925, 0.090)),
        cone(q, (0.0, 0.028, 1.630), (0, 0.047, 1.568), 0.062, 0.046),
    )
    jaw = join(
        0.025,
        cone(q, (0.047, 0.008, 1.578), (0.016, 0.062, 1.5465), 0.0175, 0.0195),
        ellipsoid(q, (0, 0.068, 1.5405), (0.024, 0.0225, 0.0185)),
    )
    d = join(0.03, d, jaw)
    d = join(0.028, d, ellipsoid(q, (0.043, 0.056, 1.606), (0.026, 0.028, 0.024)))  # cheek
    d = join(0.022, d, cone(q, (0, 0.0825, 1.659), (0.038, 0.0725, 1.658), 0.0115, 0.0105))  # brow
    if sockets:
        d = meet(0.012, d, -ellipsoid(q, (0.032, 0.1060, 1.640), (0.0175, 0.022, 0.0105)))
    d = join(0.012, d, cone(q, (0, 0.086, 1.646), (0, 0.1065, 1.6055), 0.0068, 0.0100))
    d = join(0.009, d, ellipsoid(q, (0.0105, 0.0965, 1.6025), (0.0085, 0.0115, 0.0075)))
    d = join(0.008, d, ellipsoid(q, (0, 0.0890, 1.5760), (0.0225, 0.0120, 0.0060)))
    d = join(0.008, d, ellipsoid(q, (0, 0.0885, 1.5660), (0.0180, 0.0125, 0.0065)))
    ear = meet(
        0.005,
        ellipsoid(q, (0.0765, -0.007, 1.628), (0.0105, 0.0195, 0.0310)),
        -ellipsoid(q, (0.0890, 0.001, 1.630), (0.0090, 0.0125, 0.0190)),
    )
    d = join(0.010, d, ear)
    return join(0.026, d, cone(q, (0, -0.022, 1.42), (0, -0.014, 1.58), 0.0560, 0.0475))


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

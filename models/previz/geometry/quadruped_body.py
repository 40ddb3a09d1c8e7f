"""The shapes of four-legged animals: a table of proportions, and the distance fields made of it.

Lengths are in heights at the withers; the animal stands on z = 0 and faces +y, its middle above the origin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.previz.geometry.sdf import Distances, Field, Points, cone, ellipsoid, join, meet, mirrored
from models.previz.geometry.skin import Bone, Skeleton
from models.previz.world import Vector


@dataclass(frozen=True, slots=True)
class Proportions:
    """What makes a species. The head is a little larger than nature's: it is what a viewer recognises."""

    head: float  # radius
    head_y: float
    head_z: float
    snout: float  # how far it stands out of the head
    snout_radius: float
    ear: Literal["pointed", "hanging", "long"]
    ear_height: float
    ear_width: float
    neck: float  # radius
    body: float = 0.60  # from the middle to shoulder and hip
    chest: float = 0.235  # half width
    belly: float = 0.20
    leg: float = 0.062  # radius at the shin
    tail: tuple[Vector, ...] = ()  # joints behind the rump
    tail_radius: tuple[float, float] = (0.05, 0.035)
    withers: float = 0.858  # of the hump over the shoulders: with the trunk round it, its top is one height
    eye: tuple[float, float, float] = (0.40, 0.80, 0.10)  # head radii from the head's middle: aside, ahead, up
    eye_size: float = 1.0
    snout_drop: float = 0.40  # head radii that the end of the snout is below the head's middle
    nose: Vector | None = (0.014, 0.011, 0.010)  # colour; without: nostrils
    mesh: float = 0.017  # heights of the head's grid
    hoofed: bool = False
    mane: bool = False
    stockings: bool = False  # dark legs, and a brush with a pale tip
    whiskers: bool = False
    iris: tuple[Vector, ...] = ((0.10, 0.045, 0.015),)  # colours of eyes, one by the seed
    pupil: tuple[float, float] = (0.62, 0.62)  # of the iris, across and up


_CAT = Proportions(
    head=0.262,
    head_y=0.88,
    head_z=1.17,
    whiskers=True,
    iris=((0.20, 0.26, 0.05), (0.34, 0.20, 0.03), (0.08, 0.22, 0.16)),
    pupil=(0.40, 0.70),
    eye_size=1.12,
    belly=0.185,
    leg=0.058,
    snout=0.02,
    snout_radius=0.098,
    nose=(0.30, 0.07, 0.05),
    ear="pointed",
    ear_height=0.20,
    ear_width=0.105,
    neck=0.148,
    tail=((0, -0.74, 0.86), (0, -1.06, 0.80), (0, -1.36, 0.92), (0, -1.52, 1.18)),
)
SPECIES: Mapping[str, Proportions] = {
    "cat": _CAT,
    "fox": replace(
        _CAT,
        head=0.225,
        nose=(0.014, 0.011, 0.010),
        stockings=True,
        eye_size=1.0,
        iris=((0.26, 0.12, 0.02),),
        snout=0.17,
        snout_radius=0.075,
        ear_height=0.24,
        tail=((0, -0.74, 0.82), (0, -1.02, 0.66), (0, -1.34, 0.56), (0, -1.62, 0.60)),
        tail_radius=(0.075, 0.145),
    ),
    "dog": Proportions(
        head=0.228,
        head_y=0.86,
        head_z=1.26,
        snout=0.135,
        snout_radius=0.108,
        snout_drop=0.50,
        eye=(0.40, 0.84, 0.16),
        eye_size=1.12,
        ear="hanging",
        ear_height=0.27,
        ear_width=0.095,
        neck=0.142,
        body=0.54,
        belly=0.185,
        leg=0.060,
        tail=((0, -0.70, 0.90), (0, -0.92, 1.02), (0, -1.06, 1.20), (0, -1.06, 1.40)),
        tail_radius=(0.056, 0.040),
    ),
    "rabbit": replace(
        _CAT,
        head=0.29,
        head_y=0.72,
        head_z=1.12,
        mesh=0.0208,
        withers=0.835,
        eye=(0.56, 0.70, 0.12),
        eye_size=1.0,
        iris=((0.09, 0.035, 0.015),),
        pupil=(0.70, 0.70),
        nose=(0.34, 0.10, 0.09),
        snout=0.025,
        snout_radius=0.115,
        ear="long",
        ear_height=0.52,
        ear_width=0.075,
        neck=0.19,
        body=0.44,
        chest=0.27,
        belly=0.30,
        leg=0.07,
        tail=((0, -0.60, 0.66), (0, -0.66, 0.69), (0, -0.70, 0.72), (0, -0.73, 0.75)),
        tail_radius=(0.10, 0.10),
    ),
    "horse": Proportions(
        withers=0.835,
        eye=(0.84, 0.62, 0.16),
        eye_size=1.15,
        nose=None,
        head=0.122,
        head_y=0.94,
        head_z=1.34,
        snout=0.25,
        snout_radius=0.082,
        ear="pointed",
        ear_height=0.11,
        ear_width=0.037,
        neck=0.128,
        body=0.50,
        chest=0.20,
        belly=0.205,
        leg=0.040,
        tail=((0, -0.62, 0.92), (0, -0.72, 0.76), (0, -0.74, 0.56), (0, -0.74, 0.36)),
        tail_radius=(0.045, 0.05),
        hoofed=True,
        mane=True,
    ),
}

WITHERS = 1.0
SHOULDER_Z, HIP_Z, PELVIS_Z = 0.68, 0.70, 0.78
LEG_X = 0.125
SIDES = (("left", -1.0), ("right", 1.0))


def skeleton(p: Proportions) -> Skeleton:
    """The bones in the rest pose; `pelvis` is the root. Legs: upper, lower, and the foot that stands."""
    b = p.body
    bones = [
        Bone("pelvis", None, (0, -b + 0.12, PELVIS_Z), (0, -b + 0.36, PELVIS_Z + 0.02)),
        Bone("spine", "pelvis", (0, -b + 0.36, PELVIS_Z + 0.02), (0, 0.10, PELVIS_Z + 0.03)),
        Bone("chest", "spine", (0, 0.10, PELVIS_Z + 0.03), (0, b - 0.06, 0.86)),
        Bone("neck", "chest", (0, b - 0.06, 0.86), (0, p.head_y - 0.10, p.head_z - 0.08)),
        Bone("head", "neck", (0, p.head_y - 0.10, p.head_z - 0.08), (0, p.head_y + 0.15, p.head_z + 0.05)),
        Bone("jaw", "head", jaw_hinge(p), (0, p.head_y + p.head * 0.8 + p.snout, p.head_z - p.head * 0.62)),
    ]
    for side, x in SIDES:
        for name, parent, joints in (("fore", "chest", fore_joints(p, x)), ("hind", "pelvis", hind_joints(p, x))):
            upper, lower, foot = (f"{name}_{side}_{part}" for part in ("upper", "lower", "foot"))
            bones += [
                Bone(upper, parent, joints[0], joints[1]),
                Bone(lower, upper, joints[1], joints[2]),
                Bone(foot, lower, joints[2], joints[3]),
            ]
    previous = "pelvis"
    for number, (start, end) in enumerate(zip(p.tail[:-1], p.tail[1:], strict=True), 1):
        bones.append(Bone(f"tail{number}", previous, start, end))
        previous = f"tail{number}"
    return Skeleton(tuple(bones))


def jaw_hinge(p: Proportions) -> Vector:
    return (0, p.head_y + 0.25 * p.head, p.head_z - 0.42 * p.head)


def fore_joints(p: Proportions, x: float) -> tuple[Vector, Vector, Vector, Vector]:
    """Shoulder, elbow, wrist, and where the paw stands."""
    y, side = p.body - 0.14, LEG_X * x
    return (side, y, SHOULDER_Z), (side, y - 0.09, 0.40), (side, y - 0.02, 0.11), (side, y + 0.05, 0.03)


def hind_joints(p: Proportions, x: float) -> tuple[Vector, Vector, Vector, Vector]:
    """Hip, knee, hock, and where the paw stands."""
    y, side = -p.body + 0.10, LEG_X * x
    return (side, y, HIP_Z), (side * 1.12, y + 0.13, 0.43), (side, y - 0.12, 0.20), (side, y - 0.04, 0.03)


def body_field(p: Proportions) -> Field:
    """Trunk, neck, legs and tail as one smooth surface."""
    b = p.body

    def field(points: Points) -> Distances:
        q = mirrored(points)
        trunk = join(
            0.16,
            ellipsoid(q, (0, b - 0.24, 0.74), (p.chest * 0.92, 0.34, 0.255)),
            ellipsoid(q, (0, -0.06, 0.72), (p.belly, 0.44, 0.205)),
            ellipsoid(q, (0, -b + 0.16, 0.75), (p.chest * 0.90, 0.27, 0.235)),
        )
        trunk = join(0.07, trunk, ellipsoid(q, (0, b - 0.20, p.withers), (0.09, 0.20, 0.10)))  # withers
        neck = cone(
            q,
            (0, b - 0.12, 0.80 - 1.6 * max(0.0, p.neck - 0.16)),
            (0, p.head_y - 0.08, p.head_z - 0.08),
            p.neck * (1.65 if p.mane else 1.25),
            p.neck,
        )
        whole = join(0.12, trunk, neck)
        if p.mane:
            crest = cone(q, (0, b - 0.12, 0.985), (0, p.head_y - 0.14, p.head_z + 0.10), 0.03, 0.03)
            whole = join(0.02, whole, crest)
        for joints, thick in ((fore_joints(p, 1.0), 0.085), (hind_joints(p, 1.0), 0.125)):
            top, middle, low, foot = joints
            leg = join(
                0.05,
                cone(q, top, middle, thick, p.leg * 1.15),
                cone(q, middle, low, p.leg * 1.1, p.leg * 0.86),
                cone(q, low, (foot[0], foot[1] - 0.01, foot[2] + 0.02), p.leg * 0.86, p.leg * 0.92),
            )
            toes = (foot[0], foot[1] + (0.0 if p.hoofed else 0.025), 0.052)
            paw = ellipsoid(q, toes, (p.leg * 1.12, p.leg * (1.05 if p.hoofed else 1.5), 0.052))
            whole = join(0.045, whole, join(0.03, leg, paw))
        start, end = p.tail_radius
        parts = len(p.tail) - 1
        for number, (a, c) in enumerate(zip(p.tail[:-1], p.tail[1:], strict=True)):
            first = start + (end - start) * number / parts
            last = start + (end - start) * (number + 1) / parts
            whole = join(0.05, whole, cone(q, a, c, first, last))
        root = cone(q, (0, -b + 0.10, PELVIS_Z + 0.04), p.tail[0], 0.08, start)
        return join(0.06, whole, root)

    return field


def head_field(p: Proportions) -> Field:
    """Skull, cheeks, snout and ears; the lower jaw apart."""

    def field(points: Points) -> Distances:
        q = mirrored(points)
        r, y, z = p.head, p.head_y, p.head_z
        skull = ellipsoid(q, (0, y, z), (r, r * 0.94, r * 0.90))
        cheeks = ellipsoid(q, (r * 0.42, y + r * 0.20, z - r * 0.30), (r * 0.50, r * 0.55, r * 0.46))
        snout = cone(
            q,
            (0, y + r * 0.55, z - r * 0.34),
            snout_tip(p),
            p.snout_radius * 1.2,
            p.snout_radius * 0.82,
        )
        tip, size = snout_tip(p), 0.82 * p.snout_radius
        pads = ellipsoid(
            q, (0.48 * size, tip[1] + 0.30 * size, tip[2] - 0.28 * size), (0.62 * size, 0.72 * size, 0.60 * size)
        )
        whole = join(0.05, join(0.10, skull, cheeks), snout)
        if not p.hoofed:
            whole = join(0.012, whole, pads)
        return join(0.025, whole, _ears(p, q))

    return field


def snout_tip(p: Proportions) -> Vector:
    """The middle of the ball that ends the snout; its radius is 0.82 of the snout's."""
    return (0, p.head_y + p.head * 0.82 + p.snout, p.head_z - p.head * p.snout_drop)


def nose_at(p: Proportions) -> Vector:
    """The middle of the nose."""
    tip, size = snout_tip(p), 0.82 * p.snout_radius
    return (0, tip[1] + 0.84 * size, tip[2] + 0.52 * size)


def eye_of(p: Proportions, x: float) -> Vector:
    """The middle of an eye."""
    aside, ahead, up = p.eye
    return (x * p.head * aside, p.head_y + p.head * ahead, p.head_z + p.head * up)


def _ears(p: Proportions, q: Points) -> Distances:
    r, y, z = p.head, p.head_y, p.head_z
    if p.ear == "hanging":
        low = cone(
            q, (r * 0.80, y - 0.02, z + r * 0.50), (r * 1.12, y + 0.03, z - p.ear_height * 0.75), 0.05, p.ear_width
        )
        flat = np.abs((q[..., 0] - r * 0.98) * 0.94 + (q[..., 2] - z) * 0.16) - 0.032
        return meet(0.02, low, flat)
    root, tip = (r * 0.56, y - 0.02, z + r * 0.58), (r * 0.74, y - 0.03, z + r * 0.66 + p.ear_height)
    if p.ear == "long":
        root, tip = (r * 0.34, y - 0.06, z + r * 0.62), (r * 0.48, y - 0.16, z + r * 0.66 + p.ear_height)
        blade = cone(q, root, tip, p.ear_width * 0.72, p.ear_width)
    else:
        blade = cone(q, root, tip, p.ear_width * 1.25, 0.014)
    front = (q[..., 1] - (y + 0.015)) + 0.22 * (q[..., 2] - root[2])
    thin = meet(0.015, blade, np.abs(front + 0.03) - 0.035)
    hollow = cone(
        q, (root[0], root[1] + 0.07, root[2] + 0.02), (tip[0], tip[1] + 0.05, tip[2]), p.ear_width * 0.72, 0.004
    )
    return meet(0.012, thin, -hollow)


def jaw_field(p: Proportions) -> Field:
    """The lower jaw, closed against the snout."""

    def field(points: Points) -> Distances:
        r, y, z = p.head, p.head_y, p.head_z
        end = (0, y + r * 0.74 + p.snout, z - r * (p.snout_drop + 0.20))
        return cone(points, jaw_hinge(p), end, p.snout_radius * 0.8, p.snout_radius * 0.55)

    return field

"""The two-legged rig: its bones at rest, and limbs bent so that a hand or foot comes to a place.

Metres of a body 1.75 m high, ahead is +y, right is +x, arms 42 degrees out from hanging. Which places a move wants
stands with the moves.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.previz.geometry.skin import Bone, Matrix, Skeleton

CROWN = 1.75
_ARM_OUT = math.radians(42)


def _side(name: str, x: float) -> tuple[Bone, ...]:
    hip, knee, ankle = (x * 0.090, 0.0, 0.920), (x * 0.092, 0.010, 0.500), (x * 0.094, -0.010, 0.085)
    upper = (x * 0.160, -0.012, 1.400)
    elbow = (x * (0.160 + 0.285 * math.sin(_ARM_OUT)), -0.012, 1.400 - 0.285 * math.cos(_ARM_OUT))
    wrist = (x * (0.160 + 0.535 * math.sin(_ARM_OUT)), -0.012, 1.400 - 0.535 * math.cos(_ARM_OUT))
    tip = (x * (0.160 + 0.695 * math.sin(_ARM_OUT)), -0.012, 1.400 - 0.695 * math.cos(_ARM_OUT))
    return (
        Bone(f"upper_arm_{name}", "chest", upper, elbow),
        Bone(f"forearm_{name}", f"upper_arm_{name}", elbow, wrist),
        Bone(f"hand_{name}", f"forearm_{name}", wrist, tip),
        Bone(f"thigh_{name}", "pelvis", hip, knee),
        Bone(f"shin_{name}", f"thigh_{name}", knee, ankle),
        Bone(f"foot_{name}", f"shin_{name}", ankle, (x * 0.098, 0.140, 0.030)),
    )


SKELETON = Skeleton(
    (
        Bone("pelvis", None, (0.0, 0.0, 0.95), (0.0, 0.0, 1.04)),
        Bone("spine", "pelvis", (0.0, 0.0, 1.06), (0.0, 0.0, 1.18)),
        Bone("chest", "spine", (0.0, 0.0, 1.20), (0.0, 0.0, 1.42)),
        Bone("neck", "chest", (0.0, -0.012, 1.45), (0.0, -0.005, 1.52)),
        Bone("head", "neck", (0.0, 0.0, 1.53), (0.0, 0.01, 1.70)),
        *_side("left", -1.0),
        *_side("right", 1.0),
    )
)


def bent(
    rest: tuple[ArrayLike, ArrayLike, ArrayLike], root: ArrayLike, goal: ArrayLike, pole: ArrayLike, hinge: ArrayLike
) -> tuple[Matrix, Matrix]:
    """Rotations, against the rest pose, of a limb's two bones that bring its end to `goal`.

    `rest` holds the places of root, middle joint and end at rest and `hinge` the axis that joint bends about there;
    `root` is where the root is now, `pole` the direction the middle joint goes to. A goal out of reach is approached.
    """
    first, middle, last = (np.asarray(place, float) for place in rest)
    start, aim = np.asarray(root, float), np.asarray(goal, float) - np.asarray(root, float)
    upper, lower = float(np.linalg.norm(middle - first)), float(np.linalg.norm(last - middle))
    far = float(np.clip(np.linalg.norm(aim), abs(upper - lower) + 1e-3, 0.9995 * (upper + lower)))
    ahead = aim / max(float(np.linalg.norm(aim)), 1e-9)
    side = np.asarray(pole, float) - ahead * float(ahead @ np.asarray(pole, float))
    side = side / np.linalg.norm(side)
    share = (upper**2 + far**2 - lower**2) / (2 * far)
    joint = start + ahead * share + side * math.sqrt(max(upper**2 - share**2, 0.0))
    axis = np.cross(side, ahead)
    return (
        _frame(joint - start, axis) @ _frame(middle - first, hinge).T,
        _frame(start + ahead * far - joint, axis) @ _frame(last - middle, hinge).T,
    )


def _frame(along: ArrayLike, axis: ArrayLike) -> NDArray[np.float64]:
    first = np.asarray(along, float) / np.linalg.norm(along)
    second = np.asarray(axis, float) - first * float(first @ np.asarray(axis, float))
    second = second / np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], axis=1)

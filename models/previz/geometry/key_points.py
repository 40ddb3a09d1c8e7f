"""Points of a body that pose estimators name, fixed to its bones: no cameras here.

People and robots have the eighteen of OpenPose (Z. Cao et al., 2017, in the order of its COCO model), animals the
seventeen of AP-10K (H. Yu et al., 2021). Left is the body's own left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.figure_body import ANKLE, EYE, HIP, KNEE, arm_joints, grown, sided
from models.previz.geometry.quadruped_body import Proportions, fore_joints, hind_joints, snout_tip
from models.previz.geometry.skin import Skeleton, turned
from models.previz.world import BodyState, Vector

_NOSE, _NECK, _EAR = (0.0, 0.112, 1.606), (0.0, -0.012, 1.395), (0.074, -0.012, 1.625)


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A point in the rest pose, and the bone it goes with."""

    name: str
    bone: str
    rest: Vector


def person_points(head: float) -> tuple[KeyPoint, ...]:
    """Of a figure whose head is `head` times a grown-up's."""
    found = [KeyPoint("nose", "head", grown(_NOSE, head)), KeyPoint("neck", "chest", _NECK)]
    for side, x in (("right", 1.0), ("left", -1.0)):
        shoulder, elbow, wrist, _ = arm_joints(x)
        found += [
            KeyPoint(f"{side}_shoulder", f"upper_arm_{side}", shoulder),
            KeyPoint(f"{side}_elbow", f"forearm_{side}", elbow),
            KeyPoint(f"{side}_wrist", f"hand_{side}", wrist),
        ]
    for side, x in (("right", 1.0), ("left", -1.0)):
        found += [
            KeyPoint(f"{side}_hip", f"thigh_{side}", sided(HIP, x)),
            KeyPoint(f"{side}_knee", f"shin_{side}", sided(KNEE, x)),
            KeyPoint(f"{side}_ankle", f"foot_{side}", sided(ANKLE, x)),
        ]
    for name, place in (("eye", EYE), ("ear", _EAR)):
        found += [
            KeyPoint(f"{side}_{name}", "head", grown(sided(place, x), head))
            for side, x in (("right", 1.0), ("left", -1.0))
        ]
    return tuple(found)


def animal_points(shape: Proportions, bones: Skeleton) -> tuple[KeyPoint, ...]:
    """Of an animal on four legs."""
    heads = {bone.name: bone.head for bone in bones.bones}
    tip = snout_tip(shape)
    eye = (0.35 * shape.head, shape.head_y + 0.75 * shape.head, shape.head_z + 0.25 * shape.head)
    tail = heads.get("tail1", heads["pelvis"])
    found = [
        KeyPoint("left_eye", "head", sided(eye, -1.0)),
        KeyPoint("right_eye", "head", eye),
        KeyPoint("nose", "head", tip),
        KeyPoint("neck", "neck", heads["neck"]),
        KeyPoint("root_of_tail", "pelvis", tail),
    ]
    for pair, joints_of, names in (
        ("fore", fore_joints, ("shoulder", "elbow", "front_paw")),
        ("hind", hind_joints, ("hip", "knee", "back_paw")),
    ):
        for side, x in (("left", -1.0), ("right", 1.0)):
            upper, lower, _, paw = joints_of(shape, x)
            parts = zip(names, ("upper", "lower", "foot"), (upper, lower, paw), strict=True)
            found += [KeyPoint(f"{side}_{name}", f"{pair}_{side}_{part}", place) for name, part, place in parts]
    return tuple(found)


def located(
    points: Sequence[KeyPoint], bones: Skeleton, placed: NDArray[np.float64], scale: float, state: BodyState
) -> dict[str, Vector]:
    """Where key points are in the world, metres, on a body whose bones are `placed` (see `Skeleton.placed`)."""
    stand = turned((0, 0, 1), state.heading)
    found: dict[str, Vector] = {}
    for point in points:
        bone = placed[bones.index(point.bone)]
        x, y, z = stand @ ((bone[:, :3] @ np.array(point.rest) + bone[:, 3]) * scale) + np.array(state.position)
        found[point.name] = (float(x), float(y), float(z))
    return found

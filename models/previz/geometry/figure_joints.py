"""The joints of a person that hold a posture: trunk, legs that stand where they should, hands that hold what they hold.

Feet and hands are brought to their places by two-bone inverse kinematics: a foot that is down stays where it is while
the body passes over it.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.figure_body import (
    ANKLE,
    ARM_OUT,
    CHEST,
    HIP,
    KNEE,
    PELVIS,
    SPINE,
    arm_joints,
)
from models.previz.geometry.skin import Matrix, blended, quaternions, turned
from models.previz.world import Vector

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
SIDES = (("left", -1.0), ("right", 1.0))
LEG = math.dist(HIP[1:], KNEE[1:]) + math.dist(KNEE[1:], ANKLE[1:])  # metres from hip to ankle, stretched
_HEEL, _BALL = -0.07, 0.10  # where a foot rolls, forward of the middle of the body
_FOREARM_SHARE = 0.65  # of a roll of the hand that radius and ulna do
_PALM = 0.085  # metres from wrist to the middle of the hand
_HANGING: Vector = (0.45, -0.55, -0.75)  # where an elbow points
Flat = NDArray[np.float64]  # [2]: y and z


@dataclass(slots=True)
class Arm:
    """Degrees. `lowered`: 1 hangs beside the body, 0 is the rest pose, below 0 raised sideways; `swing` forward."""

    lowered: float = 1.0
    swing: float = 2.0
    elbow: float = 14.0


@dataclass(frozen=True, slots=True)
class Wrist:
    """How a hand is turned against its arm. Radians."""

    roll: float = 0.0  # the palm of a hanging arm forward
    flex: float = 0.0  # the palm to the forearm
    aside: float = 0.0  # to the thumb's side


@dataclass(slots=True)
class Posture:
    """A body at one moment. Radians, forward and up positive; metres at the reference height."""

    drop: float = 0.0  # of the pelvis, the feet staying where they are
    shift: float = 0.0
    pelvis: float = 0.0  # pitch: bending forward is negative
    spine: float = 0.0
    chest: float = 0.0
    twist: float = 0.0  # of the shoulders against the hips
    sway: float = 0.0  # of the trunk to the side
    head: float = 0.0
    turn: float = 0.0
    feet: dict[str, tuple[float, float, float]] = field(default_factory=dict)  # forward, up, pitch (toes up)
    arms: dict[str, Arm] = field(default_factory=lambda: {"left": Arm(), "right": Arm()})
    hands: dict[str, tuple[Vector, float]] = field(default_factory=dict)  # where a hand is brought, and how surely
    spin: float = 0.0  # of the whole body about its side axis, backwards positive
    swivel: float = 0.0  # of the whole body about the vertical, to the left
    grips: dict[str, float] = field(default_factory=dict)  # how closed a hand is, 0 flat to 1 a fist; absent: at ease
    pointing: dict[str, float] = field(default_factory=dict)  # how straight the first finger of a closed hand stays
    wrists: dict[str, Wrist] = field(default_factory=dict)
    palms: dict[str, tuple[Vector, Vector]] = field(default_factory=dict)  # where a palm faces, and fingers point
    poles: dict[str, Vector] = field(default_factory=dict)  # where an elbow points that does not hang, x outwards
    apart: float = 0.0  # how far each foot stands out to its side
    across: dict[str, float] = field(default_factory=dict)  # how much farther out than that a foot is
    aside: float = 0.0  # of the pelvis to the right, the feet staying where they are


def rotations(p: Posture, gaze: tuple[float, float], blink: float) -> dict[str, Matrix]:
    """The joints of a posture. `gaze`: radians to the left and up, shared by neck, head and eyes."""
    found: dict[str, Matrix] = {
        "pelvis": turned(Z, -0.4 * p.twist) @ turned(X, p.pelvis),
        "spine": turned(Y, p.sway * 0.5) @ turned(Z, 0.5 * p.twist) @ turned(X, p.spine),
        "chest": turned(Y, p.sway * 0.5) @ turned(Z, 0.7 * p.twist) @ turned(X, p.chest),
        "neck": turned(Z, 0.35 * (gaze[0] + p.turn) - 0.4 * p.twist) @ turned(X, 0.35 * gaze[1] + 0.4 * p.head),
        "head": turned(Z, 0.45 * (gaze[0] + p.turn) - 0.4 * p.twist) @ turned(X, 0.45 * gaze[1] + 0.6 * p.head),
    }
    for side, x in SIDES:
        found |= _arm(side, x, p.arms[side])
        if side in p.hands:
            found |= _reaching(side, x, p, found)
        if side in p.wrists:
            found |= _turned_hand(side, x, p.wrists[side], found)
        if side in p.palms:
            share = p.hands[side][1] if side in p.hands else 1.0
            faced = _facing_hand(side, x, p.palms[side], found)
            found |= blended([(found, 1 - share), (faced, share)], tuple(faced))
        forward, up, pitch = p.feet.get(side, (0.0, 0.0, 0.0))
        found |= _leg(side, x, p, found["pelvis"], (forward, up, pitch))
        found[f"eye_{side}"] = turned(Z, 0.30 * gaze[0]) @ turned(X, 0.25 * gaze[1])
        found[f"lid_{side}"] = turned(X, -(0.95 * blink + 0.12 * max(0.0, -gaze[1])))
    return found


def _arm(side: str, x: float, arm: Arm) -> dict[str, Matrix]:
    hinge = (math.cos(ARM_OUT), 0.0, x * math.sin(ARM_OUT))
    lower = turned(Y, x * arm.lowered * math.radians(37))
    return {
        f"upper_arm_{side}": turned(X, math.radians(arm.swing)) @ lower,
        f"forearm_{side}": turned(hinge, math.radians(arm.elbow)),
        f"hand_{side}": turned(hinge, math.radians(arm.elbow * 0.1)),
    }


def _turned_hand(side: str, x: float, wrist: Wrist, found: dict[str, Matrix]) -> dict[str, Matrix]:
    """The forearm and the hand share a roll, as radius and ulna do; what bends is the wrist."""
    along = (x * math.sin(ARM_OUT), 0.0, -math.cos(ARM_OUT))
    hinge = (math.cos(ARM_OUT), 0.0, x * math.sin(ARM_OUT))
    back = (x * hinge[0], 0.0, x * hinge[2])
    bent = turned(Y, x * wrist.flex) @ turned(back, x * wrist.aside)
    return {
        f"forearm_{side}": found[f"forearm_{side}"] @ turned(along, _FOREARM_SHARE * x * wrist.roll),
        f"hand_{side}": turned(along, (1 - _FOREARM_SHARE) * x * wrist.roll) @ bent @ found[f"hand_{side}"],
    }


def _turned_to(faces: tuple[Vector, Vector]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The unit vectors a palm faces and fingers point along, square to each other: the palm's counts."""
    palm, fingers = (np.array(one) / np.linalg.norm(one) for one in faces)
    fingers = fingers - palm * (fingers @ palm)
    return palm, fingers / max(float(np.linalg.norm(fingers)), 1e-6)


def _facing_hand(side: str, x: float, faces: tuple[Vector, Vector], found: dict[str, Matrix]) -> dict[str, Matrix]:
    """A hand whose palm faces and whose fingers point as asked, in the body's axes; the forearm takes its share."""
    palm, fingers = _turned_to(faces)
    along = np.array([x * math.sin(ARM_OUT), 0.0, -math.cos(ARM_OUT)])
    inward = np.array([-x * math.cos(ARM_OUT), 0.0, -math.sin(ARM_OUT)])  # the palm of the rest pose
    rest = np.stack([along, inward, np.cross(along, inward)], axis=1)
    asked = np.stack([fingers, palm, np.cross(fingers, palm)], axis=1) @ rest.T
    arm = np.eye(3)
    for bone in ("pelvis", "spine", "chest", f"upper_arm_{side}", f"forearm_{side}"):
        arm = arm @ found[bone]
    hand = arm.T @ asked
    w, *axis = quaternions(hand[None])[0]
    twist = 2 * math.atan2(float(np.array(axis) @ along), float(w))
    twist = _FOREARM_SHARE * math.remainder(twist, math.tau)
    return {
        f"forearm_{side}": found[f"forearm_{side}"] @ turned(along, twist),
        f"hand_{side}": turned(along, -twist) @ hand,
    }


def _reaching(side: str, x: float, p: Posture, found: dict[str, Matrix]) -> dict[str, Matrix]:
    """The arm whose hand is at its place, as surely as asked; the elbow hangs outside and behind."""
    asked, share = p.hands[side]
    place = np.array(asked)
    turn, at = np.eye(3), np.add(PELVIS, (p.aside, p.shift, p.drop))
    for bone, start, end in (("pelvis", PELVIS, SPINE), ("spine", SPINE, CHEST), ("chest", CHEST, arm_joints(x)[0])):
        turn = turn @ found[bone]
        at = at + turn @ np.subtract(end, start)
    shoulder, elbow, wrist, _ = (np.array(joint) for joint in arm_joints(x))
    upper, lower = float(np.linalg.norm(elbow - shoulder)), float(np.linalg.norm(wrist - elbow)) + _PALM
    if side in p.palms:  # a hand that is turned at the wrist: the wrist is brought to its place
        lower -= _PALM
        place -= _PALM * _turned_to(p.palms[side])[1]
    way = turn.T @ (place - at)
    distance = min(max(float(np.linalg.norm(way)), 0.12), 0.995 * (upper + lower))
    along = way / max(float(np.linalg.norm(way)), 1e-6)
    cos = (upper * upper + distance * distance - lower * lower) / (2 * upper * distance)
    outward, ahead, above = p.poles.get(side, _HANGING)
    aside = np.array([outward * x, ahead, above])
    aside -= along * (aside @ along)
    aside /= max(float(np.linalg.norm(aside)), 1e-6)
    first = along * cos + aside * math.sqrt(max(0.0, 1 - cos * cos))
    second = (along * distance - first * upper) / lower
    normal = np.cross(first, second)
    normal /= max(float(np.linalg.norm(normal)), 1e-6)
    rest, hinge = (elbow - shoulder) / upper, np.array([math.cos(ARM_OUT), 0.0, x * math.sin(ARM_OUT)])
    turned_to = np.stack([first, normal, np.cross(first, normal)], axis=1)
    bend = math.acos(min(max(float(first @ second), -1.0), 1.0))
    reached = {
        f"upper_arm_{side}": turned_to @ np.stack([rest, hinge, np.cross(rest, hinge)], axis=1).T,
        f"forearm_{side}": turned(hinge, bend),
        f"hand_{side}": np.eye(3),
    }
    return blended([(found, 1 - share), (reached, share)], tuple(reached))


def ankle_place(forward: float, up: float, pitch: float) -> Flat:
    """Where the ankle is (y, z) of a foot this far forward and up that is pitched: it rolls over heel or ball."""
    pivot = np.array([_BALL if pitch < 0 else _HEEL, 0.0])
    return np.asarray(pivot + np.array([forward, up]) + _spun(np.array(ANKLE[1:]) - pivot, pitch))


def _leg(side: str, x: float, p: Posture, pelvis: Matrix, foot: tuple[float, float, float]) -> dict[str, Matrix]:
    """Two-bone inverse kinematics from the hip to the ankle; the foot keeps its own pitch and stays level."""
    forward, up, pitch = foot
    hip, knee, ankle = (np.array(joint[1:]) for joint in (HIP, KNEE, ANKLE))
    thigh, shin = knee - hip, ankle - knee
    a, b = float(np.hypot(*thigh)), float(np.hypot(*shin))
    base = np.array([p.shift, PELVIS[2] + p.drop]) + _spun(hip - np.array(PELVIS[1:]), p.pelvis)
    way = ankle_place(forward, up, pitch) - base
    out = x * (p.apart + p.across.get(side, 0.0)) - p.aside  # the leg swings in a plane that leans out so far
    lean = math.atan2(out, -way[1]) if way[1] < -0.2 else 0.0
    way[1] /= math.cos(lean)
    distance = min(max(float(np.hypot(*way)), abs(a - b) + 1e-3), (a + b) * 0.999)
    corner = math.acos(min(max((a * a + distance * distance - b * b) / (2 * a * distance), -1.0), 1.0))
    thigh_angle = math.atan2(way[1], way[0]) + corner  # knees bend forward
    bent = a * np.array([math.cos(thigh_angle), math.sin(thigh_angle)])
    held = way * (distance / max(float(np.hypot(*way)), 1e-6))
    shin_angle = math.atan2(held[1] - bent[1], held[0] - bent[0])
    first = thigh_angle - math.atan2(thigh[1], thigh[0])
    second = shin_angle - math.atan2(shin[1], shin[0])
    out_turn = turned(Y, -lean)
    return {
        f"thigh_{side}": pelvis.T @ out_turn @ turned(X, first),
        f"shin_{side}": turned(X, second - first),
        f"foot_{side}": turned(X, -second) @ out_turn.T @ turned(X, pitch),
    }


def _spun(offset: Flat, angle: float) -> Flat:
    """(y, z) turned about x by the right hand: y towards z."""
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([offset[0] * cos - offset[1] * sin, offset[0] * sin + offset[1] * cos])

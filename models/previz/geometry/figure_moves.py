"""How people move: trunk, feet and arms of each move, and the joints that bring them there.

Feet are placed on the ground and the legs bent to reach them, by two-bone inverse kinematics in the plane the body
walks in: a foot that is down stays where it is while the body passes over it.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.figure_body import (
    ANKLE,
    ARM_OUT,
    HIP,
    KNEE,
    PELVIS,
    REFERENCE_HEIGHT,
)
from models.previz.geometry.skin import Matrix, turned
from models.previz.moves import LANDING, TAKE_OFF, stride_metres

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
SIDES = (("left", -1.0), ("right", 1.0))
_DUTY = {"walk": 0.60, "run": 0.34}  # share of a cycle that a foot is down
Flat = NDArray[np.float64]  # [2]: y and z


@dataclass(slots=True)
class Arm:
    """Degrees. `lowered`: 1 hangs beside the body, 0 is the rest pose, below 0 raised sideways; `swing` forward."""

    lowered: float = 1.0
    swing: float = 2.0
    elbow: float = 14.0


@dataclass(slots=True)
class Posture:
    """A body at one moment. Radians, forward and up positive; metres at the reference height."""

    drop: float = 0.0  # of the pelvis, the feet staying where they are
    sink: float = 0.0  # of the whole body, feet and all
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
    spin: float = 0.0  # of the whole body about its side axis, backwards positive


def posture(move: str, phase: float, seconds: float) -> Posture:
    """The posture of a move at a phase; `seconds` moves what is never still."""
    p = Posture()
    breath = math.sin(seconds * 2.0)
    p.chest, p.turn = 0.008 * breath, 0.05 * math.sin(seconds * 0.7)
    for side in ("left", "right"):
        p.arms[side].swing += breath
    wave, progress = 2 * math.pi * phase, _smooth(min(max(phase, 0.0), 1.0))
    once = min(max(phase, 0.0), 1.0)
    if move in ("walk", "run"):
        _gait(p, move, phase)
    elif move == "dance":
        beat = math.sin(wave)
        p.drop, p.sway, p.twist = -0.05 + 0.035 * math.cos(2 * wave), 0.10 * beat, 0.22 * beat
        p.feet = {"left": (0.02, 0.10 * max(0.0, beat), 0.1), "right": (0.02, 0.10 * max(0.0, -beat), 0.1)}
        p.arms = {"left": Arm(0.35, 35 + 30 * beat, 75), "right": Arm(0.35, 35 - 30 * beat, 75)}
        p.head = 0.06 * math.cos(2 * wave)
    elif move == "wave":
        p.arms["right"] = Arm(-2.5, 8, 34 + 28 * math.sin(wave))
        p.sway = -0.03
    elif move == "talk":
        p.arms["right"] = Arm(0.95, 16 + 9 * math.sin(wave), 62 + 16 * math.sin(wave * 1.3 + 0.5))
        p.arms["left"] = Arm(1.0, 9 + 6 * math.sin(wave * 0.8 + 2), 44 + 12 * math.sin(wave + 1.2))
        p.head, p.turn = 0.035 * math.sin(wave * 1.1), 0.06 * math.sin(wave * 0.5)
    elif move == "sit":  # on the ground, knees up, hands on them
        p.drop, p.shift, p.pelvis = -0.80 * progress, -0.10 * progress, 0.30 * progress
        p.spine, p.chest, p.head = -0.25 * progress, -0.12 * progress, 0.02 * progress
        p.feet = {side: (0.46 * progress, 0.0, 0.12 * progress) for side, _ in SIDES}
        p.arms = {side: Arm(1.0, 2 + 52 * progress, 14 + 22 * progress) for side, _ in SIDES}
    elif move in ("lie", "fall"):
        p.spin = math.pi / 2 * progress
        p.sink = -0.83 * progress + 0.10 * math.sin(math.pi * progress)
        bend = 0.25 * math.sin(math.pi * progress)
        p.feet = {side: (0.5 * bend, bend, 0.0) for side, _ in SIDES}
        p.arms = {
            side: Arm(1.0 - 0.7 * progress * (move == "fall"), 8, 16 + 20 * (move == "fall")) for side, _ in SIDES
        }
        p.head = 0.12 * progress
    elif move in ("jump", "backflip"):
        _leap(p, once, tucked=move == "backflip")
    elif move == "kick":
        back, strike = (
            math.sin(math.pi * min(once / 0.42, 1.0)),
            math.sin(math.pi * min(max((once - 0.25) / 0.6, 0), 1)),
        )
        p.feet["right"] = (-0.30 * back * (once < 0.42) + 0.62 * strike, 0.12 * back + 0.26 * strike, 0.3 * strike)
        p.pelvis, p.chest, p.drop = 0.10 * strike, 0.05 * strike, -0.03
        p.arms = {"left": Arm(0.6, 30 * strike, 30), "right": Arm(0.5, -34 * strike, 24)}
    elif move == "throw":
        cock = math.sin(math.pi / 2 * min(once / 0.4, 1.0)) * (1 - _smooth(min(max((once - 0.4) / 0.2, 0), 1)))
        through = _smooth(min(max((once - 0.4) / 0.25, 0), 1)) * (1 - _smooth(min(max((once - 0.72) / 0.28, 0), 1)))
        p.arms["right"] = Arm(1 - 1.9 * cock - 0.9 * through, -20 * cock + 92 * through, 14 + 80 * cock + 6 * through)
        p.arms["left"] = Arm(1 - 0.5 * cock, 34 * cock - 12 * through, 22)
        p.twist, p.chest = -0.40 * cock + 0.35 * through, 0.08 * cock - 0.14 * through
        p.feet["left"] = (0.20 * max(cock, through), 0.0, 0.0)
        p.shift = 0.06 * through
    elif move == "catch":
        reach = _smooth(min(once / 0.45, 1.0)) * (1 - 0.75 * _smooth(min(max((once - 0.7) / 0.3, 0), 1)))
        close = _smooth(min(max((once - 0.45) / 0.15, 0), 1))
        p.arms = {side: Arm(1 + 0.10 * close, 62 * reach, 30 + 34 * close * reach) for side, _ in SIDES}
        p.drop = -0.05 * reach
        p.chest = -0.05 * reach
    elif move == "eat":
        lift = 0.5 + 0.5 * math.sin(wave)
        p.arms["right"] = Arm(1.05, 34 + 14 * lift, 92 + 36 * lift)
        p.head = -0.10 + 0.05 * lift
    return p


def _gait(p: Posture, move: str, phase: float) -> None:
    duty, stride = _DUTY[move], stride_metres(move, REFERENCE_HEIGHT)
    lift = 0.11 if move == "walk" else 0.30
    for side, lands in (("right", 0.0), ("left", 0.5)):
        since = (phase - lands) % 1.0
        if since < duty:
            share = since / duty
            roll = 0.22 * max(0.0, 1 - share * 5) - 0.75 * max(0.0, share - 0.70) / 0.30
            p.feet[side] = (stride * (duty / 2 - since), 0.055 * max(0.0, share - 0.72) / 0.28, roll)
        else:
            share = (since - duty) / (1 - duty)
            pitch = -0.75 * (1 - share) ** 2 + 0.22 * share**3
            high = lift * math.sin(math.pi * share**0.8) + 0.055 * (1 - share)
            p.feet[side] = (stride * duty * (_smooth(share) - 0.5), high, pitch)
    wave = 2 * math.pi * phase
    swing = math.cos(wave)  # the right foot is foremost at phase 0, and the left arm with it
    if move == "walk":
        p.drop = -0.038 - 0.026 * math.cos(2 * wave)
        p.twist, p.pelvis, p.sway = 0.16 * swing, -0.03, 0.02 * math.sin(wave)
        p.arms = {
            "left": Arm(0.97, 24 * swing, 22 + 10 * max(0.0, swing)),
            "right": Arm(0.97, -24 * swing, 22 + 10 * max(0.0, -swing)),
        }
    else:
        p.drop = -0.075 + 0.035 * math.cos(2 * wave + 0.5)
        p.twist, p.pelvis, p.spine, p.head = 0.26 * swing, -0.12, -0.06, 0.12
        p.arms = {"left": Arm(0.9, 8 + 42 * swing, 82), "right": Arm(0.9, 8 - 42 * swing, 82)}


def _leap(p: Posture, phase: float, *, tucked: bool) -> None:
    crouch = math.sin(math.pi * phase / TAKE_OFF) if phase < TAKE_OFF else 0.0
    landed = math.sin(math.pi * (phase - LANDING) / (1 - LANDING)) if phase > LANDING else 0.0
    aloft = min(max((phase - TAKE_OFF) / (LANDING - TAKE_OFF), 0.0), 1.0)
    air = math.sin(math.pi * aloft)
    bend = max(crouch, landed)
    p.drop, p.pelvis, p.chest = -0.26 * bend, -0.34 * bend, 0.10 * bend
    up = 95 * air if not tucked else 60 * air
    p.arms = {
        side: Arm(1 - 0.2 * air, -34 * crouch + 24 * landed + up, 16 + 26 * bend + (40 * air if tucked else 0))
        for side, _ in SIDES
    }
    if tucked:
        p.spin = 2 * math.pi * _smooth(aloft)
        p.feet = {side: (0.26 * air, 0.56 * air, -0.3 * air) for side, _ in SIDES}
        p.spine, p.head = -0.35 * air, -0.25 * air
    else:
        p.feet = {"left": (0.06 * air, 0.16 * air, -0.5 * air), "right": (-0.06 * air, 0.10 * air, -0.6 * air)}


def rotations(p: Posture, gaze: tuple[float, float], blink: float) -> dict[str, Matrix]:
    """The joints of a posture. `gaze`: radians to the left and up, shared by neck, head and eyes."""
    found = {
        "pelvis": turned(Z, -0.4 * p.twist) @ turned(X, p.pelvis),
        "spine": turned(Y, p.sway * 0.5) @ turned(Z, 0.5 * p.twist) @ turned(X, p.spine),
        "chest": turned(Y, p.sway * 0.5) @ turned(Z, 0.7 * p.twist) @ turned(X, p.chest),
        "neck": turned(Z, 0.35 * (gaze[0] + p.turn) - 0.4 * p.twist) @ turned(X, 0.35 * gaze[1] + 0.4 * p.head),
        "head": turned(Z, 0.45 * (gaze[0] + p.turn) - 0.4 * p.twist) @ turned(X, 0.45 * gaze[1] + 0.6 * p.head),
    }
    for side, x in SIDES:
        found |= _arm(side, x, p.arms[side])
        forward, up, pitch = p.feet.get(side, (0.0, 0.0, 0.0))
        found |= _leg(side, p, forward, up, pitch)
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


def _leg(side: str, p: Posture, forward: float, up: float, pitch: float) -> dict[str, Matrix]:
    """Two-bone inverse kinematics from the hip to the ankle; the foot keeps its own pitch."""
    hip, knee, ankle = (np.array(joint[1:]) for joint in (HIP, KNEE, ANKLE))
    thigh, shin = knee - hip, ankle - knee
    a, b = float(np.hypot(*thigh)), float(np.hypot(*shin))
    base = np.array([p.shift, PELVIS[2] + p.drop]) + _spun(hip - np.array(PELVIS[1:]), p.pelvis)
    ball = np.array([0.10, 0.0])  # the foot rolls over its ball, not its ankle
    target = (
        ball + np.array([forward, up]) + _spun(ankle - ball, pitch) if pitch < 0 else ankle + np.array([forward, up])
    )
    way = target - base
    distance = min(max(float(np.hypot(*way)), abs(a - b) + 1e-3), (a + b) * 0.999)
    corner = math.acos(min(max((a * a + distance * distance - b * b) / (2 * a * distance), -1.0), 1.0))
    thigh_angle = math.atan2(way[1], way[0]) + corner  # knees bend forward
    bent = base + a * np.array([math.cos(thigh_angle), math.sin(thigh_angle)])
    held = base + way * (distance / max(float(np.hypot(*way)), 1e-6))
    shin_angle = math.atan2(held[1] - bent[1], held[0] - bent[0])
    first = thigh_angle - math.atan2(thigh[1], thigh[0])
    second = shin_angle - math.atan2(shin[1], shin[0])
    return {
        f"thigh_{side}": turned(Z, 0.4 * p.twist) @ turned(X, first - p.pelvis),
        f"shin_{side}": turned(X, second - first),
        f"foot_{side}": turned(X, pitch - second),
    }


def _spun(offset: Flat, angle: float) -> Flat:
    """(y, z) turned about x by the right hand: y towards z."""
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([offset[0] * cos - offset[1] * sin, offset[0] * sin + offset[1] * cos])


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)

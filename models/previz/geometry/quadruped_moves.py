"""How four legs move: the trunk's pitch and height, where each paw is, and the joints that bring it there.

All turns but the head's and the tail's are about the x axis, so they add along a limb and two-bone inverse kinematics
has a closed form. A paw that is down stays where it is while the body passes over it: its sweep is the move's stride.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.quadruped_body import PELVIS_Z, Proportions, fore_joints, hind_joints
from models.previz.geometry.skin import Matrix, turned
from models.previz.moves import DANCES, GAITS, LANDING, TAKE_OFF, footfalls, stride_metres

LEGS = ("fore_left", "fore_right", "hind_left", "hind_right")
_DUTY = {"walk": 0.62, "push": 0.66, "push_low": 0.66, "run": 0.30}  # share of a cycle that a paw is down
_LIFT = {"walk": 0.10, "push": 0.07, "push_low": 0.07, "run": 0.17}
Plane = tuple[float, float]  # y and z, in withers heights
Flat = NDArray[np.float64]  # [2], likewise


@dataclass(slots=True)
class Posture:
    """A body at one moment. Angles in radians, up positive; paws are offsets from where they stand at rest."""

    drop: float = 0.0  # of the pelvis
    shift: float = 0.0  # of the pelvis, forward
    pelvis: float = 0.0
    spine: float = 0.0
    chest: float = 0.0
    neck: float = 0.0
    head: float = 0.0
    turn: float = 0.0  # of the head, to its left
    paws: dict[str, Plane] = field(default_factory=dict)  # forward and up, on the ground's axes
    hanging: dict[str, Plane] = field(default_factory=dict)  # paw against the shoulder, in the chest's axes
    tail: float = 0.0
    wag: float = 0.0
    roll: float = 0.0  # of the whole body about its length
    flip: float = 0.0  # of the whole body about its side


def posture(move: str, phase: float, seconds: float) -> Posture:
    """The posture of a move at a phase; `seconds` moves what is never still."""
    breath = math.sin(seconds * 2.1)
    p = Posture(tail=0.12 * math.sin(seconds * 1.3), wag=0.35 * math.sin(seconds * 1.7), chest=0.006 * breath)
    if move in GAITS:
        return _gait(p, move, phase)
    wave = 2 * math.pi * phase
    progress = _smooth(min(max(phase, 0.0), 1.0))
    if move == "sit":
        p.drop, p.shift = -0.43 * progress, 0.06 * progress
        p.pelvis, p.spine, p.chest = 0.54 * progress, 0.06 * progress, -0.04 * progress
        p.neck, p.head = -0.20 * progress, -0.32 * progress
        for leg in ("hind_left", "hind_right"):
            p.paws[leg] = (0.20 * progress, 0.0)
        for leg in ("fore_left", "fore_right"):
            p.paws[leg] = (-0.10 * progress, 0.0)
        p.tail += 0.5 * progress
    elif move in ("lie", "fall"):
        p.drop = -0.44 * progress
        for leg in ("hind_left", "hind_right"):  # far enough back that the knee stays under the back
            p.paws[leg] = (0.10 * progress, 0.0)
        for leg in ("fore_left", "fore_right"):  # and the elbow above the ground
            p.paws[leg] = (0.06 * progress, 0.0)
        p.neck, p.head = -0.30 * progress, 0.25 * progress
        if move == "fall":  # onto its side, the legs half stretched away from it
            p.roll, p.drop = 1.25 * progress, -0.45 * progress
            p.paws = dict.fromkeys(LEGS, (0.12 * progress, -0.32 * progress))
    elif move in ("jump", "backflip"):
        _leap(p, min(max(phase, 0.0), 1.0))
        if move == "backflip":
            p.flip = (
                2 * math.pi * _smooth(max((phase - TAKE_OFF) / (LANDING - TAKE_OFF), 0.0)) if phase < LANDING else 0.0
            )
    elif move in DANCES or move == "cheer":
        sway = math.sin(wave)
        p.pelvis, p.spine, p.chest = 0.95, 0.18, 0.08
        p.drop, p.shift = -0.10 + 0.03 * math.cos(2 * wave), -0.06
        p.neck, p.head = -0.50, -0.55
        p.roll = 0.09 * sway
        p.paws = {"hind_left": (0.10, 0.05 * max(0.0, sway)), "hind_right": (0.10, 0.05 * max(0.0, -sway))}
        p.hanging = {"fore_left": (0.34, -0.30 + 0.14 * sway), "fore_right": (0.34, -0.30 - 0.14 * sway)}
    elif move in ("pick_up", "give"):  # with the mouth
        low = math.sin(math.pi * min(max(phase, 0.0), 1.0))
        p.neck, p.head, p.chest, p.drop = -1.05 * low, -0.30 * low, -0.12 * low, -0.04 * low
    elif move == "bow":  # as dogs do who ask to play
        low = math.sin(math.pi * min(max(phase, 0.0), 1.0))
        p.chest, p.spine, p.neck, p.head, p.drop = -0.30 * low, -0.26 * low, 0.42 * low, 0.12 * low, -0.03 * low
        p.paws = {"fore_left": (0.26 * low, 0.0), "fore_right": (0.26 * low, 0.0)}
        p.tail += 0.6 * low
    elif move in ("wave", "clap", "kick", "throw", "catch"):
        waves = move in ("wave", "clap")
        reach = 0.5 + 0.5 * math.sin(wave) if waves else math.sin(math.pi * min(max(phase, 0.0), 1.0))
        height = 0.46 + 0.16 * reach if waves else 0.16 + 0.14 * reach
        p.paws["fore_right"] = (0.22 + 0.20 * reach, height * (1.0 if waves else reach))
        p.chest, p.neck = 0.06, 0.05
    elif move == "talk":
        p.head, p.turn = 0.06 * math.sin(wave), 0.10 * math.sin(wave * 0.5 + 0.7)
    elif move == "eat":
        p.neck, p.head, p.chest = -1.05, -0.30 + 0.12 * math.sin(wave), -0.12
        p.drop = -0.04
    return p


def _gait(p: Posture, move: str, phase: float) -> Posture:
    duty, stride = _DUTY[move], stride_metres(move, 1.0, quadruped=True)
    for leg, lands in footfalls(move, quadruped=True):
        since = (phase - lands) % 1.0
        if since < duty:
            p.paws[leg] = (stride * (duty / 2 - since), 0.0)
        else:
            share = (since - duty) / (1 - duty)
            p.paws[leg] = (stride * duty * (_smooth(share) - 0.5), _LIFT[move] * math.sin(math.pi * share))
    wave = 2 * math.pi * phase
    if move != "run":
        p.drop, p.chest = -0.03 + 0.012 * math.cos(2 * wave), 0.02 * math.sin(2 * wave)
        p.neck, p.head = 0.03 * math.sin(2 * wave + 0.6), -0.02
    else:  # a gallop: the back bends and stretches once a stride
        p.drop, p.pelvis = -0.07 + 0.05 * math.sin(wave + 0.6), 0.16 * math.sin(wave + 2.4)
        p.spine, p.chest = -0.20 * math.sin(wave + 2.4), 0.13 * math.sin(wave + 3.3)
        p.neck, p.head, p.tail = -0.10 - 0.10 * math.sin(wave + 3.3), -0.05, p.tail + 0.35
    return p


def _leap(p: Posture, phase: float) -> None:
    crouch = math.sin(math.pi * phase / TAKE_OFF) if phase < TAKE_OFF else 0.0
    landed = math.sin(math.pi * (phase - LANDING) / (1 - LANDING)) if phase > LANDING else 0.0
    aloft = min(max((phase - TAKE_OFF) / (LANDING - TAKE_OFF), 0.0), 1.0)
    stretch = math.sin(math.pi * aloft)
    p.drop = -0.20 * crouch - 0.16 * landed
    p.pelvis = 0.10 * crouch + 0.42 * stretch * (1 - 2 * aloft)
    p.neck, p.tail = -0.10 * stretch, 0.5 * stretch
    for leg, (forward, up) in {"fore": (0.34, 0.24), "hind": (-0.34, 0.16)}.items():
        for side in ("left", "right"):
            p.paws[f"{leg}_{side}"] = (forward * stretch, up * stretch)


def rotations(p: Proportions, held: Posture, gaze: tuple[float, float], jaw: float) -> dict[str, Matrix]:
    """The joints of a posture; `gaze`: radians the head is turned left and up, `jaw` 0 closed to 1 open."""
    pelvis = held.pelvis
    spine, chest = pelvis + held.spine, pelvis + held.spine + held.chest
    found = {
        "pelvis": turned((0, 1, 0), held.roll) @ turned((1, 0, 0), pelvis),
        "spine": turned((1, 0, 0), held.spine),
        "chest": turned((1, 0, 0), held.chest),
        "neck": turned((0, 0, 1), 0.4 * (gaze[0] + held.turn)) @ turned((1, 0, 0), held.neck + 0.4 * gaze[1]),
        "head": turned((0, 0, 1), 0.6 * (gaze[0] + held.turn)) @ turned((1, 0, 0), held.head + 0.6 * gaze[1]),
        "jaw": turned((1, 0, 0), -0.42 * jaw),
    }
    hangs = min(at[2] for at in p.tail) - p.tail_radius[1] + held.drop  # of the tail, over the ground
    tail = held.tail + 3.5 * max(0.0, 0.05 - hangs)  # one that would reach into it is laid out behind
    for number in (1, 2, 3):
        found[f"tail{number}"] = turned((0, 0, 1), held.wag / 2) @ turned((1, 0, 0), -tail / 2)
    root = np.array([-p.body + 0.12 + held.shift, PELVIS_Z + held.drop])
    joints = {bone: np.array(at) for bone, at in _trunk(p).items()}
    spine_at = root + _spun(joints["spine"] - joints["pelvis"], pelvis)
    chest_at = spine_at + _spun(joints["chest"] - joints["spine"], spine)
    for leg in LEGS:
        fore = leg.startswith("fore")
        rest = [np.array(joint[1:]) for joint in (fore_joints if fore else hind_joints)(p, 1.0)]
        carried = chest if fore else pelvis
        base = (
            chest_at + _spun(rest[0] - joints["chest"], chest)
            if fore
            else root + _spun(rest[0] - joints["pelvis"], pelvis)
        )
        if leg in held.hanging:
            target, flat = base + _spun(np.array(held.hanging[leg]), carried), carried - 0.9
        else:
            target, flat = rest[3] + np.array(held.paws.get(leg, (0.0, 0.0))), -0.9 * held.paws.get(leg, (0.0, 0.0))[1]
        found |= _limb(leg, rest, base, target, carried, flat, bend=-1.0 if fore else 1.0)
    return found


def _limb(
    leg: str, rest: list[Flat], base: Flat, target: Flat, carried: float, flat: float, bend: float
) -> Mapping[str, Matrix]:
    """Two-bone inverse kinematics in the leg's plane. `carried` and `flat`: pitch of the trunk, and of the foot."""
    upper, lower = rest[1] - rest[0], rest[2] - rest[1]
    a, b = float(np.hypot(*upper)), float(np.hypot(*lower))
    ankle = target - _spun(rest[3] - rest[2], flat)
    way = ankle - base
    distance = min(max(float(np.hypot(*way)), abs(a - b) + 1e-3), (a + b) * 0.998)
    at = math.atan2(way[1], way[0])
    corner = math.acos(min(max((a * a + distance * distance - b * b) / (2 * a * distance), -1.0), 1.0))
    upper_angle = at + bend * corner
    knee = base + a * np.array([math.cos(upper_angle), math.sin(upper_angle)])
    held = base + way * (distance / max(float(np.hypot(*way)), 1e-6))
    lower_angle = math.atan2(held[1] - knee[1], held[0] - knee[0])
    first = upper_angle - math.atan2(upper[1], upper[0])
    second = lower_angle - math.atan2(lower[1], lower[0])
    return {
        f"{leg}_upper": turned((1, 0, 0), first - carried),
        f"{leg}_lower": turned((1, 0, 0), second - first),
        f"{leg}_foot": turned((1, 0, 0), flat - second),
    }


def _trunk(p: Proportions) -> dict[str, Plane]:
    return {
        "pelvis": (-p.body + 0.12, PELVIS_Z),
        "spine": (-p.body + 0.36, PELVIS_Z + 0.02),
        "chest": (0.10, PELVIS_Z + 0.03),
    }


def _spun(offset: Flat, angle: float) -> Flat:
    """(y, z) turned about x by the right hand: y towards z."""
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([offset[0] * cos - offset[1] * sin, offset[0] * sin + offset[1] * cos])


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)

"""What people do with their arms and trunks where they stand: wave, talk, clap, point, cheer, bow, hug, give, stoop.

Each function sets a posture at a phase: of a cycle in radians (`wave`), of what is done once from 0 to 1 (`once`).
"""

import math

from models.previz.geometry.easing import share, smooth, there_and_back
from models.previz.geometry.figure_joints import SIDES, Arm, Posture, Wrist
from models.previz.moves import PICKED_UP
from models.previz.world import Vector

CLAP_AT = 0.0  # phase at which palms meet


def wave_hand(p: Posture, wave: float) -> None:
    """The palm to whom it is meant for, the forearm as a pendulum with the hand behind it; weight on one leg."""
    aside, late = math.sin(wave), math.sin(wave - 0.7)
    p.hands["right"] = ((0.36 + 0.11 * aside, 0.17, 1.70 - 0.03 * abs(aside)), 1.0)
    p.poles["right"] = (0.75, -0.25, -0.75)
    p.palms["right"] = ((-0.25, 0.95, 0.0), (0.15 + 0.34 * late, 0.0, 0.95))
    p.grips["right"] = 0.06
    p.sway, p.aside, p.head = -0.05 + 0.012 * aside, -0.025, 0.03
    p.turn = -0.05


def talk(p: Posture, wave: float) -> None:
    """Hands that beat what is said: one leads, the other comes in now and then, palms half open."""
    beat, other = math.sin(wave), math.sin(wave * 1.3 + 0.5)
    slow = math.sin(wave * 0.8 + 2)
    p.hands["right"] = ((0.20 + 0.06 * other, 0.31 + 0.03 * beat, 1.11 + 0.06 * beat), 1.0)
    p.hands["left"] = ((-0.20 + 0.03 * slow, 0.27 + 0.03 * slow, 1.04 + 0.04 * slow), 0.9)
    p.wrists["right"] = Wrist(roll=0.75 + 0.35 * other, flex=-0.20 * beat)
    p.wrists["left"] = Wrist(roll=0.55 + 0.25 * slow, flex=-0.12 * slow)
    p.grips |= {"right": 0.14 - 0.08 * beat, "left": 0.20}
    p.head, p.turn = 0.035 * math.sin(wave * 1.1), 0.06 * math.sin(wave * 0.5)
    p.aside, p.sway = 0.018 * math.sin(wave * 0.5), -0.012 * math.sin(wave * 0.5)


def clap(p: Posture, wave: float) -> None:
    """Hands meet before the chest at phase 0 and spring apart."""
    part = (0.5 - 0.5 * math.cos(wave)) ** 0.7
    for side, sign in SIDES:
        p.hands[side] = ((sign * (0.020 + 0.115 * part), 0.345, 1.215 + 0.015 * sign * (1 - part)), 1.0)
        p.poles[side] = (0.85, -0.25, -0.55)
        p.palms[side] = ((-sign, 0.0, 0.12 * sign), (-0.10 * sign, 0.72, 0.70))
        p.grips[side] = 0.05
    p.drop, p.chest, p.head = -0.006 - 0.006 * part, 0.03 * (1 - part), 0.02 * (1 - part)
    p.sway = 0.012 * math.sin(0.5 * wave)


def cheer(p: Posture, wave: float) -> None:
    """Both fists up, pumped, and the knees with them."""
    pump = 0.5 + 0.5 * math.sin(wave)
    for side, sign in SIDES:
        p.hands[side] = ((sign * (0.30 - 0.03 * pump), 0.10, 1.70 + 0.20 * pump), 1.0)
        p.poles[side] = (0.95, -0.1, -0.45)
        p.grips[side] = 0.92
        p.feet[side] = (0.0, 0.0, -0.30 * max(0.0, pump - 0.5))
    p.drop, p.head, p.chest = -0.055 * (1 - pump), 0.14, 0.07
    p.apart = 0.05


def point(p: Posture, wave: float) -> None:
    """The arm out to what is meant, one finger of the hand straight."""
    give = math.sin(wave)
    p.hands["right"] = ((0.17, 0.66, 1.36 + 0.012 * give), 1.0)
    p.poles["right"] = (0.55, -0.2, -0.85)
    p.palms["right"] = ((-0.75, 0.0, -0.65), (-0.03, 1.0, 0.03))
    p.grips["right"], p.pointing["right"] = 0.86, 1.0
    p.twist, p.sway, p.aside, p.shift = 0.14, 0.02, -0.02, 0.02


def bow(p: Posture, once: float) -> None:
    """From the hips, which go back so that one does not topple; a hand on the belly, the other at the side."""
    down = there_and_back(once, 0.05, 0.40, 0.58, 1.0)
    p.pelvis, p.spine, p.chest, p.head = -0.62 * down, -0.22 * down, -0.16 * down, -0.34 * down
    p.shift, p.drop = -0.14 * down, -0.015 * down
    p.hands["right"] = ((0.00, 0.20 + 0.16 * down, 1.12 - 0.10 * down), smooth(share(down, 0.0, 0.45)))
    p.palms["right"] = ((0.0, -1.0, -0.1), (-1.0, 0.0, 0.1))
    p.arms["left"] = Arm(1.0, 2 + 44 * down, 14)


def hug(p: Posture, once: float) -> None:
    """Arms open and close round the other's back, heads beside each other; then open again."""
    reach, close = there_and_back(once, 0.0, 0.16, 0.88, 1.0), there_and_back(once, 0.12, 0.34, 0.80, 0.95)
    squeeze = 0.5 + 0.5 * math.sin(once * 14)
    for side, sign in SIDES:
        high = sign > 0
        around: Vector = (-0.02 * sign, 0.40 + 0.02 * squeeze, 1.34 if high else 1.14)
        wide: Vector = (sign * 0.40, 0.40, 1.30 if high else 1.14)
        a, b, c = (start + (end - start) * close for start, end in zip(wide, around, strict=True))
        p.hands[side] = ((a, b, c), reach)
        p.poles[side] = (1.0, 0.15, -0.25)
        p.palms[side] = (
            (-sign * (1 - 0.7 * close), -0.25 - 0.75 * close, 0.0),
            (-sign * close, 0.8 - 0.6 * close, 0.35),
        )
        p.grips[side] = 0.10
    p.chest, p.spine, p.pelvis = -0.05 * close, -0.04 * close, -0.05 * close
    p.sway, p.turn, p.head = -0.09 * close, 0.28 * close, -0.04 * close
    p.aside = 0.01 * math.sin(once * 9) * close


def give(p: Posture, once: float, held: Vector) -> None:
    """What is held goes out to whom it is for with a step of the trunk, and empty hands come back."""
    out = there_and_back(once, 0.05, 0.42, 0.58, 1.0)
    gone = smooth(share(once, 0.58, 1.0))
    x, y, z = held
    for side, sign in SIDES:
        p.hands[side] = ((x + (0.055 if sign > 0 else -0.15), y + 0.26 * out, z + 0.10 * out), 1 - gone)
        p.palms[side] = ((-0.75 * sign, 0.0, 0.65), (-0.1 * sign, 1.0, 0.05))
        p.grips[side] = 0.30 * (1 - smooth(share(once, 0.5, 0.6)))
    p.pelvis, p.shift, p.chest = -0.10 * out, 0.03 * out, -0.06 * out
    p.feet["left"] = (0.10 * out, 0.0, 0.0)


def stoop(p: Posture, once: float, held: Vector) -> None:
    """Down by the knees with the back long, hands round what lies there, and up with it."""
    down = there_and_back(once, 0.0, PICKED_UP - 0.05, PICKED_UP + 0.05, 1.0)
    x, y, z = held
    for side, sign in SIDES:
        low: Vector = (sign * (0.12 + 0.05 * (once < PICKED_UP)), 0.46, 0.16)
        hold: Vector = (x + (0.055 if sign > 0 else -0.15), y, z)
        a, b, c = (start + (end - start) * down for start, end in zip(hold, low, strict=True))
        p.hands[side] = ((a, b, c), smooth(share(once, 0.0, 0.3)))
        p.palms[side] = ((-sign, 0.0, 0.35 * (1 - down)), (0.0, 1.0 - 0.6 * down, -0.8 * down))
        p.grips[side] = 0.10 + 0.22 * smooth(share(once, PICKED_UP - 0.08, PICKED_UP + 0.04))
    p.drop, p.shift = -0.40 * down, -0.14 * down
    p.pelvis, p.spine, p.chest, p.head = -0.72 * down, -0.30 * down, -0.20 * down, 0.30 * down
    p.feet["right"], p.feet["left"] = (-0.10 * down, 0.0, -0.35 * down), (0.10 * down, 0.0, 0.0)
    p.apart = 0.06 * down

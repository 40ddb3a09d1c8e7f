"""How people dance: four figures, each two beats a cycle, the weight on one foot at phase 0 and on the other at 0.5.

All of them bounce on the beat, shift the hips over the foot that stands and counter it with the shoulders.
"""

import math

from models.previz.geometry.figure_joints import SIDES, Arm, Posture, Wrist

_OVER = 0.055  # metres that hips go over the foot that stands


def dance(p: Posture, phase: float, figure: int) -> None:
    """`phase` in cycles; `figure` 0 steps aside, 1 points up and down, 2 twists, 3 throws the hands up."""
    wave = 2 * math.pi * phase
    aside = math.cos(wave)  # right at phase 0, when the right foot comes down
    bounce = math.cos(2 * wave)  # lowest on the beat
    p.drop = -0.050 - 0.026 * bounce
    p.aside, p.sway = _OVER * aside, -0.09 * aside
    p.apart = 0.10 if figure == 0 else 0.06
    p.head = 0.05 * bounce
    p.grips = {side: 0.38 for side, _ in SIDES}
    for side, sign in SIDES:
        free = max(0.0, -sign * aside) ** 1.5  # the foot that does not stand
        p.feet[side] = (0.03 * free, 0.045 * free, -0.38 * free)
        p.across[side] = -0.13 * free if figure == 0 else 0.0
    (_sidestep, _disco, _twist, _hands_up)[figure](p, wave, aside, bounce)


def _sidestep(p: Posture, wave: float, aside: float, bounce: float) -> None:
    """Elbows bent, forearms swing across with the step."""
    p.twist = 0.22 * math.sin(wave)
    for side, sign in SIDES:
        lift = 0.05 * bounce * sign
        p.hands[side] = ((sign * 0.23 + 0.12 * aside, 0.27 + 0.05 * sign * aside, 1.08 + 0.06 * abs(aside) + lift), 1.0)
        p.poles[side] = (0.55, -0.65, -0.5)
        p.wrists[side] = Wrist(roll=0.2, flex=0.15 * math.sin(2 * wave))
        p.grips[side] = 0.55


def _disco(p: Posture, wave: float, aside: float, bounce: float) -> None:
    """One finger to the ceiling and down across the body, a hand on the hip."""
    up = 0.5 + 0.5 * aside
    ease = up * up * (3 - 2 * up)
    p.hands["right"] = ((-0.16 + 0.62 * ease, 0.30 - 0.10 * ease, 0.92 + 0.88 * ease), 1.0)
    p.hands["left"] = ((-0.235, 0.045, 1.00), 1.0)
    p.poles |= {"right": (0.8, -0.2, -0.6), "left": (1.0, -0.5, -0.1)}
    p.grips |= {"right": 0.85, "left": 0.3}
    p.pointing["right"] = 1.0
    p.palms["left"] = ((0.9, -0.1, -0.3), (0.2, 0.75, -0.6))
    p.twist, p.turn, p.head = 0.20 - 0.34 * ease, -0.25 * ease + 0.1, p.head + 0.12 * ease


def _twist(p: Posture, wave: float, aside: float, bounce: float) -> None:
    """Hips against shoulders, low, the forearms like somebody drying the back with a towel."""
    turn = math.sin(wave)
    p.twist, p.drop, p.aside = 0.42 * turn, p.drop - 0.045 - 0.02 * math.sin(0.5 * wave), 0.5 * p.aside
    for side, sign in SIDES:
        p.hands[side] = ((sign * 0.27 - 0.02 * turn, 0.20 + 0.14 * sign * turn, 1.10 + 0.04 * sign * turn), 1.0)
        p.poles[side] = (0.85, -0.6, -0.3)
        p.grips[side] = 0.8
        pitch = -0.34 if sign * turn > 0 else -0.10
        p.feet[side] = (0.02, 0.0, pitch * abs(turn))


def _hands_up(p: Posture, wave: float, aside: float, bounce: float) -> None:
    """Both hands over the head, swaying against the hips, the knees deep on the beat."""
    p.drop -= 0.03 + 0.02 * bounce
    for side, sign in SIDES:
        p.hands[side] = ((sign * 0.24 - 0.13 * aside, 0.13, 1.80 + 0.06 * bounce + 0.03 * sign * aside), 1.0)
        p.poles[side] = (1.0, 0.0, -0.3)
        p.palms[side] = ((-0.3 * sign, 0.95, 0.0), (0.15 * sign - 0.35 * aside, 0.0, 0.95))
        p.grips[side] = 0.15
    p.arms = {side: Arm(0.2, 40, 60) for side, _ in SIDES}
    p.head += 0.08

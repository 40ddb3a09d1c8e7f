"""How people move: the posture of each move at each phase; `figure_joints` bends the joints to it."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.easing import share, smooth, there_and_back
from models.previz.geometry.figure_body import HIP, REFERENCE_HEIGHT
from models.previz.geometry.figure_dances import dance
from models.previz.geometry.figure_gestures import bow, cheer, clap, give, hug, point, stoop, talk, wave_hand
from models.previz.geometry.figure_joints import LEG, SIDES, Arm, Posture, ankle_place
from models.previz.moves import DANCES, GAITS, HOLDING, LANDING, TAKE_OFF, stride_metres
from models.previz.world import Vector

GESTURES = {  # moves of one or both arms that go with whatever the rest of the body does
    "wave": ("right",), "eat": ("right",), "talk": ("left", "right"), "catch": ("left", "right"),
    "clap": ("left", "right"), "point": ("right",),
}  # fmt: skip
_CYCLES = {"wave": wave_hand, "talk": talk, "clap": clap, "cheer": cheer, "point": point}
_ONCE = {"bow": bow, "hug": hug}
_DUTY = {"walk": 0.60, "run": 0.34, "push": 0.66, "push_low": 0.66}  # share of a cycle that a foot is down
# metres from the hips to where the middle of a stance is: heels rise behind
_BEHIND = {"walk": -0.08, "run": -0.05, "push": -0.36, "push_low": -0.36}
_TUCKED_INERTIA = 0.33  # of a tucked body about its side axis, against a stretched one (Yeadon, 1990)
_LET_GO = 0.55  # phase of a throw


def posture(move: str, phase: float, seconds: float, stature: float = REFERENCE_HEIGHT) -> Posture:
    """The posture of a move at a phase; `seconds` moves what is never still. `stature`: crown to sole, metres."""
    p = Posture()
    breath = math.sin(seconds * 2.0)
    p.chest, p.turn = 0.008 * breath, 0.05 * math.sin(seconds * 0.7)
    for side, _ in SIDES:
        p.arms[side].swing += breath
    once, wave = min(max(phase, 0.0), 1.0), 2 * math.pi * phase
    if move in GAITS:
        _gait(p, move, phase, stature)
    elif move in DANCES:
        dance(p, phase, DANCES.index(move))
    elif move == "sit":
        _sit(p, smooth(once), 0.0)
    elif move in ("lie", "fall"):
        _lie(p, once, falling=move == "fall")
    elif move in ("jump", "backflip"):
        _leap(p, once, tucked=move == "backflip")
    elif move == "kick":
        _kick(p, once)
    elif move == "throw":
        _throw(p, once, stature)
    elif move == "catch":
        _catch(p, once, stature)
    elif move in _CYCLES:
        _CYCLES[move](p, wave)
    elif move in _ONCE:
        _ONCE[move](p, once)
    elif move in ("give", "pick_up"):
        (give if move == "give" else stoop)(p, once, held_place("catch", HOLDING, stature))
    elif move == "ride":
        _ride(p, wave)
    elif move == "seat":
        _seat(p, wave)
    elif move == "eat":
        lift = smooth(0.5 + 0.5 * math.sin(wave))
        p.grips["right"] = 0.5
        p.hands["right"] = ((0.16 - 0.09 * lift, 0.34 - 0.15 * lift, 1.22 + 0.29 * lift), 1.0)
        p.head = -0.08 + 0.05 * lift
    return p


def held_place(move: str, phase: float, stature: float = REFERENCE_HEIGHT) -> Vector:
    """Where what is held is, as `staging.performer.hand` has it: in the hand, over the shoulder in a throw."""
    front, up = 0.24, 0.60
    if move == "throw":
        swing = min(max(phase, 0.0) / _LET_GO, 1.0)
        back = math.sin(math.pi * min(swing / 0.95, 1.0)) if swing < 0.95 else 0.0
        front += -0.42 * back + 0.06 * swing
        up += 0.38 * math.sin(min(swing * 1.35, 1.0) * math.pi / 2)
    return (0.11 * stature, front * stature, up * stature)


def _throw(p: Posture, once: float, stature: float) -> None:
    """The hand swings over the shoulder, lets go, and follows through across the body."""
    after = smooth(share(once, _LET_GO, 0.85))
    x, y, z = held_place("throw", once, stature)
    hand = (x + 0.02 - 0.20 * after, y - 0.02 + 0.06 * after, z - 0.03 - 0.62 * after)
    p.hands["right"] = (hand, 1 - smooth(share(once, 0.86, 1.0)))
    cock = math.sin(math.pi * share(once, 0.0, _LET_GO))
    through = smooth(share(once, 0.35, 0.62)) * (1 - smooth(share(once, 0.75, 1.0)))
    p.grips["right"] = 0.34 - 0.24 * smooth(share(once, _LET_GO - 0.04, _LET_GO + 0.04))
    p.arms["left"] = Arm(1 - 0.5 * cock, 40 * cock - 14 * through, 22 + 30 * cock)
    p.twist, p.chest = -0.40 * cock + 0.38 * through, 0.08 * cock - 0.14 * through
    p.feet["left"] = (0.20 * max(cock, through), 0.0, 0.0)
    p.shift, p.drop = 0.08 * through - 0.03 * cock, -0.025 * max(cock, through)


def _catch(p: Posture, once: float, stature: float) -> None:
    """Both hands go out and close round what comes, where it is held from then on."""
    reach, close = smooth(share(once, 0.0, 0.45)), smooth(share(once, 0.42, 0.6))
    rest = 1 - 0.75 * smooth(share(once, 0.7, 1.0))
    x, y, z = held_place("catch", once, stature)
    for side, sign in SIDES:
        open_hand = (sign * 0.24, 0.50, 1.22)
        held = (x + (0.055 if sign > 0 else -0.15), y - 0.01, z - 0.035)
        mixed = [a + (b - a) * close for a, b in zip(open_hand, held, strict=True)]
        p.hands[side] = ((mixed[0], mixed[1], mixed[2]), reach * rest)
        p.palms[side] = (
            (-sign * (0.4 + 0.5 * close), 0.55 * (1 - close), 0.30 * close),
            (0.0, 0.55 + 0.4 * close, 0.75 * (1 - close)),
        )
        p.grips[side] = 0.10 + 0.20 * close
    p.drop = -0.04 * reach * (1 - 0.6 * close)
    p.chest = -0.05 * reach


def _kick(p: Posture, once: float) -> None:
    """Step to the ball, the leg swings from behind through it at half time, and rises after it; arms against legs."""
    back = there_and_back(once, 0.0, 0.30, 0.32, 0.50)
    through = smooth(share(once, 0.30, 0.50)) * (1 - smooth(share(once, 0.74, 1.0)))
    high = there_and_back(once, 0.50, 0.66, 0.68, 0.95)
    plant = math.sin(math.pi * share(once, 0.0, 0.28))
    p.feet["right"] = (
        -0.36 * back + 0.25 * through + 0.36 * high,
        0.16 * back + 0.045 * through + 0.44 * high,
        -0.9 * back - 0.25 * through + 0.70 * high,
    )
    p.across["right"] = -0.085 * through
    p.feet["left"] = (0.06 * there_and_back(once, 0.05, 0.28, 0.8, 1.0), 0.05 * plant, 0.0)
    p.pelvis, p.chest = -0.10 * back + 0.16 * high, -0.06 * through - 0.10 * high
    p.drop, p.aside, p.shift = -0.035 * max(back, through), -0.045 * max(back, through), -0.03 * through
    p.twist = -0.30 * back + 0.28 * through
    p.arms = {
        "left": Arm(0.55, -18 * back + 52 * through, 26),
        "right": Arm(0.60, 24 * back - 40 * through, 24),
    }
    p.head = -0.20 * max(back, through) * (1 - high)


def _ride(p: Posture, wave: float) -> None:
    """On a board: feet apart along it, knees bent, the trunk low, arms out for balance, all of it giving a little."""
    give = math.sin(wave)
    p.drop, p.shift = -0.17 + 0.02 * give, -0.02
    p.pelvis, p.spine, p.chest = -0.30, -0.06, 0.10
    p.sway = 0.05 * math.sin(0.5 * wave)
    p.feet = {"left": (0.30, 0.0, 0.05), "right": (-0.27, 0.0, -0.10)}
    p.arms = {"left": Arm(0.34, 26 + 6 * give, 24), "right": Arm(0.30, -24 - 5 * give, 30)}
    p.head = 0.12


def _seat(p: Posture, wave: float) -> None:
    """On a seat at knee height: thighs level, feet before one, hands on what steers or on the knees."""
    sway = 0.02 * math.sin(wave)
    p.drop, p.shift = -0.44, -0.16
    p.pelvis, p.spine, p.chest = 0.05, -0.04, -0.02
    p.sway = sway
    for side, sign in SIDES:
        p.feet[side] = (0.30, 0.0, 0.05)
        p.grips[side] = 0.55
        p.hands[side] = ((sign * 0.17, 0.30, 0.80 + sway), 1.0)


def _sit(p: Posture, down: float, back: float) -> None:
    """Down on the ground with the knees up, then (`back` to 1) onto the back with the legs out."""
    lean = math.sin(math.pi * down) * (1 - back)  # hips go back and the trunk forward, or one would topple
    p.drop, p.shift = -0.80 * down - 0.035 * back, -0.36 * down
    p.pelvis = 0.30 * down - 0.50 * lean + 1.27 * back
    p.spine, p.chest, p.head = -0.25 * down * (1 - back), -0.12 * down * (1 - back), 0.02 * down + 0.25 * lean
    for side, sign in SIDES:
        p.feet[side] = (0.20 * down + 0.44 * back, 0.012 * back, 0.12 * down + 1.25 * back)
        knee: Vector = (sign * 0.13, p.shift + 0.40 + 0.10 * (1 - down), 0.53 + 0.25 * (1 - down))
        p.hands[side] = (knee, smooth(share(down, 0.4, 1.0)) * (1 - smooth(min(2.5 * back, 1.0))))
        p.arms[side] = Arm(1.0 - 0.2 * back, 2 - 3 * back, 14 - 8 * back)


def _lie(p: Posture, once: float, *, falling: bool) -> None:
    """By way of the seat onto the back; who falls does not sit down first, and throws the arms out."""
    if not falling:
        _sit(p, smooth(share(once, 0.0, 0.5)), smooth(share(once, 0.42, 1.0)))
        return
    _sit(p, smooth(share(once, 0.0, 0.62)), smooth(share(once, 0.12, 0.8)))
    p.hands, out = {}, math.sin(math.pi * share(once, 0.0, 0.8))
    p.head = 0.35 * out
    for side, _ in SIDES:
        p.arms[side] = Arm(1.0 - 1.1 * out - 0.6 * smooth(once), 45 * out - 4, 8 + 24 * out)


def _gait(p: Posture, move: str, phase: float, stature: float) -> None:
    """Legs as in walking: nearly straight when they stand, which is what lifts and drops the hips."""
    duty, stride, behind = _DUTY[move], stride_metres(move, stature), _BEHIND[move]
    running = move == "run"
    lift, push = (0.30, 1.25) if running else (0.055, 0.90)  # metres; radians that a heel has risen when it leaves
    lands_up = 0.08 if running else 0.26
    wave, reach = 2 * math.pi * phase, []
    for side, lands in (("right", 0.0), ("left", 0.5)):
        since = (phase - lands) % 1.0
        if since < duty:
            part, loose = since / duty, 0.0
            roll = lands_up * max(0.0, 1 - part * 5) - push * smooth(share(part, 0.6 if running else 0.5, 1.0))
            forward, up = stride * (duty / 2 - since) + behind, 0.0
        else:
            part = (since - duty) / (1 - duty)
            loose = 0.5 * math.sin(math.pi * part)
            roll = -push * (1 - smooth(share(part, 0.0, 0.8))) + lands_up * smooth(share(part, 0.6, 1.0))
            forward = stride * duty * (smooth(part) - 0.5) + behind
            up = lift * math.sin(math.pi * part**0.75)
        p.feet[side] = (forward, up, roll)
        y, z = ankle_place(forward, up, roll)
        reach.append(z + math.sqrt(max((0.9975 * LEG) ** 2 - (y - HIP[1]) ** 2, 0.04)) - HIP[2] + loose)
    swing = math.cos(wave)  # the right foot is foremost at phase 0, and the left arm with it
    if running:
        most = -0.052 + 0.050 * math.cos(2 * (wave - 2 * math.pi * 0.42))  # highest in the air
        p.twist, p.pelvis, p.spine, p.head = 0.26 * swing, -0.12, -0.06, 0.12
        p.arms = {"left": Arm(0.9, 4 + 42 * swing, 84), "right": Arm(0.9, 4 - 42 * swing, 84)}
        p.grips = {side: 0.55 for side, _ in SIDES}
    elif move in ("push", "push_low"):
        most = _push(p, swing, low=move == "push_low")
    else:
        most = -0.010
        p.twist, p.pelvis, p.sway = 0.16 * swing, -0.03, 0.02 * math.sin(wave)
        p.arms = {
            "left": Arm(0.97, 22 * swing, 16 + 10 * max(0.0, swing)),
            "right": Arm(0.97, -22 * swing, 16 + 10 * max(0.0, -swing)),
        }
    p.drop = -sum(math.exp(-90 * height) for height in (*reach, most))
    p.drop = -math.log(-p.drop) / 90  # the least of them, without a corner


def _push(p: Posture, swing: float, *, low: bool) -> float:
    """Leaning on both hands, feet far behind; returns how high hips may be. What is pushed is at a body's front."""
    bend = 1.0 if low else 0.45
    p.pelvis, p.spine, p.chest, p.head = -0.85 * bend, -0.22 * bend, -0.12 * bend, 0.75 * bend
    p.shift, p.twist = -0.34 if low else -0.24, 0.05 * swing
    for side, sign in SIDES:
        p.hands[side] = ((sign * 0.17, 0.25, (0.40 if low else 1.02) + 0.01 * sign * swing), 1.0)
        p.poles[side] = (0.8, -0.4, -0.5)
        p.palms[side] = ((-0.1 * sign, 0.97, -0.10), (-0.15 * sign, 0.25, 1.0))
        p.grips[side] = 0.05
    return -0.20 if low else -0.10


def _leap(p: Posture, phase: float, *, tucked: bool) -> None:
    """Arms swing back as the knees bend, then up; who lands gives at the knees, arms before the body."""
    wind = there_and_back(phase, 0.0, 0.14, 0.15, TAKE_OFF + 0.02)
    rise = smooth(share(phase, 0.15, TAKE_OFF + 0.03))
    landed = there_and_back(phase, LANDING - 0.02, LANDING + 0.07, LANDING + 0.09, 1.0)
    aloft = share(phase, TAKE_OFF, LANDING)
    stretch = there_and_back(phase, 0.15, TAKE_OFF, TAKE_OFF, TAKE_OFF + 0.12)  # onto the toes
    reach = 1 - smooth(share(aloft, 0.55, 1.0))  # arms come down towards the landing
    bend = max(0.9 * wind, landed)
    p.drop, p.pelvis, p.chest = -0.27 * bend, -0.42 * bend, 0.04 * bend
    p.head = 0.22 * bend
    p.shift = -0.05 * bend
    tuck = _tuck(aloft) if tucked else 0.0
    if tucked:
        p.spin = 0.0 if aloft >= 1.0 else flip_angle(aloft)
        knees = 0.50 * tuck
        p.feet = {side: (0.30 * tuck, 0.62 * tuck, -0.55 * tuck - 0.5 * stretch) for side, _ in SIDES}
        p.pelvis += 0.30 * tuck
        p.spine, p.chest, p.head = -0.42 * tuck, p.chest - 0.30 * tuck, p.head - 0.35 * tuck + 0.25 * stretch
        for side, sign in SIDES:
            up = 150 * rise * (1 - smooth(share(aloft, 0.0, 0.30)))
            p.arms[side] = Arm(1.0, -48 * wind * (1 - rise) + up + 50 * landed, 14 + 18 * bend)
            p.hands[side] = ((sign * 0.155, 0.33, 0.72 + knees * 0.5), tuck)
            p.grips[side] = 0.17 + 0.3 * tuck
        return
    air = math.sin(math.pi * aloft)
    p.feet = {
        "left": (-0.03 * air, 0.05 * air, -0.75 * stretch - 0.55 * air),
        "right": (-0.16 * air, 0.10 * air, -0.75 * stretch - 0.75 * air),
    }
    p.chest += 0.10 * air
    for side, _ in SIDES:
        swing = -52 * wind * (1 - rise) + 158 * rise * reach + 46 * (1 - reach) * (1 - smooth(share(phase, 0.85, 1.0)))
        p.arms[side] = Arm(1 - 0.15 * rise * reach, swing, 14 + 12 * bend + 16 * air)
        p.grips[side] = 0.12


def _tuck(aloft: float) -> float:
    """How tightly a body in a flip is rolled up, by its share of the flight: it opens to land."""
    return there_and_back(aloft, 0.08, 0.34, 0.66, 0.97)


def flip_angle(aloft: float) -> float:
    """Radians turned backwards at a share of the flight: spin is conserved, so a tight body turns faster."""
    return 2 * math.pi * float(np.interp(aloft, *_turned_so_far()))


@cache
def _turned_so_far() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of a flight, and of the turn at each: the sum of one over the moment of inertia so far."""
    shares = np.linspace(0.0, 1.0, 101)
    inertia = np.array([1.0 - (1.0 - _TUCKED_INERTIA) * _tuck(float(one)) for one in shares])
    rates = 1.0 / inertia
    turned = np.concatenate([[0.0], np.cumsum((rates[1:] + rates[:-1]) / 2)])
    return shares, turned / turned[-1]

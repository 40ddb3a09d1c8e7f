"""Footsteps and falls: when a body meets the ground, how hard, and where, from the moves it makes.

A foot lands when its phase passes (`moves.py`), and as hard as the body is heavy and the move is lively; after a leap
it lands with the whole body's fall. Who falls lands on the seat and then on the back, an animal on its side.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.previz.moves import MOVES, footfalls, forward
from models.previz.staging.casting import Physique
from models.previz.staging.performer import GRAVITY
from models.previz.world import BodyState, Contact, Vector

_FOOT_SHARE = 0.035  # of a body's mass that a foot stops when it lands: foot and shank
_LANDING_SHARE = 0.3  # of a body's mass that a landing stops at once, knees take the rest
_FOOT_SPEED = 0.55  # metres a second that a foot comes down with in a walk, at 1.7 m of height
_AUDIBLE = 0.3  # weight of a move whose steps are taken
_HARD = frozenset({"horse"})
_FALLS = {False: ((0.62, 0.45, 0.06), (0.8, 0.2, 0.04)), True: ((0.85, 0.3, 0.06),)}  # of quadrupeds or not:
# phase of the fall, heights that what lands has come down, share of the body's mass that stops at once


@dataclass(frozen=True, slots=True)
class Tick:
    """A body at an instant between frames."""

    time: float
    state: BodyState
    speed: float  # metres a second along the ground
    floor: float = 0.0  # metres: what it stands on is above the ground


def footsteps(name: str, body: Physique, species: str, material: str, ticks: Sequence[Tick]) -> list[Contact]:
    """All steps and landings of one body; `ticks` are close enough that a phase goes on by less than a tenth."""
    sole = "stone" if species in _HARD else "metal" if species == "robot" else "cloth" if body.quadruped else "rubber"
    found = []
    for before, after in pairwise(ticks):
        phases = {weight.move: weight for weight in before.state.moves}
        found += _falls(name, body, material, before, after)
        stepping = [one for one in after.state.moves if footfalls(one.move, quadruped=body.quadruped)]
        for weight in stepping[:1]:  # the heaviest: while a walk becomes a run, their feet land together
            earlier = phases.get(weight.move)
            if earlier is None or weight.weight < _AUDIBLE or weight.phase <= earlier.phase:
                continue
            for foot, phase in footfalls(weight.move, quadruped=body.quadruped):
                share = _passed(weight.move, earlier.phase, weight.phase, phase)
                if share is None:
                    continue
                time = before.time + share * (after.time - before.time)
                found.append(
                    Contact(
                        time=round(time, 4),
                        a=name,
                        b="ground",
                        material_a=sole,
                        material_b=material,
                        impulse=_impulse(weight.move, body, ticks, after) * weight.weight,
                        position=_foot_place(after.state, body, foot),
                        kind="footstep",
                    )
                )
    return found


def _falls(name: str, body: Physique, material: str, before: Tick, after: Tick) -> list[Contact]:
    """What of a body that falls meets the ground between two instants."""
    earlier = next((one.phase for one in before.state.moves if one.move == "fall"), None)
    later = next((one.phase for one in after.state.moves if one.move == "fall" and one.weight > _AUDIBLE), None)
    if earlier is None or later is None or later <= earlier:
        return []
    found = []
    for phase, heights, share in _FALLS[body.quadruped]:
        part = _passed("fall", earlier, later, phase)
        if part is not None:
            speed = math.sqrt(2 * GRAVITY * heights * body.height)
            x, y, _ = after.state.position
            found.append(
                Contact(
                    time=round(before.time + part * (after.time - before.time), 4),
                    a=name,
                    b="ground",
                    material_a="cloth",
                    material_b=material,
                    impulse=body.mass * share * speed,
                    position=(x, y, 0.1 * body.height),
                )
            )
    return found


def _passed(move: str, before: float, after: float, phase: float) -> float | None:
    """The share of the way from `before` to `after` at which a phase is passed; None if it is not."""
    goal = math.ceil(before - phase) + phase if MOVES[move].cyclic else phase
    if goal <= before and MOVES[move].cyclic:
        goal += 1.0
    return (goal - before) / (after - before) if before < goal <= after else None


def _impulse(move: str, body: Physique, ticks: Sequence[Tick], now: Tick) -> float:
    feet = 4 if body.quadruped else 2
    if not MOVES[move].cyclic:  # a landing: every foot takes its share of the fall
        top = max((tick.state.position[2] for tick in ticks if now.time - 1.0 < tick.time <= now.time), default=0.0)
        return body.mass * _LANDING_SHARE * math.sqrt(2 * GRAVITY * max(top, 0.02)) / feet
    lively = 1.0 + 0.35 * now.speed / max(0.2, body.speed("walk"))
    down = _FOOT_SPEED * math.sqrt(body.height / 1.7)
    return body.mass * _FOOT_SHARE * 2 / feet * down * MOVES[move].weight * lively


def _foot_place(state: BodyState, body: Physique, foot: str) -> Vector:
    ahead = forward(state.heading)
    side = 0.1 * body.height * (-1.0 if foot.endswith("left") else 1.0)
    front = 0.0 if not body.quadruped else body.height * (0.45 if foot.startswith("fore") else -0.45)
    return (
        state.position[0] + ahead[0] * front + ahead[1] * side,
        state.position[1] + ahead[1] * front - ahead[0] * side,
        0.0,
    )

"""The moves a body can make: how often they repeat, how far they carry, and when feet meet the ground.

The stage times bodies and footsteps by this table; the rigs (`geometry/`) bend joints to it, so that a foot that is
down does not slide. Nothing here bends a joint.
"""

import math
from dataclasses import dataclass

from models.previz.world import Vector


@dataclass(frozen=True, slots=True)
class Move:
    """One move. Lengths scale with a body's height, times with the square root of it (Alexander, 1976)."""

    cyclic: bool  # phase counts cycles; else it is progress 0 to 1
    cycle: float  # seconds of one cycle, or of the whole move, at one metre of height
    stride: float = 0.0  # heights travelled in one cycle
    biped_footfalls: tuple[tuple[str, float], ...] = ()  # foot ("left", "right") and phase of its landing
    quadruped_footfalls: tuple[tuple[str, float], ...] = ()  # fore_left, fore_right, hind_left, hind_right
    weight: float = 1.0  # of a footfall, against walking's


_BOTH = (("left", 0.0), ("right", 0.0))
_FOUR = (("hind_left", 0.0), ("hind_right", 0.0), ("fore_left", 0.0), ("fore_right", 0.0))

MOVES: dict[str, Move] = {
    "stand": Move(cyclic=True, cycle=3.2),
    "walk": Move(
        cyclic=True,
        cycle=0.82,
        stride=0.82,
        biped_footfalls=(("right", 0.0), ("left", 0.5)),
        quadruped_footfalls=(("hind_left", 0.0), ("fore_left", 0.25), ("hind_right", 0.5), ("fore_right", 0.75)),
    ),
    "run": Move(
        cyclic=True,
        cycle=0.54,
        stride=1.35,
        biped_footfalls=(("right", 0.0), ("left", 0.5)),
        quadruped_footfalls=(("hind_left", 0.0), ("hind_right", 0.1), ("fore_left", 0.45), ("fore_right", 0.55)),
        weight=2.2,
    ),
    "push": Move(
        cyclic=True,
        cycle=0.98,
        stride=0.62,
        biped_footfalls=(("right", 0.0), ("left", 0.5)),
        quadruped_footfalls=(("hind_left", 0.0), ("fore_left", 0.25), ("hind_right", 0.5), ("fore_right", 0.75)),
        weight=1.4,
    ),
    "push_low": Move(
        cyclic=True,
        cycle=0.98,
        stride=0.62,
        biped_footfalls=(("right", 0.0), ("left", 0.5)),
        quadruped_footfalls=(("hind_left", 0.0), ("fore_left", 0.25), ("hind_right", 0.5), ("fore_right", 0.75)),
        weight=1.4,
    ),
    "dance": Move(
        cyclic=True,
        cycle=0.9,
        biped_footfalls=(("right", 0.0), ("left", 0.5)),
        quadruped_footfalls=(("fore_left", 0.0), ("fore_right", 0.5)),
        weight=1.3,
    ),
    "disco": Move(cyclic=True, cycle=0.9, biped_footfalls=(("right", 0.0), ("left", 0.5)), weight=1.3),
    "twist": Move(cyclic=True, cycle=0.9, biped_footfalls=(("right", 0.0), ("left", 0.5)), weight=1.0),
    "hands_up": Move(cyclic=True, cycle=0.9, biped_footfalls=(("right", 0.0), ("left", 0.5)), weight=1.3),
    "wave": Move(cyclic=True, cycle=0.62),
    "talk": Move(cyclic=True, cycle=2.1),
    "sit": Move(cyclic=False, cycle=0.9),
    "lie": Move(cyclic=False, cycle=1.3),
    "jump": Move(cyclic=False, cycle=0.75, biped_footfalls=_BOTH, quadruped_footfalls=_FOUR, weight=3.0),
    "backflip": Move(cyclic=False, cycle=0.85, biped_footfalls=_BOTH, quadruped_footfalls=_FOUR, weight=3.5),
    "kick": Move(cyclic=False, cycle=0.7),  # the foot (or paw) is furthest forward at 0.5
    "throw": Move(cyclic=False, cycle=0.8),  # the hand lets go at 0.55
    "catch": Move(cyclic=False, cycle=0.7),  # the hands close at 0.6
    "clap": Move(cyclic=True, cycle=0.33),  # the hands meet at 0
    "cheer": Move(cyclic=True, cycle=0.52),
    "point": Move(cyclic=True, cycle=1.8),
    "bow": Move(cyclic=False, cycle=1.5),
    "hug": Move(cyclic=False, cycle=2.0),
    "give": Move(cyclic=False, cycle=1.0),  # the other takes it at 0.5
    "pick_up": Move(cyclic=False, cycle=1.0),  # the hands close at 0.45
    "fall": Move(cyclic=False, cycle=0.8),
    "eat": Move(cyclic=True, cycle=0.7),
    "ride": Move(cyclic=True, cycle=1.9),  # on a board, knees bent, arms out
    "seat": Move(cyclic=True, cycle=2.6),  # on a seat, hands before one: a boat's, a car's
}
DANCES = ("dance", "disco", "twist", "hands_up")  # figures of a dance, two beats a cycle
GAITS = ("walk", "run", "push", "push_low")  # moves that carry a body along by its feet
PICKED_UP = 0.45  # phase of a stoop in which what lies there is in the hands
HOLDING = 0.66  # phase of a catch in which hands stay closed
TAKE_OFF, LANDING = 0.22, 0.78  # phases of a jump and of a backflip between which the body is in the air


def cycle_seconds(move: str, height: float) -> float:
    """Seconds of one cycle, or of the whole move, for a body this many metres high."""
    return MOVES[move].cycle * math.sqrt(max(height, 0.05))


def stride_metres(move: str, height: float, *, quadruped: bool = False) -> float:
    """Metres travelled in one cycle. A quadruped's height is at the withers, and its stride is longer for it."""
    return MOVES[move].stride * height * (1.7 if quadruped else 1.0)


def footfalls(move: str, *, quadruped: bool) -> tuple[tuple[str, float], ...]:
    """Foot and phase of each landing in a cycle; for a jump and a backflip the phase is that of `LANDING`."""
    found = MOVES[move].quadruped_footfalls if quadruped else MOVES[move].biped_footfalls
    return found if MOVES[move].cyclic else tuple((foot, LANDING) for foot, _ in found)


def forward(heading: float) -> Vector:
    """The unit vector a body of this heading faces."""
    return (-math.sin(heading), math.cos(heading), 0.0)

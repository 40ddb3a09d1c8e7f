"""Faces: what the eyes are turned to, blinks, and the mouth that speaks.

This comes after the camera is chosen, since who speaks to nobody speaks to the lens.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Storyboard
from models.previz.staging.casting import Physique, heading_to, seed_of, wrapped
from models.previz.world import BodyState, Vector
from models.roles import Spoken

_MOUTH_HERTZ = 100.0
_FARTHEST = (1.15, 0.6)  # radians a head turns aside and up
_NECK_HERTZ = 1.6  # how quickly a head follows its eyes
_BLINK_SECONDS = 0.16
_BLINKS = (1.8, 5.5)  # seconds between two, at least and at most

Floats = NDArray[np.float64]


def mouths(storyboard: Storyboard, spoken: Mapping[int, Spoken], actor: str) -> Floats:
    """How open an actor's mouth is in each frame, float64[frames], 0 to 1, from the lines it speaks."""
    times = np.arange(storyboard.frame_count) / storyboard.frames_per_second
    found = np.zeros(len(times))
    for index, line in enumerate(storyboard.lines):
        if line.actor != actor or index not in spoken:
            continue
        curve = spoken[index].mouth
        if len(curve):
            at = (times - line.start) * _MOUTH_HERTZ
            found = np.maximum(found, np.interp(at, np.arange(len(curve)), curve, left=0.0, right=0.0))
    return np.clip(found, 0.0, 1.0)


def blinks(count: int, frames_per_second: int, seed: int) -> Floats:
    """How far the lids are closed in each frame, float64[frames]: irregular, some double, as people blink."""
    random = np.random.default_rng([seed % 2**32, 3])
    times = np.arange(count) / frames_per_second
    closed = np.zeros(count)
    at = float(random.uniform(0.6, 3.0))
    while at < count / frames_per_second:
        closed = np.maximum(closed, np.clip(1.35 - np.abs(times - at) / (_BLINK_SECONDS / 2) * 1.35, 0.0, 1.0))
        at += 0.28 if random.uniform() < 0.15 else float(random.uniform(*_BLINKS))
    return closed


def gazes(
    states: Sequence[BodyState], goals: Sequence[Vector | None], body: Physique, frames_per_second: int, seed: int
) -> list[tuple[float, float]]:
    """How far the head is turned left and up in each frame, radians.

    `goals` are the points looked at, None for nothing in particular: then the head wanders a little.
    """
    random = np.random.default_rng([seed % 2**32, 4])
    tones = random.uniform(0.0, math.tau, 4)
    share = 1 - math.exp(-math.tau * _NECK_HERTZ / frames_per_second)
    left, up = 0.0, 0.0
    found = []
    for index, (state, goal) in enumerate(zip(states, goals, strict=True)):
        time = index / frames_per_second
        drift = 0.10 * math.sin(0.9 * time + tones[0]) + 0.07 * math.sin(2.3 * time + tones[1])
        nod = 0.03 * math.sin(1.1 * time + tones[2]) + 0.02 * math.sin(2.9 * time + tones[3])
        if goal is None:
            wanted = (1.6 * drift, nod)
        else:
            x, y, z = (goal[axis] - state.position[axis] for axis in range(3))
            aside = wrapped(heading_to(x, y) - state.heading)
            if abs(aside) > 2.4:  # what is behind is not looked at
                aside = 0.0
            wanted = (aside + 0.2 * drift, math.atan2(z - 0.93 * body.top, max(0.1, math.hypot(x, y))) + 0.3 * nod)
        asked = (min(max(wanted[axis], -_FARTHEST[axis]), _FARTHEST[axis]) for axis in (0, 1))
        turn, lift = asked
        if index == 0:
            left, up = turn, lift
        left += (turn - left) * share
        up += (lift - up) * share
        found.append((left, up))
    return found


def face_seed(storyboard: Storyboard, actor: str) -> int:
    """The seed of an actor's blinks and wandering looks."""
    return seed_of(storyboard, f"face of {actor}")

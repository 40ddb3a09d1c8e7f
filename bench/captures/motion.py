"""What a person does from moment to moment: head movements on demand, blinks, small natural sway; no drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.captures.figure import Pose
from greenroom.domain.enrolments import Direction

Array = NDArray[np.float64]
FRAMES_PER_SECOND = 15
_REACH = {  # degrees that people turn when asked to, least and most
    Direction.LEFT: (24.0, 30.0),
    Direction.RIGHT: (24.0, 30.0),
    Direction.UP: (17.0, 24.0),
    Direction.DOWN: (15.0, 20.0),
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """When things happen, in seconds: the movements and the phrase, from and to; the whole."""

    movements: tuple[float, float]
    phrase: tuple[float, float]
    seconds: float


@dataclass(frozen=True, slots=True)
class Turns:
    """Yaw (to the person's own left) and pitch (up) asked for, radians, one value a frame."""

    yaw: Array
    pitch: Array


def turns(directions: Sequence[Direction], start: float, count: int, rng: np.random.Generator) -> tuple[Turns, float]:
    """The head goes each way and comes back, in order; with the moment when the last is done."""
    times = np.arange(count) / FRAMES_PER_SECOND
    yaw, pitch = np.zeros(count), np.zeros(count)
    at = start
    for direction in directions:
        go, hold, back = rng.uniform(0.33, 0.5), rng.uniform(0.15, 0.35), rng.uniform(0.33, 0.5)
        reach = np.radians(rng.uniform(*_REACH[direction]))
        rise = _eased((times - at) / go) * (1 - _eased((times - at - go - hold) / back))
        if direction in (Direction.LEFT, Direction.RIGHT):
            yaw += rise * reach * (1 if direction is Direction.LEFT else -1)
            pitch += rise * rng.uniform(-0.06, 0.06)  # nobody turns exactly level
        else:
            pitch += rise * reach * (1 if direction is Direction.UP else -1)
            yaw += rise * rng.uniform(-0.06, 0.06)
        at += go + hold + back + rng.uniform(0.05, 0.25)
    return Turns(yaw, pitch), at


def length_of_turns(directions: Sequence[Direction], seed: list[int]) -> float:
    """Seconds that `turns` takes with a generator of this seed."""
    return turns(directions, 0.0, 1, np.random.default_rng(seed))[1]


def _eased(t: Array) -> Array:
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def drift(rng: np.random.Generator, count: int, size: float, hertz: float) -> Array:
    """Smooth wandering, about `size` either way."""
    times = np.arange(count) / FRAMES_PER_SECOND
    value = np.zeros(count)
    for share in (1.0, 0.6, 0.35):
        value += share * np.sin(2 * np.pi * hertz / share * rng.uniform(0.7, 1.3) * times + rng.uniform(0, 2 * np.pi))
    return value * size / 1.4


def poses(asked: Turns, openness: Array, rng: np.random.Generator) -> list[Pose]:
    """Poses for every frame, with what nobody can help: sway, blinks, a nod with the voice."""
    count = len(asked.yaw)
    wander = [drift(rng, count, size, hertz) for size, hertz in ((0.025, 0.25), (0.018, 0.3), (0.02, 0.2))]
    body = [drift(rng, count, size, hertz) for size, hertz in ((0.5, 0.2), (0.25, 0.25), (0.4, 0.15))]
    nod = np.convolve(np.pad(openness, 3, mode="edge"), np.ones(7) / 7, mode="valid") * rng.uniform(0.0, 0.05)
    closed = _blinks(count, rng)
    return [
        Pose(
            float(asked.yaw[i] + wander[0][i]),
            float(asked.pitch[i] + wander[1][i] - nod[i]),
            float(wander[2][i]),
            float(openness[i]),
            float(closed[i]),
            (float(body[0][i]), float(body[1][i]), float(body[2][i])),
        )
        for i in range(count)
    ]


def _blinks(count: int, rng: np.random.Generator) -> Array:
    closed = np.zeros(count)
    times = np.arange(count) / FRAMES_PER_SECOND
    at = rng.uniform(0.3, 2.5)
    while at < times[-1]:
        closed = np.maximum(closed, np.clip(1.6 - np.abs(times - at) / 0.075, 0, 1))
        at += rng.uniform(1.5, 4.0)
    return closed

"""What stands in the camera's way: nothing before the subject if it can be helped, and never around the lens."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.previz.staging.casting import Physique
from models.previz.staging.framing import Floats
from models.previz.world import BodyState, CameraState, RigidState, Vector

_ROOM = 0.3  # metres between the lens and anything
_ABOVE = 0.1  # metres over the top of a thing: a lens may look across a table


@dataclass(frozen=True, slots=True)
class Cast:
    """What there is to see: states by frame, and how big they are."""

    bodies: Mapping[str, Sequence[BodyState]]
    rigids: Sequence[Mapping[str, RigidState]]
    physiques: Mapping[str, Physique]
    halves: Mapping[str, Vector]  # half extents of props
    busy: frozenset[str]  # props that somebody acts on or that move


def cleared(eye: Floats, cast: Cast, frame: int) -> Floats:
    """Out of anything the lens would be in."""
    for x, y, radius, top in _solids(cast, frame):
        off = np.array([eye[0] - x, eye[1] - y])
        length = float(np.linalg.norm(off))
        if length < radius + _ROOM and eye[2] < top + _ABOVE:
            direction = off / length if length > 1e-6 else np.array([0.0, -1.0])
            eye = np.array([*(np.array([x, y]) + direction * (radius + _ROOM)), eye[2]])
    return eye


def height_over_table(cast: Cast, frame: int, name: str) -> float:
    """Metres from which a lens may look across what a thing stands on; 0 where it stands on nothing."""
    if name not in cast.halves:
        return 0.0
    x, y, z = cast.rigids[frame][name].position
    low = z - cast.halves[name][2]
    tops = [
        state.position[2] + cast.halves[other][2]
        for other, state in cast.rigids[frame].items()
        if other != name and math.hypot(state.position[0] - x, state.position[1] - y) < max(cast.halves[other][:2])
    ]
    return max((top + 1.2 * _ABOVE for top in tops if top <= low + 0.05), default=0.0)


def hidden(
    cast: Cast, subjects: Sequence[str], frames: Sequence[int], states: Sequence[CameraState], points: Floats
) -> float:
    """How much of the shot something else stands before the subjects, 0 to about 3.

    Before a subject that is a body the other subjects count too: a fox behind the crate it is to leap over is not
    seen. Things among the subjects may stand before each other.
    """
    seen = [name for name in subjects if name in cast.bodies]
    behind, counted = 0.0, 0
    for index in range(0, len(states), 6):
        frame, eye = frames[index], np.array(states[index].eye)
        solids = {name: _solid(cast, name, frame) for name in (*cast.bodies, *cast.halves)}
        counted += max(1, len(seen))
        if not seen:
            others = [name for name in solids if name not in subjects]
            behind += sum(_before(eye, points[index].mean(axis=0), *solids[name]) for name in others)
        for name in seen:
            state, body = cast.bodies[name][frame], cast.physiques[name]
            goal = np.array(state.position) + np.array([0.0, 0.0, 0.6 * body.top])
            for other, (middle, radius, tall) in solids.items():
                if other != name:
                    behind += _before(eye, goal, middle, radius + 0.5 * body.radius, tall)
    return 3.0 * behind / max(1, counted)


def _solid(cast: Cast, name: str, frame: int) -> tuple[Floats, float, float]:
    """Middle, radius and half height of a body or a thing, as what stands before something else."""
    if name in cast.bodies:
        body = cast.physiques[name]
        middle = np.array(cast.bodies[name][frame].position) + np.array([0.0, 0.0, 0.7 * body.top])
        return middle, body.radius + 0.1, 0.45 * body.top
    half = cast.halves[name]
    return np.array(cast.rigids[frame][name].position), max(half[0], half[1]), half[2]


def _solids(cast: Cast, frame: int) -> list[tuple[float, float, float, float]]:
    """x, y, radius and top of everything."""
    found = []
    for name, states in cast.bodies.items():
        body, state = cast.physiques[name], states[frame]
        found.append((state.position[0], state.position[1], body.radius, state.position[2] + body.top))
    for name, half in cast.halves.items():
        x, y, z = cast.rigids[frame][name].position
        found.append((x, y, math.hypot(half[0], half[1]), z + half[2]))
    return found


def _before(eye: Floats, goal: Floats, middle: Floats, radius: float, tall: float) -> float:
    """1 if something of that size stands on the line from the eye to the goal, else 0."""
    line = goal - eye
    length = float(np.linalg.norm(line[:2]))
    if length < 1e-6:
        return 0.0
    share = float((middle - eye)[:2] @ line[:2]) / length**2
    if not 0.0 < share < 1.0 - 0.1 / length:
        return 0.0
    nearest = eye + line * share
    aside = float(np.linalg.norm((middle - nearest)[:2]))
    return float(aside < radius and abs(float(middle[2] - nearest[2])) < tall + 0.1)

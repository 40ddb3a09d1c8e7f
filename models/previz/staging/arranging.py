"""Where things stand and how they move when a scene begins: as the plan has it, and never inside each other."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Prop
from models.previz.geometry.shapes import collision, half_extents
from models.previz.world import RigidSpec, Vector

_FACING = frozenset({"hoop"})  # what people stand before has its front to them
Rows = Mapping[str, NDArray[np.float64]]  # by thing: position and quaternion, or velocity and spin


def arranged(props: Sequence[Prop], specs: Mapping[str, RigidSpec], places: Rows, speeds: Rows, seed: int) -> None:
    """Write the things' places and speeds into their rows; what stands alone is turned a little, by the seed."""
    names = list(specs)
    for index, prop in enumerate(props):
        half = half_extents(specs[prop.id])
        places[prop.id][:3] = (prop.x, prop.y, prop.z + half[2])
        _make_room(names[: index + 1], specs, places, half)
    for index, prop in enumerate(props):
        alone = prop.shape not in _FACING and not _crowded(prop.id, specs, places)
        _set_going(prop, half_extents(specs[prop.id]), places[prop.id], speeds[prop.id], alone, seed, index)


def _set_going(
    prop: Prop,
    half: Vector,
    at: NDArray[np.float64],
    speed: NDArray[np.float64],
    alone: bool,
    seed: int,
    index: int,
) -> None:
    random = np.random.default_rng([seed % 2**32, index])
    turned = random.uniform(-0.5, 0.5)
    yaw = turned if alone else 0.0
    at[3:7] = (math.cos(yaw / 2), 0.0, 0.0, math.sin(yaw / 2))
    speed[:3] = prop.velocity
    spin = random.uniform(-1.2, 1.2, 3)
    if prop.z > 0.3 and yaw:  # nothing falls perfectly straight, but stacks stand
        speed[3:6] = spin
    elif collision(prop.shape) == "sphere":  # what moves on the ground rolls on it
        rolling = np.array([-prop.velocity[1], prop.velocity[0]]) / half[2]
        inward = np.array([[math.cos(yaw), math.sin(yaw)], [-math.sin(yaw), math.cos(yaw)]])
        speed[3:5] = inward @ rolling  # MuJoCo has a spin in the thing's own axes


def _make_room(names: Sequence[str], specs: Mapping[str, RigidSpec], places: Rows, half: Vector) -> None:
    """The last of the names goes beside those before it: two things in one place would burst apart."""
    at = places[names[-1]]
    for earlier in [*names[:-1], *names[:-1]]:
        other, its = places[earlier], half_extents(specs[earlier])
        room = [half[axis] + its[axis] - abs(float(at[axis] - other[axis])) for axis in range(3)]
        if min(room) > 0.003:
            at[0] += math.copysign(room[0] + 0.005, float(at[0] - other[0]))


def _crowded(name: str, specs: Mapping[str, RigidSpec], places: Rows) -> bool:
    """Whether something stands so near that the two fit only side by side, or is stacked."""
    at, half = places[name], half_extents(specs[name])
    wide = math.hypot(half[0], half[1])
    for other in specs:
        if other == name:
            continue
        its = half_extents(specs[other])
        apart = math.hypot(float(at[0] - places[other][0]), float(at[1] - places[other][1]))
        if apart < wide + math.hypot(its[0], its[1]):
            return True
    return False

"""Water: what lifts and brakes a thing that is in it. Archimedes by columns, so that a boat rights itself.

A thing is cut into upright columns; each is lifted by the water it displaces, at its own place. Drag goes with speed
and with its square; what is half out is braked half.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.shapes import collision, half_extents
from models.previz.staging.grounds import place_key
from models.previz.staging.turning import rotation
from models.previz.water import LANDING_EDGE, LANDING_SIDE
from models.previz.world import RigidSpec

Floats = NDArray[np.float64]
DENSITY = 1000.0  # kilograms in a cubic metre
BED = -2.5  # metres: the bottom
_FULL = {"sphere": np.pi / 6, "cylinder": np.pi / 4, "box": 1.0}  # share of its bounding box that a shape fills
_HULLS = {"boat": 0.62, "car": 0.35, "surfboard": 0.8, "wakeboard": 0.8}
_GRID = np.array([(x, y) for x in (-2 / 3, 0.0, 2 / 3) for y in (-2 / 3, 0.0, 2 / 3)])
_SLOW, _FAST = 0.9, 0.6  # drag: 1/s at creeping speed, and a drag coefficient
_SPIN = 1.6  # 1/s: how water brakes a turn


def is_water(place: str) -> Callable[[float, float], bool] | None:
    """Whether there is water at a point of a place; None for a place on land."""
    key = place_key(place)
    if key == "sea":
        return lambda x, y: True
    if key == "lake":
        return lambda x, y: y > LANDING_EDGE or abs(x) > LANDING_SIDE
    return None


@dataclass(frozen=True, slots=True)
class Hull:
    """A thing as water feels it."""

    half: Floats  # metres
    columns: Floats  # [9, 2], metres from its middle
    area: float  # square metres of a column
    mass: float  # kilograms

    def forces(self, place: Floats, speed: Floats, gravity: float) -> tuple[Floats, Floats, float]:
        """Force (N) and torque (N m) of still water at height 0, in the world's axes, and the share under water.

        `place` is position and quaternion, `speed` velocity in the world's and spin in the thing's own axes.
        """
        turn = rotation(place[3:7])
        offsets = self.columns @ turn[:, :2].T  # [9, 3]
        tall = self.half[2]
        under = np.clip(tall - (place[2] + offsets[:, 2]), 0.0, 2 * tall)
        share = float(under.mean() / (2 * tall))
        if share == 0.0:
            return np.zeros(3), np.zeros(3), 0.0
        lifts = DENSITY * gravity * self.area * under
        force = np.array((0.0, 0.0, float(lifts.sum())))
        torque = np.cross(offsets, np.stack([np.zeros(9), np.zeros(9), lifts], axis=1)).sum(axis=0)
        velocity = speed[:3]
        faces = 4 * np.array((self.half[1] * tall, self.half[0] * tall, self.half[0] * self.half[1]))
        force -= share * (_SLOW * self.mass * velocity + 0.5 * DENSITY * _FAST * faces * np.abs(velocity) * velocity)
        inertia = self.mass * float(self.half @ self.half) / 3
        torque -= share * _SPIN * inertia * (turn @ speed[3:6])
        return force, torque, share


def hull_of(spec: RigidSpec, mass: float) -> Hull:
    """A thing of this mass (kilograms) in water."""
    half = np.array(half_extents(spec))
    full = _HULLS.get(spec.shape, _FULL[collision(spec.shape)])
    return Hull(half, _GRID * half[:2], float(4 * half[0] * half[1] / 9 * full), mass)

"""Water at a point: waves that travel as deep-water waves do, surf that runs up a beach, a lake's ripples.

Slopes are sums of sine waves with the dispersion of deep water, omega^2 = g k (J. Tessendorf, "Simulating Ocean
Water", 2001). A wave that a sample cannot resolve is left out, so that far water does not shimmer.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.render.noise import SIZE, noise_at

_GRAVITY = 9.81
_CELL = 0.34  # metres of wet ground that a drop has to itself
# metres of a wave's length, its direction in radians from +y, and its steepness (slope at its steepest)
_SWELL = (
    (9.3, 2.95, 0.060),
    (5.1, 3.45, 0.065),
    (3.1, 2.55, 0.070),
    (1.9, 3.75, 0.075),
    (1.15, 2.35, 0.075),
    (0.70, 3.20, 0.070),
    (0.43, 4.00, 0.060),
)
_RIPPLES = ((1.30, 2.70, 0.020), (0.85, 3.60, 0.026), (0.52, 2.20, 0.030), (0.33, 3.90, 0.030))


class Soil(NamedTuple):
    """A point of the ground: linear RGB, how much it mirrors (0 to 1), and the tilt of its normal in x and y."""

    red: float
    green: float
    blue: float
    mirror: float
    tilt_x: float
    tilt_y: float


@kernel
def waves(
    among: tuple[tuple[float, float, float], ...], x: float, y: float, footprint: float, seconds: float
) -> tuple[float, float, float]:
    """Slope in x and y at a point, and its height as a share (-1 to 1) of the highest."""
    slope_x = 0.0
    slope_y = 0.0
    height = 0.0
    total = 1e-6
    for one in among:
        length, direction, steep = one
        seen = min(max((length / footprint - 2.0) / 4.0, 0.0), 1.0)
        number = 2 * math.pi / length
        towards_x = math.sin(direction)
        towards_y = math.cos(direction)
        bent = 0.35 * math.sin(0.23 * number * (towards_y * x - towards_x * y))  # crests are not rulers
        phase = number * (towards_x * x + towards_y * y) - math.sqrt(_GRAVITY * number) * seconds + bent
        slope = seen * steep * math.cos(phase)
        slope_x += slope * towards_x
        slope_y += slope * towards_y
        height += seen * steep * length * math.sin(phase)
        total += steep * length
    return slope_x, slope_y, height / total


@kernel
def sea(
    x: float, y: float, out: float, footprint: float, noise: NDArray[np.float32], seconds: float, wind: float
) -> Soil:
    """Open water `out` metres from its shore: surf that rolls in near it, swell and white horses farther."""
    slope_x, slope_y, height = waves(_SWELL, x, y, footprint, seconds)
    sharp = math.log2(max(footprint * SIZE / 5.0, 1e-3))
    a1, a2, _ = noise_at(noise, x / 5.0 + 0.021 * seconds, y / 3.6 + 0.034 * seconds, sharp)
    b1, _, _ = noise_at(noise, x / 27.0 + 0.2, y / 15.0 + 0.013 * seconds, sharp - 2.0)
    calm = 1.0 / (1.0 + footprint * 2.0)
    swell = 1.0 - 0.55 * math.exp(-0.14 * out)  # low near the beach
    deep = 1.0 - math.exp(-0.16 * out)
    foam = 0.0
    if out < 11.0:  # three lines of surf roll in, each wider and thinner the nearer it is
        for line in range(3):
            run = (seconds * 0.085 + line / 3.0) % 1.0
            at = 9.0 * (1 - run) ** 1.3 + 1.3 * (b1 - 0.5)
            width = 0.20 + 0.75 * run
            before = (out - at) / width
            body = math.exp(-before * before) if before < 0 else math.exp(-0.55 * before)
            foam += body * math.sin(math.pi * min(1.0, 1.06 * run)) * min(max((a1 - 0.34) * 3.2, 0.0), 1.0)
        foam += 0.9 * math.exp(-2.4 * out) * min(max((a1 - 0.25) * 3.0, 0.0), 1.0)
    white = 0.60 - 0.28 * wind
    foam += min(max((height - white) * 3.0, 0.0), 1.0) * min(max((a2 - 0.44) * 5.0, 0.0), 1.0) * calm
    foam = min(1.0, foam)
    through = 0.5 + 0.5 * height * swell  # light that comes through a crest
    return Soil(
        0.085 * (1 - deep) + (0.006 + 0.010 * through) * deep + foam * 0.80,
        0.27 * (1 - deep) + (0.045 + 0.055 * through) * deep + foam * 0.80,
        0.27 * (1 - deep) + (0.085 + 0.060 * through) * deep + foam * 0.80,
        0.97 * (1 - foam),
        (slope_x * swell + (a1 - 0.5) * 0.20 * calm) * (1 - 0.5 * foam),
        (slope_y * swell + (a2 - 0.5) * 0.24 * calm) * (1 - 0.5 * foam),
    )


@kernel
def lake(
    x: float, y: float, edge: float, footprint: float, noise: NDArray[np.float32], seconds: float, wind: float
) -> Soil:
    """Still, dark, green water: ripples, breaths of wind over it, and shade `edge` metres from a landing stage."""
    slope_x, slope_y, _ = waves(_RIPPLES, x, y, footprint, seconds)
    sharp = math.log2(max(footprint * SIZE / 4.0, 1e-3))
    a1, a2, _ = noise_at(noise, x / 4.0 + 0.012 * seconds, y / 2.6 + 0.02 * seconds, sharp + 0.6)
    b1, b2, _ = noise_at(noise, x / 34.0 + 0.7 + 0.004 * seconds, y / 16.0 + 0.006 * seconds, sharp - 1.5)
    breath = (0.25 + 1.2 * min(max((b1 - 0.42) * 4.0, 0.0), 1.0)) * (0.7 + 2.0 * wind)
    shade = 0.45 + 0.55 * min(max(edge / 0.35, 0.0), 1.0)
    calm = 1.0 / (1.0 + footprint * 3.0)
    level = (0.8 + 0.4 * b2) * shade
    return Soil(
        0.012 * level,
        0.045 * level,
        0.052 * level,
        0.96 * shade,
        slope_x * breath + (a1 - 0.5) * 0.07 * calm,
        slope_y * breath + (a2 - 0.5) * 0.09 * calm,
    )


@kernel
def rain_rings(x: float, y: float, footprint: float, seconds: float) -> tuple[float, float]:
    """Slope in x and y of the rings that drops make on a wet plane, one at a time in each cell."""
    slope_x = 0.0
    slope_y = 0.0
    seen = min(max((0.05 - footprint) / 0.03, 0.0), 1.0)
    if seen <= 0:
        return 0.0, 0.0
    for layer in range(2):
        u = x / _CELL + 0.5 * layer
        v = y / _CELL + 0.37 * layer
        column = math.floor(u)
        line = math.floor(v)
        chance = (math.sin(column * 12.9898 + line * 78.233 + layer * 31.7) * 43758.5453) % 1.0
        clock = seconds * 1.7 + chance * 7.0
        age = clock % 1.0
        drop = (math.sin(column * 39.3468 + line * 11.135 + math.floor(clock) * 7.31) * 24634.6345) % 1.0
        dx = (u - column - 0.3 - 0.4 * drop) * _CELL
        dy = (v - line - 0.3 - 0.4 * chance) * _CELL
        away = math.sqrt(dx * dx + dy * dy) + 1e-6
        front = (away - 0.28 * age * _CELL) / 0.016
        if abs(front) < 2.5 and away < 0.3 * _CELL:
            slope = 0.55 * seen * (1.0 - age) * front * math.exp(-front * front)
            slope_x += slope * dx / away
            slope_y += slope * dy / away
    return slope_x, slope_y

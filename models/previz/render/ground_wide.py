"""What a wide plain looks like at a point: open water, ice, the moon's dust, a flat roof."""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.render.light import Ground
from models.previz.render.noise import SIZE, noise_at
from models.previz.render.water import Soil, lake, sea
from models.previz.water import LANDING_EDGE, LANDING_SIDE

_LAKE, _SEA, _MOON, _ICE = int(Ground.LAKE), int(Ground.SEA), int(Ground.MOON), int(Ground.ICE)
_RINK = (11.0, 7.0)  # metres: half of an ice rink, with its corners rounded off by
_CORNER = 4.0


@kernel
def on_landing(x: float, y: float) -> bool:
    """Whether a point of a lake's plane is the landing stage."""
    return y < LANDING_EDGE and abs(x) < LANDING_SIDE


@kernel
def wide_soil(
    kind: int, x: float, y: float, footprint: float, noise: NDArray[np.float32], seconds: float, wind: float
) -> Soil:
    """The ground at (x, y) metres; `footprint`: metres of it that one sample covers."""
    if kind == _LAKE:
        edge = max(y - LANDING_EDGE, abs(x) - LANDING_SIDE)
        return lake(x, y, edge, footprint, noise, seconds, wind)
    if kind == _SEA:
        return sea(x, y, 30.0, footprint, noise, seconds, wind)
    if kind == _MOON:
        return _dust(x, y, footprint, noise)
    if kind == _ICE:
        return _ice(x, y, footprint, noise)
    return _roof(x, y, footprint, noise)


@kernel
def _dust(x: float, y: float, footprint: float, noise: NDArray[np.float32]) -> Soil:
    """Grey dust with pebbles, and craters on three grids: a dark floor and a rim that catches the sun."""
    sharp = math.log2(max(footprint * SIZE / 2.3, 1e-3))
    r1, g1, _ = noise_at(noise, x / 2.3, y / 2.3, sharp)
    r2, g2, _ = noise_at(noise, x / 19.0 + 0.3, y / 19.0, sharp - 3.0)
    tilt_x = (g1 - 0.5) * 0.55
    tilt_y = (r1 - 0.5) * 0.55
    floor = 0.0
    for grid in range(3):
        size = 1.7 * 3.1**grid
        column = math.floor(x / size)
        line = math.floor(y / size)
        chance = (math.sin(column * 12.9898 + line * 78.233 + grid * 7.1) * 43758.5453) % 1.0
        if chance < 0.42:
            continue
        radius = size * (0.14 + 0.26 * ((chance * 917.0) % 1.0))
        dx = x / size - column - 0.5
        dy = y / size - line - 0.5
        away = math.sqrt(dx * dx + dy * dy) * size / radius + 1e-6
        if away < 1.35:
            inside = away if away < 1.0 else -2.4 * (1.35 - away)
            steep = 0.85 * inside / (1.0 + footprint)
            tilt_x += steep * dx * size / (radius * away)
            tilt_y += steep * dy * size / (radius * away)
            floor += 0.10 * max(0.0, 1.0 - away)
    level = (0.205 + 0.10 * (r1 - 0.5) + 0.07 * (g2 - 0.5) + 0.05 * (r2 - 0.5)) * (1.0 - floor)
    fade = 1.0 / (1.0 + 0.8 * footprint)
    return Soil(level * 1.02, level, level * 0.97, 0.0, tilt_x * fade, tilt_y * fade)


@kernel
def _ice(x: float, y: float, footprint: float, noise: NDArray[np.float32]) -> Soil:
    """A rink: pale ice with the scratches of skates and painted lines, and packed snow around it."""
    dx = max(abs(x) - (_RINK[0] - _CORNER), 0.0)
    dy = max(abs(y - 1.0) - (_RINK[1] - _CORNER), 0.0)
    sharp = math.log2(max(footprint * SIZE / 5.0, 1e-3))
    a1, a2, _ = noise_at(noise, x / 5.0 + 0.15 * y, y / 0.8, sharp + 1.5)
    b1, b2, _ = noise_at(noise, x / 0.9 + 0.2, y / 6.0 - 0.1 * x, sharp + 1.5)
    if math.sqrt(dx * dx + dy * dy) > _CORNER:
        level = 0.80 + 0.12 * a1
        return Soil(0.84 * level, 0.88 * level, 0.94 * level, 0.0, (a2 - 0.5) * 0.3, (b2 - 0.5) * 0.3)
    scratched = 0.16 * max(0.0, a1 - 0.60) + 0.16 * max(0.0, b1 - 0.60)
    red = 0.58 + scratched
    green = 0.71 + scratched
    blue = 0.82 + scratched
    width = max(0.05, 0.6 * footprint)
    line = min(1.0, max(0.0, 1.0 - abs(x) / width) * 1.6)
    ring = math.sqrt(x * x + (y - 1.0) ** 2)
    line = max(line, min(1.0, max(0.0, 1.0 - abs(ring - 2.6) / width) * 1.6))
    side = min(1.0, max(0.0, 1.0 - abs(abs(x) - 5.0) / (1.6 * width)) * 1.6)
    return Soil(
        red + line * (0.66 - red) * 0.7 + side * (0.10 - red) * 0.7,
        green + line * (0.10 - green) * 0.7 + side * (0.20 - green) * 0.7,
        blue + line * (0.12 - blue) * 0.7 + side * (0.62 - blue) * 0.7,
        0.42,
        (a2 - 0.5) * 0.035,
        (b2 - 0.5) * 0.035,
    )


@kernel
def _roof(x: float, y: float, footprint: float, noise: NDArray[np.float32]) -> Soil:
    """Tarred felt in strips with gravel and old puddles."""
    sharp = math.log2(max(footprint * SIZE / 2.0, 1e-3))
    r1, g1, _ = noise_at(noise, x / 2.0, y / 2.0, sharp)
    r2, _, _ = noise_at(noise, x / 9.0 + 0.6, y / 9.0, sharp - 2.0)
    strip = abs(x / 1.2 - math.floor(x / 1.2) - 0.5) * 1.2
    seam = min(1.0, max(0.0, 1.0 - (0.6 - strip) / max(0.02, 0.7 * footprint)))
    level = (0.15 + 0.11 * r1) * (1.0 - 0.35 * seam)
    puddle = min(max((r2 - 0.62) * 9.0, 0.0), 1.0)
    level *= 1.0 - 0.4 * puddle
    return Soil(
        level,
        level * 0.98,
        level * 0.97,
        0.75 * puddle,
        (g1 - 0.5) * 0.3 * (1 - puddle),
        (r1 - 0.5) * 0.3 * (1 - puddle),
    )

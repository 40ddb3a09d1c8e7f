"""What the ground looks like at a point: grass with a path, sand, snow, boards, asphalt, stage, tiles, paving.

Water, ice and the moon's dust are in `ground_wide.py`.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.ground_wide import on_landing, wide_soil
from models.previz.render.kernel import kernel
from models.previz.render.light import Ground
from models.previz.render.noise import SIZE, noise_at
from models.previz.render.water import Soil, sea

_SAND, _SNOW, _BOARDS = int(Ground.SAND), int(Ground.SNOW), int(Ground.BOARDS)
_ASPHALT, _STAGE, _TILES = int(Ground.ASPHALT), int(Ground.STAGE), int(Ground.TILES)
_STUDIO, _FOREST, _PAVING = int(Ground.STUDIO), int(Ground.FOREST), int(Ground.PAVING)
_LAKE = int(Ground.LAKE)


@kernel
def soil(
    kind: int,
    shore: float,
    x: float,
    y: float,
    footprint: float,
    noise: NDArray[np.float32],
    seconds: float = 0.0,
    wind: float = 0.0,
) -> Soil:
    """The ground at (x, y) metres; `footprint`: metres of it that one sample covers, for the noise's sharpness."""
    fine_sharp = math.log2(max(footprint * SIZE / 3.1, 1e-3))
    r1, g1, _ = noise_at(noise, x / 3.1, y / 3.1, fine_sharp)
    r2, g2, _ = noise_at(noise, x / 23.0 + 0.4, y / 23.0, fine_sharp - 2.9)
    if kind >= _LAKE:
        if kind == _LAKE and on_landing(x, y):
            return _boards(False, y, x, footprint, noise)
        return wide_soil(kind, x, y, footprint, noise, seconds, wind)
    if shore > 0.0 and y > shore - 3.0:
        still = shore + 1.6 * (r2 - 0.5) + 0.25 * math.sin(x * 0.35)
        edge = still + 0.42 * math.sin(0.53 * seconds + 0.11 * x) * math.sin(0.31 * x + 0.09 * seconds)  # runs up, ebbs
        if y > edge:
            return sea(x, y, y - edge, footprint, noise, seconds, wind)
        damp = min(max((still - y) / 1.8 + 0.15, 0.0), 1.0)  # sand darkens towards the water
        level = (0.50 + 0.50 * damp) * (0.82 + 0.36 * r1)
        return Soil(0.60 * level, 0.47 * level, 0.31 * level, 0.55 * (1 - damp), 0.0, 0.0)
    if kind == _SAND:
        level = 0.78 + 0.30 * r1 + 0.14 * (r2 - 0.5)
        tilt = (g1 - 0.5) * 0.35
        return Soil(0.62 * level, 0.49 * level, 0.33 * level, 0.0, tilt, (r1 - 0.5) * 0.35)
    if kind == _SNOW:
        level = 0.86 + 0.10 * r1 + 0.10 * (r2 - 0.5)
        return Soil(0.84 * level, 0.88 * level, 0.95 * level, 0.03, (g1 - 0.5) * 0.25, (r2 - 0.5) * 0.25)
    if kind in (_BOARDS, _STAGE):
        return _boards(kind == _STAGE, x, y, footprint, noise)
    if kind == _TILES:
        return _tiles(x, y, 0.45, footprint, r2)
    if kind == _PAVING:
        return _paving(x, y, footprint, r1, r2)
    if kind == _ASPHALT:
        return _asphalt(x, y, footprint, r1, g2)
    if kind == _STUDIO:
        return Soil(0.62, 0.63, 0.66, 0.06, 0.0, 0.0)
    return _grass(kind == _FOREST, x, y, r1, g1, r2, g2)


@kernel
def _grass(forest: bool, x: float, y: float, r1: float, g1: float, r2: float, g2: float) -> Soil:
    blade = 0.45 + 1.1 * r1
    dry = 0.55 + 0.55 * g2
    away = abs(x - 0.9 * math.sin(y * 0.16) + 0.5 * (r2 - 0.5)) - 1.55 + (r1 - 0.5) * 0.7
    green = min(max(away * 3, 0.0), 1.0)
    earth = 0.72 + 0.5 * g1
    if forest:  # fallen leaves, moss in patches
        moss = min(max((g2 - 0.46) * 6, 0.0), 1.0) * green
        leaf_red = (0.17 + 0.12 * r2) * blade
        return Soil(
            leaf_red + (0.10 * blade - leaf_red) * moss,
            0.105 * blade + (0.155 * blade - 0.105 * blade) * moss,
            0.048 * blade + (0.04 * blade - 0.048 * blade) * moss,
            0.0,
            (g1 - 0.5) * 0.4,
            (r1 - 0.5) * 0.4,
        )
    return Soil(
        (0.125 * dry + 0.04 * r2) * blade * green + (1 - green) * 0.42 * earth,
        0.205 * dry * blade * green + (1 - green) * 0.335 * earth,
        0.055 * blade * dry * green + (1 - green) * 0.235 * earth,
        0.0,
        0.0,
        0.0,
    )


@kernel
def _boards(stage: bool, x: float, y: float, footprint: float, noise: NDArray[np.float32]) -> Soil:
    width = 0.14
    column = math.floor(x / width)
    shift = (math.sin(column * 12.9898) * 43758.5453) % 1.0
    line = math.floor(y / 1.9 + shift)
    tone = (math.sin(column * 78.233 + line * 37.719) * 43758.5453) % 1.0
    sharp = math.log2(max(footprint * SIZE / 1.6, 1e-3))
    grain = noise_at(noise, x / 0.5 + tone, y / 4.5 + shift, sharp)[0]
    gap = min(abs(x / width - column), abs(x / width - column - 1)) * width
    end = min(abs(y / 1.9 + shift - line), abs(y / 1.9 + shift - line - 1)) * 1.9
    joint = min(min(gap, end) / max(0.004, footprint * 0.7), 1.0)
    fade = min(1.0, 0.02 / max(footprint, 1e-4))
    level = (0.72 + 0.30 * (tone - 0.5) + 0.55 * (grain - 0.5)) * (1 - (1 - joint) * 0.55 * fade)
    if stage:
        return Soil(0.30 * level, 0.165 * level, 0.085 * level, 0.16, 0.0, 0.0)
    return Soil(0.56 * level, 0.36 * level, 0.20 * level, 0.10, 0.0, 0.0)


@kernel
def _tiles(x: float, y: float, size: float, footprint: float, r2: float) -> Soil:
    column = math.floor(x / size)
    line = math.floor(y / size)
    across = min(x / size - column, column + 1 - x / size) * size
    along = min(y / size - line, line + 1 - y / size) * size
    joint = min(min(across, along) / max(0.006, footprint * 0.7), 1.0)
    fade = min(1.0, 0.03 / max(footprint, 1e-4))
    dark = (column + line) % 2
    level = (0.66 if dark else 0.80) * (0.93 + 0.14 * r2) * (1 - (1 - joint) * 0.35 * fade)
    return Soil(0.98 * level, 0.95 * level, 0.88 * level, 0.12, 0.0, 0.0)


@kernel
def _paving(x: float, y: float, footprint: float, r1: float, r2: float) -> Soil:
    tile = _tiles(x, y, 0.6, footprint, r2)
    level = 0.52 * (0.70 + 0.6 * r1)
    return Soil(tile.red * level, tile.green * level * 0.99, tile.blue * level * 1.02, 0.02, 0.0, 0.0)


@kernel
def _asphalt(x: float, y: float, footprint: float, r1: float, g2: float) -> Soil:
    if abs(y - 4.2) < 3.2:  # the road runs across, behind the pavement the actors stand on
        level = 0.105 * (0.62 + 0.75 * r1) * (0.85 + 0.3 * g2)
        blur = max(0.01, footprint * 0.5)
        dash = min(max((0.07 - abs(y - 4.2)) / blur + 0.5, 0.0), 1.0)
        dash *= min(max((1.0 - abs((x + 50.0) % 4.0 - 2.0)) / blur + 0.5, 0.0), 1.0)
        paint = 0.62 * (0.8 + 0.3 * r1)
        return Soil(
            level + (paint - level) * dash, level + (paint - level) * dash, level * 1.05 + paint * dash, 0.03, 0.0, 0.0
        )
    kerb = abs(y - 4.2) < 3.36
    slab = _tiles(x, y, 0.8, footprint, g2)
    level = (0.50 if kerb else 0.42) * (0.76 + 0.48 * r1)
    return Soil(slab.red * level, slab.green * level, slab.blue * level * 1.04, 0.02, 0.0, 0.0)

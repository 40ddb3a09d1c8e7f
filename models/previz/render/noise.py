"""Tiling noise that clouds, grass, sand and fur are made of, with its smaller copies; no colours here."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.world import Vector

SIZE = 512  # texels a side
LEVELS = 8
_ROUGHNESS = (1.15, 1.6, 1.3)  # exponent of the amplitude's fall with frequency: fine, coarse, medium


@cache
def tiling_noise() -> NDArray[np.float32]:
    """float32[LEVELS, SIZE, SIZE, 3], mean 0.5, deviation 0.17; copy l uses its first `SIZE >> l` rows and columns."""
    random = np.random.default_rng(7)
    frequency = np.fft.fftfreq(SIZE) * SIZE
    radius = np.hypot(frequency[:, None], frequency[None])
    radius[0, 0] = 1e9  # no mean
    channels = []
    for roughness in _ROUGHNESS:
        spectrum = np.fft.fft2(random.standard_normal((SIZE, SIZE))) / np.maximum(radius, 2.0) ** roughness
        field = np.fft.ifft2(spectrum).real
        channels.append(np.clip(0.5 + field / field.std() * 0.17, 0.0, 1.0))
    level = np.stack(channels, axis=-1)
    levels = np.zeros((LEVELS, SIZE, SIZE, 3), np.float32)
    for step in range(LEVELS):
        levels[step, : SIZE >> step, : SIZE >> step] = level
        level = (level[::2, ::2] + level[1::2, ::2] + level[::2, 1::2] + level[1::2, 1::2]) / 4
    return levels


@kernel
def noise_at(noise: NDArray[np.float32], u: float, v: float, sharpness: float) -> Vector:
    """Three values at (u, v), which repeat every 1; `sharpness` is log2 of the texels one sample covers."""
    fine = 0.0
    coarse = 0.0
    medium = 0.0
    sharpness = min(max(sharpness, 0.0), LEVELS - 1.001)
    lower = int(sharpness)
    for step in range(2):
        share = sharpness - lower if step else 1.0 - (sharpness - lower)
        level = lower + step
        size = SIZE >> level
        x = (u - math.floor(u)) * size - 0.5
        y = (v - math.floor(v)) * size - 0.5
        left = math.floor(x)
        top = math.floor(y)
        for corner in range(4):
            weight = share * (x - left if corner % 2 else 1.0 - (x - left))
            weight *= y - top if corner // 2 else 1.0 - (y - top)
            line = (top + corner // 2) & (size - 1)  # size is a power of two, and a division costs ten times this
            column = (left + corner % 2) & (size - 1)
            fine += weight * noise[level, line, column, 0]
            coarse += weight * noise[level, line, column, 1]
            medium += weight * noise[level, line, column, 2]
    return fine, coarse, medium


@kernel
def noise_level(noise: NDArray[np.float32], level: int, u: float, v: float) -> Vector:
    """`noise_at` from one copy alone: half the work, where the sharpness is known."""
    size = SIZE >> level
    x = (u - math.floor(u)) * size - 0.5
    y = (v - math.floor(v)) * size - 0.5
    left = math.floor(x)
    top = math.floor(y)
    fine = 0.0
    coarse = 0.0
    medium = 0.0
    for corner in range(4):
        weight = x - left if corner % 2 else 1.0 - (x - left)
        weight *= y - top if corner // 2 else 1.0 - (y - top)
        line = (top + corner // 2) & (size - 1)
        column = (left + corner % 2) & (size - 1)
        fine += weight * noise[level, line, column, 0]
        coarse += weight * noise[level, line, column, 1]
        medium += weight * noise[level, line, column, 2]
    return fine, coarse, medium


@kernel
def turn_at(x: int, y: int) -> float:
    """An angle for pixel (x, y) that differs evenly among neighbours, so a few samples each suffice for all.

    Interleaved gradient noise: J. Jimenez, "Next Generation Post Processing in Call of Duty" (2014).
    """
    return 6.2832 * ((52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1.0)) % 1.0)

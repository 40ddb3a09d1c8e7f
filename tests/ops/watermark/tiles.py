"""Tiles laid through a projection onto pixels, and their waves: a residual with a mark in it and no picture."""

import numpy as np

from ops.watermark.carrier import TILE, WAVES, MarkKey
from ops.watermark.decoding import Waves
from ops.watermark.projection import Projection
from ops.watermark.residual import Floats
from tests.ops.watermark.films import CLIP, KEY


def laid(
    projection: Projection, height: int, width: int, clip: bytes = CLIP, key: MarkKey = KEY, pilot: float = 1.0
) -> Floats:
    """The clip's tiles as `projection` shows them, float32[height, width] of deviation 1, by cubic interpolation.

    `pilot`: how loud the pilot is, of what it usually is.
    """
    from scipy.ndimage import map_coordinates

    layout = key.layout(clip)
    gains = np.ones((len(WAVES), 2))
    gains[layout.variant.pilots] = pilot
    tile = layout.tile(gains)

    down, across = np.mgrid[:height, :width]
    plane = np.linalg.solve(projection, np.stack([across.ravel(), down.ravel(), np.ones(across.size)]))
    places = np.stack([plane[1], plane[0]]) / plane[2] % TILE
    found = map_coordinates(tile, places, order=3, mode="grid-wrap")
    return np.asarray(found.reshape(height, width), np.float32)


def waves_of(clip: bytes, key: MarkKey = KEY) -> Waves:
    """The waves of a clip's tile without any noise, their mean power 1."""
    across, down = WAVES.T
    waves = np.fft.fft2(key.tile(clip))[down, across]
    return np.asarray(waves / np.sqrt(np.mean(np.abs(waves) ** 2)))


def noise(seed: int, power: float = 1.0) -> Waves:
    """White noise in each wave."""
    random = np.random.default_rng(seed)
    parts = random.normal(size=(2, len(WAVES))) * np.sqrt(power / 2)
    return np.asarray(parts[0] + 1j * parts[1])

"""Pictures on surfaces: packing them with their smaller copies, and reading them at any sharpness.

Likeness pictures and drawn faces come through here. The noise that grounds and clouds are made of is in `noise.py`.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel

LEVELS = 10  # copies, each half as large: enough for 1024 texels
Colour4 = tuple[float, float, float, float]


class Textures(NamedTuple):
    """All textures in one array: level l of texture t has `table[t, l]` = first texel, width, height."""

    texels: NDArray[np.float32]  # [N, 4] linear RGB times alpha, alpha
    table: NDArray[np.int64]  # [textures, LEVELS, 3]


def pack(pictures: Sequence[NDArray[np.uint8]]) -> Textures:
    """Pictures `uint8[h, w, 4]` (sRGB and alpha) with their smaller copies; raises ValueError for other shapes."""
    table = np.zeros((max(1, len(pictures)), LEVELS, 3), np.int64)
    table[:, :, 1:] = 1
    parts: list[NDArray[np.float32]] = [np.zeros((1, 4), np.float32)]  # texel 0: nothing, where there is no texture
    position = 1
    for index, picture in enumerate(pictures):
        if picture.ndim != 3 or picture.shape[2] != 4 or picture.dtype != np.uint8 or picture.size == 0:
            raise ValueError(f"texture {index}: got {picture.dtype}{picture.shape}, expected uint8[h, w, 4]")
        level = _linear(picture)
        for step in range(LEVELS):
            height, width = level.shape[:2]
            table[index, step] = position, width, height
            parts.append(level.reshape(-1, 4))
            position += width * height
            level = _halved(level)
    return Textures(np.concatenate(parts), table)


def _linear(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    values = picture.astype(np.float32) / np.float32(255)
    alpha = values[:, :, 3:]
    return np.concatenate([values[:, :, :3] ** np.float32(2.2) * alpha, alpha], axis=2)


def _halved(level: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = level.shape[:2]
    if height > 1:
        level = (level[0 : height // 2 * 2 : 2] + level[1 : height // 2 * 2 : 2]) / np.float32(2)
    if width > 1:
        level = (level[:, 0 : width // 2 * 2 : 2] + level[:, 1 : width // 2 * 2 : 2]) / np.float32(2)
    return np.ascontiguousarray(level, np.float32)


@kernel
def sample(textures: Textures, index: int, u: float, v: float, texels_across: float) -> Colour4:
    """Linear RGB times alpha, and alpha, at (u, v), v down; read bilinearly between the two fitting copies.

    `texels_across`: how many texels of the largest copy one sample covers. Outside 0 to 1 a texture repeats; inside,
    its borders do not bleed into each other.
    """
    if u < 0.0 or u > 1.0:
        u -= math.floor(u)
    if v < 0.0 or v > 1.0:
        v -= math.floor(v)
    sharpness = min(max(math.log2(max(texels_across, 1e-6)), 0.0), LEVELS - 1.001)
    lower = int(sharpness)
    red = 0.0
    green = 0.0
    blue = 0.0
    alpha = 0.0
    for step in range(2):
        share = sharpness - lower if step else 1.0 - (sharpness - lower)
        start = textures.table[index, lower + step, 0]
        width = textures.table[index, lower + step, 1]
        height = textures.table[index, lower + step, 2]
        x = min(max(u * width - 0.5, 0.0), width - 1.0)
        y = min(max(v * height - 0.5, 0.0), height - 1.0)
        left = int(x)
        top = int(y)
        for corner in range(4):
            column = left + corner % 2
            line = top + corner // 2
            weight = share * (x - left if corner % 2 else 1.0 - (x - left))
            weight *= y - top if corner // 2 else 1.0 - (y - top)
            if weight <= 0.0:  # also what would lie past the last column or line
                continue
            texel = start + line * width + column
            red += weight * textures.texels[texel, 0]
            green += weight * textures.texels[texel, 1]
            blue += weight * textures.texels[texel, 2]
            alpha += weight * textures.texels[texel, 3]
    return red, green, blue, alpha

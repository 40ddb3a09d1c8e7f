"""Outlines of drawn styles: where they run, and how wide a brush is there. From part ids and nearness."""

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.kernel import kernel
from models.previz.render.noise import noise_at
from models.previz.render.raster import GROUND

_LEAF, _GLASS = int(Material.LEAF), int(Material.GLASS)
_BEND = 0.035  # second difference of nearness, as a share of it, that is an edge within a part


@kernel
def outlined(
    nearness: NDArray[np.float32],
    triangle: NDArray[np.int32],
    part: NDArray[np.int32],
    material: NDArray[np.uint8],
    line: int,
    x: int,
    y: int,
    near: float,
) -> bool:
    """Whether an outline runs through a sample: another part beside it, or nearness bends (it is linear on a plane).

    Blades and leaves have none among themselves and on the ground: lines as wide as they are would blacken a meadow.
    """
    height, width = nearness.shape
    face = triangle[y, x]
    own = part_of(face, part)
    for direction in range(2):
        dx = line if direction == 0 else 0
        dy = line - dx
        x0 = max(x - dx, 0)
        x1 = min(x + dx, width - 1)
        y0 = max(y - dy, 0)
        y1 = min(y + dy, height - 1)
        if triangle[y0, x0] == face and triangle[y1, x1] == face:
            continue
        if _clear(face, material) or _clear(triangle[y0, x0], material) or _clear(triangle[y1, x1], material):
            continue  # glass has no lines: every second sample passes through it
        before = part_of(triangle[y0, x0], part)
        after = part_of(triangle[y1, x1], part)
        if before != own or after != own:
            if max(before, after, own) > 0 and not (
                _low(face, material) and _low(triangle[y0, x0], material) and _low(triangle[y1, x1], material)
            ):
                return True
        elif own > 0 and material[face] != _LEAF and abs(nearness[y0, x0] + nearness[y1, x1] - 2 * near) > _BEND * near:
            return True
    return False


@kernel
def line_width(noise: NDArray[np.float32], thin: float, thick: float, x: int, y: int) -> int:
    """Samples to each side that an outline takes here: a brush is pressed and lifted on its way."""
    if thick <= thin:
        return max(1, int(thin + 0.5))
    pressed = noise_at(noise, 0.011 * x, 0.011 * y, 2.0)[1]
    share = min(max((pressed - 0.32) * 2.6, 0.0), 1.0)
    return max(1, int(thin + (thick - thin) * share + 0.5))


@kernel
def _low(face: int, material: NDArray[np.uint8]) -> bool:
    """Whether a face is the ground or a leaf."""
    return face == GROUND or (face >= 0 and int(material[face]) == _LEAF)


@kernel
def _clear(face: int, material: NDArray[np.uint8]) -> bool:
    return face >= 0 and int(material[face]) == _GLASS


@kernel
def part_of(face: int, part: NDArray[np.int32]) -> int:
    return int(part[face]) if face >= 0 else face

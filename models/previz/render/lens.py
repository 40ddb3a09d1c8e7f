"""Depth of field: what a lens of some width does to points that are not where it is focused.

M. Potmesil and I. Chakravarty, "A Lens and Aperture Camera Model for Synthetic Image Generation" (1981), gathered in
one pass over a sunflower of samples: a point spreads over its neighbours only as far as its own blur reaches, so that
what is sharp stays clean before what is soft.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel

TAPS = 32
PATCH = 16  # pixels: at least `LARGEST`
LARGEST = 14.0  # pixels: radius of the widest blur
SMALLEST = 0.6  # pixels: less is sharp
_GOLDEN = 2.39996
DISC = np.array([(math.sqrt((i + 0.5) / TAPS), math.cos(_GOLDEN * i), math.sin(_GOLDEN * i)) for i in range(TAPS)])


@kernel
def blur_radius(depth: float, focus: float, scale: float) -> float:
    """Pixels of a point's blur. `scale`: those of a point at infinity, times the focus distance."""
    return min(LARGEST, scale * abs(1.0 / focus - 1.0 / max(depth, 1e-3)))


@kernel
def spread_rows(
    first: int, last: int, depth: NDArray[np.float32], focus: float, scale: float, spread: NDArray[np.float32]
) -> None:
    """Rows of tiles of `spread` [ceil(H / PATCH), ceil(W / PATCH)]: the widest blur of what is nearer than the focus."""
    height, width = depth.shape
    for row in range(first, last):
        for column in range(spread.shape[1]):
            widest = 0.0
            for y in range(row * PATCH, min((row + 1) * PATCH, height)):
                for x in range(column * PATCH, min((column + 1) * PATCH, width)):
                    if depth[y, x] < focus:
                        widest = max(widest, blur_radius(depth[y, x], focus, scale))
            spread[row, column] = widest


@kernel
def focus_rows(
    first: int,
    last: int,
    sharp: NDArray[np.float32],
    depth: NDArray[np.float32],
    focus: float,
    scale: float,
    disc: NDArray[np.float64],
    spread: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Rows of `out` [H, W, 3]: the linear light `sharp` through the lens. `depth` [H, W] in metres, as `focus` is."""
    height, width = depth.shape
    for y in range(first, last):
        for x in range(width):
            here = depth[y, x]
            own = blur_radius(here, focus, scale)
            reach = own
            for tile in range(9):  # what lies before this point may spread over it
                line = min(max(y // PATCH + tile // 3 - 1, 0), spread.shape[0] - 1)
                column = min(max(x // PATCH + tile % 3 - 1, 0), spread.shape[1] - 1)
                reach = max(reach, spread[line, column])
            red = float(sharp[y, x, 0])
            green = float(sharp[y, x, 1])
            blue = float(sharp[y, x, 2])
            weights = 1.0
            if reach > SMALLEST:
                for tap in range(TAPS):
                    distance = disc[tap, 0] * reach
                    line = min(max(int(y + distance * disc[tap, 2] + 0.5), 0), height - 1)
                    column = min(max(int(x + distance * disc[tap, 1] + 0.5), 0), width - 1)
                    there = depth[line, column]
                    blur = blur_radius(there, focus, scale)
                    if there > here + 0.05:  # what lies behind is hidden by what is sharp before it
                        blur = min(blur, own)
                    weight = min(max(blur - distance + 1.0, 0.0), 1.0)
                    red += weight * sharp[line, column, 0]
                    green += weight * sharp[line, column, 1]
                    blue += weight * sharp[line, column, 2]
                    weights += weight
            out[y, x, 0] = red / weights
            out[y, x, 1] = green / weights
            out[y, x, 2] = blue / weights

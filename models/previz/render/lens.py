"""Depth of field: what a lens of some width does to points that are not where it is focused.

M. Potmesil and I. Chakravarty, "A Lens and Aperture Camera Model for Synthetic Image Generation" (1981), gathered in
one pass over a sunflower of samples: a point spreads over its neighbours only as far as its own blur reaches, so that
what is sharp stays clean before what is soft.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel

TAPS = 40
LARGEST = 14.0  # pixels: radius of the widest blur
SMALLEST = 0.6  # pixels: less is sharp
_GOLDEN = 2.39996
DISC = np.array([(math.sqrt((i + 0.5) / TAPS), math.cos(_GOLDEN * i), math.sin(_GOLDEN * i)) for i in range(TAPS)])


@kernel
def blur_radius(depth: float, focus: float, scale: float) -> float:
    """Pixels of a point's blur. `scale`: pixels that a point at infinity would blur over, times the focus distance."""
    return min(LARGEST, scale * abs(1.0 / focus - 1.0 / max(depth, 1e-3)))


@kernel
def focus_rows(
    first: int,
    last: int,
    sharp: NDArray[np.float32],
    depth: NDArray[np.float32],
    focus: float,
    scale: float,
    disc: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Rows of `out` [H, W, 3]: the linear light `sharp` through the lens. `depth` [H, W] in metres, as `focus` is."""
    height, width = depth.shape
    for y in range(first, last):
        for x in range(width):
            here = depth[y, x]
            own = blur_radius(here, focus, scale)
            reach = own
            for tap in range(0, TAPS, 5):  # what lies before this point may spread over it
                line = min(max(int(y + disc[tap, 0] * disc[tap, 2] * LARGEST + 0.5), 0), height - 1)
                column = min(max(int(x + disc[tap, 0] * disc[tap, 1] * LARGEST + 0.5), 0), width - 1)
                there = depth[line, column]
                if there < here - 0.1:
                    reach = max(reach, blur_radius(there, focus, scale))
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
                    spread = blur_radius(there, focus, scale)
                    if there > here + 0.05:  # what lies behind is hidden by what is sharp before it
                        spread = min(spread, own)
                    weight = min(max(spread - distance + 1.0, 0.0), 1.0)
                    red += weight * sharp[line, column, 0]
                    green += weight * sharp[line, column, 1]
                    blue += weight * sharp[line, column, 2]
                    weights += weight
            out[y, x, 0] = red / weights
            out[y, x, 1] = green / weights
            out[y, x, 2] = blue / weights

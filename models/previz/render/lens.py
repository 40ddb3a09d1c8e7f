"""Depth of field: what a lens of some width does to points that are not where it is focused.

M. Potmesil and I. Chakravarty, "A Lens and Aperture Camera Model for Synthetic Image Generation" (1981), gathered in
one pass over a sunflower of samples: a point spreads over its neighbours only as far as its own blur reaches, so that
what is sharp stays clean before what is soft. What is soft has no detail: it is made at half size, four times quicker.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel

TAPS = 30
PATCH = 8  # pixels: at least `LARGEST`
LARGEST = 8.0  # pixels of the half-size picture: radius of the widest blur
SMALLEST = 0.3  # of them: less is sharp
_SOFT = 0.9  # of them: from here on only the soft picture is seen
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
    """Rows of `spread` [ceil(H / PATCH), ceil(W / PATCH)]: the widest blur of what is nearer than the focus."""
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
    """Rows of `out` [H, W, 4]: the linear light `sharp` [H, W, 3] through the lens, and how much of it is to be seen.

    `depth` [H, W] in metres, as `focus` is.
    """
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
            before = 0.0
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
                    if there < here - 0.1:
                        before += weight
            seen = min(max((own - SMALLEST) / (_SOFT - SMALLEST), 0.0), 1.0)
            out[y, x, 3] = max(seen, min(1.0, 1.6 * before / weights))
            out[y, x, 0] = red / weights
            out[y, x, 1] = green / weights
            out[y, x, 2] = blue / weights


@kernel
def halve_rows(
    first: int,
    last: int,
    sharp: NDArray[np.float32],
    depth: NDArray[np.float32],
    small: NDArray[np.float32],
    small_depth: NDArray[np.float32],
) -> None:
    """Rows of the half-size picture [ceil(H / 2), ceil(W / 2), 3] and its depth: of each four, those as far as one."""
    height, width = depth.shape
    for line in range(first, last):
        for column in range(small.shape[1]):
            here = depth[2 * line, 2 * column]
            red = 0.0
            green = 0.0
            blue = 0.0
            count = 0.0
            for corner in range(4):
                y = min(2 * line + corner // 2, height - 1)
                x = min(2 * column + corner % 2, width - 1)
                if abs(depth[y, x] - here) <= 0.1 * here:
                    red += sharp[y, x, 0]
                    green += sharp[y, x, 1]
                    blue += sharp[y, x, 2]
                    count += 1.0
            small[line, column, 0] = red / count
            small[line, column, 1] = green / count
            small[line, column, 2] = blue / count
            small_depth[line, column] = here


@kernel
def join_rows(
    first: int,
    last: int,
    sharp: NDArray[np.float32],
    depth: NDArray[np.float32],
    soft: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Rows of `out` [H, W, 3]: `sharp`, and over it the half-size `soft` [.., .., 4] as far as that is to be seen."""
    width = depth.shape[1]
    for y in range(first, last):
        top = (y - 0.5) / 2
        line = math.floor(top)
        for x in range(width):
            left = (x - 0.5) / 2
            column = math.floor(left)
            red = 0.0
            green = 0.0
            blue = 0.0
            seen = 0.0
            weights = 0.0
            for corner in range(4):
                row = min(max(line + corner // 2, 0), soft.shape[0] - 1)
                place = min(max(column + corner % 2, 0), soft.shape[1] - 1)
                weight = top - line if corner // 2 else 1.0 - (top - line)
                weight *= left - column if corner % 2 else 1.0 - (left - column)
                there = depth[2 * row, 2 * place]
                weight *= max(1.0 - 4.0 * abs(there / depth[y, x] - 1.0), 0.001)  # not across the edge of a thing
                red += weight * soft[row, place, 0]
                green += weight * soft[row, place, 1]
                blue += weight * soft[row, place, 2]
                seen += weight * soft[row, place, 3]
                weights += weight
            share = seen / weights
            out[y, x, 0] = sharp[y, x, 0] + share * (red / weights - sharp[y, x, 0])
            out[y, x, 1] = sharp[y, x, 1] + share * (green / weights - sharp[y, x, 1])
            out[y, x, 2] = sharp[y, x, 2] + share * (blue / weights - sharp[y, x, 2])

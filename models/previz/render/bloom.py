"""What is brighter than white spreads in a lens: lamps at night, the sun on water. At a quarter of the size."""

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.world import Vector

QUARTER = 4
_REACH = 9  # of the small picture's pixels, to each side
_MOST = 6.0  # of white: one bright pixel must not flash


@kernel
def bright_rows(
    first: int, last: int, linear: NDArray[np.float32], exposure: float, small: NDArray[np.float32]
) -> None:
    """Rows of `small` [ceil(H / 4), ceil(W / 4), 3]: the mean of what is over white in each sixteen pixels."""
    height, width = linear.shape[0], linear.shape[1]
    white = 1.15 / exposure
    for line in range(first, last):
        for column in range(small.shape[1]):
            for channel in range(3):
                total = 0.0
                for tap in range(16):
                    y = min(QUARTER * line + tap // 4, height - 1)
                    x = min(QUARTER * column + tap % 4, width - 1)
                    total += min(max(linear[y, x, channel] - white, 0.0), _MOST)
                small[line, column, channel] = total / 16


@kernel
def spread_along(first: int, last: int, source: NDArray[np.float32], down: bool, out: NDArray[np.float32]) -> None:
    """Rows of `out`: `source` spread along rows, or `down` columns, by a bell; its sum stays."""
    height, width = source.shape[0], source.shape[1]
    for line in range(first, last):
        for column in range(width):
            red = 0.0
            green = 0.0
            blue = 0.0
            weights = 0.0
            for step in range(-_REACH, _REACH + 1):
                y = line + step if down else line
                x = column if down else column + step
                near = 1.0 - abs(step) / (_REACH + 1.0)
                weight = near * near
                weights += weight
                if x < 0 or y < 0 or x >= width or y >= height:
                    continue
                red += weight * source[y, x, 0]
                green += weight * source[y, x, 1]
                blue += weight * source[y, x, 2]
            out[line, column, 0] = red / weights
            out[line, column, 1] = green / weights
            out[line, column, 2] = blue / weights


@kernel
def halo_at(halo: NDArray[np.float32], x: int, y: int) -> Vector:
    """The spread light at pixel (x, y) of the whole picture."""
    top = (y - 1.5) / QUARTER
    left = (x - 1.5) / QUARTER
    line = int(top + 1.0) - 1
    column = int(left + 1.0) - 1
    red = 0.0
    green = 0.0
    blue = 0.0
    for corner in range(4):
        row = min(max(line + corner // 2, 0), halo.shape[0] - 1)
        place = min(max(column + corner % 2, 0), halo.shape[1] - 1)
        weight = top - line if corner // 2 else 1.0 - (top - line)
        weight *= left - column if corner % 2 else 1.0 - (left - column)
        red += weight * halo[row, place, 0]
        green += weight * halo[row, place, 1]
        blue += weight * halo[row, place, 2]
    return red, green, blue

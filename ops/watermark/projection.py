"""Where the tiles of a mark lie in a picture, and what all tiles together say.

A `Projection` maps the mark's own plane, in units from the middle of the picture it was drawn into, onto the pixels of
a residual: a matrix of 3 by 3 (Hartley and Zisserman, "Multiple View Geometry", section 2.3), so that a crop, another
size, a turn and the slant of a screen that was photographed are one thing.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ops.watermark.carrier import SHORT_SIDE, TILE, WAVES
from ops.watermark.residual import Floats

Projection = NDArray[np.float64]  # [3, 3]

STEP = 2  # units from sample to sample of a folded tile: the shortest wave has seven
GRID = TILE // STEP
_ACROSS, _DOWN = WAVES[:, 0] % GRID, WAVES[:, 1] % GRID


def as_drawn(height: int, width: int, factor: int) -> Projection:
    """The projection of a mark onto the residual of the very picture that it was drawn into."""
    unit = min(width, height) / SHORT_SIDE / factor
    across, down = (((side - 1) / 2 - (factor - 1) / 2) / factor for side in (width, height))
    return np.array([[unit, 0.0, across], [0.0, unit, down], [0.0, 0.0, 1.0]])


def folded(residual: Floats, projection: Projection) -> NDArray[np.complex128]:
    """The waves of the mark as a residual has them, complex128[WAVES]: all its tiles, laid on each other."""
    first, last = _reach(residual.shape[:2], projection)
    tile = np.zeros((GRID, GRID))
    _fold(residual, projection, *first, *last, STEP, tile)
    return np.asarray(np.fft.fft2(tile)[_DOWN, _ACROSS])


def warped(residual: Floats, projection: Projection) -> Floats:
    """The residual seen through a projection of its pixels onto those of the one given; nothing beyond its border."""
    found = np.zeros_like(residual)
    _warp(residual, projection, found)
    return found


def _reach(shape: tuple[int, ...], projection: Projection) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first and the last sample of the plane that a residual's corners reach, across and down."""
    height, width = shape
    corners = np.array([[0, width - 1, 0, width - 1], [0, 0, height - 1, height - 1], [1, 1, 1, 1]], np.float64)
    plane = np.linalg.solve(projection, corners)
    plane = plane[:2] / plane[2]
    most = 8 * GRID  # no picture shows more: beyond, the projection is none that a camera makes
    least, greatest = np.clip(plane.min(1) / STEP, -most, most), np.clip(plane.max(1) / STEP, -most, most)
    return (
        (int(np.floor(least[0])), int(np.floor(least[1]))),
        (int(np.ceil(greatest[0])) + 1, int(np.ceil(greatest[1])) + 1),
    )


@njit(cache=True, nogil=True)
def _fold(
    residual: Floats,
    projection: Projection,
    left: int,
    top: int,
    right: int,
    bottom: int,
    step: int,
    tile: NDArray[np.float64],
) -> None:
    height, width = residual.shape
    grid = tile.shape[0]
    for row in range(top, bottom):
        down = row * step
        for column in range(left, right):
            across = column * step
            depth = projection[2, 0] * across + projection[2, 1] * down + projection[2, 2]
            if depth <= 0.0:
                continue
            x = (projection[0, 0] * across + projection[0, 1] * down + projection[0, 2]) / depth
            y = (projection[1, 0] * across + projection[1, 1] * down + projection[1, 2]) / depth
            if x < 0.0 or y < 0.0 or x >= width - 1 or y >= height - 1:
                continue
            i, j = int(x), int(y)
            right_share, lower_share = x - i, y - j
            upper = residual[j, i] * (1.0 - right_share) + residual[j, i + 1] * right_share
            lower = residual[j + 1, i] * (1.0 - right_share) + residual[j + 1, i + 1] * right_share
            tile[row % grid, column % grid] += upper * (1.0 - lower_share) + lower * lower_share


@njit(cache=True, nogil=True)
def _warp(residual: Floats, projection: Projection, found: Floats) -> None:
    height, width = residual.shape
    for row in range(height):
        for column in range(width):
            depth = projection[2, 0] * column + projection[2, 1] * row + projection[2, 2]
            x = (projection[0, 0] * column + projection[0, 1] * row + projection[0, 2]) / depth
            y = (projection[1, 0] * column + projection[1, 1] * row + projection[1, 2]) / depth
            if x < 0.0 or y < 0.0 or x >= width - 1 or y >= height - 1:
                continue
            i, j = int(x), int(y)
            right, lower = np.float32(x - i), np.float32(y - j)
            upper = residual[j, i] * (1 - right) + residual[j, i + 1] * right
            under = residual[j + 1, i] * (1 - right) + residual[j + 1, i + 1] * right
            found[row, column] = upper * (1 - lower) + under * lower

"""Pictures seen through another geometry: cubic sampling along a projective map, and sizes changed as players do."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from PIL import Image

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]
Picture = NDArray[np.uint8]  # uint8[H, W, 3]
Matrix = NDArray[np.float64]  # float64[3, 3]: from where a pixel is shown to where it is taken


def warped(picture: Picture, matrix: Matrix, width: int, height: int) -> Picture:
    """The picture, uint8[height, width, 3], each pixel taken from `matrix` times its place; black from outside.

    Cubic convolution (Keys, 1981). It does not average: what is shown must not be much smaller than it was.
    """
    shown = np.empty((height, width, 3), np.uint8)
    _warp(np.ascontiguousarray(picture), np.ascontiguousarray(matrix, np.float64), shown)
    return shown


def resized(picture: Picture, width: int, height: int) -> Picture:
    """The picture at another size, by a cubic filter as wide as the step between its pixels."""
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))


def rotation(degrees: float, width: int, height: int) -> Matrix:
    """The matrix of a turn about the middle of a picture of this size."""
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1.0]])
    middle = shift((width - 1) / 2, (height - 1) / 2)
    return np.asarray(middle @ turn @ np.linalg.inv(middle))


def shift(across: float, down: float) -> Matrix:
    """The matrix that takes from this many pixels farther on."""
    return np.array([[1, 0, across], [0, 1, down], [0, 0, 1.0]])


def zoom(factor: float, width: int, height: int) -> Matrix:
    """The matrix that shows the middle of a picture this much larger."""
    middle = shift((width - 1) / 2, (height - 1) / 2)
    return np.asarray(middle @ np.diag([1 / factor, 1 / factor, 1.0]) @ np.linalg.inv(middle))


def quadrilateral(shown: NDArray[np.float64], taken: NDArray[np.float64]) -> Matrix:
    """The matrix that takes four corners to four others, float64[4, 2] both, as (across, down)."""
    rows = []
    for (x, y), (u, v) in zip(shown, taken, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    solved = np.linalg.solve(np.array(rows), taken.reshape(-1))
    return np.append(solved, 1.0).reshape(3, 3)


@njit(cache=True, nogil=True)
def _cubic(away: float) -> float:
    away = abs(away)
    if away < 1:
        return (1.5 * away - 2.5) * away * away + 1
    if away < 2:
        return ((-0.5 * away + 2.5) * away - 4) * away + 2
    return 0.0


@njit(cache=True, nogil=True)
def _warp(picture: Picture, matrix: Matrix, shown: Picture) -> None:
    height, width = picture.shape[:2]
    across, down = np.empty(4), np.empty(4)
    for y in range(shown.shape[0]):
        for x in range(shown.shape[1]):
            scale = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
            u = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / scale
            v = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / scale
            if not (-0.5 <= u <= width - 0.5 and -0.5 <= v <= height - 0.5):
                shown[y, x, 0] = shown[y, x, 1] = shown[y, x, 2] = 0
                continue
            left, top = math.floor(u), math.floor(v)
            for k in range(4):
                across[k] = _cubic(u - (left - 1 + k))
                down[k] = _cubic(v - (top - 1 + k))
            red, green, blue = 0.0, 0.0, 0.0
            for j in range(4):
                row = min(max(top - 1 + j, 0), height - 1)
                for i in range(4):
                    column = min(max(left - 1 + i, 0), width - 1)
                    weight = down[j] * across[i]
                    red += weight * picture[row, column, 0]
                    green += weight * picture[row, column, 1]
                    blue += weight * picture[row, column, 2]
            shown[y, x, 0] = int(min(max(red, 0.0), 255.0) + 0.5)
            shown[y, x, 1] = int(min(max(green, 0.0), 255.0) + 0.5)
            shown[y, x, 2] = int(min(max(blue, 0.0), 255.0) + 0.5)

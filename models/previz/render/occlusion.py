"""Ambient occlusion in the picture: how much of the sky each point sees, from the depth around it.

M. McGuire et al., "The Alchemy Screen-Space Ambient Obscurance Algorithm" (2011), at half size: the shading's blur
would hide what more samples show.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.render.noise import turn_at
from models.previz.render.shadows import GOLDEN_COS, GOLDEN_SIN
from models.previz.render.view import View

TAPS = 12
RADIUS = 0.45  # metres around a point that can hide the sky from it
FURTHEST = 35.0  # metres: beyond it fog hides the difference
_MOST_PIXELS = 70.0
_STRENGTH = 2.0


@kernel
def fill_occlusion(
    first: int,
    last: int,
    view: View,
    depth: NDArray[np.float32],
    normal: NDArray[np.float32],
    part: NDArray[np.int32],
    light: NDArray[np.float32],
) -> None:
    """Rows of `light` [ceil(H / 2), ceil(W / 2)]: 1 where all of the sky is seen, 0 where none."""
    height, width = depth.shape
    step_x = 2 * view.half_width / width
    step_y = 2 * view.half_height / height
    for line in range(first, last):
        y = min(2 * line, height - 1)
        for column in range(light.shape[1]):
            x = min(2 * column, width - 1)
            light[line, column] = 1.0
            here = depth[y, x]
            if part[y, x] == 0 or here > FURTHEST:
                continue
            px = (x + 0.5 - width * 0.5) * step_x * here
            py = (height * 0.5 - y - 0.5) * step_y * here
            reach = min(RADIUS / (step_x * here), _MOST_PIXELS)
            turn = turn_at(column, line)
            cos = math.cos(turn)
            sin = math.sin(turn)
            hidden = 0.0
            for tap in range(TAPS):
                distance = reach * (tap + 0.5) / TAPS
                column_there = int(x + distance * cos + 0.5)
                line_there = int(y + distance * sin + 0.5)
                cos, sin = cos * GOLDEN_COS - sin * GOLDEN_SIN, cos * GOLDEN_SIN + sin * GOLDEN_COS
                if column_there < 0 or line_there < 0 or column_there >= width or line_there >= height:
                    continue
                there = depth[line_there, column_there]
                vx = (column_there + 0.5 - width * 0.5) * step_x * there - px
                vy = (height * 0.5 - line_there - 0.5) * step_y * there - py
                vz = there - here
                square = vx * vx + vy * vy + vz * vz
                fall = max(0.0, 1.0 - square / (RADIUS * RADIUS))
                facing = vx * normal[y, x, 0] + vy * normal[y, x, 1] + vz * normal[y, x, 2]
                hidden += fall * max(0.0, facing / math.sqrt(square + 1e-6) - 0.12)
            light[line, column] = max(0.0, 1.0 - _STRENGTH * hidden / TAPS)


@kernel
def smooth_occlusion(
    first: int, last: int, depth: NDArray[np.float32], light: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Rows of `out`: `light` without its grain, each of the nine around it that are as deep."""
    height, width = depth.shape
    for line in range(first, last):
        for column in range(light.shape[1]):
            near = 1.0 / depth[min(2 * line, height - 1), min(2 * column, width - 1)]
            total, weights = _gathered(line - 1, line + 1, column - 1, column + 1, near, depth, light)
            out[line, column] = total / weights


@kernel
def occlusion_at(x: int, y: int, near: float, depth: NDArray[np.float32], light: NDArray[np.float32]) -> float:
    """The occlusion of a sample of pixel (x, y), from neighbours of its own depth: the right side of an edge."""
    line, column = y // 2, x // 2
    total, weights = _gathered(line, line + y % 2, column, column + x % 2, near, depth, light)
    if weights < 0.1:  # at an edge it is worth to look farther
        total, weights = _gathered(line - 1, line + 1, column - 1, column + 1, near, depth, light)
    return total / weights


@kernel
def _gathered(
    top: int,
    bottom: int,
    left: int,
    right: int,
    near: float,
    depth: NDArray[np.float32],
    light: NDArray[np.float32],
) -> tuple[float, float]:
    """Sum of the light of cells that are as near, and of their weights; all edges are of the sum."""
    height, width = depth.shape
    total = 0.0
    weights = 0.0
    for row in range(max(top, 0), min(bottom + 1, light.shape[0])):
        for cell in range(max(left, 0), min(right + 1, light.shape[1])):
            there = depth[min(2 * row, height - 1), min(2 * cell, width - 1)]
            weight = max(0.0, 1.0 - abs(there * near - 1.0) * 25.0) + 1e-4
            total += weight * light[row, cell]
            weights += weight
    return total, weights

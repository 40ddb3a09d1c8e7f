"""What water, ice and wet ground mirror of the things that stand on them, found in the picture itself.

The ground is a plane, so what it mirrors is mostly in the picture already: a ray is followed through the depth of the
picture (M. McGuire and M. Mara, "Efficient GPU Screen-Space Ray Tracing", 2014). Where it leaves the picture, the
sky that shading put there stays.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.render.sky import Lit, sky_colour, through_air
from models.previz.render.view import View, ray
from models.previz.world import Vector

LEAST = 0.03  # of the light: what mirrors less is as well without
_STEPS = 26
_FIRST = 0.05  # metres of the first step, per metre of depth
_LONGER = 1.30  # each step, than the one before
_FURTHEST = 90.0  # metres: a mirror farther away shows only sky
_GROUND_PART = -1


@kernel
def mirror_rows(
    first: int,
    last: int,
    view: View,
    light: Lit,
    noise: NDArray[np.float32],
    depth: NDArray[np.float32],
    part: NDArray[np.int32],
    glossy: NDArray[np.float32],
    linear: NDArray[np.float32],
) -> None:
    """Add to rows of `linear` [H, W, 3]. `glossy` [H, W, 3]: share of light mirrored, and the ground's tilt in x and y.

    Only ground is written and only what is not ground is read, so rows may be done in any order.
    """
    height, width = depth.shape
    for y in range(first, last):
        for x in range(width):
            share = glossy[y, x, 0]
            if share < LEAST or part[y, x] != _GROUND_PART or depth[y, x] > _FURTHEST:
                continue
            looking = ray(view, x, y, width, height)
            length = 1.0 / math.sqrt(looking[0] ** 2 + looking[1] ** 2 + looking[2] ** 2)
            towards = (looking[0] * length, looking[1] * length, looking[2] * length)
            tilt_x = glossy[y, x, 1]
            tilt_y = glossy[y, x, 2]
            scale = 1.0 / math.sqrt(1.0 + tilt_x * tilt_x + tilt_y * tilt_y)
            normal = (-tilt_x * scale, -tilt_y * scale, scale)
            along = towards[0] * normal[0] + towards[1] * normal[1] + towards[2] * normal[2]
            away = (
                towards[0] - 2 * along * normal[0],
                towards[1] - 2 * along * normal[1],
                max(towards[2] - 2 * along * normal[2], 0.015),
            )
            here = depth[y, x]
            start = (view.eye[0] + looking[0] * here, view.eye[1] + looking[1] * here, 0.0)
            line, column, sure = _followed(view, depth, part, start, away, here)
            if sure <= 0:
                continue
            kept = through_air(light, (1.0, 1.0, 1.0), towards, here, view.eye[2], 0.0)
            none = through_air(light, (0.0, 0.0, 0.0), towards, here, view.eye[2], 0.0)
            sky = sky_colour(light, noise, away[0], away[1], away[2], False)
            amount = share * sure * (kept[0] - none[0])
            linear[y, x, 0] = max(0.0, linear[y, x, 0] + amount * (linear[line, column, 0] - sky[0]))
            linear[y, x, 1] = max(0.0, linear[y, x, 1] + amount * (linear[line, column, 1] - sky[1]))
            linear[y, x, 2] = max(0.0, linear[y, x, 2] + amount * (linear[line, column, 2] - sky[2]))


@kernel
def _followed(
    view: View, depth: NDArray[np.float32], part: NDArray[np.int32], start: Vector, away: Vector, here: float
) -> tuple[int, int, float]:
    """Row and column of the first thing that a mirrored ray meets, and how sure that is, 0 to 1."""
    height, width = depth.shape
    step = _FIRST * here
    before = 0.0
    reached = 0.5 * step
    for _ in range(_STEPS):
        line, column, beyond, _ = _compared(view, depth, start, away, reached)
        if line < 0:
            return 0, 0, 0.0
        if beyond > 0 and part[line, column] > 0:
            if beyond > 2.0 * step + 0.4:  # the ray passes behind a thing that it does not touch
                return 0, 0, 0.0
            low = before
            high = reached
            for _ in range(5):
                middle = 0.5 * (low + high)
                line_there, column_there, beyond, _ = _compared(view, depth, start, away, middle)
                if line_there >= 0 and beyond > 0 and part[line_there, column_there] > 0:
                    high = middle
                    line = line_there
                    column = column_there
                else:
                    low = middle
            border = min(min(column, width - 1 - column) / (0.06 * width), (line + 1.0) / (0.08 * height))
            return line, column, min(1.0, border)
        before = reached
        step *= _LONGER
        reached += step
    return 0, 0, 0.0


@kernel
def _compared(
    view: View, depth: NDArray[np.float32], start: Vector, away: Vector, reached: float
) -> tuple[int, int, float, float]:
    """Where a point of the ray is in the picture (row -1: outside), how far behind what is seen there, its depth."""
    height, width = depth.shape
    px = start[0] + away[0] * reached - view.eye[0]
    py = start[1] + away[1] * reached - view.eye[1]
    pz = start[2] + away[2] * reached - view.eye[2]
    deep = px * view.forward[0] + py * view.forward[1] + pz * view.forward[2]
    if deep < 0.1:
        return -1, 0, 0.0, 0.0
    across = (px * view.right[0] + py * view.right[1] + pz * view.right[2]) / (deep * view.half_width)
    up = (px * view.up[0] + py * view.up[1] + pz * view.up[2]) / (deep * view.half_height)
    if abs(across) >= 1.0 or abs(up) >= 1.0:
        return -1, 0, 0.0, 0.0
    column = int((across * 0.5 + 0.5) * width)
    line = int((0.5 - up * 0.5) * height)
    return line, column, deep - depth[line, column], deep

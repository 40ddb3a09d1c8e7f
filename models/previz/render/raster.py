"""Triangles to samples: set-up, binning into tiles, and the visibility buffer (nearest triangle at each sample).

Nearness is 1/depth (pinhole) or FAR_AWAY - depth (parallel): linear over the picture on a plane, larger is nearer.
See J. Pineda, "A Parallel Algorithm for Polygon Rasterization" (1988), and T. Burns and W. Hunt, "The Visibility
Buffer" (2013).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.kernel import Bands, kernel
from models.previz.render.view import FAR_AWAY, NEAR, View, beyond

TILE = 32  # samples; a tile's nearness and triangle stay in the first cache
SKY = -1
GROUND = -2
HORIZON = 400.0  # metres; the ground ends there, in the fog
TRIANGLES_A_ROW = 512  # of set-up work that one row of a band stands for

_LEAF = int(Material.LEAF)
_GLASS = int(Material.GLASS)


class Screen(NamedTuple):
    """Triangles as the picture has them, in rows of `2 * TRIANGLES_A_ROW`, each filled from its beginning.

    `lines`, in samples: offset and slope (x = offset + slope * y) of the two lines that bound it on the left, which may
    be one, and of those on the right; nearness = [8] x + [9] y + [10]; its top, bottom, left and right.
    """

    lines: NDArray[np.float64]  # [S, 15]
    face: NDArray[np.int32]  # [S]
    filled: NDArray[np.int64]  # [rows]
    memory: NDArray[np.float64]  # [rows, 7, 3], to work in


@kernel
def setup(
    first: int,
    last: int,
    vertices: NDArray[np.float32],
    faces: NDArray[np.int32],
    material: NDArray[np.uint8],
    bounds: NDArray[np.float32],
    view: View,
    width: int,
    height: int,
    screen: Screen,
) -> None:
    """Project triangles and cut them at the near plane: one becomes none, one or two screen triangles.

    `bounds[rows, 6]` are of the first rows of triangles; the others may be anywhere.
    """
    corner = screen.memory[first, :3]
    cut = screen.memory[first, 3:]
    for row in range(first, last):
        screen.filled[row] = 0
        if row < bounds.shape[0] and beyond(view, bounds, row):
            continue
        for face in range(row * TRIANGLES_A_ROW, min((row + 1) * TRIANGLES_A_ROW, faces.shape[0])):
            behind = 0
            for k in range(3):
                vertex = faces[face, k]
                x = vertices[vertex, 0] - view.eye[0]
                y = vertices[vertex, 1] - view.eye[1]
                z = vertices[vertex, 2] - view.eye[2]
                corner[k, 0] = x * view.right[0] + y * view.right[1] + z * view.right[2]
                corner[k, 1] = x * view.up[0] + y * view.up[1] + z * view.up[2]
                corner[k, 2] = x * view.forward[0] + y * view.forward[1] + z * view.forward[2]
                if corner[k, 2] < NEAR:
                    behind += 1
            if view.parallel:
                behind = 0
                if material[face] == _GLASS:  # a window throws no shadow
                    continue
            if behind == 3:
                continue
            count = 0
            for k in range(3):
                j = (k + 1) % 3
                if behind == 0 or corner[k, 2] >= NEAR:
                    cut[count, 0] = corner[k, 0]
                    cut[count, 1] = corner[k, 1]
                    cut[count, 2] = corner[k, 2]
                    count += 1
                if behind > 0 and (corner[k, 2] >= NEAR) != (corner[j, 2] >= NEAR):
                    share = (NEAR - corner[k, 2]) / (corner[j, 2] - corner[k, 2])
                    cut[count, 0] = corner[k, 0] + share * (corner[j, 0] - corner[k, 0])
                    cut[count, 1] = corner[k, 1] + share * (corner[j, 1] - corner[k, 1])
                    cut[count, 2] = NEAR
                    count += 1
            for k in range(count):
                scale = 1.0 if view.parallel else 1.0 / cut[k, 2]
                cut[k, 0] = (cut[k, 0] * scale / view.half_width * 0.5 + 0.5) * width
                cut[k, 1] = (0.5 - cut[k, 1] * scale / view.half_height * 0.5) * height
                cut[k, 2] = FAR_AWAY - cut[k, 2] if view.parallel else scale
            for piece in range(count - 2):
                slot = 2 * TRIANGLES_A_ROW * row + screen.filled[row]
                if _screen_triangle(cut, piece + 1, piece + 2, material[face] == _LEAF, width, height, screen, slot):
                    screen.face[slot] = face
                    screen.filled[row] += 1


@kernel
def _screen_triangle(
    cut: NDArray[np.float64], b: int, c: int, two_sided: bool, width: int, height: int, screen: Screen, slot: int
) -> bool:
    """Write a triangle to `slot` if it is seen at all."""
    x1 = cut[b, 0] - cut[0, 0]
    y1 = cut[b, 1] - cut[0, 1]
    x2 = cut[c, 0] - cut[0, 0]
    y2 = cut[c, 1] - cut[0, 1]
    area = x1 * y2 - x2 * y1
    if area > 0:  # seen from behind: screen y points down
        if not two_sided:
            return False
        b, c = c, b
        x1, y1, x2, y2 = x2, y2, x1, y1
        area = -area
    if area > -1e-9:
        return False
    left = min(cut[0, 0], cut[b, 0], cut[c, 0])
    right = max(cut[0, 0], cut[b, 0], cut[c, 0])
    top = min(cut[0, 1], cut[b, 1], cut[c, 1])
    bottom = max(cut[0, 1], cut[b, 1], cut[c, 1])
    if right < 0 or left > width or bottom < 0 or top > height:
        return False
    # far leaves mostly lie between sample centres, and cover nothing
    if math.ceil(left - 0.5) > math.floor(right - 0.5) or math.ceil(top - 0.5) > math.floor(bottom - 0.5):
        return False
    lines = screen.lines
    lefts = 0
    rights = 0
    for edge in range(3):
        u = 0 if edge == 0 else (c if edge == 1 else b)
        v = c if edge == 0 else (b if edge == 1 else 0)
        rise = cut[v, 1] - cut[u, 1]
        if rise == 0:  # the first or the last row bounds it
            continue
        slope = (cut[v, 0] - cut[u, 0]) / rise
        offset = cut[u, 0] - slope * cut[u, 1]
        if rise < 0:
            lines[slot, 2 * lefts] = offset
            lines[slot, 2 * lefts + 1] = slope
            lefts += 1
        else:
            lines[slot, 4 + 2 * rights] = offset
            lines[slot, 5 + 2 * rights] = slope
            rights += 1
    if lefts == 1:
        lines[slot, 2] = lines[slot, 0]
        lines[slot, 3] = lines[slot, 1]
    if rights == 1:
        lines[slot, 6] = lines[slot, 4]
        lines[slot, 7] = lines[slot, 5]
    z1 = cut[b, 2] - cut[0, 2]
    z2 = cut[c, 2] - cut[0, 2]
    lines[slot, 8] = (z1 * y2 - z2 * y1) / area
    lines[slot, 9] = (x1 * z2 - x2 * z1) / area
    lines[slot, 10] = cut[0, 2] - lines[slot, 8] * cut[0, 0] - lines[slot, 9] * cut[0, 1]
    lines[slot, 11] = top
    lines[slot, 12] = bottom
    lines[slot, 13] = left
    lines[slot, 14] = right
    return lefts > 0 and rights > 0


@kernel
def _tiles_of(screen: Screen, slot: int, width: int, height: int) -> tuple[int, int, int, int]:
    """First and last column, first and last row of the tiles that a screen triangle touches."""
    x0 = int(max(0.0, screen.lines[slot, 13])) // TILE
    x1 = int(min(width - 1.0, screen.lines[slot, 14])) // TILE
    y0 = int(max(0.0, screen.lines[slot, 11])) // TILE
    y1 = int(min(height - 1.0, screen.lines[slot, 12])) // TILE
    return x0, x1, y0, y1


@kernel
def count_tiles(rows: int, screen: Screen, width: int, height: int, starts: NDArray[np.int64]) -> None:
    """How many screen triangles touch the tiles before each: where the tile's own begin in a list of all."""
    across = (width + TILE - 1) // TILE
    starts[:] = 0
    for row in range(rows):
        begin = 2 * TRIANGLES_A_ROW * row
        for slot in range(begin, begin + screen.filled[row]):
            x0, x1, y0, y1 = _tiles_of(screen, slot, width, height)
            for y in range(y0, y1 + 1):
                for x in range(x0, x1 + 1):
                    starts[y * across + x + 1] += 1
    for tile in range(1, starts.shape[0]):
        starts[tile] += starts[tile - 1]


@kernel
def list_triangles(
    rows: int, screen: Screen, width: int, height: int, place: NDArray[np.int64], slots: NDArray[np.int32]
) -> None:
    """Which screen triangles touch each tile, in triangle order; `place` is where the tile's next one is written."""
    across = (width + TILE - 1) // TILE
    for row in range(rows):
        begin = 2 * TRIANGLES_A_ROW * row
        for slot in range(begin, begin + screen.filled[row]):
            x0, x1, y0, y1 = _tiles_of(screen, slot, width, height)
            for y in range(y0, y1 + 1):
                for x in range(x0, x1 + 1):
                    tile = y * across + x
                    slots[place[tile]] = slot
                    place[tile] += 1


@kernel
def _clear_tile(
    x0: int, y0: int, x1: int, y1: int, view: View, nearness: NDArray[np.float32], triangle: NDArray[np.int32]
) -> None:
    height, width = nearness.shape
    grounded = view.eye[2] > 0 and not view.parallel
    for y in range(y0, y1):
        for x in range(x0, x1):
            nearness[y, x] = 0
            triangle[y, x] = SKY
        if not grounded:
            continue
        # the ground z = 0 straight from the ray: it needs no triangles
        along = (1 - (y + 0.5) / height * 2) * view.half_height
        step = -2 * view.half_width / width * view.right[2] / view.eye[2]
        start = -(view.forward[2] + along * view.up[2] - view.half_width * view.right[2]) / view.eye[2] + 0.5 * step
        for x in range(x0, x1):
            near = np.float32(start + x * step)
            if near > 1 / HORIZON:
                nearness[y, x] = near
                triangle[y, x] = GROUND


@kernel
def fill(
    first: int,
    last: int,
    screen: Screen,
    material: NDArray[np.uint8],
    starts: NDArray[np.int64],
    slots: NDArray[np.int32],
    view: View,
    clear: bool,
    nearness: NDArray[np.float32],
    triangle: NDArray[np.int32],
) -> None:
    """Fill tiles `first` to `last`: the nearest face at each sample centre, SKY or GROUND where there is none."""
    height, width = nearness.shape
    across = (width + TILE - 1) // TILE
    lines = screen.lines
    for tile in range(first, last):
        left = tile % across * TILE
        top = tile // across * TILE
        right = min(left + TILE, width)
        bottom = min(top + TILE, height)
        if clear:
            _clear_tile(left, top, right, bottom, view, nearness, triangle)
        for k in range(starts[tile], starts[tile + 1]):
            slot = slots[k]
            slope_x, slope_y, offset = lines[slot, 8], lines[slot, 9], lines[slot, 10]
            face = screen.face[slot]
            glass = material[face] == _GLASS
            y0 = math.ceil(max(lines[slot, 11] - 0.5, float(top)))
            y1 = math.floor(min(lines[slot, 12] - 0.5, bottom - 1.0))
            for y in range(y0, y1 + 1):
                row = y + 0.5  # the part of it inside all three edges
                low = max(lines[slot, 0] + row * lines[slot, 1], lines[slot, 2] + row * lines[slot, 3])
                high = min(lines[slot, 4] + row * lines[slot, 5], lines[slot, 6] + row * lines[slot, 7])
                x0 = math.ceil(max(low - 0.5, float(left)))
                x1 = math.floor(min(high - 0.5, right - 1.0))
                level = offset + slope_y * row
                for x in range(x0, x1 + 1):
                    if glass and (x ^ y) & 1:  # half of the samples pass through: transparency without sorting
                        continue
                    near = np.float32(level + slope_x * (x + 0.5))
                    if near > nearness[y, x]:
                        nearness[y, x] = near
                        triangle[y, x] = face


def bounds_of(vertices: NDArray[np.float32], faces: NDArray[np.int32], margin: float = 0.0) -> NDArray[np.float32]:
    """Boxes around each whole row of triangles, float32[rows, 6], for `Rasteriser.draw`; `margin` metres wider."""
    rows = len(faces) // TRIANGLES_A_ROW
    corners = vertices[faces[: rows * TRIANGLES_A_ROW]].reshape(rows, 3 * TRIANGLES_A_ROW, 3)
    return np.concatenate([corners.min(axis=1) - margin, corners.max(axis=1) + margin], axis=1).astype(np.float32)


NOWHERE = np.zeros((0, 6), np.float32)  # no bounds are known


class Rasteriser:
    """Keeps the working memory of the three steps from frame to frame."""

    def __init__(self, bands: Bands) -> None:
        self._bands = bands
        self._screen = _screen(0)
        self._slots = np.zeros(0, np.int32)

    def draw(
        self,
        vertices: NDArray[np.float32],
        faces: NDArray[np.int32],
        material: NDArray[np.uint8],
        view: View,
        nearness: NDArray[np.float32],
        triangle: NDArray[np.int32],
        *,
        bounds: NDArray[np.float32] = NOWHERE,
        clear: bool = True,
    ) -> None:
        """Fill `nearness` and `triangle` (both [height, width]); `clear` False draws onto what they hold.

        `bounds` of the first rows of triangles (see `bounds_of`) save the work for what is out of sight.
        """
        height, width = nearness.shape
        rows = -(-len(faces) // TRIANGLES_A_ROW)
        if len(self._screen.filled) < rows:
            self._screen = _screen(rows)
        screen = self._screen
        self._bands.run(setup, rows, vertices, faces, material, bounds, view, width, height, screen)
        tiles = -(-width // TILE) * -(-height // TILE)
        starts = np.zeros(tiles + 1, np.int64)
        count_tiles(rows, screen, width, height, starts)
        if len(self._slots) < starts[-1]:
            self._slots = np.zeros(2 * int(starts[-1]), np.int32)
        list_triangles(rows, screen, width, height, starts[:-1].copy(), self._slots)
        self._bands.run(fill, tiles, screen, material, starts, self._slots, view, clear, nearness, triangle)


def _screen(rows: int) -> Screen:
    slots = 2 * TRIANGLES_A_ROW * rows
    return Screen(np.zeros((slots, 15)), np.zeros(slots, np.int32), np.zeros(rows, np.int64), np.zeros((rows, 7, 3)))

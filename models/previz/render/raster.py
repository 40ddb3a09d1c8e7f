"""Triangles to samples: set-up, binning into tiles, and the visibility buffer (nearest triangle at each sample).

Nearness is 1/depth (pinhole) or FAR_AWAY - depth (parallel): linear over the picture on a plane, larger is nearer.
See J. Pineda, "A Parallel Algorithm for Polygon Rasterization" (1988), and T. Burns and W. Hunt, "The Visibility
Buffer" (2013).
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.kernel import Bands, kernel
from models.previz.render.view import FAR_AWAY, NEAR, View

TILE = 32  # samples; a tile's nearness and triangle stay in the first cache
SKY = -1
GROUND = -2
HORIZON = 400.0  # metres; the ground ends there, in the fog
TRIANGLES_A_ROW = 512  # of set-up work that one row of a band stands for

_LEAF = int(Material.LEAF)
_GLASS = int(Material.GLASS)


@kernel
def setup(
    first: int,
    last: int,
    vertices: NDArray[np.float32],
    faces: NDArray[np.int32],
    material: NDArray[np.uint8],
    view: View,
    width: int,
    height: int,
    memory: NDArray[np.float64],
    edges: NDArray[np.float64],
    source: NDArray[np.int32],
) -> None:
    """Project triangles and cut them at the near plane: one becomes none, one or two screen triangles.

    `edges[2F, 9]`: three corners x y in samples, then nearness = e6 x + e7 y + e8; `source[2F]`: face or -1;
    `memory[rows, 7, 3]` is to work in.
    """
    corner = memory[first, :3]
    cut = memory[first, 3:]
    for face in range(first * TRIANGLES_A_ROW, min(last * TRIANGLES_A_ROW, faces.shape[0])):
        source[2 * face] = -1
        source[2 * face + 1] = -1
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
            _screen_triangle(
                cut, piece + 1, piece + 2, material[face] == _LEAF, width, height, edges, source, 2 * face + piece, face
            )


@kernel
def _screen_triangle(
    cut: NDArray[np.float64],
    b: int,
    c: int,
    two_sided: bool,
    width: int,
    height: int,
    edges: NDArray[np.float64],
    source: NDArray[np.int32],
    slot: int,
    face: int,
) -> None:
    x1 = cut[b, 0] - cut[0, 0]
    y1 = cut[b, 1] - cut[0, 1]
    x2 = cut[c, 0] - cut[0, 0]
    y2 = cut[c, 1] - cut[0, 1]
    area = x1 * y2 - x2 * y1
    if area > 0:  # seen from behind: screen y points down
        if not two_sided:
            return
        b, c = c, b
        x1, y1, x2, y2 = x2, y2, x1, y1
        area = -area
    if area > -1e-9:
        return
    if max(cut[0, 0], cut[b, 0], cut[c, 0]) < 0 or min(cut[0, 0], cut[b, 0], cut[c, 0]) > width:
        return
    if max(cut[0, 1], cut[b, 1], cut[c, 1]) < 0 or min(cut[0, 1], cut[b, 1], cut[c, 1]) > height:
        return
    if _between(cut[0, 0], cut[b, 0], cut[c, 0]) or _between(cut[0, 1], cut[b, 1], cut[c, 1]):
        return
    z1 = cut[b, 2] - cut[0, 2]
    z2 = cut[c, 2] - cut[0, 2]
    source[slot] = face
    edges[slot, 0] = cut[0, 0]
    edges[slot, 1] = cut[0, 1]
    edges[slot, 2] = cut[c, 0]
    edges[slot, 3] = cut[c, 1]
    edges[slot, 4] = cut[b, 0]
    edges[slot, 5] = cut[b, 1]
    edges[slot, 6] = (z1 * y2 - z2 * y1) / area
    edges[slot, 7] = (x1 * z2 - x2 * z1) / area
    edges[slot, 8] = cut[0, 2] - edges[slot, 6] * cut[0, 0] - edges[slot, 7] * cut[0, 1]


@kernel
def _between(a: float, b: float, c: float) -> bool:
    """Whether three coordinates lie between two sample centres: far leaves are mostly such, and cover nothing."""
    return math.ceil(min(a, b, c) - 0.5) > math.floor(max(a, b, c) - 0.5)


@kernel
def _tiles_of(edges: NDArray[np.float64], slot: int, width: int, height: int) -> tuple[int, int, int, int]:
    """First and last column, first and last row of the tiles that a screen triangle touches."""
    x0 = int(max(0.0, min(edges[slot, 0], edges[slot, 2], edges[slot, 4]))) // TILE
    x1 = int(min(width - 1.0, max(edges[slot, 0], edges[slot, 2], edges[slot, 4]))) // TILE
    y0 = int(max(0.0, min(edges[slot, 1], edges[slot, 3], edges[slot, 5]))) // TILE
    y1 = int(min(height - 1.0, max(edges[slot, 1], edges[slot, 3], edges[slot, 5]))) // TILE
    return x0, x1, y0, y1


@kernel
def count_tiles(
    edges: NDArray[np.float64], source: NDArray[np.int32], width: int, height: int, starts: NDArray[np.int64]
) -> None:
    """How many screen triangles touch the tiles before each: where the tile's own begin in a list of all."""
    across = (width + TILE - 1) // TILE
    starts[:] = 0
    for slot in range(source.shape[0]):
        if source[slot] >= 0:
            x0, x1, y0, y1 = _tiles_of(edges, slot, width, height)
            for y in range(y0, y1 + 1):
                for x in range(x0, x1 + 1):
                    starts[y * across + x + 1] += 1
    for tile in range(1, starts.shape[0]):
        starts[tile] += starts[tile - 1]


@kernel
def list_triangles(
    edges: NDArray[np.float64],
    source: NDArray[np.int32],
    width: int,
    height: int,
    place: NDArray[np.int64],
    slots: NDArray[np.int32],
) -> None:
    """Which screen triangles touch each tile, in triangle order; `place` is where the tile's next one is written."""
    across = (width + TILE - 1) // TILE
    for slot in range(source.shape[0]):
        if source[slot] >= 0:
            x0, x1, y0, y1 = _tiles_of(edges, slot, width, height)
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
    for y in range(y0, y1):
        along = (1 - (y + 0.5) / height * 2) * view.half_height
        for x in range(x0, x1):
            nearness[y, x] = 0
            triangle[y, x] = SKY
            if view.eye[2] > 0 and not view.parallel:  # the ground z = 0 straight from the ray: it needs no triangles
                across = ((x + 0.5) / width * 2 - 1) * view.half_width
                near = -(view.forward[2] + across * view.right[2] + along * view.up[2]) / view.eye[2]
                if near > 1 / HORIZON:
                    nearness[y, x] = near
                    triangle[y, x] = GROUND


@kernel
def fill(
    first: int,
    last: int,
    edges: NDArray[np.float64],
    source: NDArray[np.int32],
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
    for tile in range(first, last):
        left = tile % across * TILE
        top = tile // across * TILE
        right = min(left + TILE, width)
        bottom = min(top + TILE, height)
        if clear:
            _clear_tile(left, top, right, bottom, view, nearness, triangle)
        for k in range(starts[tile], starts[tile + 1]):
            slot = slots[k]
            ax, ay = edges[slot, 0], edges[slot, 1]
            bx, by = edges[slot, 2], edges[slot, 3]
            cx, cy = edges[slot, 4], edges[slot, 5]
            slope_x, slope_y, offset = edges[slot, 6], edges[slot, 7], edges[slot, 8]
            face = source[slot]
            glass = material[face] == _GLASS
            y0 = math.ceil(max(min(ay, by, cy) - 0.5, float(top)))
            y1 = math.floor(min(max(ay, by, cy) - 0.5, bottom - 1.0))
            for y in range(y0, y1 + 1):
                row = y + 0.5
                low = left - 0.5
                high = right + 0.5
                for edge in range(3):  # the part of the row inside all three edges
                    if edge == 0:
                        ux, uy, vx, vy = ax, ay, bx, by
                    elif edge == 1:
                        ux, uy, vx, vy = bx, by, cx, cy
                    else:
                        ux, uy, vx, vy = cx, cy, ax, ay
                    rise = vy - uy
                    if rise > 0:
                        high = min(high, ux + (row - uy) * (vx - ux) / rise)
                    elif rise < 0:
                        low = max(low, ux + (row - uy) * (vx - ux) / rise)
                    elif (vx - ux) * (row - uy) < 0:
                        high = low - 1
                x0 = max(left, math.ceil(low - 0.5))
                x1 = min(right - 1, math.floor(high - 0.5))
                for x in range(x0, x1 + 1):
                    if glass and (x ^ y) & 1:  # half of the samples pass through: transparency without sorting
                        continue
                    near = np.float32(offset + slope_y * row + slope_x * (x + 0.5))
                    if near > nearness[y, x]:
                        nearness[y, x] = near
                        triangle[y, x] = face


class Rasteriser:
    """Keeps the working memory of the three steps from frame to frame."""

    def __init__(self, bands: Bands) -> None:
        self._bands = bands
        self._edges = np.zeros((0, 9))
        self._source = np.zeros(0, np.int32)
        self._memory = np.zeros((0, 7, 3))
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
        clear: bool = True,
    ) -> None:
        """Fill `nearness` and `triangle` (both [height, width]); `clear` False draws onto what they hold."""
        height, width = nearness.shape
        slots_needed = 2 * len(faces)
        if len(self._source) < slots_needed:
            self._edges = np.zeros((slots_needed, 9))
            self._source = np.zeros(slots_needed, np.int32)
        edges, source = self._edges[:slots_needed], self._source[:slots_needed]
        rows = -(-len(faces) // TRIANGLES_A_ROW)
        if len(self._memory) < rows:
            self._memory = np.zeros((rows, 7, 3))
        self._bands.run(setup, rows, vertices, faces, material, view, width, height, self._memory, edges, source)
        tiles = -(-width // TILE) * -(-height // TILE)
        starts = np.zeros(tiles + 1, np.int64)
        count_tiles(edges, source, width, height, starts)
        if len(self._slots) < starts[-1]:
            self._slots = np.zeros(2 * int(starts[-1]), np.int32)
        list_triangles(edges, source, width, height, starts[:-1].copy(), self._slots)
        self._bands.run(fill, tiles, edges, source, material, starts, self._slots, view, clear, nearness, triangle)

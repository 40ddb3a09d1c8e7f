"""Shadows from the sun: two depth maps, a sharp one near the action and a wide one, and how to ask them.

Soft edges that widen with the distance to what throws the shadow: R. Fernando, "Percentage-Closer Soft Shadows"
(2005), with a spiral of samples. A table of the most in each cell of a map tells at one look where nothing shades.
"""

import math
from copy import copy
from threading import Lock
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Mesh
from models.previz.render.kernel import Bands, kernel
from models.previz.render.raster import Rasteriser, bounds_of
from models.previz.render.view import FAR_AWAY, View, parallel
from models.previz.world import Vector

GOLDEN_COS, GOLDEN_SIN = math.cos(2.39996), math.sin(2.39996)  # the golden angle: an even spiral
# The spirals are the same at every pixel: turned ones need fewer samples and leave grain.
BLOCKERS = 14  # samples that look for what throws the shadow
TAPS = 12  # samples that tell light, shade and the edge between them apart
EDGE_TAPS = 44  # more of them, on an edge: so many that it has no steps
# Share of the spiral's radius. The first is the point itself and most are near it: where only a thin or a touching
# caster (a paw, a tail) shades a point, an even spiral would find it at one pixel and miss it at the next.
BLOCKER_REACH = tuple((i / (BLOCKERS - 1)) ** 1.6 for i in range(BLOCKERS))
TAP_REACH = tuple(math.sqrt((i + 0.5) / TAPS) for i in range(TAPS))
EDGE_REACH = tuple(math.sqrt((i + 0.5) / EDGE_TAPS) for i in range(EDGE_TAPS))
NEAR_HALF = 4.0  # metres around the action
FAR_HALF = 30.0
_KEPT = 3  # near maps of what stands still
STEP = 1.0  # metres: the near map moves in such steps, so that its static part can be kept
CELL = 16  # texels a side of a cell
_SEARCH = 2.4  # times the light's width: as far as a caster is looked for
_WIDEST = 60.0  # texels of a search
_SQUARE = 2.0  # texels: as far as a look into the far map reaches
SHELL = 5.0  # metres: where the light is a lamp, a part wider than this is the room or the street around it


class ShadowMaps(NamedTuple):
    """What the sun sees: nearness maps `float32[n, n]` with their views, and the nearest around each of their cells."""

    near: NDArray[np.float32]
    near_view: View
    near_tops: NDArray[np.float32]  # [cells, cells]
    far: NDArray[np.float32]
    far_view: View
    far_tops: NDArray[np.float32]
    softness: float  # radians: the light's width, as a surface sees it


class SunView:
    """Draws the maps; what stands still is drawn once and copied under what moves."""

    def __init__(
        self, sun: Vector, static: Mesh, rasteriser: Rasteriser, bands: Bands, size: int, *, softness: float, lamp: bool
    ) -> None:
        self._sun = sun
        self._softness = float(softness)
        casting = _casting(static) if lamp else np.ones(len(static.faces), np.bool_)
        self._static = static.vertices
        self._static_faces = np.ascontiguousarray(static.faces[casting])
        self._static_material = np.ascontiguousarray(static.material[casting])
        self._bounds = bounds_of(self._static, self._static_faces)
        self._rasteriser = rasteriser
        self._bands = bands
        cells = -(-size // CELL)
        self._highest = np.zeros((cells, cells), np.float32)
        self._triangle = np.zeros((size, size), np.int32)
        self._far_view = parallel((0.0, 0.0, 0.0), sun, FAR_HALF)
        self._far_static = self._draw_static(self._far_view, size)
        self._far_static_tops = self._tops(self._far_static, 2 * FAR_HALF / size, soft=False)
        self._near_statics: dict[Vector, NDArray[np.float32]] = {}  # by the middle of the action: of the last few
        self._drawing_static = Lock()
        self._near = np.zeros((size, size), np.float32)
        self._far: NDArray[np.float32] | None = None  # where all that moves is near, there is no need of it

    def twin(self, rasteriser: Rasteriser, bands: Bands) -> Self:
        """Another view of the same place, with memory of its own for what moves."""
        other = copy(self)  # `_triangle` too is of both: it is written and never read
        other._rasteriser, other._bands = rasteriser, bands
        other._highest, other._near, other._far = np.zeros_like(self._highest), np.zeros_like(self._near), None
        return other

    def maps(self, dynamic: Mesh) -> ShadowMaps:
        """The maps for one frame; the arrays are used again by the next call."""
        size = len(self._near)
        centre = _centre(dynamic)
        view = parallel(centre, self._sun, NEAR_HALF)
        with self._drawing_static:
            static = self._near_statics.get(centre)
            if static is None:
                static = self._near_statics[centre] = self._draw_static(view, size)
                if len(self._near_statics) > _KEPT:
                    del self._near_statics[next(iter(self._near_statics))]
        self._near[:] = static
        self._cast(dynamic, view, self._near)
        near = self._near, view, self._tops(self._near, 2 * NEAR_HALF / size, soft=True)
        if _inside(dynamic, view):  # then its shadow is too: light goes straight through both maps
            return ShadowMaps(*near, self._far_static, self._far_view, self._far_static_tops, self._softness)
        if self._far is None:
            self._far = np.zeros_like(self._near)
        self._far[:] = self._far_static
        self._cast(dynamic, self._far_view, self._far)
        far = self._far, self._far_view, self._tops(self._far, 2 * FAR_HALF / size, soft=False)
        return ShadowMaps(*near, *far, self._softness)

    def _tops(self, nearest: NDArray[np.float32], texel: float, *, soft: bool) -> NDArray[np.float32]:
        """The nearest thing to the sun that a look into each cell can meet."""
        radius = min(_SEARCH * self._softness / texel, _WIDEST) if soft else _SQUARE
        tops = np.zeros_like(self._highest)
        # what is nearer than nothing is a positive float, and such are in order as integers: those are compared faster
        highest = self._highest.view(np.int32)
        self._bands.run(highest_rows, len(highest), nearest.view(np.int32), highest)
        self._bands.run(spread_highest, len(highest), highest, math.ceil(radius / CELL), tops.view(np.int32))
        return tops

    def _cast(self, dynamic: Mesh, view: View, target: NDArray[np.float32]) -> None:
        self._rasteriser.draw(
            dynamic.vertices, dynamic.faces, dynamic.material, view, target, self._triangle, clear=False
        )

    def _draw_static(self, view: View, size: int) -> NDArray[np.float32]:
        drawn = np.zeros((size, size), np.float32)
        triangles = self._static, self._static_faces, self._static_material
        self._rasteriser.draw(*triangles, view, drawn, self._triangle, bounds=self._bounds)
        return drawn


def _inside(dynamic: Mesh, view: View) -> bool:
    """Whether all that moves is well inside a map."""
    off = dynamic.vertices - np.asarray(view.eye, np.float32)
    across = np.abs(off @ np.asarray(view.right, np.float32)).max(initial=0.0)
    along = np.abs(off @ np.asarray(view.up, np.float32)).max(initial=0.0)
    return bool(max(across, along) < 0.96 * view.half_width)


def _centre(dynamic: Mesh) -> Vector:
    """The middle of what moves, on a grid of STEP."""
    if len(dynamic.vertices) == 0:
        return 0.0, 0.0, 0.0
    middle = (dynamic.vertices.min(axis=0) + dynamic.vertices.max(axis=0)) / 2
    snapped = np.round(middle / STEP) * STEP
    return float(snapped[0]), float(snapped[1]), 0.0


def _casting(mesh: Mesh) -> NDArray[np.bool_]:
    """Which faces belong to parts smaller than a room: the key light stands inside its walls."""
    parts, index = np.unique(mesh.part, return_inverse=True)
    corners = mesh.vertices[mesh.faces]  # [F, 3, 3]
    low = np.full((len(parts), 3), np.inf, np.float32)
    high = np.full((len(parts), 3), -np.inf, np.float32)
    np.minimum.at(low, index, corners.min(axis=1))
    np.maximum.at(high, index, corners.max(axis=1))
    room: NDArray[np.bool_] = (
        ((high - low)[:, :2].max(axis=1, initial=0.0) > SHELL) if len(parts) else np.zeros(0, bool)
    )
    casting: NDArray[np.bool_] = ~room[index]
    return casting


@kernel
def highest_rows(first: int, last: int, nearest: NDArray[np.int32], highest: NDArray[np.int32]) -> None:
    """Rows of `highest` [cells, cells]: the most in each cell of a map, as the bits of positive floats."""
    size = nearest.shape[0]
    cells = highest.shape[0]
    for row in range(first, last):
        highest[row, :] = 0
        for line in range(row * CELL, min((row + 1) * CELL, size)):
            for cell in range(cells):
                most = highest[row, cell]
                for column in range(cell * CELL, min((cell + 1) * CELL, size)):
                    most = max(most, nearest[line, column])
                highest[row, cell] = most


@kernel
def spread_highest(first: int, last: int, highest: NDArray[np.int32], reach: int, tops: NDArray[np.int32]) -> None:
    """Rows of `tops` [cells, cells]: the most in the cells up to `reach` away."""
    cells = highest.shape[0]
    for row in range(first, last):
        for cell in range(cells):
            most = np.int32(0)
            for line in range(max(row - reach, 0), min(row + reach + 1, cells)):
                for column in range(max(cell - reach, 0), min(cell + reach + 1, cells)):
                    most = max(most, highest[line, column])
            tops[row, cell] = most


@kernel
def _where(view: View, size: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Column and row of a point in a map, and how near the sun it is, all real; column -1 where the map ends."""
    dx = x - view.eye[0]
    dy = y - view.eye[1]
    dz = z - view.eye[2]
    u = ((dx * view.right[0] + dy * view.right[1] + dz * view.right[2]) / view.half_width * 0.5 + 0.5) * size
    v = (0.5 - (dx * view.up[0] + dy * view.up[1] + dz * view.up[2]) / view.half_height * 0.5) * size
    if not (u >= 8 and v >= 8 and u <= size - 9 and v <= size - 9):
        return -1.0, -1.0, 0.0
    return u, v, FAR_AWAY - (dx * view.forward[0] + dy * view.forward[1] + dz * view.forward[2])


@kernel
def _near_share(maps: ShadowMaps, x: float, y: float, z: float, facing: float) -> float:
    """Share of the sun that reaches a point near the action, 0 to 1; -1 where the map does not reach."""
    nearest = maps.near
    size = nearest.shape[0]
    u, v, near = _where(maps.near_view, size, x, y, z)
    if u < 0:
        return -1.0
    texel = 2 * maps.near_view.half_width / size  # metres
    near += texel * (1.2 + 2.2 * (1 - facing))
    if maps.near_tops[int(v) // CELL, int(u) // CELL] <= near:
        return 1.0
    search = min(_SEARCH * maps.softness / texel, _WIDEST)
    blockers = 0
    distance = 0.0
    cos = 1.0
    sin = 0.0
    for i in range(BLOCKERS):
        reach = search * BLOCKER_REACH[i]
        row = min(max(int(v + reach * sin), 0), size - 1)
        column = min(max(int(u + reach * cos), 0), size - 1)
        cos, sin = cos * GOLDEN_COS - sin * GOLDEN_SIN, cos * GOLDEN_SIN + sin * GOLDEN_COS
        blocker = nearest[row, column]
        if blocker > near + reach * texel * 0.35:
            blockers += 1
            distance += blocker - near
    if blockers == 0:
        return 1.0
    radius = min(max(distance / blockers * maps.softness / texel, 1.6), _WIDEST)
    if blockers == BLOCKERS and radius <= search:  # no edge is so near
        return 0.0
    reached = 0.0
    cos = 1.0
    sin = 0.0
    for i in range(TAPS):
        reach = radius * TAP_REACH[i]
        row = min(max(int(v + reach * sin), 0), size - 1)
        column = min(max(int(u + reach * cos), 0), size - 1)
        cos, sin = cos * GOLDEN_COS - sin * GOLDEN_SIN, cos * GOLDEN_SIN + sin * GOLDEN_COS
        if nearest[row, column] <= near + reach * texel * 0.35:
            reached += 1
    if reached == 0 or reached == TAPS:
        return reached / TAPS
    cos = 0.6  # between the arms of the first spiral
    sin = 0.8
    for i in range(EDGE_TAPS):
        reach = radius * EDGE_REACH[i]
        row = min(max(int(v + reach * sin), 0), size - 1)
        column = min(max(int(u + reach * cos), 0), size - 1)
        cos, sin = cos * GOLDEN_COS - sin * GOLDEN_SIN, cos * GOLDEN_SIN + sin * GOLDEN_COS
        if nearest[row, column] <= near + reach * texel * 0.35:
            reached += 1
    return reached / (TAPS + EDGE_TAPS)


@kernel
def _far_share(maps: ShadowMaps, x: float, y: float, z: float, facing: float) -> float:
    """Share of the sun that reaches a point far from the action, 0 to 1; -1 where the map does not reach.

    The texels around it, each counted by how much of a square three texels wide around the point it covers.
    """
    nearest = maps.far
    size = nearest.shape[0]
    u, v, near = _where(maps.far_view, size, x, y, z)
    if u < 0:
        return -1.0
    near += 2 * maps.far_view.half_width / size * (1.9 + 2.2 * (1 - facing))
    if maps.far_tops[int(v) // CELL, int(u) // CELL] <= near:
        return 1.0
    left = int(u - 1.5)
    top = int(v - 1.5)
    right_share = u - 1.5 - left
    low_share = v - 1.5 - top
    reached = 0.0
    for row in range(4):
        inner = 0.0
        for column in range(1, 3):
            if nearest[top + row, left + column] <= near:
                inner += 1.0
        if nearest[top + row, left] <= near:
            inner += 1.0 - right_share
        if nearest[top + row, left + 3] <= near:
            inner += right_share
        reached += inner * (1.0 - low_share if row == 0 else (low_share if row == 3 else 1.0))
    return reached / 9.0


@kernel
def sunlight(
    maps: ShadowMaps,
    x: float,
    y: float,
    z: float,
    nx: float,
    ny: float,
    nz: float,
    facing: float,
    depth: float,
) -> float:
    """Share of the sun that reaches the surface point with normal n, 0 to 1; lit where no map reaches.

    The point is lifted off its surface first (more, further from the camera), or it would shade itself.
    """
    lift = 0.006 + 0.0012 * depth
    share = _near_share(maps, x + nx * lift, y + ny * lift, z + nz * lift, facing)
    if share < 0:
        share = _far_share(maps, x + nx * 0.05, y + ny * 0.05, z + nz * 0.05, facing)
    return 1.0 if share < 0 else share

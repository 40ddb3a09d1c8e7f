"""Leaves and grass in the wind: how far each point sways, the same for drawing it and for finding its shadow."""

import math
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Material, Mesh
from models.previz.render.kernel import Bands, kernel
from models.previz.render.view import View, beyond
from models.previz.world import Vector

_ROW = 1024  # vertices that one row of a band stands for
_LEAST = 0.01  # metres: less wind moves nothing


@kernel
def sway(x: float, y: float, z: float, wind: float, seconds: float) -> Vector:
    """Metres that a leaf at rest at a point is moved by: gusts that pass from the left, and each leaf's own swing."""
    reach = wind * min(1.0, 0.33 * math.sqrt(max(z, 0.0)))
    gust = 0.5 + 0.5 * math.sin(0.35 * x + 0.21 * y - 0.9 * seconds)
    swing = math.sin(1.9 * x + 1.3 * y + 0.7 * z - 2.6 * seconds)
    return (
        reach * (0.42 * gust + 0.22 * swing * (0.4 + 0.6 * gust)),
        reach * 0.16 * math.sin(1.1 * x - 1.7 * y + 0.9 * z - 2.1 * seconds),
        -reach * 0.10 * gust,
    )


@kernel
def at_rest(x: float, y: float, z: float, wind: float, seconds: float) -> Vector:
    """Where a swaying point of a leaf is when the air is still, to a share of its sway."""
    moved = sway(x, y, z, wind, seconds)
    moved = sway(x - moved[0], y - moved[1], z - moved[2], wind, seconds)
    return x - moved[0], y - moved[1], z - moved[2]


@kernel
def sway_rows(
    first: int,
    last: int,
    still: NDArray[np.float32],
    leaves: NDArray[np.int64],
    bounds: NDArray[np.float32],
    view: View,
    wind: float,
    seconds: float,
    out: NDArray[np.float32],
) -> None:
    """Move the vertices `leaves[first * _ROW : last * _ROW]` of `out` [V, 3] from where `still` has them.

    Those of a row whose `bounds[rows, 6]` are out of sight stay where they were.
    """
    for row in range(first, last):
        if beyond(view, bounds, row):
            continue
        for index in range(row * _ROW, min((row + 1) * _ROW, len(leaves))):
            vertex = leaves[index]
            x = still[vertex, 0]
            y = still[vertex, 1]
            z = still[vertex, 2]
            moved = sway(x, y, z, wind, seconds)
            out[vertex, 0] = x + moved[0]
            out[vertex, 1] = y + moved[1]
            out[vertex, 2] = z + moved[2]


class Swaying:
    """Moves a place's leaves to where the wind has them."""

    def __init__(self, still: Mesh, wind: float, bands: Bands) -> None:
        self._still = still.vertices
        self._wind = wind if wind >= _LEAST else 0.0
        self._bands = bands
        self._leaves = np.unique(still.faces[still.material == Material.LEAF]).astype(np.int64)
        starts = np.arange(0, len(self._leaves), _ROW)
        where = self._still[self._leaves]
        low, high = (one.reduceat(where, starts) if len(starts) else where for one in (np.minimum, np.maximum))
        self._bounds = np.concatenate([low - self.margin, high + self.margin], axis=1).astype(np.float32)

    def twin(self, bands: Bands) -> Self:
        """The same leaves, moved by other threads."""
        other = copy(self)
        other._bands = bands
        return other

    @property
    def margin(self) -> float:
        """Metres that no leaf leaves its place by more than."""
        return self._wind

    def move(self, vertices: NDArray[np.float32], view: View, seconds: float) -> None:
        """Bring the leaves that a view may see to where they are, in the first rows of `vertices` [V, 3]."""
        if self._wind > 0 and len(self._leaves) > 0:
            where = (self._still, self._leaves, self._bounds, view, self._wind, float(seconds), vertices)
            self._bands.run(sway_rows, len(self._bounds), *where)

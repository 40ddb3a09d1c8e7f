"""Shadows from the sun: what is thin, or touches the ground, shades it at every pixel alike."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry.solids import ball, box
from models.previz.mesh import EMPTY, Mesh
from models.previz.render.kernel import Bands
from models.previz.render.light import unit
from models.previz.render.raster import Rasteriser
from models.previz.render.shadows import CELL, ShadowMaps, SunView, highest_rows, spread_highest, sunlight

SUN = unit((0.5, -0.4, 0.8))
SOFTNESS = 0.06  # of a clear day


def _maps(caster: Mesh) -> ShadowMaps:
    bands = Bands(1)
    return SunView(SUN, EMPTY, Rasteriser(bands), bands, 1536, softness=SOFTNESS, lamp=False).maps(caster)


def shares(caster: Mesh, x: float, y: float) -> NDArray[np.float64]:
    """How much sun the ground gets at 64 points within 4 mm of one: pixels of a near camera."""
    maps = _maps(caster)
    around = np.linspace(-0.002, 0.002, 8)
    facing = float(SUN[2])
    return np.array([sunlight(maps, x + dx, y + dy, 0.0, 0.0, 0.0, 1.0, facing, 3.0) for dx in around for dy in around])


@pytest.mark.parametrize(("radius", "height"), [(0.02, 0.02), (0.03, 0.10)])  # a paw, a tail
def test_a_small_thing_shades_the_ground_under_it_at_every_pixel(radius: float, height: float) -> None:
    x, y = (-float(SUN[axis] / SUN[2]) * height for axis in (0, 1))  # where its shadow falls
    under = shares(ball(radius, (0.0, 0.0, height), (1, 1, 1)), x, y)
    assert under.max() < 0.6
    assert np.ptp(under) < 0.45


def test_the_edge_of_a_shadow_has_neither_grain_nor_steps() -> None:
    height = 0.5
    caster = ball(0.3, (0.0, 0.0, height), (1, 1, 1))
    maps = _maps(caster)
    x, y = (-float(SUN[axis] / SUN[2]) * height for axis in (0, 1))
    along = np.linspace(0, 0.6, 400)
    lit = np.array([sunlight(maps, x + step, y, 0.0, 0.0, 0.0, 1.0, float(SUN[2]), 3.0) for step in along])
    assert lit[0] == 0
    assert lit[-1] == 1
    assert np.diff(lit).min() > -0.06  # from dark to light, and hardly back
    assert np.diff(lit).max() < 0.25


def test_ground_beside_it_and_with_nothing_over_it_is_lit() -> None:
    assert (shares(ball(0.03, (0.0, 0.0, 0.05), (1, 1, 1)), 0.5, 0.5) == 1).all()


def _roof(height: float) -> Mesh:
    """A large flat roof whose edge runs along x = 0 at a height; it lies on the left."""
    return box((3.0, 5.0, 0.02), (-1.5, 0.0, height), (1, 1, 1))


@pytest.mark.parametrize("height", [0.4, 0.8, 1.6])
def test_half_light_is_as_wide_as_the_sun_is_seen_through_it(height: float) -> None:
    """Light that is `SOFTNESS` radians wide to each side leaves an edge as wide as its way from the roof times that."""
    maps = _maps(_roof(height))
    edge = -float(SUN[0] / SUN[2]) * height  # where the middle of the sun stands on the edge
    along = np.linspace(edge - 0.5, edge + 0.5, 600)
    lit = np.array([sunlight(maps, float(x), 0.0, 0.0, 0.0, 0.0, 1.0, float(SUN[2]), 3.0) for x in along])
    assert lit[0] == 0
    assert lit[-1] == 1
    middle = float(along[np.argmin(np.abs(lit - 0.5))])
    assert middle == pytest.approx(edge, abs=0.03 + 0.02 * height)
    half_light = along[(lit > 0.02) & (lit < 0.98)]
    way = height / float(SUN[2])
    across = SOFTNESS * way / float(np.hypot(SUN[2], SUN[1]))  # the disc lies across the ray and is cut by the ground
    assert np.ptp(half_light) == pytest.approx(2 * across, rel=0.35, abs=0.012)


def test_the_map_holds_the_nearest_thing_to_the_sun_in_each_texel() -> None:
    """Against rays: the nearness of a ball's map is that of the sphere's front, texel by texel."""
    centre, radius = np.array((0.2, -0.1, 0.6)), 0.35
    maps = _maps(ball(radius, (0.2, -0.1, 0.6), (1, 1, 1)))
    view, size = maps.near_view, len(maps.near)
    for row, column in np.random.default_rng(3).integers(0, size, (4000, 2)):
        x = ((column + 0.5) / size * 2 - 1) * view.half_width
        y = (1 - (row + 0.5) / size * 2) * view.half_height
        start = np.array(view.eye) + x * np.array(view.right) + y * np.array(view.up)
        off = start - centre
        along = float(off @ np.array(view.forward))
        inside = along * along - float(off @ off) + radius * radius
        if inside > 0.15 * radius * radius:
            round_ball = 1000.0 + along + np.sqrt(inside)
            assert round_ball - 0.03 < maps.near[row, column] < round_ball + 0.001  # its triangles lie inside it
        elif inside < -0.02 * radius * radius:
            assert maps.near[row, column] == 0


def test_cells_know_the_most_around_them() -> None:
    random = np.random.default_rng(4)
    nearest = (random.random((70, 70)) * (random.random((70, 70)) > 0.97)).astype(np.float32)
    cells = -(-70 // CELL)
    highest, tops = np.zeros((cells, cells), np.float32), np.zeros((cells, cells), np.float32)
    highest_rows(0, cells, nearest.view(np.int32), highest.view(np.int32))
    spread_highest(0, cells, highest.view(np.int32), 1, tops.view(np.int32))
    for row in range(cells):
        for cell in range(cells):
            assert highest[row, cell] == nearest[row * CELL : (row + 1) * CELL, cell * CELL : (cell + 1) * CELL].max()
            around = nearest[max(0, (row - 1) * CELL) : (row + 2) * CELL, max(0, (cell - 1) * CELL) : (cell + 2) * CELL]
            assert tops[row, cell] == around.max()

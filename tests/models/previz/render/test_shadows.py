"""Shadows from the sun: what is thin, or touches the ground, shades it at every pixel alike."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry.solids import ball
from models.previz.mesh import EMPTY, Mesh
from models.previz.render.kernel import Bands
from models.previz.render.light import unit
from models.previz.render.raster import Rasteriser
from models.previz.render.shadows import ShadowMaps, SunView, sunlight

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

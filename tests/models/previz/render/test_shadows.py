"""Shadows from the sun: what is thin, or touches the ground, shades it at every pixel alike."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry.solids import ball
from models.previz.mesh import EMPTY, Mesh
from models.previz.render.kernel import Bands
from models.previz.render.light import unit
from models.previz.render.raster import Rasteriser
from models.previz.render.shadows import SunView, sunlight

SUN = unit((0.5, -0.4, 0.8))
SOFTNESS = 0.06  # of a clear day


def shares(caster: Mesh, x: float, y: float) -> NDArray[np.float64]:
    """How much sun the ground at a point gets, for every turn of the samples' spiral."""
    maps = SunView(SUN, EMPTY, Rasteriser(Bands(1)), 1536, lamp=False).maps(caster)
    turns = np.linspace(0, 2 * math.pi, 64, endpoint=False)
    facing = float(SUN[2])
    return np.array([sunlight(maps, x, y, 0.0, 0.0, 0.0, 1.0, facing, 3.0, float(turn), SOFTNESS) for turn in turns])


@pytest.mark.parametrize(("radius", "height"), [(0.02, 0.02), (0.03, 0.10)])  # a paw, a tail
def test_a_small_thing_shades_the_ground_under_it_at_every_pixel(radius: float, height: float) -> None:
    x, y = (-float(SUN[axis] / SUN[2]) * height for axis in (0, 1))  # where its shadow falls
    under = shares(ball(radius, (0.0, 0.0, height), (1, 1, 1)), x, y)
    assert under.max() < 0.6
    assert np.ptp(under) < 0.45


def test_ground_beside_it_and_with_nothing_over_it_is_lit() -> None:
    assert (shares(ball(0.03, (0.0, 0.0, 0.05), (1, 1, 1)), 0.5, 0.5) == 1).all()

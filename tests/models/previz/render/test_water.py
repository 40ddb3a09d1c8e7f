"""Water: waves go as fast as deep water lets them, lie level on the whole, and are left out where too small to see."""

import math

import numpy as np
import pytest

from models.previz.render.ground import soil
from models.previz.render.light import Ground
from models.previz.render.noise import tiling_noise
from models.previz.render.water import waves

ONE = ((4.0, 0.0, 0.1),)  # four metres long, along +y


def heights(seconds: float) -> list[float]:
    return [waves(ONE, 0.0, 0.05 * step, 0.01, seconds)[2] for step in range(160)]


def test_a_wave_of_four_metres_goes_at_two_and_a_half_metres_a_second() -> None:
    """Deep water: speed = sqrt(g L / 2 pi)."""
    speed = math.sqrt(9.81 * 4 / (2 * math.pi))
    start, later = heights(0.0), heights(0.1 / speed)  # in that time it goes 0.1 m: two of the points
    np.testing.assert_allclose(later[2:], start[:-2], atol=1e-6)


def test_its_slope_is_the_slope_of_its_height() -> None:
    steps = np.linspace(0, 4, 400, endpoint=False)
    slopes = np.array([waves(ONE, 0.0, y, 0.01, 0.0)[1] for y in steps])
    assert slopes.max() == pytest.approx(0.1, rel=1e-3)
    assert slopes.mean() == pytest.approx(0.0, abs=1e-4)


def test_what_a_sample_cannot_resolve_is_left_out() -> None:
    assert waves(ONE, 0.3, 0.2, 4.0, 0.0) == (0.0, 0.0, 0.0)


def test_the_sea_has_surf_at_its_shore_that_moves_and_none_far_out() -> None:
    def white(y: float, seconds: float) -> float:
        found = [soil(int(Ground.SAND), 13.0, x, y, 0.02, tiling_noise(), seconds).red for x in np.linspace(-9, 9, 60)]
        return float(np.mean(found))

    near = [white(15.5, second) for second in range(0, 12, 2)]
    far = [white(60.0, second) for second in range(0, 12, 2)]
    assert max(near) > 3 * max(far)
    assert max(near) > 1.5 * min(near)

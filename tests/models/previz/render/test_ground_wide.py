"""Water mirrors, ice mirrors less, dust not at all; a lake has a landing stage to stand on."""

import numpy as np
import pytest

from models.previz.render.ground import soil
from models.previz.render.ground_wide import on_landing
from models.previz.render.light import Ground
from models.previz.render.noise import tiling_noise
from models.previz.water import LANDING_EDGE, LANDING_SIDE

POINTS = [(float(x), float(y)) for x, y in np.random.default_rng(3).uniform(-3.0, 3.0, (60, 2))]


def mirrors(ground: Ground, lift: float = 0.0) -> float:
    return float(np.mean([soil(int(ground), 0.0, x, y + lift, 0.01, tiling_noise()).mirror for x, y in POINTS]))


def test_what_mirrors_the_sky() -> None:
    assert mirrors(Ground.LAKE, lift=8.0) > 0.8
    assert mirrors(Ground.SEA) > 0.7
    assert 0.2 < mirrors(Ground.ICE) < 0.6
    assert mirrors(Ground.MOON) == 0.0


def test_a_lake_is_boards_up_to_its_edge_and_water_beyond() -> None:
    assert on_landing(0.0, LANDING_EDGE - 0.1)
    assert not on_landing(0.0, LANDING_EDGE + 0.1)
    assert not on_landing(LANDING_SIDE + 0.1, -1.0)
    wood = soil(int(Ground.LAKE), 0.0, 0.3, 0.0, 0.01, tiling_noise())
    water = soil(int(Ground.LAKE), 0.0, 0.3, 4.0, 0.01, tiling_noise())
    assert wood.red > 2 * wood.blue
    assert water.blue > water.red


@pytest.mark.parametrize("ground", [Ground.LAKE, Ground.SEA, Ground.MOON, Ground.ICE, Ground.ROOF])
def test_from_afar_the_ground_is_calm(ground: Ground) -> None:
    """Detail finer than a sample is gone, so that it does not shimmer while the camera moves."""

    def rough(footprint: float) -> float:
        found = [soil(int(ground), 0.0, x, y + 9.0, footprint, tiling_noise()) for x, y in POINTS]
        return float(np.std([one.tilt_x for one in found]))

    assert rough(2.0) <= 0.6 * rough(0.01) + 1e-6

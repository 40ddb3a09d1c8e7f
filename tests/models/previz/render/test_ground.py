"""The ground against what its patterns are: joints where they belong, boards of one tone, and a mean from afar."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.render.ground import soil
from models.previz.render.light import Ground
from models.previz.render.noise import tiling_noise

FINE, FAR = 0.0005, 3.0  # metres that a sample covers
NEARBY = [Ground.SAND, Ground.SNOW, Ground.BOARDS, Ground.STAGE, Ground.TILES, Ground.PAVING, Ground.GRASS]


def colour(kind: Ground, x: float, y: float, footprint: float = FINE) -> NDArray[np.float64]:
    found = soil(int(kind), 0.0, x, y, footprint, tiling_noise(), 0.0, 0.0)
    return np.array((found.red, found.green, found.blue))


def tile(x: float, y: float) -> float:
    """Red of tiles 0.45 m a side: light and dark in turn, with joints 6 mm to each side that keep 65 %."""
    column, row = math.floor(x / 0.45), math.floor(y / 0.45)
    edge = min(0.45 * min(place / 0.45 % 1.0, 1 - place / 0.45 % 1.0) for place in (x, y))
    return 0.98 * (0.66 if (column + row) % 2 else 0.80) * (1 - 0.35 * (1 - min(1.0, edge / 0.006)))


def test_tiles_lie_as_a_chequerboard_with_joints() -> None:
    random = np.random.default_rng(1)
    for x, y in random.uniform(-6, 6, (400, 2)).tolist():
        assert colour(Ground.TILES, x, y)[0] / tile(x, y) == pytest.approx(1.0, abs=0.0701)  # and a cloudy tint
    joints = [colour(Ground.TILES, 0.45 * index, 0.2)[0] for index in range(-4, 5)]
    middles = [colour(Ground.TILES, 0.45 * index + 0.225, 0.2)[0] for index in range(-4, 5)]
    assert max(joints) < min(middles)


def test_boards_are_fourteen_centimetres_wide_and_end_somewhere() -> None:
    for index in range(-20, 20):
        joint, middle = colour(Ground.BOARDS, 0.14 * index, 0.3), colour(Ground.BOARDS, 0.14 * index + 0.07, 0.3)
        assert joint[0] < 0.62 * max(middle[0], colour(Ground.BOARDS, 0.14 * index - 0.07, 0.3)[0])
    along = np.array([colour(Ground.BOARDS, 0.07, y)[0] for y in np.arange(0, 19, 0.002)])
    before, here, after = along[:-10], along[5:-5], along[10:]  # a joint is 8 mm wide: 1 cm away is wood again
    dark = here < 0.7 * np.minimum(before, after)
    ends = int(np.count_nonzero(np.diff(dark.astype(int)) == 1))
    assert 9 <= ends <= 10  # one in 1.9 metres


def test_a_road_has_dashes_two_metres_long_on_its_middle() -> None:
    line = np.array([colour(Ground.ASPHALT, x, 4.2)[1] for x in np.arange(-8, 8, 0.01)])
    painted = line > 0.3
    assert painted.mean() == pytest.approx(0.5, abs=0.02)
    assert np.count_nonzero(np.diff(painted.astype(int)) == 1) == 4
    beside = np.array([colour(Ground.ASPHALT, x, 5.5)[1] for x in np.arange(-8, 8, 0.05)])
    assert beside.max() < 0.3


def test_a_path_winds_through_grass() -> None:
    for y in np.arange(-6, 12, 0.7):
        middle = 0.9 * math.sin(0.16 * y)
        path, grass = colour(Ground.GRASS, middle, y), colour(Ground.GRASS, middle + 4, y)
        assert path[0] > path[1] > path[2]  # earth
        assert grass[1] > max(grass[0], grass[2])


@pytest.mark.parametrize("kind", NEARBY)
def test_it_gives_back_no_more_light_than_it_gets(kind: Ground) -> None:
    random = np.random.default_rng(5)
    for x, y in random.uniform(-15, 15, (300, 2)).tolist():
        found = soil(int(kind), 0.0, x, y, FINE, tiling_noise(), 0.0, 0.0)
        assert min(found.red, found.green, found.blue) > 0
        assert max(found.red, found.green, found.blue) <= 1.0
        assert 0 <= found.mirror < 0.7


@pytest.mark.parametrize("kind", [Ground.SAND, Ground.SNOW, Ground.BOARDS, Ground.STAGE])
def test_from_afar_it_is_calm_and_its_mean(kind: Ground) -> None:
    """No grain that crawls: a sample that covers metres sees nearly what its neighbour sees."""
    random = np.random.default_rng(6)
    places = random.uniform(-12, 12, (500, 2)).tolist()
    near = np.array([colour(kind, x, y) for x, y in places])
    far = np.array([colour(kind, x, y, FAR) for x, y in places])
    assert far.std(axis=0).max() < 0.8 * near.std(axis=0).max()
    assert far.mean(axis=0) == pytest.approx(near.mean(axis=0), rel=0.12)


def test_sand_darkens_towards_the_water() -> None:
    def level(y: float) -> float:
        found = [soil(int(Ground.SAND), 13.0, x, y, 0.05, tiling_noise()) for x in range(-6, 6)]
        return float(np.mean([one.red for one in found if one.mirror < 0.6]))

    assert level(5.0) > 1.15 * level(12.2)
    sea = soil(int(Ground.SAND), 13.0, 0.0, 30.0, 0.05, tiling_noise())
    assert sea.blue > sea.red
    assert sea.mirror > 0.7

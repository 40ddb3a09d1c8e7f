"""The sky and the air: a curve through three colours, light around the sun, a moon, and Beer and Lambert's law."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.previz.render.light import light_for, unit
from models.previz.render.noise import tiling_noise
from models.previz.render.sky import Lit, lit, sky_colour, through_air
from models.previz.world import Vector

DAY, NIGHT = lit(light_for("park", "day", "clear")), lit(light_for("park", "night", "clear"))
FOG = lit(light_for("park", "day", "fog"))


class Direction(NamedTuple):
    x: float
    y: float
    z: float


def directions(count: int, lowest: float = 0.05) -> list[Direction]:
    """Evenly over the sky: as many in each part of the same size."""
    random = np.random.default_rng(8)
    z, around = random.uniform(lowest, 1, count), random.uniform(0, 2 * math.pi, count)
    flat = np.sqrt(1 - z * z)
    return [Direction(*one) for one in np.stack([flat * np.cos(around), flat * np.sin(around), z], 1).tolist()]


def seen(light: Lit, one: Vector, *, detailed: bool = False) -> NDArray[np.float64]:
    return np.array(sky_colour(light, tiling_noise(), *one, detailed))


def expected(light: Lit, one: Direction) -> NDArray[np.float64]:
    """Bezier's quadratic curve from horizon over middle to top, by the root of height; and the sun's glow."""
    rise = math.sqrt(one.z)
    weights = ((1 - rise) ** 2, 2 * rise * (1 - rise), rise**2)
    air = np.array(weights) @ np.array([light.sky_horizon, light.sky_middle, light.sky_top])
    towards = max(0.0, float(np.dot(one, light.sun)))
    glow = 0.03 * towards**4 + 0.10 * towards**12 + 0.165 * towards**84
    return np.asarray(air + glow * np.array(light.sun_colour))


@pytest.mark.parametrize("light", [DAY._replace(moon=(0.0, 0.0, 0.0)), NIGHT._replace(moon=(0.0, 0.0, 0.0))])
def test_without_clouds_and_stars_it_is_the_curve_and_the_glow(light: Lit) -> None:
    bare = light._replace(clouds=0.0, stars=0.0)
    for one in directions(200):
        for detailed in (False, True):
            assert seen(bare, one, detailed=detailed) == pytest.approx(expected(bare, one), rel=1e-9)


def test_below_the_horizon_is_the_horizon() -> None:
    bare = DAY._replace(sun_colour=(0.0, 0.0, 0.0))
    for z in (-0.5, -0.01, 0.0):
        assert seen(bare, unit((0.3, 0.8, z)), detailed=True) == pytest.approx(bare.sky_horizon)


def test_more_clouds_cover_more_of_it_and_none_covers_nothing() -> None:
    places = directions(1500, 0.15)
    covers = []
    for clouds in (0.0, 0.3, 0.6, 1.0):
        light = DAY._replace(clouds=clouds, stars=0.0)
        changed = [
            np.abs(seen(light, one, detailed=True) - seen(light, one)).max() > 0.02
            for one in places
            if np.dot(one, light.moon) < 0.8
        ]
        covers.append(float(np.mean(changed)))
    assert covers[0] == 0
    assert covers == sorted(covers)
    assert covers[1] > 0.05
    assert covers[3] > 0.6


def test_clouds_drift() -> None:
    places = directions(300, 0.3)
    still = [seen(DAY._replace(clouds=0.5), one, detailed=True) for one in places]
    soon = [seen(DAY._replace(clouds=0.5, seconds=1 / 24), one, detailed=True) for one in places]
    later = [seen(DAY._replace(clouds=0.5, seconds=60.0), one, detailed=True) for one in places]
    assert np.abs(np.subtract(soon, still)).max() < 0.05  # nothing pops from frame to frame
    assert np.abs(np.subtract(later, still)).max() > 0.1


def test_stars_are_few_and_only_by_night() -> None:
    light = NIGHT._replace(clouds=0.0, moon=(0.0, 0.0, 0.0))
    places = directions(6000, 0.3)
    with_stars = np.array([seen(light, one, detailed=True) for one in places])
    without = np.array([seen(light._replace(stars=0.0), one, detailed=True) for one in places])
    more = (with_stars - without).max(axis=1)
    assert more.min() >= 0
    assert 0.001 < np.mean(more > 0.05) < 0.05
    by_day = DAY._replace(clouds=0.0, moon=(0.0, 0.0, 0.0))
    assert all(np.array_equal(seen(by_day, one, detailed=True), seen(by_day, one)) for one in places[:500])


def test_the_moon_is_a_disc_with_a_halo_that_fades() -> None:
    light = NIGHT._replace(clouds=0.0, stars=0.0)
    side = np.cross(light.moon, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)

    def bright(degrees: float) -> float:
        turn = math.radians(degrees)
        place = math.cos(turn) * np.array(light.moon) + math.sin(turn) * side
        one = Direction(*place.tolist())
        return float((seen(light, one, detailed=True) - expected(light, one)).sum())

    away = [bright(degrees) for degrees in np.arange(0.0, 20.0, 0.25)]
    disc = [degrees for degrees, found in zip(np.arange(0.0, 20.0, 0.25), away, strict=True) if found > 0.5 * away[0]]
    assert 0.5 < max(disc) < 4.0  # degrees: larger than it is, as it is painted
    outside = [found for degrees, found in zip(np.arange(0.0, 20.0, 0.25), away, strict=True) if degrees > 4.0]
    assert outside == sorted(outside, reverse=True)


@settings(deadline=None)
@given(st.floats(4.0, 400.0), st.floats(4.0, 400.0))
def test_air_takes_light_as_beer_and_lambert_say(one: float, other: float) -> None:
    """What is kept over two ways is the product of what is kept over each; the first four metres are clear."""
    clear = FOG._replace(mist=0.0)

    def kept(depth: float) -> float:
        white = through_air(clear, (1.0, 1.0, 1.0), (0.0, 1.0, 0.0), depth, 1.6, 1.0)
        black = through_air(clear, (0.0, 0.0, 0.0), (0.0, 1.0, 0.0), depth, 1.6, 1.0)
        return white[0] - black[0]

    assert kept(4.0) == pytest.approx(1.0)
    assert kept(one + other - 4.0) == pytest.approx(kept(one) * kept(other), abs=1e-12)
    assert kept(one) == pytest.approx(math.exp(-clear.fog_density * (one - 4.0)))


def test_at_the_end_of_all_air_is_fog_in_the_suns_light() -> None:
    away = (-FOG.sun[0], -FOG.sun[1], -FOG.sun[2])  # where the sun does not shine from
    assert through_air(FOG, (5.0, 5.0, 5.0), away, 1e5, 1.6, 0.0) == pytest.approx(FOG.fog_colour)
    to_the_sun = through_air(FOG, (5.0, 5.0, 5.0), FOG.sun, 1e5, 1.6, 0.0)
    glow = np.subtract(to_the_sun, FOG.fog_colour)
    assert glow == pytest.approx(0.295 * np.array(FOG.sun_colour), rel=1e-6)


def test_mist_lies_at_the_ground() -> None:
    misty = DAY._replace(mist=4.0, fog_density=0.01)

    def lost(height: float) -> float:
        return 1 - through_air(misty, (1.0, 1.0, 1.0), (0.0, -1.0, 0.0), 30.0, height, height)[0]

    assert abs(lost(0.0)) > abs(lost(3.0)) > abs(lost(12.0))

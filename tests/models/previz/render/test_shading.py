"""A lit surface against the laws it follows: Lambert's cosine, the sky's half, Schlick's mirror, a lamp's own light."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.previz.mesh import EMPTY, Material
from models.previz.render.kernel import Bands
from models.previz.render.light import light_for, unit
from models.previz.render.noise import tiling_noise
from models.previz.render.raster import Rasteriser
from models.previz.render.shading import Film, _lit_point, _mirrored, material_answers
from models.previz.render.shadows import ShadowMaps, SunView
from models.previz.render.sky import Lit, lit, sky_colour
from models.previz.render.styles import ANIME, REALISTIC
from models.previz.render.surfaces import Point
from models.previz.world import Vector

NIGHT, DAY = lit(light_for("street", "night", "clear")), lit(light_for("park", "day", "clear"))
LOOKING = unit((0.1, 1.0, -0.2))


def open_sky() -> ShadowMaps:
    bands = Bands(1)
    return SunView(DAY.sun, EMPTY, Rasteriser(bands), bands, 64, softness=0.05, lamp=False).maps(EMPTY)


MAPS = open_sky()


def film(style: int = REALISTIC) -> Film:
    flat, small = np.ones((4, 4), np.float32), np.ones((2, 2), np.float32)
    faces, glossy = np.zeros((4, 4), np.int32), np.zeros((2, 2, 3), np.float32)
    thin = (0.0, 0.0, 0.0, 0.0)
    return Film(flat, faces, small, small, tiling_noise(), material_answers(), 2, style, *thin, glossy)


def surface(normal: Vector, material: Material = Material.CLOTH, colour: Vector = (0.5, 0.3, 0.2)) -> Point:
    return Point(0.0, 0.0, 1.0, *normal, *colour, int(material), 0.0)


def lit_as(point: Point, light: Lit = DAY, occlusion: float = 1.0, *, style: int = REALISTIC) -> NDArray[np.float64]:
    return np.array(_lit_point(point, light, MAPS, film(style), LOOKING, 4.0, occlusion, True, (0.5, 0.5)))


def ground_light(light: Lit, normal: Vector, colour: Vector) -> NDArray[np.float64]:
    """Lambert's law for the sun, and of the sky as much as the surface faces up."""
    facing = max(0.0, float(np.dot(normal, light.sun)))
    up = 0.5 + 0.5 * normal[2]
    around = up * np.array(light.ambient_up) + (1 - up) * np.array(light.ambient_down)
    return np.asarray(np.array(colour) * (around + facing * np.array(light.sun_colour)))


@settings(deadline=None)
@given(st.floats(-1, 1), st.floats(0, 2 * math.pi))
def test_matt_ground_is_lamberts(z: float, around: float) -> None:
    """Ground neither wraps light nor shines: its material is plain, and it is no face."""
    flat = math.sqrt(1 - z * z)
    normal = (flat * math.cos(around), flat * math.sin(around), z)
    point = surface(normal, Material.PLAIN)
    found = _lit_point(point, DAY, MAPS, film(), LOOKING, 4.0, 1.0, False, (0.5, 0.5))
    assert found == pytest.approx(ground_light(DAY, normal, (0.5, 0.3, 0.2)), rel=1e-6)


def test_occlusion_takes_from_the_sky_and_not_from_the_sun() -> None:
    normal = unit((0.0, 0.0, 1.0))
    point = surface(normal, Material.PLAIN)
    full, half = (
        np.array(_lit_point(point, DAY, MAPS, film(), LOOKING, 4.0, share, False, (0.5, 0.5))) for share in (1.0, 0.5)
    )
    assert full - half == pytest.approx(0.5 * np.array((0.5, 0.3, 0.2)) * DAY.ambient_up, rel=1e-6)


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.05, 1.0))
def test_a_mirror_is_schlicks(mirror: float, cosine: float) -> None:
    looking = (math.sqrt(1 - cosine * cosine), 0.0, -cosine)
    point = surface((0.0, 0.0, 1.0))._replace(mirror=mirror)
    expected = mirror * (0.03 + 0.97 * (1 - cosine) ** 4)
    assert _mirrored(point, looking) == pytest.approx(expected, abs=1e-12)


def test_wet_ground_adds_the_sky_that_it_mirrors() -> None:
    shaded = DAY._replace(sun_colour=(0.0, 0.0, 0.0))
    dry = surface((0.0, 0.0, 1.0), Material.PLAIN)
    looking = unit((0.0, 1.0, -0.15))
    found = [
        np.array(_lit_point(one, shaded, MAPS, film(), looking, 4.0, 1.0, False, (0.5, 0.5)))
        for one in (dry, dry._replace(mirror=0.9))
    ]
    away = (looking[0], looking[1], -looking[2])
    sky = np.array(sky_colour(shaded, tiling_noise(), *away, False))
    share = 0.9 * (0.03 + 0.97 * (1 + looking[2]) ** 4)
    assert found[1] - found[0] == pytest.approx(share * sky, rel=1e-6)


def test_what_shines_is_brightest_where_it_throws_the_sun_into_the_eye() -> None:
    """The brightest normal lies half way between the sun and the eye: Blinn's halfway vector."""
    half = unit((DAY.sun[0] - LOOKING[0], DAY.sun[1] - LOOKING[1], DAY.sun[2] - LOOKING[2]))
    side = np.cross(half, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    shine = []
    for turn in np.radians(np.arange(-40, 41, 2)):
        normal = math.cos(turn) * np.array(half) + math.sin(turn) * side
        shiny, matt = (lit_as(surface((*normal.tolist(),), one)) for one in (Material.SHINY, Material.PLAIN))
        shine.append(float((shiny - matt).sum()))
    assert abs(int(np.argmax(shine)) - 20) <= 1
    assert shine[20] > 5 * shine[0]


def test_leaves_let_light_through_and_cloth_does_not() -> None:
    turned = (-DAY.sun[0], -DAY.sun[1], -DAY.sun[2])
    leaf = lit_as(surface(turned, Material.LEAF)).sum()
    assert leaf > 1.4 * lit_as(surface(turned, Material.PLAIN)).sum()


def test_a_lamp_burns_as_brightly_as_the_hour_says() -> None:
    normal = (0.0, -1.0, 0.0)
    levels = [lit_as(surface(normal, Material.LAMP), NIGHT._replace(glow=glow))[0] for glow in (1.0, 2.0, 3.0)]
    assert levels == pytest.approx([0.5 * (0.4 + glow) for glow in (1.0, 2.0, 3.0)])


def test_a_spotlight_lights_its_circle() -> None:
    stage = DAY._replace(pool=3.0)
    inside, outside = (lit_as(surface((0.0, -1.0, 0.0))._replace(x=x), stage).sum() for x in (0.0, 6.0))
    assert inside > 1.5 * outside


def test_drawn_light_has_two_tones() -> None:
    turns = np.radians(np.arange(0, 180, 0.5))
    sun = np.array(DAY.sun)
    side = np.cross(sun, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    tones = []
    for turn in turns:
        normal = math.cos(turn) * sun + math.sin(turn) * side
        point = surface((*normal.tolist(),))
        tones.append(_lit_point(point, DAY, MAPS, film(ANIME), LOOKING, 4.0, 1.0, True, (0.5, 0.5))[1])
    steps = np.abs(np.diff(tones))
    assert np.mean(steps > 0.02 * max(tones)) < 0.08  # flat nearly everywhere
    assert max(tones) > 1.3 * min(tones)


def test_every_material_has_an_answer() -> None:
    assert len(material_answers()) == len(Material)

"""What a style means for light, line and colour: data and small functions for shading and developing.

Timing is `models/previz/film.py`'s: anime, clay and ink are shot on twos.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from models.previz.render.kernel import kernel
from models.previz.render.light import Light
from models.previz.render.noise import noise_at
from models.previz.world import Vector

REALISTIC, ANIME, CLAY, INK, NOIR = range(5)  # as kernels take them
CODES = {Style.REALISTIC: REALISTIC, Style.ANIME: ANIME, Style.CLAY: CLAY, Style.INK: INK, Style.NOIR: NOIR}
PAPER = (0.905, 0.870, 0.790)  # linear RGB of an ink drawing's ground
OPENED = (1.0, 0.45, 1.6, 0.0, 1.0)  # by code: how wide the lens is; a table top is near, a drawing has no lens
_WET_INK = (0.022, 0.024, 0.034)
_SLATS = 0.22  # metres from one slat of a blind to the next, where its light falls
_STREET_LAMP = 5.0  # metres: radius of what a lamp lights in a night that is noir


class Line(NamedTuple):
    """The outlines of a style. `width` in pixels at least and at most, `dark` 0 (none) to 1 (black)."""

    thin: float
    thick: float
    dark: float


LINES = {
    Style.REALISTIC: Line(0.0, 0.0, 0.0),
    Style.ANIME: Line(1.0, 1.0, 0.88),
    Style.CLAY: Line(0.0, 0.0, 0.0),
    Style.INK: Line(1.0, 2.5, 0.94),
    Style.NOIR: Line(0.0, 0.0, 0.0),
}


def styled(light: Light, style: Style) -> Light:
    """The light of a place as a style sets it."""
    match style:
        case Style.ANIME:
            return replace(
                light,
                sky_top=_saturated(light.sky_top, 1.3),
                sky_middle=_saturated(light.sky_middle, 1.3) if light.sky_middle else None,
                painted=True,
                clouds=max(light.clouds, 0.62) if light.stars < 0.5 else light.clouds,
                grade=light.grade._replace(saturation=1.16, contrast=0.12, bloom=0.10, vignette=0.12),
                sky_horizon=_saturated(light.sky_horizon, 1.15),
                ambient_up=_tinted(light.ambient_up, (0.98, 1.02, 1.22)),
                ambient_down=_tinted(light.ambient_down, (1.0, 0.96, 1.25)),
                fog_density=light.fog_density * 0.8,
                softness=min(light.softness, 0.02),
            )
        case Style.CLAY:  # a table top under a soft box: warm, near, little sky
            return replace(
                light,
                sun_colour=_tinted(light.sun_colour, (1.04, 0.95, 0.84)),
                ambient_up=_tinted(light.ambient_up, (1.06, 0.98, 0.88)),
                ambient_down=_tinted(light.ambient_down, (1.15, 1.0, 0.85)),
                clouds=0.75 * light.clouds,
                softness=max(light.softness, 0.11),
                grade=light.grade._replace(saturation=1.22, contrast=0.20, bloom=0.04),
            )
        case Style.INK:
            return replace(
                light,
                sky_top=PAPER,
                sky_middle=PAPER,
                sky_horizon=PAPER,
                fog_colour=PAPER,
                stars=0.0,
                clouds=0.0,
                moon=(0.0, 0.0, 0.0),
            )
        case Style.NOIR:
            return _noir(light)
        case Style.REALISTIC:
            return light


def _noir(light: Light) -> Light:
    """One hard lamp from the side, nearly nothing from elsewhere; at night a street lamp's pool."""
    side = math.copysign(1.0, light.sun_direction[0])
    level = max(2.4, sum(light.sun_colour) / 3 * 1.15)
    dark = sum(light.ambient_up) < 1.1 and not light.indoor
    return replace(
        light,
        sun_direction=(0.88 * side, -0.42, 0.52),
        sun_colour=(level, level, level),
        sky_top=_grey_of(light.sky_top, 0.30),
        sky_middle=_grey_of(light.sky_middle, 0.36) if light.sky_middle else None,
        sky_horizon=_grey_of(light.sky_horizon, 0.45),
        grade=light.grade._replace(vignette=0.95),
        ambient_up=_grey_of(light.ambient_up, 0.36),
        ambient_down=_grey_of(light.ambient_down, 0.30),
        fog_colour=_grey_of(light.fog_colour, 0.40),
        fog_density=light.fog_density * 1.4,
        softness=0.022,
        pool=_STREET_LAMP if dark else light.pool,
        lamp=light.lamp or dark,
        slats=_SLATS if light.indoor and light.pool == 0 else 0.0,
    )


def _grey_of(colour: Vector, share: float) -> Vector:
    level = share * (0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2])
    return (level, level, level)


def _tinted(colour: Vector, by: Vector) -> Vector:
    return (colour[0] * by[0], colour[1] * by[1], colour[2] * by[2])


def _saturated(colour: Vector, share: float) -> Vector:
    level = 0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2]
    red, green, blue = (max(0.0, level + (channel - level) * share) for channel in colour)
    return (red, green, blue)


@kernel
def anime_colour(
    red: float, green: float, blue: float, light: Vector, low: Vector, level: float, open_sky: float
) -> Vector:
    """Two flat tones and a narrow step between them: light, and a shade that keeps its colour and goes to blue.

    `light` is of the sun, `low` what comes from around; `level` 0 to 1 how much of the sun arrives.
    """
    band = min(max((level - 0.20) / 0.05, 0.0), 1.0) * 0.70 + min(max((level - 0.62) / 0.06, 0.0), 1.0) * 0.30
    key = 0.66 * band
    return (
        red * (low[0] * 1.05 * open_sky + key * light[0]),
        green * (low[1] * 1.05 * open_sky + key * light[1]),
        blue * (low[2] * 1.12 * open_sky + key * light[2]),
    )


@kernel
def clay_bump(noise: NDArray[np.float32], x: float, y: float, z: float, depth: float, boil: float) -> Vector:
    """How a modeller's fingers tilt a surface at a point, to be added to its normal; `boil` moves from pose to pose.

    Less from afar (`depth`, metres), where it would be no bigger than a pixel.
    """
    strong = 2.1 / (1.0 + 0.10 * depth * depth)
    u = 0.83 * x + 0.41 * z + boil
    v = 0.83 * y + 0.57 * z - 0.7 * boil
    here = noise_at(noise, u, v, 2.0)[2]
    aside = noise_at(noise, u + 0.012, v, 2.0)[2] - here
    along = noise_at(noise, u, v + 0.012, 2.0)[2] - here
    return strong * aside, strong * along, 0.5 * strong * (aside - along)


@kernel
def ink_colour(
    noise: NDArray[np.float32],
    red: float,
    green: float,
    blue: float,
    level: float,
    low: float,
    x: float,
    y: float,
    z: float,
) -> Vector:
    """A wash of ink over paper: three tones with ragged edges, one accent colour kept where a thing is red.

    `level` is what arrives of the sun and `low` of the sky around, both 0 to 1; x, y, z where the point is: the wash
    lies on things and not on the picture, so that it does not crawl.
    """
    own = (0.3 * red + 0.6 * green + 0.1 * blue) ** 0.45
    ragged = noise_at(noise, 0.61 * x + 0.33 * z, 0.61 * y + 0.47 * z, 1.0)
    tone = own * (0.34 * low + 0.72 * level) + 0.16 * (ragged[1] - 0.5) + 0.05 * (ragged[0] - 0.5)
    wash = (
        0.30
        + 0.26 * min(max((tone - 0.16) / 0.05, 0.0), 1.0)
        + 0.24 * min(max((tone - 0.34) / 0.06, 0.0), 1.0)
        + 0.20 * min(max((tone - 0.58) / 0.07, 0.0), 1.0)
    )
    pool = 0.90 + 0.20 * (ragged[2] - 0.5)  # pigment gathers
    share = min(1.0, wash * pool)
    vivid = max(0.0, min(1.0, (red - 2.2 * max(green, blue)) * 6.0))
    paper_red = PAPER[0] + (0.62 - PAPER[0]) * vivid
    paper_green = PAPER[1] + (0.055 - PAPER[1]) * vivid
    paper_blue = PAPER[2] + (0.045 - PAPER[2]) * vivid
    return (
        _WET_INK[0] + (paper_red - _WET_INK[0]) * share,
        _WET_INK[1] + (paper_green - _WET_INK[1]) * share,
        _WET_INK[2] + (paper_blue - _WET_INK[2]) * share,
    )


@kernel
def slat_share(slats: float, x: float, y: float, z: float, sun: Vector) -> float:
    """How much light a blind lets through to a point: soft stripes, across the light and level with the floor."""
    if slats <= 0:
        return 1.0
    level = math.sqrt(sun[0] * sun[0] + sun[1] * sun[1]) + 1e-6
    height = z * level - (x * sun[0] + y * sun[1]) * sun[2] / level
    wave = math.sin(2 * math.pi * height / slats)
    return 0.10 + 0.90 * min(max(0.5 + 1.6 * wave, 0.0), 1.0)

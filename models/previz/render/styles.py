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
from models.previz.render.light import Ground, Light
from models.previz.render.noise import noise_at, noise_level
from models.previz.world import Vector

REALISTIC, ANIME, CLAY, INK, NOIR = range(5)  # as kernels take them
CODES = {Style.REALISTIC: REALISTIC, Style.ANIME: ANIME, Style.CLAY: CLAY, Style.INK: INK, Style.NOIR: NOIR}
PAPER = (0.905, 0.870, 0.790)  # linear RGB of an ink drawing's ground
OPENED = (1.0, 0.45, 1.6, 0.0, 1.0)  # by code: how wide the lens is; a table top is near, a drawing has no lens
_NIGHT = 2.0  # lamps that burn brighter than this burn at night
_WET_INK = (0.022, 0.024, 0.034)
_FINGER = 0.034  # metres: how wide the press of a finger is, on a figure as large as a person
_RIDGE = 0.0052  # metres from ridge to ridge: larger than life, as a small figure's would be
_STROKES = 92.0  # of hatching, in a picture's height
_SHADED, _DARK = 0.40, 0.20  # tones below which there is hatching, and below which it is crossed
_SLATS = 0.22  # metres from one slat of a blind to the next, where its light falls
_WINDOW = (3.0, 2.1)  # metres: half of its width and height, as its light comes
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
                smooth=0.05,
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
                smooth=0.09,
                softness=max(light.softness, 0.11),
                grade=light.grade._replace(saturation=1.22, contrast=0.20, bloom=0.04),
            )
        case Style.INK:
            return _inked(light)
        case Style.NOIR:
            return _noir(light)
        case Style.REALISTIC:
            return light


def _inked(light: Light) -> Light:
    """Paper by day; by night a dark wash that leaves the moon and the stars white."""
    night = light.glow > _NIGHT
    top, low = (_tinted(PAPER, (0.10, 0.11, 0.14)), _tinted(PAPER, (0.34, 0.35, 0.39))) if night else (PAPER, PAPER)
    return replace(
        light,
        sky_top=top,
        sky_middle=None,
        sky_horizon=low,
        fog_colour=low,
        mist=0.0,
        stars=light.stars if night else 0.0,
        clouds=0.0,
        smooth=0.30,
    )


def _noir(light: Light) -> Light:
    """One hard lamp from the side, nearly nothing from elsewhere; at night a street lamp's pool."""
    side = math.copysign(1.0, light.sun_direction[0])
    level = max(2.4, sum(light.sun_colour) / 3 * 1.15)
    dark = sum(light.ambient_up) < 1.1 and not light.indoor
    blind = light.indoor and light.ground is not Ground.STAGE
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
        pool=_STREET_LAMP if dark else 0.0 if blind else light.pool,
        lamp=light.lamp or dark,
        slats=_SLATS if blind else 0.0,
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

    Most of it stays and some is pressed anew for each pose. Less from afar (`depth`, metres), where it would be no
    bigger than a pixel; near, some presses show the ridges of a finger.
    """
    strong = 2.6 / (1.0 + 0.07 * depth * depth)
    kept = _pressed(noise, 0.83 * x + 0.41 * z, 0.83 * y + 0.57 * z)
    anew = _pressed(noise, 0.83 * x + 0.41 * z + boil, 0.83 * y + 0.57 * z - 0.7 * boil)
    aside = 0.6 * kept[0] + 0.4 * anew[0]
    along = 0.6 * kept[1] + 0.4 * anew[1]
    ridge = min(max(2.2 - depth, 0.0), 1.0)
    if ridge > 0:
        u = (x + 0.6 * y) / _FINGER
        v = (z + 0.3 * y) / _FINGER
        column = math.floor(u)
        line = math.floor(v)
        chance = (math.sin(column * 12.9898 + line * 78.233) * 43758.5453) % 1.0
        du = u - column - 0.5
        dv = v - line - 0.5
        away = math.sqrt(du * du + dv * dv) + 1e-6
        if chance > 0.6 and away < 0.5:
            wave = ridge * 0.16 * math.sin(away * _FINGER / _RIDGE * 2 * math.pi) * (1.0 - 2.0 * away)
            aside += wave * du / away / strong
            along += wave * dv / away / strong
    return strong * aside, strong * along, 0.5 * strong * (aside - along)


@kernel
def _pressed(noise: NDArray[np.float32], u: float, v: float) -> tuple[float, float]:
    """The slope of dents as wide as a thumb."""
    here = noise_level(noise, 2, u, v)[2]
    return noise_level(noise, 2, u + 0.012, v)[2] - here, noise_level(noise, 2, u, v + 0.012)[2] - here


@kernel
def hatched(noise: NDArray[np.float32], tone: float, u: float, v: float) -> float:
    """How much of the ink of strokes lies at (u, v), in picture heights, 0 to 1: one way in shade, crossed in the dark.

    The strokes lie still on the paper, as a hand draws them, and their edges are as soft as a pixel.
    """
    wave = noise_level(noise, 3, 0.7 * u, 0.7 * v)
    first = 0.0
    if tone < _SHADED:
        across = (u + 0.62 * v) * _STROKES + 0.9 * wave[1]
        near = abs(across - math.floor(across) - 0.5)
        width = 0.30 * min(1.0, (_SHADED - tone) * 5.0)
        first = min(max((width - near) * 4.0 + 0.2, 0.0), 1.0) * min(1.0, (_SHADED - tone) * 10.0)
    second = 0.0
    if tone < _DARK:
        across = (u - 1.15 * v) * 0.85 * _STROKES + 0.8 * wave[2]
        near = abs(across - math.floor(across) - 0.5)
        width = 0.28 * min(1.0, (_DARK - tone) * 6.0)
        second = min(max((width - near) * 4.0 + 0.2, 0.0), 1.0) * min(1.0, (_DARK - tone) * 12.0)
    return max(first, second)


@kernel
def ink_colour(
    noise: NDArray[np.float32], colour: Vector, level: float, low: float, place: Vector, paper: tuple[float, float]
) -> Vector:
    """A wash of ink over paper: three tones with ragged edges, hatching, one accent colour where a thing is red.

    `level` is what arrives of the sun and `low` of the sky around, both 0 to 1; `place` where the point is: the wash
    lies on things and not on the picture, so that it does not crawl. Strokes lie on the paper, at `paper`.
    """
    red, green, blue = colour
    x, y, z = place
    own = (0.3 * red + 0.6 * green + 0.1 * blue) ** 0.45
    ragged = noise_at(noise, 0.61 * x + 0.33 * z, 0.61 * y + 0.47 * z, 1.0)
    tone = own * (0.34 * low + 0.72 * level) + 0.16 * (ragged[1] - 0.5) + 0.05 * (ragged[0] - 0.5)
    wash = (
        0.26
        + 0.28 * min(max((tone - 0.16) / 0.05, 0.0), 1.0)
        + 0.26 * min(max((tone - 0.34) / 0.06, 0.0), 1.0)
        + 0.20 * min(max((tone - 0.58) / 0.07, 0.0), 1.0)
    )
    pool = 0.90 + 0.20 * (ragged[2] - 0.5)  # pigment gathers
    share = min(1.0, wash * pool) * (1.0 - 0.62 * hatched(noise, tone, paper[0], paper[1]))
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
    """How much light a window with a blind lets through to a point: soft stripes, level with the floor.

    The window is as wide as the action and not as the room: beside, above and under it the wall keeps the light out.
    """
    if slats <= 0:
        return 1.0
    level = math.sqrt(sun[0] * sun[0] + sun[1] * sun[1]) + 1e-6
    height = z * level - (x * sun[0] + y * sun[1]) * sun[2] / level
    across = (x * sun[1] - y * sun[0]) / level
    wave = math.sin(2 * math.pi * height / slats)
    inside = min(max((_WINDOW[0] - abs(across)) / 0.12, 0.0), 1.0)
    inside *= min(max((_WINDOW[1] - abs(height - 1.0)) / 0.12, 0.0), 1.0)
    return 0.10 + 0.90 * inside * min(max(0.5 + 1.6 * wave, 0.0), 1.0)


@kernel
def kicker(sun: Vector, nx: float, ny: float, nz: float, grazing: float) -> float:
    """A noir lamp behind and opposite the key light, that draws the edge of a figure: its share on a surface."""
    side = -1.0 if sun[0] > 0 else 1.0
    facing = max(0.0, side * 0.62 * nx + 0.66 * ny + 0.42 * nz)
    return facing * facing * grazing * grazing

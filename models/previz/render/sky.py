"""The light as numbers a kernel can take, and the sky in any direction: gradient, sun or moon, clouds, stars."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.render.light import Light, unit
from models.previz.render.noise import noise_at, noise_level
from models.previz.world import Vector

_MOON_WIDTH = 0.026  # radians from its middle to its edge: as a painter has it, three times what it is
_MOONLIGHT = (0.95, 0.93, 0.84)
_DRIFT = 0.0016  # of the clouds' pattern, a second


class Lit(NamedTuple):
    """`Light` with one type for each field, so that a kernel compiles once."""

    sun: Vector  # unit length, towards it
    sun_colour: Vector
    sky_top: Vector
    sky_middle: Vector
    sky_horizon: Vector
    ambient_up: Vector
    ambient_down: Vector
    fog_colour: Vector
    outside: Vector
    fog_density: float
    mist: float
    clouds: float
    stars: float
    moon: Vector  # unit length, or (0, 0, 0)
    wetness: float
    pool: float
    slats: float
    shore: float
    glow: float
    wind: float
    smooth: float
    ground: int
    indoor: bool
    painted: bool
    seconds: float  # what the time is: water and clouds move


def lit(light: Light) -> Lit:
    """The kernels' form of a light."""
    top, horizon = light.sky_top, light.sky_horizon
    middle = light.sky_middle or tuple((a + b) / 2 for a, b in zip(top, horizon, strict=True))
    return Lit(
        sun=_floats(unit(light.sun_direction)),
        sun_colour=_floats(light.sun_colour),
        sky_top=_floats(top),
        sky_middle=_floats((middle[0], middle[1], middle[2])),
        sky_horizon=_floats(horizon),
        ambient_up=_floats(light.ambient_up),
        ambient_down=_floats(light.ambient_down),
        fog_colour=_floats(light.fog_colour),
        outside=_floats(light.outside),
        fog_density=float(light.fog_density),
        mist=float(light.mist),
        clouds=float(light.clouds),
        stars=float(light.stars),
        moon=_floats(unit(light.moon)) if any(light.moon) else (0.0, 0.0, 0.0),
        wetness=float(light.wetness),
        pool=float(light.pool),
        slats=float(light.slats),
        shore=float(light.shore),
        glow=float(light.glow),
        wind=float(light.wind),
        smooth=float(light.smooth),
        ground=int(light.ground),
        indoor=bool(light.indoor),
        painted=bool(light.painted),
        seconds=0.0,
    )


def _floats(vector: Vector) -> Vector:
    return float(vector[0]), float(vector[1]), float(vector[2])


@kernel
def _glow(light: Lit, x: float, y: float, z: float) -> float:
    """How much of the sun's colour the air itself sends from a direction: broad, and strong beside the sun."""
    if light.indoor:
        return 0.0
    towards = max(0.0, x * light.sun[0] + y * light.sun[1] + z * light.sun[2])
    to_4 = towards * towards * towards * towards  # products: a power takes ten times as long
    to_12 = to_4 * to_4 * to_4
    to_36 = to_12 * to_12 * to_12
    return 0.030 * to_4 + 0.10 * to_12 + 0.165 * to_36 * to_36 * to_12


@kernel
def sky_colour(light: Lit, noise: NDArray[np.float32], x: float, y: float, z: float, detailed: bool) -> Vector:
    """Linear RGB of the sky in the unit direction (x, y, z); `detailed` adds clouds and stars (off in mirrors)."""
    rise = math.sqrt(max(z, 0.0))
    low = (1 - rise) * (1 - rise)
    middle = 2 * rise * (1 - rise)
    top = rise * rise
    glow = _glow(light, x, y, z)
    red = (
        light.sky_horizon[0] * low + light.sky_middle[0] * middle + light.sky_top[0] * top + glow * light.sun_colour[0]
    )
    green = (
        light.sky_horizon[1] * low + light.sky_middle[1] * middle + light.sky_top[1] * top + glow * light.sun_colour[1]
    )
    blue = (
        light.sky_horizon[2] * low + light.sky_middle[2] * middle + light.sky_top[2] * top + glow * light.sun_colour[2]
    )
    moon = x * light.moon[0] + y * light.moon[1] + z * light.moon[2]
    if not detailed:  # in a mirror the moon is a path of light
        path = 0.75 * max(0.0, 1.0 - 60.0 * (1.0 - moon)) ** 4
        return red + path * _MOONLIGHT[0], green + path * _MOONLIGHT[1], blue + path * _MOONLIGHT[2]
    if light.indoor or z < 0.004:
        return red, green, blue
    if light.stars > 0:
        star = _star(x, y, z) * light.stars * min(1.0, z * 4)
        red += star
        green += star
        blue += star * 1.1
    if moon > 0.9:
        disc, halo = _moon(light, noise, x, y, z, moon)
        red += disc * _MOONLIGHT[0] + halo * 0.10
        green += disc * _MOONLIGHT[1] + halo * 0.13
        blue += disc * _MOONLIGHT[2] + halo * 0.19
    if light.clouds > 0:
        cover, bright = _cloud(light, noise, x, y, z)
        silver = 1.0 + 1.4 * max(0.0, moon - 0.93) / 0.07
        for_red = (light.sky_horizon[0] * 0.52 + light.sky_middle[0] * 0.10) * silver + light.sun_colour[
            0
        ] * 0.245 * bright
        for_green = (light.sky_horizon[1] * 0.52 + light.sky_middle[1] * 0.10) * silver + light.sun_colour[
            1
        ] * 0.245 * bright
        for_blue = (light.sky_horizon[2] * 0.52 + light.sky_middle[2] * 0.10) * silver + light.sun_colour[
            2
        ] * 0.245 * bright
        red += (for_red - red) * cover
        green += (for_green - green) * cover
        blue += (for_blue - blue) * cover
    return red, green, blue


@kernel
def _cloud(light: Lit, noise: NDArray[np.float32], x: float, y: float, z: float) -> tuple[float, float]:
    """How much cloud covers a direction, and how bright it is: its side to the sun, or its thin edge."""
    near = 0.045 / (z + 0.06)
    u = x * near + 0.3 + _DRIFT * light.seconds
    v = y * near + 0.1
    large = noise_level(noise, 1, u, v)[0]
    small = noise_level(noise, 1, 3 * u, 3 * v)
    thickness = 0.62 * large + 0.26 * small[0] + 0.12 * small[2]
    lift = 0.014  # of the pattern: a second look nearer to the sun tells which side is lit
    beyond = noise_level(noise, 1, u + lift * light.sun[0], v + lift * light.sun[1])[0]
    threshold = 0.655 - 0.33 * light.clouds
    low = min(1.0, z * 9)
    if light.painted:  # edges of a brush, two tones
        cover = min(max((thickness - threshold) * 14.0, 0.0), 1.0) * min(1.0, z * 14)
        bright = 0.62 + 0.48 * min(max((large - beyond) * 26.0 + 0.45, 0.0), 1.0)
        return cover * 0.96, bright
    cover = min(max((thickness - threshold) * 5.0, 0.0), 1.0)
    cover = cover * cover * (3 - 2 * cover) * low * (0.74 + 0.20 * light.clouds)
    depth = min(max((thickness - threshold) * 3.0, 0.0), 1.0)
    bright = 1.04 - 0.34 * depth * light.clouds + min(max((large - beyond) * 3.4, -0.30), 0.22)
    return cover, bright


@kernel
def _moon(light: Lit, noise: NDArray[np.float32], x: float, y: float, z: float, aligned: float) -> tuple[float, float]:
    """The moon's disc with its seas, and the halo around it."""
    away = math.sqrt(max(0.0, 2 - 2 * aligned))
    halo = math.exp(-away * 16.0) + 0.35 * math.exp(-away * 5.0)
    edge = min(max((_MOON_WIDTH - away) / 0.0018 + 0.5, 0.0), 1.0)
    if edge <= 0:
        return 0.0, halo
    seas = noise_at(noise, (x - light.moon[0]) * 5.0 + 0.2, (z - light.moon[2]) * 5.0 + 0.6, 2.0)[1]
    return edge * (1.25 - 0.75 * min(max((seas - 0.45) * 5.0, 0.0), 1.0)), halo


@kernel
def _star(x: float, y: float, z: float) -> float:
    scale = 90.0 / (1.0 + z)  # stereographic: no seam and no crowding at the top
    u = x * scale
    v = y * scale
    column = math.floor(u)
    line = math.floor(v)
    chance = (math.sin(column * 12.9898 + line * 78.233) * 43758.5453) % 1.0
    if chance < 0.90:
        return 0.0
    du = u - column - 0.3 - 0.4 * ((chance * 917.0) % 1.0)
    dv = v - line - 0.3 - 0.4 * ((chance * 3571.0) % 1.0)
    return (chance - 0.88) * 6.0 * max(0.0, 1.0 - 26.0 * (du * du + dv * dv))


@kernel
def through_air(light: Lit, colour: Vector, towards: Vector, depth: float, eye: float, height: float) -> Vector:
    """A surface's light at the end of its way to the eye, and the light that the air adds on that way.

    `towards` is the unit direction of looking, `depth` metres along it; `eye` and `height`: metres above the ground.
    """
    way = max(depth - 4.0, 0.0)
    density = light.fog_density
    if light.mist > 0:
        density *= 1.0 + light.mist * math.exp(-0.33 * max(0.0, 0.35 * eye + 0.65 * height))
    kept = math.exp(-way * density)
    air = _glow(light, towards[0], towards[1], towards[2])
    return (
        colour[0] * kept + (1 - kept) * (light.fog_colour[0] + air * light.sun_colour[0]),
        colour[1] * kept + (1 - kept) * (light.fog_colour[1] + air * light.sun_colour[1]),
        colour[2] * kept + (1 - kept) * (light.fog_colour[2] + air * light.sun_colour[2]),
    )

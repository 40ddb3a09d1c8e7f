"""The light as numbers a kernel can take, and the sky in any direction: gradient, sun or moon, clouds, stars."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.render.light import Light, unit
from models.previz.render.noise import noise_at
from models.previz.world import Vector


class Lit(NamedTuple):
    """`Light` with one type for each field, so that a kernel compiles once."""

    sun: Vector  # unit length, towards it
    sun_colour: Vector
    sky_top: Vector
    sky_horizon: Vector
    ambient_up: Vector
    ambient_down: Vector
    fog_colour: Vector
    fog_density: float
    clouds: float
    stars: float
    softness: float
    wetness: float
    pool: float
    slats: float
    shore: float
    ground: int
    indoor: bool


def lit(light: Light) -> Lit:
    """The kernels' form of a light."""
    return Lit(
        sun=_floats(unit(light.sun_direction)),
        sun_colour=_floats(light.sun_colour),
        sky_top=_floats(light.sky_top),
        sky_horizon=_floats(light.sky_horizon),
        ambient_up=_floats(light.ambient_up),
        ambient_down=_floats(light.ambient_down),
        fog_colour=_floats(light.fog_colour),
        fog_density=float(light.fog_density),
        clouds=float(light.clouds),
        stars=float(light.stars),
        softness=float(light.softness),
        wetness=float(light.wetness),
        pool=float(light.pool),
        slats=float(light.slats),
        shore=float(light.shore),
        ground=int(light.ground),
        indoor=bool(light.indoor),
    )


def _floats(vector: Vector) -> Vector:
    return float(vector[0]), float(vector[1]), float(vector[2])


@kernel
def sky_colour(light: Lit, noise: NDArray[np.float32], x: float, y: float, z: float, detailed: bool) -> Vector:
    """Linear RGB of the sky in the unit direction (x, y, z); `detailed` adds clouds and stars (off in mirrors)."""
    rise = max(z, 0.0) ** 0.55
    towards = max(0.0, x * light.sun[0] + y * light.sun[1] + z * light.sun[2])
    glow = 0.0 if light.indoor else 0.115 * towards**12 + 0.165 * towards**90
    red = light.sky_horizon[0] * (1 - rise) + light.sky_top[0] * rise + glow * light.sun_colour[0]
    green = light.sky_horizon[1] * (1 - rise) + light.sky_top[1] * rise + glow * light.sun_colour[1]
    blue = light.sky_horizon[2] * (1 - rise) + light.sky_top[2] * rise + glow * light.sun_colour[2]
    if not detailed or light.indoor or z < 0.01:
        return red, green, blue
    if light.stars > 0:
        star = _star(x, y, z) * light.stars * min(1.0, z * 4)
        red += star
        green += star
        blue += star * 1.1
    if light.clouds > 0:
        near = 0.045 / (z + 0.06)
        large = noise_at(noise, x * near + 0.3, y * near + 0.1, 1.5)[0]
        small = noise_at(noise, x * near * 3, y * near * 3, 1.0)[0]
        thickness = large * 0.7 + small * 0.3
        threshold = 0.68 - 0.34 * light.clouds
        cover = min(max((thickness - threshold) * 4.2, 0.0), 1.0) * min(1.0, z * 7) * (0.65 + 0.25 * light.clouds)
        shade = 1.0 - 0.30 * min(max((thickness - threshold - 0.08) * 3.0, 0.0), 1.0) * light.clouds
        red += ((light.sky_horizon[0] * 0.62 + light.sun_colour[0] * 0.245) * shade - red) * cover
        green += ((light.sky_horizon[1] * 0.62 + light.sun_colour[1] * 0.245) * shade - green) * cover
        blue += ((light.sky_horizon[2] * 0.62 + light.sun_colour[2] * 0.245) * shade - blue) * cover
    return red, green, blue


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

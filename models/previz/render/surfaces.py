"""What a sample sees: where its surface is, which way it faces, its colour and material."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.gbuffer import Geometry, share_of_corners
from models.previz.render.ground import soil
from models.previz.render.kernel import kernel
from models.previz.render.light import Ground
from models.previz.render.noise import SIZE, noise_at
from models.previz.render.sky import Lit
from models.previz.render.textures import Textures, sample
from models.previz.render.view import View
from models.previz.render.water import rain_rings
from models.previz.world import Vector

_LEAF = int(Material.LEAF)
_GRASS, _FOREST, _SAND, _SNOW = int(Ground.GRASS), int(Ground.FOREST), int(Ground.SAND), int(Ground.SNOW)
_SOAKS = 0.35  # share of the rain that stays on a ground that lets it through
_WATER = 0.8  # what mirrors more is water already


class Point(NamedTuple):
    """A sample's surface: where, which way, linear colour, material, how much it mirrors (ground and water)."""

    x: float
    y: float
    z: float
    nx: float
    ny: float
    nz: float
    red: float
    green: float
    blue: float
    material: int
    mirror: float


@kernel
def on_face(
    geometry: Geometry, textures: Textures, face: int, view: View, towards: Vector, near: float, across: float
) -> Point:
    """The point of a face that a ray meets. `towards` is one metre deep; `across`: metres of a pixel at that depth."""
    i = geometry.faces[face, 0]
    j = geometry.faces[face, 1]
    k = geometry.faces[face, 2]
    a, b, c = share_of_corners(geometry.vertices, i, j, k, view.eye, towards)
    normals = geometry.normals
    nx = a * normals[i, 0] + b * normals[j, 0] + c * normals[k, 0]
    ny = a * normals[i, 1] + b * normals[j, 1] + c * normals[k, 1]
    nz = a * normals[i, 2] + b * normals[j, 2] + c * normals[k, 2]
    length = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-12)
    nx *= length
    ny *= length
    nz *= length
    colours = geometry.colours
    red = a * colours[i, 0] + b * colours[j, 0] + c * colours[k, 0]
    green = a * colours[i, 1] + b * colours[j, 1] + c * colours[k, 1]
    blue = a * colours[i, 2] + b * colours[j, 2] + c * colours[k, 2]
    depth = 1.0 / near
    index = geometry.texture[face]
    if index >= 0:
        uv = geometry.uv
        shown = a * uv[i, 2] + b * uv[j, 2] + c * uv[k, 2]
        if shown > 0.004:
            u = a * uv[i, 0] + b * uv[j, 0] + c * uv[k, 0]
            v = a * uv[i, 1] + b * uv[j, 1] + c * uv[k, 1]
            texels = _texels_across(geometry, textures, index, i, j, k, depth * across)
            r, g, bl, alpha = sample(textures, index, u, v, texels)
            red = red * (1.0 - alpha * shown) + r * shown
            green = green * (1.0 - alpha * shown) + g * shown
            blue = blue * (1.0 - alpha * shown) + bl * shown
    material = geometry.material[face]
    if material == _LEAF and nx * towards[0] + ny * towards[1] + nz * towards[2] > 0:
        nx, ny, nz = -nx, -ny, -nz
    return Point(
        view.eye[0] + towards[0] * depth,
        view.eye[1] + towards[1] * depth,
        view.eye[2] + towards[2] * depth,
        nx,
        ny,
        nz,
        red,
        green,
        blue,
        int(material) + 0,  # a sum of kernels' integers is 64 bits wide, as the ground's is
        0.0,
    )


@kernel
def _texels_across(geometry: Geometry, textures: Textures, index: int, i: int, j: int, k: int, metres: float) -> float:
    """Texels of the largest copy that `metres` of this triangle cover."""
    v = geometry.vertices
    uv = geometry.uv
    e1x, e1y, e1z = v[j, 0] - v[i, 0], v[j, 1] - v[i, 1], v[j, 2] - v[i, 2]
    e2x, e2y, e2z = v[k, 0] - v[i, 0], v[k, 1] - v[i, 1], v[k, 2] - v[i, 2]
    cx, cy, cz = e1y * e2z - e1z * e2y, e1z * e2x - e1x * e2z, e1x * e2y - e1y * e2x
    area = math.sqrt(cx * cx + cy * cy + cz * cz) + 1e-12
    du1, dv1 = uv[j, 0] - uv[i, 0], uv[j, 1] - uv[i, 1]
    du2, dv2 = uv[k, 0] - uv[i, 0], uv[k, 1] - uv[i, 1]
    texels = abs(du1 * dv2 - du2 * dv1) * textures.table[index, 0, 1] * textures.table[index, 0, 2]
    return metres * math.sqrt(texels / area)


@kernel
def on_ground(light: Lit, noise: NDArray[np.float32], view: View, towards: Vector, near: float, across: float) -> Point:
    depth = 1.0 / near
    x = view.eye[0] + towards[0] * depth
    y = view.eye[1] + towards[1] * depth
    slope = max(-towards[2] / math.sqrt(towards[0] ** 2 + towards[1] ** 2 + towards[2] ** 2), 0.02)
    footprint = max(depth * across / math.sqrt(slope), light.smooth)
    ground = soil(light.ground, light.shore, x, y, footprint, noise, light.seconds, light.wind)
    mirror = ground.mirror
    tilt_x = ground.tilt_x
    tilt_y = ground.tilt_y
    dark = 1.0
    if light.wetness > 0:
        puddle = 1.0
        if mirror < _WATER:  # rain gathers where the ground is low, and darkens it everywhere
            low = noise_at(noise, x / 7.3 + 0.6, y / 7.3, math.log2(max(footprint * SIZE / 7.3, 1e-3)))
            puddle = min(max((0.75 * low[1] + 0.25 * low[2] - 0.47) * 9.0, 0.0), 1.0)
            held = light.wetness * (_SOAKS if light.ground in (_GRASS, _FOREST, _SAND, _SNOW) else 1.0)
            dark = 1.0 - 0.45 * light.wetness - 0.15 * held * puddle
            mirror = min(1.0, mirror + held * (0.30 + 0.62 * puddle))
            tilt_x *= 1.0 - 0.8 * puddle
            tilt_y *= 1.0 - 0.8 * puddle
        ring = rain_rings(x, y, footprint, light.seconds)
        tilt_x += ring[0] * puddle
        tilt_y += ring[1] * puddle
    length = 1.0 / math.sqrt(1.0 + tilt_x * tilt_x + tilt_y * tilt_y)
    return Point(
        x,
        y,
        0.0,
        -tilt_x * length,
        -tilt_y * length,
        length,
        ground.red * dark,
        ground.green * dark,
        ground.blue * dark,
        0,
        mirror,
    )

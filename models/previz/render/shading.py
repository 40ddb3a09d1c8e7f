"""From what each sample sees to linear light: surfaces, ground, sky, fog, in each style, and outlines.

Coverage anti-aliasing: samples of one pixel that see the same part with the same normal are shaded once.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.gbuffer import Geometry
from models.previz.render.kernel import kernel
from models.previz.render.occlusion import occlusion_at
from models.previz.render.outlines import line_width, outlined, part_of
from models.previz.render.raster import GROUND, SKY
from models.previz.render.shadows import ShadowMaps, sunlight
from models.previz.render.sky import Lit, sky_colour, through_air
from models.previz.render.styles import ANIME, CLAY, INK, NOIR, anime_colour, clay_bump, ink_colour, kicker, slat_share
from models.previz.render.surfaces import Point, on_face, on_ground
from models.previz.render.textures import Textures
from models.previz.render.view import View, ray
from models.previz.render.wind import at_rest
from models.previz.world import Vector

# by Material: specular share, gloss (Blinn-Phong exponent), wrap of light past the edge, translucency, soft rim
_ANSWERS = np.array(
    [
        [0.03, 12.0, 0.00, 0.00, 0.0],  # PLAIN
        [0.035, 15.0, 0.22, 0.00, 0.1],  # SKIN
        [0.02, 6.0, 0.08, 0.00, 0.1],  # CLOTH
        [0.22, 90.0, 0.00, 0.00, 0.0],  # SHINY
        [0.02, 8.0, 0.25, 0.35, 0.0],  # LEAF
        [0.05, 120.0, 0.10, 0.00, 0.0],  # EYE
        [0.02, 5.0, 0.18, 0.05, 0.5],  # FUR
        [0.30, 160.0, 0.00, 0.30, 0.0],  # GLASS
        [0.10, 60.0, 0.00, 0.00, 0.0],  # LAMP
        [0.00, 8.0, 0.00, 0.00, 0.0],  # VIEW
    ]
)
_SKIN, _SHINY, _GLASS = int(Material.SKIN), int(Material.SHINY), int(Material.GLASS)
_LEAF, _LAMP, _VIEW = int(Material.LEAF), int(Material.LAMP), int(Material.VIEW)
_LAMPS = 2.0  # lamps that burn brighter than this burn at night
_ALIKE = 0.9  # cosine between normals of one part that are shaded once in a pixel
_NO_FACE = -3  # neither SKY nor GROUND


class Seen(NamedTuple):
    """Memory for what the samples of one pixel saw, for each row of pixels: up to four surfaces."""

    part: NDArray[np.int64]  # [H, 4]
    normal: NDArray[np.float64]  # [H, 4, 3]
    colour: NDArray[np.float64]  # [H, 4, 3]


class Film(NamedTuple):
    """What the passes before left for shading, and the constants of one picture."""

    nearness: NDArray[np.float32]  # [H * samples, W * samples]
    triangle: NDArray[np.int32]
    depth: NDArray[np.float32]  # [H, W]
    occlusion: NDArray[np.float32]  # half size
    noise: NDArray[np.float32]
    answers: NDArray[np.float64]
    samples: int
    style: int  # a code of `styles.py`
    thin: float  # outlines, samples wide
    thick: float
    dark: float
    boil: float  # where clay's surface was last touched
    glossy: NDArray[np.float32]  # [H, W, 3], filled by shading: share of light the ground mirrors, its tilt in x and y


def memory(height: int) -> Seen:
    """Working memory of shading for a picture so high."""
    return Seen(np.zeros((height, 4), np.int64), np.zeros((height, 4, 3)), np.zeros((height, 4, 3)))


def material_answers() -> NDArray[np.float64]:
    """The table of materials, as kernels take it."""
    return _ANSWERS


@kernel
def _pool(light: Lit, x: float, y: float) -> float:
    """The spotlight's share of the key light at a point of the stage."""
    if light.pool <= 0:
        return 1.0
    edge = min(max((light.pool + 0.6 - math.sqrt(x * x + y * y)) / 1.2, 0.0), 1.0)
    return 0.06 + 0.94 * edge * edge * (3 - 2 * edge)


@kernel
def _kneaded(point: Point, film: Film, depth: float) -> Point:
    """A point of a thing made of clay: its surface pressed by fingers, its gloss gone."""
    bump = clay_bump(film.noise, point.x, point.y, point.z, depth if point.mirror <= 0 else 9.0, film.boil)
    nx = point.nx + bump[0]
    ny = point.ny + bump[1]
    nz = point.nz + bump[2]
    length = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz + 1e-9)
    return Point(
        point.x,
        point.y,
        point.z,
        nx * length,
        ny * length,
        nz * length,
        point.red,
        point.green,
        point.blue,
        point.material,
        0.5 * point.mirror,
    )


@kernel
def _lit_point(
    point: Point,
    light: Lit,
    maps: ShadowMaps,
    film: Film,
    towards: Vector,
    depth: float,
    occlusion: float,
    is_face: bool,
    paper: tuple[float, float],
) -> Vector:
    """Linear light that a surface sends to the eye; `towards` is the unit direction of looking, `paper` where it lies
    in the picture, in heights of it.
    """
    answers = film.answers
    material = point.material
    if film.style == CLAY:
        point = _kneaded(point, film, depth)
    facing = point.nx * light.sun[0] + point.ny * light.sun[1] + point.nz * light.sun[2]
    wrap = max(answers[material, 2], 0.22) if film.style == CLAY else answers[material, 2]
    direct = max(0.0, (facing + wrap) / (1 + wrap))
    through = answers[material, 3] * max(0.0, -facing)
    reached = 1.0
    if direct > 0 or through > 0:
        rest = (point.x, point.y, point.z)
        if material == _LEAF:  # the kept shadows are of leaves at rest
            rest = at_rest(point.x, point.y, point.z, light.wind, light.seconds)
        reached = sunlight(
            maps,
            rest[0],
            rest[1],
            rest[2],
            point.nx,
            point.ny,
            point.nz,
            max(facing, 0.0),
            depth,
        )
    if material == _LAMP and light.glow > 0:
        burn = light.glow * (0.35 if film.style == INK else 1.0)
        return (point.red * (0.4 + burn), point.green * (0.4 + 0.86 * burn), point.blue * (0.4 + 0.62 * burn))
    if material == _VIEW and film.style != INK:
        return point.red * light.outside[0], point.green * light.outside[1], point.blue * light.outside[2]
    spot = _pool(light, point.x, point.y) * slat_share(light.slats, point.x, point.y, point.z, light.sun)
    up = 0.5 + 0.5 * point.nz
    if film.style == ANIME:  # shade is as flat as light: what faces up, and the rest
        up = 0.48 + 0.30 * min(max((point.nz - 0.25) / 0.08, 0.0), 1.0)
    red = light.ambient_down[0] * (1 - up) + light.ambient_up[0] * up
    green = light.ambient_down[1] * (1 - up) + light.ambient_up[1] * up
    blue = light.ambient_down[2] * (1 - up) + light.ambient_up[2] * up
    if film.style == ANIME:
        open_sky = 0.55 + 0.45 * min(1.0, max(0.0, (occlusion - 0.35) * 4))
        low = (red, green, blue)
        flat = anime_colour(
            point.red, point.green, point.blue, light.sun_colour, low, direct * reached * spot, open_sky
        )
        if is_face or point.mirror <= 0:
            return flat
        away = _away(point, towards)
        sky = sky_colour(light, film.noise, away[0], away[1], max(away[2], 0.0), False)
        share = _mirrored(point, towards)
        return flat[0] + share * sky[0], flat[1] + share * sky[1], flat[2] + share * sky[2]
    if film.style == INK:
        key = (direct + through) * reached * spot
        around = occlusion
        if light.glow > _LAMPS:
            key, around = 0.62 * key, 0.40 * around
        own = (point.red, point.green, point.blue)
        if not is_face and point.mirror > 0.5:  # water is paper, and each wave a stroke
            wave = 0.34 * (1.0 - min(1.0, 5.0 * max(0.0, point.ny)))
            own = (wave, wave, wave)
        elif not is_face:  # the ground is mostly paper
            own = (0.55 + 0.3 * own[0], 0.55 + 0.3 * own[1], 0.55 + 0.3 * own[2])
        return ink_colour(film.noise, own, key, around, (point.x, point.y, point.z), paper)
    level = (direct + through) * reached * spot
    warm = 0.0
    if material == _SKIN:  # a warm edge where skin turns into shade: light that went through it
        warm = 0.5 * (1 - abs(2 * reached * min(1.0, direct * 2.2) - 1))
    red = point.red * (red * occlusion + level * light.sun_colour[0] * (1 + 0.35 * warm))
    green = point.green * (green * occlusion + level * light.sun_colour[1])
    blue = point.blue * (blue * occlusion + level * light.sun_colour[2] * (1 - 0.25 * warm))
    grazing = 1 - max(0.0, -(point.nx * towards[0] + point.ny * towards[1] + point.nz * towards[2]))
    if film.style == NOIR and is_face:
        edge = 2.2 * kicker(light.sun, point.nx, point.ny, point.nz, grazing) * occlusion
        red += edge * (0.06 + point.red)
        green += edge * (0.06 + point.green)
        blue += edge * (0.06 + point.blue)
    if answers[material, 4] > 0:  # fur and cloth catch the sky at their edge
        rim = answers[material, 4] * grazing**3 * occlusion * (0.35 + 0.65 * up)
        red += rim * light.ambient_up[0] * (0.3 + point.red)
        green += rim * light.ambient_up[1] * (0.3 + point.green)
        blue += rim * light.ambient_up[2] * (0.3 + point.blue)
    if not is_face and point.mirror <= 0:
        return red, green, blue
    mx, my, mz = _away(point, towards)
    sky = sky_colour(light, film.noise, mx, my, max(mz, 0.0), False)
    if is_face:
        base = answers[material, 0]
        strong = 0.6 if material in (_SHINY, _GLASS) else 0.22
        share = (base + (1 - base) * grazing**5 * strong) * occlusion * (0.35 + 0.65 * min(1.0, max(0.0, mz * 3 + 0.5)))
    else:
        base = 0.0
        share = _mirrored(point, towards)
    hx = light.sun[0] - towards[0]
    hy = light.sun[1] - towards[1]
    hz = light.sun[2] - towards[2]
    half = 1.0 / math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9)
    aligned = max(0.0, (point.nx * hx + point.ny * hy + point.nz * hz) * half)
    gloss = answers[material, 1] if is_face else 90.0
    spark = 0.0
    if facing > 0 and reached > 0 and aligned > 0.3:  # else the power would be of nothing, and it is slow
        spark = (base if is_face else 0.10 * point.mirror) * aligned**gloss * (gloss + 8) * 0.11
        spark *= reached * spot * facing
    return (
        red + share * sky[0] + spark * light.sun_colour[0],
        green + share * sky[1] + spark * light.sun_colour[1],
        blue + share * sky[2] + spark * light.sun_colour[2],
    )


@kernel
def _away(point: Point, towards: Vector) -> Vector:
    """Where a look is thrown by a surface that mirrors it."""
    along = towards[0] * point.nx + towards[1] * point.ny + towards[2] * point.nz
    return (
        towards[0] - 2 * along * point.nx,
        towards[1] - 2 * along * point.ny,
        towards[2] - 2 * along * point.nz,
    )


@kernel
def _mirrored(point: Point, towards: Vector) -> float:
    """Share of the light that wet ground or water mirrors: C. Schlick's Fresnel term (1994)."""
    grazing = 1 - max(0.0, -(point.nx * towards[0] + point.ny * towards[1] + point.nz * towards[2]))
    return point.mirror * (0.03 + 0.97 * grazing * grazing * grazing * grazing)


@kernel
def shade(
    first: int,
    last: int,
    geometry: Geometry,
    textures: Textures,
    light: Lit,
    maps: ShadowMaps,
    view: View,
    film: Film,
    seen: Seen,
    out: NDArray[np.float32],
) -> None:
    """Rows `first` to `last` of `out` [H, W, 3], linear RGB."""
    height = out.shape[0]
    width = out.shape[1]
    samples = film.samples
    wide = width * samples
    high = height * samples
    across = 2 * view.half_width / width
    for y in range(first, last):
        for x in range(width):
            total_red = 0.0
            total_green = 0.0
            total_blue = 0.0
            surfaces = 0
            found = -1
            last_face = _NO_FACE
            mirror = 0.0
            paper = ((x + 0.5) / height, (y + 0.5) / height)
            line = line_width(film.noise, film.thin, film.thick, x, y) if film.dark > 0 else 1
            for s in range(samples * samples):
                column = x * samples + s % samples
                row = y * samples + s // samples
                face = film.triangle[row, column]
                near = film.nearness[row, column]
                if face != last_face:  # else it is shaded as the sample before it
                    last_face = face
                    name = part_of(face, geometry.part)
                    nx = 0.0
                    ny = 0.0
                    nz = 1.0
                    if face >= 0:
                        i = geometry.faces[face, 0]
                        nx = geometry.normals[i, 0]
                        ny = geometry.normals[i, 1]
                        nz = geometry.normals[i, 2]
                    found = -1
                    alike = _ALIKE
                    if face >= 0 and int(geometry.material[face]) == _LEAF:
                        alike = -2.0  # leaves of one crown: too small for each to be worth its own light
                    for before in range(surfaces):
                        same = (
                            nx * seen.normal[y, before, 0]
                            + ny * seen.normal[y, before, 1]
                            + nz * seen.normal[y, before, 2]
                        )
                        if seen.part[y, before] == name and same > alike:
                            found = before
                            break
                if found < 0:
                    looking = ray(view, column, row, wide, high)
                    length = 1.0 / math.sqrt(looking[0] ** 2 + looking[1] ** 2 + looking[2] ** 2)
                    towards = (looking[0] * length, looking[1] * length, looking[2] * length)
                    found = surfaces
                    surfaces += 1
                    seen.part[y, found] = name
                    seen.normal[y, found, 0] = nx
                    seen.normal[y, found, 1] = ny
                    seen.normal[y, found, 2] = nz
                    if face == SKY:
                        colour = sky_colour(light, film.noise, towards[0], towards[1], towards[2], True)
                    else:
                        depth = 1.0 / near
                        if face == GROUND:
                            point = on_ground(light, film.noise, view, looking, near, across)
                            mirrored = _mirrored(point, towards)
                            if mirrored > mirror:
                                mirror = mirrored
                                film.glossy[y, x, 1] = -point.nx / max(point.nz, 0.1)
                                film.glossy[y, x, 2] = -point.ny / max(point.nz, 0.1)
                        else:
                            point = on_face(geometry, textures, face, view, looking, near, across)
                        occlusion = occlusion_at(x, y, near, film.depth, film.occlusion)
                        colour = _lit_point(point, light, maps, film, towards, depth, occlusion, face >= 0, paper)
                        colour = through_air(light, colour, towards, depth, view.eye[2], point.z)
                    seen.colour[y, found, 0] = colour[0]
                    seen.colour[y, found, 1] = colour[1]
                    seen.colour[y, found, 2] = colour[2]
                kept = 1.0
                if film.dark > 0 and outlined(
                    film.nearness, film.triangle, geometry.part, geometry.material, line, column, row, near
                ):
                    kept -= film.dark * math.exp(-0.03 / max(near, 1e-4))
                total_red += kept * seen.colour[y, found, 0]
                total_green += kept * seen.colour[y, found, 1]
                total_blue += kept * seen.colour[y, found, 2]
            film.glossy[y, x, 0] = mirror
            count = samples * samples
            out[y, x, 0] = total_red / count
            out[y, x, 1] = total_green / count
            out[y, x, 2] = total_blue / count

"""What a person looks like close up: the atlas of skin, eyes, lips and hair that lies over the head; no geometry here.

Everything is painted in linear light on the grid's surface, at places given in centimetres on the resting head.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.captures.identity import ASTRONAUT, Beard, Colour, Hair, Identity
from bench.captures.photograph import photographed
from bench.captures.shape import Array, Head, beard_cover, bump, hair_cover, smoothstep

WIDTH, HEIGHT = 480, 400  # texels of the head
STRIP = 48  # texels below it, for what is no skin of the head
PATCHES = {"ear": 0, "cloth": 80, "lock": 160, "teeth": 240, "cavity": 320, "frame": 400}  # left edges in the strip
PATCH = 78


@dataclass(frozen=True, slots=True)
class Atlas:
    """The texture with eyes open, and what of it changes when they close: rows `top` to `bottom` of `closed`."""

    open: NDArray[np.float32]
    closed: NDArray[np.float32]
    top: int
    bottom: int


def atlas_of(who: Identity, head: Head) -> Atlas:
    rng = np.random.default_rng([78, who.number])
    place = _upsampled(head.rest)
    base = _skin(who, place, rng)
    if who.number == ASTRONAUT:
        opened, shut = photographed(place, base, who)
    else:
        opened, shut = _with_eyes(who, place, base), _with_lids(who, place, base)
    cover = hair_cover(who, place)
    hair = _hair(who, place, rng)
    both = []
    for face in (opened, shut):
        face = face * (1 - 0.45 * smoothstep(0.0, 0.5, cover) * (1 - cover))[..., None]
        whole = face * (1 - cover[..., None]) + hair * cover[..., None]
        both.append(np.concatenate([whole, _strip(who, hair, rng)]).astype(np.float32))
    changed = np.flatnonzero(np.abs(both[0] - both[1]).max(axis=(1, 2)) > 1e-4)
    top, bottom = int(changed[0]), int(changed[-1]) + 1
    return Atlas(both[0], both[1][top:bottom], top, bottom)


def _upsampled(grid: Array) -> Array:
    """A grid's values at the atlas's texels, as the rasteriser will interpolate them."""
    rows = np.linspace(0, grid.shape[0] - 1, HEIGHT)
    columns = np.linspace(0, grid.shape[1] - 1, WIDTH)
    i, j = np.minimum(rows.astype(int), grid.shape[0] - 2), np.minimum(columns.astype(int), grid.shape[1] - 2)
    fi, fj = (rows - i)[:, None, None], (columns - j)[None, :, None]
    upper = grid[i][:, j] * (1 - fj) + grid[i][:, j + 1] * fj
    lower = grid[i + 1][:, j] * (1 - fj) + grid[i + 1][:, j + 1] * fj
    return np.asarray(upper * (1 - fi) + lower * fi)


def noise(rng: np.random.Generator, height: int, width: int, cell: tuple[float, float]) -> Array:
    """Smooth noise, -1 to 1, with blobs of `cell` texels (down, across)."""
    rows, columns = max(2, int(height / cell[0])) + 2, max(2, int(width / cell[1])) + 2
    coarse = rng.uniform(-1, 1, (rows, columns))
    y, x = np.linspace(0, rows - 1.001, height), np.linspace(0, columns - 1.001, width)
    i, j = y.astype(int), x.astype(int)
    fy, fx = smoothstep(0, 1, y - i)[:, None], smoothstep(0, 1, x - j)[None]
    upper = coarse[i][:, j] * (1 - fx) + coarse[i][:, j + 1] * fx
    return np.asarray(upper * (1 - fy) + (coarse[i + 1][:, j] * (1 - fx) + coarse[i + 1][:, j + 1] * fx) * fy)


def mixed(under: Array, colour: Colour | Array, cover: Array) -> Array:
    return under * (1 - cover[..., None]) + np.asarray(colour) * cover[..., None]


def _skin(who: Identity, place: Array, rng: np.random.Generator) -> Array:
    """Skin without eyes: tones, shade in the hollows, lips, brows, beard, age."""
    x, y, z = np.moveaxis(place, -1, 0)
    side = np.abs(x)
    front = (z > 0).astype(float)
    skin = np.broadcast_to(np.asarray(who.skin), place.shape).copy()
    for cell, much in ((60, 0.05), (14, 0.05), (4, 0.05)):
        skin *= 1 + much * noise(rng, HEIGHT, WIDTH, (cell, cell))[..., None]
    rosy = (bump(side, y, (4.3, -3.6), (1.7, 1.4)) + 0.8 * bump(x, y, (0, -who.nose_long + 0.9), (1.0, 0.8))) * front
    skin *= 1 - rosy[..., None] * who.redness * np.array([-0.05, 0.25, 0.22])
    spots = (
        smoothstep(0.55, 0.8, noise(rng, HEIGHT, WIDTH, (4, 4))) * who.freckles * bump(side, y, (2.5, -2.5), (2.6, 1.6))
    )
    skin *= 1 - 0.4 * spots[..., None] * np.array([0.6, 1.0, 1.2])
    skin *= (1 - front * _hollows(who, x, y))[..., None]
    skin *= (1 - 0.55 * smoothstep(who.chin + 0.5, who.chin - 0.7, y) * smoothstep(-19, -14, y) * (z > -3))[..., None]
    grow = beard_cover(who, place) if who.beard is not Beard.NONE else np.zeros_like(x)
    strength = {Beard.NONE: 0.0, Beard.STUBBLE: 0.45, Beard.MOUSTACHE: 0.9, Beard.FULL: 0.92}[who.beard]
    bristle = np.clip(0.8 + 0.4 * noise(rng, HEIGHT, WIDTH, (3, 2)), 0, 1)
    skin = mixed(skin, np.asarray(who.hair_colour) * 1.1 + 0.005, grow * strength * bristle)
    skin = _lips(who, skin, x, y, z)
    return _brows(who, skin, x, y, z, rng)


def _hollows(who: Identity, x: Array, y: Array) -> Array:
    """How much less light reaches what lies deep: sockets, beside and under the nose, under the lip; and wrinkles."""
    side = np.abs(x)
    base = -who.nose_long
    deep = 0.38 * bump(side, y, (who.eye_apart - 1.1, 0.55), (0.8, 0.7))
    dark = who.sockets * (deep + 0.25 * bump(side, y, (who.eye_apart, 0.3), (1.9, 0.9)))
    dark += 0.6 * who.paint * bump(side, y, (who.eye_apart + 0.25, who.eye_open + 0.2), (1.3, 0.4))
    dark += 0.28 * bump(side, y, (1.25 * who.nose_wide, base * 0.55), (0.55, 1.6))
    dark += 0.5 * bump(side, y, (1.95 * who.nose_wide, base + 0.45), (0.22, 0.55))
    dark += 0.5 * bump(x, y, (0, base - 0.35), (1.2 * who.nose_wide, 0.32))
    dark += 0.85 * bump(side, y, (0.72 * who.nose_wide, base - 0.02), (0.36 * who.nose_wide, 0.2))
    dark += 0.3 * bump(x, y, (0, who.mouth - 1.5 * who.lips**0.5), (1.5, 0.35))
    dark += 0.25 * bump(side, y, (who.mouth_wide + 0.35, who.mouth - 0.1), (0.35, 0.5))
    old = 0.25 + 0.75 * who.age
    fold = side - (1.9 * who.nose_wide + 0.5 * (base + 0.6 - y))
    dark += (
        0.35
        * old
        * np.exp(-((fold / 0.2) ** 2))
        * smoothstep(who.mouth - 0.9, who.mouth + 0.6, y)
        * smoothstep(base + 0.9, base, y)
    )
    bag = y + 1.15 * who.eye_open + 0.45 - 0.12 * (side - who.eye_apart) ** 2
    dark += 0.3 * old * np.exp(-((bag / 0.16) ** 2)) * np.exp(-(((side - who.eye_apart) / 1.3) ** 4))
    lines = (
        np.exp(-8 * np.sin(2.6 * (y - 4) + 0.15 * np.sin(x)) ** 2) * smoothstep(3.0, 3.6, y) * smoothstep(6.4, 5.4, y)
    )
    dark += 0.25 * who.age * lines * smoothstep(5.5, 3.0, side)
    feet = np.exp(-6 * np.sin(4.5 * (y + 0.2 * side)) ** 2) * bump(
        side, y, (who.eye_apart + who.eye_width + 0.9, 0.0), (0.5, 0.8)
    )
    dark += 0.3 * who.age * feet
    return np.clip(dark, 0, 0.93)


def _lips(who: Identity, skin: Array, x: Array, y: Array, z: Array) -> Array:
    across = np.clip(np.abs(x) / who.mouth_wide, 0, 1)
    bow = 0.62 * who.lips * (1 - across**1.7) * (1 - 0.22 * np.exp(-((x / 0.35) ** 2)))
    low = 0.85 * who.lips * (1 - across**2.2)
    up = y - who.mouth
    upper = smoothstep(0.14, -0.06, up - bow) * (up >= 0)
    lower = smoothstep(0.14, -0.06, -up - low) * (up < 0)
    inside = (upper * 0.82 + lower) * smoothstep(1.02, 0.94, np.abs(x) / who.mouth_wide) * (z > 3)
    tone = np.asarray(who.lip_colour) * (0.85 + 0.3 * smoothstep(-0.1, -0.6, up) - 0.2 * (up > 0))[..., None]
    skin = mixed(skin, tone, np.clip(inside, 0, 1))
    line = np.exp(-((up / 0.13) ** 2)) * smoothstep(1.08, 0.9, np.abs(x) / who.mouth_wide) * (z > 3)
    return skin * (1 - 0.8 * line)[..., None]


def _brows(who: Identity, skin: Array, x: Array, y: Array, z: Array, rng: np.random.Generator) -> Array:
    side = np.abs(x)
    along = (side - who.eye_apart + 1.75) / 3.6  # 0 at the nose, 1 at the temple
    arc = (
        who.brow_height
        + who.brow_slope * np.sin(np.clip(along, 0, 1) * np.pi * 0.75)
        - 0.35 * smoothstep(0.65, 1.0, along)
    )
    thick = who.brow_thick * (1 - 0.55 * smoothstep(0.5, 1.0, along))
    cover = (
        np.exp(-(((y - arc) / thick) ** 4)) * smoothstep(-0.06, 0.06, along) * smoothstep(1.06, 0.9, along) * (z > 0)
    )
    strands = 0.75 + 0.35 * noise(rng, HEIGHT, WIDTH, (5, 2))
    tone = np.asarray(who.hair_colour) * (0.45 if who.hair_colour[0] > 0.15 else 1.0)
    return mixed(skin, tone, np.clip(cover * strands * who.brow_dark, 0, 1))


def _eye_places(who: Identity, place: Array) -> tuple[Array, Array, Array, Array]:
    """Along the eye (-1 inner to 1 outer), height over its line, and the heights of both lids."""
    x, y, _ = np.moveaxis(place, -1, 0)
    along = (np.abs(x) - who.eye_apart) / who.eye_width
    height = y - who.eye_tilt * along * 0.5
    arch = np.clip(1 - along**2, 0, 1)
    return along, height, who.eye_open * arch**0.7, -0.8 * who.eye_open * arch**0.9


def _with_eyes(who: Identity, place: Array, skin: Array) -> Array:
    x, _, z = np.moveaxis(place, -1, 0)
    along, height, upper, lower = _eye_places(who, place)
    face = (z > 3) & (np.abs(along) < 1.7)
    inside = (
        smoothstep(0.05, -0.05, height - upper) * smoothstep(0.05, -0.05, lower - height) * (np.abs(along) < 1.0) * face
    )
    out = np.hypot(along * who.eye_width, height - 0.04)
    white = np.array([0.62, 0.58, 0.55]) * (1 - 0.35 * np.abs(along) ** 3)[..., None]
    ball = mixed(white, np.asarray(who.iris) * 0.35, smoothstep(0.66, 0.56, out))
    ball = mixed(ball, who.iris, smoothstep(0.54, 0.44, out))
    ball = mixed(ball, (0.004, 0.004, 0.005), smoothstep(0.30, 0.22, out))
    sign = np.sign(x)
    glint = np.exp(-((np.hypot(along * who.eye_width * sign + 0.17, height - 0.2) / 0.1) ** 2))
    ball = mixed(ball, (0.9, 0.9, 0.9), np.clip(glint, 0, 1))
    ball = ball * (0.5 + 0.5 * smoothstep(0.0, 0.38, upper - height))[..., None]  # the lid's shade
    skin = mixed(skin, ball, np.clip(inside, 0, 1))
    lash = np.exp(-(((height - upper - 0.03) / 0.115) ** 2)) * smoothstep(1.16, 0.95, np.abs(along)) * face
    skin = mixed(skin, (0.012, 0.008, 0.006), np.clip(lash * 0.95, 0, 1))
    rim = np.exp(-(((height - lower + 0.02) / 0.08) ** 2)) * smoothstep(1.1, 0.9, np.abs(along)) * face
    skin = mixed(skin, np.asarray(who.skin) * 0.35, np.clip(rim * 0.6, 0, 1))
    crease = np.exp(-(((height - upper - 0.36) / 0.1) ** 2)) * smoothstep(1.3, 0.9, np.abs(along)) * face
    return np.asarray(skin * (1 - 0.5 * crease)[..., None])


def _with_lids(who: Identity, place: Array, skin: Array) -> Array:
    z = place[..., 2]
    along, height, upper, lower = _eye_places(who, place)
    face = (z > 3) & (np.abs(along) < 1.7)
    inside = (
        smoothstep(0.1, -0.1, height - upper) * smoothstep(0.1, -0.1, lower - height) * (np.abs(along) < 1.05) * face
    )
    skin = mixed(skin, np.asarray(who.skin) * 0.8, np.clip(inside, 0, 1))
    lash = np.exp(-(((height - lower * 0.75) / 0.12) ** 2)) * smoothstep(1.15, 0.95, np.abs(along)) * face
    return mixed(skin, (0.02, 0.013, 0.01), np.clip(lash * 0.85, 0, 1))


def _hair(who: Identity, place: Array, rng: np.random.Generator) -> Array:
    """Strands that run down from the parting; curls are round."""
    cell = (9.0, 9.0) if who.hair is Hair.CURLY else (46.0, 3.0)
    strands = 0.6 * noise(rng, HEIGHT, WIDTH, cell) + 0.4 * noise(rng, HEIGHT, WIDTH, (cell[0] / 3, cell[1] / 1.5))
    broad = noise(rng, HEIGHT, WIDTH, (120, 30))
    tone = np.asarray(who.hair_colour)
    grey = np.clip(who.age - 0.5, 0, 0.5) * 0.12
    shade = 1 + 0.55 * strands + 0.25 * broad
    crown = 0.75 + 0.35 * smoothstep(-6, 9, place[..., 1])
    return np.asarray((tone + grey) * (shade * crown)[..., None])


def _strip(who: Identity, hair: Array, rng: np.random.Generator) -> Array:
    strip = np.zeros((STRIP, WIDTH, 3))

    def put(name: str, colour: Array) -> None:
        strip[:, PATCHES[name] : PATCHES[name] + PATCH] = colour

    grain = noise(rng, STRIP, PATCH, (3, 3))[..., None]
    deep = np.linspace(1.0, 0.45, STRIP)[:, None, None]  # an ear's hollow, down the patch
    put("ear", np.asarray(who.skin) * np.array([1.05, 0.9, 0.88]) * deep)
    stripes = 0.25 * (np.sin(np.arange(STRIP) * rng.uniform(0.1, 1.2)) > 0.3)[:, None, None]
    put("cloth", np.asarray(who.clothes) * (0.85 + 0.15 * grain + stripes))
    put("lock", hair[40 : 40 + STRIP, 100 : 100 + PATCH])
    ends = np.arange(PATCH)[None, :, None]
    gaps = 1 - 0.35 * (np.abs((ends % 10) - 5) > 3.9)
    put("teeth", np.array([0.62, 0.57, 0.47]) * gaps * np.linspace(0.75, 1.0, STRIP)[:, None, None])
    put("cavity", np.array([0.035, 0.008, 0.007]) * np.ones((STRIP, PATCH, 1)))
    put(
        "frame",
        np.asarray((0.012, 0.011, 0.01))
        + (1 - who.glasses_dark) * np.array([0.08, 0.04, 0.015]) * np.ones((STRIP, PATCH, 1)),
    )
    return strip

"""Drawn coats: the stripes, patches, spots and hairs of an animal without a photograph, as textures and where they lie.

Textures are uint8[h, w, 4], sRGB and alpha: what they do not cover keeps the colours of `quadruped_coat.py`.
"""

import math
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture
from models.previz.geometry.coat import Coat, smooth
from models.previz.geometry.quadruped_body import Proportions
from models.previz.world import BodySpec, Vector

Floats = NDArray[np.float64]
_WIDE, _TALL = 640, 224  # texels of the side of a body
_LONG, _HIGH = 3.6, 1.5  # withers heights they show, about the middle, from a little over the back down
_FACE = 256


class Pattern(Enum):
    """What is drawn on a coat."""

    PLAIN = "plain"
    TABBY = "tabby"  # bars over back, legs and tail, lines on the brow
    PATCHES = "patches"  # large ones, one of them round an eye
    SPOTS = "spots"


def pattern_of(spec: BodySpec, coat: Coat) -> Pattern:
    """Which pattern an animal has: by its kind, the contrast of the colours asked for, and its seed."""
    light, dark = (sum(colour) / 3 for colour in (coat.main, coat.dark))
    marked = bool(spec.colours[1:]) and coat.dark in spec.colours[1:] and light - dark > 0.25
    if marked and spec.species in ("cat", "dog", "rabbit", "horse"):
        dotted = spec.species == "dog" and light > 0.6 and dark < 0.05 and spec.seed % 2 == 1
        return Pattern.SPOTS if dotted else Pattern.PATCHES
    return Pattern.TABBY if spec.species == "cat" and 0.03 < light < 0.55 else Pattern.PLAIN


def body_texture(pattern: Pattern, coat: Coat, seed: int) -> Texture:
    """The side of a body, as `body_uv` lays it on; the other side has it a little displaced."""
    random = np.random.default_rng(seed)
    down, along = np.mgrid[0:_TALL, 0:_WIDE]
    y, z = (along / _WIDE - 0.5) * _LONG, _HIGH - 0.2 - down / _TALL * _HIGH
    hair = _noise(random, (_TALL, _WIDE), 14, 90) * 0.6 + _noise(random, (_TALL, _WIDE), 60, 130) * 0.6
    hair = hair - 0.6
    waves = _noise(random, (_TALL, _WIDE), 4, 9) - 0.5
    marks = np.zeros((_TALL, _WIDE))
    if pattern is Pattern.TABBY:
        torn = waves * 2.6 + hair * 1.1
        bars = np.sin(y * math.tau / 0.165 + torn + 1.4 * np.sin(z * 7)) - 0.15
        rings = np.sin((y - z) * math.tau / 0.17 + hair)
        legs = np.sin(z * math.tau / 0.115 + waves * 2 + hair)
        flank = bars - 2.2 * np.clip(0.60 - z, 0, 1) * 4 + 0.5 * np.clip(z - 0.8, 0, 1)
        marks = np.where(y < -0.72, rings, np.maximum(flank, np.where(z < 0.46, legs - 0.35, -1.0)))
        marks = 0.88 * smooth((marks + 0.15) / 0.55)
    elif pattern is Pattern.PATCHES:
        field = _noise(random, (_TALL, _WIDE), 3, 7) + 0.22 * waves + 0.10 * hair + 0.18 * np.clip(z - 0.6, -0.5, 0.4)
        marks = smooth((field - 0.50) / 0.025)
    elif pattern is Pattern.SPOTS:
        marks = _spots(random, y, z + 0.008 * hair)
    tint = np.asarray(coat.dark)
    colours = np.broadcast_to(tint, (_TALL, _WIDE, 3)).copy()
    streak = np.clip(hair * 1.6, -1, 1)
    pale = streak > 0
    colours[pale & (marks < 0.5)] = np.asarray(_hair(coat.main, 1.35, 0.03))
    colours[~pale & (marks < 0.5)] = np.asarray(_hair(coat.main, 0.55, 0.0))
    alpha = np.maximum(marks, np.abs(streak) * 0.42)  # the least of white shining through makes black grey
    return _painted(colours, alpha)


def face_texture(pattern: Pattern, coat: Coat, seed: int) -> Texture:
    """A head unrolled, its front in the middle, as `head_uv` lays it on."""
    random = np.random.default_rng(seed + 1)
    down, across = np.mgrid[0:_FACE, 0:_FACE]
    angle, v = (across / _FACE - 0.5) * math.tau, down / _FACE
    hair = _noise(random, (_FACE, _FACE), 40, 110) * 0.7 + _noise(random, (_FACE, _FACE), 16, 50) * 0.5 - 0.6
    marks = np.zeros((_FACE, _FACE))
    side = np.abs(angle) + 0.05 * hair
    if pattern is Pattern.TABBY:
        brow = np.clip((0.40 - v) * 9, 0, 1) * np.clip((v - 0.02) * 30, 0, 1)
        spread = 0.55 + 1.1 * v
        for centre, width in ((0.10, 0.055), (0.36, 0.065), (0.62, 0.06)):
            marks = np.maximum(marks, brow * smooth((width - np.abs(side - centre * spread * 1.4)) / 0.05))
        for start, slope, width in ((0.47, 0.06, 0.016), (0.57, 0.09, 0.014), (0.66, 0.10, 0.012)):
            line = smooth((width - np.abs(v + 0.01 * hair - start - slope * (side - 0.8))) / 0.012)
            marks = np.maximum(marks, line * np.clip((side - 0.72) * 6, 0, 1) * np.clip((2.3 - side) * 4, 0, 1))
        marks *= 0.85
    elif pattern is Pattern.PATCHES:
        patch = np.hypot((angle - 0.62) / 0.75, (v - 0.36) / 0.27) + 0.12 * hair
        marks = smooth((1.0 - patch) / 0.10)
        marks = np.maximum(marks, smooth((np.abs(angle) + 0.2 * hair - 1.75) / 0.2) * smooth((0.62 - v) / 0.1))
    elif pattern is Pattern.SPOTS:
        marks = _spots(random, angle * 0.35, v * 0.9 + 0.006 * hair) * (v < 0.62)
    streak = np.clip(hair * 1.6, -1, 1)
    colours = np.broadcast_to(np.asarray(coat.dark), (_FACE, _FACE, 3)).copy()
    colours[(streak > 0) & (marks < 0.5)] = np.asarray(_hair(coat.main, 1.3, 0.04))
    colours[(streak <= 0) & (marks < 0.5)] = np.asarray(_hair(coat.main, 0.6, 0.0))
    return _painted(colours, np.maximum(marks, np.abs(streak) * 0.30))


def body_uv(vertices: NDArray[np.float32], normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where `body_texture` lies, float32[V, 3]: seen from the side, fainter where the body faces the ground."""
    x, y, z = vertices.T
    u = (y + 0.30 * x) / _LONG + 0.5
    v = (_HIGH - 0.2 - z + 0.25 * np.abs(x)) / _HIGH
    shown = 1 - 0.85 * np.clip(-normals[:, 2] * 1.6 - 0.1, 0, 1) * (z > 0.3)
    return np.stack([u.clip(0.002, 0.998), v.clip(0.002, 0.998), shown], 1).astype(np.float32)


def head_uv(vertices: NDArray[np.float32], shape: Proportions) -> NDArray[np.float32]:
    """Where `face_texture` lies, float32[V, 3]: round the head; nose, inner ears and the seam behind go without."""
    x, y, z = vertices.T
    r = shape.head
    angle = np.arctan2(x, y - shape.head_y + 0.15 * r)
    v = (shape.head_z + 1.1 * r - z) / (2.2 * r)
    shown = np.clip((2.9 - np.abs(angle)) * 4, 0, 1) * np.clip((y - shape.head_y) * 9 / r + 9, 0, 1)
    shown *= 1 - np.clip((z - shape.head_z - r * 0.95) * 30, 0, 1)
    muzzle = np.clip((y - shape.head_y - 0.95 * r) / (0.15 * r), 0, 1) * np.clip((shape.head_z - z) / (0.2 * r), 0, 1)
    return np.stack([0.5 + angle / math.tau, v.clip(0.004, 0.996), shown * (1 - 0.8 * muzzle)], 1).astype(np.float32)


def _spots(random: np.random.Generator, y: Floats, z: Floats) -> Floats:
    """Round spots of many sizes, about one in a square of 0.17."""
    marks = np.zeros(y.shape)
    low, high = float(y.min()), float(y.max())
    for column in np.arange(low, high, 0.17):
        for row in np.arange(float(z.min()), float(z.max()), 0.17):
            a, b = random.uniform(0, 0.13, 2)
            radius = random.uniform(0.018, 0.058)
            away = np.hypot(y - column - a, z - row - b)
            marks = np.maximum(marks, smooth((radius - away) / 0.014))
    return marks


def _noise(random: np.random.Generator, shape: tuple[int, int], rows: int, columns: int) -> Floats:
    """Smooth noise, 0 to 1, of so many cells down and across."""
    grid = random.random((rows + 2, columns + 2))
    v, u = np.linspace(0, rows, shape[0]), np.linspace(0, columns, shape[1])
    i, j = v.astype(int), u.astype(int)
    dv, du = smooth(v - i)[:, None], smooth(u - j)[None]
    top = grid[np.ix_(i, j)] * (1 - du) + grid[np.ix_(i, j + 1)] * du
    low = grid[np.ix_(i + 1, j)] * (1 - du) + grid[np.ix_(i + 1, j + 1)] * du
    return np.asarray(top * (1 - dv) + low * dv)


def _hair(colour: Vector, factor: float, plus: float) -> Vector:
    r, g, b = (min(1.0, value * factor + plus) for value in colour)
    return r, g, b


def _painted(colours: Floats, alpha: Floats) -> Texture:
    shown = np.clip(colours, 0, 1) ** (1 / 2.2)
    return np.rint(np.dstack([shown, np.clip(alpha, 0, 1)]) * 255).astype(np.uint8)

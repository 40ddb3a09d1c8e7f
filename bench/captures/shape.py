"""The surface of a head: its form as heights over a grid of angles and levels, with a mouth that parts; no colour here.

Centimetres; x to the viewer's right, y up, z towards the camera; the eyes' line at y = 0, the axis at x = z = 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.captures.identity import Beard, Hair, Identity

Array = NDArray[np.float64]

COLUMNS = 81
ROWS_BELOW = 32  # up to the lips' line; the line itself is there twice, so that the lips part
ROWS_ABOVE = 38
HINGE = (-2.0, 0.5)  # y, z of the axis on which the jaw turns
_P = 2.35  # of the superellipse that a level of the head is: flatter in front than a circle

_WIDTH = (
    (11.3, 0.1), (11.0, 2.2), (10.2, 4.2), (9.0, 5.6), (7.0, 6.75), (5.0, 7.3), (3.0, 7.45), (1.0, 7.35), (-1.0, 7.2),
    (-3.0, 6.95), (-5.0, 6.6), (-7.0, 6.1), (-8.5, 5.5), (-9.8, 4.7), (-10.6, 4.0), (-11.2, 3.1), (-11.6, 1.8),
    (-11.8, 0.1),
)  # fmt: skip
_FRONT = (
    (11.3, 0.1), (11.0, 2.4), (10.2, 4.6), (9.0, 6.4), (7.0, 8.0), (5.0, 8.8), (3.0, 9.15), (1.6, 9.3), (0.0, 9.0),
    (-2.0, 9.0), (-4.0, 9.05), (-6.0, 9.2), (-7.0, 9.3), (-8.3, 8.9), (-9.6, 9.1), (-10.4, 8.9), (-11.0, 8.2),
    (-11.4, 6.9), (-11.65, 4.6), (-11.8, 0.1),
)  # fmt: skip
_BACK = (
    (11.3, 0.1), (11.0, 3.0), (10.2, 5.6), (9.0, 7.4), (7.0, 9.0), (4.0, 10.0), (1.0, 10.0), (-3.0, 9.0), (-6.0, 7.6),
    (-9.0, 6.8), (-11.0, 6.0), (-11.8, 5.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The grid of a head, lower rows first, left to right as the viewer sees it from front.

    `points`: [rows, columns, 3]; `normals` alike; `jaw`: how far each point follows the jaw, 0 to 1; `loose`: how far
    it follows the head at all, 0 at the shoulders; `rest`: `points` before hair was put on, where features are painted.
    """

    points: Array
    rest: Array
    normals: Array
    jaw: Array
    loose: Array
    angles: Array


def bump(x: Array, y: Array, at: tuple[float, float], wide: tuple[float, float]) -> Array:
    """A smooth hill of height one at `at`."""
    return np.exp(-0.5 * (((x - at[0]) / wide[0]) ** 2 + ((y - at[1]) / wide[1]) ** 2))


def smoothstep(low: float, high: float, value: Array) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def head_of(who: Identity) -> Head:
    angles = _angles()
    levels = _levels(who)
    a, y = np.meshgrid(angles, levels)
    radius = _radius(who, a, y)
    points = np.stack([radius * np.sin(a), y, radius * np.cos(a)], axis=-1)
    front = smoothstep(0.15, 0.6, np.cos(a))
    points[..., 2] += front * _features(who, points[..., 0], y)
    points[..., 0] *= who.width
    rest = points.copy()
    points[..., 1] += _raised(who, rest)
    out = hair_depth(who, rest)
    away = points - np.array([0, 1.0, -1.0])
    points = points + out[..., None] * away / np.linalg.norm(away, axis=-1, keepdims=True)
    lower = np.arange(len(levels)) < ROWS_BELOW
    return Head(points, rest, _normals(points), _jaw(who, rest, lower), smoothstep(-19.0, -12.5, y), angles)


def hair_depth(who: Identity, rest: Array) -> Array:
    """How far hair stands off the skin, in centimetres, at points of the grid."""
    depth = {Hair.BALD: 0.0, Hair.CROPPED: 0.25, Hair.SHORT: 1.1, Hair.LONG: 1.1, Hair.CURLY: 2.2}[who.hair]
    cover = hair_cover(who, rest, 1.8)
    x, y, z = np.moveaxis(rest, -1, 0)
    rough = 0.0
    if who.hair is Hair.CURLY:
        rough = 0.35 * np.sin(2.3 * x + who.number) * np.sin(2.1 * y) * np.sin(2.2 * z + 1)
    beard = 0.35 * beard_cover(who, rest) if who.beard is Beard.FULL else 0.0
    return np.asarray(cover * (depth + rough) + beard)


def hair_cover(who: Identity, rest: Array, soft: float = 0.35) -> Array:
    """Where hair grows on the head: 0 to 1 at points before hair, full `soft` centimetres above the hairline."""
    if who.hair is Hair.BALD:
        return np.zeros(rest.shape[:-1])
    x, y, z = np.moveaxis(rest, -1, 0)
    # the hairline: over the forehead, down the temples in front of the ears, round the neck behind
    line = np.interp(z, [-6.0, -2.0, 1.0, 2.2, 5.5], [-7.5, -1.5, -0.6, 0.6, who.hairline])
    line = line - 0.02 * x * x * (z > 2) + 0.15 * np.sin(2.0 * x + who.number)
    return smoothstep(-0.35, soft, y - line)


def beard_cover(who: Identity, rest: Array) -> Array:
    """Where a beard grows, whatever beard it is: 0 to 1."""
    x, y, z = np.moveaxis(rest, -1, 0)
    x = np.abs(x)
    upper = smoothstep(0.0, 0.5, who.mouth + 1.5 - y) * smoothstep(0.1, 0.4, y - who.mouth - 0.35 * who.lips)
    moustache = upper * smoothstep(0.4, -0.3, x - who.mouth_wide - 0.2)
    if who.beard is Beard.MOUSTACHE:
        return np.asarray(moustache * (z > 2))
    edge = who.mouth + 0.2 + np.maximum(0, x - 3.2) * 1.7  # the cheek's line rises to the ears
    cheek = smoothstep(0.6, -0.4, y - edge) * smoothstep(
        -0.2, 0.5, ((x / (who.mouth_wide + 0.25)) ** 2 - 1) + 2.0 * np.abs(y - who.mouth + 0.25) ** 2 / who.lips
    )
    return np.asarray(np.clip(cheek + moustache, 0, 1) * (z > 0.5) * smoothstep(-13.5, -12.0, y))


def _angles() -> Array:
    s = np.linspace(-1, 1, COLUMNS)
    return np.asarray(np.pi * (0.5 * s + 0.5 * s**3))


def _levels(who: Identity) -> Array:
    """Dense over the face, the lips' line twice."""

    def spread(knots: tuple[float, ...], count: int) -> Array:
        return np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(knots)), knots)

    m, c = who.mouth, who.chin
    below = spread((-19.0, -14.0, c - 0.6, c, c + 0.7, (m + c) / 2, m - 0.9, m), ROWS_BELOW)
    above = spread((m, m + 1.2, m + 2.1, -2.4, 0.0, 2.2, 6.0, 9.5, 11.3), ROWS_ABOVE)
    return np.concatenate([below, above])


def _radius(who: Identity, a: Array, y: Array) -> Array:
    stretch = np.where(y < 0, y * (11.8 / -who.chin), y)  # the tables' chin is at -11.8
    wide, front, back = (np.interp(stretch, *np.array(table[::-1]).T) for table in (_WIDTH, _FRONT, _BACK))
    lower = smoothstep(-2.0, -9.0, stretch)
    wide = wide * (1 + (who.jaw - 1) * lower) + who.cheeks * np.exp(-(((stretch + 4.5) / 3.0) ** 2)) * 0.6
    depth = np.where(np.cos(a) > 0, front, back)
    skull = (np.abs(np.sin(a) / wide) ** _P + np.abs(np.cos(a) / depth) ** _P) ** (-1 / _P)
    skull = np.where(stretch < -11.8, 0.1, skull)
    neck = _neck(who, a, y)
    k = 0.6  # a soft union
    hard = np.maximum(skull, neck)
    return np.asarray(hard + k * np.log(np.exp((skull - hard) / k) + np.exp((neck - hard) / k)))


def _neck(who: Identity, a: Array, y: Array) -> Array:
    """A slanted cylinder from the skull's base to the shoulders, seen from the axis; nothing above the ears."""
    size = 4.6 * (0.6 + 0.4 * who.jaw) + 1.6 * smoothstep(-15.0, -19.0, y)
    centre = -1.6 - 0.12 * (y + 12.0)
    reach = centre * np.cos(a) + np.sqrt(np.maximum(size**2 - (centre * np.sin(a)) ** 2, 0.1))
    return np.asarray(np.where(y < -3.0, reach - 4.0 * smoothstep(-9.0, -3.0, y), 0.1))


def _features(who: Identity, x: Array, y: Array) -> Array:
    """What stands out of the face or lies deeper, along z."""
    side = np.abs(x)
    base = -who.nose_long
    ridge = np.interp(
        y / who.nose_long,
        [-1.16, -1.09, -1.02, -0.96, -0.87, -0.72, -0.5, -0.25, 0.0, 0.25, 0.5],
        np.array([0.0, 0.15, 0.9, 2.0, 2.45, 2.3, 1.75, 1.25 * who.bridge, 0.85 * who.bridge, 0.35 * who.bridge, 0.0]),
    )
    thick = np.interp(y / who.nose_long, [-1.1, -0.85, -0.5, 0.0, 0.4], [0.95, 0.85, 0.62, 0.55, 0.8]) * who.nose_wide
    z = who.nose_out * ridge * np.exp(-0.5 * (x / thick) ** 2)
    z = z + 0.95 * bump(side, y, (1.3 * who.nose_wide, base + 0.55), (0.42, 0.5))
    z += -1.0 * bump(side, y, (who.eye_apart - 0.2, 0.1), (1.5, 0.95))
    z += 0.55 * bump(side, y, (who.eye_apart, 0.0), (1.0, 0.62))
    z += 0.35 * bump(side, y, (who.eye_apart - 0.3, who.brow_height), (1.9, 0.55))
    z += (0.3 + 0.5 * who.cheeks) * bump(side, y, (4.6, -2.6), (1.7, 1.5))
    z += -0.25 * bump(side, y, (3.1, -5.6), (0.5, 1.2)) * (0.4 + who.age)
    m = who.mouth
    z += 0.42 * who.lips * bump(x, y, (0, m + 0.45), (who.mouth_wide * 0.62, 0.36))
    z += 0.5 * who.lips * bump(x, y, (0, m - 0.55), (who.mouth_wide * 0.55, 0.42))
    z += -0.3 * bump(x, y, (0, m), (who.mouth_wide * 0.8, 0.14))
    z += -0.12 * bump(x, y, (0, m + 1.3), (0.3, 0.5))
    return np.asarray(z + 0.45 * bump(x, y, (0, who.chin + 1.7), (1.6, 0.9)))


def _raised(who: Identity, rest: Array) -> Array:
    """How far the painted face is drawn up: the corners of a mouth that smiles, a high forehead."""
    x, y, z = np.moveaxis(rest, -1, 0)
    corner = bump(np.abs(x), y, (1.15 * who.mouth_wide, who.mouth), (0.45 * who.mouth_wide, 1.3)) * (z > 2)
    return np.asarray(who.smile * corner + (who.skull - 1) * np.maximum(0, y - 2.5))


def _jaw(who: Identity, rest: Array, lower: NDArray[np.bool_]) -> Array:
    """The lower lip's middle falls with the jaw, the corners stay; cheeks follow a little, the neck not."""
    x, y, z = np.moveaxis(rest, -1, 0)
    part = np.clip(1 - (x / (0.86 * who.mouth_wide)) ** 2, 0, 1) ** 0.8
    below = np.maximum(0, who.mouth - y)
    follow = 1 - (1 - part) * np.exp(-below / 1.6)
    follow = follow * smoothstep(who.chin - 1.6, who.chin - 0.2, y) * smoothstep(-1.0, 3.5, z)
    return np.asarray(np.where(lower[:, None] & (y <= who.mouth + 1e-9), follow, 0.0))


def _normals(points: Array) -> Array:
    along = np.gradient(points, axis=1)
    up = np.empty_like(points)
    up[:ROWS_BELOW] = np.gradient(points[:ROWS_BELOW], axis=0)  # each lip by itself: the line is there twice
    up[ROWS_BELOW:] = np.gradient(points[ROWS_BELOW:], axis=0)
    normals = np.cross(along, up)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9))

"""Hair as a distance field over the skull, style by style: a cap with a hairline, and what falls, is tied or stands."""

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.sdf import Distances, Field, Points, cone, ellipsoid, join, meet, mirrored

STYLES = {  # which the seed may choose from
    "short": ("crop", "quiff", "crop", "curly", "side"),
    "long": ("long", "bob", "ponytail", "bun", "long"),
    "old": ("crop", "ring", "side"),
}
PRESSED = {"quiff": "crop", "curly": "crop", "bun": "ponytail"}  # what it is under a hat
_THICK = {"crop": 0.006, "ring": 0.004, "curly": 0.022, "side": 0.010, "ponytail": 0.007, "bun": 0.007}
_HAIRLINE = (  # of the side of a head: heights, and how far forward the hair reaches there, metres
    (1.590, 1.612, 1.640, 1.662, 1.690, 1.706, 1.720, 1.740),
    (0.004, 0.014, 0.022, 0.038, 0.052, 0.068, 0.086, 0.140),
)
_NAPE = ((-0.12, -0.05, -0.020, 0.005, 0.02), (1.566, 1.578, 1.600, 1.605, 1.606))  # forward, and its lower edge there
_FALLS = {"bob": 1.532, "long": 1.375}  # metres: how low it hangs


def hair_field(style: str) -> Field:
    """The hair of a head of the usual size; `style` is one of `STYLES`."""

    def field(points: Points) -> Distances:
        q = mirrored(points)
        thick = _THICK.get(style, 0.011)
        d = ellipsoid(points, (0, -0.007, 1.663), (0.076 + thick, 0.0935 + thick, 0.091 + thick))
        if style == "curly":
            x, y, z = (points[..., axis] * 125 for axis in range(3))
            d = d - 0.0040 * np.sin(x) * np.sin(y + 1) * np.sin(z + 2)
        else:
            d = d + _strands(points, 0.0014)
        line = 0.72 * (points[..., 1] - _parted(points, style))
        low = np.interp(points[..., 1], *_NAPE)
        if style in _FALLS:
            d = join(0.02, d, _falling(points, _FALLS[style]))
            line = meet(0.01, line, -_face(points, _FALLS[style]))
            low = np.full_like(low, _FALLS[style]) + 0.006 * np.sin(points[..., 0] * 60)
        if style == "ring":
            line = np.maximum(line, 0.8 * (points[..., 2] - 1.690 + 0.5 * np.maximum(points[..., 1], 0)))
        d = meet(0.008, meet(0.006, d, line), low - points[..., 2])
        if style not in _FALLS:  # ears are free
            d = meet(0.006, d, -ellipsoid(q, (0.084, -0.006, 1.622), (0.026, 0.022, 0.036)))
        return _added(d, points, style)

    return field


def _strands(points: Points, deep: float) -> Distances:
    """Locks that run down and back from the crown."""
    around = np.arctan2(points[..., 0], points[..., 1] + 0.02)
    fade = np.clip((1.765 - points[..., 2]) / 0.03, 0, 1)
    return np.asarray(deep * fade * np.sin(around * 27 + 3 * np.sin(points[..., 2] * 26)))


def _parted(points: Points, style: str) -> NDArray[np.float64]:
    """How far forward the hair reaches: a hairline, or lower on one side where it is swept over the forehead."""
    height = points[..., 2]
    if style in ("side", "bob", "long"):  # parted on the left of the picture
        swept = np.clip((points[..., 0] + 0.045) / 0.10, 0, 1)
        height = height + (0.004 + 0.026 * swept * swept * (3 - 2 * swept)) * np.clip((height - 1.66) / 0.02, 0, 1)
    return np.asarray(np.interp(height, *_HAIRLINE))


def _falling(points: Points, low: float) -> Distances:
    """What hangs beside and behind the neck."""
    wide = 0.093 if low < 1.5 else 0.097
    sides = cone(points, (0, -0.020, 1.64), (0, -0.040, low + 0.05), wide, 0.080 if low < 1.5 else 0.088)
    return sides + _strands(points, 0.0026)


def _face(points: Points, low: float) -> Distances:
    """Where a face looks out of long hair."""
    return np.asarray(
        join(
            0.02,
            cone(points, (0, 0.105, 1.655), (0, 0.10, 1.54), 0.088, 0.082),
            cone(points, (0, 0.10, 1.56), (0, 0.085, low - 0.05), 0.080, 0.098),
        )
    )


def _added(d: Distances, points: Points, style: str) -> Distances:
    """What stands up or is tied."""
    if style == "quiff":
        front = ellipsoid(points, (-0.010, 0.040, 1.742), (0.062, 0.050, 0.026)) + _strands(points, 0.002)
        return join(0.022, d, front)
    if style == "side":
        front = ellipsoid(points, (0.014, 0.030, 1.742), (0.060, 0.056, 0.021)) + _strands(points, 0.002)
        return join(0.02, d, front)
    if style == "ponytail":
        tail = join(
            0.02,
            cone(points, (0, -0.102, 1.690), (0, -0.138, 1.665), 0.018, 0.030),
            cone(points, (0, -0.138, 1.660), (0, -0.128, 1.475), 0.031, 0.012),
        )
        return join(0.012, d, tail + _strands(points, 0.002))
    if style == "bun":
        knot = ellipsoid(points, (0, -0.080, 1.755), (0.040, 0.038, 0.034))
        return join(0.010, d, knot + 0.0016 * np.sin(np.hypot(points[..., 0], points[..., 1] + 0.08) * 500))
    return d

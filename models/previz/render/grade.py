"""The colour timing of a picture: what a laboratory does to a print, as data by hour and as one kernel.

Values between the tone curve and the code: 0 to 1. Split toning gives shadows and lights each their own tint.
"""

from typing import NamedTuple

from models.previz.render.kernel import kernel
from models.previz.world import Vector


class Grade(NamedTuple):
    """`contrast` 0 to 1 of an S-curve, `saturation` 1 as it was, tints as factors on red, green and blue."""

    contrast: float
    saturation: float
    shadows: Vector
    lights: Vector
    bloom: float  # share of what is brighter than white that spreads into the lens
    vignette: float  # how much darker the corners are, per squared distance from the middle


HOURS = {
    "day": Grade(0.26, 1.14, (0.95, 0.99, 1.07), (1.015, 1.0, 0.975), 0.10, 0.38),
    "dawn": Grade(0.22, 1.10, (0.98, 0.96, 1.08), (1.03, 0.995, 0.96), 0.16, 0.42),
    "dusk": Grade(0.30, 1.12, (0.94, 0.95, 1.12), (1.04, 0.99, 0.93), 0.18, 0.50),
    "night": Grade(0.24, 1.06, (0.90, 0.98, 1.14), (1.02, 1.0, 0.98), 0.26, 0.60),
}
ROOM = Grade(0.24, 1.08, (0.98, 0.99, 1.03), (1.02, 1.0, 0.97), 0.10, 0.45)
DULL = Grade(0.16, 0.96, (0.96, 1.0, 1.05), (0.99, 1.0, 1.01), 0.12, 0.45)  # under clouds and in rain


@kernel
def graded(grade: Grade, red: float, green: float, blue: float) -> Vector:
    """One pixel after the tone curve, before its code value."""
    level = min(max(0.30 * red + 0.60 * green + 0.10 * blue, 0.0), 1.0)
    share = level**0.5
    out_red = (level + (red - level) * grade.saturation) * (
        grade.shadows[0] + (grade.lights[0] - grade.shadows[0]) * share
    )
    out_green = (level + (green - level) * grade.saturation) * (
        grade.shadows[1] + (grade.lights[1] - grade.shadows[1]) * share
    )
    out_blue = (level + (blue - level) * grade.saturation) * (
        grade.shadows[2] + (grade.lights[2] - grade.shadows[2]) * share
    )
    return (
        _steeper(out_red, grade.contrast),
        _steeper(out_green, grade.contrast),
        _steeper(out_blue, grade.contrast),
    )


@kernel
def _steeper(value: float, contrast: float) -> float:
    """An S-curve on the code value, which is what the eye is even in: black, white and the middle stay."""
    code = min(max(value, 0.0), 1.0) ** 0.4545
    code += contrast * code * (1 - code) * (2 * code - 1) * 1.6
    return float(min(max(code, 0.0), 1.0) ** 2.2)

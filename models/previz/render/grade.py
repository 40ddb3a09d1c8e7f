"""The colour timing of a picture: what a laboratory does to a print, as data by hour and as one kernel.

Values between the tone curve and the code: 0 to 1. Split toning gives shadows and lights each their own tint.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.world import Vector

CURVE = 4096  # entries: a step is less than half of a code value everywhere


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
    "dusk": Grade(0.30, 1.10, (0.98, 0.96, 1.05), (1.04, 0.99, 0.93), 0.18, 0.50),
    "night": Grade(0.24, 1.06, (0.90, 0.98, 1.14), (1.02, 1.0, 0.98), 0.26, 0.60),
}
ROOM = Grade(0.24, 1.08, (0.98, 0.99, 1.03), (1.02, 1.0, 0.97), 0.10, 0.45)
DULL = Grade(0.16, 0.96, (0.96, 1.0, 1.05), (0.99, 1.0, 1.01), 0.12, 0.45)  # under clouds and in rain


def code_curve(contrast: float) -> NDArray[np.float32]:
    """Code values 0 to 1 by the square root of linear light, [CURVE], with an S-curve on the code.

    Black, white and the middle stay. A table, since three powers for every pixel take as long as its shading.
    """
    root = np.linspace(0.0, 1.0, CURVE)
    code = root ** (2 / 2.2)
    return np.asarray(code + 1.6 * contrast * code * (1 - code) * (2 * code - 1), np.float32)


@kernel
def graded(grade: Grade, red: float, green: float, blue: float) -> Vector:
    """One pixel after the tone curve, linear 0 to 1: its saturation, and the tints of its shadows and lights."""
    level = min(max(0.30 * red + 0.60 * green + 0.10 * blue, 0.0), 1.0)
    share = math.sqrt(level)
    return (
        (level + (red - level) * grade.saturation) * (grade.shadows[0] + (grade.lights[0] - grade.shadows[0]) * share),
        (level + (green - level) * grade.saturation)
        * (grade.shadows[1] + (grade.lights[1] - grade.shadows[1]) * share),
        (level + (blue - level) * grade.saturation) * (grade.shadows[2] + (grade.lights[2] - grade.shadows[2]) * share),
    )


@kernel
def code_of(curve: NDArray[np.float32], value: float) -> np.uint8:
    """Linear light 0 to 1 as a code value."""
    return np.uint8(curve[int(math.sqrt(min(max(value, 0.0), 1.0)) * (CURVE - 1) + 0.5)] * 255 + 0.5)

"""From linear light to a picture: rain and snow in the air, exposure, tone curve, a style's film, vignette."""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.grade import Grade, code_of, graded
from models.previz.render.kernel import kernel
from models.previz.render.light import Precipitation
from models.previz.render.noise import noise_at
from models.previz.render.styles import INK, NOIR, PAPER

_RAIN, _SNOW = int(Precipitation.RAIN), int(Precipitation.SNOW)
_LAYERS = 3  # of rain and snow, near to far


@kernel
def _chance(a: float, b: float) -> float:
    return (math.sin(a * 12.9898 + b * 78.233) * 43758.5453) % 1.0


@kernel
def _rain(u: float, v: float, seconds: float) -> float:
    """How much a streak brightens the picture at (u, v), in picture heights."""
    wet = 0.0
    for layer in range(_LAYERS):
        size = 0.010 / (1 + layer * 0.8)
        length = 0.16 / (1 + layer * 0.7)
        slanted = u + 0.06 * v
        column = math.floor(slanted / size)
        chance = _chance(column, layer * 7.0)
        place = (v / length - seconds * (2.6 - 0.5 * layer) / length * (0.85 + 0.3 * chance) + chance * 37.0) % 4.0
        if place < 1.0:
            beside = abs(slanted / size - column - 0.5) * 2
            wet += max(0.0, 1 - beside * 2.2) * math.sin(math.pi * place) * (0.075 - 0.018 * layer)
    return wet


@kernel
def _snow(u: float, v: float, seconds: float) -> float:
    """How much a flake covers the picture at (u, v), 0 to 1."""
    white = 0.0
    for layer in range(_LAYERS):
        cell = 0.16 / (1 + layer * 0.9)
        fall = seconds * (0.30 - 0.06 * layer)
        across = u + 0.02 * math.sin(seconds * 0.9 + layer * 2.0) + 0.03 * seconds
        column = math.floor(across / cell)
        line = math.floor((v - fall) / cell)
        x = across / cell - column
        y = (v - fall) / cell - line
        a = _chance(column + layer * 13.0, line)
        b = _chance(line + layer * 29.0, column + 0.5)
        sway = 0.12 * math.sin(seconds * (1.0 + a) + 6.28 * b)
        dx = x - (0.2 + 0.6 * a) - sway
        dy = y - (0.2 + 0.6 * b)
        radius = 0.045 + 0.03 * a
        white += max(0.0, 1 - math.sqrt(dx * dx + dy * dy) / radius) ** 0.7 * (0.85 - 0.2 * layer)
    return min(white, 0.9)


@kernel
def develop(
    first: int,
    last: int,
    light: NDArray[np.float32],
    exposure: float,
    grade: Grade,
    curve: NDArray[np.float32],
    precipitation: int,
    seconds: float,
    style: int,
    noise: NDArray[np.float32],
    picture: NDArray[np.uint8],
) -> None:
    """Rows of `picture` [H, W, 3], sRGB by a power of 1/2.2; tone curve after K. Narkowicz, "ACES Filmic" (2015)."""
    height = light.shape[0]
    width = light.shape[1]
    for y in range(first, last):
        v = (y + 0.5) / height
        for x in range(width):
            u = (x + 0.5) / width
            away = (u - 0.5) ** 2 + (v - 0.5) ** 2
            add = 0.0
            cover = 0.0
            if precipitation == _RAIN:
                add = _rain(u * width / height, v, seconds)
            elif precipitation == _SNOW:
                cover = _snow(u * width / height, v, seconds)
            if style == INK:
                add, cover = 0.0, 0.8 * cover + 4.0 * add
                grain = _paper(noise, u * width / height, v)
                for c in range(3):
                    value = light[y, x, c] * (1 - cover) + cover * PAPER[c]
                    picture[y, x, c] = code_of(curve, value * grain)
                continue
            gain = exposure * (1 - grade.vignette * away)
            red = _toned((light[y, x, 0] * (1 - cover) + cover * 1.1 + add) * gain)
            green = _toned((light[y, x, 1] * (1 - cover) + cover * 1.1 + add) * gain)
            blue = _toned((light[y, x, 2] * (1 - cover) + cover * 1.1 + add) * gain)
            grey = 0.30 * red + 0.60 * green + 0.10 * blue
            if style == NOIR:  # orthochromatic: red is dark, and the curve is steep in the middle
                grey = 0.16 * red + 0.58 * green + 0.26 * blue
                grey = grey * grey * (3 - 2 * grey) * 0.75 + grey * 0.25
                red, green, blue = grey, grey, grey
            else:
                red, green, blue = graded(grade, red, green, blue)
            picture[y, x, 0] = code_of(curve, red)
            picture[y, x, 1] = code_of(curve, green)
            picture[y, x, 2] = code_of(curve, blue)


@kernel
def _toned(value: float) -> float:
    return value * (2.51 * value + 0.03) / (value * (2.43 * value + 0.59) + 0.14)


@kernel
def _paper(noise: NDArray[np.float32], u: float, v: float) -> float:
    """How light the paper is at (u, v), in picture heights: fibres that lie still while the drawing moves."""
    fine = noise_at(noise, 1.9 * u, 1.9 * v, 0.0)
    broad = noise_at(noise, 0.5 * u, 0.5 * v, 2.0)
    return 1.0 + 0.10 * (fine[0] - 0.5) + 0.10 * (broad[1] - 0.5)

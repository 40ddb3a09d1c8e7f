"""From linear light to a picture: bloom, what falls or flies, exposure, tone curve, a style's film, vignette."""

import numpy as np
from numpy.typing import NDArray

from models.previz.render.bloom import halo_at
from models.previz.render.grade import Grade, code_of, graded
from models.previz.render.kernel import kernel
from models.previz.render.light import Precipitation
from models.previz.render.noise import noise_at
from models.previz.render.styles import INK, NOIR, PAPER
from models.previz.render.weather import leaf, rain, snow

_RAIN, _SNOW, _LEAVES = int(Precipitation.RAIN), int(Precipitation.SNOW), int(Precipitation.LEAVES)
_FLAKE = (1.1, 1.1, 1.1)
_LEAF = (0.34, 0.20, 0.045)  # of a dry one


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
    pan: float,
    rise: float,
    style: int,
    halo: NDArray[np.float32],
    noise: NDArray[np.float32],
    picture: NDArray[np.uint8],
) -> None:
    """Rows of `picture` [H, W, 3], sRGB by a power of 1/2.2; tone curve after K. Narkowicz, "ACES Filmic" (2015).

    `pan` and `rise`: picture heights that the camera is turned right and up, so that what falls stays in the world.
    """
    lens = grade.bloom
    leaf_colour = _LEAF if precipitation == _LEAVES else _FLAKE
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
                add = rain(u * width / height + pan, v - rise, seconds)
            elif precipitation == _SNOW:
                cover = snow(u * width / height + pan, v - rise, seconds)
            elif precipitation == _LEAVES:
                cover = 0.85 * leaf(u * width / height + pan, v - rise, seconds)
            if style == INK:
                add, cover = 0.0, 0.8 * cover + 4.0 * add
                grain = _paper(noise, u * width / height, v)
                for c in range(3):
                    value = light[y, x, c] * (1 - cover) + cover * (
                        PAPER[c] if precipitation != _LEAVES else 0.2 * PAPER[c]
                    )
                    picture[y, x, c] = code_of(curve, value * grain)
                continue
            glow = halo_at(halo, x, y)
            gain = exposure * (1 - grade.vignette * away)
            red = _toned(((light[y, x, 0] + lens * glow[0]) * (1 - cover) + cover * leaf_colour[0] + add) * gain)
            green = _toned(((light[y, x, 1] + lens * glow[1]) * (1 - cover) + cover * leaf_colour[1] + add) * gain)
            blue = _toned(((light[y, x, 2] + lens * glow[2]) * (1 - cover) + cover * leaf_colour[2] + add) * gain)
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

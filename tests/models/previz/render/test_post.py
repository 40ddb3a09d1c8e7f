"""From light to code values against the formulas in numpy: bloom, exposure, vignette, tone curve, grade, paper."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.render.bloom import halo_at
from models.previz.render.grade import DULL, HOURS, Grade, code_curve
from models.previz.render.light import Precipitation
from models.previz.render.noise import noise_at, tiling_noise
from models.previz.render.post import develop
from models.previz.render.styles import ANIME, INK, NOIR, PAPER, REALISTIC
from models.previz.render.weather import rain, snow

WIDTH, HEIGHT = 18, 12
LIGHT = np.random.default_rng(3).gamma(0.7, 0.8, (HEIGHT, WIDTH, 3)).astype(np.float32)
HALO = np.random.default_rng(4).gamma(0.5, 0.3, (6, 8, 3)).astype(np.float32)
EXPOSURE, SECONDS, PAN, RISE = 0.58, 1.7, 0.21, -0.08


def developed(style: int, grade: Grade, falls: Precipitation = Precipitation.NONE) -> NDArray[np.uint8]:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    curve = code_curve(grade.contrast)
    develop(
        0, HEIGHT, LIGHT, EXPOSURE, grade, curve, int(falls), SECONDS, PAN, RISE, style, HALO, tiling_noise(), picture
    )
    return picture


def over_places(value: object) -> NDArray[np.float64]:
    """What a function of pixel and place in picture heights gives for each pixel."""
    assert callable(value)
    return np.array(
        [[value(x, y, (x + 0.5) / HEIGHT, (y + 0.5) / HEIGHT) for x in range(WIDTH)] for y in range(HEIGHT)]
    )


def coded(light: NDArray[np.float64], contrast: float) -> NDArray[np.float64]:
    """Linear light as a code value: a power of 1/2.2, and an S through black, middle and white."""
    code = np.clip(light, 0, 1) ** (1 / 2.2)
    return 255 * (code + 1.6 * contrast * code * (1 - code) * (2 * code - 1))


def toned(style: int, grade: Grade, falls: Precipitation) -> NDArray[np.float64]:
    """The picture as the formulas say, in real code values."""
    light = LIGHT.astype(np.float64)
    covered, more = np.zeros((HEIGHT, WIDTH)), np.zeros((HEIGHT, WIDTH))
    if falls is Precipitation.RAIN:
        more = over_places(lambda x, y, u, v: rain(u + PAN, v - RISE, SECONDS))
    elif falls is Precipitation.SNOW:
        covered = over_places(lambda x, y, u, v: snow(u + PAN, v - RISE, SECONDS))
    light = light + grade.bloom * over_places(lambda x, y, u, v: halo_at(HALO, x, y))
    light = light * (1 - covered[..., None]) + 1.1 * covered[..., None] + more[..., None]
    u, v = np.meshgrid((np.arange(WIDTH) + 0.5) / WIDTH, (np.arange(HEIGHT) + 0.5) / HEIGHT)
    light *= EXPOSURE * (1 - grade.vignette * ((u - 0.5) ** 2 + (v - 0.5) ** 2))[..., None]
    film = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)  # K. Narkowicz, "ACES Filmic"
    if style == NOIR:
        grey = film @ (0.16, 0.58, 0.26)
        grey = 0.25 * grey + 0.75 * grey**2 * (3 - 2 * grey)
        return coded(np.repeat(grey[..., None], 3, axis=2), grade.contrast)
    level = np.clip(film @ (0.30, 0.60, 0.10), 0, 1)[..., None]
    tint = np.array(grade.shadows) + (np.array(grade.lights) - np.array(grade.shadows)) * np.sqrt(level)
    return coded((level + (film - level) * grade.saturation) * tint, grade.contrast)


@pytest.mark.parametrize("style", [REALISTIC, ANIME, NOIR])
@pytest.mark.parametrize("grade", [HOURS["day"], HOURS["night"], DULL])
@pytest.mark.parametrize("falls", [Precipitation.NONE, Precipitation.RAIN, Precipitation.SNOW])
def test_a_picture_is_developed_as_the_formulas_say(style: int, grade: Grade, falls: Precipitation) -> None:
    found = developed(style, grade, falls)
    assert np.abs(found - toned(style, grade, falls)).max() <= 1.5  # rounding, and steps of the table


def test_ink_is_put_on_paper_as_it_is() -> None:
    def grain(x: int, y: int, u: float, v: float) -> float:
        fine, broad = noise_at(tiling_noise(), 1.9 * u, 1.9 * v, 0.0), noise_at(tiling_noise(), 0.5 * u, 0.5 * v, 2.0)
        return 1 + 0.1 * (fine[0] - 0.5) + 0.1 * (broad[1] - 0.5)

    grade = HOURS["day"]
    expected = coded(LIGHT * over_places(grain)[..., None], grade.contrast)
    assert np.abs(developed(INK, grade) - expected).max() <= 1.5
    falling = developed(INK, grade, Precipitation.SNOW).astype(float)
    flakes = over_places(lambda x, y, u, v: 0.8 * snow(u + PAN, v - RISE, SECONDS))[..., None]
    drawn = (LIGHT * (1 - flakes) + flakes * np.array(PAPER)) * over_places(grain)[..., None]
    assert np.abs(falling - coded(drawn, grade.contrast)).max() <= 1.5


def test_more_light_is_never_darker_and_black_is_black() -> None:
    grade = HOURS["day"]._replace(bloom=0.0, vignette=0.0, saturation=1.0)
    ramp = np.repeat(np.linspace(0, 6, 400, dtype=np.float32)[None, :, None], 3, axis=2)
    picture = np.zeros((1, 400, 3), np.uint8)
    empty = np.zeros((2, 100, 3), np.float32)
    curve = code_curve(grade.contrast)
    develop(0, 1, ramp, 1.0, grade, curve, 0, 0.0, 0.0, 0.0, REALISTIC, empty, tiling_noise(), picture)
    codes = picture[0].astype(int)
    assert (codes[0] == 0).all()
    assert (np.diff(codes, axis=0) >= 0).all()
    assert codes[-1].min() > 240

"""The pilot is heard at the geometry it was laid in, its tiles where they begin; the kernel against plain sums."""

import math

import numpy as np
import pytest

from ops.watermark.carrier import AMPLITUDES, LENGTHS, TILE, WAVES, Floats
from ops.watermark.residual import Floats as Pixels
from ops.watermark.spectrum import Complex, Spectrum, _hear, _smooth, _taper
from tests.ops.watermark.films import CLIP, KEY
from tests.ops.watermark.tiles import laid

HEIGHT, WIDTH = 240, 320
LAYOUT = KEY.layout(CLIP)
VARIANT, SIGN = LAYOUT.variant, LAYOUT.sign
GEOMETRIES = {
    "as drawn": np.diag([0.5, 0.5]),
    "smaller": np.diag([0.41, 0.41]),
    "mirrored": np.diag([-0.5, 0.5]),
    "squeezed": np.diag([0.37, 0.62]),
    "turned": 0.55 * np.array([[math.cos(0.05), -math.sin(0.05)], [math.sin(0.05), math.cos(0.05)]]),
    "sheared": np.array([[0.5, 0.04], [-0.02, 0.53]]),
}


def residual(geometry: Floats, shift: tuple[float, float], seed: int = 1) -> Pixels:
    """Tiles that begin so many units from the middle, under as much noise as there is mark."""
    projection = np.eye(3)
    projection[:2, :2] = geometry
    projection[:2, 2] = np.array([WIDTH // 2, HEIGHT // 2]) + geometry @ np.array(shift)
    noise = np.random.default_rng(seed).normal(size=(HEIGHT, WIDTH))
    return np.asarray(laid(projection, HEIGHT, WIDTH) + noise, np.float32)


def plainly(
    values: Complex, noise: Pixels, geometry: Floats, waves: list[tuple[int, int]], phases: Complex, loud: Pixels
) -> tuple[float, tuple[int, int]]:
    """The pilot's score and the place where its tiles begin: every wave read off a straight line, every place tried."""
    rows, columns = values.shape
    reach = max(abs(one) for wave in waves for one in wave)
    places = 2 * reach + 4
    frequencies = np.linalg.inv(geometry).T / TILE
    agreed, power = np.zeros((places, places)), 0.0
    down, across = np.mgrid[:places, :places] / places
    for wave, phase, amplitude in zip(waves, phases, loud, strict=True):
        x, y = frequencies @ np.array(wave) * [columns, rows]
        if abs(x) >= columns // 2 - 1 or abs(y) >= rows // 2 - 1:
            continue
        i, j = math.floor(x), math.floor(y)
        square = values[np.ix_([j % rows, (j + 1) % rows], [i % columns, (i + 1) % columns])].astype(np.complex128)
        read = np.array([1 - (y - j), y - j]) @ square @ np.array([1 - (x - i), x - i])
        weight = float(amplitude) / float(noise[j % rows, i % columns])
        turned = read * complex(phase) * weight
        agreed += (turned * np.exp(2j * np.pi * (wave[0] * across + wave[1] * down))).real
        power += float(amplitude) * weight
    row, column = np.unravel_index(int(np.abs(agreed).argmax()), agreed.shape)
    return float(agreed[row, column]) / math.sqrt(power / 2), (int(column), int(row))


@pytest.mark.parametrize("size", [(61, 80), (72, 57)])
def test_the_kernel_hears_what_plain_sums_say(size: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    values = (random.normal(size=size) + 1j * random.normal(size=size)).astype(np.complex64)
    noise = random.uniform(0.5, 2.0, size).astype(np.float32)
    pilots = VARIANT.pilots[::3]
    waves, loud = WAVES[pilots], AMPLITUDES[pilots].astype(np.float32)
    phases = np.exp(-1j * VARIANT.phases[pilots]).astype(np.complex64)
    geometries = np.stack(list(GEOMETRIES.values())) * 0.6
    reach = int(np.abs(waves).max())
    places = 2 * reach + 4
    turns = (2 * np.pi * np.outer(np.arange(-reach, reach + 1), np.arange(places)) / places).astype(np.float32)
    scores, shifts = np.zeros(len(geometries)), np.zeros((len(geometries), 2))
    frequencies = np.ascontiguousarray(np.linalg.inv(geometries).transpose(0, 2, 1) / TILE)
    _hear(values, noise, frequencies, waves, phases, loud, np.cos(turns), np.sin(turns), scores, shifts)
    for number, geometry in enumerate(geometries):
        score, place = plainly(values, noise, geometry, [(int(u), int(v)) for u, v in waves], phases, loud)
        assert scores[number] == pytest.approx(score, rel=1e-3)
        assert tuple(shifts[number]) == place


def test_waves_that_no_pixel_can_show_are_left_out() -> None:
    given = Spectrum(residual(np.diag([0.5, 0.5]), (0.0, 0.0)))
    scores = given.heard(np.stack([np.diag([0.05, 0.05]), np.diag([0.001, 0.001])]), VARIANT).scores
    assert np.isfinite(scores).all()
    assert scores[1] == 0


@pytest.mark.parametrize("name", GEOMETRIES)
@pytest.mark.parametrize("shift", [(0.0, 0.0), (101.0, 37.0)])
def test_tiles_are_heard_at_their_geometry_and_where_they_begin(name: str, shift: tuple[float, float]) -> None:
    others = [one for other, one in GEOMETRIES.items() if other != name]
    heard = Spectrum(residual(GEOMETRIES[name], shift)).heard(np.stack([GEOMETRIES[name], *others]), VARIANT)
    assert np.sign(heard.scores[0]) == SIGN
    assert abs(heard.scores[0]) > 2 * np.abs(heard.scores[1:]).max()
    step = TILE / (2 * np.abs(WAVES[VARIANT.pilots]).max() + 4)
    away = (heard.shifts[0] - shift + TILE / 2) % TILE - TILE / 2
    assert np.abs(away).max() <= step


def test_the_other_sign_is_heard_as_such_and_another_key_or_variant_is_not() -> None:
    given, here = residual(np.diag([0.5, 0.5]), (20.0, 10.0)), np.diag([0.5, 0.5])[None]
    heard, turned = (Spectrum(one).heard(here, VARIANT) for one in (given, -given))
    assert turned.scores[0] == pytest.approx(-heard.scores[0])
    assert np.array_equal(turned.shifts, heard.shifts)
    strangers = [Spectrum(given).heard(here, one).scores[0] for one in KEY.variants if one is not VARIANT]
    assert max(map(abs, strangers)) < abs(heard.scores[0]) / 2


def test_noise_alone_scores_as_noise_does() -> None:
    """A score counts deviations: the greatest of so many places is four to six, whatever the geometry."""
    noise = np.random.default_rng(5).normal(size=(HEIGHT, WIDTH)).astype(np.float32)
    heard = Spectrum(noise).heard(np.stack(list(GEOMETRIES.values())), VARIANT)
    assert np.all((np.abs(heard.scores) > 2) & (np.abs(heard.scores) < 7))


def test_long_waves_alone_allow_coarser_steps() -> None:
    """A geometry that is off by three hundredths is still heard by them, by all waves less."""
    given, off = Spectrum(residual(np.diag([0.5, 0.5]), (0.0, 0.0))), np.diag([0.515, 0.515])[None]
    right = np.diag([0.5, 0.5])[None]
    kept = [
        abs(given.heard(off, VARIANT, longer).scores[0] / given.heard(right, VARIANT, longer).scores[0])
        for longer in (26.0, 0.0)
    ]
    assert kept[0] > kept[1] + 0.1
    assert 0 < np.sum(TILE / LENGTHS[VARIANT.pilots] >= 26.0) < len(VARIANT.pilots)


@pytest.mark.parametrize("reach", [1, 4])
@pytest.mark.parametrize("axis", [0, 1])
def test_noise_is_smoothed_round_the_spectrum(reach: int, axis: int) -> None:
    given = np.random.default_rng(1).uniform(size=(9, 13)).astype(np.float32)
    expected = np.mean([np.roll(given, by, axis) for by in range(-reach, reach + 1)], axis=0)
    assert np.allclose(_smooth(given, reach, axis), expected, atol=1e-5)


@pytest.mark.parametrize("size", [3, 16, 40, 301])
def test_a_border_falls_to_nothing(size: int) -> None:
    taper = _taper(size)
    assert len(taper) == size
    assert np.allclose(taper, taper[::-1])
    assert np.all((taper > 0) & (taper <= 1))
    assert taper[0] <= 0.501
    assert np.sum(taper == 1) >= size - 2 * max(1, size // 16)


def test_nothing_is_heard_in_nothing() -> None:
    heard = Spectrum(np.zeros((30, 40), np.float32)).heard(np.stack(list(GEOMETRIES.values())), VARIANT)
    assert np.array_equal(heard.scores, np.zeros(len(GEOMETRIES)))

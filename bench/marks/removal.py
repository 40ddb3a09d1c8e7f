"""What an adversary does who wants the mark out, and pays for it in quality.

Each returns the film as they would spread it. What it cost is measured against the marked film, where the geometry is
the same. The adversary has this source text and other clips of the installation, never its key.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench.marks.attacks import grained
from bench.marks.codecs import UPLOAD, h264
from bench.marks.warps import resized
from ops.watermark.carrier import SHORT_SIDE, TILE, WAVES
from ops.watermark.decoding import Waves
from ops.watermark.projection import as_drawn, folded
from ops.watermark.residual import residual_of

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]
Plane = NDArray[np.float32]  # float32[H, W]
Planes = Callable[[int, int], Plane]  # by width and height

_REACH, _SPREAD, _LEVELS = 3, 1.8, 22.0  # pixels, pixels, grey levels: of the bilateral filter
_GRAIN = 4.0  # grey levels
_SHARE = 0.4  # of the size, through which the diffusion-like blur goes
_DIFFUSED = 14.0  # grey levels of noise that it adds there
_AS_STRONG = 1.5  # grey levels that a mark deviates, about


def encoded_again(film: Film, _: np.random.Generator) -> Film:
    """Nothing but what a site does to an upload, which every other way pays too."""
    return UPLOAD.through(film)


def denoised(film: Film, random: np.random.Generator) -> Film:
    """Smoothed by a bilateral filter (Tomasi and Manduchi, 1998), and grained again so that nobody sees it."""
    smooth = np.stack([_smoothed(picture, _REACH, _SPREAD, _LEVELS) for picture in film])
    return UPLOAD.through(grained(smooth, _GRAIN, random))


def rendered_again(film: Film, _: np.random.Generator) -> Film:
    """At half the size and a very low bit rate, and back at its size."""
    height, width = film.shape[1:3]
    half = [resized(picture, 2 * (width // 4), 2 * (height // 4)) for picture in film]
    small = h264(40).through(np.stack(half))
    return UPLOAD.through(np.stack([resized(picture, width, height) for picture in small]))


def diffused(film: Film, random: np.random.Generator) -> Film:
    """As an image model's way through its latents blurs: small, with noise, smoothed, and large again."""
    height, width = film.shape[1:3]
    small = np.stack([resized(one, round(width * _SHARE), round(height * _SHARE)) for one in film])
    noisy = grained(small, _DIFFUSED, random)
    clean = [_smoothed(picture, 2, 1.5, 3 * _DIFFUSED) for picture in noisy]
    return UPLOAD.through(np.stack([resized(picture, width, height) for picture in clean]))


def own_mean_subtracted(film: Film, _: np.random.Generator) -> Film:
    """What all its frames have in common besides their content is taken for the mark, and subtracted."""
    return UPLOAD.through(less(film, np.mean([residual(picture) for picture in film], axis=0)))


def own_tiles_subtracted(film: Film, _: np.random.Generator) -> Film:
    """As before, and since the mark is known to repeat, the mean is folded over its tiles as well."""
    mean = np.mean([residual(picture) for picture in film], axis=0)
    place = _places(*mean.shape)
    total = np.bincount(place.ravel(), mean.ravel(), TILE * TILE)
    count = np.bincount(place.ravel(), minlength=TILE * TILE)
    tile = total / np.maximum(count, 1)
    return UPLOAD.through(less(film, tile[place].astype(np.float32)))


def own_waves_subtracted(film: Film, _: np.random.Generator) -> Film:
    """What our own detector hears in the film is taken for the mark: its residual, at the frequencies a mark may have.

    Those are no secret, and where the tiles lie is none in a film as it was published.
    """
    waves = heard_waves(film)
    spectrum = np.zeros((TILE, TILE), np.complex128)
    across, down = WAVES.T
    spectrum[down, across] = waves
    spectrum[-down, -across] += np.conj(waves)
    tile = np.fft.ifft2(spectrum).real
    pattern = (tile / max(float(tile.std()), 1e-9)).astype(np.float32).ravel()
    return UPLOAD.through(less(film, pattern[_places(*film.shape[1:3])], _AS_STRONG))


def others_subtracted(others: Planes) -> Callable[[Film, np.random.Generator], Film]:
    """What many clips of the installation have in common is taken for its mark, and subtracted twice over."""

    def attack(film: Film, _: np.random.Generator) -> Film:
        height, width = film.shape[1:3]
        return UPLOAD.through(less(film, others(width, height), 2.0))

    return attack


def nobody(width: int, height: int) -> Plane:
    """In place of what an adversary has learnt, where rows are only counted. Always raises ValueError."""
    raise ValueError(f"nothing was learnt of films of {width}x{height}")


def residual(picture: Film) -> Plane:
    """What a bilateral filter takes out of the brightness of a picture: grain, fine texture, and the mark."""
    light = picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    smooth = _smoothed(picture, _REACH, _SPREAD, _LEVELS).astype(np.float32)
    return np.asarray(light - smooth @ np.array([0.299, 0.587, 0.114], np.float32))


def _places(height: int, width: int) -> NDArray[np.int64]:
    """Where each pixel lies in a tile of a picture as it was published, row by row."""
    unit = min(width, height) / SHORT_SIDE  # pixels
    down, across = (np.rint((np.arange(n) - (n - 1) / 2) / unit).astype(np.int64) % TILE for n in (height, width))
    return np.asarray(down[:, None] * TILE + across[None, :])


def heard_waves(film: Film) -> Waves:
    """What our detector hears in a film as it was published, complex128[WAVES]. Raises ValueError for no frames."""
    heard = residual_of(film)
    if heard is None:
        raise ValueError("a film has frames")
    return folded(heard.whole(), as_drawn(heard.height, heard.width, heard.factor))


def less(film: Film, plane: Plane, times: float = 1.0) -> Film:
    """The film without a plane of brightness."""
    part = (times * plane)[..., None].astype(np.float32)
    return np.stack([np.clip(np.rint(picture - part), 0, 255).astype(np.uint8) for picture in film])


def _smoothed(picture: Film, reach: int, spread: float, levels: float) -> Film:
    span = np.arange(-reach, reach + 1)
    near = np.exp(-(span[:, None] ** 2 + span[None, :] ** 2) / (2 * spread * spread)).astype(np.float32)
    like = np.exp(-(np.arange(256.0) ** 2) / (2 * levels * levels)).astype(np.float32)
    smooth = np.empty_like(picture)
    _bilateral(np.ascontiguousarray(picture), near, like, smooth)
    return smooth


@njit(cache=True, nogil=True)
def _bilateral(picture: Film, near: Plane, like: Plane, smooth: Film) -> None:
    """Every pixel as the mean of its neighbours that are like it, by their green, which is most of the light."""
    height, width = picture.shape[:2]
    reach = near.shape[0] // 2
    for y in range(height):
        for x in range(width):
            here = np.int64(picture[y, x, 1])  # int() of a byte would be unsigned
            red, green, blue, total = 0.0, 0.0, 0.0, 0.0
            for row in range(max(0, y - reach), min(height, y + reach + 1)):
                for column in range(max(0, x - reach), min(width, x + reach + 1)):
                    other = np.int64(picture[row, column, 1])
                    weight = near[row - y + reach, column - x + reach] * like[abs(other - here)]
                    red += weight * picture[row, column, 0]
                    green += weight * other
                    blue += weight * picture[row, column, 2]
                    total += weight
            smooth[y, x, 0] = int(red / total + 0.5)
            smooth[y, x, 1] = int(green / total + 0.5)
            smooth[y, x, 2] = int(blue / total + 0.5)

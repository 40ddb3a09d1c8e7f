"""Laying the invisible mark into pictures: the clip's tile, shaped after the clip's own pictures.

Brightness alone is changed, by the same for red, green and blue. Two things are fitted to each clip. Which wave is laid
how strongly: the picture's own part in a bit either helps or harms it, and what it helps needs less (informed
embedding; Malvar and Florencio, "Improved spread spectrum", IEEE Transactions on Signal Processing 51, 2003). And how
strong the whole is: as strong as `LEAST_PSNR` and `LEAST_SSIM` leave room for, since a mark that no attack removes is
worth more than a decibel that nobody sees. Where much happens it is a little stronger, for the eye misses more there
(texture masks; Watson, "DCT quantization matrices visually optimized for individual images", 1993).
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.roles import Picture
from ops.watermark.carrier import AMPLITUDES, CODED_BITS, SHORT_SIDE, TILE, WAVES, Layout, MarkKey
from ops.watermark.decoding import Waves, margin_of, noise_of
from ops.watermark.projection import as_drawn, folded
from ops.watermark.residual import residual_of
from ops.watermark.similarity import structural_similarity

LEAST_PSNR = 42.4  # decibels, of the marked pictures against the plain ones: most SSIM keeps above 43
LEAST_SSIM = 0.9882
# Where so much happens that the mark is hardly heard, and hardly seen if stronger, less is asked: so much for each
# decibel of margin, before any encoder, that is lacking.
_NEEDED = 9.8
_PSNR_A_DECIBEL, _SSIM_A_DECIBEL = 0.55, 0.004
LEAST_PSNR_AT_ALL, LEAST_SSIM_AT_ALL = 39.7, 0.983
_STRONGEST, _WEAKEST = 3.0, 0.4  # of 255, where nothing happens: the deviation that a tile may have
_USUAL = 1.4
_CELL = 16  # pixels: the strength is the same in a square of these, and goes over smoothly to the next
_BY_TEXTURE = 0.015  # by how much of it the strength rises for each grey level that a cell's pixels deviate
_MOST_BY_TEXTURE = 1.4  # times the strength of a flat: in texture encoders throw away more than the eye misses
_BLACK = 8.0  # of 255: towards zero a mark is cut off, and what is left of it costs SSIM much
_LEAST_GAIN, _MOST_GAIN = 0.5, 1.8  # of a bit: the clip's next seconds may be other pictures
_FINER = 4  # samples a unit, where a picture is not as large as the tile was made for

Floats = NDArray[np.float32]


class PictureMark:
    """The mark of one clip on pictures of one size. `clip`: its id, 8 bytes. `strength`: of 255."""

    def __init__(self, key: MarkKey, clip: bytes, width: int, height: int) -> None:
        self._layout = key.layout(clip)
        self._pattern = _laid_out(key.tile(clip), width, height)
        self._cells = np.empty((2, -(-height // _CELL), -(-width // _CELL)), np.float32)
        self._gains = np.empty_like(self._cells[0])
        self.strength = _USUAL

    def drawn(self, frame: Picture) -> Picture:
        """The frame, uint8[H, W, 3], with the mark in it. Raises ValueError for one of another size."""
        if frame.shape[:2] != self._pattern.shape:
            raise ValueError(f"the mark is for pictures of {self._pattern.shape}, this one has {frame.shape[:2]}")
        _deviations(frame, self._cells, _CELL)
        _strengths(self._cells, self._gains, _BY_TEXTURE, _MOST_BY_TEXTURE, _BLACK)
        marked = np.empty_like(frame)
        _add(frame, self._pattern, self._gains, _CELL, self.strength, marked)
        return marked

    def fit(self, samples: Sequence[Picture]) -> float:
        """Shape the mark after these frames of the clip, some spread over it; the strength it then has."""
        height, width = self._pattern.shape
        self._pattern = _laid_out(self._layout.tile(self._informed(samples)), width, height)
        self._fit_strength(samples, LEAST_PSNR, LEAST_SSIM)
        lacking = _NEEDED - self._margin(samples)
        if lacking > 0:
            psnr = max(LEAST_PSNR_AT_ALL, LEAST_PSNR - lacking * _PSNR_A_DECIBEL)
            ssim = max(LEAST_SSIM_AT_ALL, LEAST_SSIM - lacking * _SSIM_A_DECIBEL)
            self._fit_strength(samples, psnr, ssim)
        return self.strength

    def _margin(self, samples: Sequence[Picture]) -> float:
        """How surely the message is read in these frames with the mark in them, decibels."""
        waves = _waves([self.drawn(frame) for frame in samples])
        return margin_of(_agreement(waves, self._layout, AMPLITUDES / noise_of(waves))[:CODED_BITS])

    def _informed(self, samples: Sequence[Picture]) -> NDArray[np.float64]:
        """The gain of each quadrature of each wave, [waves, 2]: those of a bit are the same."""
        layout = self._layout
        variant, plain = layout.variant, _waves(samples)
        laid = _waves([self.drawn(frame) for frame in samples])
        weights = AMPLITUDES / noise_of(laid)
        # 1. What the picture itself says of each bit and of each wave of the pilot, and what the mark adds to it.
        host = _agreement(plain, layout, weights)
        share = _agreement(laid, layout, weights) - host
        reach = (weights * AMPLITUDES)[variant.carriers].repeat(2)
        added = np.bincount(variant.bits, reach, CODED_BITS).astype(np.float64)
        added *= max(float(share[:CODED_BITS].sum()), 1e-9) / added.sum()
        piloted = (weights * AMPLITUDES)[variant.pilots]
        piloted *= max(float(share[CODED_BITS:].sum()), 1e-9) / piloted.sum()
        # 2. As much for each that all say the same, as far as that takes no more power than before.
        gains = np.ones((len(WAVES), 2))
        each = (AMPLITUDES**2)[variant.carriers].repeat(2)
        power = np.bincount(variant.bits, each, CODED_BITS).astype(np.float64)
        gains[variant.carriers] = _levelled(host[:CODED_BITS], added, power)[variant.bits].reshape(-1, 2)
        gains[variant.pilots] = _levelled(host[CODED_BITS:], piloted, (AMPLITUDES**2)[variant.pilots])[:, None]
        return gains

    def _fit_strength(self, samples: Sequence[Picture], least_psnr: float, least_ssim: float) -> None:
        """Set the strength at which these frames keep that PSNR, decibels, and that SSIM.

        Both fall with the square of the strength, nearly; two corrections come within a hundredth of it.
        """
        for _ in range(3):
            marked = [self.drawn(frame) for frame in samples]
            error = float(
                np.mean([np.mean((a.astype(np.float32) - b) ** 2) for a, b in zip(samples, marked, strict=True)])
            )
            unlike = 1 - float(np.mean([structural_similarity(a, b) for a, b in zip(samples, marked, strict=True)]))
            allowed = 255.0**2 / 10 ** (least_psnr / 10)
            room = min(math.sqrt(allowed / max(error, 1e-6)), math.sqrt((1 - least_ssim) / max(unlike, 1e-6)))
            self.strength = min(_STRONGEST, max(_WEAKEST, self.strength * room))


def marked(frames: Iterable[Picture], mark: PictureMark) -> Iterator[Picture]:
    """The frames with the mark in them."""
    return (mark.drawn(frame) for frame in frames)


def _waves(frames: Sequence[Picture]) -> Waves:
    residual = residual_of(frames)
    if residual is None:
        raise ValueError("a mark is fitted to pictures, and there is none")
    return folded(residual.whole(), as_drawn(residual.height, residual.width, residual.factor))


def _agreement(waves: Waves, layout: Layout, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far waves say what the layout wants: for each coded bit, then for each wave of the pilot."""
    variant = layout.variant
    turned = waves * np.exp(-1j * variant.phases) * weights
    quadratures = np.stack([turned[variant.carriers].real, turned[variant.carriers].imag], 1).reshape(-1)
    bits = np.bincount(variant.bits, quadratures * variant.signs, CODED_BITS) * layout.code
    return np.concatenate([bits, turned[variant.pilots].real * layout.sign])


def _levelled(host: NDArray[np.float64], added: NDArray[np.float64], power: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gains at which host + gain * added is one level for all, in bounds, and the power as if all were 1."""
    low, high = float((host - 4 * added).min()), float((host + 4 * added).max())
    for _ in range(50):
        level = (low + high) / 2
        gains = np.clip((level - host) / added, _LEAST_GAIN, _MOST_GAIN)
        low, high = (low, level) if float(gains**2 @ power) > power.sum() else (level, high)
    return np.asarray(gains)


def _laid_out(tile: Floats, width: int, height: int) -> Floats:
    """The tile repeated over a picture of this size, float32[height, width]; its middle is the tiles' origin."""
    unit = min(width, height) / SHORT_SIDE  # pixels
    across = ((np.arange(width) - (width - 1) / 2) / unit) % TILE
    down = ((np.arange(height) - (height - 1) / 2) / unit) % TILE
    fine = _resampled(tile, TILE * _FINER)
    rows, columns = (np.rint(one * _FINER).astype(int) % len(fine) for one in (down, across))
    return np.ascontiguousarray(fine[np.ix_(rows, columns)])


def _resampled(tile: Floats, size: int) -> Floats:
    """The same waves with more samples to each."""
    half = len(tile) // 2
    few = np.fft.fft2(tile)
    many = np.zeros((size, size), np.complex128)
    for rows in (slice(0, half), slice(-half, None)):
        for columns in (slice(0, half), slice(-half, None)):
            many[rows, columns] = few[rows, columns]
    return np.asarray(np.fft.ifft2(many).real * (size / len(tile)) ** 2, np.float32)


@njit(cache=True, nogil=True)
def _deviations(frame: Picture, cells: Floats, cell: int) -> None:
    """The mean and the deviation of brightness in each cell, [2, rows, columns], from every other pixel and row."""
    height, width = frame.shape[:2]
    for row in range(cells.shape[1]):
        for column in range(cells.shape[2]):
            total, squares, count = 0.0, 0.0, 0
            for y in range(row * cell, min(height, (row + 1) * cell), 2):
                for x in range(column * cell, min(width, (column + 1) * cell), 2):
                    light = 0.299 * frame[y, x, 0] + 0.587 * frame[y, x, 1] + 0.114 * frame[y, x, 2]
                    total += light
                    squares += light * light
                    count += 1
            mean = total / count
            cells[0, row, column] = mean
            cells[1, row, column] = math.sqrt(max(0.0, squares / count - mean * mean))


@njit(cache=True, nogil=True)
def _strengths(cells: Floats, gains: Floats, by_texture: float, most: float, black: float) -> None:
    """How strong each cell is marked: by the cells around it, the calmest of them above all."""
    rows, columns = gains.shape
    for row in range(rows):
        for column in range(columns):
            total, least, count = 0.0, 1e9, 0
            for other in range(max(0, row - 1), min(rows, row + 2)):
                for beside in range(max(0, column - 1), min(columns, column + 2)):
                    total += cells[1, other, beside]
                    least = min(least, cells[1, other, beside])
                    count += 1
            busy = min(most, 1.0 + by_texture * (0.5 * total / count + 0.5 * least))
            gains[row, column] = busy * min(np.float32(1.0), cells[0, row, column] / np.float32(black))


@njit(cache=True, nogil=True)
def _add(frame: Picture, pattern: Floats, gains: Floats, cell: int, strength: float, marked: Picture) -> None:
    height, width = frame.shape[:2]
    rows, columns = gains.shape
    for y in range(height):
        place = (y + 0.5) / cell - 0.5
        row = math.floor(place)
        down = place - row
        above, below = max(row, 0), min(row + 1, rows - 1)
        for x in range(width):
            place = (x + 0.5) / cell - 0.5
            column = math.floor(place)
            along = place - column
            left, right = max(column, 0), min(column + 1, columns - 1)
            upper = gains[above, left] * (1 - along) + gains[above, right] * along
            lower = gains[below, left] * (1 - along) + gains[below, right] * along
            change = pattern[y, x] * strength * (upper * (1 - down) + lower * down)
            for channel in range(3):
                value = frame[y, x, channel] + change
                marked[y, x, channel] = 0 if value < 0 else 255 if value > 254.5 else int(value + 0.5)

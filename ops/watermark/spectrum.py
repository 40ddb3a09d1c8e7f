"""The spectrum of a residual, asked for the pilot at any scale, turn and shear: thousands of places in a second.

The tiles of a mark repeat, so its waves stand at known places of the spectrum, which a change of geometry turns and
stretches together (as in Pereira and Pun, "Robust template matching for affine resistant image watermarks", IEEE
Transactions on Image Processing 9, 2000). Given a geometry, the pilot's waves are read there, their phases taken off,
and where the tiles begin is where they then agree.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ops.watermark.carrier import AMPLITUDES, LENGTHS, TILE, WAVES, Floats, Variant
from ops.watermark.residual import Floats as Pixels

Complex = NDArray[np.complex64]

_PADDED = 2.5  # times the residual's size: between two frequencies the spectrum is read off a straight line
_NOISE_REACH = 3.0  # resolutions to each side over which noise is averaged


@dataclass(frozen=True, slots=True)
class Heard:
    """How the pilot of one variant is heard at each of n geometries.

    `scores`: by how many deviations of noise it stands out, negative where its sign is; `shifts`: where the tiles
    begin, units across and down.
    """

    scores: Floats  # [n]
    shifts: Floats  # [n, 2]


class Spectrum:
    """The spectrum of one residual, its middle the origin."""

    def __init__(self, residual: Pixels) -> None:
        from scipy.fft import fft2, next_fast_len

        height, width = residual.shape
        rows, columns = (next_fast_len(math.ceil(_PADDED * side)) for side in (height, width))
        padded = np.zeros((rows, columns), np.complex64)
        padded[:height, :width] = residual * np.outer(_taper(height), _taper(width))
        padded = np.roll(padded, (-(height // 2), -(width // 2)), (0, 1))
        self._values = np.ascontiguousarray(fft2(padded, overwrite_x=True))
        power = np.abs(self._values) ** 2
        for axis, (size, side) in enumerate(((rows, height), (columns, width))):
            power = _smooth(power, max(2, round(_NOISE_REACH * size / side)), axis)
        self._noise = np.ascontiguousarray(power + 1e-9 * float(power.max(initial=0.0)) + 1e-12, np.float32)

    def heard(self, geometries: Floats, variant: Variant, longer_than: float = 0.0) -> Heard:
        """The pilot at each geometry, [n, 2, 2]: pixels of the residual across and down for each unit.

        `longer_than`: only the waves of that length or more, units; the fewer, the coarser the steps may be.
        """
        pilots = variant.pilots[TILE / LENGTHS[variant.pilots] >= longer_than]
        waves = WAVES[pilots]
        reach = int(np.abs(waves).max())
        places = 2 * reach + 4
        turns = 2 * np.pi * np.outer(np.arange(-reach, reach + 1), np.arange(places)) / places
        frequencies = np.linalg.inv(geometries).transpose(0, 2, 1) / TILE
        scores, shifts = np.zeros(len(geometries)), np.zeros((len(geometries), 2))
        _hear(
            self._values,
            self._noise,
            np.ascontiguousarray(frequencies),
            waves,
            np.exp(-1j * variant.phases[pilots]).astype(np.complex64),
            AMPLITUDES[pilots].astype(np.float32),
            np.cos(turns).astype(np.float32),
            np.sin(turns).astype(np.float32),
            scores,
            shifts,
        )
        return Heard(scores, shifts * (TILE / places))


def _taper(size: int) -> Floats:
    """One inside, falling to nothing over a sixteenth at each end, so that borders leave no cross in the spectrum."""
    edge = max(1, size // 16)
    rise = np.sin(np.pi / 2 * (np.arange(edge) + 0.5) / edge) ** 2
    return np.concatenate([rise, np.ones(size - 2 * edge), rise[::-1]])


def _smooth(values: NDArray[np.float32], reach: int, axis: int) -> NDArray[np.float32]:
    """The mean over `reach` places to each side; a spectrum has no ends."""
    padded = np.pad(values, [(reach + 1, reach) if one == axis else (0, 0) for one in (0, 1)], "wrap")
    sums = np.cumsum(padded, axis=axis, dtype=np.float64)
    span = 2 * reach + 1
    found = sums[span:] - sums[:-span] if axis == 0 else sums[:, span:] - sums[:, :-span]
    return np.asarray(np.maximum(found, 0) / span, np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _hear(
    values: Complex,
    noise: Pixels,
    frequencies: Floats,
    waves: NDArray[np.int64],
    phases: Complex,
    amplitudes: Pixels,
    cosines: Pixels,
    sines: Pixels,
    scores: Floats,
    shifts: Floats,
) -> None:
    rows, columns = values.shape
    reach, places = cosines.shape[0] // 2, cosines.shape[1]
    grid = np.zeros((2, reach + 1, 2 * reach + 1), np.float32)  # real and imaginary parts, as everywhere below
    lines = np.zeros((2, reach + 1, places), np.float32)
    agreed = np.zeros(places, np.float32)
    for number in range(len(frequencies)):
        across, down = frequencies[number, 0], frequencies[number, 1]
        power = 0.0
        # 1. The waves of the pilot, their phases taken off, each as much as it can be trusted.
        for wave in range(len(waves)):
            u, v = waves[wave, 0], waves[wave, 1]
            x, y = (across[0] * u + across[1] * v) * columns, (down[0] * u + down[1] * v) * rows
            if abs(x) >= columns // 2 - 1 or abs(y) >= rows // 2 - 1:
                grid[:, v, u + reach] = 0.0
                continue
            i, j = math.floor(x), math.floor(y)
            right, lower = np.float32(x - i), np.float32(y - j)
            left, top = i % columns, j % rows
            beside, below = (i + 1) % columns, (j + 1) % rows
            upper = values[top, left] * (1 - right) + values[top, beside] * right
            under = values[below, left] * (1 - right) + values[below, beside] * right
            weight = amplitudes[wave] / noise[top, left]
            trusted = (upper * (1 - lower) + under * lower) * phases[wave] * weight
            grid[0, v, u + reach], grid[1, v, u + reach] = trusted.real, trusted.imag
            power += amplitudes[wave] * weight
        if power <= 0.0:
            continue
        # 2. Their sum wherever the tiles may begin: first along the rows, then down the columns.
        lines[:] = 0.0
        for v in range(reach + 1):
            for u in range(2 * reach + 1):
                real, imaginary = grid[0, v, u], grid[1, v, u]
                if real == 0.0 and imaginary == 0.0:
                    continue
                for place in range(places):
                    lines[0, v, place] += real * cosines[u, place] - imaginary * sines[u, place]
                    lines[1, v, place] += real * sines[u, place] + imaginary * cosines[u, place]
        best = np.float32(0.0)
        for row in range(places):
            agreed[:] = 0.0
            for v in range(reach + 1):
                cosine, sine = cosines[v + reach, row], sines[v + reach, row]
                for column in range(places):
                    agreed[column] += lines[0, v, column] * cosine - lines[1, v, column] * sine
            for column in range(places):
                if abs(agreed[column]) > abs(best):
                    best = agreed[column]
                    shifts[number, 0], shifts[number, 1] = column, row
        scores[number] = best / math.sqrt(power / 2)

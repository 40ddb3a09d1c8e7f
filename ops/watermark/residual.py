"""What a picture's brightness says of a mark in it: content taken away as far as it can be, frames added up.

A mark is the same in every frame of a clip; what moves averages out. Content has most of its power in long waves and at
edges: subtracting a local mean takes the first, dividing by the local deviation the second (both whiten the noise that
the mark is heard against). What is added up is whitened once more, so that places where much moved, where the mark
stands out best, count most.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.roles import Picture

Floats = NDArray[np.float32]

_LEAST_SHORT_SIDE = 200  # pixels that are looked at across the shorter side, at least, where there are as many
# Measured on the films of bench/marks: each is flat around its best, the more so the more frames there are.
_MEAN_REACH = 10 / 480  # of the shorter side, to each side: of the mean that is subtracted
_DEVIATION_REACH = 10 / 480
_AGAIN_REACH = 20 / 480
_LEAST_DEVIATION = 3.0  # of 255: in flat places a mark stands out, but so does rounding
_CLIP = 2.5  # deviations: an edge is one voice, not ten
_LEAST_AGAIN = 0.2  # of a deviation, after adding up
_SUMMED_REACH = 12 / 480  # the same of weighed frames, of which fewer count
_LEAST_SUMMED = 0.3  # of the usual deviation
_MOST_PARTS = 96  # of a film that are kept: one a frame, or means of several frames
_GREATEST = 127  # a part is kept in bytes


class Residual:
    """The residual of frames of one size, added up as they come."""

    def __init__(self, height: int, width: int) -> None:
        self.height, self.width = height, width
        self.factor = max(1, min(height, width) // _LEAST_SHORT_SIDE)  # pixels of the picture to one of the residual
        shape = (height // self.factor, width // self.factor)
        self._sum, self._lit = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self.count = 0  # of frames
        self._parts: list[NDArray[np.int8]] = []
        self._part, self._in_part, self._of_a_part = np.zeros(shape, np.float32), 0, 1
        self._light = np.empty(shape, np.float32)
        self._work = np.empty((3, *shape), np.float32)

    def add(self, frame: Picture) -> None:
        """One more frame, uint8[H, W, 3]. Raises ValueError for one of another size."""
        if frame.shape[:2] != (self.height, self.width):
            raise ValueError(f"a frame of {frame.shape[:2]} among frames of {(self.height, self.width)}")
        _light(frame, self.factor, self._light)
        self._lit += self._light
        reaches = self._reach(_MEAN_REACH), self._reach(_DEVIATION_REACH)
        _whiten(self._light, self._work, *reaches, _LEAST_DEVIATION, _CLIP)
        self._sum += self._work[0]
        self.count += 1
        self._keep(self._work[0])

    def whole(self) -> Floats:
        """The residual, float32[H / factor, W / factor], places weighed by how little noise they have."""
        mean = self._sum / np.float32(max(1, self.count))
        return np.asarray(mean * self._trust(mean), np.float32)

    def light(self) -> Floats:
        """The mean brightness of the frames, float32[H / factor, W / factor] of 255."""
        return np.asarray(self._lit / np.float32(max(1, self.count)), np.float32)

    @property
    def of_a_part(self) -> int:
        """How many frames each of the parts is the mean of."""
        return self._of_a_part

    def parts(self, summed: NDArray[np.float64] | None = None) -> Iterator[Floats]:
        """The residual of each frame, or of as many neighbours as keeps them few; weighed as the whole.

        `summed`, float64[parts]: by what is left at each place if the parts are added up by these weights, which may
        be other noise than is left of all frames.
        """
        trust = self._trust(self._sum / np.float32(max(1, self.count))) if summed is None else self._left_by(summed)
        trust *= np.float32(_CLIP / _GREATEST)
        for part in self._parts:
            yield np.asarray(part * trust, np.float32)

    def _keep(self, values: Floats) -> None:
        self._part += values
        self._in_part += 1
        if self._in_part < self._of_a_part:
            return
        if len(self._parts) == _MOST_PARTS:
            pairs = zip(self._parts[::2], self._parts[1::2], strict=True)
            self._parts = [np.asarray((one.astype(np.int16) + other) // 2, np.int8) for one, other in pairs]
            self._of_a_part *= 2
            return  # what was added up is half of the next part
        scale = np.float32(_GREATEST / _CLIP / self._in_part)
        self._parts.append(np.rint(self._part * scale).astype(np.int8))
        self._part[:] = 0
        self._in_part = 0

    def _trust(self, mean: Floats) -> Floats:
        """How much each place counts."""
        deviation = self._deviation(mean, _AGAIN_REACH) + np.float32(_LEAST_AGAIN)
        return np.asarray(1 / (deviation * deviation), np.float32)

    def _left_by(self, weights: NDArray[np.float64]) -> Floats:
        """How much each place counts in the sum of the parts by these weights."""
        left = np.zeros_like(self._sum)
        for part, weight in zip(self._parts, weights, strict=True):
            left += part * np.float32(weight)
        deviation = self._deviation(left, _SUMMED_REACH)
        usual = np.float32(np.sqrt(np.mean(deviation * deviation)))
        deviation = deviation / max(usual, np.float32(1e-9)) + np.float32(_LEAST_SUMMED)
        return np.asarray(1 / (deviation * deviation), np.float32)

    def _deviation(self, values: Floats, reach: float) -> Floats:
        """Of what is around each place."""
        square = np.empty_like(values)
        _blur(values * values, self._work[0], square, self._reach(reach))
        return np.asarray(np.sqrt(np.maximum(square, 0)), np.float32)

    def _reach(self, share: float) -> int:
        return max(2, round(share * min(self._sum.shape)))


def residual_of(frames: Iterable[Picture]) -> Residual | None:
    """The residual of all these frames, None where there are none."""
    found: Residual | None = None
    for frame in frames:
        if found is None:
            found = Residual(*frame.shape[:2])
        found.add(frame)
    return found


@njit(cache=True, nogil=True)
def _light(frame: Picture, factor: int, light: Floats) -> None:
    height, width = light.shape
    scale = np.float32(1.0 / (factor * factor * 256))
    for row in range(height):
        for column in range(width):
            total = 0
            for y in range(row * factor, (row + 1) * factor):
                for x in range(column * factor, (column + 1) * factor):
                    total += 77 * int(frame[y, x, 0]) + 150 * int(frame[y, x, 1]) + 29 * int(frame[y, x, 2])
            light[row, column] = np.float32(total) * scale


@njit(cache=True, nogil=True)
def _blur(values: Floats, across: Floats, found: Floats, reach: int) -> None:
    height, width = values.shape
    for row in range(height):
        total = np.float32(0.0)
        for x in range(min(reach, width)):
            total += values[row, x]
        for column in range(width):
            if column + reach < width:
                total += values[row, column + reach]
            if column - reach - 1 >= 0:
                total -= values[row, column - reach - 1]
            count = min(width - 1, column + reach) - max(0, column - reach) + 1
            across[row, column] = total / np.float32(count)
    sums = np.zeros(width, np.float32)
    for y in range(min(reach, height)):
        for column in range(width):
            sums[column] += across[y, column]
    for row in range(height):
        count = min(height - 1, row + reach) - max(0, row - reach) + 1
        share = np.float32(1.0 / count)
        if row + reach < height:
            for column in range(width):
                sums[column] += across[row + reach, column]
        if row - reach - 1 >= 0:
            for column in range(width):
                sums[column] -= across[row - reach - 1, column]
        for column in range(width):
            found[row, column] = sums[column] * share


@njit(cache=True, nogil=True)
def _whiten(light: Floats, work: Floats, mean_reach: int, deviation_reach: int, least: float, clip: float) -> None:
    """Fill work[0] with the residual; the rest of it is scratch."""
    height, width = light.shape
    high, square, across = work[0], work[1], work[2]
    _blur(light, across, square, mean_reach)
    for row in range(height):
        for column in range(width):
            value = light[row, column] - square[row, column]
            high[row, column] = value
            square[row, column] = value * value
    _blur(square, across, square, deviation_reach)
    least_square = np.float32(least * least)
    most = np.float32(clip)
    for row in range(height):
        for column in range(width):
            value = high[row, column] / np.sqrt(max(square[row, column], np.float32(0.0)) + least_square)
            high[row, column] = min(most, max(-most, value))

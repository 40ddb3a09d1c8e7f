"""From about where a mark lies to exactly where: places, and how they are climbed upon.

At a place, the pilot's waves are read from all tiles laid on each other (`projection.folded`). The better a place, the
more the pilot stands out; so scales, turn and shear, or each corner of the picture, are moved as long as it does.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ops.watermark.carrier import AMPLITUDES, LENGTHS, TILE, WAVES, Floats, Variant
from ops.watermark.decoding import Waves, noise_of
from ops.watermark.projection import Projection, folded
from ops.watermark.residual import Floats as Pixels

_STEPS = (0.004, 0.002, 0.001)  # of the picture's size, by which a corner is moved
_SLANTS = (0.012, 0.006, 0.003, 0.0015, 0.0007)
_LONG = 26.0  # units: the waves by which the first three of these are taken
_SHIFTS = TILE  # places to each side where the tiles may begin: one a unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mark may lie. `score`: by how many deviations of noise the pilot stands out there."""

    projection: Projection
    variant: Variant
    sign: float
    score: float


def laid(waves: Waves, projection: Projection, variant: Variant) -> Place:
    trusted, power = _pilot(waves, variant)
    across, down = WAVES[variant.pilots].T
    spectrum = np.zeros((_SHIFTS, _SHIFTS), np.complex128)
    spectrum[down, across] = trusted
    agreed = np.fft.ifft2(spectrum).real * _SHIFTS**2
    row, column = np.unravel_index(int(np.abs(agreed).argmax()), agreed.shape)
    shift = np.array([[1.0, 0.0, column], [0.0, 1.0, row], [0.0, 0.0, 1.0]])
    peak = float(agreed[row, column])
    return Place(projection @ shift, variant, math.copysign(1.0, peak), abs(peak) / math.sqrt(float(power.sum())))


def _pilot(waves: Waves, variant: Variant) -> tuple[Waves, Floats]:
    """The pilot's waves without their phases, and the power that each would have in their sum if it were noise."""
    weights = (AMPLITUDES / noise_of(waves))[variant.pilots]
    trusted = waves[variant.pilots] * np.exp(-1j * variant.phases[variant.pilots]) * weights
    return np.asarray(trusted), np.asarray(AMPLITUDES[variant.pilots] * weights / 2)


def stands_out(residual: Pixels, place: Place, longer_than: float) -> float:
    """The pilot's score where the tiles are already laid, by its waves of that length or more."""
    return place.sign * heard(folded(residual, place.projection), place.variant, longer_than)


def heard(waves: Waves, variant: Variant, longer_than: float = 0.0) -> float:
    """By how many deviations of noise the pilot stands out where the tiles lie so, negative where its sign is."""
    kept = TILE / LENGTHS[variant.pilots] >= longer_than
    trusted, power = _pilot(waves, variant)
    return float(trusted[kept].real.sum()) / math.sqrt(float(power[kept].sum()))


def climbed(residual: Pixels, place: Place) -> Place:
    """The place with its scales, turn and shear where the pilot stands out most, the tiles laid anew each time."""
    middle = np.array([residual.shape[1] / 2, residual.shape[0] / 2])

    def moved(from_: Place, entry: int, by: float) -> Place:
        projection = from_.projection.copy()
        row, column = divmod(entry, 2)
        held = np.linalg.solve(from_.projection, np.append(middle, 1.0))
        projection[row, column] += by * math.hypot(projection[0, column], projection[1, column])
        there = projection @ held  # what is in the middle of the picture stays there
        projection[:2, 2] += middle - there[:2] / there[2]
        return laid(folded(residual, projection), projection, from_.variant)

    return _ascent(place, 4, _STEPS, moved)


def slanted(residual: Pixels, place: Place) -> Place:
    """The place with each of the picture's corners where the pilot stands out most: first by its long waves."""
    for longer_than, steps in ((_LONG, _SLANTS[:3]), (0.0, _SLANTS[2:])):
        place = replace(place, score=stands_out(residual, place, longer_than))
        place = _ascent(place, 8, steps, _corner(residual, longer_than))
    return place


def _corner(residual: Pixels, longer_than: float) -> Callable[[Place, int, float], Place]:
    """Moves a corner of the picture across or down."""
    height, width = residual.shape
    corners = np.array([[0.0, width, width, 0.0], [0.0, 0.0, height, height]])

    def moved(from_: Place, entry: int, by: float) -> Place:
        corner, axis = divmod(entry, 2)
        other = corners.copy()
        other[axis, corner] += by * min(height, width) * 2
        projection = between(corners, other) @ from_.projection
        trial = replace(from_, projection=projection / projection[2, 2])
        return replace(trial, score=stands_out(residual, trial, longer_than))

    return moved


def _ascent(place: Place, entries: int, steps: tuple[float, ...], moved: Callable[[Place, int, float], Place]) -> Place:
    """Move one entry after the other, by less and less, wherever that makes the pilot stand out more."""
    for step in steps:
        for _ in range(3):
            before = place.score
            for entry in range(entries):
                for by in (step, -step):
                    trial = moved(place, entry, by)
                    if trial.score > place.score:
                        place = trial
                        break
            if place.score <= before:
                break
    return place


def between(corners: Floats, others: Floats) -> Projection:
    """The projection that maps four points onto four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(corners.T, others.T, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1.0).reshape(3, 3)

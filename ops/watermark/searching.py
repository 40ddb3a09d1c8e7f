"""Where a mark lies in a picture whose geometry was changed: from the coarse to the fine, in four steps.

The tiles repeat, so a mark's power stands on a lattice of frequencies; a change of geometry turns and stretches that
lattice (as in Pereira and Pun, "Robust template matching for affine resistant image watermarks", 2000). The lattice is
looked for in the spectrum without knowing any phase; the pilot's phases then say which of the found places is one,
where the tiles begin, and, climbed upon, where exactly every corner of the picture has gone.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from ops.watermark.carrier import AMPLITUDES, LENGTHS, TILE, WAVES, Floats, MarkKey, Variant
from ops.watermark.decoding import Decoded, Waves, decode, noise_of
from ops.watermark.projection import Projection, folded
from ops.watermark.residual import Floats as Pixels

DECODINGS = 40  # messages tried for one picture, at most

_SMALLER, _LARGER = 0.52, 1.9  # of a unit: 16:9 squeezed or letterboxed into 1:1 is 0.56, cut to 9:16 it is 1.78
_SCALE_STEP = 0.01
_TURN, _TURN_STEP = 0.08, 0.01  # radians, to each side
_MOST_SQUEEZED = 2.0
_LOOKED_AT = 20.0  # units: waves as long or longer are looked for, the others need a finer step
_BRIGHTEST = 6.0  # times the power around it: no more is believed of one frequency
_CANDIDATES = 40
_CLIMBED, _SLANTED = 10, 4  # of the candidates, the best are climbed upon; of these, the best as a slanted plane
_SURE = 9.0  # deviations of noise: such a place is decoded before any other is climbed upon
_STEPS = (0.006, 0.003, 0.0015, 0.0007)  # of the picture's size, by which a corner is moved
_SHIFTS = TILE  # places to each side where the tiles may begin: one a unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mark may lie. `score`: by how many deviations of noise the pilot stands out there."""

    projection: Projection
    variant: Variant
    sign: float
    score: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the mark lies, what it says, and in words what became of the picture."""

    decoded: Decoded
    words: str


def search(residual: Pixels, drawn: Projection, key: MarkKey) -> Placed | None:
    """The mark in a residual, wherever it lies; `drawn` is where it would if nothing had been changed."""
    # 1. Places where the lattice would lie, without phases.
    found = []
    for projection in _lattices(residual, drawn):
        waves = folded(residual, projection)
        found += [_shifted(waves, projection, variant) for variant in key.variants]
    # 2. Those where the pilot stands out, the surest first.
    found.sort(key=lambda place: -place.score)
    best = _distinct(found)[:_CLIMBED]
    tried = [place for place in best if place.score >= _SURE][:4]
    # 3. Climbed upon: scales, turn and shear.
    placed = _first(residual, tried, drawn, key)
    if placed is not None:
        return placed
    climbed = sorted((_climbed(residual, place) for place in best), key=lambda place: -place.score)
    placed = _first(residual, climbed, drawn, key)
    if placed is not None:
        return placed
    # 4. As a slanted plane.
    return _first(residual, [_slanted(residual, place) for place in climbed[:_SLANTED]], drawn, key)


def _first(residual: Pixels, places: list[Place], drawn: Projection, key: MarkKey) -> Placed | None:
    for place in places:
        decoded = decode(folded(residual, place.projection), place.variant, key)
        if decoded is not None:
            return Placed(decoded, _words(place.projection, drawn, residual.shape))
    return None


def _lattices(residual: Pixels, drawn: Projection) -> Iterator[Projection]:
    """The likeliest projections by the power on their lattice, each also mirrored, the likeliest first."""
    power, rows, columns = _spectrum(residual)
    steps = round(math.log(_LARGER / _SMALLER) / _SCALE_STEP)
    scales = drawn[0, 0] * _SMALLER * np.exp(_SCALE_STEP * np.arange(steps + 1))
    turns = np.arange(-_TURN, _TURN + _TURN_STEP / 2, _TURN_STEP)
    looked = TILE / LENGTHS >= _LOOKED_AT
    weights = (AMPLITUDES[looked] ** 2).astype(np.float32)
    waves = WAVES[looked].astype(np.float64) / TILE
    scores = np.zeros((len(turns), len(scales), len(scales)), np.float32)
    _score(power, rows, columns, waves, weights / weights.sum(), scales, turns, _MOST_SQUEEZED, scores)
    for turn, down, across in _peaks(scores):
        cos, sin = math.cos(turns[turn]), math.sin(turns[turn])
        for side in (1.0, -1.0):
            projection = drawn.copy()
            projection[:2, :2] = np.array([[cos, -sin], [sin, cos]]) * (side * scales[across], scales[down])
            yield projection


def _spectrum(residual: Pixels) -> tuple[Pixels, int, int]:
    """The power of each frequency over that of those around it, float32[rows, columns / 2 + 1]."""
    height, width = residual.shape
    rows, columns = (1 << math.ceil(math.log2(1.5 * side)) for side in (height, width))
    tapered = residual * np.outer(_taper(height), _taper(width))
    power = np.abs(np.fft.rfft2(tapered, (rows, columns))) ** 2
    around = [max(3, round(2.5 * size / (side * TILE / 480))) for size, side in ((rows, height), (columns, width))]
    near = _smooth(_smooth(power, around[0], 0), around[1], 1)
    return np.minimum(power / (near + 1e-9 * power.max()), _BRIGHTEST).astype(np.float32), rows, columns


def _taper(size: int) -> Floats:
    edge = max(1, size // 8)
    rise = np.sin(np.pi / 2 * (np.arange(edge) + 0.5) / edge) ** 2
    return np.concatenate([rise, np.ones(size - 2 * edge), rise[::-1]])


def _smooth(values: Floats, reach: int, axis: int) -> Floats:
    """The mean over `reach` places to each side; rows wrap round, columns end."""
    widths = [(reach + 1, reach) if one == axis else (0, 0) for one in (0, 1)]
    padded = np.pad(values, widths, "wrap" if axis == 0 else "edge")
    sums = np.cumsum(padded, axis=axis)
    span = 2 * reach + 1
    return np.asarray((sums[span:] - sums[:-span] if axis == 0 else sums[:, span:] - sums[:, :-span]) / span)


@njit(cache=True, nogil=True)
def _score(
    power: Pixels,
    rows: int,
    columns: int,
    waves: Floats,
    weights: Pixels,
    scales: Floats,
    turns: Floats,
    most_squeezed: float,
    scores: Pixels,
) -> None:
    for turn in range(len(turns)):
        cos, sin = math.cos(turns[turn]), math.sin(turns[turn])
        for down in range(len(scales)):
            for across in range(len(scales)):
                squeezed = scales[across] / scales[down]
                if squeezed > most_squeezed or squeezed * most_squeezed < 1.0:
                    continue
                total = np.float32(0.0)
                for wave in range(len(waves)):
                    u, v = waves[wave, 0] / scales[across], waves[wave, 1] / scales[down]
                    x, y = (cos * u - sin * v) * columns, (sin * u + cos * v) * rows
                    if x < 0.0:
                        x, y = -x, -y
                    if y < 0.0:
                        y += rows
                    i, j = int(x), int(y)
                    if i >= power.shape[1] - 1 or j >= rows:
                        continue
                    below = j + 1 if j + 1 < rows else 0
                    right, lower = np.float32(x - i), np.float32(y - j)
                    here = power[j, i] * (1 - right) + power[j, i + 1] * right
                    there = power[below, i] * (1 - right) + power[below, i + 1] * right
                    total += weights[wave] * (here * (1 - lower) + there * lower)
                scores[turn, down, across] = total


def _peaks(scores: Pixels) -> Iterator[tuple[int, int, int]]:
    """The highest places, none close to a higher one; what was not scored is below all."""
    left = scores.copy()
    for _ in range(_CANDIDATES):
        place = np.unravel_index(int(left.argmax()), left.shape)
        if left[place] <= 0.0:
            return
        turn, down, across = (int(one) for one in place)
        yield turn, down, across
        left[max(0, turn - 1) : turn + 2, max(0, down - 2) : down + 3, max(0, across - 2) : across + 3] = 0.0


def _with_pilot(residual: Pixels, projection: Projection, variant: Variant) -> Place:
    """The projection with the tiles laid where the variant's pilot stands out most."""
    return _shifted(folded(residual, projection), projection, variant)


def _shifted(waves: Waves, projection: Projection, variant: Variant) -> Place:
    trusted, deviation = _pilot(waves, variant)
    across, down = WAVES[variant.pilots].T
    spectrum = np.zeros((_SHIFTS, _SHIFTS), np.complex128)
    spectrum[down, across] = trusted
    heard = np.fft.ifft2(spectrum).real * _SHIFTS**2
    row, column = np.unravel_index(int(np.abs(heard).argmax()), heard.shape)
    shift = np.array([[1.0, 0.0, column], [0.0, 1.0, row], [0.0, 0.0, 1.0]])
    peak = float(heard[row, column])
    return Place(projection @ shift, variant, math.copysign(1.0, peak), abs(peak) / deviation)


def _pilot(waves: Waves, variant: Variant) -> tuple[Waves, float]:
    """The pilot's waves without their phases, and the deviation of their sum if they were noise."""
    weights = (AMPLITUDES / noise_of(waves))[variant.pilots]
    trusted = waves[variant.pilots] * np.exp(-1j * variant.phases[variant.pilots]) * weights
    return np.asarray(trusted), float(np.sqrt(np.sum(AMPLITUDES[variant.pilots] * weights) / 2)) or 1.0


def _heard(residual: Pixels, place: Place) -> float:
    """The pilot's score where the tiles are already laid."""
    trusted, deviation = _pilot(folded(residual, place.projection), place.variant)
    return place.sign * float(trusted.real.sum()) / deviation


def _distinct(places: list[Place]) -> list[Place]:
    """Each projection once, with its best variant."""
    seen: set[bytes] = set()
    kept = []
    for place in places:
        name = place.projection[:2, :2].tobytes()
        if name not in seen:
            seen.add(name)
            kept.append(place)
    return kept


def _climbed(residual: Pixels, place: Place) -> Place:
    """The place with its scales, turn and shear where the pilot stands out most, the tiles laid anew each time."""

    def moved(from_: Place, entry: int, by: float) -> Place:
        projection = from_.projection.copy()
        row, column = divmod(entry, 2)
        scale = math.hypot(projection[0, column], projection[1, column])
        middle = np.linalg.solve(from_.projection, np.array([residual.shape[1] / 2, residual.shape[0] / 2, 1.0]))
        projection[row, column] += by * scale
        held = projection @ middle  # what is in the middle of the picture stays there
        projection[:2, 2] += np.array([residual.shape[1] / 2, residual.shape[0] / 2]) - held[:2] / held[2]
        return _with_pilot(residual, projection, from_.variant)

    return _ascent(place, 4, moved)


def _slanted(residual: Pixels, place: Place) -> Place:
    """The place with each of the picture's corners where the pilot stands out most."""
    height, width = residual.shape
    corners = np.array([[0.0, width, width, 0.0], [0.0, 0.0, height, height]])

    def moved(from_: Place, entry: int, by: float) -> Place:
        corner, axis = divmod(entry, 2)
        other = corners.copy()
        other[axis, corner] += by * min(height, width) * 2
        projection = _between(corners, other) @ from_.projection
        trial = replace(from_, projection=projection / projection[2, 2])
        return replace(trial, score=_heard(residual, trial))

    return _ascent(place, 8, moved)


def _ascent(place: Place, entries: int, moved: Callable[[Place, int, float], Place]) -> Place:
    """Move one entry after the other, by less and less, wherever that makes the pilot stand out more."""
    for step in _STEPS:
        for _ in range(2):
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


def _between(corners: Floats, others: Floats) -> Projection:
    """The projection that maps four points onto four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(corners.T, others.T, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1.0).reshape(3, 3)


def _words(projection: Projection, drawn: Projection, shape: tuple[int, ...]) -> str:
    """What became of the picture since it was marked."""
    across, down = (math.hypot(*projection[:2, column]) / drawn[0, 0] for column in (0, 1))
    upright = math.degrees(math.atan2(projection[1, 0], abs(projection[0, 0])))
    mirrored = np.linalg.det(projection[:2, :2]) < 0
    slant = max(abs(projection[2, 0]) * shape[1], abs(projection[2, 1]) * shape[0]) / drawn[0, 0]
    told = []
    if mirrored:
        told.append("mirrored")
    if abs(across / down - 1) > 0.02:
        told.append(f"{'squeezed' if across < down else 'stretched'} to {across / down:.2f} of its width")
    if max(across, down) > 1.015:
        told.append(f"cut to {1 / max(across, down):.0%}")
    elif max(across, down) < 0.985:
        told.append(f"shrunk to {max(across, down):.0%} of its frame")
    if abs(upright) > 0.25:
        told.append(f"turned by {abs(upright):.1f} degrees")
    if slant > 0.02:
        told.append("seen at a slant")
    return ", ".join(told) or "moved"

"""Where a mark lies in a picture whose geometry was changed: from the likely to the rare, from the coarse to the fine.

The pilot is looked for in the spectrum. Among few geometries a weaker one stands out than among many, so those that
happen most come first: cropped or padded, perhaps mirrored; then also turned; also squeezed; at last all of it at once.
The best places are decoded, climbed upon, and in the end taken as slanted planes, each corner of the picture moved
until the pilot stands out most.
"""

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ops.watermark.carrier import AMPLITUDES, LENGTHS, TILE, WAVES, Floats, MarkKey, Variant
from ops.watermark.decoding import Decoded, Waves, decode, noise_of
from ops.watermark.projection import Projection, folded, warped
from ops.watermark.residual import Floats as Pixels
from ops.watermark.spectrum import Spectrum

DECODINGS = 130  # messages tried for one picture, at most

_SMALLER, _LARGER = 0.54, 1.86  # of a unit: 16:9 squeezed or letterboxed into 1:1 is 0.56, cut to 9:16 it is 1.78
_MOST_SQUEEZED = 1.9
_SLIGHTLY = 0.12  # logarithm of a squeeze: what is turned as well is no more squeezed than by a slant
_TURNED = 0.06  # radians, to each side: 3.4 degrees
_COARSE = 26.0  # units: the waves that are looked for first, for which these steps are fine enough
_COARSE_STEP = 0.02
_FINE_STEP = 0.005  # for all waves
_NEAR = 0.01
_CANDIDATES = 60  # of the coarse places of one kind
_DECODED, _CLIMBED, _SLANTED = 24, 8, 8  # of the near ones
_LEANING = 0.07  # by how much more, of the middle's, the far edge of a slanted plane is away than the near one
_NEAR_SCREEN, _FAR_SCREEN = 0.7, 1.15  # of a unit, on it
_STEPS = (0.004, 0.002, 0.001)  # of the picture's size, by which a corner is moved
_SLANTS = (0.012, 0.006, 0.003, 0.0015, 0.0007)
_SHIFTS = TILE  # places to each side where the tiles may begin: one a unit


Geometry = Floats  # [2, 2]: pixels of the residual across and down for each unit


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
    spectrum = Spectrum(residual)
    unit = float(drawn[0, 0])
    # 1. Cut or padded, and mirrored or not: few enough for all waves in fine steps.
    scales, none = _range(_SMALLER, _LARGER, _FINE_STEP) * unit, np.zeros(1)
    found = _heard(spectrum, scales, none, none, key, 0.0)
    upright = [_with_pilot(residual, *one) for one in _apart(found, unit * 1.5 * _FINE_STEP, _DECODED)]
    placed = _first(residual, upright, drawn, key)
    if placed is not None:
        return placed
    # 2. Also turned, or squeezed, or both: the longest waves in coarse steps, then all waves around the likeliest.
    scales = _range(_SMALLER, _LARGER, _COARSE_STEP) * unit
    turns = np.arange(-_TURNED, _TURNED + _COARSE_STEP / 2, _COARSE_STEP)
    squeezes = np.log(_range(1 / _MOST_SQUEEZED, _MOST_SQUEEZED, _COARSE_STEP))
    slight = squeezes[np.abs(squeezes) <= _SLIGHTLY]
    near = upright
    for squeezed, turned in ((none, turns), (squeezes, none), (slight, turns)):
        heard = _heard(spectrum, scales, squeezed, turned, key, _COARSE)
        coarse = _apart(heard, unit * 1.5 * _COARSE_STEP, _CANDIDATES)
        new = sorted((_around(residual, spectrum, *one) for one in coarse), key=lambda place: -place.score)
        placed = _first(residual, new[:_DECODED], drawn, key)
        if placed is not None:
            return placed
        near = sorted([*near, *new], key=lambda place: -place.score)
    # 3. The best climbed upon: scales, turn and shear.
    climbed = sorted((_climbed(residual, place) for place in near[:_CLIMBED]), key=lambda place: -place.score)
    placed = _first(residual, climbed, drawn, key)
    if placed is not None:
        return placed
    # 4. On a slanted plane: a film off a screen.
    slanted = sorted(_slants(residual, drawn, key), key=lambda place: -place.score)
    best = sorted([*climbed[:2], *slanted[:_SLANTED]], key=lambda place: -place.score)
    return _first(residual, [_slanted(residual, place) for place in best], drawn, key)


def _slants(residual: Pixels, drawn: Projection, key: MarkKey) -> Iterator[Place]:
    """Places on planes that lean to each side; on each, the coarse and the fine steps as on an upright one."""
    unit = float(drawn[0, 0])
    scales = _range(_NEAR_SCREEN, _FAR_SCREEN, _COARSE_STEP) * unit
    turns = np.arange(-_TURNED, _TURNED + _COARSE_STEP / 2, _COARSE_STEP)
    squeezes = np.arange(-_SLIGHTLY, _SLIGHTLY + _COARSE_STEP / 2, _COARSE_STEP)
    height, width = residual.shape
    middle = np.array([[1.0, 0.0, width / 2], [0.0, 1.0, height / 2], [0.0, 0.0, 1.0]])
    for across in (-_LEANING, 0.0, _LEANING):
        for down in (-_LEANING, 0.0, _LEANING):
            lean = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [across / width, down / height, 1.0]])
            plane = middle @ lean @ np.linalg.inv(middle)
            upright = warped(residual, plane) if across or down else residual
            spectrum = Spectrum(upright)
            heard = _heard(spectrum, scales, squeezes, turns, key, _COARSE, sides=(1.0,))
            for geometry, variant in _apart(heard, unit * 1.5 * _COARSE_STEP, _CANDIDATES // 3):
                place = _around(upright, spectrum, geometry, variant)
                projection = plane @ place.projection
                yield replace(place, projection=projection / projection[2, 2])


def _first(residual: Pixels, places: list[Place], drawn: Projection, key: MarkKey) -> Placed | None:
    for place in places:
        decoded = decode(folded(residual, place.projection), place.variant, key)
        if decoded is not None:
            return Placed(decoded, _words(place.projection, drawn, residual.shape))
    return None


def _range(first: float, last: float, step: float) -> Floats:
    """From first to last, each the same share more than the one before."""
    return np.asarray(first * np.exp(step * np.arange(round(math.log(last / first) / step) + 1)))


def _heard(
    spectrum: Spectrum,
    scales: Floats,
    squeezes: Floats,
    turns: Floats,
    key: MarkKey,
    longer_than: float,
    sides: tuple[float, ...] = (1.0, -1.0),
) -> list[tuple[float, Geometry, Variant]]:
    """How surely the pilot of each variant is heard at all these geometries, mirrored ones too; the surest first.

    `squeezes`: logarithms of the scale across over that down, of which `scales` has the mean.
    """
    scale, squeeze = (one.reshape(-1) for one in np.meshgrid(scales, squeezes))
    across, down = scale * np.exp(squeeze / 2), scale * np.exp(-squeeze / 2)
    asked = [
        (_geometries(across * side, down, turn), variant)
        for turn in turns
        for side in sides
        for variant in key.variants
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda one: spectrum.heard(*one, longer_than), asked))
    found = [
        (abs(float(heard.scores[place])), geometries[place], variant)
        for (geometries, variant), heard in zip(asked, answers, strict=True)
        for place in np.argsort(-np.abs(heard.scores))[:_CANDIDATES]
    ]
    return sorted(found, key=lambda one: -one[0])


def _apart(
    found: list[tuple[float, Geometry, Variant]], least: float, count: int
) -> Iterator[tuple[Geometry, Variant]]:
    """The first of each group of neighbours, `count` at most."""
    kept: list[tuple[Geometry, Variant]] = []
    for _, geometry, variant in found:
        if any(v is variant and np.abs(one - geometry).max() < least for one, v in kept):
            continue
        kept.append((geometry, variant))
        yield geometry, variant
        if len(kept) == count:
            return


def _geometries(across: Floats, down: Floats, turn: float) -> Floats:
    """[n, 2, 2]: scaled across and down, then turned."""
    cos, sin = math.cos(turn), math.sin(turn)
    return np.stack([np.stack([cos * across, -sin * down], 1), np.stack([sin * across, cos * down], 1)], 1)


def _around(residual: Pixels, spectrum: Spectrum, geometry: Geometry, variant: Variant) -> Place:
    """The best place near a coarse geometry, by all waves of the pilot."""
    steps = np.arange(-_NEAR, _NEAR + _FINE_STEP / 2, _FINE_STEP)
    wider, higher = (one.reshape(-1) for one in np.meshgrid(steps, steps))
    turns = np.concatenate([_geometries(1 + wider, 1 + higher, turn) for turn in steps])
    tried = geometry @ turns
    best = int(np.abs(spectrum.heard(tried, variant).scores).argmax())
    return _with_pilot(residual, tried[best], variant)


def _with_pilot(residual: Pixels, geometry: Geometry, variant: Variant) -> Place:
    """The geometry with the tiles laid where the variant's pilot stands out most."""
    projection = np.eye(3)
    projection[:2, :2], projection[:2, 2] = geometry, (residual.shape[1] // 2, residual.shape[0] // 2)
    return _shifted(folded(residual, projection), projection, variant)


def _shifted(waves: Waves, projection: Projection, variant: Variant) -> Place:
    trusted, power = _pilot(waves, variant)
    across, down = WAVES[variant.pilots].T
    spectrum = np.zeros((_SHIFTS, _SHIFTS), np.complex128)
    spectrum[down, across] = trusted
    heard = np.fft.ifft2(spectrum).real * _SHIFTS**2
    row, column = np.unravel_index(int(np.abs(heard).argmax()), heard.shape)
    shift = np.array([[1.0, 0.0, column], [0.0, 1.0, row], [0.0, 0.0, 1.0]])
    peak = float(heard[row, column])
    return Place(projection @ shift, variant, math.copysign(1.0, peak), abs(peak) / math.sqrt(float(power.sum())))


def _pilot(waves: Waves, variant: Variant) -> tuple[Waves, Floats]:
    """The pilot's waves without their phases, and the power that each would have in their sum if it were noise."""
    weights = (AMPLITUDES / noise_of(waves))[variant.pilots]
    trusted = waves[variant.pilots] * np.exp(-1j * variant.phases[variant.pilots]) * weights
    return np.asarray(trusted), np.asarray(AMPLITUDES[variant.pilots] * weights / 2)


def _stands_out(residual: Pixels, place: Place, longer_than: float) -> float:
    """The pilot's score where the tiles are already laid, by its waves of that length or more."""
    kept = TILE / LENGTHS[place.variant.pilots] >= longer_than
    trusted, power = _pilot(folded(residual, place.projection), place.variant)
    return place.sign * float(trusted[kept].real.sum()) / math.sqrt(float(power[kept].sum()))


def _climbed(residual: Pixels, place: Place) -> Place:
    """The place with its scales, turn and shear where the pilot stands out most, the tiles laid anew each time."""
    middle = np.array([residual.shape[1] / 2, residual.shape[0] / 2])

    def moved(from_: Place, entry: int, by: float) -> Place:
        projection = from_.projection.copy()
        row, column = divmod(entry, 2)
        held = np.linalg.solve(from_.projection, np.append(middle, 1.0))
        projection[row, column] += by * math.hypot(projection[0, column], projection[1, column])
        there = projection @ held  # what is in the middle of the picture stays there
        projection[:2, 2] += middle - there[:2] / there[2]
        return _shifted(folded(residual, projection), projection, from_.variant)

    return _ascent(place, 4, _STEPS, moved)


def _slanted(residual: Pixels, place: Place) -> Place:
    """The place with each of the picture's corners where the pilot stands out most: first by its long waves."""
    for longer_than, steps in ((_COARSE, _SLANTS[:3]), (0.0, _SLANTS[2:])):
        place = replace(place, score=_stands_out(residual, place, longer_than))
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
        projection = _between(corners, other) @ from_.projection
        trial = replace(from_, projection=projection / projection[2, 2])
        return replace(trial, score=_stands_out(residual, trial, longer_than))

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

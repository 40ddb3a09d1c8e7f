"""Where a mark lies in a picture whose geometry was changed: from the likely to the rare, from the coarse to the fine.

The pilot is looked for in the spectrum. Among few geometries a weaker one stands out than among many, so those that
happen most come first: cropped or padded, perhaps mirrored; the whole picture in another shape; then also turned; also
squeezed; at last all of it at once, and on slanted planes. The best places are decoded, and climbed upon.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ops.watermark.carrier import SHORT_SIDE, Floats, MarkKey, Variant
from ops.watermark.climbing import Place, between, climbed, heard, laid, slanted, stands_out
from ops.watermark.decoding import Decoded, decode
from ops.watermark.framed import Corners
from ops.watermark.geometries import Geometry, evenly, nearby, shares, sheared, turned
from ops.watermark.projection import Projection, folded, warped
from ops.watermark.residual import Floats as Pixels
from ops.watermark.spectrum import Spectrum

DECODINGS = 255  # places read in one picture, at most: at each, `decoding.LIKELIEST` messages are tried

_SMALLER, _LARGER = 0.54, 1.86  # of a unit: 16:9 squeezed or letterboxed into 1:1 is 0.56, cut to 9:16 it is 1.78
_MOST_SQUEEZED = math.log(1.9)
_SLIGHTLY = 0.12  # what is turned as well is no more squeezed than by a slant
_TURNED = 0.06  # radians, to each side: 3.4 degrees
_COARSE = 26.0  # units: the waves that are looked for first, for which these steps are fine enough
_COARSE_STEP = 0.02
_FINE_STEP = 0.005  # for all waves
_NEARBY = nearby(0.01, 0.01, _FINE_STEP)
_NEARBY_UNTURNED = nearby(0.03, 0.0, _FINE_STEP)  # farther: of coarse neighbours noise may have chosen another
_PARTS = 4  # of the geometries, looked through at once
# Of the coarse places of one kind; of those that are squeezed and nothing else, which are many, so that this many are
# kept of any kind until neighbours are left out.
_CANDIDATES, _UNTURNED = 60, 150
_DECODED, _CLIMBED, _SLANTED = 24, 8, 12  # of the near ones
_LAID, _DECODED_LAID = 300, 64  # of what is cut, farther down
_PRESSED_STEP, _DECODED_PRESSED = 0.006, 16  # of a whole picture in another shape
_AGAIN = 4  # of those that were climbed upon
_SHAPES = (16 / 9, 9 / 16, 4 / 3, 3 / 4, 1.0)  # of a picture on a screen, where the photograph has another
_FRAMED = 3  # places on such a screen that are climbed upon

# A film off a screen: its far edge may be farther than its middle, its edges lean, it does not fill the picture.
_LEANING = 0.07
_SIDEWAYS, _UPWARDS, _LEAN_STEP = 0.09, 0.06, 0.03
_NEAR_SCREEN, _FAR_SCREEN = 0.72, 1.1  # of a unit
_PLANE_STEP = 0.03
_NEARBY_ON_PLANES = nearby(0.015, 0.015, 0.0075)
_PLANE_LONG = 19.0  # units: between two of these planes shorter waves are out of step


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the mark lies, what it says, and in words what became of the picture."""

    decoded: Decoded
    words: str


def search(
    residual: Pixels,
    drawn: Projection,
    key: MarkKey,
    corners: Corners | None = None,
    again: Callable[[Place], Decoded | None] = lambda _: None,
) -> Placed | None:
    """The mark in a residual, wherever it lies; `drawn` is where it would if nothing had been changed.

    `corners`: of the picture that stands in a frame, in pixels of the residual, where one was seen.
    `again` reads a place in another, slower way; it is asked of the few places where the pilot stands out most.
    """

    def placed_at(place: Place, decoded: Decoded) -> Placed:
        return Placed(decoded, _words(place.projection, drawn, residual.shape))

    def first(places: Iterable[Place]) -> Placed | None:
        for place in places:
            decoded = decode(folded(residual, place.projection), place.variant, key)
            if decoded is not None:
                return placed_at(place, decoded)
        return None

    def climbed_upon(climb: Callable[[Pixels, Place], Place], places: list[Place]) -> Placed | None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            risen = _surest(pool.map(lambda place: climb(residual, place), places))
        placed = first(risen)
        if placed is not None:
            return placed
        return next((placed_at(one, read) for one in risen[:_AGAIN] if (read := again(one)) is not None), None)

    spectrum = Spectrum(residual)
    unit = float(drawn[0, 0])
    none = np.zeros(1)
    # 1. Cut or padded, and mirrored or not: few enough for all waves in fine steps.
    cut = _heard(spectrum, turned(unit * shares(_SMALLER, _LARGER, _FINE_STEP), none, none), key, 0.0)
    near = [_with_pilot(residual, *one) for one in _apart(cut, 1.5 * _FINE_STEP, _DECODED)]
    placed = first(near)
    if placed is not None:
        return placed
    # 2. Whole, in another shape.
    placed = first(_surest(_pressed(residual, drawn, key))[:_DECODED_PRESSED])
    if placed is not None:
        return placed
    # 3. On a screen that was filmed, where its edges are seen.
    if corners is not None:
        screens = _surest(_on_screen(residual, corners, key))
        placed = first(screens) or climbed_upon(slanted, screens[:_FRAMED])
        if placed is not None:
            return placed
    # 4. Cut or padded, farther down: where noise is loud the spectrum tells less than the tiles laid on each other.
    farther = _surest(_with_pilot(residual, *one) for one in _apart(cut, 1.5 * _FINE_STEP, _LAID))
    placed = first(farther[:_DECODED_LAID])
    if placed is not None:
        return placed
    # 5. Also turned, or squeezed, or both: the longest waves in coarse steps, then all waves around the likeliest.
    scales, turns = unit * shares(_SMALLER, _LARGER, _COARSE_STEP), evenly(_TURNED, _COARSE_STEP)
    for squeezes, turns_, moved, count in (
        (none, turns, _NEARBY, _CANDIDATES),
        (evenly(_MOST_SQUEEZED, _COARSE_STEP), none, _NEARBY_UNTURNED, _UNTURNED),
        (evenly(_SLIGHTLY, _COARSE_STEP), turns, _NEARBY, _CANDIDATES),
    ):
        found = _heard(spectrum, turned(scales, squeezes, turns_), key, _COARSE)
        coarse = _apart(found, 1.5 * _COARSE_STEP, count)
        new = _surest(_around(residual, spectrum, *one, moved) for one in coarse)
        placed = first(new[:_DECODED])
        if placed is not None:
            return placed
        near += new
    # 6. The best climbed upon: scales, turn and shear.
    placed = climbed_upon(climbed, _surest(near)[:_CLIMBED])
    if placed is not None:
        return placed
    # 7. On a slanted plane whose edges are not seen.
    leaning = _surest(_on_planes(residual, drawn, key))[:_SLANTED]
    return climbed_upon(slanted, leaning)


def _pressed(residual: Pixels, drawn: Projection, key: MarkKey) -> Iterator[Place]:
    """Where the mark lies if the whole picture was pressed or drawn out into this shape, perhaps mirrored.

    Its middle is where it was, so nothing is looked for but the shape it had: of so few places noise seldom stands out.
    """
    height, width = residual.shape
    shapes = width / height * np.exp(evenly(_MOST_SQUEEZED, _PRESSED_STEP))
    across = width / (SHORT_SIDE * np.maximum(shapes, 1))  # pixels of the residual for each unit
    down = height / (SHORT_SIDE * np.maximum(1 / shapes, 1))
    asked = [(side * one, other) for one, other in zip(across, down, strict=True) for side in (1.0, -1.0)]

    def placed(units: tuple[float, float]) -> list[Place]:
        projection = drawn.copy()
        projection[0, 0], projection[1, 1] = units
        waves = folded(residual, projection)
        scores = [(heard(waves, variant), variant) for variant in key.variants]
        return [Place(projection, variant, math.copysign(1.0, score), abs(score)) for score, variant in scores]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for places in pool.map(placed, asked):
            yield from places


def _on_screen(residual: Pixels, corners: Corners, key: MarkKey) -> Iterator[Place]:
    """Where the mark lies if a whole picture is shown between these corners, for each shape that it may have had."""
    height, width = residual.shape
    for shape in (width / height, *_SHAPES):
        across, down = (SHORT_SIDE / 2 * max(1.0, one) for one in (shape, 1 / shape))
        plane = np.array([[-across, across, across, -across], [-down, -down, down, down]])
        projection = between(plane, corners)
        for variant in key.variants:
            place = Place(projection / projection[2, 2], variant, 1.0, 0.0)
            score = stands_out(residual, place, 0.0)
            yield replace(place, sign=math.copysign(1.0, score), score=abs(score))


def _on_planes(residual: Pixels, drawn: Projection, key: MarkKey) -> Iterator[Place]:
    """Places on planes that lean to each side: on each, the longest waves in coarse steps, then the long ones."""
    unit = float(drawn[0, 0])
    geometries = sheared(
        unit * shares(_NEAR_SCREEN, _FAR_SCREEN, _PLANE_STEP),
        evenly(_SLIGHTLY, _PLANE_STEP),
        evenly(_SIDEWAYS, _LEAN_STEP),
        evenly(_UPWARDS, _LEAN_STEP),
    )
    height, width = residual.shape
    middle = np.array([[1.0, 0.0, width / 2], [0.0, 1.0, height / 2], [0.0, 0.0, 1.0]])
    for across in (-_LEANING, 0.0, _LEANING):
        for down in (-_LEANING, 0.0, _LEANING):
            lean = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [across / width, down / height, 1.0]])
            plane = middle @ lean @ np.linalg.inv(middle)
            upright = warped(residual, plane)
            spectrum = Spectrum(upright)
            found = _heard(spectrum, geometries, key, _COARSE)
            for one in _apart(found, 1.5 * _PLANE_STEP, _CANDIDATES // 3):
                place = _around(upright, spectrum, *one, _NEARBY_ON_PLANES, _PLANE_LONG)
                projection = plane @ place.projection
                place = replace(place, projection=projection / projection[2, 2])
                yield replace(place, score=stands_out(residual, place, _PLANE_LONG))


def _surest(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: -place.score)


def _heard(
    spectrum: Spectrum, geometries: Floats, key: MarkKey, longer_than: float
) -> list[tuple[float, Geometry, Variant]]:
    """How surely the pilot of each variant is heard at all these geometries, the surest of each, the surest first."""
    asked = [(part, variant) for part in np.array_split(geometries, _PARTS) for variant in key.variants]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda one: spectrum.heard(one[0], one[1], longer_than), asked))
    found = [
        (abs(float(answer.scores[place])), part[place], variant)
        for (part, variant), answer in zip(asked, answers, strict=True)
        for place in np.argsort(-np.abs(answer.scores))[:_UNTURNED]
    ]
    return sorted(found, key=lambda one: -one[0])


def _apart(
    found: list[tuple[float, Geometry, Variant]], least: float, count: int
) -> Iterator[tuple[Geometry, Variant]]:
    """The first of each group of neighbours, `count` at most; those differ by less than a share of a unit's length."""
    kept: list[tuple[Geometry, Variant]] = []
    for _, geometry, variant in found:
        near = least * np.hypot(*geometry)  # pixels, of a unit across and of one down
        if any(v is variant and (np.abs(one - geometry) < near).all() for one, v in kept):
            continue
        kept.append((geometry, variant))
        yield geometry, variant
        if len(kept) == count:
            return


def _around(
    residual: Pixels,
    spectrum: Spectrum,
    geometry: Geometry,
    variant: Variant,
    moved: Floats,
    longer_than: float = 0.0,
) -> Place:
    """The best place near a coarse geometry, by the pilot's waves of that length or more."""
    tried = geometry @ moved
    best = int(np.abs(spectrum.heard(tried, variant, longer_than).scores).argmax())
    return _with_pilot(residual, tried[best], variant)


def _with_pilot(residual: Pixels, geometry: Geometry, variant: Variant) -> Place:
    """The geometry with the tiles laid where the variant's pilot stands out most."""
    projection = np.eye(3)
    projection[:2, :2], projection[:2, 2] = geometry, (residual.shape[1] // 2, residual.shape[0] // 2)
    return laid(folded(residual, projection), projection, variant)


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

"""What a photograph tells of an animal: the colours of its coat, its face to put on a head, a patch of its fur.

The background must not win: the middle of the picture counts for the animal, its border against it. Everything is
deterministic; where the eyes are not found with certainty, the picture's middle is taken as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.previz.world import Vector
from models.roles import Picture

Values = NDArray[np.float64]  # [h, w, 3], 0 to 1
_SIDE = 160  # pixels of the longer side that colours and eyes are looked for in: more would see single hairs
_CLUSTERS = 6
_ROUNDS = 14
FACE = 256  # texels a side of the face texture
EYE_LINE = 0.42  # where the texture has its eyes, as a share of its height
EYE_GAP = 0.36  # and how far apart, as a share of its width
_FUR = 96
_LEAST_EYES = 0.16  # response of a pair that is believed; a photograph without eyes stays below 0.1
_LEAST_NOSE = 0.07  # how much darker than the cheeks beside it (0 to 1) a nose must be


@dataclass(frozen=True, slots=True)
class Coat:
    """Linear RGB: the main colour, the darker of back and stripes, the lighter of chest and belly."""

    main: Vector
    dark: Vector
    light: Vector


@dataclass(frozen=True, slots=True)
class Eyes:
    """Centres of both eyes, pixels of the photograph (x right, y down); `left` is at the left of the picture."""

    left: tuple[float, float]
    right: tuple[float, float]
    found: bool  # else they are where a centred portrait has them


def coat_of(photograph: Picture) -> Coat:
    """The colours of the animal in the middle of a photograph, uint8[H, W, 3]."""
    centres, animal = _palette(photograph)
    coats = np.flatnonzero(animal > 0.25 * animal.max())
    main = int(np.argmax(animal))
    light_of = centres @ np.array([0.3, 0.6, 0.1])
    darkest = int(coats[np.argmin(light_of[coats])])
    lightest = int(coats[np.argmax(light_of[coats])])
    linear = centres**2
    return Coat(
        main=_vector(linear[main]),
        dark=_vector(0.5 * (linear[darkest] + 0.5 * linear[main]) if darkest != main else linear[main] * 0.6),
        light=_vector(linear[lightest] if lightest != main else linear[main] + 0.4 * (1 - linear[main])),
    )


def _palette(photograph: Picture) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The photograph's colours (roots of linear RGB), and how much each is the animal's: below 0, the background's."""
    small, _ = _reduced(photograph)
    height, width = small.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    away = np.hypot((columns / max(width - 1, 1) - 0.5) / 0.30, (rows / max(height - 1, 1) - 0.5) / 0.34)
    inside = np.exp(-(away**2)).reshape(-1)
    edge = np.minimum(np.minimum(rows, height - 1 - rows) / height, np.minimum(columns, width - 1 - columns) / width)
    border = (edge < 0.07).reshape(-1).astype(float)
    pixels = small.reshape(-1, 3) ** 1.1  # evenly seen steps of light
    centres, nearest = _clusters(pixels, inside)
    own = np.bincount(nearest, inside, len(centres)) / inside.sum()
    around = np.bincount(nearest, border, len(centres)) / max(border.sum(), 1.0)
    animal = own - 0.6 * around
    return centres, animal if animal.max() > 0 else own  # a picture all of one kind: then it is the animal


def eyes_of(photograph: Picture) -> Eyes:
    """Where the eyes are: two dark spots of one size, level, apart, in the upper middle."""
    small, scale = _reduced(photograph)
    height, width = small.shape[:2]
    light = small @ np.array([0.3, 0.6, 0.1])
    best, left, right = 0.0, (0.0, 0.0), (0.0, 0.0)
    for radius in np.array([0.018, 0.026, 0.038, 0.054]) * max(height, width):
        ring = _blurred(light, radius * 2.2) - _blurred(light, radius)  # positive where a spot is darker than around it
        spots = _peaks(ring, round(radius * 1.5))
        for index, (y0, x0, first) in enumerate(spots):
            for y1, x1, second in spots[index + 1 :]:
                (xa, ya), (xb, yb) = sorted(((float(x0), float(y0)), (float(x1), float(y1))))
                gap = xb - xa
                if not 4.5 * radius < gap < 0.62 * width or abs(yb - ya) > 0.34 * gap:
                    continue
                middle_x, middle_y = (xa + xb) / 2 / width, (ya + yb) / 2 / height
                place = np.exp(-(((middle_x - 0.5) / 0.22) ** 2) - ((middle_y - 0.40) / 0.20) ** 2)
                alike = min(first, second) / max(first, second)
                score = float(min(first, second) * place * alike * (1 - abs(yb - ya) / gap))
                if score > best * 1.0001:
                    best, left, right = score, (xa, ya), (xb, yb)
    if best < _LEAST_EYES * max(float(light.std()), 1e-3):
        side = min(height, width) / scale
        middle_x, middle_y = width / scale / 2, height / scale / 2
        line = middle_y + (EYE_LINE - 0.5) * side
        return Eyes((middle_x - EYE_GAP / 2 * side, line), (middle_x + EYE_GAP / 2 * side, line), found=False)
    return Eyes((left[0] / scale, left[1] / scale), (right[0] / scale, right[1] / scale), found=True)


def nose_of(photograph: Picture, eyes: Eyes) -> tuple[float, Vector] | None:
    """How far below the eyes the nose is, in eye gaps, and its colour (linear RGB); None where none is sure."""
    if not eyes.found:
        return None
    face = face_of(photograph, eyes)[:, :, :3].astype(np.float64) / 255
    gap = EYE_GAP * FACE
    light = _blurred(face @ np.array([0.3, 0.6, 0.1]), 0.09 * gap)
    rows = np.arange(round(EYE_LINE * FACE + 0.65 * gap), round(EYE_LINE * FACE + 1.3 * gap))
    middle = FACE // 2 + np.round(np.array((-0.1, 0.0, 0.1)) * gap).astype(int)
    beside = FACE // 2 + np.round(np.array((-0.36, 0.36)) * gap).astype(int)
    darker = light[np.ix_(rows, beside)].min(axis=1)[:, None] - light[np.ix_(rows, middle)]
    row, column = np.unravel_index(int(np.argmax(darker)), darker.shape)
    if darker[row, column] < _LEAST_NOSE:
        return None
    y, x, reach = int(rows[row]), int(middle[column]), max(1, round(0.05 * gap))
    colour = (face[y - reach : y + reach + 1, x - reach : x + reach + 1] ** 2.2).mean(axis=(0, 1))
    return float((y - EYE_LINE * FACE) / gap), _vector(colour)


def face_of(photograph: Picture, eyes: Eyes) -> NDArray[np.uint8]:
    """The face, uint8[FACE, FACE, 4]: turned level, its eyes at EYE_LINE and EYE_GAP, fading out at its edge."""
    (xa, ya), (xb, yb) = eyes.left, eyes.right
    pixels_a_texel = float(np.hypot(xb - xa, yb - ya)) / (EYE_GAP * FACE)
    tilt = np.arctan2(yb - ya, xb - xa)
    rows, columns = np.mgrid[0:FACE, 0:FACE] + 0.5
    across, down = (columns - FACE / 2) * pixels_a_texel, (rows - EYE_LINE * FACE) * pixels_a_texel
    x = (xa + xb) / 2 + across * np.cos(tilt) - down * np.sin(tilt)
    y = (ya + yb) / 2 + across * np.sin(tilt) + down * np.cos(tilt)
    height, width = photograph.shape[:2]
    colours = between(photograph.astype(np.float64), x, y)
    margin = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y)) / pixels_a_texel  # texels to its border
    away = np.hypot((columns / FACE - 0.5) / 0.47, (rows / FACE - 0.52) / 0.48)
    alpha = smooth(margin / 14.0) * (1 - smooth((away - 0.78) / 0.22))
    centres, animal = _palette(photograph)  # beyond eyes, nose and cheeks, what is not the animal's colour goes
    seen = ((colours / 255)[:, :, None] ** 1.1 - centres) ** 2
    own = _blurred((animal > 0)[np.argmin(seen.sum(axis=3), axis=2)].astype(float), FACE / 40)
    alpha *= np.maximum(1 - smooth((away - 0.45) / 0.25), smooth(own * 1.6 - 0.3))
    return np.dstack([colours, alpha * 255]).round().clip(0, 255).astype(np.uint8)


def head_of(photograph: Picture, coat: Coat) -> NDArray[np.uint8]:
    """What is wrapped round a head, uint8[2 FACE, 3 FACE, 4]: fur, and the face in the middle. It repeats across."""
    face = face_of(photograph, eyes_of(photograph)).astype(np.float64)
    fur = fur_of(photograph, coat)[:, :, :3].astype(np.float64)
    place = (np.arange(FACE) + 0.5) * _FUR / FACE
    rows, columns = np.meshgrid(place, place, indexing="ij")
    whole = np.tile(between(np.tile(fur, (2, 2, 1)), columns, rows), (2, 3, 1))
    middle = whole[FACE // 2 : FACE * 3 // 2, FACE : 2 * FACE]
    middle += (face[:, :, :3] - middle) * (face[:, :, 3:] / 255)
    return np.dstack([whole, np.full(whole.shape[:2], 255.0)]).round().clip(0, 255).astype(np.uint8)


def fur_of(photograph: Picture, coat: Coat) -> NDArray[np.uint8]:
    """A patch of fur that tiles, uint8[_FUR, _FUR, 4], from where the photograph is most like the coat."""
    height, width = photograph.shape[:2]
    patch = max(8, min(height, width) // 3)
    linear = (photograph / 255.0) ** 2.2
    far = np.minimum(
        np.linalg.norm(np.sqrt(linear) - np.sqrt(coat.main), axis=2),
        np.linalg.norm(np.sqrt(linear) - np.sqrt(coat.dark), axis=2),
    )
    sums = np.pad(far.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    step = max(1, patch // 8)
    best = min(
        (float(sums[y + patch, x + patch] - sums[y, x + patch] - sums[y + patch, x] + sums[y, x]), y, x)
        for y in range(0, height - patch + 1, step)
        for x in range(0, width - patch + 1, step)
    )
    rows, columns = (np.mgrid[0:_FUR, 0:_FUR] + 0.5) * patch / _FUR
    cut = between(photograph.astype(np.float64), best[2] + columns, best[1] + rows)
    cut -= _blurred_colours(cut, _FUR / 5) - cut.mean(
        axis=(0, 1)
    )  # no lighter or darker corner: it would show as tiles
    ramp = np.abs(np.linspace(-1, 1, _FUR)) ** 3  # towards the border, the patch gives way to itself moved by half
    mixed = np.maximum(ramp[:, None], ramp[None])[..., None]
    moved = np.roll(cut, (_FUR // 2, _FUR // 2), axis=(0, 1))
    tiled = cut * (1 - mixed) + moved * mixed
    return np.dstack([tiled.round().clip(0, 255), np.full((_FUR, _FUR), 255.0)]).astype(np.uint8)


def _reduced(photograph: Picture) -> tuple[Values, float]:
    """The photograph with its longer side at most `_SIDE`, 0 to 1, and its scale; averaged over blocks."""
    block = max(1, -(-max(photograph.shape[:2]) // _SIDE))
    height, width = (size // block * block for size in photograph.shape[:2])
    blocks = photograph[:height, :width].reshape(height // block, block, width // block, block, 3)
    return blocks.mean(axis=(1, 3)) / 255.0, 1 / block


def _clusters(
    pixels: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Weighted k-means (Lloyd, 1982), started from quantiles of light so that it is the same every time."""
    order = np.argsort(pixels.sum(axis=1), kind="stable")
    starts = (np.arange(_CLUSTERS) + 0.5) / _CLUSTERS * len(order)
    centres = pixels[order[starts.astype(int)]]
    nearest = np.zeros(len(pixels), np.int64)
    for _ in range(_ROUNDS):
        nearest = np.argmin(((pixels[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        for index in range(len(centres)):
            chosen = nearest == index
            if weight[chosen].sum() > 0:
                centres[index] = np.average(pixels[chosen], axis=0, weights=weight[chosen])
    return centres, nearest


def _peaks(values: Values, apart: int) -> list[tuple[int, int, float]]:
    """The strongest maxima (row, column, value) that are `apart` pixels from each other, at most 14."""
    left = values.copy()
    found = []
    for _ in range(14):
        row, column = np.unravel_index(int(np.argmax(left)), left.shape)
        if left[row, column] <= 0:
            break
        found.append((int(row), int(column), float(left[row, column])))
        left[max(0, row - apart) : row + apart + 1, max(0, column - apart) : column + apart + 1] = 0
    return found


def _blurred(values: Values, sigma: float) -> Values:
    """Gaussian blur, edges held."""
    reach = max(1, round(sigma * 2.5))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(values, reach, mode="edge")
    across = np.apply_along_axis(np.convolve, 1, padded, kernel, "valid")
    return np.asarray(np.apply_along_axis(np.convolve, 0, across, kernel, "valid"))


def _blurred_colours(values: Values, sigma: float) -> Values:
    return np.dstack([_blurred(values[:, :, channel], sigma) for channel in range(3)])


def between(picture: Values, x: NDArray[np.float64], y: NDArray[np.float64]) -> Values:
    """Bilinear values at pixel places (centres at half), the border held."""
    height, width = picture.shape[:2]
    x, y = np.clip(x - 0.5, 0, width - 1.001), np.clip(y - 0.5, 0, height - 1.001)
    column, row = x.astype(int), y.astype(int)
    dx, dy = (x - column)[..., None], (y - row)[..., None]
    right, below = np.minimum(column + 1, width - 1), np.minimum(row + 1, height - 1)
    top = picture[row, column] * (1 - dx) + picture[row, right] * dx
    bottom = picture[below, column] * (1 - dx) + picture[below, right] * dx
    return np.asarray(top * (1 - dy) + bottom * dy)


def smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 to 1 without a corner; held outside."""
    held = np.clip(share, 0, 1)
    return np.asarray(held * held * (3 - 2 * held))


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])

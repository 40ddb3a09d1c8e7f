"""What a photograph tells of a person: where the eyes are, the colours of skin and hair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import ModelMissing
from models.catalogue import weight
from models.previz.geometry.coat import Eyes, between, eyes_of, smooth
from models.previz.world import Vector
from models.roles import Picture

_SKIN_LIGHT = (0.02, 0.27)  # of skin, linear: a photograph may be lit more brightly than a scene can show again
SIZE = 320  # texels a side of the picture on the head
EYE_GAP, EYE_LINE = 0.30, 0.36  # how far apart it has the eyes, and where, as shares of its sides: the chin is in it


@dataclass(frozen=True, slots=True)
class Looks:
    """`hair` is None where none was seen above the forehead."""

    photograph: Picture
    eyes: Eyes
    skin: Vector
    hair: Vector | None
    exposure: float  # what the photograph's light is multiplied by


def looks_of(photograph: Picture) -> Looks:
    """The looks of the person in a photograph, uint8[H, W, 3]: of the face dlib finds, else of its middle."""
    eyes = _eyes_in_face(photograph) or eyes_of(photograph)
    (xa, ya), (xb, yb) = eyes.left, eyes.right
    gap = float(np.hypot(xb - xa, yb - ya))
    along = np.array((xb - xa, yb - ya)) / gap
    down = np.array((-along[1], along[0]))
    middle = np.array(((xa + xb) / 2, (ya + yb) / 2))
    cheeks = [_patch(photograph, middle + (side * 0.55 * along + 0.55 * down) * gap, 0.12 * gap) for side in (-1, 1)]
    skin = np.median([patch for patch in cheeks if patch is not None] or [np.array((0.41, 0.225, 0.145))], axis=0)
    light = float(skin.mean())
    exposure = float(np.clip(light, *_SKIN_LIGHT)) / max(light, 1e-3)
    tops = [_patch(photograph, middle + (side * 0.35 * along - 1.45 * down) * gap, 0.16 * gap) for side in (-1, 1)]
    seen = [patch for patch in tops if patch is not None]
    hair = np.median(seen, axis=0) if seen else None
    return Looks(
        photograph, eyes, _vector(exposure * skin), None if hair is None else _vector(0.7 * exposure * hair), exposure
    )


def face_on_head(looks: Looks) -> NDArray[np.uint8]:
    """The face, uint8[SIZE, SIZE, 4]: turned level, in the scene's light, fading into the head's own skin."""
    (xa, ya), (xb, yb) = looks.eyes.left, looks.eyes.right
    pixels = float(np.hypot(xb - xa, yb - ya)) / (EYE_GAP * SIZE)  # of the photograph, a texel
    tilt = np.arctan2(yb - ya, xb - xa)
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] + 0.5
    across, down = (columns - SIZE / 2) * pixels, (rows - EYE_LINE * SIZE) * pixels
    x = (xa + xb) / 2 + across * np.cos(tilt) - down * np.sin(tilt)
    y = (ya + yb) / 2 + across * np.sin(tilt) + down * np.cos(tilt)
    height, width = looks.photograph.shape[:2]
    colours = between(looks.photograph.astype(np.float64), x, y) * looks.exposure ** (1 / 2.2)
    border = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y)) / pixels / 14
    low = rows / SIZE - 0.47  # upwards it goes on to the hair
    away = np.hypot((columns / SIZE - 0.5) / 0.35, low / np.where(low > 0, 0.47, 0.75))
    alpha = smooth(border) * (1 - smooth((away - 0.72) / 0.28))
    # behind the temples is the photograph's background: what is neither skin nor hair gives way to the head's own
    light = np.sqrt((colours / 255) ** 2.2)
    far = np.minimum.reduce(
        [np.linalg.norm(light - np.sqrt(one), axis=2) for one in (looks.skin, looks.hair) if one is not None]
    )
    aside = smooth((np.abs(columns / SIZE - 0.5) - 0.20) / 0.08)
    alpha *= 1 - aside * smooth((far - 0.16) / 0.14)
    return np.dstack([colours, alpha * 255]).round().clip(0, 255).astype(np.uint8)


def _eyes_in_face(photograph: Picture) -> Eyes | None:
    """The eyes of the surest face, by dlib's frontal detector and its five points; None where there is none."""
    try:
        points = str(weight("dlib_five_point").path())
        import dlib
    except (ModelMissing, ImportError):
        return None
    pixels = np.ascontiguousarray(photograph)
    boxes, scores, _ = dlib.get_frontal_face_detector().run(pixels, 1 if max(pixels.shape[:2]) < 700 else 0, 0.0)
    if not boxes:
        return None
    shape = dlib.shape_predictor(points)(pixels, boxes[int(np.argmax(scores))])
    corners = np.array([(shape.part(index).x, shape.part(index).y) for index in range(4)], float)
    first, second = sorted((corners[:2].mean(axis=0).tolist(), corners[2:].mean(axis=0).tolist()))
    return Eyes((first[0], first[1]), (second[0], second[1]), found=True)


def _patch(photograph: Picture, at: NDArray[np.float64], reach: float) -> NDArray[np.float64] | None:
    """The median colour, linear, round a place; None where that is outside the photograph."""
    x, y = (round(float(value)) for value in at)
    size = max(1, round(reach))
    if x < 0 or y < 0 or y >= photograph.shape[0] or x >= photograph.shape[1]:
        return None
    seen = photograph[max(0, y - size) : y + size + 1, max(0, x - size) : x + size + 1].reshape(-1, 3)
    return np.asarray(np.median((seen / 255.0) ** 2.2, axis=0))


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])

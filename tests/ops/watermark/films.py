"""Films that the mark of the picture is tried on: photographs of scikit-image under a moving camera; marked ones."""

from functools import cache

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from bench.marks.warps import shift, warped, zoom
from models.roles import Picture
from ops.watermark.carrier import MarkKey
from ops.watermark.picture import PictureMark

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]

KEY = MarkKey(b"a key of the tests")
CLIP = bytes(range(8))
KINDS = ("astronaut", "chelsea", "coffee")
FRAMES = 12
_ROOM = 1.3  # of the picture's size, that a photograph is scaled to: where the camera may move


@cache
def film(kind: str, width: int = 854, height: int = 480, frames: int = FRAMES) -> Film:
    """Frames of a photograph, the camera panning and coming nearer."""
    photograph = Image.fromarray(getattr(skimage.data, kind)())
    scale = max(width / photograph.width, height / photograph.height) * _ROOM
    size = (round(photograph.width * scale), round(photograph.height * scale))
    picture = np.asarray(photograph.resize(size, Image.Resampling.LANCZOS))
    view = shift((size[0] - width) / 2, (size[1] - height) / 2)
    moves = (
        shift(0.08 * width * share, -0.06 * height * share) @ zoom(1 + 0.1 * share, width, height)
        for share in np.linspace(-0.5, 0.5, frames)
    )
    return np.stack([warped(picture, view @ one, width, height) for one in moves])


def fitted(plain: Film, clip: bytes = CLIP, key: MarkKey = KEY) -> PictureMark:
    """A mark shaped after every third frame of a film."""
    height, width = plain.shape[1:3]
    mark = PictureMark(key, clip, width, height)
    mark.fit(list(plain[::3]))
    return mark


@cache
def marked_film(kind: str, width: int = 854, height: int = 480, clip: bytes = CLIP) -> Film:
    """The film of that kind and size with the clip's mark in it, as `KEY` lays it."""
    plain = film(kind, width, height)
    mark = fitted(plain, clip)
    return np.stack([mark.drawn(frame) for frame in plain])


def still(value: int | tuple[int, int, int], width: int, height: int) -> Picture:
    """One flat picture."""
    found = np.empty((height, width, 3), np.uint8)
    found[:] = value
    return found

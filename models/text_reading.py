"""Writing in a picture by PaddleOCR's PP-OCRv6 (small): where lines of text stand, and what they say.

Both models come in the wheel of rapidocr and run here on onnxruntime directly: the package's own code wants OpenCV,
Shapely and five more. The first model gives each pixel a probability of text (differentiable binarisation, Liao et
al. 2020), whose regions are grown by the authors' ratio; the second reads a line 48 pixels high (CTC). Lines may
slant. One that reads badly is read again upside down and in a mirror: writing is hidden so, and a camera films so.
"""

import math
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from greenroom.errors import ModelMissing
from models.catalogue import weight
from models.onnx import OnnxModel
from models.roles import Picture, ReadText

_LONGEST = 960  # pixels of the side that is looked at; more finds no text that a viewer of 854 x 480 can read
_MULTIPLE = 32  # what the detector's sides must be a multiple of
_TEXT, _LINE = 0.3, 0.5  # probability of a pixel, and the mean of a line's pixels: the authors' thresholds
_GROWTH = 1.6  # by area over circumference: the model marks a line's core
_LEAST_SIDE = 4  # pixels of a line's core, below which nothing can be read
_MOST_LINES = 40  # of a picture, largest first: a page of print has more, and its first forty tell what it is
_HIGH = 48  # pixels of a line that is read
_WIDEST = 1600  # pixels of such a line
_TOGETHER = 6  # lines read at once
_SURE = 0.9  # mean probability of letters; below it the line is read upside down and mirrored too
_LEAST = 0.4  # below it a line is a pattern and no writing


class PaddleText:
    """The embedded text reading role. `threads` is how many cores one look may use."""

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._loaded: tuple[OnnxModel, OnnxModel, tuple[str, ...]] | None = None

    @property
    def name(self) -> str:
        found = weight("ppocr_recognition")
        return f"PP-OCRv6 small of {found.distribution} {found.revision} ({found.sha256[:12]})"

    def __enter__(self) -> Self:
        """Loads the models. Raises `ModelMissing` when they are not installed, `ModelFailed` when one is damaged."""
        detector, reader = OnnxModel("ppocr_detection", self._threads), OnnxModel("ppocr_recognition", self._threads)
        # class 0 of the CTC is no letter, the last is the space
        letters = ("", *reader.metadata["character"].splitlines(), " ")
        self._loaded = (detector, reader, letters)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loaded = None

    def read(self, picture: Picture) -> tuple[ReadText, ...]:
        """The lines of writing in `picture` (uint8[H, W, 3] RGB), from top to bottom; boxes in pixels."""
        if self._loaded is None:
            raise ModelMissing("The text model was asked outside its `with`.", "Use `with PaddleText() as model:`.")
        detector, reader, letters = self._loaded
        corners = _lines(picture, detector)
        if not corners:
            return ()
        cut = [_cut(picture, one) for one in corners]
        said = _read(cut, reader, letters)
        doubtful = [place for place, (_, score) in enumerate(said) if score < _SURE]
        for rows in (-1, 1):  # upside down, and in a mirror
            again = _read([cut[place][::rows, ::-1] for place in doubtful], reader, letters)
            for place, other in zip(doubtful, again, strict=True):
                said[place] = max(said[place], other, key=lambda one: one[1])
        found = [
            _placed(text, score, one, picture)
            for (text, score), one in zip(said, corners, strict=True)
            if text.strip() and score >= _LEAST
        ]
        return tuple(sorted(found, key=lambda one: (one.y, one.x)))


def _lines(picture: Picture, detector: OnnxModel) -> list[NDArray[np.float64]]:
    """The corners of each line, float64[4, 2] in pixels of the picture: from the top left, clockwise along the text."""
    from scipy import ndimage

    high, wide = picture.shape[:2]
    scale = min(1.0, _LONGEST / max(high, wide))
    size = [max(_MULTIPLE, round(side * scale / _MULTIPLE) * _MULTIPLE) for side in (wide, high)]
    small = np.asarray(Image.fromarray(picture).resize((size[0], size[1]), Image.Resampling.BILINEAR), np.float32)
    batch = (small[..., ::-1] / 127.5 - 1.0).transpose(2, 0, 1)[None]  # trained on blue, green, red
    probability = detector(batch)[0, 0]
    regions, count = ndimage.label(ndimage.binary_dilation(probability > _TEXT, np.ones((2, 2))))
    if not count:
        return []
    means = ndimage.mean(probability, regions, range(1, count + 1))
    back = np.array([wide / size[0], high / size[1]])
    boxes = []
    for number, (place, mean) in enumerate(zip(ndimage.find_objects(regions), means, strict=True), 1):
        if mean < _LINE:
            continue
        rows, columns = np.nonzero(regions[place] == number)
        points = np.stack([columns + place[1].start + 0.5, rows + place[0].start + 0.5], axis=1) * back
        box = _box(points)
        if box is not None:
            boxes.append(box)
    return sorted(boxes, key=_area, reverse=True)[:_MOST_LINES]


def _box(points: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The grown rectangle around a line's pixels, float64[N, 2], along the text; None for a speck."""
    centre = points.mean(axis=0)
    along, across = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    spread, axes = np.linalg.eigh(np.cov((points - centre).T) + 1e-6 * np.eye(2))
    # a line is four times as long as high, or its direction says nothing; upright text is cut upright
    if spread[1] > 16 * spread[0]:
        along = axes[:, 1] * np.sign(axes[0, 1] or 1.0)
        if abs(along[1]) < 0.05:
            along = np.array([1.0, 0.0])
        elif abs(along[0]) < 0.05:
            along = np.array([0.0, 1.0])
        across = np.array([-along[1], along[0]])
    first, second = (points - centre) @ along, (points - centre) @ across
    long, high = np.ptp(first) + 1.0, np.ptp(second) + 1.0
    if min(long, high) < _LEAST_SIDE:
        return None
    growth = long * high * _GROWTH / (2 * (long + high))
    low, top = first.min() - 0.5 - growth, second.min() - 0.5 - growth
    far, bottom = first.max() + 0.5 + growth, second.max() + 0.5 + growth
    places = ((low, top), (far, top), (far, bottom), (low, bottom))
    corners = np.array([centre + one * along + other * across for one, other in places])
    # a tall box has upright letters below each other or a line turned by a quarter; the reader wants it lying
    return np.roll(corners, -1, axis=0) if high > 1.5 * long else corners


def _area(corners: NDArray[np.float64]) -> float:
    return math.dist(corners[0], corners[1]) * math.dist(corners[1], corners[2])


def _cut(picture: Picture, corners: NDArray[np.float64]) -> Picture:
    """The line alone, upright, `_HIGH` pixels high."""
    long, high = math.dist(corners[0], corners[1]), math.dist(corners[1], corners[2])
    wide = min(_WIDEST, max(_HIGH // 3, round(_HIGH * long / max(high, 1.0))))
    top_left, top_right, bottom_right, bottom_left = (tuple(map(float, corner)) for corner in corners)
    quad = (*top_left, *bottom_left, *bottom_right, *top_right)
    line = Image.fromarray(picture).transform(
        (wide, _HIGH), Image.Transform.QUAD, quad, Image.Resampling.BILINEAR, fillcolor=(127, 127, 127)
    )
    return np.asarray(line, np.uint8)


def _read(lines: list[Picture], reader: OnnxModel, letters: tuple[str, ...]) -> list[tuple[str, float]]:
    """What each line says, and the mean probability of its letters."""
    found: list[tuple[str, float]] = [("", 0.0)] * len(lines)
    order = sorted(range(len(lines)), key=lambda place: lines[place].shape[1])
    for first in range(0, len(order), _TOGETHER):
        places = order[first : first + _TOGETHER]
        widest = max(160, *(math.ceil(lines[place].shape[1] / 8) * 8 for place in places))
        batch = np.zeros((len(places), 3, _HIGH, widest), np.float32)
        for row, place in enumerate(places):
            line = lines[place]
            batch[row, :, :, : line.shape[1]] = (line[..., ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
        for place, answer in zip(places, reader(batch), strict=True):
            found[place] = _decoded(answer, letters)
    return found


def _decoded(answer: NDArray[np.float32], letters: tuple[str, ...]) -> tuple[str, float]:
    """The best path through float32[steps, classes]: repetitions are one letter, class 0 is none."""
    best = answer.argmax(axis=1)
    kept = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    if not kept.any():
        return "", 0.0
    text = "".join(letters[int(one)] for one in best[kept])
    return text, float(answer[np.flatnonzero(kept), best[kept]].mean())


def _placed(text: str, score: float, corners: NDArray[np.float64], picture: Picture) -> ReadText:
    high, wide = picture.shape[:2]
    left, top = (max(0, int(side)) for side in corners.min(axis=0))
    right, bottom = min(wide, math.ceil(corners[:, 0].max())), min(high, math.ceil(corners[:, 1].max()))
    return ReadText(text, round(score, 4), min(left, wide), min(top, high), max(0, right - left), max(0, bottom - top))

"""Picture safety by NudeNet: which body parts a picture shows.

The detector (YOLOv8n, 320 x 320, ONNX) runs here on onnxruntime directly, with the number of threads it is given:
the package's own wrapper takes every core and wants a file or a BGR picture. Input and output are the package's
(nudenet 3.4.2, `nudenet.py`): RGB scaled to 0 to 1, padded to a square at the right and bottom.
"""

from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from greenroom.errors import ModelMissing
from models.catalogue import weight
from models.onnx import OnnxModel
from models.roles import Picture, PictureFinding

_SIDE = 320  # pixels, what the model was trained on
_LEAST_SCORE = 0.2  # below it the model's boxes are noise; the policy's thresholds are higher
_OVERLAP = 0.45  # intersection over union from which two boxes of one picture are one finding

LABELS = (
    "FEMALE_GENITALIA_COVERED",
    "FACE_FEMALE",
    "BUTTOCKS_EXPOSED",
    "FEMALE_BREAST_EXPOSED",
    "FEMALE_GENITALIA_EXPOSED",
    "MALE_BREAST_EXPOSED",
    "ANUS_EXPOSED",
    "FEET_EXPOSED",
    "BELLY_COVERED",
    "FEET_COVERED",
    "ARMPITS_COVERED",
    "ARMPITS_EXPOSED",
    "FACE_MALE",
    "BELLY_EXPOSED",
    "MALE_GENITALIA_EXPOSED",
    "ANUS_COVERED",
    "FEMALE_BREAST_COVERED",
    "BUTTOCKS_COVERED",
)


class NudeNet:
    """The embedded picture safety role. `threads` is how many cores one look may use."""

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._model: OnnxModel | None = None

    @property
    def name(self) -> str:
        found = weight("nudenet_320n")
        return f"nudenet {found.revision} ({found.sha256[:12]})"

    def __enter__(self) -> Self:
        """Loads the model. Raises `ModelMissing` when it is not installed, `ModelFailed` when its file is damaged."""
        self._model = OnnxModel("nudenet_320n", self._threads)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._model = None

    def look(self, picture: Picture) -> tuple[PictureFinding, ...]:
        """What the model finds in `picture` (uint8[H, W, 3] RGB), best score first; boxes in pixels.

        Raises `ModelFailed` when the model crashes or answers something that is no number.
        """
        if self._model is None:
            raise ModelMissing("NudeNet was asked outside its `with`.", "Use it as `with NudeNet() as model:`.")
        side = max(picture.shape[:2])
        square = np.zeros((side, side, 3), np.uint8)
        square[: picture.shape[0], : picture.shape[1]] = picture
        small = Image.fromarray(square).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        batch = (np.asarray(small, np.float32) / 255.0).transpose(2, 0, 1)[None]
        return _findings(self._model(batch)[0].T, side / _SIDE, picture.shape[1], picture.shape[0])


def _findings(rows: NDArray[np.float32], scale: float, width: int, height: int) -> tuple[PictureFinding, ...]:
    """`rows`: float32[boxes, 4 + classes], centre x, centre y, width, height in model pixels, then class scores."""
    best = rows[:, 4:].max(axis=1)
    rows = rows[best >= _LEAST_SCORE]
    rows = rows[np.argsort(-rows[:, 4:].max(axis=1), kind="stable")]
    kept: list[PictureFinding] = []
    for row in rows:
        centre_x, centre_y, wide, high = (float(value) * scale for value in row[:4])
        left, top = max(0, int(centre_x - wide / 2)), max(0, int(centre_y - high / 2))
        found = PictureFinding(
            label=LABELS[int(row[4:].argmax())],
            score=float(row[4:].max()),
            x=min(left, width),
            y=min(top, height),
            width=max(0, min(int(wide), width - left)),
            height=max(0, min(int(high), height - top)),
        )
        # Only boxes of one label compete: a covered and an exposed reading of one place are both evidence.
        if all(found.label != other.label or _overlap(found, other) < _OVERLAP for other in kept):
            kept.append(found)
    return tuple(kept)


def _overlap(a: PictureFinding, b: PictureFinding) -> float:
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    shared = max(0, wide) * max(0, high)
    return shared / max(1, a.width * a.height + b.width * b.height - shared)

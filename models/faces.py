"""Faces by dlib: where they are, and whose they are.

Detection is dlib's HOG detector, which lives in the library; landmarks and embedding are its five-point model and
its face recognition ResNet. The 68-point model and the CNN detector of the same package are never opened: the
first's training data has terms of its own.
"""

from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from greenroom.errors import ModelFailed, ModelMissing
from models.catalogue import weight
from models.roles import FoundFace, Picture

if TYPE_CHECKING:
    import dlib

# Measured: true frontal faces score about 1.5, false ones about 0.1 (dlib's own default threshold is 0).
LEAST_SCORE = 0.5
# dlib's own advice for this embedding: two pictures of one person are closer than this (Euclidean).
SAME_PERSON = 0.6


class DlibFaces:
    """The embedded faces role. `least_score` is the detector's score below which a find is dropped."""

    def __init__(self, least_score: float = LEAST_SCORE) -> None:
        self._least_score = least_score
        self._loaded: tuple[dlib.fhog_object_detector, dlib.shape_predictor, dlib.face_recognition_model_v1] | None = (
            None
        )

    @property
    def name(self) -> str:
        return f"dlib HOG, {weight('dlib_face_recognition_resnet').revision}"

    def __enter__(self) -> Self:
        """Loads the models. Raises `ModelMissing` when dlib or the two weight files are not there, `ModelFailed` when
        one is damaged.
        """
        landmarks = weight("dlib_five_point").path()
        embedding = weight("dlib_face_recognition_resnet").path()
        if find_spec("dlib") is None:
            raise ModelMissing("dlib is not installed.", "Install the project again: it depends on dlib-bin.")
        import dlib

        try:
            self._loaded = (
                dlib.get_frontal_face_detector(),
                dlib.shape_predictor(str(landmarks)),
                dlib.face_recognition_model_v1(str(embedding)),
            )
        except RuntimeError as broken:
            fact = f"dlib cannot load its weight files: {broken}"
            raise ModelFailed(fact, "Reinstall face-recognition-models 0.3.0.") from broken
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loaded = None

    def find(self, picture: Picture, *, embed: bool) -> tuple[FoundFace, ...]:
        """Faces in `picture` (uint8[H, W, 3] RGB), best score first, boxes in pixels clipped to it.

        `embed` adds the 128 numbers by which two finds compare (about 90 ms each). Raises `ModelFailed` when they
        are no numbers.
        """
        if self._loaded is None:
            raise ModelMissing("The face model was asked outside its `with`.", "Use `with DlibFaces() as model:`.")
        detector, landmarks, recognition = self._loaded
        pixels = np.ascontiguousarray(picture)
        height, width = pixels.shape[:2]
        boxes, scores, _ = detector.run(pixels, 0, self._least_score)
        found = []
        for box, score in zip(boxes, scores, strict=True):
            vector = None
            shape = landmarks(pixels, box)
            if embed:
                vector = np.asarray(recognition.compute_face_descriptor(pixels, shape), np.float32)
                if not np.isfinite(vector).all():
                    fact = "dlib's face embedding answered something that is no number."
                    raise ModelFailed(fact, "Reinstall face-recognition-models 0.3.0.")
            left, top = max(0, box.left()), max(0, box.top())
            found.append(
                FoundFace(
                    x=left,
                    y=top,
                    width=min(width, box.right() + 1) - left,
                    height=min(height, box.bottom() + 1) - top,
                    score=float(score),
                    embedding=vector,
                    landmarks=np.array([(part.x, part.y) for part in shape.parts()], np.float32),
                )
            )
        return tuple(sorted(found, key=lambda face: -face.score))

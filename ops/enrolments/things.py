"""A pet's or an object's capture: photographs or a recording, no human face, cut out from the background."""

import io
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from greenroom.domain.base import BlobRef
from greenroom.domain.enrolments import Enrolment
from models.cutout import Cutout, cut_out
from models.faces import DlibFaces
from models.roles import Picture
from moderation.presentation import Measured
from ops.enrolments.captured import photograph
from ops.enrolments.filing import RECORDING
from ops.enrolments.recognition import Recognition
from ops.enrolments.recording import read_recording
from ops.studio import Studio

REFERENCE_SIDE = 1024  # pixels of the kept picture's longer side: more than a clip of 1080 lines shows of it
_LOOKED_AT = 8  # frames of a recording in which faces are looked for, spread over it
_EVERY_FACE = 0.0  # dlib's own threshold: a find below the policy's bound is evidence too


class Thing:
    """The capture of one pet or object; what is measured is computed once, when a step asks for it."""

    def __init__(self, studio: Studio, enrolment: Enrolment, folder: Path) -> None:
        self._studio = studio
        self._enrolment = enrolment
        self._folder = folder

    def measures(self, step: str) -> Mapping[str, Measured]:
        """The measures of a step of `presentation.yaml`."""
        match step:
            case "container":
                shorter = min(min(picture.shape[:2]) for picture in self._pictures)
                return {"pictures": Measured(float(len(self._pictures))), "shorter_side": Measured(float(shorter))}
            case "no human face":
                score, name = self._face
                return {"human_face_score": Measured(score, model=name)}
            case "cut out":
                return {"subject_share": Measured(self.cutout.share, model=self.cutout.method)}
        return {}

    def recognition(self) -> Recognition:
        """The picture to be used: RGB with the cut-out as its alpha."""
        rgba = np.dstack([self._reference, np.rint(self.cutout.mask * 255).astype(np.uint8)])
        buffer = io.BytesIO()
        Image.fromarray(rgba, "RGBA").save(buffer, "PNG")
        reference = self._studio.put_sealed(buffer.getvalue(), "image/png", self._enrolment.likeness)
        return Recognition(reference=reference)

    @cached_property
    def cutout(self) -> Cutout:
        return cut_out(self._reference)

    @cached_property
    def _pictures(self) -> tuple[Picture, ...]:
        return tuple(picture for ref in self._enrolment.captures for picture in self._read(ref))

    @cached_property
    def _reference(self) -> Picture:
        """The sharpest picture, at the size that is kept."""
        picture = Image.fromarray(max(self._pictures, key=_sharpness) if len(self._pictures) > 1 else self._pictures[0])
        picture.thumbnail((REFERENCE_SIDE, REFERENCE_SIDE))
        return np.asarray(picture)

    @cached_property
    def _face(self) -> tuple[float, str]:
        """The score of the most certain human face, 0 where there is none, and what looked."""
        step = max(1, len(self._pictures) // _LOOKED_AT)
        with DlibFaces(_EVERY_FACE) as faces:
            scores = [face.score for one in self._pictures[::step] for face in faces.find(_small(one), embed=False)]
            return max(scores, default=0.0), faces.name

    def _read(self, ref: BlobRef) -> tuple[Picture, ...]:
        data = self._studio.get(ref)
        if ref.media_type == RECORDING:
            path = self._folder / f"{ref.sha256}.capture"
            path.write_bytes(data)
            return read_recording(path).frames
        return (photograph(data),)


def preview(reference: bytes) -> bytes:
    """The reference (RGBA PNG) over a checkerboard, as PNG: what its owner looks at before confirming it."""
    with Image.open(io.BytesIO(reference)) as opened:
        picture = opened.convert("RGBA")
    rows, columns = np.indices((picture.height, picture.width)) // 16
    board = np.where((rows + columns) % 2 == 0, 205, 240).astype(np.uint8)
    below = Image.fromarray(np.dstack([board, board, board]), "RGB").convert("RGBA")
    buffer = io.BytesIO()
    Image.alpha_composite(below, picture).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def _sharpness(picture: Picture) -> float:
    """Mean squared Laplacian of the luminance: larger is sharper."""
    grey = picture.astype(np.float32).mean(axis=2)
    laplacian = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    return float((laplacian**2).mean())


def _small(picture: Picture) -> Picture:
    """At most 1024 pixels a side: a face that fills a tenth of it is found, in 0.2 s."""
    small = Image.fromarray(picture)
    small.thumbnail((1024, 1024))
    return np.asarray(small)

"""What was handed in for an enrolment, as a person who decides on it sees and hears it."""

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from greenroom.domain.enrolments import Enrolment
from greenroom.errors import BadInput
from models.roles import Picture, Samples
from ops.enrolments.filing import RECORDING
from ops.enrolments.recording import SAMPLE_RATE, Recording, read_recording
from ops.studio import Studio, work_folder


def pictures(studio: Studio, enrolment: Enrolment, most: int) -> tuple[Picture, ...]:
    """So many frames of a recording, evenly, or every photograph: uint8[H, W, 3], upright.

    Raises `BadInput` for a file that cannot be read, and what the store does.
    """
    found: list[Picture] = []
    for ref in enrolment.captures:
        data = studio.get(ref)
        if ref.media_type == RECORDING:
            frames = _read(studio, data).frames
            few = most if len(enrolment.captures) == 1 else 1
            found += [frames[int((place + 0.5) * len(frames) / few)] for place in range(few)]
        else:
            found.append(photograph(data))
    return tuple(found)


def heard(studio: Studio, enrolment: Enrolment) -> tuple[Samples, int]:
    """The sound of a recording, float32[N, 1], and its sample rate. Raises `BadInput`, and what the store does."""
    found = _read(studio, studio.get(enrolment.captures[0]))
    return np.ascontiguousarray(found.samples[:, None]), SAMPLE_RATE


def photograph(data: bytes) -> Picture:
    """A photograph that someone handed in, upright. Raises `BadInput` for one that cannot be read."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(f"the photograph cannot be read: {error}", "Hand in a JPEG, PNG or WebP file.") from error


def _read(studio: Studio, data: bytes) -> Recording:
    with work_folder(studio) as folder:
        path = folder / "recording.capture"
        path.write_bytes(data)
        return read_recording(path)

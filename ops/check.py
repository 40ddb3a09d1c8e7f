"""Gathers what gate 4 decides on; gate 5's evidence is in `ops.dialogue_evidence`, gate 6's in `ops.sights`.

Belongs here: decoding, measuring. Deciding belongs to `moderation`.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import PhysicsReport
from greenroom.errors import BadInput
from models.roles import Picture
from moderation.take import TakeEvidence
from ops.media_reading import probe, read_frames, read_sound
from ops.sound_levels import SILENT_LUFS, measure


def take_evidence(path: Path, physics: PhysicsReport | None = None) -> TakeEvidence:
    """What gate 4 wants to know of a take's file; a file that does not decode is evidence, not an error.

    `physics` is the report of a generator that simulates.
    """
    try:
        info = probe(path)
        luma, differences, frames = _motion(path)
        samples, rate = read_sound(path)
    except BadInput as broken:
        return TakeEvidence(error=broken.fact)
    levels = measure(samples, rate)
    return TakeEvidence(
        seconds=frames / info.frames_per_second if info.frames_per_second else 0.0,
        sound_seconds=len(samples) / rate,
        width=info.width,
        height=info.height,
        frames=frames,
        luma=luma,
        differences=differences,
        lufs=levels.lufs if levels.lufs > SILENT_LUFS else None,
        physics=physics,
    )


def _motion(path: Path) -> tuple[tuple[float, ...], tuple[float, ...], int]:
    luma, differences, previous = [], [], None
    for frame in read_frames(path):
        # A quarter of the pixels says as much about black and still, in a quarter of the time.
        grey = _grey(frame[::2, ::2])
        luma.append(float(grey.mean()))
        if previous is not None:
            differences.append(float(np.abs(grey - previous).mean()))
        previous = grey
    return tuple(luma), tuple(differences), len(luma)


def _grey(picture: Picture) -> NDArray[np.float32]:
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
    return picture.astype(np.float32) @ weights

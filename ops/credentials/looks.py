"""What a film looks like, as its manifest states it: the PDQ hashes of a few of its frames."""

import math
from pathlib import Path

import numpy as np

from models.lookalikes import fingerprint
from ops.credentials.soft_bindings import Block
from ops.media_reading import opened

PARTS = 4  # of a clip, of equal length; a frame near the middle of each is looked at
_EACH = 0.25  # seconds between the frames that are kept to find copies by (`models.fingerprints_picture`)


def looks(file: Path, frames: int, frames_per_second: float) -> tuple[Block, ...]:
    """The hash of a frame near each part's middle, for the time of its part; one too flat for a hash is left out.

    It is of a frame that the clip's own fingerprint is made of: where much moves, one between two of those is like
    neither, and would not lead to its clip. Costs the decoding of the film.
    """
    wanted = [_near_middle(part, frames, frames_per_second) for part in range(PARTS)]
    values = _hashes(file, set(wanted))
    found: list[Block] = []
    for part, index in enumerate(wanted):
        start, end = (round(1000 * edge * frames / (PARTS * frames_per_second)) for edge in (part, part + 1))
        if values.get(index):
            found.append(Block(value=values[index], start=start, end=end))
    return tuple(found)


def _near_middle(part: int, frames: int, frames_per_second: float) -> int:
    """The last frame kept until the middle of a part."""
    middle = (2 * part + 1) * frames / (2 * PARTS * frames_per_second)
    return math.ceil(math.floor(middle / _EACH + 1e-6) * _EACH * frames_per_second - 1e-6)


def _hashes(file: Path, wanted: set[int]) -> dict[int, bytes]:
    """Of the frames with these numbers; only they are converted."""
    with opened(file) as container:
        return {
            index: fingerprint([frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)])
            for index, frame in enumerate(container.decode(container.streams.video[0]))
            if index in wanted
        }

"""What a film looks like, as its manifest states it: the PDQ hashes of a few of its frames."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.lookalikes import fingerprint
from models.roles import Picture
from ops.credentials.soft_bindings import Block
from ops.media_reading import opened

PARTS = 4  # of a clip, of equal length; the frame in the middle of each is looked at


def looks(file: Path, frames: int, frames_per_second: float) -> tuple[Block, ...]:
    """The hash of each part's middle frame, for the time of its part; a frame too flat for a hash is left out.

    Costs the decoding of the film.
    """
    found: list[Block] = []
    for part, picture in _middles(file, frames):
        start, end = (round(1000 * edge * frames / (PARTS * frames_per_second)) for edge in (part, part + 1))
        value = fingerprint([picture])
        if value:
            found.append(Block(value=value, start=start, end=end))
    return tuple(found)


def _middles(file: Path, frames: int) -> Iterator[tuple[int, Picture]]:
    """Each part's number and its middle frame; only these are converted."""
    wanted = {(2 * part + 1) * frames // (2 * PARTS): part for part in range(PARTS)}
    with opened(file) as container:
        for index, frame in enumerate(container.decode(container.streams.video[0])):
            if index in wanted:
                yield wanted[index], frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)

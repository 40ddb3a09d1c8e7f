"""A small take that gates 4 and 5 are asked about: a moving picture, a tone, and what is told of it."""

import numpy as np

from greenroom.domain.base import BlobRef
from greenroom.domain.clips import SpokenLine, Take, Timing
from models.roles import Picture, Samples
from ops.sound_levels import normalise

FPS = 12
SECONDS = 4.0


def moving(count: int = round(FPS * SECONDS)) -> list[Picture]:
    ramp = np.linspace(30, 220, 320).astype(np.uint8)
    return [np.repeat(np.roll(ramp, 6 * n)[None, :, None], 240, 0).repeat(3, 2) for n in range(count)]


def tone(seconds: float = SECONDS) -> Samples:
    times = np.arange(round(48_000 * seconds)) / 48_000
    wave = 0.2 * np.sin(2 * np.pi * 440 * times)
    return normalise(np.stack([wave, wave], 1).astype(np.float32))


def take(line: SpokenLine | None = None, construction: dict[str, object] | None = None) -> Take:
    ref = BlobRef(sha256="0" * 64, size=1, media_type="video/x-matroska")
    return Take.model_validate(
        {
            "generator": "previz", "model": "previz 1", "seed": 1, "master": ref, "stems": {},
            "timing": Timing(lines=(line,) if line else ()), "seconds": SECONDS, "width": 320, "height": 240,
            "frames_per_second": FPS, "frame_count": 48, "frames_sha256": "0" * 64,
            "construction": construction or {},
        }
    )  # fmt: skip

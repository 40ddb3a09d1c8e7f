"""What spoils a sound besides its level: clipped samples, a span of silence in the middle, hum of the mains.

Measured on float32[N, channels]; a sound that is not finite is no sound (BadInput). Whether it matters is judged in
`moderation.dialogue`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Samples
from ops.mains_hum import mains_hum

_FULL = 0.999  # of full scale, from which a sample may be clipped
_RUN = 3  # equal samples at full scale that no wave makes by itself
_SILENT = 10 ** (-70 / 20)  # of full scale: under the noise of any recording
_BLOCK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class SoundFaults:
    """What a meter found. `hum`: by how many powers of ten lines of the mains are likelier than chance."""

    clipped_share: float  # of the samples, 0 to 1
    silent_seconds: float  # of the longest silence between two sounds
    hum: float  # 0 where there is none
    hum_hertz: float | None


def faults(samples: Samples, sample_rate: int) -> SoundFaults:
    """Measure float32[N, channels]. Raises BadInput where a sample is not a number."""
    if not np.isfinite(samples).all():
        raise BadInput("The sound holds values that are not numbers.", "Encode the file anew.")
    if len(samples) == 0:
        return SoundFaults(0.0, 0.0, 0.0, None)
    hum, hertz = mains_hum(samples.astype(np.float64).mean(axis=1), sample_rate)
    return SoundFaults(
        clipped_share=round(max(_clipped(channel) for channel in samples.T), 6),
        silent_seconds=round(_silence(samples, sample_rate), 2),
        hum=round(hum, 1),
        hum_hertz=hertz,
    )


def _clipped(channel: NDArray[np.float32]) -> float:
    """Share of the samples that stand in runs at one value of full scale."""
    full = np.abs(channel) >= _FULL
    same = full[1:] & full[:-1] & (channel[1:] == channel[:-1])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(np.int8), [0]])))
    runs = edges[1::2] - edges[::2] + 1
    return float(runs[runs >= _RUN].sum() / len(channel))


def _silence(samples: Samples, rate: int) -> float:
    block = max(1, round(_BLOCK_SECONDS * rate))
    whole = np.abs(samples[: len(samples) // block * block]).max(axis=1).reshape(-1, block).max(axis=1)
    heard = np.flatnonzero(whole > _SILENT)
    return float((np.diff(heard) - 1).max(initial=0) * block / rate)

"""What spoils a sound besides its level: clipped samples, a span of silence in the middle, hum of the mains.

Measured on float32[N, channels]; a sound that is not finite is no sound (BadInput). Whether it matters is judged in
`moderation.dialogue`.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Samples

_FULL = 0.999  # of full scale, from which a sample may be clipped
_RUN = 3  # equal samples at full scale that no wave makes by itself
_SILENT = 10 ** (-70 / 20)  # of full scale: under the noise of any recording
_BLOCK_SECONDS = 0.02
_MAINS = (50.0, 60.0)  # hertz
_HARMONICS = 6
_HUM_RATE = 2_000  # hertz, that the mains' harmonics are looked for at
_WINDOW = _HUM_RATE // 4
_AROUND = (-24, -20, -16, -12, 12, 16, 20, 24)  # hertz from a harmonic: in no other's reach
_OFF = tuple(step / 2000 for step in range(-4, 5))  # of its frequency, that the mains may be off by
_FLOOR = 1e-8  # of a window's power: digital silence is no quiet place to hear a hum in
_LEAST_SECONDS = 3


@dataclass(frozen=True, slots=True)
class SoundFaults:
    """What a meter found. `hum_db`: how far the third strongest of the mains' harmonics stands over the sound there."""

    clipped_share: float  # of the samples, 0 to 1
    silent_seconds: float  # of the longest silence between two sounds
    hum_db: float  # 0 where there is none
    hum_hertz: float | None


def faults(samples: Samples, sample_rate: int) -> SoundFaults:
    """Measure float32[N, channels]. Raises BadInput where a sample is not a number."""
    if not np.isfinite(samples).all():
        raise BadInput("The sound holds values that are not numbers.", "Encode the file anew.")
    if len(samples) == 0:
        return SoundFaults(0.0, 0.0, 0.0, None)
    hum, hertz = _hum(samples.astype(np.float64).mean(axis=1), sample_rate)
    return SoundFaults(
        clipped_share=round(max(_clipped(channel) for channel in samples.T), 6),
        silent_seconds=round(_silence(samples, sample_rate), 2),
        hum_db=round(hum, 1),
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


def _hum(mono: NDArray[np.float64], rate: int) -> tuple[float, float | None]:
    """How many decibels the third strongest of the mains' harmonics stands over what lies around it.

    Hum keeps its phase, voices and music do not: each harmonic is added up over the windows with its phase, and the
    quieter its surroundings in a window are, the more that window counts (the matched filter in noise that changes).
    The mains may be off by a fifth of a per cent. Less than three seconds or three harmonics are no proof.
    """
    narrow = _narrowed(mono, rate)
    if len(narrow) < _LEAST_SECONDS * _HUM_RATE or not np.any(narrow):
        return 0.0, None
    windows = np.lib.stride_tricks.sliding_window_view(narrow, _WINDOW)[:: _WINDOW // 2] * np.hanning(_WINDOW)
    starts = np.arange(len(windows)) * (_WINDOW // 2) / _HUM_RATE
    times = np.arange(_WINDOW) / _HUM_RATE
    taper = np.hanning(len(windows) + 2)[1:-1]  # or a note that is held two hertz away would leak in

    def at(hertz: float) -> NDArray[np.complex128]:
        turned = windows @ np.exp(-2j * np.pi * hertz * times)
        return np.asarray(turned * np.exp(-2j * np.pi * hertz * starts), np.complex128)

    best: tuple[float, float | None] = (0.0, None)
    for mains in _MAINS:
        harmonics = [number * mains for number in range(1, _HARMONICS + 1)]
        around = [np.mean([np.abs(at(one + off)) ** 2 for off in _AROUND], axis=0) + _FLOOR for one in harmonics]
        for off in _OFF:
            out = [
                np.abs(np.sum(taper * at(one * (1 + off)) / noise)) ** 2 / np.sum(taper**2 / noise)
                for one, noise in zip(harmonics, around, strict=True)
            ]
            third = 10 * float(np.log10(np.sort(out)[-3] + 1e-12))
            if third > best[0]:
                best = (third, mains)
    return best


def _narrowed(mono: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """The part under a kilohertz, at 2 kHz; nothing of a rate below that."""
    unit = rate // gcd(rate, _HUM_RATE)
    whole = len(mono) // unit * unit
    count = whole // unit * (_HUM_RATE // gcd(rate, _HUM_RATE))
    if rate < _HUM_RATE or not count:
        return np.zeros(0)
    return np.asarray(np.fft.irfft(np.fft.rfft(mono[:whole])[: count // 2 + 1], count) * (count / whole))

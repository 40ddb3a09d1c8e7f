"""Loudness and peaks: mixing stems, bringing a mix to its loudness, measuring it (ITU-R BS.1770-5, EBU R 128).

True peak is read after fourfold oversampling (BS.1770-5, annex 2), here by a windowed-sinc polyphase filter of our
own because scipy.signal costs seconds to import. `pyloudnorm` raises under 0.4 s and gives -inf on silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Samples

SILENT_LUFS = -70.0  # the absolute gate of BS.1770: nothing under it is counted, so nothing is reported under it
SILENT_DB = -120.0
_SILENT_BLOCK_DB = -60.0
_OVERSAMPLING = 4
_TAPS = 24  # on each side of a sample
_LOOKAHEAD_SECONDS = 0.005
_RELEASE_SECONDS = 0.08
_ROUNDS = 10
_MOST_LIMITED_DB = 30.0  # of a few knocks in a quiet room, whose peaks stand that far above their loudness


@dataclass(frozen=True, slots=True)
class Levels:
    """What a meter reads: integrated loudness, true peak, and the share of 100 ms blocks under -60 dBFS."""

    lufs: float  # -70 where there is nothing to hear
    true_peak_db: float  # dBTP; -120 for digital silence
    silent_share: float  # 0 to 1


def mix(stems: Mapping[str, Samples]) -> Samples:
    """The sum of stems of equal shape, float32[N, 2]; may pass 1, `normalise` brings it back."""
    if not stems:
        raise BadInput("A mix needs at least one stem.")
    shapes = {samples.shape for samples in stems.values()}
    if len(shapes) != 1:
        raise BadInput(f"Stems must be of one shape; got {sorted(map(str, shapes))}.")
    total = np.zeros(next(iter(shapes)), np.float64)
    for name in sorted(stems):  # in one order, so that the sum is the same however the mapping was made
        total += stems[name]
    return total.astype(np.float32)


def normalise(
    samples: Samples, sample_rate: int = 48_000, *, target_lufs: float = -16.0, true_peak_db: float = -1.5
) -> Samples:
    """`samples` brought to `target_lufs`, no true peak above `true_peak_db`; silence is returned as it is.

    Gain and limiter are repeated a few times, because limiting takes loudness away again.
    """
    before = _loudness(samples, sample_rate)
    if before <= SILENT_LUFS:
        return samples.astype(np.float32)
    gain = target_lufs - before
    out = samples.astype(np.float64)
    for _ in range(_ROUNDS):
        out = _limited(samples.astype(np.float64) * 10 ** (gain / 20), sample_rate, true_peak_db)
        short = target_lufs - _loudness(out, sample_rate)
        if abs(short) < 0.1 or gain > target_lufs - before + _MOST_LIMITED_DB:
            break
        gain += 1.6 * short if short > 0 else short  # of what is added the limiter takes some again
    return out.astype(np.float32)


def measure(samples: Samples, sample_rate: int = 48_000) -> Levels:
    """Loudness, true peak and silent share of float32[N, channels]."""
    return Levels(
        lufs=round(_loudness(samples, sample_rate), 2),
        true_peak_db=round(true_peak(samples), 2),
        silent_share=round(_silent_share(samples, sample_rate), 4),
    )


def true_peak(samples: Samples) -> float:
    """The highest value between and at the samples, dBTP (-120 for digital silence)."""
    if samples.size == 0:
        return SILENT_DB
    highest = max(float(_oversampled(samples[:, channel]).max()) for channel in range(samples.shape[1]))
    return max(SILENT_DB, 20 * float(np.log10(highest))) if highest > 0 else SILENT_DB


def _loudness(samples: NDArray[np.floating], sample_rate: int) -> float:
    import pyloudnorm

    if samples.size == 0 or not np.any(samples):
        return SILENT_LUFS
    short = int(0.4 * sample_rate) + 1 - len(samples)
    if short > 0:  # one gating block is 400 ms: a shorter sound is heard inside one
        samples = np.concatenate([samples, np.zeros((short, samples.shape[1]), samples.dtype)])
    with np.errstate(divide="ignore"):
        lufs = float(pyloudnorm.Meter(sample_rate).integrated_loudness(samples.astype(np.float64)))
    return max(SILENT_LUFS, lufs) if np.isfinite(lufs) else SILENT_LUFS


def _silent_share(samples: Samples, sample_rate: int) -> float:
    block = max(1, sample_rate // 10)
    count = -(-len(samples) // block)
    if count == 0:
        return 1.0
    power = np.zeros(count * block)
    power[: len(samples)] = np.mean(np.square(samples.astype(np.float64)), axis=1)
    rms = np.sqrt(power.reshape(count, block).mean(axis=1))
    return float(np.mean(rms < 10 ** (_SILENT_BLOCK_DB / 20)))


@cache
def _phases() -> NDArray[np.float64]:
    """The interpolation filter, one row for each quarter of a sample: Kaiser-windowed sinc, unit gain."""
    offsets = np.arange(-_TAPS, _TAPS)
    rows = []
    for phase in range(1, _OVERSAMPLING):
        at = offsets + 1 - phase / _OVERSAMPLING
        window = np.i0(8.0 * np.sqrt(np.clip(1 - (at / (_TAPS + 1)) ** 2, 0, 1))) / np.i0(8.0)
        row = np.sinc(at) * window
        rows.append(row / row.sum())
    return np.array(rows)


def _oversampled(channel: NDArray[np.floating]) -> NDArray[np.float64]:
    """For each sample, the highest magnitude at it and at the three quarters after it, float64[N]."""
    exact = np.abs(channel).astype(np.float64)
    padded = np.pad(channel.astype(np.float64), (_TAPS - 1, _TAPS))
    for row in _phases():
        # row[k] weighs sample n + k - (TAPS - 1), which is a correlation
        between = np.abs(np.convolve(padded, row[::-1], mode="valid"))
        exact = np.maximum(exact, between[: len(exact)])
    return np.asarray(exact, np.float64)


def _limited(samples: NDArray[np.float64], sample_rate: int, true_peak_db: float) -> NDArray[np.float64]:
    """Look-ahead limiting: the gain falls smoothly before a peak and recovers over 80 ms after it."""
    ceiling = 10 ** ((true_peak_db - 0.1) / 20)  # a tenth for what the filter's finite length misses
    peaks = np.max([_oversampled(samples[:, channel]) for channel in range(samples.shape[1])], axis=0)
    if peaks.max() <= ceiling:
        return samples
    look = int(_LOOKAHEAD_SECONDS * sample_rate)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-12))
    lowest = _running_minimum(wanted, look)
    # the mean over the same reach of a running minimum never passes the wanted gain
    smooth = _running_mean(_released(lowest, sample_rate), look)
    out = samples * smooth[:, None]
    over = 10 ** (true_peak(out.astype(np.float32)) / 20) / 10 ** (true_peak_db / 20)
    return out / over if over > 1.0 else out


def _running_minimum(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The least value within `reach` samples on either side, by doubling."""
    out = np.pad(values, reach, constant_values=1.0)
    width, want = 1, 2 * reach + 1
    while width < want:
        step = min(width, want - width)
        out = np.minimum(out[:-step], out[step:])
        width += step
    return out


def _running_mean(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    padded = np.pad(values, (reach + 1, reach), mode="edge")
    total = np.cumsum(padded)
    return np.asarray((total[2 * reach + 1 :] - total[: -(2 * reach + 1)]) / (2 * reach + 1))


def _released(values: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Slow recovery: in decibels a straight line upward, at most 6 dB in the release time."""
    slope = 6.0 / (_RELEASE_SECONDS * sample_rate)
    decibels = 20 * np.log10(np.maximum(values, 1e-6))
    rising = np.arange(len(values)) * slope
    return np.asarray(10 ** ((np.minimum.accumulate(decibels - rising) + rising) / 20))

"""What a sound says in each cell of the mark's grid: whether it is loud, then soft, or the other way round.

The same for who lays the mark, to find where the sound itself already says what the mark will, and for who seeks it.
"""

from copy import copy

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from ops.watermark.carrier_sound import BANDS, CHIP, EDGES, SLOT, SLOTS, Floats

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000  # hertz
PHASES = 8  # to a slot: how finely its start is looked for
STEP = SLOT / PHASES  # seconds
FASTEST = 1.12  # times that a sound may be played as fast as it was made

_HIGHEST = 1e6  # times full scale: squares of more leave what numbers of 32 bits hold
_AT_ONCE = 1024  # windows transformed together: bounds the memory
_WINDOW = 0.024  # seconds: what is heard of a chip
_CHIP = round(CHIP / STEP)  # steps
_FLOOR = 1e-6  # of the mean power in a band: what is softer than this says nothing
_AROUND = 4  # bands to each side whose mean is taken off: what all do together is not the mark
_LOCAL = (2 * PHASES, 2)  # steps and bands to each side over which deviations are made equal
_LEAST = 0.1  # nepers², added to their variance: digital silence says nothing
_LOUDEST = 2.5  # deviations: more is an event of the sound


def checked(samples: Floats, rate: int) -> None:
    """Raises BadInput for what no mark is laid into or read from."""
    if samples.ndim != 2 or samples.shape[1] == 0:
        raise BadInput(f"Sound must be float32[N, channels]; got shape {samples.shape}.")
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise BadInput(f"Sound is marked from {LOWEST_RATE} to {HIGHEST_RATE} Hz; got {rate} Hz.")
    if samples.size and not max(float(samples.max()), -float(samples.min())) <= _HIGHEST:  # false for NaN too
        raise BadInput("The sound holds values that are no samples.", "Samples are numbers, and full scale is 1.")


class Spectrogram:
    """The power of a sound, by time and frequency. `samples` float32[N, channels], at least one sample."""

    def __init__(self, samples: Floats, rate: int) -> None:
        window = round(_WINDOW * rate)
        hann = np.asarray(np.hanning(window + 1)[:-1], np.float32)
        bins = min(window // 2 + 1, int(FASTEST * EDGES[-1] * window / rate) + 2)
        starts = np.rint(np.arange(int(len(samples) / rate / STEP) + 1) * (STEP * rate)).astype(np.int64)
        self._below = np.zeros((len(starts), bins + 1))
        for first in range(0, samples.shape[1], 2):
            # two channels in one transform, as real and imaginary part
            pair = samples[:, first].astype(np.complex64)
            if first + 1 < samples.shape[1]:
                pair.imag = samples[:, first + 1]
            views = np.lib.stride_tricks.sliding_window_view(np.pad(pair, (window // 2, window)), window)
            for part in range(0, len(starts), _AT_ONCE):
                found = np.fft.fft(views[starts[part : part + _AT_ONCE]] * hann, axis=1)
                squares = found.real**2 + found.imag**2
                self._below[part : part + _AT_ONCE, 1:] += squares[:, :bins] + squares[:, -np.arange(bins)]
        np.cumsum(self._below, axis=1, out=self._below)
        self._spacing = rate / window

    def middle(self, seconds: float) -> "Spectrogram":
        """So much of it, from the middle."""
        count = round(seconds / STEP)
        part = copy(self)
        start = max(0, (len(self._below) - count) // 2)
        part._below = self._below[start : start + count]
        return part

    def evidence(self, pitch: float = 1.0, tempo: float = 1.0) -> Floats:
        """How surely a slot that starts at each step is loud, then soft, float32[steps, BANDS], about -2.5 to 2.5.

        `pitch`, `tempo`: how many times as high and as fast the sound is as it was made.
        """
        loudness = self._loudness(pitch)
        if tempo != 1.0:
            loudness = _stretched(loudness, tempo)
        if len(loudness) <= _CHIP:
            return np.zeros((0, BANDS), np.float32)
        change = loudness[:-_CHIP] - loudness[_CHIP:]
        change -= _smooth(change, 1, _AROUND)
        local = _smooth(_smooth(change**2, 0, _LOCAL[0]), 1, _LOCAL[1])
        return np.asarray(np.clip(change / np.sqrt(local + _LEAST), -_LOUDEST, _LOUDEST), np.float32)

    def _loudness(self, pitch: float) -> Floats:
        """Nepers of power in each band, float32[steps, BANDS]; a band that the rate does not hold is silent."""
        edges = np.minimum(EDGES * pitch / self._spacing + 0.5, self._below.shape[1] - 1.001)
        whole = edges.astype(np.int64)
        share = edges - whole
        below = self._below[:, whole] * (1 - share) + self._below[:, whole + 1] * share
        power = np.diff(below, axis=1)
        return np.asarray(np.log(power + (_FLOOR * power.mean() + 1e-12)), np.float32)


def folded(evidence: Floats) -> Floats:
    """All periods added up, float32[PHASES, SLOTS, BANDS]: by when a slot starts within a slot, and which it is."""
    period = PHASES * SLOTS
    total = np.zeros((period, BANDS), np.float32)
    for start in range(0, len(evidence), period):
        part = evidence[start : start + period]
        total[: len(part)] += part
    return np.ascontiguousarray(total.reshape(SLOTS, PHASES, BANDS).transpose(1, 0, 2))


def correlated(spectrum: NDArray[np.complex64], pattern: Floats) -> Floats:
    """How well a pattern fits, by the slot of it with which the sound begins, float32[..., SLOTS].

    `spectrum`: the transform over slots of what `folded` gives, complex64[..., SLOTS // 2 + 1, BANDS].
    """
    wanted = np.fft.rfft(pattern, axis=0).astype(np.complex64)
    product = np.einsum("...sb,sb->...s", np.conj(spectrum), wanted)
    return np.asarray(np.fft.irfft(product, SLOTS, axis=-1), np.float32)


def _stretched(loudness: Floats, tempo: float) -> Floats:
    """The rows as they were before the sound was played `tempo` times as fast."""
    at = np.arange(int((len(loudness) - 1) * tempo) + 1) / tempo
    whole = np.minimum(at.astype(np.int64), len(loudness) - 2) if len(loudness) > 1 else np.zeros(len(at), np.int64)
    share = (at - whole).astype(np.float32)[:, None]
    following = np.minimum(whole + 1, len(loudness) - 1)
    return np.asarray(loudness[whole] * (1 - share) + loudness[following] * share, np.float32)


def _smooth(values: Floats, axis: int, around: int) -> Floats:
    """The mean of each value and those `around` it on both sides, along an axis."""
    widths = [(0, 0), (0, 0)]
    widths[axis] = (around + 1, around)
    total = np.cumsum(np.pad(values, widths, mode="edge"), axis=axis, dtype=np.float64)
    width = 2 * around + 1
    upper, lower = (total[width:], total[:-width]) if axis == 0 else (total[:, width:], total[:, :-width])
    return np.asarray((upper - lower) / width, np.float32)

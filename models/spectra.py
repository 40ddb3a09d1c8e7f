"""Sound by its spectrum: filtering by a curve, resampling, convolving, all at lengths a Fourier transform is quick at.

Mono float64[N] in and out. numpy's transform is some twenty times slower at a length with a large prime factor, so
every length here is a product of 2, 3, 5, 7 and 11; what is added at the end is silence, and cut off again.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float64]
Curve = Sequence[tuple[float, float]]  # (hertz, decibels), rising

_LONGEST = 1 << 27
_EDGE = 1024  # samples of silence on either side of what is resampled


def fast_length(count: int) -> int:
    """The shortest quick length that holds `count` samples."""
    return int(_quick()[np.searchsorted(_quick(), max(1, count))])


def gains(count: int, rate: int, curve: Curve) -> Mono:
    """What a curve does at each frequency of a real transform of `count` samples; straight in decibels and octaves."""
    frequencies = np.maximum(np.fft.rfftfreq(count, 1 / rate), 1.0)
    points = np.array(curve, np.float64)
    decibels = np.interp(np.log(frequencies), np.log(np.maximum(points[:, 0], 1.0)), points[:, 1])
    return np.asarray(10 ** (decibels / 20))


def filtered(signal: Mono, rate: int, curve: Curve) -> Mono:
    """`signal` with its spectrum weighted by a curve, straight between points on a logarithmic scale of hertz."""
    if len(signal) == 0:
        return signal
    padded = fast_length(len(signal) + rate // 10)
    return np.asarray(np.fft.irfft(np.fft.rfft(signal, padded) * gains(padded, rate, curve), padded)[: len(signal)])


def stretched(signal: NDArray[np.floating], times: float) -> Mono:
    """`signal` as `times` as many samples, exact for what the lower rate can hold: a change of rate or of pace."""
    if len(signal) == 0:
        return np.zeros(0)
    if times == 1.0:
        return signal.astype(np.float64)
    before, after = _lengths(len(signal) + 2 * _EDGE, times)
    padded = np.zeros(before)
    padded[_EDGE : _EDGE + len(signal)] = signal
    spectrum = np.fft.rfft(padded)
    wide = np.zeros(after // 2 + 1, np.complex128)
    kept = min(len(wide), len(spectrum))
    wide[:kept] = spectrum[:kept]
    made = np.fft.irfft(wide, after) * (after / before)
    start = round(_EDGE * times)
    return np.asarray(made[start : start + max(1, round(len(signal) * times))])


def convolved(signal: Mono, response: Mono) -> Mono:
    """`signal` through a response, float64[N + M - 1]."""
    count = len(signal) + len(response) - 1
    if len(signal) == 0 or len(response) == 0:
        return np.zeros(max(0, count))
    size = fast_length(count)
    return np.asarray(np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(response, size), size)[:count])


def _lengths(least: int, times: float) -> tuple[int, int]:
    """Two lengths whose ratio is `times` but for some millionths (a sample in a line); quick ones where there are."""
    quick = _quick()
    first = int(np.searchsorted(quick, least))
    before = quick[first : first + 400]
    wanted = before * times
    above = np.minimum(np.searchsorted(quick, wanted), len(quick) - 1)
    for at in (above, np.maximum(above - 1, 0)):
        good = np.flatnonzero(np.abs(quick[at] / wanted - 1) < 4e-6)
        if len(good):
            return int(before[good[0]]), int(quick[at[good[0]]])
    return least, round(least * times)


@cache
def _quick() -> NDArray[np.int64]:
    found = [1]
    for prime in (2, 3, 5, 7, 11):
        more = found
        while more:
            more = [one * prime for one in more if one * prime <= _LONGEST]
            found = found + more
    return np.array(sorted(found), np.int64)

"""The signal pieces that foley, ambience, music and dialogue are made of, in numpy: noise, curves, fades, placing.

Mono signals are float64[N] here, stereo float64[N, 2]; all at `RATE`. Random numbers always come from a generator
that the caller seeded.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.spectra import Curve as Curve
from models.spectra import Mono as Mono
from models.spectra import fast_length, filtered, gains, stretched

RATE = 48_000  # hertz
Stereo = NDArray[np.float64]


def shaped(signal: Mono, curve: Curve) -> Mono:
    """`signal` with its spectrum weighted by a curve, straight between points on a logarithmic scale of hertz."""
    return filtered(signal, RATE, curve)


def noise(random: np.random.Generator, count: int, curve: Curve) -> Mono:
    """Noise of `count` samples with this spectrum, root mean square 1: drawn as a spectrum, not filtered."""
    if count == 0:
        return np.zeros(0)
    size = fast_length(max(count, 256))
    drawn = random.standard_normal((2, size // 2 + 1))
    spectrum = (drawn[0] + 1j * drawn[1]) * gains(size, RATE, curve)
    spectrum[0] = 0.0
    made = np.fft.irfft(spectrum, size)[:count]
    return np.asarray(made / max(1e-9, float(np.sqrt(np.mean(made**2)))))


def drift(random: np.random.Generator, count: int, per_second: float, low: float, high: float) -> Mono:
    """A value that wanders between `low` and `high`, about `per_second` turns a second, smooth."""
    knots = max(4, int(count / RATE * per_second) + 4)
    values = random.uniform(low, high, knots)
    at = np.linspace(0, knots - 1, count)
    whole = np.minimum(at.astype(int), knots - 2)
    blend = 0.5 - 0.5 * np.cos(np.pi * (at - whole))
    return np.asarray(values[whole] * (1 - blend) + values[whole + 1] * blend)


def resampled(signal: NDArray[np.floating], rate: int) -> Mono:
    """`signal` at `rate` hertz brought to RATE by its spectrum: exact for what the old rate could hold."""
    return stretched(signal, RATE / rate)


def faded(signal: Mono, rise: float, fall: float) -> Mono:
    """`signal` with cosine fades of `rise` and `fall` seconds."""
    out = signal.copy()
    for seconds, end in ((rise, False), (fall, True)):
        count = min(len(out), int(seconds * RATE))
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(1, count))
        if end:
            out[len(out) - count :] *= ramp[::-1]
        else:
            out[:count] *= ramp
    return out


def add(track: Stereo, signal: NDArray[np.float64], start: float) -> None:
    """Add mono or stereo `signal` to `track` from `start` seconds on; what falls outside is cut."""
    first = round(start * RATE)
    skip = max(0, -first)
    part = signal[skip : skip + max(0, len(track) - max(0, first))]
    if len(part):
        begin = max(0, first)
        track[begin : begin + len(part)] += part if part.ndim == 2 else part[:, None]


def panned(signal: Mono, side: float) -> Stereo:
    """Mono to stereo at constant power; `side` -1 left to 1 right."""
    angle = (np.clip(side, -1, 1) + 1) * np.pi / 4
    return np.asarray(np.stack([signal * np.cos(angle), signal * np.sin(angle)], axis=1) * np.sqrt(2))


def envelope(count: int, knots: Sequence[tuple[float, float]]) -> Mono:
    """A curve through (seconds, value), straight between, for `count` samples."""
    points = np.array(knots, np.float64)
    return np.asarray(np.interp(np.arange(count) / RATE, points[:, 0], points[:, 1]))


def swept(hertz: Mono) -> Mono:
    """A sine whose pitch moves: hertz at every sample."""
    return np.asarray(np.sin(2 * np.pi * np.cumsum(hertz) / RATE))


def normal(signal: Mono, peak: float = 1.0) -> Mono:
    """`signal` brought to this highest magnitude; silence stays silent."""
    return np.asarray(signal * (peak / max(1e-9, float(np.abs(signal).max(initial=0.0)))))

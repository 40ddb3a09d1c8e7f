"""Hum of the mains in a sound: lines at 50 or 60 Hz and its multiples that stand through the whole of it.

Hum keeps its phase; voices, music and noise do not. So each of six harmonics is added up with its phase over blocks of
at most ten seconds, each quarter of a second weighted by how quiet it is around it (the matched filter in noise that
changes): what hums between the lines counts most. What comes out is held against what comes out a few hertz beside it,
where the same sound is and no hum can be, which gives the probability that the line is chance. A note may be near one
or two of the harmonics and not near the other four: what counts is the four that stand out least.
"""

from math import gcd, log

import numpy as np
from numpy.typing import NDArray

_MAINS = (50.0, 60.0)  # hertz
_HARMONICS, _SET_ASIDE = 6, 2
_RATE = 2_000  # hertz, that the mains' harmonics are looked for at
_WINDOW = _RATE // 4
_AROUND = np.array(
    (-24, -20, -16, -12, 12, 16, 20, 24), np.float64
)  # hertz from a harmonic: how loud a window is there
_OFF = np.arange(-8, 9) / 4000  # of its frequency, that the mains may be off by
_BESIDE = 16  # lines that a harmonic is held against
_FLOOR = 1e-8  # of a window's power: digital silence is no quiet place to hear a hum in
_LEAST_SECONDS, _BLOCK_SECONDS = 3, 10

Mono = NDArray[np.float64]


def mains_hum(mono: Mono, rate: int) -> tuple[float, float | None]:
    """By how many powers of ten hum is likelier than chance, and the mains' frequency; 0 and None under 3 s.

    float64[N]. For each of six harmonics the probability that noise alone stands out so; the sum of the logarithms of
    the four that stand out least, at the frequency (off by up to a fifth of a per cent) where it is most.
    """
    narrow = _narrowed(mono, rate)
    if len(narrow) < _LEAST_SECONDS * _RATE or not np.any(narrow):
        return 0.0, None
    blocks = np.array_split(narrow, -(-len(narrow) // (_BLOCK_SECONDS * _RATE)))
    best: tuple[float, float | None] = (0.0, None)
    for mains in _MAINS:
        out = np.mean([_standing_out(block, mains) for block in blocks], axis=0)
        chance = _BESIDE * np.log1p(out / _BESIDE) / log(10)  # of an F distribution with 2 and twice as many degrees
        told = float(np.sort(chance, axis=0)[: _HARMONICS - _SET_ASIDE].sum(axis=0).max())
        if told > best[0]:
            best = (told, mains)
    return best


def _standing_out(block: Mono, mains: float) -> NDArray[np.float64]:
    """The power of each harmonic over that beside it, float64[6, offs]."""
    windows = np.lib.stride_tricks.sliding_window_view(block, _WINDOW)[:: _WINDOW // 2] * np.hanning(_WINDOW)
    starts = np.arange(len(windows)) * (_WINDOW // 2) / _RATE
    times = np.arange(_WINDOW) / _RATE
    taper = np.hanning(len(windows) + 2)[1:-1]  # or a note that is held two hertz away would leak in
    seconds = len(block) / _RATE
    apart = 2.2 / seconds * np.arange(_BESIDE // 2)  # the width of a line

    def at(hertz: NDArray[np.float64]) -> NDArray[np.complex128]:
        turned = windows @ np.exp(-2j * np.pi * np.outer(times, hertz))
        return np.asarray(turned * np.exp(-2j * np.pi * np.outer(starts, hertz)), np.complex128)

    found = []
    for harmonic in mains * np.arange(1, _HARMONICS + 1):
        loudness = np.mean(np.abs(at(harmonic + _AROUND)) ** 2, axis=1) + _FLOOR
        weights = taper / loudness
        line = np.abs(weights @ at(harmonic * (1 + _OFF))) ** 2
        beside = max(1.0, 2.5 / seconds) + harmonic * _OFF[-1] + apart
        floor = np.mean(np.abs(weights @ at(harmonic + np.concatenate([-beside, beside]))) ** 2)
        found.append(line / (floor + 1e-9 * line.max() + 1e-30))
    return np.array(found)


def _narrowed(mono: Mono, rate: int) -> Mono:
    """The part under a kilohertz, at 2 kHz; nothing of a rate below that."""
    unit = rate // gcd(rate, _RATE)
    whole = len(mono) // unit * unit
    count = whole // unit * (_RATE // gcd(rate, _RATE))
    if rate < _RATE or not count:
        return np.zeros(0)
    return np.asarray(np.fft.irfft(np.fft.rfft(mono[:whole])[: count // 2 + 1], count) * (count / whole))

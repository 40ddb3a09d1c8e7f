"""What makes a voice somebody's, as numbers: the shape of its spectrum and its pitch, in numpy, no weights.

Cepstra of mel bands (Davis and Mermelstein 1980) over voiced frames, their means and spreads, and the pitch's: a
coarse print, measured on synthetic voices and little else. It tells contrasting voices of a cast from each other when
their number is known; it does not name a stranger (`docs/dialogue.md`). pyannote's embeddings do that better.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.roles import Samples
from models.voice_activity import FRAME, HOP, RATE, measured, narrowed, voiced_frames

_BANDS, _CEPSTRA = 28, 14
_PITCH_WEIGHT = 10.0  # an octave of pitch counts as much as this much of cepstral distance
_LEAST = 8  # voiced frames that make a print
HOP_SECONDS = HOP / RATE

Features = NDArray[np.float64]  # [M, 15]: a frame each hop; not a number where no voice is


def features(samples: Samples, sample_rate: int) -> Features:
    """Cepstra and pitch of every frame, float64[M, 15], 100 frames a second."""
    mono = samples.astype(np.float64).mean(axis=1) if samples.ndim == 2 else samples.astype(np.float64)
    narrow = narrowed(mono, sample_rate)
    if len(narrow) < 2 * FRAME or not np.any(narrow):
        return np.full((0, _CEPSTRA + 1), np.nan)
    frames = measured(narrow)
    count = len(frames.level)
    blocks = np.lib.stride_tricks.sliding_window_view(narrow, FRAME)[::HOP][:count]
    power = np.abs(np.fft.rfft(blocks * np.hanning(FRAME), 512, axis=1)) ** 2
    mel = np.log(power @ _bands() + 1e-10)
    cepstra = mel @ _cosines()
    pitch = np.log2(np.maximum(frames.pitch, 1.0)) * _PITCH_WEIGHT
    whole = np.concatenate([cepstra, pitch[:, None]], axis=1)
    whole[~voiced_frames(frames)] = np.nan
    return whole


def print_of(frames: Features) -> NDArray[np.float64] | None:
    """The print of a stretch of frames, float64[29]; None where too little of it is voiced."""
    voiced = frames[np.isfinite(frames[:, 0])]
    if len(voiced) < _LEAST:
        return None
    return np.concatenate([np.median(voiced, axis=0), 0.5 * voiced[:, :-1].std(axis=0)])


@cache
def _bands() -> NDArray[np.float64]:
    """Triangles even in mel from 80 to 3,900 Hz, float64[257, 28]."""
    edges = np.linspace(1127 * np.log1p(80 / 700), 1127 * np.log1p(3900 / 700), _BANDS + 2)
    hertz = 700 * np.expm1(edges / 1127)
    at = np.fft.rfftfreq(512, 1 / RATE)[:, None]
    rising = (at - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    falling = (hertz[2:] - at) / (hertz[2:] - hertz[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))


@cache
def _cosines() -> NDArray[np.float64]:
    """The cosine transform without its first term, which is the level, float64[28, 14]."""
    rows = np.arange(_BANDS)[:, None] + 0.5
    return np.asarray(np.cos(np.pi * rows * np.arange(1, _CEPSTRA + 1) / _BANDS) * np.sqrt(2 / _BANDS))

"""Whether the mouth moved when there was speech: the openness of a mouth in pictures against the sound's envelope.

A mouth that speaks what is heard opens with the energy of the vowels, a little before or with the sound; one that is
still, or speaks other words, agrees by chance only, and chance is measured on the recording itself: by the same
correlation at shifts too far away to be true. Pure; the pictures are measured elsewhere.
After Hershey and Movellan, "Audio Vision", NIPS 1999, and the lag search of Chung and Zisserman's SyncNet, 2016.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Samples

_PER_SECOND = 50  # both series are compared at this rate
_BAND = (500.0, 3_000.0)  # hertz: open vowels raise the first formant above 500; neither hum nor hiss
_EARLIEST, _LATEST = -0.2, 0.4  # seconds by which sound may follow the picture; players and cameras shift it
_FAR = 0.8  # seconds from every true lag: shifts from here on are chance
_DRIFT_SECONDS = 1.5  # slower changes of openness are the head's, not speech
_STILL = 0.01  # openness, standard deviation: less is a mouth that does not move

# Correlations by `bench/phrases.py`, with mouths that espeak's phonemes move: genuine 0.60 and more for 95 of 100,
# dubbed 0.58 and less for 97 of 100. Between the two a person decides.
MOVED = 0.58
STILL = 0.42


@dataclass(frozen=True, slots=True)
class MouthEvidence:
    """What the comparison found."""

    correlation: float  # -1 to 1, the best over the lags
    lag: float  # seconds by which the sound follows the mouth
    chance: float  # share of far shifts that correlate as well: 1/(shifts+1) at least, 1 when nothing could be compared
    moved: float  # standard deviation of openness
    seconds: float  # of both together


def mouth_evidence(
    times: NDArray[np.float64], openness: NDArray[np.float32], samples: Samples, sample_rate: int
) -> MouthEvidence:
    """Compare openness float32[M] (not a number where no mouth was seen) at `times` in seconds with the sound.

    `samples` float32[N, channels] or [N] from the same zero of time. Raises BadInput for times that do not rise or do
    not fit the series. Too short, still or silent recordings have correlation 0 and chance 1.
    """
    if len(times) != len(openness) or (len(times) > 1 and not np.all(np.diff(times) > 0)):
        raise BadInput("A mouth is measured at rising times, one openness each.")
    mono = samples.astype(np.float64).mean(axis=1) if samples.ndim == 2 else samples.astype(np.float64)
    seen = np.isfinite(openness)
    seconds = min(float(times[-1]) if len(times) else 0.0, len(mono) / sample_rate)
    moved = float(np.std(openness[seen])) if seen.any() else 0.0
    count = int(seconds * _PER_SECOND)
    nothing = MouthEvidence(0.0, 0.0, 1.0, moved, seconds)
    if seconds < 2 * (_FAR + _LATEST) or seen.mean() < 0.5 or moved < _STILL:
        return nothing
    grid = np.arange(count) / _PER_SECOND
    mouth = _without_drift(np.interp(grid, times[seen], openness[seen].astype(np.float64)))
    voice = _without_drift(_envelope(mono, sample_rate, count))
    if mouth.std() < _STILL / 2 or voice.std() < 1e-6:
        return nothing
    # every circular shift at once; shift k compares the mouth at t with the sound at t + k
    mouth, voice = mouth / np.linalg.norm(mouth), voice / np.linalg.norm(voice)
    curve = np.fft.irfft(np.conj(np.fft.rfft(mouth)) * np.fft.rfft(voice), count)
    lags = np.arange(round(_EARLIEST * _PER_SECOND), round(_LATEST * _PER_SECOND) + 1)
    near = curve[lags % count]
    best = int(np.argmax(near))
    # chance has the same choice of lags as truth had
    far = range(lags[-1] + round(_FAR * _PER_SECOND), count + lags[0] - round(_FAR * _PER_SECOND), 2)
    others = np.array([curve[(lags - lags[0] + start) % count].max() for start in far if start + len(lags) < count])
    if len(others) < 3:
        return nothing
    return MouthEvidence(
        correlation=float(near[best]),
        lag=float(lags[best] / _PER_SECOND),
        chance=float((1 + np.sum(others >= near[best])) / (1 + len(others))),
        moved=moved,
        seconds=seconds,
    )


def _envelope(mono: NDArray[np.float64], rate: int, count: int) -> NDArray[np.float64]:
    """Loudness of the vowels' band, as its power's cube root (Stevens' law), at `_PER_SECOND`, smoothed over 60 ms."""
    spectrum = np.fft.rfft(mono)
    frequencies = np.fft.rfftfreq(len(mono), 1 / rate)
    spectrum[(frequencies < _BAND[0]) | (frequencies > _BAND[1])] = 0
    power = np.concatenate([[0.0], np.cumsum(np.fft.irfft(spectrum, len(mono)) ** 2)])
    middle = np.arange(count) / _PER_SECOND
    edges = (np.clip([(middle - 0.03) * rate, (middle + 0.03) * rate], 0, len(mono))).astype(int)
    mean = (power[edges[1]] - power[edges[0]]) / np.maximum(1, edges[1] - edges[0])
    floor = np.percentile(mean, 10)
    return np.asarray(np.cbrt(np.maximum(0.0, mean - floor)))


def _without_drift(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Less its running mean over `_DRIFT_SECONDS`."""
    width = min(len(series) // 2 * 2 - 1, int(_DRIFT_SECONDS * _PER_SECOND) | 1)
    padded = np.pad(series, width // 2, mode="reflect")
    return np.asarray(series - np.convolve(padded, np.ones(width) / width, mode="valid"))

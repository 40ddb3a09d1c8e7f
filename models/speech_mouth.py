"""How far a mouth is open while it speaks, from phonemes in time: what the figure's face follows.

Openness by the height of the vowel (IPA chart, close to open); lips meet for p, b and m; fades 40 ms between sounds
and never exceeds what the sound's own loudness carries.
"""

import numpy as np
from numpy.typing import NDArray

from models.roles import Samples

_PER_SECOND = 100
_VOWELS = {
    "aɑɒæɐäʌ": 1.0,
    "ɛɔœɜəɚɝ": 0.65,
    "eoøɤ": 0.5,
    "iuyɪʊɯɨʉ": 0.32,
}
_CONSONANTS = {"pbmɓ": 0.0, "fvʋɸβ": 0.08, "wɥ": 0.15, "szʃʒtdnlθðɾrɹ": 0.2, "kɡgŋxhjʔqʁχħɣç": 0.28}
_OPENNESS = {
    letter: value for group in (_VOWELS, _CONSONANTS) for letters, value in group.items() for letter in letters
}


def mouth_openness(
    phonemes: list[tuple[float, str]], seconds: float, samples: Samples, sample_rate: int
) -> NDArray[np.float32]:
    """Openness 0 to 1, 100 values a second, float32[ceil(seconds * 100)], for phonemes (start, IPA)."""
    count = max(1, int(np.ceil(seconds * _PER_SECOND)))
    times = np.arange(count) / _PER_SECOND
    wanted = np.zeros(count)
    for number, (start, name) in enumerate(phonemes):
        end = phonemes[number + 1][0] if number + 1 < len(phonemes) else seconds
        wanted[(times >= start - 0.005) & (times < end)] = _of(name)
    kernel = np.hanning(7)[1:-1]
    smooth = np.convolve(np.pad(wanted, 2, mode="edge"), kernel / kernel.sum(), mode="valid")
    return (smooth * _loudness(samples, sample_rate, count)).astype(np.float32)


def _of(name: str) -> float:
    """A phoneme's openness: of its widest letter, since a diphthong passes through both; 0 for a pause."""
    letters = [_OPENNESS[letter] for letter in name if letter in _OPENNESS]
    return max(letters) if letters else 0.0


def _loudness(samples: Samples, sample_rate: int, count: int) -> NDArray[np.float64]:
    """1 where the line is as loud as its middle, 0 in its pauses."""
    block = sample_rate // _PER_SECOND
    padded = np.zeros(count * block)
    kept = min(len(samples), len(padded))
    padded[:kept] = samples[:kept]
    rms = np.sqrt(np.square(padded.reshape(count, block)).mean(axis=1))
    steady = np.convolve(np.pad(rms, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return np.asarray(
        np.clip(steady / max(1e-9, 0.5 * float(np.median(rms[rms > 0.01]) if (rms > 0.01).any() else 1.0)), 0, 1)
    )

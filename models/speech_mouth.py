"""What lips do while a voice speaks, from phonemes in time: what a figure's face follows.

Openness by the height of the vowel (IPA chart, close to open); lips meet for p, b and m. Rounding and spreading by the
vowel's lips (rounded: o, u, y, ø; spread: i, e) and the consonants that round (w, ʃ, ɹ) or draw back (s). Both lead the
sound a little, as mouths do, fade over 40 ms between sounds, and openness never exceeds what the sound's loudness
carries.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import SpokenPhoneme
from models.roles import Samples

PER_SECOND = 100
_LEAD = 0.02  # seconds that lips are shaped before the sound is heard
_OPENNESS = {
    letter: value
    for letters, value in {
        "aɑɒæɐäʌ": 1.0, "ɛɔœɜəɚɝ": 0.65, "eoøɤ": 0.5, "iuyɪʊɯɨʉ": 0.32,
        "pbmɓ": 0.0, "fvʋɸβ": 0.08, "wɥ": 0.15, "szʃʒtdnlθðɾrɹɕʑʂʐɭɳʈɖɟcɲʎ": 0.2, "kɡgŋxhjʔqʁχħɣç": 0.28,
    }.items()
    for letter in letters
}  # fmt: skip
_LIPS = {
    letter: value
    for letters, value in {
        "uyʉwɥ": -1.0, "oøʊɔ": -0.75, "ɒœʃʒɸ": -0.5, "ɹʂʐʁ": -0.2,
        "i": 1.0, "eɪjɲç": 0.7, "ɛæsz": 0.45, "aäɨtdnlɕʑθð": 0.2,
    }.items()
    for letter in letters
}  # fmt: skip
_CLOSED = frozenset("pbmɓ")


def mouth_and_lips(
    phonemes: Sequence[SpokenPhoneme], seconds: float, samples: Samples, sample_rate: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Openness 0 to 1 and lips -1 (rounded) to 1 (spread), 100 values a second, float32[ceil(seconds * 100)] each.

    `samples` float32[N] is the line itself.
    """
    count = max(1, int(np.ceil(seconds * PER_SECOND)))
    times = np.arange(count) / PER_SECOND
    opened, spread = np.zeros(count), np.zeros(count)
    for one in phonemes:
        end = one.start + one.seconds
        opened[(times >= one.start - 0.005) & (times < end)] = openness_of(one.sound)
        first, second = lips_of(one.sound)
        shaped = (times >= one.start - _LEAD - 0.005) & (times < end - _LEAD)
        late = shaped & (times >= one.start - _LEAD + 0.5 * one.seconds)
        spread[shaped] = first
        spread[late] = second
    loud = _loudness(samples, sample_rate, count)
    return (
        (_smooth(opened, 7) * loud).astype(np.float32),
        (np.clip(_smooth(spread, 11), -1, 1) * np.maximum(loud, 0.4 * (loud > 0.05))).astype(np.float32),
    )


def openness_of(sound: str) -> float:
    """How open a phoneme is, 0 to 1: its widest letter, since a diphthong passes through both; 0 for a pause."""
    letters = [_OPENNESS[letter] for letter in sound if letter in _OPENNESS]
    return max(letters) if letters else 0.0


def lips_of(sound: str) -> tuple[float, float]:
    """Where the lips stand as a phoneme begins and as it ends, -1 rounded to 1 spread; a diphthong moves them."""
    letters = [_LIPS.get(letter, 0.0) for letter in sound if letter in _LIPS or letter in _OPENNESS]
    if not letters or any(letter in _CLOSED for letter in sound):
        return 0.0, 0.0
    return letters[0], letters[-1]


def _smooth(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    kernel = np.hanning(width)[1:-1]
    return np.convolve(np.pad(values, len(kernel) // 2, mode="edge"), kernel / kernel.sum(), mode="valid")


def _loudness(samples: Samples, sample_rate: int, count: int) -> NDArray[np.float64]:
    """1 where the line is as loud as its middle, 0 in its pauses."""
    block = sample_rate // PER_SECOND
    padded = np.zeros(count * block)
    kept = min(len(samples), len(padded))
    padded[:kept] = samples[:kept]
    rms = np.sqrt(np.square(padded.reshape(count, block)).mean(axis=1))
    steady = np.convolve(np.pad(rms, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    middle = float(np.median(rms[rms > 0.01])) if (rms > 0.01).any() else 1.0
    return np.asarray(np.clip(steady / max(1e-9, 0.5 * middle), 0, 1))

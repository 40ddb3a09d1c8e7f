"""What is heard: the phrase by espeak-ng in a person's voice, the room around it; and how far the mouth opens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter, resample_poly

from bench.captures.motion import FRAMES_PER_SECOND, Array
from models.roles import Samples
from models.speech import EspeakSpeech

RATE = 16_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as spoken: float32[N] at `RATE`, and the mouth's openness 0 to 1, 100 values a second."""

    samples: Samples
    mouth: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def spoken(speech: EspeakSpeech, words: tuple[str, ...], voice: str) -> Phrase:
    """The words one after the other, parted as a reader of a list parts them."""
    said = speech.speak(", ".join(words) + ".", "en", voice)
    samples = resample_poly(said.samples[:, 0].astype(np.float64), RATE, said.sample_rate)
    return Phrase(np.asarray(samples, np.float32), said.mouth)


def openness(phrase: Phrase, start: float, count: int, wide: float) -> Array:
    """The mouth in each of `count` frames, for a phrase that begins at `start` seconds."""
    times = np.arange(count) / FRAMES_PER_SECOND
    hundredths = np.arange(len(phrase.mouth)) / 100 + start
    kernel = np.ones(5) / 5  # a frame sees the mouth through its exposure
    smooth = np.convolve(phrase.mouth, kernel, mode="same")
    return np.asarray(wide * np.interp(times, hundredths, smooth, left=0.0, right=0.0))


def in_room(phrase: Phrase, start: float, seconds: float, rng: np.random.Generator) -> Samples:
    """A whole recording's sound: float32[N] at `RATE`, the phrase from `start`, 20 to 35 dB over the room's noise."""
    whole = np.zeros(round(seconds * RATE))
    at = round(start * RATE)
    end = min(len(whole), at + len(phrase.samples))
    whole[at:end] = phrase.samples[: end - at]
    tail = rng.normal(size=RATE // 5) * np.exp(-np.arange(RATE // 5) / (RATE * rng.uniform(0.02, 0.06)))
    tail *= rng.uniform(0.05, 0.25) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    whole = fftconvolve(whole, tail)[: len(whole)]
    loud = np.sqrt(np.square(whole[at:end]).mean()) if end > at else 0.1
    noise = lfilter([1.0], [1.0, -rng.uniform(0.85, 0.97)], rng.normal(size=len(whole)))
    hum = np.sin(2 * np.pi * 50 * np.arange(len(whole)) / RATE) * rng.uniform(0, 0.5)
    noise = noise / noise.std() + hum
    noise *= loud * 10 ** (-rng.uniform(20, 35) / 20) / noise.std()
    level = rng.uniform(0.25, 0.6) / max(1e-6, float(np.abs(whole).max()))
    return np.asarray(np.clip((whole + noise) * level, -1, 1), np.float32)

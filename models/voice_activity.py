"""Role VoiceActivity, embedded: where there is speech, by rules over frames, in numpy; no weights.

A frame is voiced when it stands out of the background, is harmonic at a pitch people speak at, and carries its energy
where formants lie. A span is speech when voiced frames recur in it and its pitch and its level move as syllables
do: a ringing pan is harmonic and a purring engine has a pitch, but neither moves so. Errs by a few hundredths of
a second at the ends; whispers and singing on one note are not found.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.roles import Samples, SpeechSpan

RATE = 8_000  # hertz: formants lie under 4 kHz
FRAME, HOP = 320, 80  # 40 ms and 10 ms
_PITCH = (65.0, 420.0)  # hertz, of speaking voices
_FINEST_PITCH = 1_200.0  # hertz: where the search for a shorter period ends


@dataclass(frozen=True, slots=True)
class VoiceFrames:
    """One value a hop: level in decibels, harmonicity 0 to 1, pitch in hertz, shares of energy by band."""

    level: NDArray[np.float64]
    harmonicity: NDArray[np.float64]
    pitch: NDArray[np.float64]
    formants: NDArray[np.float64]  # 300 to 3400 Hz
    upper: NDArray[np.float64]  # 700 to 3600 Hz: more than a hum has
    lower: NDArray[np.float64]  # under 800 Hz: more than a glass has


class HarmonicVoiceActivity:
    """Speech spans by harmonicity, pitch and movement."""

    name = "harmonic voice activity 1"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def spans(self, samples: Samples, sample_rate: int) -> tuple[SpeechSpan, ...]:
        """Spans of speech in seconds, in order, apart from each other by 0.3 s at least.

        `samples` float32[N, channels]; anything shorter than 0.1 s, and silence, has none.
        """
        mono = samples.astype(np.float64).mean(axis=1) if samples.ndim == 2 else samples.astype(np.float64)
        narrow = narrowed(mono, sample_rate)
        if len(narrow) < FRAME * 2 or not np.any(narrow):
            return ()
        frames = measured(narrow)
        return tuple(
            SpeechSpan(start=round(first * HOP / RATE, 3), end=round(min(len(narrow), last * HOP + FRAME) / RATE, 3))
            for first, last in _grouped(frames)
        )


def voiced_frames(frames: VoiceFrames) -> NDArray[np.bool_]:
    """Which frames may be voice."""
    floor = float(np.percentile(frames.level, 15))
    loud = (frames.level > max(-52.0, min(floor + 8.0, float(frames.level.max()) - 18.0))) & (
        frames.level > float(frames.level.max()) - 34.0
    )
    pitched = (frames.pitch > _PITCH[0]) & (frames.pitch < _PITCH[1])
    return np.asarray(
        loud
        & pitched
        & (frames.harmonicity > 0.55)
        & (frames.formants > 0.06)
        & (frames.upper > 0.05)
        & (frames.lower > 0.12)
    )


def _grouped(frames: VoiceFrames) -> list[tuple[int, int]]:
    """Voiced frames joined over gaps of 0.3 s, kept where they move like speech; first and last frame of each."""
    voiced = np.flatnonzero(voiced_frames(frames))
    if voiced.size == 0:
        return []
    parts = np.split(voiced, np.flatnonzero(np.diff(voiced) > 30) + 1)
    return [
        (max(0, int(part[0]) - 3), min(len(frames.level) - 1, int(part[-1]) + 8))
        for part in parts
        if _moves_like_speech(frames, part)
    ]


def _moves_like_speech(frames: VoiceFrames, part: NDArray[np.intp]) -> bool:
    if len(part) < 14:
        return False
    pitch = np.log2(frames.pitch[part])
    # steps between neighbours: smooth in a voice, wild where noise is taken for pitch
    follow = np.diff(part) == 1
    steps = np.abs(np.diff(pitch))[follow]
    smooth = float(np.mean(steps < 0.08)) if steps.size else 0.0
    # a voice glides all the time, what rings keeps its pitch between blows (measured: 0.5 and more, 0.34 and less)
    gliding = float(np.mean((steps > 0.002) & (steps < 0.08))) if steps.size else 0.0
    moved = float(np.percentile(pitch, 90) - np.percentile(pitch, 10))
    levels = frames.level[part[0] : part[-1] + 1]
    swing = float(np.percentile(levels, 90) - np.percentile(levels, 10))
    tone = frames.formants[part]
    colour = float(np.std(np.log(np.maximum(tone, 1e-3))))
    clear = float(np.median(frames.harmonicity[part]))
    dense = len(part) / (part[-1] - part[0] + 1)
    # wind and traffic reach 0.69 by chance, voices on a quiet ground 0.79 at the least
    if gliding < 0.45:
        return False
    return smooth > 0.65 and moved > 0.05 and swing > 3.0 and colour > 0.03 and clear > 0.74 and dense > 0.3


def measured(narrow: NDArray[np.float64]) -> VoiceFrames:
    """The frames of `narrowed` sound, float64[N] of 8 kHz; N is 40 ms at least."""
    count = 1 + (len(narrow) - FRAME) // HOP
    blocks = np.lib.stride_tricks.sliding_window_view(narrow, FRAME)[::HOP][:count]
    level = 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-12)
    window = np.hanning(FRAME)
    power = np.abs(np.fft.rfft(blocks * window, 1024, axis=1)) ** 2
    # autocorrelation over that of the window, after Boersma 1993
    same = np.fft.irfft(power, axis=1)[:, : FRAME // 2]
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, 1024)) ** 2)[: FRAME // 2]
    normal = same / np.maximum(same[:, :1], 1e-12) / (of_window / of_window[0])
    shortest, longest = int(RATE / _FINEST_PITCH), int(RATE / _PITCH[0])
    inside = normal[:, shortest:longest]
    best = inside.max(axis=1)
    # the shortest period nearly as good as the best: a longer one is a multiple of it
    peaks = (inside >= 0.88 * best[:, None]) & (inside >= np.roll(normal, 1, axis=1)[:, shortest:longest])
    peaks &= inside >= np.roll(normal, -1, axis=1)[:, shortest:longest]
    lag = np.where(peaks.any(axis=1), peaks.argmax(axis=1), inside.argmax(axis=1)) + shortest
    frequencies = np.fft.rfftfreq(1024, 1 / RATE)
    total = np.maximum(power.sum(axis=1), 1e-12)
    formants = power[:, (frequencies > 300) & (frequencies < 3400)].sum(axis=1) / total
    upper = power[:, (frequencies > 700) & (frequencies < 3600)].sum(axis=1) / total
    lower = power[:, frequencies < 800].sum(axis=1) / total
    rows = np.arange(count)
    before, here, after = (normal[rows, np.clip(lag + shift, 0, normal.shape[1] - 1)] for shift in (-1, 0, 1))
    bend = before - 2 * here + after
    finer = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(np.abs(bend) > 1e-6, bend, 1.0), 0.0)
    return VoiceFrames(level, np.clip(best, 0, 1), RATE / (lag + np.clip(finer, -0.5, 0.5)), formants, upper, lower)


def narrowed(mono: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """At 8 kHz, from 60 Hz up, by spectrum."""
    if len(mono) == 0:
        return mono
    spectrum = np.fft.rfft(mono)
    spectrum[np.fft.rfftfreq(len(mono), 1 / rate) < 60] = 0
    count = round(len(mono) * RATE / rate)
    narrow = np.zeros(count // 2 + 1, np.complex128)
    kept = min(len(narrow), len(spectrum))
    narrow[:kept] = spectrum[:kept]
    return np.asarray(np.fft.irfft(narrow, count) * (count / len(mono))) if count > 1 else np.zeros(0)

"""Sounds that the mark is tried on: a voice, music, a place, and blows in silence; float32[N, 2] at 48 kHz."""

from functools import cache
from pathlib import Path

import numpy as np

from bench.marks.sounds import Heard, at_rate
from bench.sound import _scenes
from greenroom.domain.storyboards import Mood, Music
from models.previz.sound.music import music
from models.previz.sound.soundtrack import soundtrack
from models.previz.staging.stage import stage
from models.roles import Samples
from ops.media_reading import read_sound
from ops.sound_levels import mix, normalise

RATE = 48_000
KINDS = ("voice", "music", "place", "blows")
_VOICE = Path(__file__).parents[2] / "data" / "jfk.flac"


@cache
def sound(kind: str) -> Samples:
    """Five seconds of a kind, at -16 LUFS."""
    return normalise({"voice": _voice, "music": _music, "place": _place, "blows": _blows}[kind](), RATE)


def _voice() -> Samples:
    samples, rate = read_sound(_VOICE)
    return np.repeat(at_rate(Heard(samples, rate), RATE).samples[: 5 * RATE], 2, axis=1)


def _music() -> Samples:
    return music(Music(mood=Mood.PLAYFUL, tempo=100), 1, 5 * RATE).astype(np.float32)


def _place() -> Samples:
    board = _scenes()["a kick in a park"]
    stems, _ = soundtrack(board, stage(board, {}), {})
    return mix(stems)


def _blows() -> Samples:
    """Four struck bars, half a second apart, and a second of nothing before, between and after each pair."""
    out = np.zeros(5 * RATE)
    time = np.arange(RATE // 2) / RATE
    for at, pitch in ((1.0, 440.0), (1.5, 700.0), (3.0, 330.0), (3.5, 1100.0)):
        struck = sum(np.sin(2 * np.pi * pitch * one * time) * np.exp(-time * 12 * one) for one in (1.0, 2.76, 5.4))
        out[round(at * RATE) : round(at * RATE) + len(time)] += struck
    return np.stack([out, 0.6 * out], axis=1).astype(np.float32)

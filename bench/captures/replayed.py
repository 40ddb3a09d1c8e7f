"""Attacks with recordings of a real head: shown again from a screen, dubbed, with other words, or joined from two."""

import tempfile
from pathlib import Path

import numpy as np
from scipy.ndimage import zoom
from scipy.signal import butter, sosfilt

from bench.captures.files import read, write
from bench.captures.identity import identity
from bench.captures.sound import RATE, spoken
from bench.captures.takes import Script, Take, cut, take
from models.speech import EspeakSpeech

_SECOND = 600_000  # added to a seed for the other recording that an attack is made of


def replay(earlier: Take, seed: int) -> Take:
    """An earlier recording filmed from a screen: compressed, cut off by 3 %, brighter or darker, moiré, noise."""
    rng = np.random.default_rng([89, seed])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "earlier.mp4"
        write(path, earlier.frames, earlier.samples, quality=int(rng.integers(24, 32)))
        frames, samples = read(path)
    samples = samples[: len(earlier.samples)]
    height, width = frames.shape[1:3]
    edge = (round(height * 0.015), round(width * 0.015))
    inner = frames[:, edge[0] : height - edge[0], edge[1] : width - edge[1]]
    scale = (1, height / inner.shape[1], width / inner.shape[2], 1)
    y, x = np.mgrid[0:height, 0:width]
    angle, period = rng.uniform(0, np.pi), rng.uniform(2.5, 7.0)
    moire = 1 + rng.uniform(0.01, 0.05) * np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    gain, lift = rng.uniform(0.8, 1.15), rng.uniform(0, 14)
    grain = rng.normal(0, rng.uniform(1.0, 4.0), (height + 32, width + 32, 3))
    shown = np.empty_like(frames)
    for i in range(len(frames)):
        whole = zoom(inner[i].astype(np.float32), scale[1:], order=1)
        dy, dx = (int(v) for v in rng.integers(0, 32, 2))
        value = lift + whole * (gain * moire)[..., None] + grain[dy : dy + height, dx : dx + width]
        shown[i] = np.clip(value, 0, 255).astype(np.uint8)
    speaker = butter(2, [180, 6000], "bandpass", fs=RATE, output="sos")
    heard = sosfilt(speaker, samples) * rng.uniform(0.6, 1.0) + rng.normal(0, 0.003, len(samples))
    return Take(shown, np.asarray(np.clip(heard, -1, 1), np.float32), earlier.when)


def other_face(
    speech: EspeakSpeech, claimed: int, shown: int, script: Script, said: tuple[str, ...], seed: int
) -> Take:
    """The phrase asked, in the voice of `claimed`, over `shown` who turns as asked and says other words."""
    dub = spoken(speech, script.words, identity(claimed).voice)
    return take(speech, shown, Script(said, script.directions), seed, dubbed=dub)


def spliced(speech: EspeakSpeech, number: int, script: Script, other: Script, seed: int) -> Take:
    """Two recordings of one person joined: the movements of one, the phrase of the other; half of them in one room."""
    rng = np.random.default_rng([90, seed])
    room = seed if rng.random() < 0.5 else seed + _SECOND
    turning = take(speech, number, Script(other.words, script.directions), seed)
    speaking = take(speech, number, Script(script.words, other.directions), seed + _SECOND, room=room)
    if speaking.frames.shape[1:] != turning.frames.shape[1:]:  # the join is scaled to the first recording's size
        scale = (
            1,
            turning.frames.shape[1] / speaking.frames.shape[1],
            turning.frames.shape[2] / speaking.frames.shape[2],
            1,
        )
        speaking = Take(zoom(speaking.frames, scale, order=1), speaking.samples, speaking.when)
    moved = cut(turning, turning.when.movements[0] - 0.5, turning.when.movements[1] + rng.uniform(0.0, 0.2))
    said = cut(speaking, speaking.when.phrase[0] - 0.3, speaking.when.phrase[1] + 0.4)
    parts = [moved, said] if rng.random() < 0.5 else [said, moved]
    frames = np.concatenate([parts[0][0], parts[1][0]])
    return Take(frames, np.concatenate([parts[0][1], parts[1][1]]), turning.when)

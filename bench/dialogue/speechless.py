"""Whether there is speech at all, as gate 5 asks it: recorded and synthetic speech against noise, music and silence."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.dialogue.sounds import LINES, RATE, Recorded
from bench.dialogue.trials import Trials
from models.previz.generator import SAMPLE_RATE
from models.roles import Samples, Speech
from models.speech_voices import VOICES
from models.voice_activity import HarmonicVoiceActivity
from moderation.policy import load_policy
from ops.sound_levels import mix, normalise

_SECONDS = 5
_NOISES = 12  # of each colour
_CHORDS = 24
_LEAST_LEVEL = 1e-4  # root mean square of a stem that holds something: -80 dBFS


def told(
    found: Sequence[Recorded], speech: Speech, soundtracks: Sequence[Mapping[str, Samples]], every: int = 1
) -> Trials:
    """There is speech where more of it is heard than the policy lets pass unscripted."""
    least = load_policy().threshold("dialogue.unscripted", "seconds")
    trials = Trials(f"Whether there is speech, more than {least:g} s of it", right="speech")
    with HarmonicVoiceActivity() as voices:
        for kind, samples, rate in (
            *_spoken(found[::every], speech, every),
            *_unspoken(every),
            *_stems(soundtracks),
        ):
            heard = sum(span.end - span.start for span in voices.spans(samples, rate))
            trials.add(kind, heard > least)
    return trials


def _spoken(found: Sequence[Recorded], speech: Speech, every: int) -> Iterator[tuple[str, Samples, int]]:
    for number, one in enumerate(found):
        yield "speech, recorded", one.sound[:, None], RATE
        for under in (20, 10):
            yield f"speech, recorded, noise {under} dB under it", _noisy(one.sound[:, None], under, number), RATE
    for voice in list(VOICES)[::every]:
        for number, text in enumerate(LINES):
            said = speech.speak(text, "en", voice)
            yield "speech, the project's voices", said.samples, said.sample_rate
            noisy = _noisy(said.samples, 10, number)
            yield "speech, the project's voices, noise 10 dB under it", noisy, said.sample_rate


def _unspoken(every: int) -> Iterator[tuple[str, Samples, int]]:
    count = _SECONDS * RATE
    yield "silence", np.zeros((count, 1), np.float32), RATE
    for number in range(0, _NOISES, every):
        for colour, slope in (("white", 0.0), ("pink", 0.5), ("brown", 1.0)):
            yield f"noise, {colour}", _noise(count, slope, number), RATE
    times = np.arange(count) / RATE
    for mains in (50, 60):
        hum = sum(np.sin(2 * np.pi * mains * number * times) / number for number in range(1, 7))
        yield "hum", (0.1 * np.asarray(hum)[:, None]).astype(np.float32), RATE
    draw = np.random.default_rng(1)
    for _ in range(0, _CHORDS, every):
        notes = 55 * 2 ** (draw.choice(36, size=4, replace=False) / 12)
        decay = np.exp(-draw.choice([0, 2, 5]) * (times % 1))
        chord = sum(0.1 * np.sin(2 * np.pi * hertz * times) * decay for hertz in notes)
        yield "chords of four notes", np.asarray(chord, np.float64)[:, None].astype(np.float32), RATE


def _stems(soundtracks: Sequence[Mapping[str, Samples]]) -> Iterator[tuple[str, Samples, int]]:
    """Of each soundtrack what is not dialogue: its music alone, and its steps, blows and surroundings."""
    for stems in soundtracks:
        for kind, names in (("previz music", ("music",)), ("previz foley and ambience", ("foley", "ambience"))):
            kept = {name: stems[name] for name in names if name in stems}
            if any(float(np.sqrt(np.mean(np.square(stem)))) > _LEAST_LEVEL for stem in kept.values()):
                yield kind, normalise(mix(kept)), SAMPLE_RATE


def _noisy(samples: Samples, under: float, seed: int) -> Samples:
    """With white noise so many decibels under it, half a second longer on either side."""
    padded = np.pad(samples, ((RATE // 2, RATE // 2), (0, 0)))
    noise = np.random.default_rng(seed).normal(size=padded.shape) * samples.std() * 10 ** (-under / 20)
    return np.asarray(padded + noise, np.float32)


def _noise(count: int, slope: float, seed: int) -> Samples:
    """Noise whose amplitude falls with the frequency's power of `slope`, float32[count, 1]."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=count))
    shaped = spectrum / np.maximum(np.arange(len(spectrum)), 20) ** slope
    wave: NDArray[np.float64] = np.fft.irfft(shaped, count)
    return np.asarray(0.1 * wave / wave.std(), np.float32)[:, None]

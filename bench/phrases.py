"""`python -m bench.phrases [ROUNDS]`: how well the sound side of the presentation check tells right from wrong.

One JSON line for each kind of recording: how many, and which share was accepted, left to a person, refused. Voices are
espeak's, in a room at 20 to 35 dB over its noise; people differ from them more than they differ from each other, so
the figures say how the parts behave, not how people will fare.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_sound import SAME_RECORDING, fingerprint, similarity
from models.mouth_sync import MOVED, STILL, mouth_evidence
from models.phrase_hearing import Answer, PocketSphinxPhraseCheck, answer
from models.phrases import PHRASE_LENGTH, VOCABULARY, draw
from models.roles import Samples, Speech, Spoken
from models.speech import VOICES, EspeakSpeech

JFK = Path(__file__).parents[1] / "tests" / "data" / "jfk.flac"
# words from outside the vocabulary, many of them like one inside
_STRANGERS = (
    "bandana bracket umbrella calculator carrot chimney chapel orchestra helmet hostile jungle libertine lantern "
    "magazine mexican microscope money musical photo pianist pine socket sandal snowman butter table garden yellow "
    "purple elephant camera guitar thunder water number dominoes facsimile footprint highland airplane chocolatey"
)
_ELSEWHERE = {
    "es": "el perro corre por la playa con una pelota roja, mexico, chocolate, piano.",
    "fr": "le chien court sur la plage avec un ballon rouge, le cinéma et la banane.",
    "de": "der Hund läuft am Strand, die Banane, das Museum, der Computer, Oktober.",
    "hi": "नमस्ते, आज आप कैसे हैं, मैं बाज़ार जा रहा हूँ।",
}


@dataclass(frozen=True, slots=True)
class _Room:
    """Where recordings are made: its chance decides noise and pauses."""

    random: random.Random
    noise: np.random.Generator

    def recorded(self, spoken: Spoken) -> Samples:
        padded = np.pad(spoken.samples[:, 0], int(self.random.uniform(0.3, 0.9) * spoken.sample_rate))
        hiss = np.convolve(self.noise.normal(size=len(padded)), [1.0, 0.7, 0.4, 0.2], "same")
        under = 10 ** (-self.random.choice((20, 25, 30, 35)) / 20)
        loud = float(np.sqrt(np.mean(np.square(spoken.samples))))
        return np.asarray(padded + hiss * (loud * under / hiss.std()), np.float32)


def main(rounds: int) -> None:
    """Every measurement, `rounds` phrases in each voice."""
    room = _Room(random.Random(7), np.random.default_rng(7))
    with EspeakSpeech() as speech, PocketSphinxPhraseCheck() as check:
        _phrases(speech, check, room, rounds)
        _others(speech, check, room)
        _mouths(speech, room, rounds * len(VOICES))
        _copies(speech, room, rounds)


def _phrases(speech: Speech, check: PocketSphinxPhraseCheck, room: _Room, rounds: int) -> None:
    answers: dict[str, list[Answer]] = {}
    spent = heard = 0.0
    for voice in VOICES:
        for _ in range(rounds):
            phrase = draw(room.random)
            between = room.random.choice((", ", " "))
            spoken = speech.speak(between.join(phrase) + ".", "en", voice)
            sound = room.recorded(spoken)
            place = room.random.randrange(PHRASE_LENGTH)
            other = room.random.choice([word for word in VOCABULARY if word not in phrase])
            swapped = list(phrase)
            swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
            strange = (*phrase[:place], room.random.choice(_STRANGERS.split()), *phrase[place + 1 :])
            stranger = speech.speak(between.join(strange) + ".", "en", voice)
            for kind, asked, samples in (
                (f"right, {voice}", phrase, sound),
                ("one word of the vocabulary changed", (*phrase[:place], other, *phrase[place + 1 :]), sound),
                ("two words swapped", tuple(swapped), sound),
                ("another phrase", draw(room.random), sound),
                ("one word from outside", phrase, room.recorded(stranger)),
            ):
                started = time.perf_counter()
                answers.setdefault(kind, []).append(answer(check.hear(samples, spoken.sample_rate, asked)))
                spent += time.perf_counter() - started
                heard += len(samples) / spoken.sample_rate
    for kind, given in answers.items():
        _line(f"phrase: {kind}", given)
    right = [one for kind, given in answers.items() if kind.startswith("right") for one in given]
    _line("phrase: right, all voices", right, real_time=round(spent / heard, 3))


def _others(speech: Speech, check: PocketSphinxPhraseCheck, room: _Room) -> None:
    """What is no answer at all, against ten phrases each."""
    seconds = np.arange(5 * 16_000) / 16_000
    tune = sum(
        np.sin(2 * np.pi * np.cumsum(_notes(room, len(seconds), base)) / 16_000) for base in (110, 220, 330, 440)
    )
    sounds: dict[str, tuple[Samples, int]] = {
        "silence": (np.zeros(len(seconds), np.float32), 16_000),
        "noise": (room.noise.normal(size=len(seconds)).astype(np.float32) * np.float32(0.1), 16_000),
        "music": (np.asarray(tune, np.float32) * np.float32(0.1), 16_000),
        "real speech": _jfk(),
    }
    for language, text in _ELSEWHERE.items():
        spoken = speech.speak(text, language, "alto")
        sounds[f"language {language}"] = (room.recorded(spoken), spoken.sample_rate)
    for kind, (samples, rate) in sounds.items():
        _line(f"phrase: {kind}", [answer(check.hear(samples, rate, draw(room.random))) for _ in range(10)])


def _notes(room: _Room, count: int, base: int) -> NDArray[np.float64]:
    """A melody's frequency in hertz at every sample, four notes a second."""
    steps = room.noise.choice((0, 2, 4, 5, 7, 9, 11), size=count // 4_000 + 1)
    return np.asarray(np.repeat(base * 2 ** (steps / 12), 4_000)[:count])


def _mouths(speech: Speech, room: _Room, count: int) -> None:
    """A mouth seen at 15 pictures a second, with noise, over its own line and over another's."""
    lines = []
    for number in range(count):
        between = room.random.choice((", ", " "))
        text = between.join(draw(room.random)) + "."
        lines.append(speech.speak(text, "en", tuple(VOICES)[number % len(VOICES)]))
    found: dict[str, list[float]] = {"genuine": [], "dubbed": [], "still": []}
    for mouth, other in pairwise([*lines, lines[0]]):
        seconds = max(len(line.samples) / line.sample_rate for line in (mouth, other)) + 2.0
        times = np.arange(0.01, seconds, 1 / 15) + room.noise.uniform(-0.01, 0.01, int(np.ceil((seconds - 0.01) * 15)))
        moving = np.interp(times - 1.0, np.arange(len(mouth.mouth)) / 100, mouth.mouth, left=0, right=0)
        noise = room.noise.normal(size=len(times)) * room.random.choice((0.02, 0.04, 0.06)) + 0.03 * np.sin(times * 2)
        for kind, opened, sound in (
            ("genuine", moving, mouth),
            ("dubbed", moving, other),
            ("still", moving * 0, mouth),
        ):
            start = int((1.0 + room.random.uniform(-0.1, 0.25)) * sound.sample_rate)
            line = np.pad(sound.samples[:, 0], (start, sound.sample_rate))
            openness = (opened * 0.35 + 0.05 + noise).astype(np.float32)
            found[kind].append(mouth_evidence(times, openness, line, sound.sample_rate).correlation)
    for kind, correlations in found.items():
        given = [
            Answer.SAID if one >= MOVED else Answer.OTHER if one < STILL else Answer.UNSURE for one in correlations
        ]
        _line(f"mouth: {kind}", given, correlation_5_50_95=_spread(correlations))


def _copies(speech: Speech, room: _Room, rounds: int) -> None:
    """Fingerprints of copies and of other recordings; encoders are in tests/models/test_fingerprints_sound.py."""
    prints: dict[str, list[bytes]] = {voice: [] for voice in VOICES}
    copies: list[float] = []
    for voice, kept in prints.items():
        for _ in range(rounds):
            spoken = speech.speak(", ".join(draw(room.random)) + ".", "en", voice)
            sound, rate = room.recorded(spoken), spoken.sample_rate
            kept.append(fingerprint(sound, rate))
            noise = room.noise.normal(size=len(sound)) * sound.std() * 0.1
            worn = ((sound + noise) * 0.2)[rate // 2 + 99 : -rate // 2]
            copies.append(similarity(kept[-1], fingerprint(worn.astype(np.float32), rate)))
    started = time.perf_counter()
    others = [
        similarity(one, other)
        for kept in prints.values()
        for number, one in enumerate(kept)
        for other in kept[number + 1 :]
    ]
    seconds = (time.perf_counter() - started) / max(1, len(others))
    for kind, values in (("copies", copies), ("others of the voice", others)):
        given = [Answer.SAID if one >= SAME_RECORDING else Answer.OTHER for one in values]
        _line(f"fingerprint: {kind}", given, similarity_5_50_95=_spread(values), milliseconds=round(seconds * 1e3, 3))


def _spread(values: list[float]) -> list[float]:
    return [round(float(one), 3) for one in np.percentile(values, (5, 50, 95))] if values else []


def _jfk() -> tuple[Samples, int]:
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
    with av.open(str(JFK)) as opened:
        pieces = [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(pieces), 16_000


def _shares(given: list[Answer]) -> Iterator[tuple[str, float]]:
    for name, one in (("accepted", Answer.SAID), ("unsure", Answer.UNSURE), ("refused", Answer.OTHER)):
        yield name, round(given.count(one) / max(1, len(given)), 3)


def _line(name: str, given: list[Answer], **more: object) -> None:
    sys.stdout.write(json.dumps({"name": name, "recordings": len(given), **dict(_shares(given)), **more}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

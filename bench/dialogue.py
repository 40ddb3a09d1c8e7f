"""How well gate 5 tells whether what is said is what was scripted: false accepts and false rejects, one JSON line each.

`python -m bench.dialogue [FOLDER]`: FOLDER is `test/data` of pocketsphinx's source distribution (BSD), whose recorded
English is used beside the project's own. `ratio` is errors over trials, `interval` its 95 % interval (Wilson).
Two checks are measured: pocketsphinx against the script on recorded speech, and the script's own synthesis in the
stem on the project's voices, as gate 5 asks each where it counts.
"""

import json
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from models.roles import Samples, Speech
from models.script_hearing import OTHER_WORDS, PocketSphinxScript
from models.speech import EspeakSpeech
from models.speech_voices import VOICES
from moderation.policy import load_policy
from moderation.wording import words_of
from ops.dialogue_evidence import correlation

RATE = 16_000
JFK = Path(__file__).parents[1] / "tests" / "data" / "jfk.flac"
_JFK_PARTS = (  # seconds, and what is said in them
    (0.0, 2.6, "and so my fellow americans"),
    (5.2, 7.9, "what your country can do for you"),
    (7.9, 11.0, "ask what you can do for your country"),
)
LINES = (
    "I think we should go to the market today", "No, the weather is far too cold for that",
    "Then let us stay here and have some tea", "That is the best idea you had all week",
    "Please close the window before the rain comes", "My brother painted this fence last summer",
)  # fmt: skip
FOREIGN = (
    ("es", "Creo que hoy deberíamos ir al mercado"), ("fr", "Je pense que nous devrions aller au marché"),
    ("de", "Ich glaube, wir sollten heute zum Markt gehen"), ("it", "Penso che oggi dovremmo andare al mercato"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """One utterance: float32[N] at 16 kHz, and its words."""

    sound: Samples
    words: tuple[str, ...]


def main(folder: Path | None) -> None:
    """The synthesis check on the project's voices, then pocketsphinx on recordings."""
    with EspeakSpeech() as speech:
        _synthesised(speech)
        recordings = list(_recordings(folder))
        with PocketSphinxScript() as ear:
            _recorded(ear, recordings, speech)


def _synthesised(speech: Speech) -> None:
    """A line in the stem against the synthesis of the script: accepted from the policy's correlation on."""
    least = load_policy().threshold("dialogue.words", "correlation")
    trials: dict[str, list[bool]] = {}
    for voice in VOICES:
        for number, text in enumerate(LINES):
            said = speech.speak(text, "en", voice)
            padded = np.pad(said.samples, ((RATE // 10, RATE // 2), (0, 0)))
            noise = np.random.default_rng(number).normal(size=padded.shape) * padded.std() * 0.1
            stem = (padded + noise).astype(np.float32)
            words = text.split()
            place = len(words) // 2
            changed = " ".join([*words[:place], OTHER_WORDS[number], *words[place + 1 :]])
            next_line = LINES[(number + 1) % len(LINES)]
            language, foreign = FOREIGN[number % len(FOREIGN)]
            for kind, script, tongue in (
                ("right", text, "en"),
                ("wrong script, or a line swapped", next_line, "en"),
                ("one word changed", changed, "en"),
                ("the last word changed", " ".join([*words[:-1], OTHER_WORDS[number]]), "en"),
                ("wrong language", foreign, language),
            ):
                wanted = speech.speak(script, tongue, voice)
                fits, _ = correlation(stem, said.sample_rate, wanted.samples, wanted.sample_rate, 0.1)
                trials.setdefault(kind, []).append((fits >= least) == (kind == "right"))
            fits, _ = correlation(stem * 0, said.sample_rate, said.samples, said.sample_rate, 0.1)
            trials.setdefault("missing line", []).append(fits < least)
    for kind, right in trials.items():
        _line(f"own voices, script's synthesis: {kind}", right, "false rejects" if kind == "right" else "false accepts")


def _recorded(ear: PocketSphinxScript, recordings: Sequence[Recorded], speech: Speech) -> None:
    least = load_policy().threshold("dialogue.words", "share")
    draw = random.Random(1)
    spent = heard = 0.0
    trials: dict[str, list[bool]] = {}
    alone: list[bool] = []
    for number, one in enumerate(recordings):
        follows = recordings[(number + 1) % len(recordings)]
        together = np.concatenate([one.sound, np.zeros(RATE // 2, np.float32), follows.sound])
        place = draw.randrange(len(one.words))
        other = draw.choice([word for word in OTHER_WORDS if word not in one.words])
        changed = (*one.words[:place], other, *one.words[place + 1 :])
        wrong = draw.choice([two for two in recordings if not set(two.words) & set(one.words)] or [follows])
        language, foreign = FOREIGN[number % len(FOREIGN)]
        spoken = speech.speak(foreign, language, list(VOICES)[number % 6])
        for kind, sound, rate, script in (
            ("right", one.sound, RATE, one.words),
            ("wrong script", one.sound, RATE, wrong.words),
            ("line swapped", together, RATE, (*follows.words, *one.words)),
            ("one word changed", one.sound, RATE, changed),
            ("missing line", one.sound, RATE, (*one.words, *follows.words)),
            ("wrong language", spoken.samples, spoken.sample_rate, one.words),
        ):
            started = time.perf_counter()
            found = ear.hear(sound, rate, script)
            spent += time.perf_counter() - started
            heard += len(sound) / rate
            trials.setdefault(kind, []).append((found.score >= least) == (kind == "right"))
            if kind == "one word changed":
                alone.append(not found.found[place])
    for kind, right in trials.items():
        _line(f"recorded, pocketsphinx: {kind}", right, "false rejects" if kind == "right" else "false accepts")
    _line("recorded, pocketsphinx: one word changed, and named", alone, "not named")
    sys.stdout.write(json.dumps({"name": "pocketsphinx, of real time", "ratio": round(spent / heard, 3)}) + "\n")


def _recordings(folder: Path | None) -> Iterator[Recorded]:
    whole = _decoded(JFK)
    for start, end, text in _JFK_PARTS:
        yield Recorded(whole[int(start * RATE) : int(end * RATE)], words_of(text))
    if folder is None:
        return
    for part in ("librivox/transcription", "cards/cards.transcription"):
        for row in (folder / part).read_text("utf-8").splitlines():
            match = re.match(r"<s> (.*?)\s*</s> \((.*)\)", row)
            if match is not None:
                yield Recorded(_decoded((folder / part).parent / f"{match[2]}.wav"), words_of(match[1]))
    for name, text in (("goforward", "go forward ten meters"), ("something", "go somewhere and do something")):
        raw = np.frombuffer((folder / f"{name}.raw").read_bytes(), "<i2")
        yield Recorded((raw / 32768).astype(np.float32), words_of(text))


def _decoded(path: Path) -> Samples:
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(path)) as opened:
        pieces = [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(pieces)


def wilson(errors: int, trials: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z, share = 1.96, errors / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return round(max(0.0, middle - half), 3), round(min(1.0, middle + half), 3)


def _line(name: str, right: Sequence[bool], what: str) -> None:
    errors = sum(not one for one in right)
    answer = {
        "name": name, "ratio": round(errors / len(right), 3), what: errors, "trials": len(right),
        "interval": wilson(errors, len(right)),
    }  # fmt: skip
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

"""espeak-ng speaks through its worker: words in time, a mouth that follows, voices that differ, and it survives."""

import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec

import numpy as np
import pytest

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.speech import VOICES, EspeakSpeech

HELLO = "Good morning everyone, welcome to the park."


@pytest.fixture(scope="module")
def speech() -> Iterator[EspeakSpeech]:
    with EspeakSpeech() as speaking:
        yield speaking


def test_a_line_is_heard_with_its_words_in_order(speech: EspeakSpeech) -> None:
    spoken = speech.speak(HELLO, "en", "alto")
    seconds = len(spoken.samples) / spoken.sample_rate
    assert spoken.samples.dtype == np.float32
    assert spoken.samples.ndim == 2
    assert 1.5 < seconds < 5
    assert [word.text for word in spoken.words] == HELLO.split()
    starts = [word.start for word in spoken.words]
    assert starts == sorted(starts)
    assert spoken.words[-1].start + spoken.words[-1].seconds == pytest.approx(seconds, abs=0.01)
    assert np.abs(spoken.samples[: spoken.sample_rate // 20]).max() > 0.01


def test_the_mouth_follows_the_sounds(speech: EspeakSpeech) -> None:
    spoken = speech.speak("Mama papa, mama papa.", "en", "baritone")
    mouth = spoken.mouth
    assert len(mouth) == int(np.ceil(len(spoken.samples) / spoken.sample_rate * 100))
    assert mouth.min() >= 0
    assert mouth.max() <= 1
    assert mouth.max() > 0.6
    opened = mouth > 0.35
    assert 5 <= int(np.sum(opened[1:] & ~opened[:-1])) <= 12  # eight syllables


def test_the_same_line_twice_is_the_same_sound(speech: EspeakSpeech) -> None:
    once, other, twice = (speech.speak(text, "en", "tenor").samples for text in (HELLO, "Other.", HELLO))
    assert np.array_equal(once, twice)
    assert len(other) != len(once)


def test_voices_contrast_in_pitch(speech: EspeakSpeech) -> None:
    def pitch(voice: str) -> float:
        spoken = speech.speak("La la la la la.", "en", voice)
        samples, rate = spoken.samples[:, 0], spoken.sample_rate
        found = []
        for start in range(0, len(samples) - 1024, 512):
            block = samples[start : start + 1024] - samples[start : start + 1024].mean()
            if np.abs(block).max() > 0.2:
                same = np.correlate(block, block, "full")[1023:]
                lag = int(np.argmax(same[rate // 400 : rate // 60])) + rate // 400
                found.append(rate / lag)
        return float(np.median(found))

    pitches = {voice: pitch(voice) for voice in speech.voices("en")}
    assert pitches["bass"] * 1.2 < pitches["baritone"] < pitches["alto"] / 1.2
    assert len(pitches) == len(VOICES)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Hola, ¿cómo estás hoy?"),
        ("fr-FR", "Bonjour, comment allez-vous ?"),
        ("de", "Guten Tag."),
        ("ja", "こんにちは、おげんきですか。"),
        ("zh-CN", "你好,今天天气怎么样?"),
        ("hi", "नमस्ते, आज आप कैसे हैं?"),
    ],
)
def test_it_speaks_other_languages(speech: EspeakSpeech, language: str, text: str) -> None:
    spoken = speech.speak(text, language, "alto")
    assert len(spoken.samples) > spoken.sample_rate * 0.5
    assert "".join(word.text for word in spoken.words).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "language", "voice"),
    [
        ("", "en", "alto"),
        ("x" * 3000, "en", "alto"),
        ("Hi", "xx-none", "alto"),
        ("Hi", "en", "nobody"),
        ("…", "en", "alto"),
    ],
)
def test_what_cannot_be_spoken_is_bad_input(speech: EspeakSpeech, text: str, language: str, voice: str) -> None:
    with pytest.raises(BadInput):
        speech.speak(text, language, voice)


def test_a_worker_that_dies_is_started_again(speech: EspeakSpeech) -> None:
    before = speech.speak(HELLO, "en", "alto").samples
    worker = speech._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert np.array_equal(speech.speak(HELLO, "en", "alto").samples, before)


def test_the_library_is_never_loaded_in_this_process(speech: EspeakSpeech) -> None:
    speech.speak("Hi.", "en", "alto")
    assert "espeakng_loader" not in sys.modules


def test_outside_with_and_without_the_package_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GenerationFailed, match="with"):
        EspeakSpeech().speak("Hi.", "en", "alto")
    real = importlib.util.find_spec

    def absent(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "espeakng_loader" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", absent)
    with pytest.raises(ModelMissing, match="espeak"), EspeakSpeech():
        pass

"""espeak-ng speaks through its worker: words in time, a mouth that follows, voices that differ, and it survives."""

import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec

import numpy as np
import pytest

from greenroom.domain.storyboards import Actor, Build, Delivery, Shot, Storyboard
from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.roles import Spoken
from models.speech import VOICES, EspeakSpeech
from models.speech_reading import reading
from models.speech_voices import cast_voices
from models.voice_activity import measured, narrowed, voiced_frames

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


def pitch_of(spoken: Spoken) -> float:
    """Median pitch in hertz of the frames that have one."""
    frames = measured(narrowed(spoken.samples[:, 0].astype(np.float64), spoken.sample_rate))
    return float(np.median(frames.pitch[voiced_frames(frames)]))


def centroid(spoken: Spoken) -> float:
    power = np.abs(np.fft.rfft(spoken.samples[:, 0])) ** 2
    return float((power * np.fft.rfftfreq(len(spoken.samples), 1 / spoken.sample_rate)).sum() / power.sum())


def test_a_child_is_high_and_small_and_an_elder_slow(speech: EspeakSpeech) -> None:
    child, woman, elder = (speech.speak(HELLO, "en", voice) for voice in ("treble", "alto", "basso"))
    assert pitch_of(child) > 1.2 * pitch_of(woman)
    assert centroid(child) > centroid(woman)
    assert len(elder.samples) > 1.1 * len(woman.samples)


def test_a_whisper_has_no_pitch_and_keeps_its_words(speech: EspeakSpeech) -> None:
    plain, whisper = (speech.speak(HELLO, "en", "alto", how) for how in (Delivery.PLAIN, Delivery.WHISPERED))
    voiced = {}
    for name, spoken in (("plain", plain), ("whisper", whisper)):
        frames = measured(narrowed(spoken.samples[:, 0].astype(np.float64), spoken.sample_rate))
        voiced[name] = float(np.mean(voiced_frames(frames)))
    assert voiced["plain"] > 0.35
    assert voiced["whisper"] < 0.1
    assert [word.text for word in whisper.words] == [word.text for word in plain.words]


def test_deliveries_differ_as_people_do(speech: EspeakSpeech) -> None:
    said = {how: speech.speak(HELLO, "en", "baritone", how) for how in Delivery}
    plain = said[Delivery.PLAIN]
    assert pitch_of(said[Delivery.SHOUTED]) > 1.15 * pitch_of(plain)
    assert pitch_of(said[Delivery.CHEERFUL]) > 1.05 * pitch_of(plain) > 1.1 * pitch_of(said[Delivery.SAD])
    assert len(said[Delivery.SAD].samples) > 1.15 * len(plain.samples) > 1.2 * len(said[Delivery.ANGRY].samples)
    assert centroid(said[Delivery.SAD]) < centroid(plain) < centroid(said[Delivery.ANGRY])


def test_phonemes_are_in_order_inside_the_line_and_lips_follow_them(speech: EspeakSpeech) -> None:
    spoken = speech.speak("You see two bees.", "en", "alto")
    seconds = len(spoken.samples) / spoken.sample_rate
    starts = [one.start for one in spoken.phonemes]
    assert starts == sorted(starts)
    assert all(one.start + one.seconds <= seconds + 0.001 for one in spoken.phonemes)
    assert len(spoken.lips) == len(spoken.mouth)
    middle: dict[str, float] = {}
    for one in spoken.phonemes:
        middle.setdefault(one.sound.strip("ˈˌː"), float(spoken.lips[int((one.start + 0.4 * one.seconds) * 100)]))
    assert middle["u"] < -0.4
    assert middle["i"] > 0.4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("こんにちは、私は元気です。", "こんにちわ、わたしわげんきです。"),
        ("山田(やまだ)さんの花", "やまださんのはな"),
        ("公園へ行きましょう", "こうえんえいきましょう"),
        ("はい、はやくして", "はい、はやくして"),
    ],
)
def test_japanese_is_read_as_it_sounds(text: str, said: str) -> None:
    read = reading(text, "ja")
    assert read.said == said
    assert len(read.origin) == len(said)
    assert list(read.origin) == sorted(read.origin)


def test_kanji_without_a_reading_are_asked_for_and_never_guessed(speech: EspeakSpeech) -> None:
    with pytest.raises(BadInput, match="檸檬") as refused:
        speech.speak("檸檬が好き", "ja", "alto")
    assert "漢字(かんじ)" in refused.value.remedy
    with pytest.raises(BadInput, match="花火"):
        reading("花火だ", "ja")
    assert speech.speak("檸檬(れもん)が好き", "ja", "alto").phonemes


def test_actors_without_a_voice_get_one_that_suits_and_is_their_own() -> None:
    people = [Actor(id=name, species="person", name=name, build=build) for name, build in
              (("a", None), ("b", Build.CHILD), ("c", Build.ELDER), ("d", None), ("e", Build.CHILD))]  # fmt: skip
    board = Storyboard(title="t", seconds=4, seed=1, shots=(Shot(start=0, seconds=4),), actors=tuple(people))
    cast = cast_voices(board)
    assert len(set(cast.values())) == len(people)
    assert {cast["b"], cast["e"]} == {"treble", "descant"}
    assert cast["c"] in {"basso", "contralto"}


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

"""The phrase that was asked for is heard as said, and neither another, nor other speech, nor no speech is."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from greenroom.errors import BadInput, GenerationFailed
from models.phrase_hearing import Answer, PocketSphinxPhraseCheck, answer
from models.phrases import VOCABULARY
from models.roles import PhraseHearing, Samples
from models.speech import EspeakSpeech

PHRASES = (
    ("soprano", ("football", "museum", "snowflake", "pineapple", "october")),
    ("alto", ("banana", "rocket", "museum", "piano", "lightning")),
    ("baritone", ("window", "chicken", "october", "photograph", "magnet")),
    ("tenor", ("mexico", "uniform", "airport", "computer", "monkey")),
    ("mezzo", ("snowflake", "hospital", "jupiter", "sandwich", "library")),
)


@pytest.fixture(scope="module")
def check() -> Iterator[PocketSphinxPhraseCheck]:
    with PocketSphinxPhraseCheck() as hearing:
        yield hearing


@pytest.fixture(scope="module")
def said() -> dict[tuple[str, ...], tuple[Samples, int]]:
    """Each phrase in its voice in a room: 25 dB over its noise."""
    random = np.random.default_rng(1)
    with EspeakSpeech() as speech:
        spoken = {phrase: speech.speak(", ".join(phrase) + ".", "en", voice) for voice, phrase in PHRASES}
    return {
        phrase: (_in_a_room(one.samples, one.sample_rate, random), one.sample_rate) for phrase, one in spoken.items()
    }


def _in_a_room(samples: Samples, rate: int, random: np.random.Generator) -> Samples:
    padded = np.pad(samples[:, 0], rate // 2)
    noise = np.convolve(random.normal(size=len(padded)), [1.0, 0.7, 0.4, 0.2], "same")
    level = np.sqrt(np.mean(samples**2)) * 10 ** (-25 / 20) / noise.std()
    return np.asarray(padded + noise * level, np.float32)[:, None]


@pytest.mark.parametrize(("voice", "phrase"), PHRASES)
def test_the_right_phrase_is_heard_and_one_changed_word_is_not(
    check: PocketSphinxPhraseCheck,
    said: dict[tuple[str, ...], tuple[Samples, int]],
    voice: str,
    phrase: tuple[str, ...],
) -> None:
    samples, rate = said[phrase]
    right = check.hear(samples, rate, phrase)
    assert tuple(word.text for word in right.heard) == phrase
    assert right.score == 1.0
    assert right.extra == 0
    assert answer(right) is Answer.SAID
    starts = [word.start for word in right.heard]
    assert starts == sorted(starts)
    assert starts[0] < 0.8  # half a second of room comes first, which the recogniser may give to the first word
    assert right.heard[-1].end < len(samples) / rate
    place = PHRASES.index((voice, phrase))
    other = next(word for word in VOCABULARY[place * 3 :] if word not in phrase)
    changed = check.hear(samples, rate, (*phrase[:place], other, *phrase[place + 1 :]))
    assert changed.found == tuple(number != place for number in range(5))
    assert min(changed.fits) < -2.5
    assert answer(changed) is not Answer.SAID


def test_another_order_and_another_phrase_are_not_heard(
    check: PocketSphinxPhraseCheck, said: dict[tuple[str, ...], tuple[Samples, int]]
) -> None:
    phrase, other = PHRASES[1][1], PHRASES[2][1]
    assert answer(check.hear(*said[phrase], phrase[::-1])) is Answer.OTHER
    assert answer(check.hear(*said[phrase], other)) is Answer.OTHER


def test_a_real_speech_that_says_something_else_fails(check: PocketSphinxPhraseCheck) -> None:
    samples, rate = _jfk()
    hearing = check.hear(samples, rate, PHRASES[1][1])
    assert hearing.score < 0.5
    assert answer(hearing) is Answer.OTHER


def test_a_phrase_in_another_language_fails(check: PocketSphinxPhraseCheck) -> None:
    with EspeakSpeech() as speech:
        spoken = speech.speak("plátano, cohete, museo, piano, relámpago.", "es", "alto")
    assert answer(check.hear(spoken.samples, spoken.sample_rate, PHRASES[1][1])) is Answer.OTHER


@pytest.mark.parametrize("kind", ["nothing", "silence", "noise", "hum"])
def test_no_speech_is_no_phrase(check: PocketSphinxPhraseCheck, kind: str) -> None:
    time = np.arange(3 * 16_000) / 16_000
    sounds = {
        "nothing": np.zeros(0),
        "silence": np.zeros(len(time)),
        "noise": np.random.default_rng(2).normal(size=len(time)) * 0.1,
        "hum": np.sin(2 * np.pi * 120 * time) * 0.3,
    }
    hearing = check.hear(sounds[kind].astype(np.float32), 16_000, PHRASES[1][1])
    assert answer(hearing) is Answer.OTHER


def test_the_same_sound_is_heard_the_same_again_whatever_came_between(
    check: PocketSphinxPhraseCheck, said: dict[tuple[str, ...], tuple[Samples, int]]
) -> None:
    phrase = PHRASES[1][1]
    once = check.hear(*said[phrase], phrase)
    check.hear(*said[PHRASES[2][1]], phrase)
    assert check.hear(*said[phrase], phrase) == once
    samples, rate = said[phrase]
    assert answer(check.hear(samples * np.float32(0.02), rate, phrase)) is Answer.SAID  # a quiet recording


def test_one_word_out_of_doubt_is_enough_to_doubt_all() -> None:
    def heard(fits: tuple[float, ...], found: tuple[bool, ...] = (True,) * 5) -> Answer:
        return answer(PhraseHearing(expected=PHRASES[1][1], heard=(), found=found, fits=fits))

    assert heard((-0.5,) * 5) is Answer.SAID
    assert heard((-0.5, -0.5, -2.9, -0.5, -0.5)) is Answer.UNSURE
    assert heard((-0.5, -0.5, -8.0, -0.5, -0.5)) is Answer.OTHER
    assert heard((-0.5,) * 5, (True, True, False, True, True)) is Answer.UNSURE
    assert heard((-0.5,) * 5, (True, False, False, True, True)) is Answer.OTHER


def test_what_cannot_be_heard_is_bad_input(check: PocketSphinxPhraseCheck) -> None:
    sound = np.zeros(16_000, np.float32)
    with pytest.raises(BadInput, match="vocabulary"):
        check.hear(sound, 16_000, ("banana", "xylophone"))
    with pytest.raises(BadInput, match="vocabulary"):
        check.hear(sound, 16_000, ())
    with pytest.raises(BadInput, match="not numbers"):
        check.hear(np.full(16_000, np.nan, np.float32), 16_000, ("banana",))
    with pytest.raises(BadInput, match="at most 60 s"):
        check.hear(np.zeros(61 * 16_000, np.float32), 16_000, ("banana",))
    with pytest.raises(GenerationFailed, match="with"):
        PocketSphinxPhraseCheck().hear(sound, 16_000, ("banana",))


def _jfk() -> tuple[Samples, int]:
    path = Path(__file__).parents[1] / "data" / "jfk.flac"
    with av.open(str(path)) as opened:
        frames = [frame.to_ndarray() for frame in opened.decode(audio=0)]
        rate = opened.streams.audio[0].rate
        channels = opened.streams.audio[0].channels
    flat = np.concatenate([frame.reshape(-1, channels) for frame in frames]).astype(np.float64)
    assert Fraction(len(flat), rate) > 10
    return (flat / np.abs(flat).max()).astype(np.float32), rate

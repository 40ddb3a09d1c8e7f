"""A mouth that says what is heard is told from one that says something else, and from one that keeps still."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.mouth_sync import MOVED, STILL, MouthEvidence, mouth_evidence
from models.roles import Samples, Spoken
from models.speech import EspeakSpeech

PHRASES = (
    "window, chicken, october, photograph, magnet.",
    "mexico uniform airport computer monkey.",
    "banana rocket museum, piano, lightning.",
    "snowflake, hospital jupiter sandwich library.",
)
LEAD = 0.8  # seconds before the first word


@dataclass(frozen=True, slots=True)
class Seen:
    times: NDArray[np.float64]
    openness: NDArray[np.float32]


@pytest.fixture(scope="module")
def spoken() -> list[Spoken]:
    voices = ("alto", "baritone", "mezzo", "tenor")
    with EspeakSpeech() as speech:
        return [speech.speak(text, "en", voice) for text, voice in zip(PHRASES, voices, strict=True)]


def _seen(spoken: Spoken, seconds: float, random: np.random.Generator, scale: float = 0.35) -> Seen:
    """What a camera at 15 frames a second would measure of this mouth: jittered, scaled, nodding, noisy."""
    times = np.arange(0, seconds, 1 / 15)
    times = times + random.uniform(-0.01, 0.01, len(times)) + 0.01
    opened = np.interp(times - LEAD, np.arange(len(spoken.mouth)) / 100, spoken.mouth, left=0, right=0)
    noise = random.normal(size=len(times)) * 0.03
    return Seen(times, (opened * scale + 0.05 + 0.03 * np.sin(times * 2) + noise).astype(np.float32))


def _sound(spoken: Spoken, seconds: float, random: np.random.Generator, lag: float = 0.0) -> Samples:
    """The line, `LEAD` and `lag` seconds in, 25 dB over a room's noise."""
    rate, line = spoken.sample_rate, spoken.samples[:, 0]
    start = int((LEAD + lag) * rate)
    sound = np.zeros(int(seconds * rate))
    kept = line[: len(sound) - start]
    sound[start : start + len(kept)] = kept
    level = np.sqrt(np.mean(line**2)) * 10 ** (-25 / 20)
    return np.asarray(sound + random.normal(size=len(sound)) * level, np.float32)[:, None]


def _seconds(*lines: Spoken) -> float:
    return LEAD + max(len(line.samples) / line.sample_rate for line in lines) + 1.0


@pytest.mark.parametrize("number", range(len(PHRASES)))
@pytest.mark.parametrize("lag", [-0.1, 0.0, 0.2])
def test_a_genuine_mouth_agrees_with_its_sound_at_its_lag(spoken: list[Spoken], number: int, lag: float) -> None:
    random, line = np.random.default_rng(number), spoken[number]
    seconds = _seconds(line)
    seen = _seen(line, seconds, random)
    found = mouth_evidence(seen.times, seen.openness, _sound(line, seconds, random, lag), line.sample_rate)
    assert found.correlation > MOVED
    assert found.lag == pytest.approx(lag, abs=0.06)
    assert found.chance < 0.05
    assert found.seconds == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize("number", range(len(PHRASES)))
def test_a_dubbed_mouth_does_not(spoken: list[Spoken], number: int) -> None:
    random, mouth, voice = np.random.default_rng(number), spoken[number], spoken[number - 1]
    seconds = _seconds(mouth, voice)
    seen = _seen(mouth, seconds, random)
    found = mouth_evidence(seen.times, seen.openness, _sound(voice, seconds, random), voice.sample_rate)
    assert found.correlation < MOVED


@pytest.mark.parametrize("number", range(len(PHRASES)))
def test_a_still_mouth_does_not_even_when_the_head_nods(spoken: list[Spoken], number: int) -> None:
    random, line = np.random.default_rng(number), spoken[number]
    seconds = _seconds(line)
    seen = _seen(line, seconds, random, scale=0.0)
    sound = _sound(line, seconds, random)
    assert mouth_evidence(seen.times, seen.openness, sound, line.sample_rate).correlation < STILL
    frozen = mouth_evidence(seen.times, np.full(len(seen.times), 0.3, np.float32), sound, line.sample_rate)
    assert (frozen.correlation, frozen.chance) == (0.0, 1.0)
    assert frozen.moved < 1e-6


def test_pictures_without_a_mouth_are_bridged_when_few(spoken: list[Spoken]) -> None:
    random, line = np.random.default_rng(5), spoken[0]
    seconds = _seconds(line)
    seen, sound = _seen(line, seconds, random), _sound(line, seconds, random)
    few, many = seen.openness.copy(), seen.openness.copy()
    few[::9] = np.nan
    many[: len(many) * 2 // 3] = np.nan
    assert mouth_evidence(seen.times, few, sound, line.sample_rate).correlation > MOVED
    assert mouth_evidence(seen.times, many, sound, line.sample_rate).correlation == 0.0


def test_nothing_to_compare_is_no_agreement() -> None:
    times = np.arange(0, 5, 1 / 15)
    wave = np.abs(np.sin(times * 9)).astype(np.float32)

    def compared(samples: NDArray[np.floating]) -> MouthEvidence:
        return mouth_evidence(times, wave, samples.astype(np.float32), 16_000)

    for silent in (np.zeros(0), np.zeros(8_000), np.zeros(80_000)):
        assert (compared(silent).correlation, compared(silent).chance) == (0.0, 1.0)
    empty = mouth_evidence(np.zeros(0), np.zeros(0, np.float32), np.zeros(80_000, np.float32), 16_000)
    assert empty.correlation == 0.0


def test_times_that_do_not_fit_are_bad_input() -> None:
    sound = np.zeros(80_000, np.float32)
    for times in (np.arange(4.0), np.array([0.0, 0.2, 0.1])):
        with pytest.raises(BadInput, match="rising times"):
            mouth_evidence(times, np.zeros(3, np.float32), sound, 16_000)

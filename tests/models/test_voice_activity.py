"""Speech is found in speech, and none in what a scene makes of noise, weather and things that are struck."""

from pathlib import Path

import numpy as np
import pytest

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Setting, Sound, TimeOfDay, Weather
from models.previz.sound.ambience import asked_for, bed
from models.previz.sound.listening import Listener
from models.previz.sound.rooms import Reverb
from models.previz.sound.scenes_heard import Heard
from models.previz.sound.steps import footstep
from models.previz.sound.struck import Struck, struck
from models.previz.world import CameraState, Contact, World, WorldFrame
from models.roles import Samples
from models.speech import VOICES, EspeakSpeech
from models.voice_activity import HarmonicVoiceActivity
from ops.media_reading import read_sound

RATE = 48_000
JFK = Path(__file__).parents[1] / "data" / "jfk.flac"


def heard(samples: Samples, rate: int = RATE) -> float:
    """Seconds found to be speech."""
    with HarmonicVoiceActivity() as activity:
        return sum(span.end - span.start for span in activity.spans(samples, rate))


def test_a_recorded_speaker_is_found_and_his_pauses_are_not() -> None:
    samples, rate = read_sound(JFK)
    with HarmonicVoiceActivity() as activity:
        spans = activity.spans(samples, rate)
    assert 5.0 < sum(span.end - span.start for span in spans) < 10.0
    assert not any(span.start < 2.7 < span.end for span in spans)  # he pauses there for a second
    assert spans[0].start == pytest.approx(0.3, abs=0.2)


def test_every_voice_is_found_where_it_speaks() -> None:
    silence = np.random.default_rng(1).normal(0, 1e-4, (24_000, 1)).astype(np.float32)
    with EspeakSpeech() as speech, HarmonicVoiceActivity() as activity:
        for language, text in (
            ("en", "Good morning everyone, welcome to the park."),
            ("es", "Hola amigos."),
            ("en", "Hello."),
        ):
            for voice in VOICES:
                spoken = speech.speak(text, language, voice)
                seconds = len(spoken.samples) / spoken.sample_rate
                spans = activity.spans(np.concatenate([silence, spoken.samples, silence]), spoken.sample_rate)
                assert spans, (text, voice)
                assert sum(span.end - span.start for span in spans) > 0.4 * seconds
                assert spans[0].start > 0.35
                assert spans[-1].end < 0.5 + seconds + 0.25


@pytest.mark.parametrize("place", ["park", "beach", "street", "kitchen", "spaceship", "space"])
@pytest.mark.parametrize(("time_of_day", "weather"), [("day", "clear"), ("night", "clear"), ("day", "rain")])
def test_no_place_speaks(place: str, time_of_day: TimeOfDay, weather: Weather) -> None:
    setting = Setting(place=place, time_of_day=time_of_day, weather=weather, style=Style.REALISTIC)
    for seed in range(2):
        assert heard(bed([Heard(setting, np.ones(4 * RATE))], seed, 4 * RATE).astype(np.float32)) == 0


@pytest.mark.parametrize("label", ["crowd", "engine", "thunder", "water", "meow", "bark", "neigh", "beeps", "applause"])
def test_nothing_asked_for_by_name_speaks(label: str) -> None:
    setting = Setting(place="park", time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, style=Style.REALISTIC)
    frame = WorldFrame({}, {}, CameraState((0, -4, 1.5), (0, 0, 1), 0.7), 0)
    still = World((setting,), 3, 128, 128, 24, (), (), (frame,) * 96)
    reverb = Reverb((), 4 * RATE, 3)
    layer, calls, _ = asked_for([Sound(label=label, start=0.5)], still, Listener(still), reverb, 3, 4 * RATE)
    assert np.any(layer + calls)
    assert heard((layer + calls).astype(np.float32)) == 0


@pytest.mark.parametrize("material", ["rubber", "wood", "metal", "glass", "plastic", "stone", "cloth"])
@pytest.mark.parametrize("size", [0.1, 0.4, 0.8])
def test_no_thing_that_is_struck_speaks(material: str, size: float) -> None:
    random = np.random.default_rng(5)
    track = np.zeros((4 * RATE, 1), np.float32)
    for number in range(10):
        contact = Contact(0.0, "thing", "table", material, "wood", 2.0 / (number + 1), (0, 0, 0))
        sides = (Struck("thing", material, "", size), Struck("table", "wood", "table", 1.0))
        blow, start = struck(random, contact, sides), int((0.2 + 0.3 * number) * RATE)
        track[start : start + len(blow), 0] += blow[: len(track) - start]
    assert heard(track) == 0


def test_neither_steps_nor_noise_nor_silence_speak() -> None:
    random = np.random.default_rng(5)
    steps = np.concatenate([np.pad(footstep(random, "boards", 1.5), (0, RATE // 4)) for _ in range(8)])
    assert heard(steps[:, None].astype(np.float32)) == 0
    assert heard(random.normal(0, 0.1, (4 * RATE, 2)).astype(np.float32)) == 0
    assert heard(np.zeros((RATE, 2), np.float32)) == 0
    assert heard(np.zeros((0, 2), np.float32)) == 0
    tone = np.sin(2 * np.pi * 150 * np.arange(2 * RATE) / RATE)
    assert heard(tone[:, None].astype(np.float32)) == 0

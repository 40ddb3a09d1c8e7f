"""What is seen is heard, when and as loud as it happened; stems fit together and are the same every time."""

from dataclasses import replace

import numpy as np
import pytest

from greenroom.domain.briefs import Style
from greenroom.domain.clips import SpokenWord
from greenroom.domain.storyboards import Actor, Line, Setting, Shot, Sound, Storyboard, TimeOfDay, Weather
from models.previz.sound.soundtrack import soundtrack
from models.previz.world import BodySpec, BodyState, CameraState, Contact, MoveWeight, RigidSpec, World, WorldFrame
from models.roles import Samples, Spoken

RATE = 48_000


def storyboard(**changes: object) -> Storyboard:
    fields: dict[str, object] = {
        "title": "a test",
        "place": "park",
        "seconds": 4.0,
        "seed": 7,
        "shots": (Shot(start=0, seconds=4),),
        "actors": (Actor(id="ada", species="person", name="Ada", voice="alto"),),
    }
    return Storyboard.model_validate(fields | changes)


def world(*contacts: Contact, place: str = "park", species: str = "person") -> World:
    body = BodyState(position=(0.0, 2.0, 0.0), heading=0.0, moves=(MoveWeight("stand", 0.0),))
    frame = WorldFrame(
        bodies={"ada": body},
        rigids={},
        camera=CameraState(eye=(0, -4, 1.5), target=(0, 2, 1), vertical_fov=0.7),
        shot=0,
    )
    return World(
        settings=(Setting(place=place, time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, style=Style.REALISTIC),),
        seed=7, width=854, height=480,
        frames_per_second=24,
        bodies=(BodySpec("ada", species, ((0.5, 0.5, 0.5),), None, 1, 1.7),),
        rigids=(RigidSpec("ball", "ball", (1, 0, 0), 0.4, "rubber"),),
        frames=(frame,) * 96, contacts=contacts,
    )  # fmt: skip


def bounce(time: float, impulse: float = 1.0, x: float = 0.0, material: str = "rubber") -> Contact:
    return Contact(time, "ball", "ground", material, "wood", impulse, (x, 0.0, 0.0))


def tone(seconds: float = 1.0, rate: int = 22_050) -> Spoken:
    time = np.arange(int(seconds * rate)) / rate
    samples = (0.5 * np.sin(2 * np.pi * 200 * time))[:, None].astype(np.float32)
    return Spoken(samples, rate, (SpokenWord(text="Hello", start=0.0, seconds=seconds),), np.zeros(100, np.float32))


def rms(samples: Samples, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(samples[int(start * RATE) : int(end * RATE)] ** 2)))


def onset(samples: Samples) -> float:
    loud = np.abs(samples).max(axis=1)
    return int(np.argmax(loud > 0.1 * loud.max())) / RATE


def test_stems_have_the_clips_length_and_fit() -> None:
    stems, _ = soundtrack(storyboard(seconds=4.5), world(bounce(1.0)), {})
    assert set(stems) == {"dialogue", "foley", "ambience"}
    for samples in stems.values():
        assert samples.shape == (int(4.5 * RATE), 2)
        assert samples.dtype == np.float32
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() <= 1.0


@pytest.mark.parametrize("material", ["rubber", "wood", "metal", "glass", "plastic", "stone", "cloth"])
def test_a_bounce_is_heard_when_it_happens(material: str) -> None:
    stems, timing = soundtrack(storyboard(), world(bounce(1.5, material=material)), {})
    assert onset(stems["foley"]) == pytest.approx(1.5, abs=0.020)
    assert [event.start for event in timing.sounds] == [1.5]


def test_a_footstep_is_heard_when_it_happens_and_paws_are_lighter() -> None:
    step = Contact(1.0, "ada", "ground", "skin", "grass", 1.5, (0.0, 2.0, 0.0), "footstep")
    person, timing = soundtrack(storyboard(), world(step), {})
    cat, named = soundtrack(storyboard(), world(step, species="cat"), {})
    assert onset(person["foley"]) == pytest.approx(1.0, abs=0.020)
    assert rms(cat["foley"], 1, 1.2) < 0.6 * rms(person["foley"], 1, 1.2)
    assert timing.sounds[0].label == "footsteps on grass"
    assert named.sounds[0].label == "paw steps on grass"


def test_a_louder_blow_is_louder() -> None:
    peaks = []
    for impulse in (0.05, 0.2, 1.0, 4.0):
        stems, _ = soundtrack(storyboard(), world(bounce(1.0, impulse)), {})
        peaks.append(float(np.abs(stems["foley"]).max()))
    assert peaks == sorted(peaks)
    assert peaks[-1] > 3 * peaks[0]


def test_materials_sound_apart() -> None:
    centroids = {}
    for material in ("cloth", "rubber", "wood", "glass"):
        contact = Contact(0.5, "ball", "table", material, material, 1.0, (0.0, 0.0, 0.0))
        stems, _ = soundtrack(storyboard(), world(contact), {})
        power = np.abs(np.fft.rfft(stems["foley"][:, 0])) ** 2
        centroids[material] = float((power * np.fft.rfftfreq(len(stems["foley"]), 1 / RATE)).sum() / power.sum())
    assert centroids["rubber"] < centroids["wood"] < centroids["glass"]


def test_right_is_heard_right_and_far_is_fainter() -> None:
    stems, _ = soundtrack(storyboard(), world(bounce(1.0, x=3.0)), {})
    assert rms(stems["foley"][:, 1:], 1, 1.2) > 1.5 * rms(stems["foley"][:, :1], 1, 1.2)
    near, far = (replace(bounce(1.0), position=(0.0, y, 0.0)) for y in (0.0, 20.0))
    loud, faint = (soundtrack(storyboard(), world(contact), {})[0]["foley"] for contact in (near, far))
    assert rms(faint, 1, 1.2) < 0.6 * rms(loud, 1, 1.2)


def test_a_line_is_heard_in_its_time_and_ducks_the_ambience() -> None:
    board = storyboard(place="beach", lines=(Line(actor="ada", text="Hello", start=1.5),))
    stems, timing = soundtrack(board, world(place="beach"), {0: tone()})
    silent, _ = soundtrack(storyboard(place="beach"), world(place="beach"), {})
    assert onset(stems["dialogue"]) == pytest.approx(1.5, abs=0.020)
    line = timing.lines[0]
    assert (line.speaker, line.voice, line.start) == ("Ada", "alto", 1.5)
    assert line.seconds == pytest.approx(1.0, abs=0.01)
    assert [word.text for word in line.words] == ["Hello"]
    assert rms(stems["ambience"], 1.6, 2.4) < 0.5 * rms(silent["ambience"], 1.6, 2.4)
    assert rms(stems["ambience"], 3.2, 3.9) == pytest.approx(rms(silent["ambience"], 3.2, 3.9), rel=0.01)
    assert rms(stems["dialogue"], 1.6, 2.4) > 5 * rms(stems["ambience"], 1.6, 2.4)


def test_a_line_past_the_end_is_cut_with_it() -> None:
    board = storyboard(lines=(Line(actor="ada", text="Hello", start=3.5),))
    _, timing = soundtrack(board, world(), {0: tone()})
    assert timing.lines[0].start + timing.lines[0].seconds == pytest.approx(4.0, abs=0.001)


def test_the_same_seed_gives_the_same_samples_and_another_does_not() -> None:
    board = storyboard(sounds=(Sound(label="rain"), Sound(label="cat meows", start=2.0)))
    once, again, other = (
        soundtrack(each, world(bounce(1.0)), {})[0] for each in (board, board, board.model_copy(update={"seed": 8}))
    )
    for name in once:
        assert np.array_equal(once[name], again[name])
    assert not np.array_equal(once["ambience"], other["ambience"])


@pytest.mark.parametrize("place", ["park", "beach", "street", "forest", "kitchen", "stage", "a place unheard of"])
@pytest.mark.parametrize("time_of_day", ["day", "night"])
def test_no_place_is_silent(place: str, time_of_day: str) -> None:
    stems, _ = soundtrack(storyboard(place=place, time_of_day=time_of_day), world(place=place), {})
    assert all(-60 < 20 * np.log10(rms(stems["ambience"], t, t + 1)) < -25 for t in range(4))


def test_what_the_storyboard_asks_for_is_heard_and_named() -> None:
    board = storyboard(sounds=(Sound(label="dog barks", start=2.0), Sound(label="a train of thought", start=1.0)))
    stems, timing = soundtrack(board, world(), {})
    assert onset(stems["foley"]) == pytest.approx(2.0, abs=0.020)
    assert [event.label for event in timing.sounds] == ["dog barks"]

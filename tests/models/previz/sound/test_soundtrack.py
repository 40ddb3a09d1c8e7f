"""What is seen is heard, when and as loud as it happened; stems fit together and are the same every time."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from greenroom.domain.briefs import Style
from greenroom.domain.clips import SpokenWord
from greenroom.domain.storyboards import (
    Actor,
    Delivery,
    Line,
    Mood,
    Music,
    Setting,
    Shot,
    Sound,
    Storyboard,
    TimeOfDay,
    Weather,
)
from models.previz.sound.soundtrack import soundtrack
from models.previz.world import (
    BodySpec,
    BodyState,
    CameraState,
    Contact,
    MoveWeight,
    RigidSpec,
    RigidState,
    World,
    WorldFrame,
)
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


def moving(path: list[tuple[float, float, float]], shape: str = "ball", material: str = "rubber") -> World:
    """A world in which one thing goes along a path, a place a frame, turning as a ball that rolls does."""
    base = world()
    rolled = np.concatenate([[0.0], np.cumsum([np.hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(path)])]) / 0.2
    frames = tuple(
        replace(
            base.frames[0],
            rigids={"ball": RigidState(at, (float(np.cos(turn / 2)), 0.0, float(np.sin(turn / 2)), 0.0))},
        )
        for at, turn in zip(path, rolled, strict=True)
    )
    return replace(base, frames=frames, rigids=(RigidSpec("ball", shape, (1, 0, 0), 0.4, material),))


def test_what_rolls_is_heard_while_it_rolls_and_louder_when_it_is_faster() -> None:
    def level(speed: float) -> float:
        steps = [max(0, min(48, frame - 24)) * speed / 24 for frame in range(96)]
        stems, _ = soundtrack(storyboard(place="gym"), moving([(x - speed, 2.0, 0.2) for x in steps]), {})
        assert rms(stems["foley"], 0, 0.9) < 1e-4
        assert rms(stems["foley"], 3.7, 4) < 0.15 * rms(stems["foley"], 1.5, 2.5)
        return rms(stems["foley"], 1.5, 2.5)

    assert 0 < level(0.5) < 0.7 * level(2.0)


def test_rolling_is_named_and_flying_is_not_rolling() -> None:
    rolls = [(frame / 24 - 2, 2.0, 0.2) for frame in range(96)]
    _, timing = soundtrack(storyboard(), moving(rolls), {})
    assert [event.label for event in timing.sounds] == ["ball rolls"]
    flies = [(x, y, 1.5) for x, y, _ in rolls]
    _, named = soundtrack(storyboard(), moving(flies), {})
    assert not named.sounds


def test_a_boat_is_heard_as_water_and_a_car_by_its_motor() -> None:
    goes = [(frame / 8 - 6, 2.0, 0.1) for frame in range(96)]
    _, timing = soundtrack(storyboard(place="lake"), moving(goes, "boat", "wood"), {})
    assert [event.label for event in timing.sounds] == ["water rushes"]
    stems, named = soundtrack(storyboard(place="street"), moving(goes, "car", "metal"), {})
    assert [event.label for event in named.sounds] == ["car drives"]
    power = np.abs(np.fft.rfft(stems["foley"][RATE : 3 * RATE, 0])) ** 2
    assert power[2 * 40 : 2 * 400].sum() > 0.5 * power.sum()


def test_what_enters_water_splashes() -> None:
    entry = Contact(1.5, "ball", "water", "rubber", "water", 2.0, (0.0, 0.0, 0.0))
    stems, timing = soundtrack(storyboard(), world(entry), {})
    assert onset(stems["foley"]) == pytest.approx(1.5, abs=0.020)
    assert [event.label for event in timing.sounds] == ["ball splashes"]


def test_a_cut_moves_the_listener_without_a_click() -> None:
    tone_of_a_ship = storyboard(place="a place", sounds=(Sound(label="engine", source="ada"),))
    base = world()
    far = replace(base.frames[0], camera=CameraState(eye=(-8, 2, 1.5), target=(0, 2, 1), vertical_fov=0.7))
    stems, _ = soundtrack(tone_of_a_ship, replace(base, frames=(base.frames[0],) * 48 + (far,) * 48), {})
    steps = np.abs(np.diff(stems["ambience"], axis=0)).max(axis=1)
    assert steps[int(1.9 * RATE) : int(2.1 * RATE)].max() < 2.5 * steps[int(0.5 * RATE) : int(1.5 * RATE)].max()
    assert rms(stems["ambience"], 2.2, 3.8) < rms(stems["ambience"], 0.2, 1.8)


def test_each_shot_has_its_own_place_and_they_cross_at_the_cut() -> None:
    base = world()
    space = base.settings[0].model_copy(update={"place": "space"})
    there = replace(base.frames[0], setting=1, shot=1)
    two = replace(base, settings=(base.settings[0], space), frames=(base.frames[0],) * 48 + (there,) * 48)
    stems, _ = soundtrack(storyboard(), two, {})
    bright = [
        np.abs(np.diff(stems["ambience"][int(a * RATE) : int(b * RATE)], axis=0)).mean()
        for a, b in ((0.2, 1.8), (2.2, 3.8))
    ]
    assert bright[1] < 0.3 * bright[0]
    steps = np.abs(np.diff(stems["ambience"], axis=0)).max(axis=1)
    assert steps[int(1.95 * RATE) : int(2.05 * RATE)].max() <= 1.5 * steps[: int(1.9 * RATE)].max()


def test_where_there_is_no_air_a_blow_is_dull() -> None:
    heights = {}
    for place in ("moon", "meadow"):
        stems, _ = soundtrack(storyboard(place=place), world(bounce(1.0, material="glass"), place=place), {})
        power = np.abs(np.fft.rfft(stems["foley"][:, 0])) ** 2
        heights[place] = float((power * np.fft.rfftfreq(len(stems["foley"]), 1 / RATE)).sum() / power.sum())
    assert heights["moon"] < 0.5 * heights["meadow"]


def test_a_whisper_is_fainter_than_a_shout() -> None:
    levels = {}
    for how in (Delivery.WHISPERED, Delivery.PLAIN, Delivery.SHOUTED):
        board = storyboard(lines=(Line(actor="ada", text="Hello", start=1.0, delivery=how),))
        stems, timing = soundtrack(board, world(), {0: tone()})
        levels[how] = rms(stems["dialogue"], 1.2, 1.8)
        assert timing.lines[0].delivery is how
    assert levels[Delivery.WHISPERED] < 0.7 * levels[Delivery.PLAIN] < 0.5 * levels[Delivery.SHOUTED]


def test_a_room_answers_and_a_field_hardly_does() -> None:
    after = {}
    for place in ("gym", "meadow"):
        stems, _ = soundtrack(storyboard(place=place), world(bounce(1.0), place=place), {})
        after[place] = rms(stems["foley"], 1.25, 1.6) / rms(stems["foley"], 1.0, 1.1)
    assert after["meadow"] < 0.2 * after["gym"]


def test_stems_hold_no_click_and_end_in_silence() -> None:
    board = storyboard(place="beach", music=Music(mood=Mood.EPIC, tempo=120))
    stems, _ = soundtrack(board, world(bounce(3.95), place="beach"), {})
    for samples in stems.values():
        assert np.abs(samples[-1]).max() < 1e-3
        assert np.abs(np.diff(samples, axis=0)).max() < 0.35


def test_a_call_comes_from_the_animal_that_calls_so() -> None:
    base = world(species="cat")
    aside = replace(base.frames[0].bodies["ada"], position=(3.0, 2.0, 0.0))
    there = replace(base, frames=(replace(base.frames[0], bodies={"ada": aside}),) * 96)
    balance = {}
    for label in ("meow", "dog barks"):
        stems, _ = soundtrack(storyboard(sounds=(Sound(label=label, start=1.0),)), there, {})
        balance[label] = rms(stems["foley"][:, 1:], 1, 1.6) / rms(stems["foley"][:, :1], 1, 1.6)
    assert balance["meow"] > 1.4
    assert balance["dog barks"] == pytest.approx(1.0, rel=0.2)  # nobody there barks: before the camera

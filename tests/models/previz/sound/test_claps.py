"""Hands are heard when they meet, as often as they do, and told of once."""

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Shot, Storyboard
from models.previz.moves import cycle_seconds
from models.previz.sound.claps import claps, slap
from models.previz.sound.signals import RATE
from models.previz.sound.soundtrack import soundtrack
from models.previz.staging.stage import stage


def board(*actions: Action, species: str = "person") -> Storyboard:
    return Storyboard(
        title="a test",
        seconds=5.0,
        seed=4,
        shots=(Shot(start=0, seconds=5.0),),
        actors=(Actor(id="ada", species=species, name="Ada"),),
        actions=actions,
    )


CLAPS = Action(actor="ada", verb="clap", start=1.0, seconds=2.0)


def test_each_meeting_of_hands_is_heard_in_its_frame() -> None:
    world = stage(board(CLAPS), {})
    found = list(claps(world))
    height = world.bodies[0].height
    assert len(found) == pytest.approx(2.0 / cycle_seconds("clap", height), abs=2)
    gaps = np.diff([one.start for one in found])
    assert gaps == pytest.approx(cycle_seconds("clap", height), abs=1e-3)
    for one in found:
        after = world.frames[int(np.ceil(one.start * 24))].bodies["ada"]
        phase = next(move.phase for move in after.moves if move.move == "clap")
        assert phase % 1.0 < 1 / 24 / cycle_seconds("clap", height) + 1e-6


def test_they_are_told_of_once_with_their_length() -> None:
    events = [one.event for one in claps(stage(board(CLAPS), {})) if one.event is not None]
    (event,) = events
    assert event.label == "clapping"
    assert event.start == pytest.approx(1.1, abs=0.4)
    assert event.seconds == pytest.approx(1.7, abs=0.4)


def test_who_stops_and_claps_again_is_told_of_twice() -> None:
    again = (
        CLAPS.model_copy(update={"start": 0.2, "seconds": 1.2}),
        Action(actor="ada", verb="sit", start=1.4, seconds=1.6),
        CLAPS.model_copy(update={"start": 3.2, "seconds": 1.8}),
    )
    assert len([one for one in claps(stage(board(*again), {})) if one.event is not None]) == 2


def test_paws_do_not_clap() -> None:
    assert not list(claps(stage(board(CLAPS, species="dog"), {})))


def test_it_is_heard_in_the_foley() -> None:
    plan = board(CLAPS)
    world = stage(plan, {})
    stems, timing = soundtrack(plan, world, {})
    first = next(claps(world)).start
    foley = np.abs(stems["foley"]).max(axis=1)
    before = foley[int((first - 0.2) * RATE) : int((first - 0.005) * RATE)].max()
    assert foley[int(first * RATE) : int((first + 0.05) * RATE)].max() > 4 * before
    assert "clapping" in {one.label for one in timing.sounds}


def test_small_hands_sound_higher() -> None:
    def middle(height: float) -> float:
        found = [np.abs(np.fft.rfft(slap(np.random.default_rng(seed), height))) ** 2 for seed in range(12)]
        power = np.mean(found, axis=0)
        return float((power * np.fft.rfftfreq(int(0.12 * RATE), 1 / RATE)).sum() / power.sum())

    assert middle(1.1) > 1.05 * middle(1.85)

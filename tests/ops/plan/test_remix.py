"""A remix: what the prompt names replaces the parent's, everything else is the parent's."""

from collections.abc import Callable

import pytest

from greenroom.domain.briefs import Style
from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import Storyboard

Planned = Callable[..., Storyboard]
MakeLikeness = Callable[..., Likeness]


@pytest.fixture
def parent(planned: Planned, likeness: MakeLikeness) -> Storyboard:
    return planned('@chelsea chases a blue ball on the beach and a man says "Go, go!"', likeness("chelsea", "cat"))


def test_a_new_hour_and_weather_change_nothing_else(
    planned: Planned, likeness: MakeLikeness, parent: Storyboard
) -> None:
    remix = planned("at night in the snow", likeness("chelsea", "cat"), parent=parent, seed=9)
    assert (remix.place, remix.time_of_day, remix.weather) == ("beach", "night", "snow")
    assert (remix.actors, remix.props, remix.lines) == (parent.actors, parent.props, parent.lines)
    assert remix.actions == parent.actions
    assert remix.seed == 9


def test_new_deeds_are_done_by_the_parent_s_actors(
    planned: Planned, likeness: MakeLikeness, parent: Storyboard
) -> None:
    remix = planned("the cat dances", likeness("chelsea", "cat"), parent=parent)
    assert ("chelsea", "dance") in {(one.actor, one.verb) for one in remix.actions}
    assert "chase" not in {one.verb for one in remix.actions}
    assert [one.text for one in remix.lines] == ["Go, go!"]
    assert {one.id for one in remix.actors} == {one.id for one in parent.actors}


def test_new_lines_replace_the_parent_s(planned: Planned, likeness: MakeLikeness, parent: Storyboard) -> None:
    remix = planned('the man says "¡Vamos, gato!" in Spanish', likeness("chelsea", "cat"), parent=parent)
    assert [(one.actor, one.text, one.language) for one in remix.lines] == [("man", "¡Vamos, gato!", "es")]
    assert ("chelsea", "chase", "ball") in {(one.actor, one.verb, one.target) for one in remix.actions}


def test_a_new_likeness_takes_the_role_of_its_like(planned: Planned, likeness: MakeLikeness) -> None:
    parent = planned("a cat chases a ball")
    remix = planned("in a forest", likeness("tom", "cat"), parent=parent)
    assert [(one.id, one.likeness, one.name) for one in remix.actors] == [("cat", "tom", "Tom")]
    assert remix.actions == parent.actions


def test_colours_and_new_things_are_added(planned: Planned, likeness: MakeLikeness, parent: Storyboard) -> None:
    remix = planned("a red ball and a robot, anime", likeness("chelsea", "cat"), parent=parent)
    assert [(one.id, one.colour) for one in remix.props] == [("ball", "red")]
    assert {one.species for one in remix.actors} == {"cat", "person", "robot"}
    assert remix.style is Style.ANIME


@pytest.mark.parametrize("seconds", [4.0, 12.0])
def test_another_length_stretches_the_parent(
    planned: Planned, likeness: MakeLikeness, parent: Storyboard, seconds: float
) -> None:
    remix = planned("", likeness("chelsea", "cat"), parent=parent, seconds=seconds)
    assert remix.seconds == seconds
    assert sum(shot.seconds for shot in remix.shots) == pytest.approx(seconds, abs=0.02)
    assert all(action.start + action.seconds <= seconds + 0.05 for action in remix.actions)
    assert [one.text for one in remix.lines] == ["Go, go!"]


def test_who_sings_in_the_parent_goes_on_singing(planned: Planned) -> None:
    remix = planned("at night", parent=planned("a man sings"))
    assert [(one.actor, one.verb) for one in remix.actions] == [("man", "talk")]

"""The world carries over from shot to shot: places, company, clothes, and what fell stays fallen."""

import math

import pytest

from greenroom.domain.storyboards import (
    Action,
    Actor,
    Camera,
    CameraMove,
    Garment,
    Prop,
    Shot,
    Storyboard,
    Transition,
)
from models.previz.staging.scenes import cuts_of, outfits_of, scenes_of
from models.previz.staging.stage import stage

ADA = Actor(id="ada", species="person", name="Ada", x=-0.8)
TOM = Actor(id="tom", species="dog", name="Tom", x=0.9)


def board(*shots: Shot, **fields: object) -> Storyboard:
    return Storyboard.model_validate(
        {"title": "three shots", "seconds": 6.0, "seed": 5, "actors": (ADA, TOM), "shots": shots} | fields
    )


def shot(start: float, **fields: object) -> Shot:
    return Shot.model_validate({"start": start, "seconds": 2.0, "camera": Camera(move=CameraMove.STATIC)} | fields)


def test_one_place_and_one_company_are_one_scene() -> None:
    (scene,) = scenes_of(board(shot(0), shot(2, weather="rain"), shot(4, style="ink")))
    assert (scene.first, scene.plan.seconds, len(scene.plan.shots)) == (0, 6.0, 3)


def test_a_scene_has_its_own_actors_things_actions_and_times() -> None:
    plan = board(
        shot(0, place="park"),
        shot(2, place="kitchen", actors=("ada",)),
        shot(4, place="park", actors=("ada", "tom")),
        props=(Prop(id="ball", shape="ball", place="park"), Prop(id="mug", shape="mug", place="kitchen")),
        actions=(
            Action(actor="ada", verb="wave", start=2.5, seconds=1.0),
            Action(actor="tom", verb="run", start=0.5, seconds=5.0),
        ),
    )
    park, kitchen, again = scenes_of(plan)
    assert [scene.first for scene in (park, kitchen, again)] == [0, 48, 96]
    assert [prop.id for prop in kitchen.plan.props] == ["mug"]
    assert [actor.id for actor in kitchen.plan.actors] == ["ada"]
    assert [(action.actor, action.start) for action in kitchen.plan.actions] == [("ada", 0.5)]
    assert [(action.actor, action.start) for action in again.plan.actions] == [("tom", -3.5)]


def test_what_fell_stays_fallen_and_comes_back_so() -> None:
    """A box that falls in the first shot lies in the third where it came to rest, though the second is elsewhere."""
    plan = board(
        shot(0, place="park"),
        shot(2, place="kitchen"),
        shot(4, place="park"),
        props=(Prop(id="box", shape="box", size=0.4, z=1.0, place="park"),),
    )
    world = stage(plan, {})
    assert len(world.frames) == 144
    assert world.frames[0].rigids["box"].position[2] == pytest.approx(1.2, abs=0.05)
    assert "box" not in world.frames[60].rigids
    rested, again = world.frames[47].rigids["box"], world.frames[96].rigids["box"]
    assert again.position == pytest.approx(rested.position, abs=0.02)
    assert again.position[2] < 0.4


def test_a_fresh_shot_begins_again() -> None:
    plan = board(
        shot(0), shot(2, fresh=True), shot(4), props=(Prop(id="box", shape="box", size=0.4, z=1.0, place="park"),)
    )
    world = stage(plan, {})
    assert world.frames[48].rigids["box"].position[2] == pytest.approx(1.2, abs=0.05)


def test_an_actor_who_fell_lies_there_when_another_comes() -> None:
    plan = board(
        shot(0, actors=("ada",)),
        shot(3, seconds=3.0, actors=("ada", "tom")),
        actions=(Action(actor="ada", verb="fall", start=0.3, seconds=1.0),),
    )
    world = stage(plan, {})
    assert "tom" not in world.frames[0].bodies
    before, after = world.frames[71].bodies["ada"], world.frames[73].bodies["ada"]
    assert [one.move for one in after.moves][:1] == ["fall"]
    assert math.dist(before.position, after.position) < 0.05


def test_clothes_are_kept_until_they_are_changed() -> None:
    plan = board(
        shot(0),
        shot(2, clothes={"ada": (Garment(kind="coat", colour="red"),)}),
        shot(4, place="kitchen"),
    )
    assert [one["ada"] for one in outfits_of(plan)] == [0, 1, 1]
    world = stage(plan, {})
    assert [(one.id, one.outfit) for one in world.bodies] == [("ada", 0), ("ada", 1), ("tom", 0)]
    assert [world.frames[frame].bodies["ada"].outfit for frame in (0, 50, 140)] == [0, 1, 1]
    assert world.bodies[1].clothes[0].kind == "coat"


def test_a_transition_takes_at_most_half_its_shot() -> None:
    plan = board(
        shot(0, seconds=4.0), shot(4, seconds=1.5, transition="fade"), shot(5.5, seconds=0.5, transition="dissolve")
    )
    assert [(cut.frame, cut.transition, cut.frames) for cut in cuts_of(plan)] == [
        (96, Transition.FADE, 14),
        (132, Transition.DISSOLVE, 6),
    ]


def test_shots_written_without_a_start_follow_each_other() -> None:
    plan = Storyboard.model_validate(
        {"title": "a", "seconds": 5, "seed": 1, "shots": [{"seconds": 2.0}, {"seconds": 1.5}, {"seconds": 1.5}]}
    )
    assert [one.start for one in plan.shots] == [0.0, 2.0, 3.5]


def test_what_a_shot_does_not_say_is_as_before() -> None:
    plan = board(shot(0), shot(2, place="beach", time_of_day="dusk"), shot(4, weather="rain"))
    assert [(one.place, one.time_of_day, one.weather) for one in plan.settings] == [
        ("park", "day", "clear"),
        ("beach", "dusk", "clear"),
        ("beach", "dusk", "rain"),
    ]

"""A world becomes pictures: styles keep their timing, shots join as their transition says."""

from concurrent.futures import CancelledError

import numpy as np
import pytest

from greenroom.domain.storyboards import Actor, Prop, Shot, Storyboard
from models.previz.film import Film, shown_frames
from models.previz.staging.stage import stage
from models.roles import Picture


def board(*shots: dict[str, object], style: str = "realistic") -> Storyboard:
    return Storyboard.model_validate(
        {
            "title": "joins",
            "seconds": 4.0,
            "seed": 3,
            "style": style,
            "width": 128,
            "height": 128,
            "actors": (Actor(id="ada", species="person", name="Ada"),),
            "shots": [Shot.model_validate(one) for one in shots],
        }
    )


def filmed(plan: Storyboard) -> list[Picture]:
    return list(Film(stage(plan, {}), {}))


def test_hand_made_styles_are_shot_on_twos_and_never_across_a_cut() -> None:
    world = stage(board({"start": 0, "seconds": 1.125}, {"start": 1.125, "seconds": 2.875}, style="clay"), {})
    shown = shown_frames(world)
    assert shown[:6] == [0, 2, 2, 4, 4, 6]
    assert shown[26:29] == [26, 28, 28]
    assert all(abs(one - index) <= 1 for index, one in enumerate(shown))
    assert all(world.frames[one].shot == world.frames[index].shot for index, one in enumerate(shown))
    smooth = stage(board({"start": 0, "seconds": 4.0}, style="noir"), {})
    assert shown_frames(smooth)[:5] == [0, 1, 2, 3, 4]


def test_what_strikes_is_shot_on_ones() -> None:
    plan = board({"start": 0, "seconds": 4.0}, style="anime").model_copy(
        update={"props": (Prop(id="box", shape="box", size=0.4, z=1.0),)}
    )
    world = stage(plan, {})
    blow = round(next(one.time for one in world.contacts if one.kind == "impact") * 24)
    assert shown_frames(world)[blow - 1 : blow + 2] == [blow - 1, blow, blow + 1]


def test_a_clip_goes_to_another_place_through_a_dissolve_and_a_fade() -> None:
    pictures = filmed(
        board(
            {"start": 0, "seconds": 1.5, "place": "beach"},
            {"start": 1.5, "seconds": 1.25, "place": "kitchen", "transition": "dissolve"},
            {"start": 2.75, "seconds": 1.25, "place": "park", "time_of_day": "night", "transition": "fade"},
        )
    )
    assert len(pictures) == 96
    beach, kitchen = pictures[35].astype(float), pictures[60].astype(float)
    first = pictures[36].astype(float)
    assert np.abs(first - beach).mean() < 0.35 * np.abs(first - kitchen).mean()
    assert pictures[66].mean() < 0.45 * pictures[90].mean()  # the fade comes out of black


@pytest.mark.parametrize("style", ["realistic", "clay"])
def test_the_same_plan_gives_the_same_pictures(style: str) -> None:
    plan = board({"start": 0, "seconds": 2.0}, {"start": 2, "seconds": 2.0, "place": "beach"}, style=style)
    one, other = filmed(plan), filmed(plan)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_frames_drawn_at_once_are_those_drawn_one_after_the_other() -> None:
    plan = board({"start": 0, "seconds": 0.5}, {"start": 0.5, "seconds": 0.5, "place": "kitchen"}).model_copy(
        update={"seconds": 1.0}
    )
    world = stage(plan, {})
    one, many = list(Film(world, {}, 1)), list(Film(world, {}, 5))
    assert len(one) == len(many) == 24
    assert all(np.array_equal(*pair) for pair in zip(one, many, strict=True))


def test_a_film_that_nobody_takes_is_drawn_no_further() -> None:
    film = Film(stage(board({"start": 0, "seconds": 4.0}), {}), {}, 2)
    film.close()
    with pytest.raises(CancelledError):
        list(film)

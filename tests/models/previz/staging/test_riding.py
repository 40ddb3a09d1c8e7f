"""Riding: a rider stands on what carries him, they go together, and it floats, rolls and pushes."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Prop, Storyboard
from models.previz.geometry.shapes import half_extents
from models.previz.staging.riding import CRAFTS
from models.previz.staging.stage import stage
from models.previz.world import World

Board = Callable[..., Storyboard]
ADA = Actor(id="ada", species="person", name="Ada")


def ridden(board: Board, shape: str, size: float, place: str, start: float = 0.0, x: float = -0.5) -> World:
    plan = board(
        place=place,
        actors=(ADA,),
        props=(Prop(id="craft", shape=shape, size=size, x=x),),
        actions=(Action(actor="ada", verb="ride", target="craft", start=start, seconds=4.0 - start),),
    )
    return stage(plan, {})


@pytest.mark.parametrize(
    ("shape", "size", "place"),
    [("skateboard", 0.8, "street"), ("wakeboard", 1.4, "lake"), ("boat", 2.6, "lake"), ("car", 3.8, "street")],
)
def test_rider_and_craft_go_through_the_picture_together(board: Board, shape: str, size: float, place: str) -> None:
    world = ridden(board, shape, size, place)
    riders = np.array([frame.bodies["ada"].position for frame in world.frames])
    crafts = np.array([frame.rigids["craft"].position for frame in world.frames])
    assert np.linalg.norm(riders[:, :2] - crafts[:, :2], axis=1).max() < 0.15
    assert abs(riders[-1, 0] - riders[0, 0]) > 3.0
    assert np.sign(riders[0, 0]) == -np.sign(riders[-1, 0])  # through the middle
    moves = {weight.move for frame in world.frames for weight in frame.bodies["ada"].moves}
    assert moves == {CRAFTS[shape].move}
    assert not [one for one in world.contacts if one.kind == "footstep"]


def test_feet_are_on_the_deck_and_a_board_points_along_its_way(board: Board) -> None:
    world = ridden(board, "skateboard", 0.8, "street")
    half = half_extents(world.rigids[0])
    for frame in world.frames[::8]:
        deck = frame.rigids["craft"].position[2] + half[2]
        assert frame.bodies["ada"].position[2] == pytest.approx(deck, abs=0.02)
        w, _, _, z = frame.rigids["craft"].quaternion
        ahead = 2 * math.atan2(z, w)
        assert abs(math.sin(ahead)) > 0.75  # across the picture


def test_what_floats_lies_in_the_water_and_what_rolls_stands_on_the_road(board: Board) -> None:
    boat = ridden(board, "boat", 2.6, "lake")
    low = boat.frames[40].rigids["craft"].position[2] - half_extents(boat.rigids[0])[2]
    assert -0.45 < low < -0.1
    car = ridden(board, "car", 3.8, "street")
    assert car.frames[40].rigids["craft"].position[2] == pytest.approx(half_extents(car.rigids[0])[2], abs=0.02)


def test_one_walks_to_a_craft_that_stands_apart_and_steps_on(board: Board) -> None:
    world = ridden(board, "skateboard", 0.8, "playground", start=1.0, x=1.6)
    first, last = world.frames[5].bodies["ada"], world.frames[-1].bodies["ada"]
    assert first.position[2] == 0.0
    assert last.position[2] > 0.08
    assert last.moves[0].move == "ride"
    assert any(one.kind == "footstep" for one in world.contacts)


def test_a_car_pushes_what_is_in_its_way(board: Board) -> None:
    plan = board(
        place="street",
        actors=(ADA,),
        props=(Prop(id="craft", shape="car", size=3.8, x=-3.0), Prop(id="box", shape="box", size=0.5, x=0.0)),
        actions=(Action(actor="ada", verb="ride", target="craft", start=0.0, seconds=4.0),),
    )
    world = stage(plan, {})
    before, after = (world.frames[frame].rigids["box"].position for frame in (0, 95))
    assert math.dist(before, after) > 1.0
    assert not [one for one in world.contacts if one.a == "craft" and one.kind == "slide"]  # it rolls


def test_who_waves_or_speaks_in_a_boat_stays_in_it(board: Board) -> None:
    actions = (
        Action(actor="ada", verb="ride", target="boat", start=0.0, seconds=6.0),
        Action(actor="ada", verb="wave", start=2.0, seconds=3.0),
    )
    props = (Prop(id="boat", shape="boat", size=2.6),)
    world = stage(board(actors=(ADA,), props=props, actions=actions, place="lake", seconds=6.0), {})
    for frame in world.frames[6:]:
        boat, ada = frame.rigids["boat"].position, frame.bodies["ada"].position
        assert math.dist(boat[:2], ada[:2]) < 0.5
    arms = [sum(one.weight for one in frame.bodies["ada"].moves if one.move == "wave") for frame in world.frames]
    assert max(arms[:40]) == 0
    assert min(arms[60:110]) > 0.3
    assert arms[-1] < 0.1
    assert all(
        sum(one.weight for one in frame.bodies["ada"].moves if one.move == "seat") > 0.3 for frame in world.frames[12:]
    )

"""What people do with each other and with what they hold: give, hug, pick up, dance to the music."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Music, Prop, Storyboard
from models.previz.moves import DANCES
from models.previz.staging.stage import stage
from models.previz.world import BodyState, World

Board = Callable[..., Storyboard]
ADA = Actor(id="ada", species="person", name="Ada", x=-0.8)
BEN = Actor(id="ben", species="person", name="Ben", x=0.8)


def weight(state: BodyState, move: str) -> float:
    return sum(one.weight for one in state.moves if one.move == move)


def apart(world: World, frame: int, name: str, thing: str) -> float:
    """Metres on the ground between a body and a thing."""
    x, y, _ = world.frames[frame].bodies[name].position
    a, b, _ = world.frames[frame].rigids[thing].position
    return math.hypot(x - a, y - b)


def heights(world: World, thing: str) -> list[float]:
    return [frame.rigids[thing].position[2] for frame in world.frames]


def test_what_is_given_is_in_the_first_hand_at_once_and_in_the_other_in_the_end(board: Board) -> None:
    mug = Prop(id="mug", shape="mug", size=0.12, x=-1.1, y=-0.4)
    give = Action(actor="ada", verb="give", target="mug", to="ben", start=0.0, seconds=3.0)
    world = stage(board(actors=(ADA, BEN), props=(mug,), actions=(give,)), {})
    assert apart(world, 0, "ada", "mug") < 0.6
    assert apart(world, -1, "ben", "mug") < 0.6
    assert apart(world, -1, "ada", "mug") > 0.5
    assert min(heights(world, "mug")) > 0.8  # nobody drops it, and it does not fly up from the ground
    ways = [frame.rigids["mug"].position for frame in world.frames]
    steps = [math.dist(a, b) for a, b in pairwise(ways)]
    assert max(steps) * 24 < 4.0  # metres a second: it is carried, it does not leap from hand to hand
    assert weight(world.frames[-1].bodies["ben"], "catch") > 0.9  # hands that hold stay closed
    assert weight(world.frames[-1].bodies["ada"], "catch") < 0.1


def test_what_lies_there_is_stooped_for_and_lifted(board: Board) -> None:
    ball = Prop(id="ball", shape="ball", size=0.24, x=0.4, y=0.3)
    lift = Action(actor="ada", verb="pick_up", target="ball", start=0.2, seconds=3.5)
    world = stage(board(actors=(ADA,), props=(ball,), actions=(lift,)), {})
    found = heights(world, "ball")
    assert found[0] == pytest.approx(0.12, abs=0.02)
    assert found[-1] > 0.8
    stoop = [weight(frame.bodies["ada"], "pick_up") for frame in world.frames]
    leaves = next(index for index, z in enumerate(found) if z > 0.2)
    assert max(stoop[leaves - 12 : leaves]) > 0.9
    assert apart(world, leaves, "ada", "ball") < 0.75


def test_who_is_hugged_hugs_and_they_let_go(board: Board) -> None:
    hug = Action(actor="ada", verb="hug", target="ben", start=0.0, seconds=4.0)
    world = stage(board(actors=(ADA, BEN), actions=(hug,), seconds=6.0), {})
    both = [min(weight(frame.bodies["ada"], "hug"), weight(frame.bodies["ben"], "hug")) > 0.8 for frame in world.frames]
    assert sum(both) > 18
    assert not both[-1]
    index = both.index(True) + 9
    ada, ben = world.frames[index].bodies["ada"], world.frames[index].bodies["ben"]
    gap = math.dist(ada.position[:2], ben.position[:2])
    assert 0.2 < gap < 0.5
    facing = np.array([-math.sin(ada.heading), math.cos(ada.heading)])
    to = np.subtract(ben.position[:2], ada.position[:2]) / gap
    assert float(facing @ to) > 0.9


def dance_of(world: World, name: str, frame: int) -> str:
    return max(world.frames[frame].bodies[name].moves, key=lambda one: one.weight).move


def test_dancers_come_down_on_the_beat_and_differ_from_each_other(board: Board) -> None:
    """With music the body is lowest, at phases that are whole halves, on beats of its tempo."""
    actions = tuple(Action(actor=name, verb="dance", start=0.0, seconds=8.0) for name in ("ada", "ben"))
    music = Music(mood="happy", tempo=120.0)
    figures = set()
    for seed in range(6):
        world = stage(board(actors=(ADA, BEN), actions=actions, music=music, seconds=8.0, seed=seed), {})
        figures |= {dance_of(world, name, 96) for name in ("ada", "ben")}
        for name in ("ada", "ben"):
            phases = [
                next(one.phase for one in world.frames[index].bodies[name].moves if one.move in DANCES)
                for index in (72, 84, 96, 108)  # 12 frames a beat at 120
            ]
            halves = [2 * phase % 1.0 for phase in phases]
            assert all(min(one, 1 - one) < 0.09 for one in halves), (seed, name, halves)
    assert figures <= set(DANCES)
    assert len(figures) >= 3

"""Things: they bounce lower and lower, roll, are kicked, thrown and caught, and what they touch is heard."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Prop, Storyboard
from models.previz.staging.stage import stage
from models.previz.world import World

Board = Callable[..., Storyboard]


def heights(world: World, prop: str) -> list[float]:
    return [frame.rigids[prop].position[2] for frame in world.frames]


def place(world: World, prop: str, frame: int = -1) -> tuple[float, float]:
    x, y, _ = world.frames[frame].rigids[prop].position
    return x, y


def test_a_ball_that_falls_bounces_lower_each_time_and_hits_less_hard(board: Board) -> None:
    ball = Prop(id="ball", shape="ball", size=0.24, z=1.5)
    world = stage(board(props=(ball,), place="street", frames_per_second=60), {})
    rises = heights(world, "ball")
    tops = [b for a, b, c in zip(rises, rises[1:], rises[2:], strict=False) if b > a and b >= c and b > 0.2]
    assert len(tops) >= 3
    assert all(later < 0.9 * earlier for earlier, later in pairwise(tops))
    bounce = (tops[0] - 0.12) / 1.5
    assert 0.45 < bounce < 0.75  # rubber: a coefficient of about 0.8, squared
    blows = [one for one in world.contacts if one.a == "ball" and one.b == "ground"]
    assert len(blows) >= 4
    assert blows[0].time == pytest.approx(math.sqrt(2 * 1.5 / 9.81), abs=0.02)
    assert all(later.impulse < earlier.impulse for earlier, later in pairwise(blows[:5]))
    mass, speed = 9.0 * 0.24**2, math.sqrt(2 * 9.81 * 1.5)
    assert blows[0].impulse == pytest.approx(mass * speed * 1.8, rel=0.1)
    assert (blows[0].material_a, blows[0].material_b, blows[0].kind) == ("rubber", "asphalt", "impact")
    assert blows[0].position[2] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("frames_per_second", [10, 24, 25, 50])
def test_a_fall_takes_as_long_at_any_frame_rate(board: Board, frames_per_second: int) -> None:
    ball = Prop(id="ball", shape="ball", size=0.24, z=1.5)
    world = stage(board(props=(ball,), frames_per_second=frames_per_second), {})
    assert world.contacts[0].time == pytest.approx(math.sqrt(2 * 1.5 / 9.81), abs=0.005)
    fallen = 1.62 - heights(world, "ball")[frames_per_second // 5]
    assert fallen == pytest.approx(0.5 * 9.81 * (frames_per_second // 5 / frames_per_second) ** 2, rel=0.01)


def test_soft_ground_takes_the_bounce_and_the_roll(board: Board) -> None:
    falling = Prop(id="ball", shape="ball", size=0.24, z=1.5)
    rolling = Prop(id="ball", shape="ball", size=0.24, velocity=(2.0, 0.0, 0.0))
    tops, ways = {}, {}
    for where in ("street", "beach"):
        rises = heights(stage(board(props=(falling,), place=where), {}), "ball")
        tops[where] = max(rises[20:])
        ways[where] = place(stage(board(props=(rolling,), place=where), {}), "ball")[0]
    assert tops["beach"] < 0.6 * tops["street"]
    assert ways["street"] > 4.0
    assert ways["beach"] == pytest.approx(1.4 * 2.0**2 / (2 * 0.16 * 9.81), rel=0.1)  # a ball that rolls is 7/5 as lazy


@pytest.mark.parametrize("shape", ["ball", "box", "cone", "bottle", "mug", "car"])
def test_nothing_sinks_into_the_ground(board: Board, shape: str) -> None:
    props = (
        Prop(id="a", shape=shape, size=0.4, z=1.8, velocity=(1.0, 0.3, 0.0)),
        Prop(id="b", shape=shape, size=0.3, x=1.0, z=0.0),
    )
    world = stage(board(props=props, place="kitchen"), {})
    for spec in world.rigids:
        for frame in world.frames:
            assert _lowest(frame.rigids[spec.id].position[2], frame.rigids[spec.id].quaternion, spec) > -0.02


def _lowest(centre: float, quaternion: tuple[float, float, float, float], spec: object) -> float:
    from models.previz.geometry.shapes import collision, half_extents

    half = half_extents(spec)  # type: ignore[arg-type]
    shape = collision(spec.shape)  # type: ignore[attr-defined]
    if shape == "sphere":
        return centre - half[2]
    w, x, y, z = quaternion
    down = np.array((2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)))
    if shape == "cylinder":
        return float(centre - half[0] * math.hypot(down[0], down[1]) - half[2] * abs(down[2]))
    return float(centre - np.abs(down) @ np.array(half))


def test_a_kick_sends_the_ball_the_way_the_kicker_faces(board: Board) -> None:
    world = stage(
        board(
            actors=(Actor(id="ada", species="person", name="Ada", x=-1.5),),
            props=(Prop(id="ball", shape="ball", size=0.22, x=0.0),),
            actions=(Action(actor="ada", verb="kick", target="ball", start=0.2, seconds=2),),
        ),
        {},
    )
    blow = next(one for one in world.contacts if {one.a, one.b} == {"ada", "ball"})
    before, after = int(blow.time * 24), min(95, int(blow.time * 24) + 12)
    assert place(world, "ball", before)[0] == pytest.approx(0.0, abs=0.05)
    assert place(world, "ball", after)[0] > 1.0
    assert blow.impulse == pytest.approx(9.0 * 0.22**2 * 4.6, rel=0.15)
    kicking = next(one for one in world.frames[before].bodies["ada"].moves if one.move == "kick")
    assert kicking.phase == pytest.approx(0.5, abs=0.08)


def test_a_kick_to_somebody_goes_to_them(board: Board) -> None:
    world = stage(
        board(
            actors=(
                Actor(id="ada", species="person", name="Ada", x=-1.5),
                Actor(id="bob", species="person", name="Bob", x=1.8, y=2.0),
            ),
            props=(Prop(id="ball", shape="ball", size=0.22, x=-0.5),),
            actions=(Action(actor="ada", verb="kick", target="bob", start=0.2, seconds=2),),
            seconds=5.0,
        ),
        {},
    )
    nearest = min(math.dist(place(world, "ball", index), (1.8, 2.0)) for index in range(len(world.frames)))
    assert nearest < 0.6


def test_a_cat_that_chases_a_ball_ends_near_it(board: Board) -> None:
    world = stage(
        board(
            actors=(Actor(id="tom", species="cat", name="Tom", x=-2.0),),
            props=(Prop(id="ball", shape="ball", size=0.12, x=0.5, y=0.3, velocity=(0.8, 0.2, 0.0)),),
            actions=(Action(actor="tom", verb="chase", target="ball", start=0, seconds=4),),
        ),
        {},
    )
    gaps = [math.dist(f.bodies["tom"].position[:2], f.rigids["ball"].position[:2]) for f in world.frames]
    assert gaps[0] > 2.0
    assert gaps[-1] < 0.7
    assert min(gaps) < 0.45


def test_what_is_thrown_is_caught(board: Board) -> None:
    world = stage(
        board(
            actors=(
                Actor(id="ada", species="person", name="Ada", x=-1.5),
                Actor(id="bob", species="person", name="Bob", x=1.5),
            ),
            props=(Prop(id="ball", shape="ball", size=0.2, x=-1.2),),
            actions=(
                Action(actor="ada", verb="throw", target="ball", start=0.2, seconds=2),
                Action(actor="bob", verb="catch", target="ball", start=0.2, seconds=3.5),
            ),
        ),
        {},
    )
    assert max(heights(world, "ball")) > 1.2
    assert place(world, "ball")[0] == pytest.approx(1.5, abs=0.6)
    assert heights(world, "ball")[-1] == pytest.approx(0.6 * 1.72, abs=0.2)


def test_what_is_kicked_to_somebody_is_stopped_and_picked_up(board: Board) -> None:
    world = stage(
        board(
            actors=(
                Actor(id="ada", species="person", name="Ada", x=-1.2),
                Actor(id="bob", species="person", name="Bob", x=1.2, y=0.8),
            ),
            props=(Prop(id="ball", shape="ball", size=0.22, x=-0.4),),
            actions=(
                Action(actor="ada", verb="kick", target="bob", start=0.2, seconds=3),
                Action(actor="bob", verb="catch", target="ball", start=0.3, seconds=4.0),
            ),
            seconds=5.0,
        ),
        {},
    )
    assert heights(world, "ball")[-1] > 0.8
    assert math.dist(place(world, "ball"), world.frames[-1].bodies["bob"].position[:2]) < 0.7


def test_what_lies_there_is_picked_up(board: Board) -> None:
    world = stage(
        board(
            actors=(Actor(id="rex", species="dog", name="Rex", x=-2.0),),
            props=(Prop(id="ball", shape="ball", size=0.1, x=0.5),),
            actions=(Action(actor="rex", verb="catch", target="ball", start=0, seconds=4),),
        ),
        {},
    )
    assert heights(world, "ball")[0] == pytest.approx(0.05)
    assert heights(world, "ball")[-1] > 0.3


def test_a_blow_is_one_contact_and_rest_is_none(board: Board) -> None:
    world = stage(board(props=(Prop(id="box", shape="box", size=0.5),), place="room"), {})
    assert world.contacts == ()
    x, y, z = world.frames[-1].rigids["box"].position
    assert (x, y, z) == pytest.approx((0.0, 0.0, 0.5 * 0.85 / 2), abs=0.003)


def test_a_box_that_lands_on_four_corners_is_one_blow_of_its_whole_momentum(board: Board) -> None:
    world = stage(board(props=(Prop(id="box", shape="crate", size=0.4, z=0.25),), place="room"), {})
    first = world.contacts[0]
    mass, speed = 30.0 * 0.4**2, math.sqrt(2 * 9.81 * 0.25)
    assert first.time == pytest.approx(speed / 9.81, abs=0.01)
    assert first.impulse == pytest.approx(mass * speed * 1.34, rel=0.12)  # wood on wood gives back a third
    assert [one.impulse for one in world.contacts[1:] if one.impulse > 0.5 * first.impulse] == []
    assert all(one.time < 1.0 for one in world.contacts)  # then it rests, unheard


def test_a_box_that_is_pushed_along_slides(board: Board) -> None:
    world = stage(board(props=(Prop(id="box", shape="box", size=0.5, velocity=(3.0, 0.0, 0.0)),), place="room"), {})
    assert place(world, "box")[0] > 0.5
    assert "slide" in {one.kind for one in world.contacts}


def test_walls_keep_things_in_reach(board: Board) -> None:
    ball = Prop(id="ball", shape="ball", size=0.24, velocity=(9.0, 1.0, 0.0))
    world = stage(board(props=(ball,), place="gym", seconds=6.0), {})
    assert max(abs(frame.rigids["ball"].position[0]) for frame in world.frames) < 8.1
    assert {one.b for one in world.contacts} <= {"ground"}


def test_a_stack_stands_and_things_in_one_place_stand_beside_each_other(board: Board) -> None:
    stack = tuple(Prop(id=f"box{i}", shape="crate", size=0.4, x=1.0, z=0.4 * i) for i in range(3))
    twins = tuple(Prop(id=f"twin{i}", shape="crate", size=0.4, x=-1.0) for i in range(2))
    world = stage(board(props=(*stack, *twins), place="room"), {})
    last = world.frames[-1].rigids
    assert [last[f"box{i}"].position[2] for i in range(3)] == pytest.approx([0.2, 0.6, 1.0], abs=0.01)
    assert last["twin0"].position[0] == pytest.approx(-1.0, abs=0.02)
    assert abs(last["twin1"].position[0] + 1.0) == pytest.approx(0.405, abs=0.02)
    assert last["twin1"].position[2] == pytest.approx(0.2, abs=0.01)


def test_nobody_is_shot_out_of_a_thing_they_are_put_into(board: Board) -> None:
    world = stage(
        board(
            actors=(Actor(id="tom", species="cat", name="Tom"),),
            props=(Prop(id="ball", shape="ball", size=0.24, x=0.1),),
        ),
        {},
    )
    assert place(world, "ball") == pytest.approx((0.1, 0.0), abs=0.05)


def test_a_balloon_sinks_slowly(board: Board) -> None:
    fallen = {}
    for shape in ("ball", "balloon"):
        rises = heights(stage(board(props=(Prop(id="it", shape=shape, size=0.3, z=2.0),)), {}), "it")
        fallen[shape] = next(index for index, rise in enumerate(rises) if rise < 0.5)
    assert fallen["balloon"] > 1.4 * fallen["ball"]


def test_a_cat_leaps_over_a_box_and_leaves_it_standing(board: Board) -> None:
    world = stage(
        board(
            actors=(Actor(id="tom", species="cat", name="Tom", x=-1.0),),
            props=(Prop(id="box", shape="box", size=0.3, x=0.3),),
            actions=(Action(actor="tom", verb="jump", target="box", start=0.2, seconds=1.5),),
        ),
        {},
    )
    over = [f.bodies["tom"].position for f in world.frames if abs(f.bodies["tom"].position[0] - 0.3) < 0.1]
    assert over
    assert min(z for _, _, z in over) > 0.3 * 0.85
    assert world.frames[-1].bodies["tom"].position[0] > 0.5
    assert place(world, "box") == pytest.approx((0.3, 0.0), abs=0.02)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("velocity", [(3.0, 0.0, 0.0), (0.0, 3.0, 0.0), (-1.8, 2.4, 0.0)])
def test_what_rolls_goes_straight_however_it_is_turned(
    board: Board, velocity: tuple[float, float, float], seed: int
) -> None:
    ball = Prop(id="ball", shape="ball", size=0.24, velocity=velocity)
    x, y = place(stage(board(props=(ball,), place="street", seed=seed), {}), "ball", 20)
    went = math.hypot(x, y)
    assert went > 1.5
    assert abs(x * velocity[1] - y * velocity[0]) / (went * 3.0) < 0.02  # sine of the angle to its way

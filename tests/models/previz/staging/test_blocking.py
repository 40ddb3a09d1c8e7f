"""Bodies: where they start, how they walk, leap, turn, sit and keep out of each other's way."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Line, Prop, Storyboard
from models.previz.moves import LANDING, MOVES, TAKE_OFF, forward, stride_metres
from models.previz.staging.mechanics import mass_of
from models.previz.staging.performer import STAGE_RADIUS
from models.previz.staging.stage import stage
from models.previz.world import BodyState, World

Board = Callable[..., Storyboard]
PERSON = Actor(id="ada", species="person", name="Ada", x=-2.0, y=0.5)


def path(world: World, name: str) -> list[BodyState]:
    return [frame.bodies[name] for frame in world.frames]


def weight(state: BodyState, *moves: str) -> float:
    return sum(one.weight for one in state.moves if one.move in moves)


def phase(state: BodyState, move: str) -> float | None:
    return next((one.phase for one in state.moves if one.move == move), None)


def test_actors_and_props_begin_where_the_storyboard_puts_them(board: Board) -> None:
    actors = (PERSON, Actor(id="rex", species="dog", name="Rex", x=1.5, y=-0.5))
    props = (Prop(id="crate", shape="crate", size=0.5, x=0.5, y=1.5, z=0.8),)
    world = stage(board(actors=actors, props=props), {})
    first = world.frames[0]
    assert first.bodies["ada"].position == (-2.0, 0.5, 0.0)
    assert first.bodies["rex"].position == (1.5, -0.5, 0.0)
    assert first.rigids["crate"].position == pytest.approx((0.5, 1.5, 0.8 + 0.25))
    assert [body.height for body in world.bodies] == [1.72, 0.50]
    assert len(world.frames) == 96


@pytest.mark.parametrize(("verb", "species"), [("walk", "person"), ("walk", "cat"), ("run", "dog")])
def test_the_way_walked_is_its_steps_times_the_stride(board: Board, verb: str, species: str) -> None:
    actor = Actor(id="who", species=species, name="Who", x=-3.0)
    props = (Prop(id="post", shape="cylinder", size=0.3, x=3.0, y=0.0),)
    world = stage(
        board(
            actors=(actor,), props=props, actions=(Action(actor="who", verb=verb, target="post", start=0, seconds=4),)
        ),
        {},
    )
    states = [state for state in path(world, "who") if weight(state, verb) > 0.999]
    steady = states[4:-4]
    walked = sum(math.dist(a.position, b.position) for a, b in pairwise(steady))
    cycles = (phase(steady[-1], verb) or 0) - (phase(steady[0], verb) or 0)
    stride = stride_metres(verb, world.bodies[0].height, quadruped=species != "person")
    assert walked > 0.6
    assert walked == pytest.approx(cycles * stride, rel=0.01)
    start, end = (world.frames.index(next(f for f in world.frames if f.bodies["who"] is one)) / 24
                  for one in (steady[0], steady[-1]))  # fmt: skip
    heard = [one for one in world.contacts if one.kind == "footstep" and start <= one.time <= end]
    feet = 2 if species == "person" else 4
    assert len(heard) == pytest.approx(cycles * feet, abs=feet / 2 + 1)


def test_a_walk_starts_and_stops_softly(board: Board) -> None:
    props = (Prop(id="post", shape="cylinder", size=0.3, x=1.5, y=0.5),)
    world = stage(
        board(
            actors=(PERSON,),
            props=props,
            actions=(Action(actor="ada", verb="run", target="post", start=0.5, seconds=3),),
        ),
        {},
    )
    places = np.array([state.position for state in path(world, "ada")])
    speeds = np.linalg.norm(np.diff(places, axis=0), axis=1) * 24
    assert speeds[:10].max() < 0.05
    assert speeds.max() > 2.0
    assert speeds[-1] < 0.05
    assert np.abs(np.diff(speeds)).max() * 24 < 6.0  # metres a second squared
    assert 0.3 < math.dist(places[-1], (1.5, 0.5, 0.0)) < 1.2


@pytest.mark.parametrize("verb", ["jump", "backflip"])
@pytest.mark.parametrize("species", ["person", "cat"])
def test_a_flight_is_a_parabola_of_gravity(board: Board, verb: str, species: str) -> None:
    actor = Actor(id="who", species=species, name="Who")
    world = stage(
        board(
            actors=(actor,),
            actions=(Action(actor="who", verb=verb, start=0.5, seconds=1),),
            frames_per_second=60,
        ),
        {},
    )
    states = path(world, "who")
    rises = np.array([state.position[2] for state in states])
    flying = np.flatnonzero(rises > 0)
    times = flying / 60
    first = flying[: np.flatnonzero(np.diff(flying) > 1)[0] + 1] if (np.diff(flying) > 1).any() else flying
    fitted = np.polyfit(times[: len(first)], rises[first], 2)
    assert 2 * fitted[0] == pytest.approx(-9.81, rel=0.01)
    assert rises.max() > (0.3 if species == "person" else 0.12)
    for state in states:
        at = phase(state, verb)
        inside = at is not None and TAKE_OFF < at < LANDING
        assert (state.position[2] > 0) <= inside
    landing = [one for one in world.contacts if one.kind == "footstep"]
    assert {one.time for one in landing} == {landing[0].time}
    assert landing[0].time == pytest.approx(times[len(first) - 1], abs=2 / 60)


def test_moves_blend_and_their_weights_sum_to_one(board: Board) -> None:
    actions = tuple(
        Action(actor="ada", verb=verb, start=index, seconds=1)
        for index, verb in enumerate(("walk", "dance", "juggle", "sit"))
    )
    states = path(stage(board(actors=(PERSON,), actions=actions), {}), "ada")
    for state in states:
        assert sum(one.weight for one in state.moves) == pytest.approx(1.0, abs=1e-4)
        assert all(one.move in MOVES for one in state.moves)
    for before, after in pairwise(states):
        for move in MOVES:
            assert abs(weight(after, move) - weight(before, move)) <= 1 / 24 / 0.18 + 0.02
    assert weight(states[2 * 24 + 15], "talk") > 0.9  # nobody knows "juggle": a gesture
    assert weight(states[-1], "sit") > 0.9
    assert (phase(states[-1], "sit") or 0) > 0.5


def test_a_body_turns_without_a_jerk(board: Board) -> None:
    actors = (PERSON, Actor(id="bob", species="person", name="Bob", x=2.0, y=2.0))
    actions = (Action(actor="ada", verb="look", target="bob", start=1, seconds=2),)
    states = path(stage(board(actors=actors, actions=actions), {}), "ada")
    turns = [math.remainder(b.heading - a.heading, math.tau) for a, b in pairwise(states)]
    assert max(abs(turn) for turn in turns) < 3.7 / 24
    facing = forward(states[3 * 24 - 1].heading)
    towards = np.array((4.0, 1.5)) / math.hypot(4.0, 1.5)
    assert float(np.array(facing[:2]) @ towards) > 0.97


def test_bodies_stay_on_the_stage_and_apart(board: Board) -> None:
    actors = tuple(
        Actor(id=name, species="person", name=name, x=x, y=0.0) for name, x in (("a", -2.5), ("b", 2.5), ("c", 0.0))
    )
    actions = (
        Action(actor="a", verb="walk", target="b", start=0, seconds=6),
        Action(actor="b", verb="run", start=0, seconds=6),
        Action(actor="c", verb="leave", start=2, seconds=4),
    )
    world = stage(board(actors=actors, actions=actions, seconds=6.0), {})
    for frame in world.frames:
        places = [state.position for state in frame.bodies.values()]
        assert all(math.hypot(x, y) <= STAGE_RADIUS + 1e-6 for x, y, _ in places)
        for index, one in enumerate(places):
            for other in places[index + 1 :]:
                assert math.dist(one, other) > 0.4


def test_somebody_found_sitting_sits_from_the_first_frame_and_gets_up_to_walk(board: Board) -> None:
    actions = (
        Action(actor="ada", verb="sit", start=0, seconds=1.5),
        Action(actor="ada", verb="walk", start=1.5, seconds=2.5),
    )
    states = path(stage(board(actors=(PERSON,), actions=actions), {}), "ada")
    assert phase(states[0], "sit") == 1.0
    assert states[35].position == states[0].position
    assert weight(states[-1], "walk") > 0.9
    assert math.dist(states[-1].position, states[0].position) > 0.5


def test_who_is_chased_runs_and_who_chases_keeps_near(board: Board) -> None:
    actors = (
        Actor(id="rex", species="dog", name="Rex", x=-2.0),
        Actor(id="tom", species="cat", name="Tom", x=0.0, y=0.4),
    )
    actions = (Action(actor="rex", verb="chase", target="tom", start=0.2, seconds=4.8),)
    world = stage(board(actors=actors, actions=actions, seconds=5.0), {})
    cat = path(world, "tom")
    walked = sum(math.dist(a.position, b.position) for a, b in pairwise(cat))
    assert walked > 3.0
    assert math.dist(world.frames[-1].bodies["rex"].position, cat[-1].position) < 1.6


def test_who_listens_turns_to_who_speaks(board: Board) -> None:
    actors = (
        Actor(id="ada", species="person", name="Ada", x=-0.8),
        Actor(id="bob", species="person", name="Bob", x=0.8),
    )
    lines = (Line(actor="ada", text="Hello there, how are you today?", start=0.5),)
    world = stage(board(actors=actors, lines=lines), {})
    ada, bob = path(world, "ada")[36], path(world, "bob")[36]
    assert forward(ada.heading)[0] > 0.6  # to the right, and still half to the lens
    assert forward(bob.heading)[0] < -0.6
    assert forward(ada.heading)[1] < 0
    assert weight(ada, "talk") > 0.5
    assert ada.gaze[0] > 0.1  # the head turns the rest of the way, to its left
    assert bob.gaze[0] < -0.1


def test_what_cannot_be_reached_is_given_up_for_what_follows(board: Board) -> None:
    props = (Prop(id="ball", shape="ball", size=0.2, x=7.0, y=5.0),)
    actions = (
        Action(actor="ada", verb="kick", target="ball", start=0, seconds=1),
        Action(actor="ada", verb="dance", start=1, seconds=1.5),
    )
    states = path(stage(board(actors=(PERSON,), props=props, actions=actions), {}), "ada")
    assert weight(states[12], "walk", "run") > 0.9
    assert weight(states[48], "dance") > 0.9
    assert weight(states[-1], "stand") > 0.9


def test_hands_that_hold_something_stay_closed(board: Board) -> None:
    props = (Prop(id="ball", shape="ball", size=0.2, x=-1.0, y=0.5),)
    actions = (Action(actor="ada", verb="catch", target="ball", start=0, seconds=3),)
    states = path(stage(board(actors=(PERSON,), props=props, actions=actions), {}), "ada")
    phases = [found for state in states if (found := phase(state, "catch")) is not None]
    assert phases == sorted(phases)
    assert phases[-1] == pytest.approx(0.66, abs=0.02)
    assert weight(states[-1], "catch") > 0.9


@pytest.mark.parametrize(("species", "times"), [("person", 2), ("dog", 1)])
def test_who_falls_is_heard_to_land(board: Board, species: str, times: int) -> None:
    actor = Actor(id="who", species=species, name="Who")
    world = stage(board(actors=(actor,), actions=(Action(actor="who", verb="fall", start=0.5, seconds=2),)), {})
    blows = [one for one in world.contacts if (one.a, one.b, one.kind) == ("who", "ground", "impact")]
    assert len(blows) == times
    for blow in blows:
        before, after = (world.frames[math.floor(blow.time * 24) + one].bodies["who"] for one in (0, 1))
        assert 0.5 < (phase(before, "fall") or 0.0) <= (phase(after, "fall") or 0.0) < 0.95
        assert blow.impulse > 1.0


def test_what_is_caught_gives_its_momentum_to_the_hands_when_it_is_in_them(board: Board) -> None:
    actors = (PERSON, Actor(id="bo", species="person", name="Bo", x=2.0, y=0.5))
    props = (Prop(id="ball", shape="ball", size=0.2, x=-1.7, y=0.3),)
    actions = (
        Action(actor="ada", verb="throw", target="ball", to="bo", start=0, seconds=2.5),
        Action(actor="bo", verb="catch", target="ball", start=0.5, seconds=3.5),
    )
    world = stage(board(actors=actors, props=props, actions=actions), {})
    caught = [one for one in world.contacts if one.kind == "catch"]
    assert [(one.a, one.b) for one in caught] == [("bo", "ball")]
    balls = [np.array(frame.rigids["ball"].position) for frame in world.frames]
    at = round(caught[0].time * 24)
    assert max(math.dist(one, balls[at + 1]) for one in balls[at + 1 : at + 4]) < 0.1  # it flies no more
    flight = math.dist(balls[at - 8], balls[at - 7]) * 24
    assert caught[0].impulse == pytest.approx(world_mass(world) * flight, rel=0.3)


def world_mass(world: World) -> float:
    """Kilograms of the only thing."""
    return mass_of(world.rigids[0])

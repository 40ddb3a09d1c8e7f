"""The world obeys physics, and the report says when it does not: closed forms, what is conserved, faults that speak."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from greenroom.domain.clips import PhysicsReport
from greenroom.domain.storyboards import Action, Actor, Prop, Storyboard
from models.previz.geometry.shapes import half_extents
from models.previz.staging.buoyancy import hull_of
from models.previz.staging.casting import physique
from models.previz.staging.footsteps import Tick
from models.previz.staging.mechanics import mass_of
from models.previz.staging.physics import foot_slide, leaps
from models.previz.staging.stage import stage
from models.previz.staging.watch import Watch
from models.previz.world import BodyState, MoveWeight, World

Board = Callable[..., Storyboard]
ADA = Actor(id="ada", species="person", name="Ada")


def reported(world: World) -> PhysicsReport:
    assert world.physics is not None
    return world.physics


def heights(world: World, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([frame.rigids[name].position[2] for frame in world.frames])


def test_a_world_of_bounces_and_collisions_keeps_the_laws(board: Board) -> None:
    props = (
        Prop(id="ball", shape="ball", size=0.3, z=1.5),
        Prop(id="one", shape="ball", size=0.3, x=-2.0, velocity=(2.5, 0.0, 0.0)),
        Prop(id="two", shape="ball", size=0.3, x=2.0, velocity=(-1.5, 0.0, 0.0)),
        *(Prop(id=f"box{k}", shape="box", size=0.4, x=1.2, y=2.0, z=0.36 * k) for k in range(3)),
    )
    found = reported(stage(board(props=props, place="gym"), {}))
    assert found.collisions >= 1
    assert found.flights >= 1
    assert found.momentum_error < 0.01
    assert found.flight_error < 0.01
    assert found.energy_gained_share < 0.02
    assert found.penetration_metres < 0.03
    assert found.finite


@pytest.mark.parametrize(("place", "gravity"), [("gym", 9.81), ("moon", 1.62)])
def test_things_and_people_fall_as_the_place_pulls(board: Board, place: str, gravity: float) -> None:
    props = (Prop(id="ball", shape="ball", size=0.3, x=2.0, z=3.0),)
    actions = (Action(actor="ada", verb="jump", start=0.3, seconds=3.5),)
    world = stage(board(props=props, place=place, actors=(ADA,), actions=actions), {})
    path = heights(world, "ball")
    time = 8 / 24
    assert path[0] - path[8] == pytest.approx(0.5 * gravity * time * time, rel=0.02)
    found = reported(world)
    assert found.flights >= 2
    assert found.flight_error < 0.02
    top = max(frame.bodies["ada"].position[2] for frame in world.frames)
    assert 0.1 < top < 0.6


def test_a_floating_box_lies_as_deep_as_archimedes_says_and_rights_itself(board: Board) -> None:
    prop = Prop(id="box", shape="crate", size=0.6, y=3.5, z=0.5)
    world = stage(board(props=(prop,), place="sea", seconds=8.0), {})
    spec = world.rigids[0]
    half = half_extents(spec)
    draught = mass_of(spec) / (1000.0 * 4 * half[0] * half[1])
    assert heights(world, "box")[-1] - half[2] == pytest.approx(-draught, abs=0.02)
    upright = hull_of(spec, mass_of(spec))
    tilted = np.array((0.0, 0.0, half[2] - draught, math.cos(0.15), math.sin(0.15), 0.0, 0.0))
    _, torque, share = upright.forces(tilted, np.zeros(6), 9.81)
    assert 0 < share < 1
    assert torque[0] < 0  # against the tilt


def test_a_heavy_thing_sinks_and_is_heard_when_it_falls_in(board: Board) -> None:
    rock = Prop(id="rock", shape="rock", size=0.5, y=3.5, z=1.0)
    world = stage(board(props=(rock,), place="lake", seconds=6.0), {})
    assert heights(world, "rock")[-1] < -1.5
    splash = [one for one in world.contacts if "water" in (one.material_a, one.material_b)]
    assert len(splash) == 1
    assert splash[0].time == pytest.approx(math.sqrt(2 * 1.0 / 9.81), abs=0.05)


def test_what_stands_on_a_landing_stage_stays_dry(board: Board) -> None:
    world = stage(board(props=(Prop(id="box", shape="box", size=0.5, y=0.0),), place="lake"), {})
    assert heights(world, "box")[-1] == pytest.approx(heights(world, "box")[0], abs=0.01)


def test_energy_from_nowhere_and_things_inside_each_other_are_seen() -> None:
    watch = Watch({"a": 1.0}, 9.81)
    for tick in range(60):
        energy = 10.0 + (3.0 if tick > 40 else 0.0)
        watch.tick(0.2 + tick / 120, energy, {"a": 1.0}, frozenset(), worked=False)
    assert watch.gained == pytest.approx(3.0)
    assert watch.gained_share == pytest.approx(0.3)
    given = Watch({"a": 1.0}, 9.81)
    for tick in range(60):
        energy = 10.0 + (3.0 if tick > 40 else 0.0)
        given.tick(0.2 + tick / 120, energy, {"a": 1.0}, frozenset(), worked=tick == 41)
    assert given.gained == 0.0  # an actor gave it
    watch.depth(1.0, ("a", "b"), 0.2)
    assert (watch.deepest, watch.deepest_pair) == (0.2, ("a", "b"))
    watch.tick(2.0, math.nan, {}, frozenset(), worked=False)
    assert not watch.finite


def test_a_collision_that_loses_momentum_is_seen() -> None:
    masses, still = {"a": 2.0, "b": 1.0}, np.zeros(6)
    for loss, error in ((0.0, 0.0), (0.4, 0.4)):
        watch = Watch(masses, 0.0)
        before = {"a": np.array((1.0, 0, 0, 0, 0, 0)), "b": still.copy()}
        shared = (1 - loss) * 2.0 / 3.0
        after = {name: np.array((shared, 0, 0, 0, 0, 0)) for name in masses}
        watch.step(1.000, 0.001, before, dict.fromkeys(masses, still), frozenset({("a", "b")}))
        for step in range(40):
            watch.step(1.001 + 0.001 * step, 0.001, after, dict.fromkeys(masses, still), frozenset())
        assert [one.error for one in watch.collisions] == [pytest.approx(error, abs=1e-9)]


def test_feet_that_slide_and_leaps_that_float_are_seen() -> None:
    body = physique(ADA)

    def walk(share: float) -> list[Tick]:
        speed = body.speed("walk")
        stride = speed / (speed / (0.82 * body.height))
        return [
            Tick(
                time,
                BodyState((speed * time * share, 0.0, 0.0), 0.0, (MoveWeight("walk", speed * time / stride),)),
                speed,
            )
            for time in np.arange(0, 3, 1 / 120)
        ]

    assert foot_slide(body, walk(1.0)) < 0.005
    assert foot_slide(body, walk(1.3)) > 0.15
    ticks = walk(0.0)
    for gravity in (9.81, 5.0):
        high = [
            replace(tick, state=replace(tick.state, position=(0.0, 0.0, max(0.0, 2.0 * t - 0.5 * gravity * t * t))))
            for tick, t in ((tick, tick.time - 1.0) for tick in ticks)
        ]
        ((_, fall),) = leaps(high)
        assert fall == pytest.approx(gravity, rel=1e-6)


def test_another_attempt_is_the_same_plan_with_things_turned_another_way(board: Board) -> None:
    plan = board(props=(Prop(id="box", shape="box", size=0.5, z=1.0),))
    one, again, other = stage(plan, {}), stage(plan, {}), stage(plan, {}, attempt=1)
    assert one.frames == again.frames
    assert one.frames[40].rigids["box"] != other.frames[40].rigids["box"]


def test_a_shot_goes_through_the_rim_and_one_beside_it_rebounds(board: Board) -> None:
    hoop = Prop(id="hoop", shape="hoop", size=3.95, y=1.5)
    low = 1.5 - 0.759
    for x, through in ((0.0, True), (0.30, False)):
        ball = Prop(id="ball", shape="ball", size=0.24, x=x, y=low, z=4.4)
        world = stage(board(props=(ball, hoop), place="gym"), {})
        touched = any({one.a, one.b} == {"ball", "hoop"} for one in world.contacts)
        path = np.array([frame.rigids["ball"].position for frame in world.frames])
        passing = path[np.argmin(np.abs(path[:, 2] - 2.8))]
        inside = math.hypot(passing[0], passing[1] - low) < 0.2
        assert (touched, inside) == ((False, True) if through else (True, False))


def test_a_player_shoots_at_the_rim(board: Board) -> None:
    props = (Prop(id="ball", shape="ball", size=0.24, x=-1.7), Prop(id="hoop", shape="hoop", size=3.95, x=1.0, y=1.5))
    actions = (Action(actor="ada", verb="throw", target="ball", to="hoop", start=0.0, seconds=4.0),)
    world = stage(board(props=props, place="gym", actors=(ADA.model_copy(update={"x": -2.0}),), actions=actions), {})
    rim = np.array((1.0, 1.5 - 0.759, 3.05))
    path = np.array([frame.rigids["ball"].position for frame in world.frames])
    assert path[:, 2].max() > 3.3
    assert np.linalg.norm(path - rim, axis=1).min() < 0.4


def test_a_trampoline_throws_back_what_falls_on_it(board: Board) -> None:
    mat = Prop(id="mat", shape="trampoline", size=2.4)
    ball = Prop(id="ball", shape="ball", size=0.3, z=2.0)
    world = stage(board(props=(ball, mat), place="garden"), {})
    path = heights(world, "ball")
    low = int(np.argmin(path[:30]))
    assert path[low:].max() > 0.6 * path[0]
    actions = (Action(actor="ada", verb="jump", target="mat", start=0.3, seconds=3.5),)
    child = ADA.model_copy(update={"x": 0.4})
    sprung = stage(board(props=(mat,), place="garden", actors=(child,), actions=actions), {})
    plain = stage(board(place="garden", actors=(child,), actions=(actions[0].model_copy(update={"target": None}),)), {})

    def top(world: World) -> float:
        found = [frame.bodies["ada"].position[2] for frame in world.frames]
        return max(found) - min(found)

    assert top(sprung) > 1.8 * top(plain)
    assert min(frame.bodies["ada"].position[2] for frame in sprung.frames) > 0.5
    assert reported(sprung).flight_error < 0.02

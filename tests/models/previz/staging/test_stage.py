"""The whole: the same world twice, mouths by their lines, colours, materials, and every verb of every species."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.domain.storyboards import Action, Actor, Camera, CameraMove, Framing, Line, Prop, Shot, Storyboard
from models.previz.geometry.actor import HEIGHTS
from models.previz.moves import MOVES
from models.previz.staging.colours import linear
from models.previz.staging.stage import stage
from models.previz.staging.verbs import VERBS
from models.roles import Spoken

Board = Callable[..., Storyboard]
ACTORS = (
    Actor(id="ada", species="person", name="Ada", x=-1.0, colours=("dark green", "white"), likeness="ada"),
    Actor(id="tom", species="cat", name="Tom", x=1.0, colours=("ginger",)),
)


def said(curve: np.ndarray) -> Spoken:
    count = round(len(curve) / 100 * 22050)
    return Spoken(np.zeros((count, 1), np.float32), 22050, (), curve.astype(np.float32))


def test_the_same_storyboard_gives_the_same_world_and_another_seed_another(board: Board) -> None:
    plan = board(
        actors=ACTORS,
        props=(Prop(id="ball", shape="ball", size=0.2, x=0.2, z=0.8), Prop(id="box", shape="box", x=0.3, y=1.0, z=1.0)),
        actions=(
            Action(actor="tom", verb="chase", target="ball", start=0.5, seconds=3),
            Action(actor="ada", verb="dance", start=0, seconds=4),
        ),
    )
    once = stage(plan, {})
    assert stage(plan, {}) == once
    assert stage(plan.model_copy(update={"seed": 12}), {}) != once


def test_a_mouth_follows_what_is_spoken(board: Board) -> None:
    curve = np.zeros(150)
    curve[20:50], curve[80:140] = 0.8, 0.5
    plan = board(actors=ACTORS, lines=(Line(actor="ada", text="one two", start=1.0),))
    world = stage(plan, {0: said(curve)})
    mouth = [frame.bodies["ada"].mouth for frame in world.frames]
    assert mouth[:24] == [0.0] * 24
    assert mouth[24 + 8] == pytest.approx(0.8, abs=0.01)  # a third of a second in
    assert mouth[24 + 15] == pytest.approx(0.0, abs=0.01)
    assert mouth[24 + 24] == pytest.approx(0.5, abs=0.01)
    assert mouth[61:] == [0.0] * 35
    assert all(frame.bodies["tom"].mouth == 0.0 for frame in world.frames)


def test_who_speaks_to_nobody_looks_into_the_lens(board: Board) -> None:
    plan = board(actors=ACTORS[:1], lines=(Line(actor="ada", text="hello", start=0.5),))
    world = stage(plan, {0: said(np.full(250, 0.4))})
    frame = world.frames[50]
    state = frame.bodies["ada"]
    to = np.array(frame.camera.eye) - np.array(state.position)
    aside = math.remainder(math.atan2(-to[0], to[1]) - state.heading, math.tau)
    assert state.gaze[0] == pytest.approx(aside, abs=0.12)


def test_eyes_blink_irregularly_and_not_together(board: Board) -> None:
    world = stage(board(actors=ACTORS, seconds=12.0), {})
    starts = {}
    for name in ("ada", "tom"):
        closed = [frame.bodies[name].blink > 0.5 for frame in world.frames]
        starts[name] = [index for index in range(1, len(closed)) if closed[index] and not closed[index - 1]]
        assert 2 <= len(starts[name]) <= 8
        assert len({b - a for a, b in zip(starts[name], starts[name][1:], strict=False)}) == len(starts[name]) - 1
    assert starts["ada"] != starts["tom"]


def test_bodies_and_things_are_described_as_the_storyboard_has_them(board: Board) -> None:
    props = (
        Prop(id="ball", shape="ball", colour="red", size=0.2),
        Prop(id="cup", shape="mug", size=0.1, likeness="cup"),
    )
    world = stage(board(actors=ACTORS, props=props, place="beach", weather="clear"), {})
    ada, tom = world.bodies
    assert (ada.likeness, tom.likeness, ada.species) == ("ada", None, "person")
    assert ada.colours[0] == linear("dark green")
    assert ada.colours[0][1] > ada.colours[0][0]
    assert len(tom.colours) == 2
    assert ada.seed != tom.seed
    ball, cup = world.rigids
    assert (ball.material, cup.material, cup.likeness) == ("rubber", "stone", "cup")
    assert ball.colour[0] > 5 * ball.colour[1]
    assert [(one.place, one.weather) for one in world.settings] == [("beach", "clear")]


def test_colours_are_linear_light() -> None:
    assert linear("white")[0] == pytest.approx(0.85, abs=0.05)
    assert linear("grey")[0] == pytest.approx(0.216, abs=0.01)
    assert sum(linear("dark blue")) < sum(linear("blue")) < sum(linear("light blue"))
    assert linear("no such colour") == linear("grey")


@pytest.mark.parametrize(
    ("place", "weather", "ground"),
    [
        ("park", "clear", "grass"), ("beach", "clear", "sand"), ("street", "rain", "asphalt"),
        ("living_room", "clear", "wood"), ("park", "snow", "snow"), ("kitchen", "snow", "tile"),
    ],
)  # fmt: skip
def test_steps_are_on_the_ground_of_the_place(board: Board, place: str, weather: str, ground: str) -> None:
    action = Action(actor="ada", verb="walk", start=0, seconds=3)
    world = stage(board(actors=ACTORS, actions=(action,), place=place, weather=weather), {})
    steps = [one for one in world.contacts if one.kind == "footstep" and one.a == "ada"]
    assert len(steps) >= 4
    assert {one.material_b for one in steps} == {ground}
    assert {one.b for one in steps} == {"ground"}
    assert all(0.5 < one.impulse < 6 for one in steps)


def test_heavier_bodies_and_higher_falls_are_louder(board: Board) -> None:
    def loudest(species: str, verb: str) -> float:
        actor = Actor(id="who", species=species, name="Who")
        world = stage(board(actors=(actor,), actions=(Action(actor="who", verb=verb, start=0, seconds=3),)), {})
        return max(one.impulse for one in world.contacts if one.kind == "footstep")

    assert loudest("cat", "walk") < 0.2 * loudest("person", "walk")
    assert loudest("person", "walk") < loudest("person", "run") < loudest("person", "jump")
    assert loudest("horse", "walk") > 2 * loudest("person", "walk")


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_can_be_done_to_a_thing_to_somebody_and_alone(board: Board, verb: str) -> None:
    actors = (*ACTORS, Actor(id="rob", species="robot", name="Rob", x=0.0, y=1.2))
    actions = (
        Action(actor="ada", verb=verb, target="ball", start=0.2, seconds=3),
        Action(actor="tom", verb=verb, target="ada", start=0.2, seconds=3),
        Action(actor="rob", verb=verb, start=0.2, seconds=3),
    )
    world = stage(
        board(actors=actors, props=(Prop(id="ball", shape="ball", size=0.2, x=-0.3, y=-0.4),), actions=actions), {}
    )
    for frame in world.frames:
        for state in frame.bodies.values():
            assert all(math.isfinite(value) for value in (*state.position, state.heading, *state.gaze))
            assert {one.move for one in state.moves} <= set(MOVES)
        assert all(math.isfinite(value) for value in (*frame.camera.eye, *frame.camera.target))
        assert frame.rigids["ball"].position[2] > 0.08


@st.composite
def plans(draw: st.DrawFn) -> Storyboard:
    metres = st.floats(-3, 3)
    actors = tuple(
        Actor(id=f"actor{i}", species=species, name="A", x=draw(metres), y=draw(metres))
        for i, species in enumerate(draw(st.lists(st.sampled_from([*HEIGHTS, "dragon"]), max_size=3)))
    )
    props = tuple(
        Prop(id=f"prop{i}", shape=shape, size=draw(st.floats(0.05, 1.0)), x=draw(metres), y=draw(metres),
             z=draw(st.floats(0, 2)))
        for i, shape in enumerate(draw(st.lists(st.sampled_from(["ball", "box", "bottle", "anvil"]), max_size=2)))
    )  # fmt: skip
    things = [one.id for one in actors] + [one.id for one in props]
    actions = tuple(
        Action(
            actor=actor.id,
            verb=draw(st.sampled_from([*VERBS, "juggle"])),
            target=draw(st.sampled_from([None, *things])),
            start=draw(st.floats(0, 3.5)),
            seconds=draw(st.floats(0.1, 4)),
        )
        for actor in actors
        for _ in range(draw(st.integers(0, 3)))
    )
    camera = Camera(
        framing=draw(st.sampled_from(Framing)),
        move=draw(st.sampled_from(CameraMove)),
        subject=draw(st.sampled_from([None, *things])),
    )
    return Storyboard(
        title="any", seconds=4.0, seed=draw(st.integers(0, 2**63 - 1)),
        frames_per_second=draw(st.sampled_from([8, 24])),
        shots=(Shot(start=draw(st.sampled_from([0.0, 1.0])), seconds=4.0, camera=camera),),
        actors=actors, props=props, actions=actions, place=draw(st.sampled_from(["park", "room", "the moon"])),
    )  # fmt: skip


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_any_storyboard_can_be_staged(plan: Storyboard) -> None:
    world = stage(plan, {})
    assert len(world.frames) == plan.frame_count
    for frame in world.frames:
        assert frame.camera.eye[2] >= 0.15
        for state in frame.bodies.values():
            assert sum(one.weight for one in state.moves) == pytest.approx(1.0, abs=1e-4)
            assert math.hypot(*state.position[:2]) < 4.3
            assert state.position[2] >= 0
        assert all(rigid.position[2] > -0.02 for rigid in frame.rigids.values())
    assert all(one.impulse > 0 and one.time >= 0 for one in world.contacts)

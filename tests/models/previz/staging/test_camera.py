"""The camera keeps what a shot is about in the picture, large enough, from above the ground and outside of things."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from greenroom.domain.storyboards import Action, Actor, Angle, Camera, CameraMove, Framing, Prop, Storyboard
from models.previz.moves import forward
from models.previz.staging.stage import stage
from models.previz.world import BodyState, CameraState, World

Board = Callable[..., Storyboard]


def in_picture(camera: CameraState, point: tuple[float, float, float], aspect: float) -> tuple[float, float, float]:
    """x and y from -1 to 1 and depth, by a projection of the test's own."""
    eye, ahead = np.array(camera.eye), np.array(camera.target) - np.array(camera.eye)
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, (0, 0, 1))
    right /= np.linalg.norm(right)
    up = np.cross(right, ahead)
    off = np.array(point) - eye
    depth = float(off @ ahead)
    half = math.tan(camera.vertical_fov / 2) * depth
    return float(off @ right) / (half * aspect), float(off @ up) / half, depth


def head(state: BodyState, species: str) -> tuple[float, float, float]:
    ahead = forward(state.heading)
    reach, up = (1.1 * 0.28, 1.2 * 0.28) if species == "cat" else (0.05, 1.60)
    return (state.position[0] + ahead[0] * reach, state.position[1] + ahead[1] * reach, state.position[2] + up)


def shown(world: World, name: str, species: str, framing: Framing) -> list[tuple[float, float, float]]:
    aspect = world.width / world.height
    found = []
    for frame in world.frames:
        points = [head(frame.bodies[name], species)]
        if framing is Framing.WIDE or (species == "cat" and framing is Framing.MEDIUM):
            points.append(frame.bodies[name].position)
        found += [in_picture(frame.camera, point, aspect) for point in points]
    return found


@pytest.mark.parametrize("move", list(CameraMove))
@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize("species", ["person", "cat"])
def test_the_subject_stays_in_the_picture(board: Board, move: CameraMove, framing: Framing, species: str) -> None:
    camera = Camera(framing=framing, move=move, subject="who")
    world = stage(
        board(
            actors=(Actor(id="who", species=species, name="Who", x=-1.0),),
            actions=(
                Action(actor="who", verb="walk", start=0.5, seconds=2),
                Action(actor="who", verb="jump", start=2.5, seconds=1),
            ),
            cameras=(camera,),
        ),
        {},
    )
    for x, y, depth in shown(world, "who", species, framing):
        assert depth > 0.1
        assert max(abs(x), abs(y)) < 1.0
    eyes = np.array([frame.camera.eye for frame in world.frames])
    assert eyes[:, 2].min() >= 0.15
    steps = np.linalg.norm(np.diff(eyes, axis=0), axis=1) * 24
    assert np.abs(np.diff(steps)).max() < 0.35  # metres a second from frame to frame: no jerk
    if move is CameraMove.STATIC:
        assert np.ptp(eyes, axis=0).max() < 1e-9


@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize("angle", list(Angle))
def test_an_angle_looks_from_where_it_says(board: Board, angle: Angle, framing: Framing) -> None:
    camera = Camera(framing=framing, angle=angle, subject="who")
    world = stage(board(actors=(Actor(id="who", species="person", name="Who"),), cameras=(camera,)), {})
    state = world.frames[40].camera
    off = np.subtract(state.target, state.eye)
    down = math.degrees(math.asin(-off[2] / np.linalg.norm(off)))
    least, most = {"eye": (-12, 12), "dutch": (-12, 12), "low": (-45, -7), "high": (20, 50), "overhead": (60, 85)}[
        angle
    ]
    assert least <= down <= most
    assert (abs(state.roll) > 0.15) == (angle is Angle.DUTCH)
    for x, y, depth in shown(world, "who", "person", framing):
        assert depth > 0.1
        assert max(abs(x), abs(y)) < 1.0


def test_a_crane_rises_and_a_hand_shakes_a_little(board: Board) -> None:
    who = (Actor(id="who", species="person", name="Who"),)
    crane = stage(board(actors=who, cameras=(Camera(move=CameraMove.CRANE, subject="who"),)), {})
    heights = [frame.camera.eye[2] for frame in crane.frames]
    assert heights[-1] > heights[0] + 1.0
    assert min(np.diff(heights)) > -1e-6
    held = stage(board(actors=who, cameras=(Camera(move=CameraMove.HANDHELD, subject="who"),)), {})
    rolls = np.degrees([frame.camera.roll for frame in held.frames])
    assert 0.1 < np.ptp(rolls) < 3.0
    assert np.abs(np.diff(rolls)).max() < 0.4  # degrees a frame


def test_a_close_shot_is_focused_on_its_subject_and_a_wide_one_is_sharp_all_over(board: Board) -> None:
    who = (Actor(id="who", species="person", name="Who"),)
    for framing in Framing:
        world = stage(board(actors=who, cameras=(Camera(framing=framing, subject="who"),)), {})
        for frame in world.frames[::12]:
            camera = frame.camera
            if framing is Framing.WIDE:
                assert (camera.focus, camera.aperture) == (None, 0.0)
            else:
                assert camera.focus is not None
                _, _, depth = in_picture(camera, head(frame.bodies["who"], "person"), 854 / 480)
                assert camera.focus == pytest.approx(depth, rel=0.15)
                assert camera.aperture > 0


@pytest.mark.parametrize(("species", "height"), [("person", 1.72), ("cat", 0.28 * 1.55)])
def test_a_framing_fills_the_picture_by_the_subjects_own_height(board: Board, species: str, height: float) -> None:
    shares = {}
    for framing in Framing:
        world = stage(
            board(
                actors=(Actor(id="who", species=species, name="Who"),),
                cameras=(Camera(framing=framing, subject="who"),),
            ),
            {},
        )
        camera = world.frames[40].camera
        distance = math.dist(camera.eye[:2], world.frames[40].bodies["who"].position[:2])
        shares[framing] = height / (2 * distance * math.tan(camera.vertical_fov / 2))
        if species == "cat":
            assert camera.eye[2] < 0.6
    assert 0.4 < shares[Framing.WIDE] < 0.75
    assert shares[Framing.MEDIUM] > 1.25 * shares[Framing.WIDE]
    assert shares[Framing.CLOSE] > 1.4 * shares[Framing.MEDIUM]


def test_a_push_in_comes_nearer_and_a_pull_out_goes_away(board: Board) -> None:
    def ways(move: CameraMove) -> list[float]:
        world = stage(
            board(actors=(Actor(id="a", species="person", name="A"),), cameras=(Camera(move=move, subject="a"),)), {}
        )
        return [math.dist(frame.camera.eye, frame.bodies["a"].position) for frame in world.frames]

    into, out = ways(CameraMove.PUSH_IN), ways(CameraMove.PULL_OUT)
    assert into[-1] < 0.8 * into[0]
    assert out[0] < 0.8 * out[-1]
    assert all(b <= a + 1e-6 for a, b in pairwise(into))


def test_an_orbit_turns_about_the_subject(board: Board) -> None:
    world = stage(
        board(
            actors=(Actor(id="a", species="person", name="A"),),
            cameras=(Camera(move=CameraMove.ORBIT, subject="a"),),
        ),
        {},
    )
    first, last = world.frames[0].camera.eye, world.frames[-1].camera.eye
    turned = math.atan2(first[0], -first[1]) - math.atan2(last[0], -last[1])
    assert abs(turned) > 0.6


def test_everybody_and_what_they_act_on_is_in_a_shot_of_the_whole(board: Board) -> None:
    actors = tuple(
        Actor(id=name, species=species, name=name, x=x, y=y)
        for name, species, x, y in (("a", "person", -1.5, 0.0), ("b", "cat", 0.6, 0.8), ("c", "dog", 1.5, -0.6))
    )
    props = (Prop(id="ball", shape="ball", size=0.24, x=0.2, y=-0.8),)
    actions = (Action(actor="b", verb="chase", target="ball", start=1, seconds=2),)
    for move in CameraMove:
        world = stage(board(actors=actors, props=props, actions=actions, cameras=(Camera(move=move),)), {})
        for frame in world.frames[::6]:
            points = [state.position for state in frame.bodies.values()] + [frame.rigids["ball"].position]
            for point in points:
                x, y, depth = in_picture(frame.camera, point, world.width / world.height)
                assert depth > 0
                assert max(abs(x), abs(y)) < 1.0


def test_shots_are_cut_and_two_of_one_subject_differ_in_angle(board: Board) -> None:
    close = Camera(framing=Framing.CLOSE, subject="a")
    world = stage(
        board(
            actors=(Actor(id="a", species="person", name="A"),),
            cameras=(Camera(), close, close),
            seconds=6.0,
        ),
        {},
    )
    assert [world.frames[index].shot for index in (0, 47, 48, 95, 96, 143)] == [0, 0, 1, 1, 2, 2]
    angles = [math.atan2(world.frames[index].camera.eye[0], -world.frames[index].camera.eye[1]) for index in (60, 120)]
    assert abs(angles[0] - angles[1]) > 0.3


def test_the_lens_is_not_inside_anybody(board: Board) -> None:
    actors = (
        Actor(id="a", species="person", name="A", x=0.0, y=0.5),
        Actor(id="b", species="person", name="B", x=0.1, y=-1.0),
        Actor(id="c", species="horse", name="C", x=-0.4, y=-2.2),
    )
    for framing in Framing:
        world = stage(board(actors=actors, cameras=(Camera(framing=framing, subject="a"),)), {})
        for frame in world.frames[::12]:
            for state in frame.bodies.values():
                assert math.dist(frame.camera.eye[:2], state.position[:2]) > 0.4


@pytest.mark.parametrize("framing", [Framing.WIDE, Framing.MEDIUM])
def test_a_shot_of_who_chases_shows_what_is_chased(board: Board, framing: Framing) -> None:
    world = stage(
        board(
            actors=(Actor(id="tom", species="cat", name="Tom", x=-1.9),),
            props=(Prop(id="ball", shape="ball", size=0.24, x=-0.7, y=0.15, velocity=(1.3, 0.25, 0.0)),),
            actions=(Action(actor="tom", verb="chase", target="ball", start=0, seconds=4),),
            cameras=(Camera(framing=framing, move=CameraMove.FOLLOW, subject="tom"),),
        ),
        {},
    )
    for frame in world.frames:
        for point in (frame.bodies["tom"].position, frame.rigids["ball"].position):
            x, y, depth = in_picture(frame.camera, point, world.width / world.height)
            assert depth > 0
            assert max(abs(x), abs(y)) < 1.0


def test_a_push_in_on_a_small_thing_goes_on_across_the_table_it_stands_on(board: Board) -> None:
    props = (
        Prop(id="table", shape="table", size=1.3, y=1.5),
        Prop(id="mug", shape="mug", size=0.12, y=1.5, z=0.78),
    )
    camera = Camera(framing="medium", move="push_in", subject="mug")
    world = stage(board(props=props, cameras=(camera,)), {})
    away = [math.dist(frame.camera.eye, frame.rigids["mug"].position) for frame in world.frames]
    assert away[-1] < 0.85 * away[0]
    assert (np.diff(away) < 1e-3).all()
    top = world.frames[0].rigids["table"].position[2] + 0.39
    assert min(frame.camera.eye[2] for frame in world.frames) > top + 0.05

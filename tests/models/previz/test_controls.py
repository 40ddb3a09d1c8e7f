"""What a picture shows, told by the frame that was drawn: metres, whose pixel, which way, where to, and joints."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Pass
from greenroom.domain.storyboards import Actor, Prop, Shot, Storyboard
from models.previz.film import Film
from models.previz.render.view import pinhole
from models.previz.staging.stage import stage
from models.previz.world import World
from models.roles import Controls, Picture

WIDTH, HEIGHT = 192, 128


class Collected:
    """A sink that keeps everything."""

    def __init__(self, passes: Sequence[Pass] = tuple(Pass)) -> None:
        self.wanted = frozenset(passes)
        self.found: list[Controls] = []

    def add(self, controls: Controls) -> None:
        self.found.append(controls)


@cache
def world(style: str = "realistic") -> World:
    return stage(
        Storyboard.model_validate(
            {
                "title": "two meet",
                "seconds": 4.0,
                "seed": 3,
                "style": style,
                "width": WIDTH,
                "height": HEIGHT,
                "actors": (Actor(id="ada", species="person", name="Ada"), Actor(id="rex", species="dog", name="Rex")),
                "props": (Prop(id="box", shape="box", size=0.5),),
                "shots": (Shot(start=0, seconds=2.0), Shot(start=2.0, seconds=2.0, place="kitchen")),
            }
        ),
        {},
    )


@cache
def taken(style: str = "realistic") -> tuple[tuple[Picture, ...], tuple[Controls, ...]]:
    sink = Collected()
    pictures = tuple(Film(world(style), {}, controls=sink))
    return pictures, tuple(sink.found)


def value(controls: Controls, name: str) -> int:
    return next(one.value for one in controls.instances if one.id == name)


def where(controls: Controls, name: str) -> NDArray[np.bool_]:
    assert controls.segments is not None
    return np.asarray(controls.segments == value(controls, name))


def test_the_pictures_are_the_very_same_with_passes_and_without() -> None:
    pictures, found = taken()
    plain = list(Film(world(), {}))
    assert len(found) == len(pictures) == len(plain) == 96
    assert all(np.array_equal(one, other) for one, other in zip(pictures, plain, strict=True))


def test_the_ground_is_as_deep_as_its_plane() -> None:
    """A pixel of ground lies where the ray through its first sample, a quarter before its middle, meets z = 0."""
    frame, controls = world().frames[5], taken()[1][5]
    view = pinhole(frame.camera, WIDTH, HEIGHT)
    assert controls.depth is not None
    rows, columns = np.nonzero(where(controls, "ground"))
    across = ((columns + 0.25) / WIDTH * 2 - 1) * view.half_width
    up = (1 - (rows + 0.25) / HEIGHT * 2) * view.half_height
    ray = np.array(view.forward) + across[:, None] * np.array(view.right) + up[:, None] * np.array(view.up)
    expected = -view.eye[2] / ray[:, 2]
    assert len(rows) > 4000
    assert controls.depth[rows, columns] == pytest.approx(expected, rel=1e-4)


def test_sky_has_no_depth_no_normal_and_is_black() -> None:
    controls = taken()[1][0]
    sky = where(controls, "sky")
    assert controls.depth is not None
    assert controls.normals is not None
    assert sky.sum() > 200
    assert np.isinf(controls.depth[sky]).all()
    assert np.isfinite(controls.depth[~sky]).all()
    assert not controls.normals[sky].any()


def test_who_is_who_stays_through_every_shot() -> None:
    found = taken()[1]
    assert len({one.instances for one in found}) == 1
    assert [one.kind for one in found[0].instances] == ["sky", "ground", "place", "actor", "actor", "prop"]
    for index in (5, 40, 60, 90):
        for name, body in world().frames[index].bodies.items():
            rows, columns = np.nonzero(where(found[index], name))
            assert len(rows) > 40, (index, name)
            view = pinhole(world().frames[index].camera, WIDTH, HEIGHT)
            to = np.subtract(body.position, view.eye)
            x = (0.5 + 0.5 * float(to @ view.right) / float(to @ view.forward) / view.half_width) * WIDTH
            assert columns.min() - 12 <= x <= columns.max() + 12, (index, name)


def test_normals_are_of_unit_length_and_face_the_camera() -> None:
    controls = taken()[1][5]
    solid = ~where(controls, "sky")
    assert controls.normals is not None
    normals = controls.normals[solid]
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1.0, abs=1e-5)
    ground = controls.normals[where(controls, "ground")]
    view = pinhole(world().frames[5].camera, WIDTH, HEIGHT)
    level = np.array([view.right[2], view.up[2], -view.forward[2]])  # straight up, in the camera's axes
    assert np.median(ground @ level) > 0.98


def test_flow_leads_to_the_same_thing_in_the_next_picture() -> None:
    found = taken()[1]
    for index in (10, 60):
        here, after = found[index], found[index + 1]
        assert here.flow is not None
        assert here.segments is not None
        assert after.segments is not None
        rows, columns = np.nonzero(where(here, "rex") | where(here, "ada"))
        moved = here.flow[rows, columns]
        to_column = np.clip(np.floor(columns + 0.5 + moved[:, 0]).astype(int), 0, WIDTH - 1)
        to_row = np.clip(np.floor(rows + 0.5 + moved[:, 1]).astype(int), 0, HEIGHT - 1)
        same = after.segments[to_row, to_column] == here.segments[rows, columns]
        assert np.mean(same) > 0.93  # the rest are edges


def test_flow_ends_at_a_cut() -> None:
    found = taken()[1]
    for index, known in ((46, True), (47, False), (48, True), (95, False)):
        flow = found[index].flow
        assert flow is not None
        assert bool(np.isfinite(flow).any()) is known, index


def test_a_picture_that_is_held_goes_nowhere_and_then_flows_on() -> None:
    _, found = taken("clay")
    first, again = found[1].flow, found[2].flow  # the same frame twice
    assert first is not None
    assert again is not None
    assert not first.any()
    assert np.nanmax(np.abs(again)) > 0
    held = found[1].depth, found[2].depth
    assert held[0] is not None
    assert held[1] is not None
    assert np.array_equal(held[0], held[1])


def test_joints_are_inside_of_their_body_and_at_its_depth() -> None:
    controls = taken()[1][5]
    poses = {pose.actor: pose for pose in controls.poses}
    assert {name: pose.layout for name, pose in poses.items()} == {"ada": "openpose-18", "rex": "ap10k-17"}
    assert len(poses["ada"].points) == 18
    assert len(poses["rex"].points) == 17
    for name, pose in poses.items():
        mask = where(controls, name)
        seen = [one for one in pose.points.values() if one.visible]
        assert len(seen) >= 6
        inside = [mask[math.floor(one.y), math.floor(one.x)] for one in seen]
        assert np.mean(inside) > 0.8
        assert controls.depth is not None
        skin = [float(controls.depth[math.floor(one.y), math.floor(one.x)]) for one in seen]
        assert np.median([one.depth - near for one, near in zip(seen, skin, strict=True)]) == pytest.approx(
            0.06, abs=0.1
        )


def test_left_and_right_are_the_bodys_own() -> None:
    """Whoever faces the camera has their left on the picture's right."""
    for index in (5, 60):
        frame, controls = world().frames[index], taken()[1][index]
        pose = next(one for one in controls.poses if one.actor == "ada")
        body = frame.bodies["ada"]
        # a heading of 0 faces +y; the camera looks along `forward`
        facing = np.array([-math.sin(body.heading), math.cos(body.heading)])
        view = pinhole(frame.camera, WIDTH, HEIGHT)
        toward = float(facing @ np.array(view.forward[:2]))
        if abs(toward) < 0.3:
            continue
        left, right = pose.points["left_shoulder"].x, pose.points["right_shoulder"].x
        assert (left > right) is (toward < 0)


def test_only_what_is_asked_for_is_told() -> None:
    sink = Collected((Pass.DEPTH,))
    film = Film(world(), {}, controls=sink)
    next(iter(film))
    film.close()
    first = sink.found[0]
    assert first.depth is not None
    assert (first.segments, first.normals, first.flow, first.poses) == (None, None, None, ())

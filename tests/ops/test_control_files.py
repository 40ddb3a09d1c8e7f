"""Code values of control passes come back as what they stand for, and files hold every frame of them."""

import json
import math
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from greenroom.domain.briefs import Pass
from greenroom.errors import BadInput
from models.roles import Controls, Instance, Pose, SeenPoint
from ops.control_files import (
    LAYOUTS,
    ControlFiles,
    colour_of,
    depth_codes,
    flow_codes,
    metres,
    normal_codes,
    pixels,
    unit_vectors,
)

SIZE = (34, 22)  # odd in nothing, and of no block's size
INSTANCES = (Instance(0, "sky", "sky"), Instance(1, "ground", "ground"), Instance(2, "ann", "actor"))


def controls(seed: int) -> Controls:
    random = np.random.default_rng(seed)
    width, height = SIZE
    normals = random.normal(size=(height, width, 3)).astype(np.float32)
    depth = random.uniform(0.1, 300, (height, width)).astype(np.float32)
    depth[0, :5] = np.inf
    flow = random.uniform(-40, 40, (height, width, 2)).astype(np.float32)
    flow[0, :5] = np.nan
    return Controls(
        INSTANCES,
        SIZE,
        depth=depth,
        segments=random.integers(0, 3, (height, width)).astype(np.uint8),
        normals=normals / np.linalg.norm(normals, axis=2, keepdims=True),
        flow=flow,
        poses=(Pose("ann", "openpose-18", {"nose": SeenPoint(3.0, 4.5 + seed, 2.0, True)}),),
    )


def decoded(path: Path, form: str) -> list[NDArray[np.integer]]:
    with av.open(str(path)) as film:
        return [cast("NDArray[np.integer]", frame.to_ndarray(format=form)) for frame in film.decode(video=0)]


@settings(deadline=None)
@given(st.floats(0.05, 10_000.0))
def test_a_depth_comes_back_within_a_hundredth_of_a_percent(depth: float) -> None:
    found = metres(depth_codes(np.array([[depth]], np.float32)))[0, 0]
    assert found == pytest.approx(depth, rel=1e-4)


def test_depths_of_no_number_and_beyond_all_bounds() -> None:
    codes = depth_codes(np.array([[np.inf, 0.0, 0.001, 1e6]], np.float32))
    assert codes.tolist() == [[0, 1, 1, 65535]]
    assert metres(codes)[0].tolist() == pytest.approx([np.inf, 0.05, 0.05, 10_000.0])


@settings(deadline=None)
@given(st.floats(0, math.pi), st.floats(0, 2 * math.pi))
def test_a_normal_comes_back_within_four_tenths_of_a_degree(down: float, around: float) -> None:
    normal = np.array([math.sin(down) * math.cos(around), math.sin(down) * math.sin(around), math.cos(down)])
    found = unit_vectors(normal_codes(normal.astype(np.float32)[None, None]))[0, 0]
    apart = np.degrees(np.arccos(np.clip(found @ normal / np.linalg.norm(found), -1, 1)))
    assert apart < 0.4


@settings(deadline=None)
@given(st.floats(-511.0, 511.0), st.floats(-511.0, 511.0))
def test_a_flow_comes_back_within_half_a_step(right: float, down: float) -> None:
    found = pixels(flow_codes(np.array([[[right, down]]], np.float32)))[0, 0]
    assert found == pytest.approx([right, down], abs=1 / 128 + 1e-4)


def test_unknown_flow_is_told_from_none() -> None:
    codes = flow_codes(np.array([[[np.nan, np.nan], [0.0, 0.0], [9e9, -9e9]]], np.float32))
    found = pixels(codes)
    assert codes[0, :, 2].tolist() == [0, 65535, 65535]
    assert np.isnan(found[0, 0]).all()
    assert found[0, 1].tolist() == [0.0, 0.0]
    assert found[0, 2].tolist() == pytest.approx([511.98, -512.0], abs=0.01)


def test_every_instance_has_a_colour_of_its_own() -> None:
    colours = [colour_of(value) for value in range(256)]
    assert len(set(colours)) == 256
    near = np.abs(np.diff(np.array(colours[1:20]), axis=0)).max(axis=1)
    assert near.min() > 60  # neighbours are told apart by eye


def test_files_hold_each_frame_to_the_last_code(tmp_path: Path) -> None:
    shown = [controls(seed) for seed in range(5)]
    with ControlFiles(tmp_path, tuple(Pass), 24) as files:
        for one in shown:
            files.add(one)
    assert sorted(files.paths) == [
        "depth.mkv", "flow.mkv", "normals.mkv", "pose.json", "pose.mkv", "segmentation.json", "segmentation.mkv",
    ]  # fmt: skip
    depths, flows = decoded(files.paths["depth.mkv"], "gray16le"), decoded(files.paths["flow.mkv"], "rgb48le")
    normals = decoded(files.paths["normals.mkv"], "rgb24")
    segments = decoded(files.paths["segmentation.mkv"], "rgb24")
    assert len(depths) == len(flows) == len(normals) == len(segments) == 5
    table = json.loads(files.paths["segmentation.json"].read_text())["instances"]
    assert [one["id"] for one in table] == ["sky", "ground", "ann"]
    for number, one in enumerate(shown):
        assert one.depth is not None
        assert one.segments is not None
        assert one.normals is not None
        assert one.flow is not None
        assert np.array_equal(depths[number], depth_codes(one.depth))
        assert np.array_equal(flows[number], flow_codes(one.flow))
        assert np.array_equal(normals[number], normal_codes(one.normals))
        for instance in table:
            there = (segments[number] == instance["colour"]).all(axis=2)
            assert np.array_equal(there, one.segments == instance["value"])


def test_poses_are_listed_in_the_order_of_their_layout_and_drawn(tmp_path: Path) -> None:
    with ControlFiles(tmp_path, (Pass.POSE,), 24) as files:
        for seed in range(3):
            files.add(controls(seed))
    document = json.loads(files.paths["pose.json"].read_text())
    assert (document["width"], document["height"], document["frames_per_second"]) == (*SIZE, 24)
    assert document["layouts"]["openpose-18"] == list(LAYOUTS["openpose-18"])
    points = [frame[0]["points"] for frame in document["frames"]]
    assert [one[0] for one in points] == [[3.0, 4.5 + seed, 1, 2.0] for seed in range(3)]
    assert all(point is None for one in points for point in one[1:])
    drawn = decoded(files.paths["pose.mkv"], "rgb24")
    assert [int(one[:, :, 0].max(axis=1).argmax()) for one in drawn] == sorted(
        int(one[:, :, 0].max(axis=1).argmax()) for one in drawn
    )
    assert all(one[round(4.5 + seed), 3, 0] == 255 for seed, one in enumerate(drawn))


def test_a_generator_that_films_none_is_told_of(tmp_path: Path) -> None:
    with ControlFiles(tmp_path, (Pass.DEPTH,), 24) as files, pytest.raises(BadInput, match="films no depth"):
        files.add(Controls(INSTANCES, SIZE))


def test_who_asks_for_nothing_gets_no_file(tmp_path: Path) -> None:
    with ControlFiles(tmp_path, (), 24) as files:
        files.add(controls(1))
    assert files.paths == {}

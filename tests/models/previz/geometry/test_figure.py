"""People and robots stand as high as asked, walk without sliding, and move every move."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.previz.geometry.figure import Figure
from models.previz.geometry.figure_clothes import in_sleeve
from models.previz.geometry.figure_likeness import face_on_head, looks_of
from models.previz.geometry.figure_moves import held_place
from models.previz.geometry.figure_person import build_of
from models.previz.mesh import Mesh
from models.previz.moves import MOVES, stride_metres
from models.previz.staging.casting import Physique
from models.previz.staging.performer import Performer, hand
from models.previz.world import BodySpec, BodyState, MoveWeight

HEIGHT = 1.72
ASTRONAUT = Path(__file__).parents[4] / "tests" / "data" / "astronaut.png"


@cache
def figure(species: str = "person", seed: int = 1) -> Figure:
    return Figure(BodySpec("a", species, (), None, seed, HEIGHT), None)


def posed(
    *moves: MoveWeight,
    species: str = "person",
    heading: float = 0.0,
    y: float = 0.0,
    mouth: float = 0.0,
    blink: float = 0.0,
) -> Mesh:
    return figure(species).pose(BodyState((0.0, y, 0.0), heading, moves, mouth=mouth, blink=blink))


def part_of(mesh: Mesh) -> NDArray[np.int32]:
    part = np.zeros(len(mesh.vertices), np.int32)
    part[mesh.faces] = mesh.part[:, None]
    return part


@pytest.mark.parametrize("seed", [1, 2, 6, 16])
def test_a_person_stands_on_the_ground_as_high_as_asked(seed: int) -> None:
    mesh = figure(seed=seed).pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),)))
    assert mesh.vertices[:, 2].min() == pytest.approx(0, abs=0.01)
    assert mesh.vertices[:, 2].max() == pytest.approx(HEIGHT, rel=0.03)
    assert len(mesh.faces) < 40_000


@pytest.mark.parametrize("species", ["person", "robot"])
@pytest.mark.parametrize("move", sorted(MOVES))
def test_every_move_is_finite_whole_and_above_the_ground(species: str, move: str) -> None:
    for phase in (0.0, 0.3, 0.6, 1.0):
        mesh = posed(MoveWeight(move, phase), species=species)
        assert np.isfinite(mesh.vertices).all()
        assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1, abs=1e-3)
        assert mesh.vertices[:, 2].min() > -0.12


@pytest.mark.parametrize("move", ["walk", "run"])
def test_a_foot_that_is_down_stays_where_it_is(move: str) -> None:
    stride = stride_metres(move, HEIGHT)
    places: list[float] = []
    for phase in np.linspace(0.03, 0.22, 6):  # the right foot came down at 0
        mesh = posed(MoveWeight(move, float(phase)), y=float(phase) * stride)
        sole = (part_of(mesh) == 9) & (mesh.vertices[:, 2] < 0.05)
        assert sole.any()
        places.append(float(mesh.vertices[sole, 1].mean()))
    assert np.ptp(places) < 0.06


def test_at_its_footfall_a_foot_is_on_the_ground() -> None:
    for move in ("walk", "run"):
        mesh = posed(MoveWeight(move, 0.02))
        assert mesh.vertices[part_of(mesh) == 9, 2].min() == pytest.approx(0, abs=0.03)


def test_heading_turns_and_moves_blend() -> None:
    ahead, left = posed(MoveWeight("kick", 0.5)), posed(MoveWeight("kick", 0.5), heading=math.pi / 2)
    assert ahead.vertices[:, 1].max() == pytest.approx(-left.vertices[:, 0].min(), abs=0.01)
    sitting, half = posed(MoveWeight("sit", 1.0)), posed(MoveWeight("stand", 0.0, 0.5), MoveWeight("sit", 1.0, 0.5))
    assert sitting.vertices[:, 2].max() < half.vertices[:, 2].max() < HEIGHT - 0.2


def test_a_mouth_opens_and_eyes_close() -> None:
    rest, spoken, closed = (
        posed(MoveWeight("stand", 0.0)),
        posed(MoveWeight("stand", 0.0), mouth=1.0),
        posed(MoveWeight("stand", 0.0), blink=1.0),
    )
    part = part_of(rest)
    assert np.ptp(spoken.vertices[part == 12, 2]) > 5 * np.ptp(rest.vertices[part == 12, 2])
    lids = part == 11
    ahead = rest.vertices[lids, 1] > rest.vertices[lids, 1].max() - 0.002  # the lid's edge, over the eye
    assert closed.vertices[lids, 2][ahead].mean() < rest.vertices[lids, 2][ahead].mean() - 0.005


def test_the_same_spec_is_the_same_person_and_another_seed_another() -> None:
    again = Figure(BodySpec("a", "person", (), None, 1, HEIGHT), None)
    state = BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),))
    assert np.array_equal(again.pose(state).vertices, figure().pose(state).vertices)
    other = figure(seed=4).pose(state)
    assert not np.allclose(other.colours.mean(axis=0), figure().pose(state).colours.mean(axis=0), atol=0.01)


def centre(mesh: Mesh, part: int) -> NDArray[np.float64]:
    found = mesh.vertices[part_of(mesh) == part].astype(np.float64)
    return np.asarray(found.mean(axis=0))


def fingertips(mesh: Mesh, arm: int) -> NDArray[np.float64]:
    """The middle of a hand: of the arm's vertices, the last of the finest mesh."""
    still = posed(MoveWeight("stand", 0.0)).vertices
    mine = np.flatnonzero(part_of(mesh) == arm)
    low = mine[np.argsort(still[mine, 2])[: len(mine) // 3]]  # arms hang: the hands are lowest
    return np.asarray(mesh.vertices[low].astype(np.float64).mean(axis=0))


LEFT_ARM, RIGHT_ARM = 6, 7


@pytest.mark.parametrize(("move", "phase"), [("catch", 0.66), ("throw", 0.1), ("throw", 0.3), ("throw", 0.54)])
def test_the_hand_is_where_the_stage_holds_a_thing(move: str, phase: float) -> None:
    held = held_place(move, phase)
    staged = hand(Performer(Physique(HEIGHT, quadruped=False, mass=70.0), 0.0, 0.0, 0.0, 0.0), phase, move)
    assert np.array(held) * HEIGHT / 1.77 == pytest.approx(np.array(staged), abs=0.01)
    mesh = posed(MoveWeight(move, phase))
    assert np.linalg.norm(fingertips(mesh, RIGHT_ARM) - staged) < 0.16


@pytest.mark.parametrize("gesture", ["wave", "talk", "catch"])
def test_a_gesture_while_walking_moves_the_arms_and_not_the_legs(gesture: str) -> None:
    walk = posed(MoveWeight("walk", 0.2))
    both = posed(MoveWeight("walk", 0.2, 0.5), MoveWeight(gesture, 0.6, 0.5))
    part = part_of(walk)
    legs = np.isin(part, (4, 8, 9))
    assert both.vertices[legs] == pytest.approx(walk.vertices[legs], abs=1e-4)
    assert np.linalg.norm(fingertips(both, RIGHT_ARM) - fingertips(walk, RIGHT_ARM)) > 0.15


@pytest.mark.parametrize("move", ["lie", "fall"])
def test_who_lies_is_flat_on_the_back_with_legs_stretched(move: str) -> None:
    mesh = posed(MoveWeight(move, 1.0))
    assert mesh.vertices[:, 2].min() > -0.03
    part = part_of(mesh)
    for one in (1, 3, 4):  # head, shirt, trousers
        assert mesh.vertices[part == one, 2].max() < 0.34
        assert mesh.vertices[part == one, 2].min() < 0.05
    assert np.ptp(mesh.vertices[:, 1]) == pytest.approx(HEIGHT, rel=0.08)
    eyes = mesh.normals[(part == 10) & (mesh.colours.max(axis=1) < 0.01)]  # the pupils
    assert eyes[:, 2].mean() > 0.8


def test_a_leg_that_stands_is_nearly_straight_and_hips_rise_and_fall_a_little() -> None:
    tops = [float(posed(MoveWeight("walk", float(phase))).vertices[:, 2].max()) for phase in np.linspace(0, 1, 16)]
    assert max(tops) > HEIGHT - 0.04
    assert 0.02 < np.ptp(tops) < 0.075


def test_a_child_is_as_high_as_asked_with_a_larger_head_for_it_and_does_not_slide() -> None:
    height = 1.05
    child = Figure(BodySpec("a", "person", (), None, 1, height), None)
    mesh = child.pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),)))
    assert mesh.vertices[:, 2].max() == pytest.approx(height, rel=0.03)
    grown_up = posed(MoveWeight("stand", 0.0))

    def face(one: Mesh) -> float:  # from the mouth to the eyes
        part = part_of(one)
        return float(one.vertices[part == 10, 2].mean() - one.vertices[part == 12, 2].mean())

    assert face(mesh) / height > 1.15 * face(grown_up) / HEIGHT
    places = []
    for phase in (0.1, 0.25):
        walking = child.pose(
            BodyState((0.0, phase * stride_metres("walk", height), 0.0), 0.0, (MoveWeight("walk", phase),))
        )
        sole = (part_of(walking) == 9) & (walking.vertices[:, 2] < 0.02)
        places.append(float(walking.vertices[sole, 1].mean()))
    assert np.ptp(places) < 0.02


def test_seeds_dress_people_differently() -> None:
    spec = [BodySpec("a", "person", (), None, seed, HEIGHT) for seed in range(60)]
    builds = [build_of(one, np.random.default_rng(one.seed))[0] for one in spec]
    for share in ("long_hair", "long_sleeves", "skirt", "coat"):
        assert 3 <= sum(getattr(build, share) for build in builds) <= 45


def test_arms_do_not_come_through_sleeves_because_there_are_none_under_them() -> None:
    sleeved = next(
        seed
        for seed in range(40)
        if build_of(BodySpec("a", "person", (), None, seed, HEIGHT), np.random.default_rng(seed))[0].long_sleeves
    )
    part = part_of(figure(seed=sleeved).pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),))))
    bare = next(
        seed
        for seed in range(40)
        if not build_of(BodySpec("a", "person", (), None, seed, HEIGHT), np.random.default_rng(seed))[0].long_sleeves
    )
    other = part_of(figure(seed=bare).pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),))))
    assert (part == RIGHT_ARM).sum() < 0.85 * (other == RIGHT_ARM).sum()


@cache
def astronaut() -> NDArray[np.uint8]:
    return np.asarray(Image.open(ASTRONAUT).convert("RGB"))


def test_a_photographs_face_is_found_and_laid_on_the_head_at_its_eyes() -> None:
    looks = looks_of(astronaut())
    assert looks.eyes.found
    (xa, ya), (xb, yb) = looks.eyes.left, looks.eyes.right
    assert (xa + xb) / 2 == pytest.approx(105, abs=5)  # of 200 pixels
    assert (ya + yb) / 2 == pytest.approx(103, abs=5)
    assert 0.1 < float(np.mean(looks.skin)) < 0.3  # skin that daylight does not bleach
    assert looks.skin[0] > looks.skin[1] > looks.skin[2]
    face = face_on_head(looks)
    light = face[:, :, :3].astype(float).mean(axis=2)
    line, size = round(0.36 * len(face)), len(face)
    eye, between = light[line - 4 : line + 5, round(0.35 * size)], light[line - 4 : line + 5, size // 2]
    assert eye.mean() < 0.7 * between.mean()


def test_a_likeness_speaks_and_blinks() -> None:
    person = Figure(BodySpec("a", "person", (), "ada", 1, HEIGHT), astronaut())
    rest, spoken, blinking = (
        person.pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),), mouth=mouth, blink=blink))
        for mouth, blink in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    )
    part = part_of(rest)
    assert np.ptp(spoken.vertices[part == 12, 2]) > 0.02 > 5 * np.ptp(rest.vertices[part == 12, 2])
    out = blinking.vertices[part == 11, 1] - rest.vertices[part == 11, 1]
    assert out.max() > 0.004  # the lids come before the eyes
    assert np.array_equal(rest.vertices[part == 1], blinking.vertices[part == 1])


def test_a_raised_arm_does_not_pull_the_chest_with_it() -> None:
    rest, waving = posed(MoveWeight("stand", 0.0)), posed(MoveWeight("wave", 0.25))
    x, _, z = rest.vertices.T
    chest = (part_of(rest) == 3) & (np.abs(x) < 0.09) & (z > 1.05) & (z < 1.25)
    assert np.linalg.norm(waving.vertices[chest] - rest.vertices[chest], axis=1).max() < 0.035


@pytest.mark.parametrize("move", ["jump", "wave", "throw"])
def test_a_sleeve_goes_where_its_arm_goes(move: str) -> None:
    worn = figure(seed=1)
    rest = worn.pose(BodyState((0, 0, 0), 0, ()))  # arms out, as it is meshed
    moved = posed(MoveWeight(move, 0.4))
    part = part_of(rest)
    scale = HEIGHT / 1.77
    for arm, x in ((LEFT_ARM, -1.0), (RIGHT_ARM, 1.0)):
        hem = np.flatnonzero((part == 3) & (in_sleeve(rest.vertices.astype(np.float64) / scale, x) > 0.98))[::7]
        skin = np.flatnonzero(part == arm)
        skin = skin[np.argsort(-rest.vertices[skin, 2])[:20]]  # the upper end
        before, after = (
            np.linalg.norm(one.vertices[hem][:, None] - one.vertices[skin][None], axis=2) for one in (rest, moved)
        )
        assert len(hem) > 5
        assert after == pytest.approx(before, abs=0.012)

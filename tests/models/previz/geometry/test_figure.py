"""People and robots stand as high as asked, walk without sliding, and move every move."""

import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry.figure import Figure
from models.previz.mesh import Mesh
from models.previz.moves import MOVES, stride_metres
from models.previz.world import BodySpec, BodyState, MoveWeight

HEIGHT = 1.72


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


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_person_stands_on_the_ground_as_high_as_asked(seed: int) -> None:
    mesh = figure(seed=seed).pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),)))
    assert mesh.vertices[:, 2].min() == pytest.approx(0, abs=0.01)
    assert mesh.vertices[:, 2].max() == pytest.approx(HEIGHT, rel=0.03)


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

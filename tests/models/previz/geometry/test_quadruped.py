"""Four-legged animals stand on their paws, move every move and look like their photograph."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.previz.geometry.actor import HEIGHTS, QUADRUPEDS
from models.previz.geometry.coat import eyes_of, nose_of
from models.previz.geometry.quadruped import Quadruped
from models.previz.geometry.quadruped_body import SPECIES
from models.previz.geometry.quadruped_coat import natural
from models.previz.geometry.quadruped_pattern import Pattern, body_texture, face_texture, pattern_of
from models.previz.mesh import Mesh
from models.previz.moves import MOVES, stride_metres
from models.previz.world import BodySpec, BodyState, MoveWeight, Vector

PHOTOGRAPH = Path(__file__).parents[4] / "greenroom" / "demo" / "chelsea.png"


@cache
def animal(species: str = "cat", photographed: bool = False) -> Quadruped:
    picture = np.asarray(Image.open(PHOTOGRAPH).convert("RGB")) if photographed else None
    return Quadruped(BodySpec("a", species, (), "chelsea" if photographed else None, 1, HEIGHTS[species]), picture)


def posed(
    species: str,
    *moves: MoveWeight,
    heading: float = 0.0,
    y: float = 0.0,
    mouth: float = 0.0,
    blink: float = 0.0,
    photographed: bool = False,
) -> Mesh:
    state = BodyState((0.0, y, 0.0), heading, moves, mouth=mouth, blink=blink)
    return animal(species, photographed).pose(state)


def test_every_quadruped_has_a_shape() -> None:
    assert set(SPECIES) == QUADRUPEDS


@pytest.mark.parametrize("species", sorted(QUADRUPEDS))
def test_it_stands_on_the_ground_as_high_as_asked(species: str) -> None:
    mesh = posed(species, MoveWeight("stand", 0.0))
    height = HEIGHTS[species]
    assert mesh.vertices[:, 2].min() == pytest.approx(0, abs=0.03 * height)
    x, y, z = mesh.vertices.T
    shape = SPECIES[species]
    back = (np.abs(x) < 0.05 * height) & (np.abs(y - (shape.body - 0.22) * height) < 0.08 * height)
    assert z[back & (mesh_part(mesh) == 1)].max() == pytest.approx(height, rel=0.05)


def mesh_part(mesh: Mesh) -> NDArray[np.int32]:
    part = np.zeros(len(mesh.vertices), np.int32)
    part[mesh.faces] = mesh.part[:, None]
    return part


@pytest.mark.parametrize("move", sorted(MOVES))
def test_every_move_is_finite_whole_and_about_as_large_as_the_animal(move: str) -> None:
    for phase in (0.0, 0.3, 0.6, 1.0):
        mesh = posed("cat", MoveWeight(move, phase))
        assert np.isfinite(mesh.vertices).all()
        assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1, abs=1e-3)
        assert np.ptp(mesh.vertices, axis=0).max() < 3.2 * HEIGHTS["cat"]


@pytest.mark.parametrize("move", ["walk", "run"])
def test_a_paw_that_is_down_stays_where_it_is(move: str) -> None:
    height = HEIGHTS["cat"]
    stride = stride_metres(move, height, quadruped=True)
    places: list[float] = []
    for phase in np.linspace(0.02, 0.24, 8):  # the left hind paw came down at 0
        mesh = posed("cat", MoveWeight(move, float(phase)), y=float(phase) * stride)
        x, y, z = mesh.vertices.T
        paw = (x < 0) & (z < 0.10 * height) & (y < float(phase) * stride) & (mesh_part(mesh) == 1)
        lowest = np.flatnonzero(paw)[np.argmin(z[paw])]
        assert z[lowest] < 0.05 * height
        if places:
            assert abs(y[lowest] - places[0]) < 0.12 * height
        places.append(float(y[lowest]))


@pytest.mark.parametrize("species", sorted(QUADRUPEDS))
@pytest.mark.parametrize("move", ["lie", "fall"])
def test_what_lies_is_on_the_ground_and_not_in_it_and_no_knee_stands_over_its_back(move: str, species: str) -> None:
    height = HEIGHTS[species]
    mesh = posed(species, MoveWeight(move, 1.0))
    trunk = mesh.vertices[(mesh_part(mesh) == 1) & (np.abs(mesh.vertices[:, 1]) < 0.7 * height)]
    assert -0.10 * height < mesh.vertices[:, 2].min() < 0.06 * height
    assert trunk[:, 2].max() < 0.75 * height


def test_heading_turns_it_and_moves_blend() -> None:
    ahead, left = posed("cat", MoveWeight("stand", 0.0)), posed("cat", MoveWeight("stand", 0.0), heading=math.pi / 2)
    assert ahead.vertices[:, 1].max() == pytest.approx(-left.vertices[:, 0].min(), abs=0.01)  # turned to -x
    half = posed("cat", MoveWeight("stand", 0.0, 0.5), MoveWeight("sit", 1.0, 0.5)).vertices[:, 1]
    whole = posed("cat", MoveWeight("sit", 1.0)).vertices[:, 1]
    assert whole.max() < half.max() < ahead.vertices[:, 1].max()


def test_a_mouth_opens() -> None:
    shut, wide = posed("cat", MoveWeight("talk", 0.0)), posed("cat", MoveWeight("talk", 0.0), mouth=1.0)
    moved = np.linalg.norm(shut.vertices - wide.vertices, axis=1)
    assert moved[mesh_part(shut) == 3].max() > 0.02
    assert moved[mesh_part(shut) == 1].max() < 1e-5


def test_a_likeness_brings_its_face_and_fur_and_another_animal_does_not_look_like_it() -> None:
    chelsea = animal(photographed=True)
    assert len(chelsea.textures) == 2
    mesh = chelsea.pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),)))
    face = mesh.uv[np.unique(mesh.faces[mesh.texture == 0])]
    assert (face[:, 2] > 0.9).mean() > 0.5  # of the head: all but the ears
    assert not np.array_equal(animal().textures[0], chelsea.textures[0])
    assert not np.allclose(
        mesh.colours.mean(axis=0), posed("fox", MoveWeight("stand", 0.0)).colours.mean(axis=0), atol=0.02
    )


def test_the_same_photograph_gives_the_same_animal_and_another_gives_another() -> None:
    picture = np.asarray(Image.open(PHOTOGRAPH).convert("RGB"))
    spec = BodySpec("a", "cat", (), "chelsea", 1, HEIGHTS["cat"])
    state = BodyState((0, 0, 0), 0, (MoveWeight("walk", 0.3),))
    first, again = animal(photographed=True), Quadruped(spec, picture)
    grey = Quadruped(spec, np.ascontiguousarray(np.repeat(picture[:, :, :1], 3, axis=2)))
    for mine, same, other in zip(first.textures, again.textures, grey.textures, strict=True):
        assert np.array_equal(mine, same)
        assert not np.array_equal(mine, other)
    assert np.array_equal(first.pose(state).vertices, again.pose(state).vertices)
    assert np.array_equal(first.pose(state).colours, again.pose(state).colours)
    assert np.ptp(grey.pose(state).colours.mean(axis=0)) < 0.5 * np.ptp(first.pose(state).colours.mean(axis=0))


_BLACK, _WHITE, _GINGER = (0.012, 0.012, 0.013), (0.85, 0.85, 0.83), (0.60, 0.18, 0.034)


@pytest.mark.parametrize(
    ("species", "colours", "seed", "pattern"),
    [
        ("cat", (_GINGER,), 1, Pattern.TABBY),
        ("cat", (_GINGER, _WHITE), 1, Pattern.TABBY),  # the lighter one is for belly and muzzle
        ("cat", (_BLACK,), 1, Pattern.PLAIN),
        ("cat", (_WHITE, _BLACK), 1, Pattern.PATCHES),
        ("dog", (_WHITE, _BLACK), 1, Pattern.SPOTS),
        ("dog", (_WHITE, _GINGER), 1, Pattern.PATCHES),
        ("dog", (_GINGER,), 2, Pattern.PLAIN),
        ("horse", (_GINGER, _BLACK), 2, Pattern.PATCHES),
        ("fox", (_GINGER, _WHITE), 2, Pattern.PLAIN),
    ],
)
def test_a_coat_has_the_pattern_of_its_kind_and_colours(
    species: str, colours: tuple[Vector, ...], seed: int, pattern: Pattern
) -> None:
    spec = BodySpec("a", species, colours, None, seed, HEIGHTS[species])
    coat = natural(spec)
    assert pattern_of(spec, coat) is pattern
    body, face = body_texture(pattern, coat, seed), face_texture(pattern, coat, seed)
    assert np.array_equal(body, body_texture(pattern, coat, seed))
    for texture in (body, face):
        marked = (texture[:, :, 3] > 180).mean()  # what hides the colour underneath
        if pattern is Pattern.PLAIN:
            assert marked == 0
        else:
            assert 0.02 < marked < 0.8


@pytest.mark.parametrize("species", sorted(QUADRUPEDS))
def test_it_is_drawn_with_less_than_26_thousand_triangles(species: str) -> None:
    assert len(posed(species, MoveWeight("stand", 0.0)).faces) < 26_000


@pytest.mark.parametrize("photographed", [False, True])
@pytest.mark.parametrize("species", ["cat", "dog", "rabbit"])
def test_lids_come_out_over_the_eyes_and_nothing_else_moves(species: str, photographed: bool) -> None:
    open_, half, shut = (
        posed(species, MoveWeight("stand", 0.0), blink=blink, photographed=photographed) for blink in (0.0, 0.5, 1.0)
    )
    lids, others = np.isin(mesh_part(open_), (7, 8)), np.isin(mesh_part(open_), range(1, 7))
    assert np.array_equal(open_.vertices[others], shut.vertices[others])
    for mesh in (half, shut):
        assert np.linalg.norm(mesh.vertices[lids] - open_.vertices[lids], axis=1).max() > 0.01 * HEIGHTS[species]
    out = [
        (np.linalg.norm(mesh.vertices[lids] - open_.vertices[lids], axis=1) > 0.005 * HEIGHTS[species]).sum()
        for mesh in (half, shut)
    ]
    assert 0.1 * out[1] < out[0] < 0.8 * out[1]


def test_a_photographs_nose_is_found_and_gives_a_snout_its_nose() -> None:
    rows, columns = np.mgrid[0:300, 0:300]
    picture = np.full((300, 300, 3), (150, 110, 70), np.uint8)
    for y, x, radius, colour in ((110, 110, 14, 10), (110, 190, 14, 10), (190, 150, 17, 30)):
        picture[np.hypot(rows - y, columns - x) < radius] = colour
    eyes = eyes_of(picture)
    assert eyes.found
    nose = nose_of(picture, eyes)
    assert nose is not None
    assert nose[0] == pytest.approx(1.0, abs=0.12)  # an eye gap below the eyes
    dog = Quadruped(BodySpec("a", "dog", (), "rex", 1, HEIGHTS["dog"]), picture)
    mesh = dog.pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),)))
    colours = mesh.colours[mesh_part(mesh) == 4]
    assert len(colours)
    assert colours.max() < 0.06
    assert nose_of(np.full((300, 300, 3), 120, np.uint8), eyes_of(np.full((300, 300, 3), 120, np.uint8))) is None

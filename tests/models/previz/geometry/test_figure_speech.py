"""Mouths follow what is said: jaws drop, lips round and spread, and nothing else of the head moves."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry.figure import Figure
from models.previz.geometry.figure_eyes import eyes
from models.previz.geometry.figure_hair import STYLES, hair_field
from models.previz.geometry.sdf import mesh_of
from models.previz.mesh import Mesh
from models.previz.world import BodySpec, BodyState, MoveWeight

HEAD, MOUTH = 1, 12


@pytest.fixture(scope="module")
def person() -> Figure:
    return Figure(BodySpec("a", "person", (), None, 1, 1.77), None)


def saying(person: Figure, mouth: float, lips: float = 0.0) -> Mesh:
    return person.pose(BodyState((0, 0, 0), 0, (MoveWeight("stand", 0.0),), mouth=mouth, lips=lips))


def of(mesh: Mesh, part: int) -> NDArray[np.bool_]:
    found = np.zeros(len(mesh.vertices), np.bool_)
    found[mesh.faces[mesh.part == part]] = True
    return found


def test_an_open_mouth_takes_the_chin_down_and_leaves_nose_and_skull(person: Figure) -> None:
    shut, wide = saying(person, 0.0), saying(person, 1.0)
    z = shut.vertices[:, 2]
    ahead = of(shut, HEAD) & (shut.vertices[:, 1] > 0.08) & (np.abs(shut.vertices[:, 0]) < 0.012)
    fallen = shut.vertices[:, 2] - wide.vertices[:, 2]
    assert fallen[ahead & (z < 1.566) & (z > 1.55)].mean() > 0.008
    assert np.abs(fallen[of(shut, HEAD) & (z > 1.605)]).max() < 1e-5


def test_rounded_lips_make_a_narrower_mouth_further_forward_than_spread_ones(person: Figure) -> None:
    rounded, plain, spread = (saying(person, 0.4, lips) for lips in (-1.0, 0.0, 1.0))
    dark = of(plain, MOUTH)
    widths = [float(np.ptp(one.vertices[dark, 0])) for one in (rounded, plain, spread)]
    assert widths[0] < 0.8 * widths[1] < 0.8 * 0.9 * widths[2]
    assert rounded.vertices[dark, 1].max() > spread.vertices[dark, 1].max() + 0.003


def test_between_shut_and_open_there_is_no_jump(person: Figure) -> None:
    steps = [saying(person, mouth).vertices for mouth in np.linspace(0, 1, 21)]
    assert max(float(np.abs(b - a).max()) for a, b in pairwise(steps)) < 0.005


def test_every_style_of_hair_covers_the_back_of_a_head_and_no_face() -> None:
    for style in sorted({style for styles in STYLES.values() for style in styles}):
        field = hair_field(style)
        face = np.array([(x, 0.098, z) for x in (-0.04, 0.0, 0.04) for z in (1.57, 1.60, 1.64, 1.67)])
        assert (field(face) > 0).all(), style
        assert field(np.array([(0.0, -0.090, 1.64)]))[0] < 0, style
        assert len(mesh_of(field, (-0.14, -0.19, 1.34), (0.14, 0.13, 1.83), 0.0105).faces) < 7_000


def test_an_iris_looks_ahead_and_lies_between_the_lids() -> None:
    iris = (0.06, 0.13, 0.19)
    eye = next(mesh for mesh, bone in eyes((0.4, 0.2, 0.1), iris) if bone == "eye_left")
    seen = np.isclose(eye.colours, np.array(iris)).all(axis=1)
    assert eye.normals[seen].mean(axis=0) == pytest.approx((0, 0.93, 0), abs=0.03)
    centre = eye.vertices.astype(float) - 0.015 * eye.normals
    assert np.ptp(centre, axis=0).max() < 1e-5

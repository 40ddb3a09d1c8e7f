"""An object's photograph becomes a solid that has its outline, its picture and a place on the ground."""

import numpy as np
import pytest

from models.previz.geometry.object_likeness import object_likeness
from models.previz.geometry.shapes import half_extents
from models.previz.world import RigidSpec
from models.roles import Picture


def _photograph() -> Picture:
    """A brown guitar with a dark neck before a pale wall."""
    rows, columns = np.mgrid[0:300, 0:220]
    picture = np.full((300, 220, 3), (208, 212, 216), np.uint8)
    picture[np.hypot(columns - 110, rows - 220) < 58] = (170, 90, 40)
    picture[np.hypot(columns - 110, rows - 155) < 42] = (180, 100, 45)
    picture[(np.abs(columns - 110) < 10) & (rows > 20) & (rows < 190)] = (60, 35, 20)
    return picture


def _spec(shape: str) -> RigidSpec:
    return RigidSpec("it", shape, (0.5, 0.5, 0.5), 1.0, "wood", "mine")


def test_what_is_neither_box_nor_ball_has_the_outline_of_its_photograph() -> None:
    mesh, texture = object_likeness(_spec("guitar"), _photograph())
    half = np.array(half_extents(_spec("guitar")))
    assert (np.abs(mesh.vertices) <= half + 1e-3).all()
    assert mesh.vertices[:, 2].min() == pytest.approx(-half[2], abs=1e-3)  # it stands
    z = mesh.vertices[:, 2]
    tall = np.ptp(z)
    width = [np.ptp(mesh.vertices[np.abs(z - z.min() - share * tall) < 0.04 * tall, 0]) for share in (0.2, 0.85)]
    assert width[0] > 2.5 * width[1]  # a body and a neck
    assert (texture[..., :3].mean(axis=2) < 190).all()  # none of the wall
    assert (mesh.texture == 0).all()


def test_it_is_closed_its_normals_point_out_and_its_picture_is_upright() -> None:
    mesh, _ = object_likeness(_spec("guitar"), _photograph())
    edges = np.sort(np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]]), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()
    corners = mesh.vertices[mesh.faces]
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (corners[:, 0] * outward).sum() > 0
    assert ((outward * mesh.normals[mesh.faces].mean(axis=1)).sum(axis=1) > -1e-9).mean() > 0.99
    assert np.corrcoef(mesh.vertices[:, 0], mesh.uv[:, 0])[0, 1] > 0.99
    assert np.corrcoef(mesh.vertices[:, 2], mesh.uv[:, 1])[0, 1] < -0.99
    assert len(mesh.faces) < 40_000


@pytest.mark.parametrize("shape", ["box", "ball"])
def test_a_box_and_a_ball_stay_what_they_are_with_the_photograph_on_them(shape: str) -> None:
    mesh, texture = object_likeness(_spec(shape), _photograph())
    assert np.allclose(mesh.vertices.max(0), half_extents(_spec(shape)), rtol=1e-3)
    assert (mesh.texture == 0).any()
    assert texture.shape == (300, 220, 4)


def test_a_photograph_without_a_subject_is_laid_on_the_usual_solid() -> None:
    mesh, _ = object_likeness(_spec("mug"), np.full((80, 80, 3), 120, np.uint8))
    assert np.allclose(mesh.vertices.max(0), half_extents(_spec("mug")), rtol=1e-3)

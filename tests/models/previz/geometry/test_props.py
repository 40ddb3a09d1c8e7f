import numpy as np
import pytest

from models.previz.geometry.props import rigid_mesh
from models.previz.geometry.shapes import SHAPES, half_extents
from models.previz.world import RigidSpec


def _spec(shape: str, size: float = 0.7) -> RigidSpec:
    return RigidSpec("it", shape, (0.5, 0.2, 0.1), size, "wood")


@pytest.mark.parametrize("shape", [*SHAPES, "something unheard of"])
def test_every_shape_fills_its_bounding_box_and_no_more(shape: str) -> None:
    mesh = rigid_mesh(_spec(shape))
    assert np.isfinite(mesh.vertices).all()
    assert np.allclose(mesh.vertices.max(0), half_extents(_spec(shape)), rtol=1e-3)
    assert np.allclose(mesh.vertices.min(0), np.negative(half_extents(_spec(shape))), rtol=1e-3)
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
    assert mesh.part.min() == 1
    assert (mesh.texture == -1).all()


@pytest.mark.parametrize("shape", ["mug", "ball", "box"])
def test_a_picture_stands_upright_and_unmirrored_towards_the_camera(shape: str) -> None:
    mesh = rigid_mesh(_spec(shape), texture=3)
    assert 3 in mesh.texture
    shown = mesh.faces[(mesh.texture == 3) & (mesh.normals[mesh.faces].mean(1)[:, 1] < -0.8)].reshape(-1)
    x, z = mesh.vertices[shown, 0], mesh.vertices[shown, 2]
    u, v, weight = mesh.uv[shown].T
    assert np.corrcoef(x, u)[0, 1] > 0.9
    assert np.corrcoef(z, v)[0, 1] < -0.9
    assert (weight == 1).all()


def test_a_ball_shows_that_it_rolls() -> None:
    assert len(np.unique(rigid_mesh(_spec("ball")).colours.round(3), axis=0)) > 1

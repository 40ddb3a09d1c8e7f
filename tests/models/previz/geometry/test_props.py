import numpy as np
import pytest

from models.previz.geometry.props import rigid_mesh
from models.previz.geometry.shapes import HOOP, SHAPES, half_extents
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


@pytest.mark.parametrize(("shape", "dark"), [("football", 0.35), ("basketball", 0.12)])
def test_a_ball_of_a_sport_is_round_and_has_its_pattern(shape: str, dark: float) -> None:
    mesh = rigid_mesh(
        RigidSpec("it", shape, (0.8, 0.3, 0.05) if shape == "basketball" else (0.02, 0.02, 0.02), 0.24, "rubber")
    )
    assert np.allclose(np.linalg.norm(mesh.vertices, axis=1), 0.12, rtol=0.01)
    assert (mesh.colours.max(1) < 0.06).mean() == pytest.approx(dark, abs=0.09)  # pentagons, or seams


def test_a_hoop_of_regulation_size_has_its_rim_and_board_where_the_table_says() -> None:
    spec = RigidSpec("it", "hoop", (0.8, 0.25, 0.05), 3.95, "metal")
    points = rigid_mesh(spec).vertices + np.array((0, 0, half_extents(spec)[2]))
    assert np.multiply(2, half_extents(spec)) == pytest.approx(HOOP.size)
    away = np.hypot(*(points[:, :2] - HOOP.rim_centre[:2]).T)
    rim = (np.abs(points[:, 2] - 3.05) < 0.02) & (away < 0.3)
    assert away[rim].min() == pytest.approx(HOOP.rim_radius - HOOP.rim_tube, abs=0.01)  # a ball of 0.24 m goes through
    inside = (away < HOOP.rim_radius - 0.03) & (points[:, 2] > 2.62)
    assert not (inside & (points[:, 2] > 3.0)).any()
    assert points[:, 2].max() == pytest.approx(3.95, abs=0.01)

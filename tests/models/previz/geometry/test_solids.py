import math

import numpy as np
import pytest

from models.previz.geometry import solids
from models.previz.mesh import Mesh

RED = (0.5, 0.1, 0.1)
CLOSED = {
    "box": (solids.box((1, 2, 3), (4, 5, 6), RED, 0.001), 6.0),
    "ball": (solids.ball(0.5, (1, 0, 0), RED, 64), 4 / 3 * math.pi * 0.125),
    "cylinder": (solids.cylinder(0.5, 2, (0, 3, 0), RED, 64, bevel=0.001), math.pi * 0.25 * 2),
    "cone": (solids.cone(0.5, 3, (0, 0, 1), RED, 64), math.pi * 0.25),
    "torus": (solids.torus(1, 0.2, (0, 0, 0), RED, 96), 2 * math.pi**2 * 0.04 * 0.955),  # 12 sides for a round tube
    "tube": (solids.tube([(0, 0, 0), (1, 0, 0), (2, 0, 0)], 0.1, RED, 48), math.pi * 0.02),
    "plate": (solids.plate([(0, 0), (2, 0), (2, 1), (0, 1)], 0.5, RED), 1.0),
    "icosphere": (solids.faceted(*solids.icosphere(3), RED), 4 / 3 * math.pi),
}


def _volume(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(float) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


@pytest.mark.parametrize("name", CLOSED)
def test_a_solid_is_closed_faces_outwards_and_has_its_volume(name: str) -> None:
    mesh, volume = CLOSED[name]
    assert _volume(mesh) == pytest.approx(volume, rel=0.02)
    moved = solids.moved(mesh, (7, -3, 2), 1.0)
    assert _volume(moved) == pytest.approx(_volume(mesh), rel=1e-3)  # a hole would change it with the place


@pytest.mark.parametrize("name", CLOSED)
def test_normals_are_unit_and_face_as_their_triangles(name: str) -> None:
    mesh, _ = CLOSED[name]
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)
    own = mesh.vertices[mesh.faces]
    across = np.cross(own[:, 1] - own[:, 0], own[:, 2] - own[:, 0])
    area = np.linalg.norm(across, axis=1)
    along = (mesh.normals[mesh.faces].mean(1) * across).sum(1)
    assert (along[area > 1e-6] > 0).all()


def test_a_rock_is_the_same_for_a_seed_and_another_for_another() -> None:
    first, again, other = (solids.rock((1, 1, 0.6), (0, 0, 0), RED, seed) for seed in (4, 4, 5))
    assert np.array_equal(first.vertices, again.vertices)
    assert not np.array_equal(first.vertices, other.vertices)


def test_assembled_parts_stay_apart() -> None:
    one = solids.ball(1, (0, 0, 0), RED)
    assert set(solids.assemble([one, one, one]).part.tolist()) == {1, 2, 3}


def test_paint_is_linear() -> None:
    assert solids.paint("#ffffff") == (1, 1, 1)
    assert solids.paint("#808080")[0] == pytest.approx(0.2195, abs=1e-3)

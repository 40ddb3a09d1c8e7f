import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry import sdf


def _edges(faces: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])


def test_a_sphere_is_closed_faces_outwards_and_has_its_volume() -> None:
    vertices, normals, faces = sdf.mesh_of(
        lambda p: sdf.ellipsoid(p, (0.1, 0, 0), (0.5, 0.5, 0.5)), (-0.5,) * 3, (0.7,) * 3, 0.04
    )
    assert (vertices.dtype, normals.dtype, faces.dtype) == (np.float32, np.float32, np.int32)
    a, b, c = (vertices[faces[:, k]].astype(float) for k in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6
    assert volume == pytest.approx(4 / 3 * np.pi * 0.5**3, rel=0.02)
    once = {tuple(edge) for edge in _edges(faces)}
    assert once == {(b, a) for a, b in once}
    assert np.allclose(normals, (vertices - (0.1, 0, 0)) / 0.5, atol=0.03)


def test_skipping_far_blocks_changes_nothing() -> None:
    def shape(p: sdf.Points) -> sdf.Distances:
        return sdf.join(
            0.05, sdf.ellipsoid(p, (0, 0, 0), (0.3, 0.1, 0.05)), sdf.cone(p, (0, 0, 0), (0.2, 0.3, 0.4), 0.1, 0.02)
        )

    low, step, shape_ = np.full(3, -0.5), 0.02, np.full(3, 51)
    sampled = sdf._sampled(shape, low, shape_, step)
    grid = np.stack(np.meshgrid(*(low[0] + np.arange(51) * step,) * 3, indexing="ij"), -1)
    whole = shape(grid.reshape(-1, 3)).reshape(51, 51, 51)
    assert ((sampled < 0) == (whole < 0)).all()


def test_a_field_without_a_surface_is_refused() -> None:
    with pytest.raises(ValueError, match="no surface"):
        sdf.mesh_of(lambda p: sdf.ellipsoid(p, (9, 9, 9), (0.1, 0.1, 0.1)), (0, 0, 0), (1, 1, 1), 0.1)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.previz.geometry.skin import Bone, Skeleton, Skin, blended, matrices, quaternions, rotation

ARM = Skeleton(
    [
        Bone("root", None, (0, 0, 0), (0, 0, 0.1)),
        Bone("upper", "root", (0, 0, 0), (1, 0, 0)),
        Bone("lower", "upper", (1, 0, 0), (2, 0, 0)),
    ]
)
axes = st.tuples(*(st.floats(-1, 1),) * 3).filter(lambda a: np.linalg.norm(a) > 0.1)
angles = st.floats(-3.1, 3.1)


def _strip() -> Skin:
    vertices = np.stack([np.linspace(0, 2, 41), np.zeros(41), np.full(41, 0.1)], -1).astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (41, 1))
    return Skin(ARM, vertices, normals, *ARM.weights(vertices, ["upper", "lower"], 0.05))


@given(axes, angles)
def test_rotation_to_quaternion_and_back(axis: tuple[float, float, float], angle: float) -> None:
    turn = rotation(axis, angle)
    assert np.allclose(matrices(quaternions(turn[None]))[0], turn, atol=1e-9)


@given(axes, angles, axes, angles, st.floats(0.01, 0.99))
def test_blends_stay_rotations(
    first: tuple[float, float, float], a: float, second: tuple[float, float, float], b: float, share: float
) -> None:
    mixed = blended([({"x": rotation(first, a)}, share), ({"x": rotation(second, b)}, 1 - share)])["x"]
    assert np.allclose(mixed @ mixed.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(mixed) == pytest.approx(1.0)


def test_half_of_a_turn_is_half_way() -> None:
    mixed = blended([({"x": rotation((1, 0, 0), 1.0)}, 0.5), ({}, 0.5)])["x"]
    assert np.allclose(mixed, rotation((1, 0, 0), 0.5))


def test_weights_sum_to_one_and_the_nearest_bone_leads() -> None:
    skin = _strip()
    assert np.allclose(skin.weights.sum(axis=1), 1.0)
    assert skin.indices[0, 0] == ARM.index["upper"]
    assert skin.indices[-1, 0] == ARM.index["lower"]


def test_rest_pose_is_the_rest_mesh_where_the_root_stands() -> None:
    skin = _strip()
    vertices, normals = skin.posed({}, (3, 4, 5))
    assert np.allclose(vertices, skin.vertices + np.array((3, 4, 5)), atol=1e-5)
    assert np.allclose(normals, skin.normals, atol=1e-6)


def test_a_bent_elbow_carries_the_hand() -> None:
    vertices, normals = _strip().posed({"lower": rotation((0, 0, 1), np.pi / 2)}, (0, 0, 0))
    assert np.allclose(vertices[-1], (1, 1, 0.1), atol=0.01)
    assert np.allclose(vertices[0], (0, 0, 0.1), atol=0.01)
    assert np.allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-5)


def test_the_whole_body_turns_about_its_root() -> None:
    vertices, _ = _strip().posed({}, (1, 0, 0), rotation((0, 0, 1), np.pi))
    assert np.allclose(vertices[-1], (-1, 0, 0.1), atol=1e-5)


def test_a_child_before_its_parent_is_refused() -> None:
    with pytest.raises((ValueError, KeyError)):
        Skeleton([Bone("a", "b", (0, 0, 0), (1, 0, 0)), Bone("b", None, (0, 0, 0), (1, 0, 0))])

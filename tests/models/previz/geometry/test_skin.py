"""Fields become closed surfaces; skin follows its bones and keeps its normals."""

import numpy as np
import pytest

from models.previz.geometry.sdf import cone, ellipsoid, join, mesh_of
from models.previz.geometry.skin import Bone, Skeleton, blended, skinned, turned, weights

ARM = Skeleton((Bone("upper", None, (0, 0, 0), (0, 0, -0.3)), Bone("lower", "upper", (0, 0, -0.3), (0, 0, -0.6))))


def test_a_ball_meshes_to_its_radius_and_faces_outward() -> None:
    ball = mesh_of(lambda points: ellipsoid(points, (0, 0, 0), (0.2, 0.2, 0.2)), (-0.3,) * 3, (0.3,) * 3, 0.02)
    distance = np.linalg.norm(ball.vertices, axis=1)
    assert distance == pytest.approx(0.2, abs=0.003)
    assert (ball.normals * ball.vertices).sum(axis=1).min() > 0.19
    corners = ball.vertices[ball.faces]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert ((facing * corners.mean(axis=1)).sum(axis=1) >= 0).all()  # 0: a sliver at a grid point
    edges = np.sort(np.concatenate([ball.faces[:, [0, 1]], ball.faces[:, [1, 2]], ball.faces[:, [2, 0]]]), axis=1)
    assert (np.unique(edges, axis=0, return_counts=True)[1] == 2).all()  # closed: each edge has two sides


def test_a_smooth_union_is_at_least_the_union() -> None:
    points = np.random.default_rng(1).uniform(-1, 1, (500, 3))
    first, second = ellipsoid(points, (0.2, 0, 0), (0.4, 0.3, 0.3)), cone(points, (0, 0, 0), (0, 0, 1), 0.2, 0.1)
    assert (join(0.1, first, second) <= np.minimum(first, second) + 1e-12).all()


def test_a_bent_arm_moves_its_hand_and_keeps_its_length() -> None:
    arm = mesh_of(
        lambda points: cone(points, (0, 0, 0), (0, 0, -0.6), 0.05, 0.04), (-0.1, -0.1, -0.7), (0.1,) * 3, 0.02
    )
    weighted = weights(arm.vertices, ARM, ("upper", "lower"))
    assert weighted.sum(axis=1) == pytest.approx(1, abs=1e-5)
    placed = ARM.placed({"lower": turned((1, 0, 0), np.pi / 2)}, (0, 0, 0), np.eye(3))
    vertices, normals = skinned(arm.vertices, arm.normals, weighted, placed)
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=1e-4)
    hand = vertices[arm.vertices[:, 2].argmin()]
    assert hand == pytest.approx([0, 0.34, -0.3], abs=0.03)  # turned about x, what hung down points to +y
    still, _ = skinned(arm.vertices, arm.normals, weighted, ARM.placed({}, (0, 0, 0), np.eye(3)))
    assert still == pytest.approx(arm.vertices, abs=1e-6)


def test_a_blend_of_two_turns_is_the_turn_between_and_stays_a_rotation() -> None:
    half = blended([({"lower": turned((1, 0, 0), 0.0)}, 0.5), ({"lower": turned((1, 0, 0), 1.2)}, 0.5)])["lower"]
    assert half == pytest.approx(turned((1, 0, 0), 0.6), abs=1e-6)
    opposite = blended([({"a": turned((0, 0, 1), 3.0)}, 0.5), ({"a": turned((1, 0, 0), 3.0)}, 0.5)])["a"]
    assert opposite @ opposite.T == pytest.approx(np.eye(3), abs=1e-6)
    assert np.linalg.det(opposite) == pytest.approx(1)

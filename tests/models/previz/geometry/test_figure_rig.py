import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.previz.geometry.figure_rig import SKELETON, bent

BONES = {bone.name: bone for bone in SKELETON.bones}
THIGH, SHIN = BONES["thigh_right"], BONES["shin_right"]
REST = (THIGH.head, SHIN.head, SHIN.tail)


@given(st.floats(-0.3, 0.3), st.floats(0.2, 0.5))
def test_a_foot_comes_to_its_goal_with_the_knee_ahead(y: float, z: float) -> None:
    goal = np.array([THIGH.head[0], y, z])
    thigh, shin = bent(REST, THIGH.head, goal, (0, 1, 0), (-1, 0, 0))
    knee = np.array(THIGH.head) + thigh @ np.subtract(SHIN.head, THIGH.head)
    assert knee + shin @ np.subtract(SHIN.tail, SHIN.head) == pytest.approx(goal, abs=1e-6)
    assert thigh @ thigh.T == pytest.approx(np.eye(3), abs=1e-9)
    middle = (np.array(THIGH.head) + goal) / 2
    assert (knee - middle)[1] > -0.01


def test_a_goal_out_of_reach_is_approached_with_a_straight_leg() -> None:
    thigh, shin = bent(REST, THIGH.head, (THIGH.head[0], 0, -3), (0, 1, 0), (-1, 0, 0))
    knee = np.array(THIGH.head) + thigh @ np.subtract(SHIN.head, THIGH.head)
    end = knee + shin @ np.subtract(SHIN.tail, SHIN.head)
    length = sum(np.linalg.norm(np.subtract(b.tail, b.head)) for b in (THIGH, SHIN))
    assert np.linalg.norm(end - THIGH.head) == pytest.approx(length, rel=2e-3)

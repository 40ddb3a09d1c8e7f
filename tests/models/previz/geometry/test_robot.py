"""A robot's face of lights follows its voice and its lids."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.geometry.actor import build
from models.previz.geometry.figure_robot import EYE_PART, MOUTH_PART
from models.previz.geometry.robot import Robot
from models.previz.world import BodySpec, BodyState, MoveWeight

_SPEC = BodySpec("r", "robot", ((0.5, 0.5, 0.5), (0.1, 0.4, 0.8)), None, 1, 1.6)


@pytest.fixture(scope="module")
def robot() -> Robot:
    found = build(_SPEC, None)
    assert isinstance(found, Robot)
    return found


def _height(robot: Robot, part: int, mouth: float = 0.0, blink: float = 0.0) -> float:
    """Metres from the lowest to the highest of a part's points."""
    state = BodyState((0.0, 0.0, 0.0), 0.0, (MoveWeight("stand", 0.0),), mouth=mouth, blink=blink)
    mesh = robot.pose(state)
    z: NDArray[np.float32] = mesh.vertices[mesh.faces[mesh.part == part]][..., 2]
    return float(z.max() - z.min())


def test_its_mouth_stands_as_high_as_it_is_loud(robot: Robot) -> None:
    quiet, soft, loud = (_height(robot, MOUTH_PART, mouth=mouth) for mouth in (0.0, 0.4, 1.0))
    assert quiet < soft < loud
    assert loud > 2 * quiet


def test_it_shuts_its_eyes(robot: Robot) -> None:
    assert _height(robot, EYE_PART, blink=1.0) < 0.15 * _height(robot, EYE_PART)


def test_a_photograph_takes_the_place_of_the_lights() -> None:
    picture = np.full((90, 90, 3), 128, np.uint8)
    mesh = build(_SPEC, picture).pose(BodyState((0.0, 0.0, 0.0), 0.0, (MoveWeight("stand", 0.0),), mouth=1.0))
    assert not np.isin(mesh.part, (EYE_PART, MOUTH_PART)).any()
    assert (mesh.texture == 0).any()

"""A world becomes triangles: everything is where its state says, in parts that stay apart."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from greenroom.domain.storyboards import Setting, TimeOfDay, Weather
from models.previz.mesh import Mesh
from models.previz.scene import Scenery
from models.previz.world import (
    BodySpec,
    BodyState,
    CameraState,
    MoveWeight,
    RigidSpec,
    RigidState,
    World,
    WorldFrame,
)

PARK = Setting(place="park", time_of_day=TimeOfDay.DAY, weather=Weather.CLEAR, style=Style.REALISTIC)
CAMERA = CameraState((0, -4, 1), (0, 0, 0.5), 0.7)
PICTURE = np.full((80, 80, 3), (200, 20, 20), np.uint8)


def frame(ball: tuple[float, float, float], turn: float = 0.0) -> WorldFrame:
    stand = (MoveWeight("stand", 0.0),)
    return WorldFrame(
        bodies={"cat": BodyState((1.0, 0.0, 0.0), 0.0, stand), "ann": BodyState((-1.0, 0.0, 0.0), 0.0, stand)},
        rigids={
            "ball": RigidState(ball, (math.cos(turn / 2), 0.0, 0.0, math.sin(turn / 2))),
            "mug": RigidState((0.0, 1.0, 0.1), (1.0, 0.0, 0.0, 0.0)),
        },
        camera=CAMERA,
        shot=0,
    )


@pytest.fixture(scope="module")
def scenery() -> Scenery:
    world = World(
        settings=(PARK,),
        seed=3,
        width=128,
        height=72,
        frames_per_second=24,
        bodies=(
            BodySpec("cat", "cat", (), "tom", 1, 0.28),
            BodySpec("ann", "person", (), None, 2, 1.7),
        ),
        rigids=(
            RigidSpec("ball", "ball", (0.7, 0.0, 0.0), 0.3, "rubber"),
            RigidSpec("mug", "mug", (0.5, 0.5, 0.5), 0.2, "stone", likeness="cup"),
        ),
        frames=(frame((0.0, 0.0, 0.15)),),
    )
    return Scenery(world, {"tom": PICTURE, "cup": PICTURE})


def middle(before: Mesh, after: Mesh) -> NDArray[np.float32]:
    """Centre of what moved between two meshes, before and after."""
    moved = np.linalg.norm(before.vertices - after.vertices, axis=1) > 0.01
    return np.stack([before.vertices[moved].mean(axis=0), after.vertices[moved].mean(axis=0)])


def test_a_thing_is_where_its_state_says_and_nothing_else_moves(scenery: Scenery) -> None:
    before, after = scenery.frame_mesh(frame((0.0, 0.0, 0.15))), scenery.frame_mesh(frame((0.5, 0.8, 0.65)))
    first, second = middle(before, after)
    assert first == pytest.approx([0, 0, 0.15], abs=0.01)
    assert second == pytest.approx([0.5, 0.8, 0.65], abs=0.01)


def test_a_turn_keeps_a_thing_in_its_place(scenery: Scenery) -> None:
    mesh = scenery.frame_mesh(frame((0.0, 0.0, 0.15), turn=1.0))
    still = scenery.frame_mesh(frame((0.0, 0.0, 0.15)))
    assert not np.allclose(mesh.vertices, still.vertices)
    assert mesh.vertices.mean(axis=0) == pytest.approx(still.vertices.mean(axis=0), abs=1e-3)


def test_parts_are_apart_and_textures_there(scenery: Scenery) -> None:
    mesh = scenery.frame_mesh(frame((0.0, 0.0, 0.15)))
    assert set(np.unique(mesh.part)).isdisjoint(np.unique(scenery.static("park").part))
    used = np.unique(mesh.texture[mesh.texture >= 0])
    assert used.max() < len(scenery.textures)
    assert len(used) >= 3  # the cat's face and fur, the cup

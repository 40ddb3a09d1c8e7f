"""Flow against the projection of a known motion: of things, of the camera, and of neither."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Mesh
from models.previz.render.gbuffer import fill_gbuffer, geometry_of
from models.previz.render.kernel import Bands
from models.previz.render.passes import fill_flow
from models.previz.render.raster import Rasteriser
from models.previz.render.view import pinhole
from models.previz.world import CameraState

WIDTH, HEIGHT, SAMPLES = 64, 48, 2
CAMERA = CameraState(eye=(0.0, -4.0, 3.0), target=(0.0, 0.0, 3.0), vertical_fov=math.radians(40))
PIXELS = 0.5 * HEIGHT / math.tan(CAMERA.vertical_fov / 2)  # of a metre one metre away
DEPTH = 5.0


def _wall() -> Mesh:
    """A plane `DEPTH` metres before the camera, high enough to hide the ground."""
    y = CAMERA.eye[1] + DEPTH
    corners = np.array([[-90, y, -90], [90, y, -90], [90, y, 90], [-90, y, 90]], np.float32)
    return Mesh(
        vertices=corners,
        normals=np.tile(np.array([0, -1, 0], np.float32), (4, 1)),
        colours=np.ones((4, 3), np.float32),
        uv=np.zeros((4, 3), np.float32),
        faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        material=np.zeros(2, np.uint8),
        texture=np.full(2, -1, np.int16),
        part=np.ones(2, np.int32),
    )


def _flow(move: tuple[float, float, float], after: CameraState = CAMERA, *, still: bool = False) -> NDArray[np.float32]:
    mesh, bands = _wall(), Bands(1)
    view, then = pinhole(CAMERA, WIDTH, HEIGHT), pinhole(after, WIDTH, HEIGHT)
    nearness = np.zeros((HEIGHT * SAMPLES, WIDTH * SAMPLES), np.float32)
    triangle = np.zeros(nearness.shape, np.int32)
    Rasteriser(bands).draw(mesh.vertices, mesh.faces, mesh.material, view, nearness, triangle)
    depth, part = np.zeros((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.int32)
    normal, flow = np.zeros((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH, 2), np.float32)
    geometry = geometry_of(mesh)
    bands.run(fill_gbuffer, HEIGHT, geometry, view, SAMPLES, nearness, triangle, depth, normal, part)
    later = mesh.vertices + np.array(move, np.float32)
    moving = len(mesh.vertices) if still else 0
    bands.run(fill_flow, HEIGHT, geometry, later, moving, view, then, SAMPLES, depth, triangle, flow)
    return flow[: HEIGHT // 2]  # the ground shows further down


def test_what_stands_still_before_a_still_camera_does_not_flow() -> None:
    assert np.abs(_flow((0.0, 0.0, 0.0))).max() < 0.001


def test_a_known_step_flows_by_its_projection() -> None:
    flow = _flow((0.3, 0.0, 0.2))
    assert np.abs(flow[..., 0] - 0.3 * PIXELS / DEPTH).max() < 0.1
    assert np.abs(flow[..., 1] + 0.2 * PIXELS / DEPTH).max() < 0.1  # up in the world is up in the picture


def test_a_step_of_the_camera_flows_the_other_way() -> None:
    stepped = replace(CAMERA, eye=(0.3, -4.0, 3.0), target=(0.3, 0.0, 3.0))
    flow = _flow((0.0, 0.0, 0.0), stepped, still=True)
    assert np.abs(flow[..., 0] + 0.3 * PIXELS / DEPTH).max() < 0.1
    assert np.abs(flow[..., 1]).max() < 0.01


def test_what_comes_nearer_flows_away_from_the_middle() -> None:
    flow = _flow((0.0, -1.0, 0.0))
    across = np.arange(WIDTH) + 0.25 - WIDTH / 2
    assert np.abs(flow[..., 0] - across * (DEPTH / (DEPTH - 1) - 1)).max() < 0.1


def test_what_will_be_behind_the_camera_has_no_flow() -> None:
    assert np.isnan(_flow((0.0, -DEPTH - 1, 0.0))).all()

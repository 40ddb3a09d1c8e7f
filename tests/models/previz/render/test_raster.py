"""The visibility buffer against a plain reading of its definition: the nearest front face at each sample centre."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from models.previz.mesh import Material
from models.previz.render.kernel import Bands
from models.previz.render.raster import GROUND, HORIZON, NOWHERE, SKY, TRIANGLES_A_ROW, Rasteriser, bounds_of
from models.previz.render.view import NEAR, View, beyond, parallel, pinhole, ray
from models.previz.world import CameraState

WIDTH, HEIGHT = 48, 36
CAMERA = CameraState(eye=(0.3, -4.0, 1.4), target=(0.0, 0.0, 1.0), vertical_fov=math.radians(50))


def _triangles(count: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    random = np.random.default_rng(3)
    middle = random.uniform((-1.5, -5.0, 0.2), (1.5, 2.0, 2.2), (count, 1, 3))  # some behind the camera, some across
    vertices = (middle + random.normal(0, 0.5, (count, 3, 3))).reshape(-1, 3).astype(np.float32)
    return vertices, np.arange(3 * count, dtype=np.int32).reshape(count, 3)


def _draw(
    vertices: NDArray[np.float32], faces: NDArray[np.int32], material: NDArray[np.uint8], view: View, threads: int
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    nearness = np.zeros((HEIGHT, WIDTH), np.float32)
    triangle = np.zeros((HEIGHT, WIDTH), np.int32)
    Rasteriser(Bands(threads)).draw(vertices, faces, material, view, nearness, triangle)
    return nearness, triangle


def _nearest(corners: NDArray[np.float64], two_sided: bool, view: View, x: int, y: int) -> tuple[float, int]:
    """Ray against every triangle: T. Moller and B. Trumbore, "Fast, Minimum Storage Ray-Triangle Intersection"."""
    direction = np.array(ray(view, x, y, WIDTH, HEIGHT))
    best, face = (-direction[2] / view.eye[2], GROUND) if -direction[2] / view.eye[2] > 1 / HORIZON else (0.0, SKY)
    for index, (a, b, c) in enumerate(corners):
        first, second = b - a, c - a
        towards = np.cross(direction, second)
        facing = first @ towards
        if facing == 0 or (facing < 0 and not two_sided):
            continue
        start = np.array(view.eye) - a
        across = np.cross(start, first)
        u, v, depth = start @ towards / facing, direction @ across / facing, second @ across / facing
        if u >= 0 and v >= 0 and u + v <= 1 and depth >= NEAR and 1 / depth > best:
            best, face = 1 / depth, index
    return best, face


@pytest.mark.parametrize("material", [Material.PLAIN, Material.LEAF])
def test_each_sample_holds_the_nearest_front_face(material: Material) -> None:
    vertices, faces = _triangles(60)
    view = pinhole(CAMERA, WIDTH, HEIGHT)
    nearness, triangle = _draw(vertices, faces, np.full(60, material, np.uint8), view, threads=1)
    corners = vertices[faces].astype(np.float64)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            near, face = _nearest(corners, material is Material.LEAF, view, x, y)
            assert triangle[y, x] == face, (x, y)
            assert nearness[y, x] == pytest.approx(near, rel=1e-4)
    assert len(np.unique(triangle)) > 15  # the scene is not a trivial one


def test_the_number_of_threads_changes_no_bit() -> None:
    vertices, faces = _triangles(2000)
    view = pinhole(CAMERA, WIDTH, HEIGHT)
    material = np.zeros(2000, np.uint8)
    one, two = (_draw(vertices, faces, material, view, threads) for threads in (1, 2))
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])


def test_half_of_the_samples_pass_through_glass() -> None:
    vertices = np.array([[-9, 0, -9], [9, 0, -9], [0, 0, 20]], np.float32)
    faces = np.array([[0, 1, 2]], np.int32)
    _, triangle = _draw(vertices, faces, np.array([Material.GLASS], np.uint8), pinhole(CAMERA, WIDTH, HEIGHT), 1)
    above = triangle[: HEIGHT // 3]  # further down, the ground stands before it
    assert (above == 0).mean() == pytest.approx(0.5, abs=0.01)


def test_a_camera_that_looks_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="direction"):
        pinhole(CameraState((1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 0.9), WIDTH, HEIGHT)


def test_what_is_out_of_sight_is_left_out_and_the_picture_is_the_same() -> None:
    random = np.random.default_rng(5)
    count = 6 * TRIANGLES_A_ROW
    middle = np.repeat(random.uniform((-30, -30, 0), (30, 30, 4), (6, 1, 3)), TRIANGLES_A_ROW, axis=0)
    vertices = (middle + random.normal(0, 0.8, (count, 3, 3))).reshape(-1, 3).astype(np.float32)
    faces = np.arange(3 * count, dtype=np.int32).reshape(count, 3)
    material = np.zeros(count, np.uint8)
    bounds = bounds_of(vertices, faces)
    left_out = 0
    for turn in np.linspace(0, 2 * np.pi, 9):
        eye = (0.0, 0.0, 1.5)
        camera = CameraState(eye=eye, target=(math.cos(turn), math.sin(turn), 1.4), vertical_fov=math.radians(50))
        for view in (pinhole(camera, WIDTH, HEIGHT), parallel((8 * math.cos(turn), 3.0, 0.0), (0.1, 0.2, 0.9), 5.0)):
            left_out += sum(beyond(view, bounds, row) for row in range(len(bounds)))
            drawn = []
            for known in (NOWHERE, bounds):
                nearness = np.zeros((HEIGHT, WIDTH), np.float32)
                triangle = np.zeros((HEIGHT, WIDTH), np.int32)
                Rasteriser(Bands(1)).draw(vertices, faces, material, view, nearness, triangle, bounds=known)
                drawn.append((nearness, triangle))
            assert (drawn[0][0] == drawn[1][0]).all()
            assert (drawn[0][1] == drawn[1][1]).all()
    assert left_out > 40  # of 108

"""What each pixel's middle sees, against what a plane, a sphere and a plain ray say it is."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Mesh, concatenate
from models.previz.render.gbuffer import NOTHING, fill_gbuffer, geometry_of
from models.previz.render.kernel import Bands
from models.previz.render.raster import Rasteriser
from models.previz.render.view import View, pinhole
from models.previz.world import CameraState, Vector

WIDTH, HEIGHT, SAMPLES = 64, 48, 2
CAMERA = CameraState(eye=(0.0, -4.0, 3.0), target=(0.0, 0.0, 3.0), vertical_fov=math.radians(40))
RADIUS, CENTRE = 1.0, np.array([0.0, 0.0, 3.0])


def _mesh(vertices: NDArray[np.float64], normals: NDArray[np.float64], faces: NDArray[np.int32], part: int) -> Mesh:
    return Mesh(
        vertices=vertices.astype(np.float32),
        normals=normals.astype(np.float32),
        colours=np.ones((len(vertices), 3), np.float32),
        uv=np.zeros((len(vertices), 3), np.float32),
        faces=faces,
        material=np.zeros(len(faces), np.uint8),
        texture=np.full(len(faces), -1, np.int16),
        part=np.full(len(faces), part, np.int32),
    )


def _sphere(part: int, rings: int = 48) -> Mesh:
    polar, around = np.meshgrid(np.linspace(0, np.pi, rings), np.linspace(0, 2 * np.pi, 2 * rings), indexing="ij")
    out = np.stack((np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)), -1).reshape(-1, 3)
    row, column = (one.ravel() for one in np.meshgrid(np.arange(rings - 1), np.arange(2 * rings - 1), indexing="ij"))
    a = row * 2 * rings + column
    b = a + 2 * rings
    faces = np.concatenate((np.stack((a, b, b + 1), -1), np.stack((a, b + 1, a + 1), -1)))
    return _mesh(CENTRE + RADIUS * out, out, faces.astype(np.int32), part)


def _wall(depth: float, part: int) -> Mesh:
    """A plane that many metres before the camera, which faces it and fills its picture."""
    y = CAMERA.eye[1] + depth
    corners = np.array([[-90.0, y, -90.0], [90.0, y, -90.0], [90.0, y, 90.0], [-90.0, y, 90.0]])
    return _mesh(corners, np.tile([0.0, -1.0, 0.0], (4, 1)), np.array([[0, 1, 2], [0, 2, 3]], np.int32), part)


def _drawn(
    mesh: Mesh, camera: CameraState = CAMERA, threads: int = 1
) -> tuple[View, NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]:
    view, bands = pinhole(camera, WIDTH, HEIGHT), Bands(threads)
    nearness = np.zeros((HEIGHT * SAMPLES, WIDTH * SAMPLES), np.float32)
    triangle = np.zeros(nearness.shape, np.int32)
    Rasteriser(bands).draw(mesh.vertices, mesh.faces, mesh.material, view, nearness, triangle)
    depth = np.zeros((HEIGHT, WIDTH), np.float32)
    normal = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    part = np.zeros((HEIGHT, WIDTH), np.int32)
    bands.run(fill_gbuffer, HEIGHT, geometry_of(mesh), view, SAMPLES, nearness, triangle, depth, normal, part)
    return view, depth, normal, part


def _looking() -> NDArray[np.float64]:
    """[H, W, 3]: right, up, forward of the ray through the first sample of each pixel, one metre deep."""
    half = math.tan(CAMERA.vertical_fov / 2)
    across = ((np.arange(WIDTH) + 0.25) / WIDTH * 2 - 1) * half * WIDTH / HEIGHT
    above = (1 - (np.arange(HEIGHT) + 0.25) / HEIGHT * 2) * half
    return np.stack((*np.meshgrid(across, above), np.ones((HEIGHT, WIDTH))), -1)


def test_depth_of_a_wall_is_its_distance_along_the_axis_everywhere() -> None:
    _, depth, normal, part = _drawn(_wall(7.5, part=4))
    wall = part == 4
    assert wall[: HEIGHT // 2].all()  # the ground may stand before it further down
    assert np.allclose(depth[wall], 7.5, rtol=1e-4)
    assert np.allclose(normal[wall], (0.0, 0.0, -1.0), atol=1e-5)  # it faces the camera


def test_depth_and_normals_of_a_sphere_are_those_of_the_closed_form() -> None:
    _, depth, normal, part = _drawn(concatenate((_sphere(part=2), _wall(30.0, part=5))))
    looking = _looking()
    distance = 4.0  # along the axis, to the middle
    square = (looking**2).sum(-1)
    root = distance**2 - square * (distance**2 - RADIUS**2)
    well_inside = root > 0.1 * RADIUS**2 * distance  # a mesh's outline is not quite a circle
    near = (distance - np.sqrt(np.maximum(root, 0))) / square
    outwards = (looking * near[..., None] - (0.0, 0.0, distance)) / RADIUS
    assert well_inside.sum() > 300
    assert (part[well_inside] == 2).all()
    assert np.abs(depth - near)[well_inside].max() < 0.01
    assert np.abs(normal - outwards)[well_inside].max() < 0.02


def test_what_is_nearer_hides_what_is_behind_and_the_sky_is_far() -> None:
    _, _, _, part = _drawn(concatenate((_wall(2.0, part=7), _sphere(part=2))))
    assert 2 not in part
    _, depth, _, empty = _drawn(replace(_sphere(part=2), part=np.full_like(_sphere(2).part, 3)))
    assert set(np.unique(empty)) == {-1, 0, 3}
    assert (depth[empty == 0] == NOTHING).all()


def test_the_ground_lies_at_height_zero() -> None:
    view, depth, _, part = _drawn(_sphere(part=2))
    looking = _looking()
    below = part == -1
    assert below.any()
    heights = view.eye[2] + depth * looking[..., 1]
    assert np.abs(heights[below]).max() < 0.02


def test_a_turned_camera_sees_the_same_depth_of_a_sphere_at_its_middle() -> None:
    eyes: tuple[Vector, ...] = ((4.0, 0.0, 3.0), (0.0, 4.0, 3.0), (-2.0, 2.0, 5.0))
    for eye in eyes:
        _, depth, normal, part = _drawn(_sphere(part=2), replace(CAMERA, eye=eye, roll=0.4))
        middle = HEIGHT // 2, WIDTH // 2
        assert part[middle] == 2
        assert abs(depth[middle] - (math.dist(eye, CENTRE) - RADIUS)) < 0.01
        assert normal[middle][2] < -0.99


def test_two_and_four_threads_give_the_same_bytes() -> None:
    mesh = concatenate((_sphere(part=2), _wall(30.0, part=5)))
    two, four = (_drawn(mesh, threads=threads)[1:] for threads in (2, 4))
    assert all(np.array_equal(one, other) for one, other in zip(two, four, strict=True))

"""Where a picture is taken from: the camera's and the sun's view as plain numbers a kernel can take."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel
from models.previz.world import CameraState, Vector

NEAR = 0.05  # metres; what is closer to a camera is cut off
FAR_AWAY = 1000.0  # metres; nearness of a parallel view is this minus the depth


class View(NamedTuple):
    """A pinhole or a parallel view. `half_width` and `half_height`: of the picture one metre away, or in metres."""

    eye: Vector
    right: Vector
    up: Vector
    forward: Vector
    half_width: float
    half_height: float
    parallel: bool


def pinhole(camera: CameraState, width: int, height: int) -> View:
    """The view of a camera for a picture of this shape; raises ValueError where it looks nowhere."""
    right, up, forward = _axes(np.subtract(camera.target, camera.eye), camera.roll)
    half_height = math.tan(camera.vertical_fov / 2)
    return View(_vector(camera.eye), right, up, forward, half_height * width / height, half_height, False)


def parallel(centre: Vector, towards_light: Vector, half: float) -> View:
    """The sun's view of a square `2 * half` metres wide around a point."""
    right, up, forward = _axes(-np.asarray(towards_light))
    eye = np.asarray(centre) + 60.0 * np.asarray(towards_light)  # past the tallest thing of a place
    return View(_vector(eye), right, up, forward, float(half), float(half), True)


def _axes(direction: NDArray[np.float64], roll: float = 0.0) -> tuple[Vector, Vector, Vector]:
    length = float(np.linalg.norm(direction))
    if not length > 0:
        raise ValueError("a view needs a direction: its target is where its eye is")
    forward = np.asarray(direction, np.float64) / length
    up = (0.0, 0.0, 1.0) if abs(forward[2]) < 0.999 else (0.0, 1.0, 0.0)
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    above = np.cross(right, forward)
    turned = math.cos(roll) * right + math.sin(roll) * above
    return _vector(turned), _vector(math.cos(roll) * above - math.sin(roll) * right), _vector(forward)


def _vector(values: NDArray[np.float64] | Vector) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


@kernel
def ray(view: View, x: float, y: float, width: int, height: int) -> Vector:
    """The direction through sample (x, y) of a pinhole view, one metre deep: eye + depth * ray is the point seen."""
    across = ((x + 0.5) / width * 2 - 1) * view.half_width
    along = (1 - (y + 0.5) / height * 2) * view.half_height
    return (
        view.forward[0] + across * view.right[0] + along * view.up[0],
        view.forward[1] + across * view.right[1] + along * view.up[1],
        view.forward[2] + across * view.right[2] + along * view.up[2],
    )


@kernel
def beyond(view: View, bounds: NDArray[np.float32], row: int) -> bool:
    """Whether a box `bounds[row]` (x, y, z of its low and its high corner) lies beyond one side of the picture."""
    for side in range(5):
        if side == 4:  # behind a camera; a parallel view has no near side
            if view.parallel:
                break
            a, b, c, offset = view.forward[0], view.forward[1], view.forward[2], -NEAR
        else:
            axis = view.right if side < 2 else view.up
            half = view.half_width if side < 2 else view.half_height
            sign = 1.0 if side % 2 else -1.0
            deep = 0.0 if view.parallel else half
            offset = half if view.parallel else 0.0
            a = sign * axis[0] + deep * view.forward[0]
            b = sign * axis[1] + deep * view.forward[1]
            c = sign * axis[2] + deep * view.forward[2]
        x = bounds[row, 3] if a > 0 else bounds[row, 0]
        y = bounds[row, 4] if b > 0 else bounds[row, 1]
        z = bounds[row, 5] if c > 0 else bounds[row, 2]
        if a * (x - view.eye[0]) + b * (y - view.eye[1]) + c * (z - view.eye[2]) + offset < 0:
            return True
    return False

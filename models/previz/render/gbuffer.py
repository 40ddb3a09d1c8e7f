"""What each pixel's first sample sees: depth, normal and part, for ambient occlusion and for control passes.

Of two samples a side it lies a quarter of a pixel up and left of the middle.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Mesh
from models.previz.render.kernel import kernel
from models.previz.render.raster import SKY
from models.previz.render.view import View, ray
from models.previz.world import Vector

NOTHING = 1e4  # metres: depth of the sky


class Geometry(NamedTuple):
    """A mesh's arrays as kernels take them."""

    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    colours: NDArray[np.float32]
    uv: NDArray[np.float32]
    faces: NDArray[np.int32]
    material: NDArray[np.uint8]
    texture: NDArray[np.int16]
    part: NDArray[np.int32]


def geometry_of(mesh: Mesh) -> Geometry:
    return Geometry(
        mesh.vertices, mesh.normals, mesh.colours, mesh.uv, mesh.faces, mesh.material, mesh.texture, mesh.part
    )


@kernel
def share_of_corners(vertices: NDArray[np.float32], a: int, b: int, c: int, eye: Vector, towards: Vector) -> Vector:
    """Barycentric coordinates of the point where a ray meets a triangle's plane, held inside the triangle.

    T. Moller and B. Trumbore, "Fast, Minimum Storage Ray-Triangle Intersection" (1997).
    """
    e1x = vertices[b, 0] - vertices[a, 0]
    e1y = vertices[b, 1] - vertices[a, 1]
    e1z = vertices[b, 2] - vertices[a, 2]
    e2x = vertices[c, 0] - vertices[a, 0]
    e2y = vertices[c, 1] - vertices[a, 1]
    e2z = vertices[c, 2] - vertices[a, 2]
    px = towards[1] * e2z - towards[2] * e2y
    py = towards[2] * e2x - towards[0] * e2z
    pz = towards[0] * e2y - towards[1] * e2x
    determinant = e1x * px + e1y * py + e1z * pz
    scale = 1.0 / determinant if determinant != 0.0 else 0.0
    tx = eye[0] - vertices[a, 0]
    ty = eye[1] - vertices[a, 1]
    tz = eye[2] - vertices[a, 2]
    u = (tx * px + ty * py + tz * pz) * scale
    qx = ty * e1z - tz * e1y
    qy = tz * e1x - tx * e1z
    qz = tx * e1y - ty * e1x
    v = (towards[0] * qx + towards[1] * qy + towards[2] * qz) * scale
    u = min(max(u, 0.0), 1.0)
    v = min(max(v, 0.0), 1.0 - u)
    return 1.0 - u - v, u, v


@kernel
def fill_gbuffer(
    first: int,
    last: int,
    geometry: Geometry,
    view: View,
    samples: int,
    nearness: NDArray[np.float32],
    triangle: NDArray[np.int32],
    depth: NDArray[np.float32],
    normal: NDArray[np.float32],
    part: NDArray[np.int32],
) -> None:
    """Rows of depth [H, W] metres, normal [H, W, 3] (right, up, forward; blended) and part (0 sky, -1 ground)."""
    width = depth.shape[1]
    height = depth.shape[0]
    for y in range(first, last):
        for x in range(width):
            face = triangle[y * samples, x * samples]
            near = nearness[y * samples, x * samples]
            depth[y, x] = 1.0 / near if near > 0.0 else NOTHING
            part[y, x] = geometry.part[face] if face >= 0 else (0 if face == SKY else -1)
            nx = 0.0
            ny = 0.0
            nz = 1.0
            if face >= 0:
                towards = ray(view, x * samples, y * samples, width * samples, height * samples)
                i = geometry.faces[face, 0]
                j = geometry.faces[face, 1]
                k = geometry.faces[face, 2]
                a, b, c = share_of_corners(geometry.vertices, i, j, k, view.eye, towards)
                nx = a * geometry.normals[i, 0] + b * geometry.normals[j, 0] + c * geometry.normals[k, 0]
                ny = a * geometry.normals[i, 1] + b * geometry.normals[j, 1] + c * geometry.normals[k, 1]
                nz = a * geometry.normals[i, 2] + b * geometry.normals[j, 2] + c * geometry.normals[k, 2]
            normal[y, x, 0] = nx * view.right[0] + ny * view.right[1] + nz * view.right[2]
            normal[y, x, 1] = nx * view.up[0] + ny * view.up[1] + nz * view.up[2]
            normal[y, x, 2] = nx * view.forward[0] + ny * view.forward[1] + nz * view.forward[2]

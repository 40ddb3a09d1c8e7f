"""Drawing textured, lit triangles into a small picture: one kernel, depth-tested, and the camera; no people here."""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
OVERSAMPLED = 2  # samples a pixel, across and down


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles to be drawn: `points` and `normals` float64[N, 3], `texels` float64[N, 2] (x, y in the atlas),
    `faces` int32[M, 3], counter-clockwise as seen from outside; `bone`: 0 shoulders to 1 head, `jaw` likewise, [N].
    """

    points: Array
    normals: Array
    texels: Array
    faces: NDArray[np.int32]
    bone: Array
    jaw: Array


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp that stays where it is (`towards`: unit vector), and what comes from everywhere."""

    towards: tuple[float, float, float]
    lamp: tuple[float, float, float]
    ambient: tuple[float, float, float]
    gloss: float


def joined(meshes: list[Mesh]) -> Mesh:
    offsets = np.cumsum([0, *[len(mesh.points) for mesh in meshes]])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.texels for mesh in meshes]),
        np.concatenate([mesh.faces + start for mesh, start in zip(meshes, offsets[:-1], strict=True)]).astype(np.int32),
        np.concatenate([mesh.bone for mesh in meshes]),
        np.concatenate([mesh.jaw for mesh in meshes]),
    )


def projected(points: Array, eye: Array, focal: float, width: int, height: int) -> Array:
    """x, y in samples and nearness of points, for a camera at `eye` that looks along -z; `focal` in samples."""
    away = eye[2] - points[:, 2]
    x = width / 2 + focal * (points[:, 0] - eye[0]) / away
    y = height / 2 - focal * (points[:, 1] - eye[1]) / away
    return np.ascontiguousarray(np.stack([x, y, 1 / away], axis=1))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def draw(
    corners: Array,
    normals: Array,
    texels: Array,
    faces: NDArray[np.int32],
    atlas: NDArray[np.float32],
    lamp: Array,
    picture: NDArray[np.float32],
    nearness: NDArray[np.float32],
) -> None:
    """Draw onto `picture` float32[H, W, 3] (linear light) what is nearer than `nearness`.

    `lamp`: rows towards, lamp colour, ambient colour, and (gloss, 0, 0).
    """
    height, width = nearness.shape
    hx, hy, hz = lamp[0, 0], lamp[0, 1], lamp[0, 2] + 1.0
    size = 1.0 / np.sqrt(hx * hx + hy * hy + hz * hz)
    hx, hy, hz = hx * size, hy * size, hz * size
    tx, ty, tz, gloss = lamp[0, 0], lamp[0, 1], lamp[0, 2], lamp[3, 0]
    last_column, last_row = atlas.shape[1] - 1, atlas.shape[0] - 1
    for face in range(faces.shape[0]):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ax, ay, bx, by, cx, cy = (
            corners[a, 0],
            corners[a, 1],
            corners[b, 0],
            corners[b, 1],
            corners[c, 0],
            corners[c, 1],
        )
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area >= -1e-9:  # seen from behind: screen y points down
            continue
        inverse = 1.0 / area
        x0 = max(0, int(np.ceil(min(ax, bx, cx) - 0.5)))
        x1 = min(width - 1, int(np.floor(max(ax, bx, cx) - 0.5)))
        y0 = max(0, int(np.ceil(min(ay, by, cy) - 0.5)))
        y1 = min(height - 1, int(np.floor(max(ay, by, cy) - 0.5)))
        if x0 > x1 or y0 > y1:
            continue
        # read once a triangle: the compiler cannot know that drawing leaves them as they are
        na, nb, nc = corners[a, 2], corners[b, 2], corners[c, 2]
        ax3, ay3, az3 = normals[a, 0] * na, normals[a, 1] * na, normals[a, 2] * na
        bx3, by3, bz3 = normals[b, 0] * nb, normals[b, 1] * nb, normals[b, 2] * nb
        cx3, cy3, cz3 = normals[c, 0] * nc, normals[c, 1] * nc, normals[c, 2] * nc
        au, bu, cu = texels[a, 0] * na, texels[b, 0] * nb, texels[c, 0] * nc
        av, bv, cv = texels[a, 1] * na, texels[b, 1] * nb, texels[c, 1] * nc
        for y in range(y0, y1 + 1):
            py = y + 0.5
            for x in range(x0, x1 + 1):
                px = x + 0.5
                wa = ((bx - px) * (cy - py) - (cx - px) * (by - py)) * inverse
                wb = ((cx - px) * (ay - py) - (ax - px) * (cy - py)) * inverse
                wc = 1.0 - wa - wb
                if wa < 0 or wb < 0 or wc < 0:
                    continue
                near = wa * na + wb * nb + wc * nc
                if near <= nearness[y, x]:
                    continue
                nearness[y, x] = near
                nx = wa * ax3 + wb * bx3 + wc * cx3
                ny = wa * ay3 + wb * by3 + wc * cy3
                nz = wa * az3 + wb * bz3 + wc * cz3
                size = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-18)
                nx, ny, nz = nx * size, ny * size, nz * size
                lit = nx * tx + ny * ty + nz * tz
                # light goes a little way round, as it does through skin
                direct = max(0.0, (lit + 0.15) / 1.15)
                half = max(0.0, nx * hx + ny * hy + nz * hz)
                half *= half
                half *= half
                half *= half  # the eighth power
                shine = gloss * half * half * half
                sky = 0.72 + 0.28 * ny
                # the nearest texel is enough: a pixel averages several samples
                away = 1.0 / near
                u = (wa * au + wb * bu + wc * cu) * away
                v = (wa * av + wb * bv + wc * cv) * away
                column = min(max(int(u), 0), last_column)
                row = min(max(int(v), 0), last_row)
                for k in range(3):
                    light = direct * lamp[1, k] + sky * lamp[2, k]
                    picture[y, x, k] = atlas[row, column, k] * light + shine * lamp[1, k]

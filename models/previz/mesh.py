"""Triangles as the geometry hands them to the renderer, and what joins and moves them.

Nothing here knows what a mesh depicts (that is `geometry/`) or how it is drawn (that is `render/`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Material(IntEnum):
    """How a surface answers light; the renderer's table of gloss and translucency is indexed by it."""

    PLAIN = 0
    SKIN = 1
    CLOTH = 2
    SHINY = 3
    LEAF = 4  # two-sided, light shines through
    EYE = 5
    FUR = 6
    GLASS = 7
    LAMP = 8  # gives light where it is dark
    VIEW = 9  # the world behind a window, in the light that is out there


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles with what the renderer needs of them; metres, z up, counter-clockwise seen from outside."""

    vertices: NDArray[np.float32]  # [V, 3]
    normals: NDArray[np.float32]  # [V, 3], unit length
    colours: NDArray[np.float32]  # [V, 3], linear RGB
    uv: NDArray[np.float32]  # [V, 3]: u, v (0 to 1, v down as in the picture), and how much texture shows (0 to 1)
    faces: NDArray[np.int32]  # [F, 3]
    material: NDArray[np.uint8]  # [F], Material
    texture: NDArray[np.int16]  # [F], index into the renderer's textures, -1 none
    part: NDArray[np.int32]  # [F], 1 and up: which object or part, for outlines and segmentation

    def __post_init__(self) -> None:
        """Raises ValueError where shapes or types do not fit: a kernel would read past an array's end."""
        vertices, faces = len(self.vertices), len(self.faces)
        expected: tuple[tuple[str, NDArray[np.generic], tuple[int, ...], type], ...] = (
            ("vertices", self.vertices, (vertices, 3), np.float32),
            ("normals", self.normals, (vertices, 3), np.float32),
            ("colours", self.colours, (vertices, 3), np.float32),
            ("uv", self.uv, (vertices, 3), np.float32),
            ("faces", self.faces, (faces, 3), np.int32),
            ("material", self.material, (faces,), np.uint8),
            ("texture", self.texture, (faces,), np.int16),
            ("part", self.part, (faces,), np.int32),
        )
        for name, array, shape, kind in expected:
            if array.shape != shape or array.dtype != kind:
                raise ValueError(f"{name}: got {array.dtype}{array.shape}, expected {np.dtype(kind)}{shape}")
        if faces and (self.faces.min() < 0 or self.faces.max() >= vertices):
            raise ValueError(f"faces: an index is outside the {vertices} vertices")


EMPTY = Mesh(
    vertices=np.zeros((0, 3), np.float32),
    normals=np.zeros((0, 3), np.float32),
    colours=np.zeros((0, 3), np.float32),
    uv=np.zeros((0, 3), np.float32),
    faces=np.zeros((0, 3), np.int32),
    material=np.zeros(0, np.uint8),
    texture=np.zeros(0, np.int16),
    part=np.zeros(0, np.int32),
)


def concatenate(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of all, in order; parts keep their ids, so the caller keeps them apart."""
    several = [mesh for mesh in meshes if len(mesh.faces)]
    if not several:
        return EMPTY
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in several[:-1])])
    return Mesh(
        vertices=np.concatenate([mesh.vertices for mesh in several]),
        normals=np.concatenate([mesh.normals for mesh in several]),
        colours=np.concatenate([mesh.colours for mesh in several]),
        uv=np.concatenate([mesh.uv for mesh in several]),
        faces=np.concatenate([mesh.faces + np.int32(start) for mesh, start in zip(several, starts, strict=True)]),
        material=np.concatenate([mesh.material for mesh in several]),
        texture=np.concatenate([mesh.texture for mesh in several]),
        part=np.concatenate([mesh.part for mesh in several]),
    )


def transformed(mesh: Mesh, rotation3x3: ArrayLike, translation: ArrayLike) -> Mesh:
    """The mesh turned, then moved: vertex v becomes `rotation3x3 @ v + translation`.

    The matrix may also scale or stretch: normals are turned by its inverse transpose and made unit length again.
    """
    matrix = np.asarray(rotation3x3, np.float64)
    normals = mesh.normals @ np.linalg.inv(matrix)
    length = np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return replace(
        mesh,
        vertices=(mesh.vertices @ matrix.T + np.asarray(translation, np.float64)).astype(np.float32),
        normals=(normals / length).astype(np.float32),
    )

"""Lids that close over eyes: over a photograph's, patches of the head (of people too); over drawn ones, shells.

A lid lies under the surface while the eye is open and comes out from its upper edge down, so the coat it is made of
always fits the coat around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.coat import EYE_GAP, EYE_LINE
from models.previz.geometry.quadruped_body import SIDES, Proportions, eye_of
from models.previz.geometry.solids import ball, moved
from models.previz.mesh import Material, Mesh, concatenate
from models.previz.world import Vector

PART = 7  # part id of the left lid; the right one has the next
_LASH: Vector = (0.018, 0.010, 0.008)
_WIDE, _TALL = 0.29, 0.27  # eye gaps: half the size of a photographed eye with its rims
_SOFT = 0.16  # share of an eye's height over which a lid's edge comes out


@dataclass(frozen=True, slots=True)
class Lids:
    """`level`: of each vertex, 0 at the lower edge of the eye to 1 at the upper; `inward`: the way under it, metres."""

    mesh: Mesh
    level: NDArray[np.float32]  # [V]
    inward: NDArray[np.float32]  # [V, 3]
    open: float  # how far they are closed while the eyes are open

    def closed(self, blink: float) -> NDArray[np.float32]:
        """The vertices, float32[V, 3]; `blink` 0 open to 1 closed."""
        edge = 1 + _SOFT - (1 + 2 * _SOFT) * (self.open + (1 - self.open) * min(max(blink, 0.0), 1.0))
        under = np.clip((edge - self.level) / _SOFT, 0, 1)[:, None]
        return np.asarray(self.mesh.vertices + self.inward * under, np.float32)


def drawn_lids(shape: Proportions, size: Vector, coat: Vector) -> Lids:
    """Shells over drawn eyes whose radii are `size`; they hang a little over them."""
    lids, levels, inward = [], [], []
    for number, (_, x) in enumerate(SIDES):
        shell = moved(ball(1.0, (0, 0, 0), coat, 22, Material.FUR, PART + number), eye_of(shape, x), scale=size)
        offset = shell.vertices - np.array(eye_of(shape, x), np.float32)
        level = 0.5 + 0.5 * offset[:, 2] / size[2]
        colours = np.where((level < 0.27)[:, None], np.array(_LASH, np.float32), shell.colours)
        lids.append(replace(shell, colours=colours.astype(np.float32)))
        levels.append(level)
        inward.append(-0.3 * offset)
    return Lids(concatenate(lids), np.concatenate(levels), np.concatenate(inward).astype(np.float32), open=0.2)


def photographed_lids(head: Mesh, shape: Proportions) -> Lids:
    """Patches of the head over a photograph's eyes; the photograph above the eyes is what they show."""
    middles = [(0.5 - x * EYE_GAP / 6, 0.25 + EYE_LINE / 2) for _, x in SIDES]  # in the texture (`coat.head_of`)
    size = (_WIDE * EYE_GAP / 3, _TALL * EYE_GAP / 2)
    gap = 2 * shape.head * shape.eye[0]
    before = head.vertices[:, 1] > shape.head_y
    return patch_lids(head, before, middles, size, -2.1 * size[1], gap, (PART, PART + 1), finer=1)


def patch_lids(
    head: Mesh,
    before: NDArray[np.bool_],
    middles: Sequence[tuple[float, float]],
    size: tuple[float, float],
    shown: float,
    gap: float,
    parts: tuple[int, int],
    finer: int,
) -> Lids:
    """Lids for the eyes of a texture that a head wears.

    `before`: of its vertices, which are at the front. `middles` and `size`: the eyes' centres and half sizes in the
    texture; `shown`: how far below an eye the texture is that its lid shows. `gap`: metres between the eyes. `finer`:
    how often the head's triangles are cut into four.
    """
    lids, levels, inward = [], [], []
    for part, middle in zip(parts, middles, strict=True):
        away = (head.uv[:, :2] - np.array(middle)) / size
        near = (np.hypot(*away.T) < 1.6) & before
        patch = _finer(head, near[head.faces].any(axis=1), part)
        for _ in range(finer - 1):
            patch = _finer(patch, np.ones(len(patch.faces), np.bool_), part)
        away = (patch.uv[:, :2] - np.array(middle)) / size
        outside = np.hypot(*away.T)
        level = 0.5 - 0.5 * away[:, 1]
        bulge = np.clip(0.10 * gap * (1 - outside**2), -0.08 * gap, None)[:, None]
        lash = (level < 0.22) & (outside < 1)
        skin = patch.uv + np.array((0.0, shown, 0.0))
        skin[:, 2] = np.where(lash, 0.0, skin[:, 2])
        patch = replace(
            patch,
            vertices=(patch.vertices + bulge * patch.normals).astype(np.float32),
            uv=skin.astype(np.float32),
            colours=np.where(lash[:, None], np.array(_LASH), patch.colours).astype(np.float32),
        )
        lids.append(patch)
        levels.append(level)
        inward.append(-0.22 * gap * patch.normals)
    return Lids(
        concatenate(lids), np.concatenate(levels).astype(np.float32), np.concatenate(inward).astype(np.float32), 0.0
    )


def _finer(mesh: Mesh, chosen: NDArray[np.bool_], part: int) -> Mesh:
    """Some faces of a mesh as a mesh of their own, each cut into four."""
    corners = mesh.faces[chosen]  # [F, 3]
    count = len(corners)

    def six(values: NDArray[np.float32]) -> NDArray[np.float32]:
        at = values[corners].astype(np.float64)  # [F, 3, C]
        between = (at + np.roll(at, -1, axis=1)) / 2
        return np.concatenate([at, between], axis=1).reshape(-1, values.shape[1]).astype(np.float32)

    normals = six(mesh.normals)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    pattern = np.array(((0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)), np.int32)
    faces = (6 * np.arange(count, dtype=np.int32)[:, None, None] + pattern[None]).reshape(-1, 3)
    return Mesh(
        six(mesh.vertices),
        normals,
        six(mesh.colours),
        six(mesh.uv),
        np.ascontiguousarray(faces, np.int32),
        np.repeat(mesh.material[chosen], 4),
        np.repeat(mesh.texture[chosen], 4),
        np.full(4 * count, part, np.int32),
    )

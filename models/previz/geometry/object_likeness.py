"""A consented object as a solid: its photograph on the faces of a box or round a ball, else its own outline, padded.

What is neither box nor ball is cut out of its photograph and swells to its middle like a cushion, so that it has a
side, casts its own shadow and shows its picture upright from the front and the back.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.cutout import cut_out
from models.previz.geometry import solids
from models.previz.geometry.actor import Texture
from models.previz.geometry.props import rigid_mesh
from models.previz.geometry.shapes import half_extents
from models.previz.mesh import Mesh
from models.previz.world import RigidSpec
from models.roles import Picture

_WHOLE = frozenset({"box", "crate", "book", "domino", "ball", "beach_ball", "football", "basketball", "tennis_ball"})
_LEAST, _MOST = 0.04, 0.88  # share of a photograph that a believed cut-out has: less is a speck, more is the picture
_LEAST_SPREAD = 6.0  # code values that colours must spread over before anything is believed
_GRID = 64  # cells of the longer side of an outline
_THICK = 0.30  # of the shorter side of the outline: half of how thick it may be
_MOST_TEXELS = 512


def object_likeness(spec: RigidSpec, photograph: Picture) -> tuple[Mesh, Texture]:
    """The thing with its photograph on it (`texture` 0), and that texture; parts from 1, within `half_extents`."""
    cut = cut_out(photograph)
    whole = np.dstack([photograph, np.full(photograph.shape[:2], 255, np.uint8)])
    if spec.shape in _WHOLE or not _LEAST < cut.share < _MOST or not _stands_out(photograph, cut.mask):
        return rigid_mesh(spec, 0), whole
    rows, columns = (np.flatnonzero((cut.mask > 0.5).any(axis)) for axis in (1, 0))
    box = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return _cushion(spec, cut.mask[box]), _texture(photograph[box], cut.mask[box])


def _stands_out(photograph: Picture, mask: NDArray[np.float32]) -> bool:
    """Whether there is anything to cut: a picture of one colour has no subject, whatever its cut-out says."""
    return bool((mask > 0.5).any() and photograph.reshape(-1, 3).std(axis=0).max() > _LEAST_SPREAD)


def _cushion(spec: RigidSpec, mask: NDArray[np.float32]) -> Mesh:
    """The solid of an outline, as large as fits into the thing's bounding box and standing on its lower side."""
    from scipy import ndimage
    from skimage.measure import marching_cubes as untyped_marching_cubes
    from skimage.transform import resize as untyped_resize

    resize: Callable[..., NDArray[np.float64]] = untyped_resize
    marching_cubes: Callable[..., tuple[NDArray[np.float64], NDArray[np.int32], object, object]] = (
        untyped_marching_cubes
    )
    height, width = mask.shape
    scale = _GRID / max(height, width)
    shape = max(12, round(height * scale)), max(12, round(width * scale))
    small = np.pad(np.asarray(resize(mask.astype(np.float64), shape, order=1, anti_aliasing=True)), 3)
    small = ndimage.gaussian_filter(small, 0.8)
    depth = ndimage.distance_transform_edt(small > 0.5)
    swell = _THICK * min(shape) * np.sqrt(np.clip(depth / max(float(depth.max()), 1.0), 0, 1))
    swell = ndimage.gaussian_filter(swell, 2.4)
    across = np.arange(-np.ceil(swell.max()) - 3, np.ceil(swell.max()) + 4)
    outline = (0.5 - small) * 6.0
    field = np.maximum(outline[None], np.abs(across)[:, None, None] - np.maximum(swell, 0.8)[None])
    found, faces, _, _ = marching_cubes(field, 0.0)
    x, y, z = found[:, 2], found[:, 0] + across[0], -found[:, 1]
    points = np.stack([x, y, z], 1)
    low, high = points.min(0), points.max(0)
    half = np.asarray(half_extents(spec))
    fit = 2 * half / (high - low)
    upright = min(fit[0], fit[2])  # its proportions stay; only its thickness gives way
    vertices = (points - (low + high) / 2) * (upright, min(upright, fit[1]), upright)
    vertices[:, 2] += -half[2] - vertices[:, 2].min()
    faces = np.asarray(faces, np.int32)
    corners = vertices[faces]
    normals = solids.smooth_normals(vertices, faces)
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    volume = float((corners[:, 0] * outward).sum())
    if volume < 0:  # the order of the axes turned them inside out
        faces, normals = faces[:, ::-1], -normals
    mesh = solids.surface(vertices, normals, faces, (0.5, 0.5, 0.5))
    u = (found[:, 2] - 3 + 0.5) / shape[1]
    v = (found[:, 1] - 3 + 0.5) / shape[0]
    uv = np.stack([u.clip(0.01, 0.99), v.clip(0.01, 0.99), np.ones(len(u))], 1).astype(np.float32)
    return Mesh(
        mesh.vertices,
        mesh.normals,
        mesh.colours,
        uv,
        mesh.faces,
        mesh.material,
        np.zeros(len(mesh.faces), np.int16),
        mesh.part,
    )


def _texture(photograph: Picture, mask: NDArray[np.float32]) -> Texture:
    """The photograph within the outline, and beside it the nearest colours of the thing: no background bleeds in."""
    from scipy import ndimage

    step = max(1, -(-max(photograph.shape[:2]) // _MOST_TEXELS))
    picture, inside = photograph[::step, ::step], mask[::step, ::step] > 0.85
    if not inside.any():
        inside = mask[::step, ::step] >= mask.max()
    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    filled = picture[nearest[0], nearest[1]]
    return np.dstack([filled, np.full(filled.shape[:2], 255, np.uint8)]).astype(np.uint8)

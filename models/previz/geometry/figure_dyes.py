"""Where the cloth of one garment has more than one colour: lapels, ties and aprons as a picture on its front, boots and
gloves by where they are.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.previz.geometry.actor import Texture
from models.previz.geometry.figure_body import arm_joints
from models.previz.geometry.figure_wardrobe import Outfit
from models.previz.geometry.solids import shaded
from models.previz.mesh import Mesh
from models.previz.world import Vector

FRONT_TEXTURE = 1  # index of the picture among a person's: the face is 0
_BOOT_TOP, _HAND = 0.36, 0.52  # metres: above the ground, and from the shoulder
_WIDE, _LOW, _HIGH = 0.20, 0.55, 1.50  # metres: what of the front the picture covers, half its width and its heights
_PIXELS = (256, 608)
_FINER = 3  # times as many while it is drawn, for smooth edges


def front_picture(worn: Outfit) -> Texture | None:
    """The picture on the front of the clothes, uint8[608, 256, 4] with alpha; None where there is nothing on it."""
    if worn.lapels is None and worn.tie is None and worn.apron is None:
        return None
    size = (_PIXELS[0] * _FINER, _PIXELS[1] * _FINER)
    picture = Image.new("RGBA", size, (*_srgb(worn.top), 0))
    draw = ImageDraw.Draw(picture)

    def shape(colour: Vector, *points: tuple[float, float]) -> None:
        corners = [((0.5 + x / (2 * _WIDE)) * size[0], (_HIGH - z) / (_HIGH - _LOW) * size[1]) for x, z in points]
        draw.polygon(corners, fill=(*_srgb(colour), 255))

    if worn.lapels is not None:
        shape(worn.lapels, (-0.062, 1.49), (0.062, 1.49), (0.0, 1.17))
        for side in (-1.0, 1.0):
            edge = [(0.062, 1.49), (0.098, 1.44), (0.086, 1.39), (0.100, 1.375), (0.0, 1.165)]
            shape(shaded(worn.top, 0.62), *((side * x, z) for x, z in edge))
        for z in (1.10, 1.02):
            shape(
                shaded(worn.top, 0.35), (0.010, z + 0.007), (0.024, z + 0.007), (0.024, z - 0.007), (0.010, z - 0.007)
            )
    if worn.tie is not None:
        shape(
            worn.tie,
            (-0.014, 1.455),
            (0.014, 1.455),
            (0.011, 1.425),
            (0.024, 1.23),
            (0.0, 1.195),
            (-0.024, 1.23),
            (-0.011, 1.425),
        )
    if worn.apron is not None:
        shape(
            worn.apron,
            (-0.085, 1.36),
            (0.085, 1.36),
            (0.115, 1.12),
            (0.165, 1.04),
            (0.175, 0.57),
            (-0.175, 0.57),
            (-0.165, 1.04),
            (-0.115, 1.12),
        )
        shape(shaded(worn.apron, 0.8), (-0.06, 1.0), (0.06, 1.0), (0.06, 0.88), (-0.06, 0.88))
    return np.asarray(picture.resize(_PIXELS, Image.Resampling.LANCZOS), np.uint8)


def pictured_front(mesh: Mesh, *, below: float = _LOW) -> Mesh:
    """A garment at rest with the front picture on what faces forward; `below`: metres under which it has none."""
    x, y, z = mesh.vertices.T
    seen = (y > 0.01) & (mesh.normals[:, 1] > 0.05) & (np.abs(x) < _WIDE) & (z > below)
    uv = np.stack([0.5 + x / (2 * _WIDE), (_HIGH - z) / (_HIGH - _LOW), seen], axis=1).astype(np.float32)
    shown = seen[mesh.faces].all(axis=1)
    return replace(mesh, uv=uv, texture=np.where(shown, FRONT_TEXTURE, -1).astype(np.int16))


def booted(mesh: Mesh, worn: Outfit) -> Mesh:
    """Trousers at rest with the boots over them."""
    return _dyed(mesh, worn.shoes, mesh.vertices[:, 2] < _BOOT_TOP) if worn.boots else mesh


def gloved(mesh: Mesh, side: float, worn: Outfit) -> Mesh:
    """An arm at rest with its glove."""
    if worn.gloves is None:
        return mesh
    shoulder, elbow = (np.array(joint) for joint in arm_joints(side)[:2])
    along = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
    return _dyed(mesh, worn.gloves, (mesh.vertices - shoulder) @ along > _HAND)


def _dyed(mesh: Mesh, colour: Vector, where: NDArray[np.bool_]) -> Mesh:
    colours = np.where(where[:, None], np.array(colour, np.float32), mesh.colours)
    return replace(mesh, colours=colours.astype(np.float32))


def _srgb(colour: Vector) -> tuple[int, int, int]:
    red, green, blue = (int(255 * min(1.0, part) ** 0.4545) for part in colour)
    return red, green, blue

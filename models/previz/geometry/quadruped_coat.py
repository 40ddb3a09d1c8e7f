"""How a four-legged animal is coloured: natural coats, light and dark by place, fur and photograph laid on."""

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.coat import EYE_GAP, EYE_LINE, Coat
from models.previz.geometry.quadruped_body import Proportions, nose_at, snout_tip
from models.previz.geometry.sdf import Surface
from models.previz.mesh import Material, Mesh
from models.previz.world import BodySpec, Vector

_COATS = {  # natural ones, by species: main, dark, light; which of them is the seed's choice
    "cat": (
        ((0.42, 0.22, 0.08), (0.20, 0.09, 0.03), (0.75, 0.62, 0.48)),
        ((0.16, 0.15, 0.15), (0.05, 0.05, 0.05), (0.62, 0.60, 0.58)),
        ((0.72, 0.68, 0.62), (0.35, 0.30, 0.26), (0.85, 0.82, 0.78)),
    ),
    "dog": (
        ((0.48, 0.28, 0.11), (0.28, 0.14, 0.05), (0.72, 0.58, 0.40)),
        ((0.12, 0.08, 0.06), (0.05, 0.04, 0.03), (0.45, 0.26, 0.12)),
        ((0.74, 0.70, 0.62), (0.50, 0.42, 0.32), (0.86, 0.84, 0.80)),
    ),
    "fox": (((0.58, 0.20, 0.05), (0.10, 0.05, 0.03), (0.82, 0.76, 0.68)),),
    "rabbit": (
        ((0.42, 0.34, 0.26), (0.24, 0.18, 0.13), (0.80, 0.77, 0.72)),
        ((0.80, 0.78, 0.75), (0.62, 0.58, 0.55), (0.88, 0.87, 0.85)),
    ),
    "horse": (((0.24, 0.10, 0.04), (0.05, 0.03, 0.02), (0.32, 0.17, 0.09)),),
}
_MOUTH = np.array((0.035, 0.014, 0.012))
FUR_SCALE = 1.5  # patches of fur a withers height


def natural(spec: BodySpec) -> Coat:
    """The coat without a photograph: the colours asked for, else one that nature has."""
    natural = _COATS[spec.species]
    main, dark, light = natural[spec.seed % len(natural)]
    if spec.colours:  # of two colours the darker is back and marks, the lighter belly and muzzle
        main = spec.colours[0]
        dark, light = _scaled(main, 0.30), _scaled(main, 0.6, 0.36)
        for other in spec.colours[1:]:
            if sum(other) < sum(main):
                dark = other
            else:
                light = other
        if spec.species == "fox":
            dark = (0.03, 0.02, 0.018)
    return Coat(main, dark, light)


def coated(
    surface: Surface,
    colours: NDArray[np.float64],
    part: int,
    uv: NDArray[np.float32] | None,
    texture: int,
) -> Mesh:
    """A surface in its colours, with a texture of its own where it has `uv`."""
    count = len(surface.faces)
    return Mesh(
        surface.vertices,
        surface.normals,
        colours.astype(np.float32),
        uv if uv is not None else np.zeros((len(surface.vertices), 3), np.float32),
        surface.faces,
        np.full(count, Material.FUR, np.uint8),
        np.full(count, texture if uv is not None else -1, np.int16),
        np.full(count, part, np.int32),
    )


def body_colours(surface: Surface, shape: Proportions, coat: Coat) -> NDArray[np.float64]:
    """Darker along the back, light at belly, throat and paws; a fox has dark stockings, a brush with a pale tip."""
    x, y, z = surface.vertices.T.astype(np.float64)
    main, dark, light = (np.array(colour) for colour in (coat.main, coat.dark, coat.light))
    back = np.clip((surface.normals[:, 2] - 0.35) * 0.8, 0, 0.42)
    below = np.clip(-surface.normals[:, 2] * 1.3 - 0.2, 0, 1) * np.clip((z - 0.25) * 5, 0, 1)
    throat = (
        np.clip((surface.normals[:, 1] - 0.30) * 1.6, 0, 0.9) * (y > shape.body - 0.1) * np.clip((z - 0.45) * 8, 0, 1)
    )
    paws = np.clip((0.13 - z) * 14, 0, 0.9) * (not shape.hoofed) * (not shape.stockings)
    stockings = np.clip((0.40 - z) * 5, 0, 1) * np.clip((y + shape.body + 0.25) * 6, 0, 1) * shape.stockings
    hoof = np.clip((0.09 - z) * 40, 0, 1) * shape.hoofed
    behind = -y - shape.body
    mane = np.clip((z - 1.02) * 30, 0, 1) * (np.abs(x) < 0.05) * (surface.normals[:, 1] < 0.3) * shape.mane
    mane = np.maximum(mane, np.clip((behind - 0.10) * 14, 0, 1) * shape.mane)
    tip = np.clip((behind - 0.72) * 5, 0, 1) * (shape.ear != "long") * (not shape.mane)
    end = light if shape.stockings or sum(coat.dark) > 0.7 * sum(coat.main) else dark
    colours = np.tile(main, (len(x), 1))
    for share, colour in (
        (back, dark),
        (np.maximum(below, throat), light),
        (paws, light),
        (stockings, dark),
        (tip * 0.85, end),
        (mane, dark),
    ):
        colours += share[:, None] * (colour - colours)
    return np.asarray(colours + hoof[:, None] * (np.array((0.03, 0.025, 0.02)) - colours))


def head_colours(surface: Surface, shape: Proportions, coat: Coat) -> NDArray[np.float64]:
    """Light round the mouth, rosy inside the ears, dark at their back."""
    x, y, z = surface.vertices.T.astype(np.float64)
    main, dark, light = (np.array(colour) for colour in (coat.main, coat.dark, coat.light))
    low = np.clip((shape.head_z - shape.head * 0.18 - z) / (shape.head * 0.3), 0, 1)
    low *= np.clip((y - shape.head_y) / shape.head * 1.4, 0, 1)
    crown = np.clip((z - shape.head_z - shape.head * 0.45) / (shape.head * 0.5), 0, 0.6)
    crown *= 0.35
    ear = np.clip((z - shape.head_z - shape.head * 0.72) * 30, 0, 1) if shape.ear != "hanging" else 0.0 * z
    inside = ear * np.clip(surface.normals[:, 1] * 3 - 0.6, 0, 1)
    tip, size = snout_tip(shape), 0.82 * shape.snout_radius
    before = np.clip((y - tip[1] - 0.25 * size) / (0.2 * size), 0, 1) * (not shape.hoofed)
    parting = np.exp(-((x / (0.11 * size)) ** 2)) * before * (z < tip[2] + 0.35 * size)  # of the lip, under the nose
    within = np.clip((-0.5 - surface.normals[:, 2]) * 4, 0, 1) * np.clip((y - tip[1] + 0.5 * size) / (0.4 * size), 0, 1)
    colours = np.tile(main, (len(x), 1))
    rosy = 0.5 * light + 0.5 * np.array((0.62, 0.30, 0.26))
    for share, colour in (
        (low * 0.85, light),
        (crown, dark),
        (ear * 0.45, dark),
        (inside, rosy),
        (0.85 * np.maximum(parting, within * (z < tip[2])), _MOUTH),
    ):
        colours += share[:, None] * (colour - colours)
    return colours


def face_uv(surface: Surface, shape: Proportions, nose_line: float) -> NDArray[np.float32]:
    """`coat.head_of` wrapped round the head, its eyes where the head's are; the ears keep their colours.

    `nose_line`: where the photograph has the nose, in eye gaps below the eyes. The snout stands before the face: it is
    wrapped as if it lay in it, and what the photograph has between eyes and nose is laid between its own.
    """
    x, y, z = surface.vertices.T
    r = shape.head
    gap = 2 * r * shape.eye[0]
    side = gap / EYE_GAP  # withers heights that the face is wide
    above = np.clip((z - shape.head_z) / (0.9 * r), 0, 0.85)  # cheeks and jaw are as wide as the skull
    section = r * np.sqrt(1 - above**2)
    ahead = np.minimum(y - shape.head_y + 0.15 * r, np.sqrt(np.maximum(section**2 - x**2, 0.02 * r * r)) + 0.15 * r)
    u = 0.5 - np.arctan2(x, ahead) * r / (3 * side)  # who looks at a face has its left at their right
    eyes, nose = shape.head_z + r * shape.eye[2], nose_at(shape)[2]
    down, photographed = eyes - z, min(nose_line * gap, 2.4 * (eyes - nose))
    down = np.where(
        down > 0, np.interp(down, (0, eyes - nose, 9), (0, photographed, photographed + 9 - eyes + nose)), down
    )
    v = 0.25 + (EYE_LINE + down / side) / 2
    ear = np.clip((z - shape.head_z - r * 0.75) * 24, 0, 1) if shape.ear != "hanging" else 0.0 * z
    return np.stack([u, v.clip(0.002, 0.998), 0.94 * (1 - ear)], axis=1).astype(np.float32)


def jaw_colours(surface: Surface, shape: Proportions, coat: Coat) -> NDArray[np.float64]:
    """Light fur, and within it a tongue."""
    colours = np.tile(np.array(coat.light) * (0.75 if shape.hoofed else 1.0), (len(surface.vertices), 1))
    tongue = np.clip((surface.normals[:, 2] - 0.25) * 5, 0, 1)[:, None]
    return np.asarray(colours + tongue * (np.array((0.38, 0.09, 0.085)) - colours))


def fur_uv(vertices: NDArray[np.float32], shown: float) -> NDArray[np.float32]:
    x, y, z = vertices.T
    u, v = (y + 0.35 * np.abs(x)) * FUR_SCALE, (0.8 * np.abs(x) - z) * FUR_SCALE
    return np.stack([u, v, np.full(len(x), shown)], axis=1).astype(np.float32)


def _scaled(colour: Vector, factor: float, plus: float = 0.0) -> Vector:
    return colour[0] * factor + plus, colour[1] * factor + plus, colour[2] * factor + plus

"""A person's face as a picture on the front of the head: drawn brows, lashes, lips and cheeks."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.previz.geometry.eyelids import Lids, patch_lids
from models.previz.geometry.figure_body import EYE
from models.previz.geometry.figure_likeness import EYE_GAP, EYE_LINE
from models.previz.mesh import Mesh

SIZE = 256
HALF, TOP = 0.1, 1.70  # metres: the picture covers x within HALF, and z from TOP - 2 HALF to TOP
_LOWER = 0.95  # the head's mouth is a little further below its eyes than most people's
_FINER = 4  # drawn this much larger, then reduced
Point = tuple[float, float]


def drawn_face(lips: tuple[int, int, int], brows: tuple[int, int, int]) -> NDArray[np.uint8]:
    """The face, uint8[SIZE, SIZE, 4], clear where skin shows; colours are sRGB."""
    scale = SIZE * _FINER / (2 * HALF)
    picture = Image.new("RGBA", (SIZE * _FINER,) * 2, (*lips, 0))
    draw = ImageDraw.Draw(picture)

    def at(x: float, z: float) -> Point:
        return (x + HALF) * scale, (TOP - z) * scale

    def line(points: list[Point], colour: tuple[int, int, int, int], metres: float) -> None:
        draw.line([at(*point) for point in points], fill=colour, width=max(1, int(metres * scale)), joint="curve")

    for s in (-1, 1):
        along = np.linspace(0, 1, 13)  # from the nose outwards: an arch, thick within and thin without
        arch = 1.6605 + 0.0062 * np.sin(np.pi * along**0.8) - 0.003 * along**2
        half = 0.0036 * (1 - along**2.2) * np.minimum(1, 0.45 + 4 * along) + 0.0004
        brow = [(0.0125 + 0.040 * a, z + h) for a, z, h in zip(along, arch, half, strict=True)]
        brow += [(0.0125 + 0.040 * a, z - h) for a, z, h in zip(along, arch, half, strict=True)][::-1]
        draw.polygon([at(s * float(x), float(z)) for x, z in brow], fill=(*brows, 225))
        for ring in range(20, 0, -1):
            reach, tall = 0.001 * ring, 0.0008 * ring
            draw.ellipse(
                [*at(s * 0.046 - reach, 1.598 + tall), *at(s * 0.046 + reach, 1.598 - tall)],
                fill=(*lips, 70 - 3 * ring),
            )
        draw.ellipse(
            [*at(s * 0.0085 - 0.0035, 1.5985), *at(s * 0.0085 + 0.0035, 1.5955)], fill=(*_shade(lips, 0.55), 200)
        )
    mouth = [
        (-0.025, 1.5725),
        (-0.008, 1.579),
        (0, 1.577),
        (0.008, 1.579),
        (0.025, 1.5725),
        (0.010, 1.5645),
        (-0.010, 1.5645),
    ]
    draw.polygon([at(*point) for point in mouth], fill=(*_shade(lips, 0.85), 230))
    line([(-0.026, 1.574), (-0.01, 1.572), (0.01, 1.572), (0.026, 1.574)], (*_shade(lips, 0.45), 255), 0.0026)
    return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS), np.uint8)


def face_uv(vertices: NDArray[np.float32], normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where the picture lies on the head: seen from the front, fading out at the sides."""
    front = np.clip((normals[:, 1] - 0.05) / 0.3, 0, 1) * (vertices[:, 2] > 1.53) * (vertices[:, 1] > 0.03)
    u, v = (HALF - vertices[:, 0]) / (2 * HALF), (TOP - vertices[:, 2]) / (2 * HALF)
    return np.stack([u, v, front], axis=1).astype(np.float32)


def _shade(colour: tuple[int, int, int], factor: float) -> tuple[int, int, int]:
    return int(colour[0] * factor), int(colour[1] * factor), int(colour[2] * factor)


def photograph_uv(vertices: NDArray[np.float32], normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where a photograph's face (`figure_likeness.face_on_head`) lies on the head, its eyes where the head's are."""
    side = 2 * EYE[0] / EYE_GAP  # metres that the picture is wide
    front = np.clip((normals[:, 1] + 0.05) / 0.3, 0, 1) * (vertices[:, 2] > 1.53)
    u, v = 0.5 - vertices[:, 0] / side, EYE_LINE - (vertices[:, 2] - EYE[2]) / side * _LOWER
    return np.stack([u.clip(0, 1), v.clip(0, 1), front], axis=1).astype(np.float32)


def photograph_lids(head: Mesh, size: float) -> Lids:
    """Lids over the photograph's eyes on a head of that size that wears it; they show the skin below the eyes."""
    middles = [(0.5 - side * EYE_GAP / 2, EYE_LINE) for side in (-1, 1)]
    before = head.vertices[:, 1] > 0.04
    return patch_lids(
        head, before, middles, (0.27 * EYE_GAP, 0.17 * EYE_GAP), 0.34 * EYE_GAP, 2 * EYE[0] * size, (11, 11), finer=2
    )

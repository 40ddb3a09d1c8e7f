"""A person's eyes: pupil, iris and white as rings of a ball that turns, upper lids that close over it, lower ones."""

import numpy as np

from models.previz.geometry.figure_body import EYE, EYE_RADIUS, SIDES, sided
from models.previz.geometry.skin import Matrix, turned
from models.previz.mesh import Material, Mesh
from models.previz.world import Vector

EYE_PART, LID_PART, _HEAD_PART = 10, 11, 1  # part ids; a lower lid is the head's, so that no line parts them
_ROUND = 28  # vertices of a ring
_WHITE: Vector = (0.60, 0.575, 0.55)
_DARK: Vector = (0.006, 0.006, 0.006)
_LASH: Vector = (0.014, 0.009, 0.007)
_PUPIL, _IRIS, _RIM = 14.0, 29.0, 33.5  # degrees from the middle of the eye
_UPPER, _LOWER = 0.24, 0.32  # radians: how far the edge of a lid lies from level, in front, with the eye open
_LEVEL = 84.0  # degrees from a lid's pole to its edge


def eyes(skin: Vector, iris: Vector) -> list[tuple[Mesh, str]]:
    """Meshes at rest, of a head of the usual size, and the bone that carries each."""
    found = []
    rim = (0.35 * iris[0], 0.35 * iris[1], 0.35 * iris[2])
    seen = [
        (0.0, _DARK), (0.6 * _PUPIL, _DARK), (_PUPIL, _DARK), (_PUPIL, iris), (_IRIS, iris), (_IRIS, rim), (_RIM, rim),
        (_RIM, _WHITE), (46.0, _WHITE), (60.0, _WHITE), (75.0, _WHITE), (92.0, _WHITE), (110.0, _WHITE),
    ]  # fmt: skip
    fold: Vector = (0.80 * skin[0], 0.78 * skin[1], 0.78 * skin[2])
    lid = [(0.0, fold), *((degrees, fold) for degrees in (14.0, 28.0, 42.0, 56.0, 68.0, 78.0))]
    under: Vector = (0.93 * skin[0], 0.91 * skin[1], 0.91 * skin[2])
    edge = (0.85 * skin[0], 0.60 * skin[1], 0.58 * skin[2])
    pouch = [(0.0, under), *((degrees, under) for degrees in (14.0, 28.0, 42.0, 56.0, 70.0, 80.0)), (_LEVEL - 4, edge)]
    forward, down = turned((1, 0, 0), -np.pi / 2), turned((1, 0, 0), np.pi)
    for side, x in SIDES:
        at = sided(EYE, x)
        found += [
            (_cap(seen, forward, at, 1.0, Material.EYE, EYE_PART), f"eye_{side}"),
            (
                _cap(
                    [*lid, (78.0, _LASH), (_LEVEL, _LASH)],
                    turned((1, 0, 0), _UPPER),
                    at,
                    1.085,
                    Material.SKIN,
                    LID_PART,
                ),
                f"lid_{side}",
            ),
            (_cap(pouch, turned((1, 0, 0), -_LOWER) @ down, at, 1.06, Material.SKIN, _HEAD_PART), "head"),
        ]
    return found


def _cap(rings: list[tuple[float, Vector]], way: Matrix, at: Vector, radii: float, material: int, part: int) -> Mesh:
    """Part of a ball round the pole +z, ring by ring (degrees from the pole, colour), turned and placed."""
    polar = np.radians([degrees for degrees, _ in rings])[:, None]
    around = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)[None]
    flat = np.sin(polar)
    unit = np.stack([flat * np.cos(around), flat * np.sin(around), np.cos(polar) + 0 * around], axis=-1).reshape(-1, 3)
    normals = np.ascontiguousarray(unit @ way.T, np.float32)
    ring, step = np.meshgrid(np.arange(len(rings) - 1), np.arange(_ROUND), indexing="ij")
    a, b = ring * _ROUND + step, ring * _ROUND + (step + 1) % _ROUND
    faces = np.stack([a, a + _ROUND, b + _ROUND, a, b + _ROUND, b], axis=-1).reshape(-1, 3).astype(np.int32)
    return Mesh(
        (normals * np.float32(radii * EYE_RADIUS) + np.array(at, np.float32)).astype(np.float32),
        normals,
        np.repeat(np.array([colour for _, colour in rings], np.float32), _ROUND, axis=0),
        np.zeros((len(unit), 3), np.float32),
        faces,
        np.full(len(faces), material, np.uint8),
        np.full(len(faces), -1, np.int16),
        np.full(len(faces), part, np.int32),
    )

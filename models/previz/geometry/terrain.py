"""What closes the horizon: ridges of hills, peaks with snow, table mountains."""

import numpy as np

from models.previz.geometry import solids
from models.previz.geometry.solids import moved, paint
from models.previz.mesh import Mesh
from models.previz.world import Vector


def hills(seed: int, near: float, height: float, colour: Vector, rough: float = 0.3, count: int = 90) -> Mesh:
    """A ridge across the horizon at y = `near` and behind, `height` at its highest."""
    random = np.random.default_rng(seed)
    x = np.linspace(-near * 2.2, near * 2.2, count)
    ridge = sum(
        a * np.sin(x / near * f + random.uniform(0, 6)) for f, a in ((2.1, 0.5), (4.7, 0.3), (9.3, 0.2 * rough))
    )
    ridge = height * (0.55 + 0.45 * np.asarray(ridge) / 1.0)
    ridge += rough * height * 0.12 * random.normal(size=count)
    rows = np.array([(0.0, 0.0), (0.45, 0.5), (0.8, 0.85), (1.0, 1.0), (1.9, 0.0)])
    points = np.stack(
        [
            np.broadcast_to(x, (5, count)),
            near + rows[:, :1] * near * 0.45 + random.normal(0, rough * near * 0.01, (5, count)),
            np.maximum(rows[:, 1:] * ridge * (1 + rough * 0.25 * random.normal(size=(5, count))), -0.5) - 0.3,
        ],
        2,
    ).reshape(-1, 3)
    row, step = np.meshgrid(np.arange(4), np.arange(count - 1), indexing="ij")
    a = (row * count + step).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + count + 1], 1), np.stack([a, a + count + 1, a + count], 1)])
    tint = np.asarray(colour) * random.uniform(0.9, 1.1, (len(points), 1))
    if rough > 0.8:
        return solids.faceted(points, faces, tint)
    return solids.surface(points, solids.smooth_normals(points, faces), faces, tint)


def peaks(seed: int, near: float, height: float) -> Mesh:
    """Jagged mountains, rock below and snow above."""
    random = np.random.default_rng(seed)
    ridge = hills(seed, near, height, paint("#707b8c"), 1.0, 60)
    own = ridge.vertices.reshape(-1, 3, 3)
    slope = ridge.normals.reshape(-1, 3, 3).mean(1)[:, 2]
    level = own[:, :, 2].mean(1) / height + random.normal(0, 0.05, len(own)) + 0.3 * slope
    snow = np.clip((level - 0.38) / 0.12, 0, 1)[:, None]
    tint = np.array(paint("#7a8494")) * (1 - snow) + np.array((0.86, 0.90, 0.97)) * snow
    return solids.faceted(ridge.vertices, ridge.faces, tint[:, None])


def mesa(seed: int, x: float, y: float, radius: float, height: float) -> Mesh:
    """A table mountain in layers of red."""
    random = np.random.default_rng(seed)
    levels = [(1.5, 0.0), (1.15, 0.3), (1.0, 0.36), (0.97, 0.6), (0.9, 0.64), (0.87, 0.95), (0.8, 1.0), (0.0, 1.0)]
    red = np.array(paint("#b0603c"))
    tint = np.array([red * (0.85 + 0.25 * (k % 2)) for k in range(len(levels))])
    body = solids.lathe([(r * radius, z * height) for r, z in levels], tint, 30)
    angle = np.arctan2(body.vertices[:, 1], body.vertices[:, 0])
    wave = 1 + sum(0.07 * np.sin(angle * f + random.uniform(0, 6)) for f in (2, 5, 9))
    points = body.vertices * np.stack([wave, wave, np.ones_like(wave)], 1)
    return moved(solids.faceted(points, body.faces, body.colours), (x, y, 0))

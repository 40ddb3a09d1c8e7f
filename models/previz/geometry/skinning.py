"""The machine code of a skin that follows its bones: vertex by vertex, without a library's threads.

A matrix product of thin arrays would wake a thread a core, which spin while the renderer wants them.
"""

import math

import numpy as np
from numpy.typing import NDArray

from models.previz.render.kernel import kernel


@kernel
def skin_rows(
    first: int,
    last: int,
    vertices: NDArray[np.float32],
    normals: NDArray[np.float32],
    weighted: NDArray[np.float32],
    duals: NDArray[np.float32],
    stand: NDArray[np.float32],
    blend: NDArray[np.float64],
    where: NDArray[np.float32],
    facing: NDArray[np.float32],
) -> None:
    """Vertices `first` to `last` of `where` and `facing` [V, 3]: blended dual quaternions, then `stand` [3, 5].

    `weighted` [V, B]: shares of the bones; `duals` [B, 8]; `stand`: a rotation, a scale of each axis, a move; `blend`
    [8] is memory to work in.
    """
    bones = duals.shape[0]
    for vertex in range(first, last):
        heaviest = 0
        for bone in range(1, bones):
            if weighted[vertex, bone] > weighted[vertex, heaviest]:
                heaviest = bone
        blend[:] = 0.0
        for bone in range(bones):
            share = float(weighted[vertex, bone])
            if share == 0.0:
                continue
            along = 0.0
            for k in range(4):
                along += duals[heaviest, k] * duals[bone, k]
            if along < 0:  # q and -q are one rotation
                share = -share
            for k in range(8):
                blend[k] += share * duals[bone, k]
        length = 1.0 / math.sqrt(blend[0] ** 2 + blend[1] ** 2 + blend[2] ** 2 + blend[3] ** 2)
        w, x, y, z = blend[0] * length, blend[1] * length, blend[2] * length, blend[3] * length
        dw, dx, dy, dz = blend[4] * length, blend[5] * length, blend[6] * length, blend[7] * length
        move_x = 2 * (w * dx - dw * x + y * dz - z * dy)
        move_y = 2 * (w * dy - dw * y + z * dx - x * dz)
        move_z = 2 * (w * dz - dw * z + x * dy - y * dx)
        for kind in range(2):
            rest = vertices if kind == 0 else normals
            a = float(rest[vertex, 0])
            b = float(rest[vertex, 1])
            c = float(rest[vertex, 2])
            tx = y * c - z * b + w * a
            ty = z * a - x * c + w * b
            tz = x * b - y * a + w * c
            a += 2 * (y * tz - z * ty)
            b += 2 * (z * tx - x * tz)
            c += 2 * (x * ty - y * tx)
            for axis in range(3):
                if kind == 0:
                    along = (
                        stand[axis, 0] * (a + move_x) + stand[axis, 1] * (b + move_y) + stand[axis, 2] * (c + move_z)
                    )
                    where[vertex, axis] = along * stand[axis, 3] + stand[axis, 4]
                else:
                    facing[vertex, axis] = stand[axis, 0] * a + stand[axis, 1] * b + stand[axis, 2] * c

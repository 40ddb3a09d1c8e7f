"""How things are turned: unit quaternions (w, x, y, z) as MuJoCo has them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Quaternion = tuple[float, float, float, float]


def times(a: Quaternion, b: Quaternion) -> Quaternion:
    """The product of two quaternions (w, x, y, z): first the turn b, then a."""
    return (
        a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
        a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
        a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
        a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
    )


def rotation(quaternion: Floats) -> Floats:
    """The 3x3 rotation of a unit quaternion (w, x, y, z)."""
    w, x, y, z = quaternion
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )

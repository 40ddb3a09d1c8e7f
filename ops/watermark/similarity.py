"""How alike two pictures are to the eye, as SSIM says it; compiled, since a mark is fitted to its clip by it.

Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE
Transactions on Image Processing 13, 2004, with the even window of seven pixels that scikit-image uses by default: the
same number, ten times as fast.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.roles import Picture

_WINDOW = 7  # pixels
_FIRST, _SECOND = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # the paper's C1 and C2


def structural_similarity(one: Picture, other: Picture) -> float:
    """SSIM of two pictures, uint8[H, W, 3], the mean of their channels; 1 where they are the same.

    Raises ValueError for pictures of two sizes, or smaller than the window.
    """
    if one.shape != other.shape or min(one.shape[:2]) < _WINDOW:
        raise ValueError(
            f"pictures of one size, {_WINDOW} pixels or more, are compared; got {one.shape}, {other.shape}"
        )
    return float(_similarity(one, other, np.zeros((5, one.shape[1]), np.int64), _WINDOW, _FIRST, _SECOND))


@njit(cache=True, nogil=True)
def _similarity(
    one: Picture, other: Picture, sums: NDArray[np.int64], window: int, first: float, second: float
) -> float:
    """`sums` [5, W]: of each column over the window's rows, of a, b, aa, bb and ab. Whole numbers: no error adds up."""
    height, width, channels = one.shape
    count = window * window
    whole = 0.0
    for channel in range(channels):
        sums[:] = 0
        for y in range(height):
            for x in range(width):
                a, b = np.int64(one[y, x, channel]), np.int64(other[y, x, channel])
                sums[0, x] += a
                sums[1, x] += b
                sums[2, x] += a * a
                sums[3, x] += b * b
                sums[4, x] += a * b
            if y >= window:
                for x in range(width):
                    a, b = np.int64(one[y - window, x, channel]), np.int64(other[y - window, x, channel])
                    sums[0, x] -= a
                    sums[1, x] -= b
                    sums[2, x] -= a * a
                    sums[3, x] -= b * b
                    sums[4, x] -= a * b
            if y < window - 1:
                continue
            sa, sb, saa, sbb, sab = 0, 0, 0, 0, 0
            for x in range(width):
                sa += sums[0, x]
                sb += sums[1, x]
                saa += sums[2, x]
                sbb += sums[3, x]
                sab += sums[4, x]
                if x >= window:
                    sa -= sums[0, x - window]
                    sb -= sums[1, x - window]
                    saa -= sums[2, x - window]
                    sbb -= sums[3, x - window]
                    sab -= sums[4, x - window]
                if x < window - 1:
                    continue
                # means, and variances as of a sample
                ma, mb = sa / count, sb / count
                va = (saa - sa * ma) / (count - 1)
                vb = (sbb - sb * mb) / (count - 1)
                both = (sab - sa * mb) / (count - 1)
                likeness = (2 * ma * mb + first) * (2 * both + second)
                whole += likeness / ((ma * ma + mb * mb + first) * (va + vb + second))
    return float(whole / (channels * (height - window + 1) * (width - window + 1)))

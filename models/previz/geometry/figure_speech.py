"""The lower face that moves when a person speaks: the jaw that drops, lips that round or spread, what shows between."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.coat import smooth
from models.previz.geometry.figure_body import HEAD_ROOT, MOUTH, grown

_DROP, _BACK = 0.0125, 0.0030  # metres: how far an open jaw takes the lower lip down, and back
_HINGE = 1.600  # metres: nothing above it follows the jaw
_NARROW, _WIDE, _POUT = 0.30, 0.20, 0.0060  # of lips that round and spread: shares of their width, metres forward
_REACH = 0.030  # metres round the mouth that lips pull with them


@dataclass(frozen=True, slots=True)
class Speech:
    """Which vertices of a head speech moves, and how far: metres at the reference height, [N] and [N, 3]."""

    where: NDArray[np.int64]
    jaw: NDArray[np.float32]  # the way of each with the mouth wide open
    rounded: NDArray[np.float32]
    spread: NDArray[np.float32]

    def moved(self, rest: NDArray[np.float32], mouth: float, lips: float) -> None:
        """Move the vertices of a figure at rest, in place. `mouth` 0 to 1, `lips` -1 rounded to 1 spread."""
        shape = -lips * self.rounded if lips < 0 else lips * self.spread
        rest[self.where] += (mouth * self.jaw + shape).astype(np.float32)


def speech_of(head: NDArray[np.float32], first: int, size: float) -> Speech:
    """How a head of that size speaks; `head` are its vertices, the first of which is the figure's vertex `first`."""
    root = np.array(HEAD_ROOT)
    points = (head.astype(np.float64) - root) / size + root
    x, _, z = (points - np.array(MOUTH)).T
    ahead = smooth((points[:, 1] - 0.005) / 0.06)
    above = smooth((_HINGE - points[:, 2]) / 0.026) * smooth((points[:, 2] - 1.475) / 0.045)
    # the upper lip stays: what is above the line between the lips follows hardly
    lower = smooth((0.0005 - z) / 0.006) * np.exp(-((x / 0.030) ** 2))
    cheeks = 0.55 * smooth((-0.004 - z) / 0.02)
    share = ahead * above * np.maximum(lower, cheeks)
    jaw = share[:, None] * np.array((0.0, -_BACK, -_DROP))
    near = np.exp(-((x**2 + (1.3 * z) ** 2) / _REACH**2)) * ahead
    lip = np.exp(-((x / 0.026) ** 2 + (z / 0.011) ** 2)) * ahead
    rounded = np.stack([-_NARROW * x * near, _POUT * lip, 0.10 * z * near], axis=1)
    spread = np.stack([_WIDE * x * near, -0.0015 * lip, 0.05 * np.abs(x) * near], axis=1)
    chosen = np.flatnonzero(np.maximum(share, near) > 0.004)
    ways = (size * way[chosen] for way in (jaw, rounded, spread))
    a, b, c = (np.ascontiguousarray(way, np.float32) for way in ways)
    return Speech(chosen + first, a, b, c)


def between_lips(
    rest: NDArray[np.float32], mouth: float, lips: float, size: float, *, teeth: bool
) -> NDArray[np.float32]:
    """The vertices of the dark of the mouth, or of the teeth in it, with the mouth so; shut, they are behind the lips.

    Of a wide open mouth the figure at rest has them.
    """
    x, _, z = grown(MOUTH, size)
    wide = (1 - _NARROW * max(-lips, 0.0) + _WIDE * max(lips, 0.0)) * (0.80 + 0.20 * min(1.0, 4 * mouth))
    tall = 0.02 + 0.98 * mouth
    top = z + size * 0.0016
    found = rest.copy()
    found[:, 0] = x + (rest[:, 0] - x) * wide
    found[:, 1] += size * (_POUT * max(-lips, 0.0) * 0.8 - 0.02 * (1 - min(1.0, 4 * mouth)))
    shown = min(1.0, 2.2 * tall) if teeth else tall  # teeth keep their height: lips uncover them
    found[:, 2] = top + (rest[:, 2] - top) * shown
    return found

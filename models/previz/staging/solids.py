"""What things are to collisions: most are one ball, box or cylinder; a hoop has a board and a rim to fall through.

Sizes and places are in the thing's own axes, from the middle of its bounding box.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from models.previz.geometry.shapes import HOOP, collision, half_extents
from models.previz.world import RigidSpec, Vector

_RIM_PIECES = 14
_BASE = (0.45, 0.39, 0.14)  # metres: half of the weight a hoop stands on
SPRING_HERTZ = 2.6  # of a trampoline under whatever lies on it: a fall of 2 m sinks 0.4 m
SPRING_LOSS = 0.10  # damping ratio: most of a fall comes back


@dataclass(frozen=True, slots=True)
class Solid:
    """One piece. `size` as MuJoCo reads it for its kind; `ends` of a capsule instead of a place."""

    kind: str  # sphere, box, cylinder, capsule
    size: tuple[float, ...]
    at: Vector = (0.0, 0.0, 0.0)
    ends: tuple[Vector, Vector] | None = None
    share: float = 1.0  # of the thing's mass
    springy: bool = False


def solids_of(spec: RigidSpec) -> Sequence[Solid]:
    """The pieces a thing collides as; shares of mass sum to 1."""
    half: Vector = half_extents(spec)
    if spec.shape == "hoop":
        return _hoop(spec.size / HOOP.size[2], half[2])
    if spec.shape == "trampoline":
        return (
            Solid("cylinder", (0.82 * half[0], 0.98 * half[2]), share=0.4, springy=True),
            *_ring(half[0] * 0.95, 0.05 * spec.size, half[2] * 0.9, 0.6),
        )
    kind = collision(spec.shape)
    if kind == "sphere":
        return (Solid("sphere", (half[2],)),)
    if kind == "cylinder":
        return (Solid("cylinder", (half[0], half[2])),)
    return (Solid("box", half),)


def aim_of(spec: RigidSpec) -> Vector:
    """Where one throws at a thing: its middle, or through a hoop's rim."""
    if spec.shape != "hoop":
        return (0.0, 0.0, 0.0)
    scale = spec.size / HOOP.size[2]
    x, y, z = HOOP.rim_centre
    return (scale * x, scale * y, scale * z - half_extents(spec)[2])


def _hoop(scale: float, low: float) -> tuple[Solid, ...]:
    """Rim, board, pole and base of a hoop `scale` times the regulation's; `low`: half of its height."""

    def placed(point: Vector) -> Vector:
        return (scale * point[0], scale * point[1], scale * point[2] - low)

    x, y, z = HOOP.rim_centre
    corners = [
        placed((x + HOOP.rim_radius * math.sin(a), y + HOOP.rim_radius * math.cos(a), z))
        for a in (math.tau * k / _RIM_PIECES for k in range(_RIM_PIECES + 1))
    ]
    rim = [
        Solid("capsule", (scale * HOOP.rim_tube,), ends=(corners[k], corners[k + 1]), share=0.002)
        for k in range(_RIM_PIECES)
    ]
    board: Vector = (scale * HOOP.board_half[0], scale * HOOP.board_half[1], scale * HOOP.board_half[2])
    base: Vector = (scale * _BASE[0], scale * _BASE[1], scale * _BASE[2])
    return (
        Solid("box", base, at=placed((0.0, HOOP.pole_y, _BASE[2])), share=0.90),
        Solid("box", board, at=placed(HOOP.board_centre), share=0.03),
        Solid("cylinder", (scale * 0.08, scale * 1.3), at=placed((0.0, HOOP.pole_y, 1.5)), share=0.042),
        *rim,
    )


def _ring(radius: float, tube: float, z: float, share: float) -> tuple[Solid, ...]:
    corners = [(radius * math.sin(a), radius * math.cos(a), z - tube) for a in (math.tau * k / 12 for k in range(13))]
    return tuple(Solid("capsule", (tube,), ends=(corners[k], corners[k + 1]), share=share / 12) for k in range(12))

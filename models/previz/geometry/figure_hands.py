"""Fingers that close: the part of a hand that a grip bends.

A finger bends as an arc from its knuckle, the same at every joint, so that a closed hand lies round what it holds; the
thumb comes over from the side.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.figure_body import SIDES, arm_joints
from models.previz.geometry.skin import turned

RELAXED = 0.17  # how closed a hand is that does nothing
_KNUCKLE = 0.078  # metres from the wrist
_CURL = 3.6  # radians from knuckle to tip of a fist
_THUMB_FROM, _THUMB_TO = 0.030, 0.046  # metres to the side where the thumb begins, and is all thumb
_THUMB_TURN = 1.15  # radians of a fist
_ROUND = 0.11  # metres round the middle of a hand that is hand


@dataclass(frozen=True, slots=True)
class Hand:
    """The vertices of one hand. `local`: metres along the fingers, to the thumb, out of the back; float64[N, 3]."""

    where: NDArray[np.int64]
    wrist: NDArray[np.float64]  # [3]
    axes: NDArray[np.float64]  # [3, 3]: rows along, across and out of the back
    local: NDArray[np.float64]
    normals: NDArray[np.float64]  # [N, 3], in the same axes
    thumb: NDArray[np.float64]  # [N], 0 to 1

    def closed(self, rest: NDArray[np.float32], normals: NDArray[np.float32], grip: float, pointing: float) -> None:
        """Bend the fingers of a figure at rest, in place.

        `grip`: 0 flat to 1 a fist; `pointing`: 1 leaves the first finger straight.
        """
        along, across, back = self.local.T
        first = np.clip((across - 0.0165) / 0.006, 0.0, 1.0)
        closed = np.maximum(grip * (1 - pointing * first), 1e-4)
        reach = np.maximum(along - _KNUCKLE, 0.0) * (1 - self.thumb)
        length = _finger_length(across)
        bend = closed * _CURL / length  # radians a metre
        angle = bend * reach
        sine, cosine = np.sin(angle), np.cos(angle)
        found = np.stack(
            [
                along - reach + sine / bend + back * sine,
                across * (1 - 0.10 * closed * (reach > 0)),  # fingers of a fist lie side by side
                back * cosine - (1 - cosine) / bend,
            ],
            axis=1,
        )
        facing = np.stack(
            [
                self.normals[:, 0] * cosine + self.normals[:, 2] * sine,
                self.normals[:, 1],
                self.normals[:, 2] * cosine - self.normals[:, 0] * sine,
            ],
            axis=1,
        )
        over = grip * _THUMB_TURN
        turn = turned((0, 0, 1), -0.45 * over) @ turned((1, 0, 0), -over)
        pivot = np.array((0.03, _THUMB_FROM - 0.004, 0.0))
        swung = (found - pivot) @ turn.T + pivot
        found += self.thumb[:, None] * (swung - found)
        facing += self.thumb[:, None] * (facing @ turn.T - facing)
        facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-6)
        rest[self.where] = (found @ self.axes + self.wrist).astype(np.float32)
        normals[self.where] = (facing @ self.axes).astype(np.float32)


def _finger_length(across: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from knuckle to tip, of the finger that far to the thumb's side (`figure_body.arm_field`)."""
    return np.interp(across, (-0.029, -0.0105, 0.0105, 0.030), (0.064, 0.080, 0.084, 0.074))


def hands_of(vertices: NDArray[np.float32], normals: NDArray[np.float32]) -> dict[str, Hand]:
    """The hands of a person's mesh at rest, by side."""
    found = {}
    for side, x in SIDES:
        _, _, wrist, tips = (np.array(joint) for joint in arm_joints(x))
        along = (tips - wrist) / np.linalg.norm(tips - wrist)
        across = np.array([0.0, 1.0, 0.0])
        axes = np.stack([along, across, x * np.cross(along, across)])
        near = np.linalg.norm(vertices - (wrist + 0.10 * along), axis=1) < _ROUND
        local = (vertices.astype(np.float64) - wrist) @ axes.T
        where = np.flatnonzero(near & (local[:, 0] > 0.01))
        local = local[where]
        thumb = np.clip((local[:, 1] - _THUMB_FROM) / (_THUMB_TO - _THUMB_FROM), 0.0, 1.0)
        thumb *= np.clip((local[:, 0] - 0.028) / 0.022, 0.0, 1.0)  # the ball of the thumb stays
        thumb *= np.clip((0.112 - local[:, 0]) / 0.010, 0.0, 1.0)  # the first finger's tip is no thumb
        found[side] = Hand(where, wrist, axes, local, normals[where].astype(np.float64) @ axes.T, thumb)
    return found

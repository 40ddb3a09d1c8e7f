"""A robot's face: eyes that shut like shutters, and a mouth of lights that stands as high as the voice is loud."""

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.figure import Figure
from models.previz.geometry.figure_robot import EYE_PART, EYE_Z, MOUTH_BARS, MOUTH_PART, MOUTH_Z
from models.previz.world import BodySpec, BodyState
from models.roles import Picture

_LEAP = 4.2  # how many times its height the middle light of an open mouth has


class Robot(Figure):
    """An `Actor`: a figure whose face is lights. With a likeness the photograph is on its visor instead."""

    def __init__(self, spec: BodySpec, likeness: Picture | None) -> None:
        super().__init__(spec, likeness)
        part = np.zeros(len(self._mesh.vertices), np.int32)
        part[self._mesh.faces] = self._mesh.part[:, None]
        self._eyes, self._mouth = np.flatnonzero(part == EYE_PART), np.flatnonzero(part == MOUTH_PART)

    def _face(self, state: BodyState) -> NDArray[np.float32]:
        """The vertices at rest with the lights as the voice and the lids have them."""
        rest = super()._face(state)
        if len(self._eyes):
            shut = 1 - 0.93 * min(max(state.blink, 0.0), 1.0)
            rest[self._eyes, 2] = EYE_Z + (rest[self._eyes, 2] - EYE_Z) * shut
        loud = min(max(state.mouth, 0.0), 1.0)
        if len(self._mouth) and loud > 0:
            bars = rest[self._mouth].reshape(MOUTH_BARS, -1, 3)
            middles = 0.5 * (bars.min(axis=1) + bars.max(axis=1))
            away = np.linspace(-1, 1, MOUTH_BARS)
            high = 1 + (_LEAP - 1) * loud * np.cos(0.45 * np.pi * away)
            level = middles[:, 2] + (MOUTH_Z - middles[:, 2]) * loud  # the smile becomes a line while it speaks
            bars[:, :, 2] = level[:, None] + (bars[:, :, 2] - middles[:, 2:]) * high[:, None]
            bars[:, :, 0] = bars[:, :, 0] + 0.16 * state.lips * loud * middles[:, :1]
            rest[self._mouth] = bars.reshape(-1, 3)
        return rest

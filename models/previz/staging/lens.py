"""What an operator does with a camera that stands: tilts it, holds it by hand, keeps the subject sharp."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from greenroom.domain.storyboards import Angle, Framing
from models.previz.staging.framing import Floats, smoothed
from models.previz.world import CameraState, Vector

PITCH = {  # radians that the camera looks down
    Angle.EYE: 0.05,
    Angle.DUTCH: 0.05,
    Angle.LOW: -0.22,
    Angle.HIGH: 0.58,
    Angle.OVERHEAD: 1.30,
}
TILT = 0.21  # radians that a dutch angle is turned: 12 degrees, plain to see and not yet a joke
LOW_DROP = 0.34  # of the distance, that a low camera stands under the subject's middle
CRANE = (0.35, 1.75)  # of the height of the subject's eyes, that a crane rises from and to
_APERTURE = {Framing.WIDE: 0.0, Framing.MEDIUM: 0.014, Framing.CLOSE: 0.030}  # metres: 40 mm at 2.8, 85 mm at 2.8
_FOCUS_SECONDS = 0.35  # deviation of the smoothing of the distance: a hand on the ring
_SHAKES = ((0.9, 0.012), (1.7, 0.007), (3.1, 0.003))  # hertz and radians: breath, steps, the hand's tremor


def held_by_hand(states: Sequence[CameraState], frames_per_second: int, seed: int) -> list[CameraState]:
    """The states as a person holds them on the shoulder: small slow turns and a little roll, the same for a seed."""
    random = np.random.default_rng([seed % 2**32, 11])
    tones = random.uniform(0.0, math.tau, (3, len(_SHAKES)))
    found = []
    for index, state in enumerate(states):
        time = index / frames_per_second
        aside, up, roll = (
            sum(
                size * math.sin(math.tau * hertz * time + tone)
                for (hertz, size), tone in zip(_SHAKES, row, strict=True)
            )
            for row in tones
        )
        off = np.subtract(state.target, state.eye)
        length = float(np.linalg.norm(off))
        right = np.array([off[1], -off[0], 0.0]) / max(1e-6, math.hypot(off[0], off[1]))
        target = np.array(state.target) + length * (aside * right + np.array([0.0, 0.0, 0.7 * up]))
        found.append(replace(state, target=_vector(target), roll=state.roll + 0.6 * roll))
    return found


def focused(
    states: Sequence[CameraState], centres: Floats, framing: Framing, frames_per_second: int
) -> list[CameraState]:
    """The states with the subjects' middles, float64[T, 3], in focus; a wide shot is sharp all over."""
    aperture = _APERTURE[framing]
    if aperture == 0.0:
        return list(states)
    depths = []
    for state, centre in zip(states, centres, strict=True):
        ahead = np.subtract(state.target, state.eye)
        depths.append(float((centre - np.array(state.eye)) @ ahead / np.linalg.norm(ahead)))
    path = np.repeat(np.array(depths)[:, None], 3, axis=1)
    even = smoothed(path, _FOCUS_SECONDS * frames_per_second)[:, 0]
    return [
        replace(state, focus=round(max(0.2, float(depth)), 4), aperture=aperture)
        for state, depth in zip(states, even, strict=True)
    ]


def _vector(values: Floats) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))

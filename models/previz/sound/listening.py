"""Where the listener is: at the camera, frame by frame, and what distance and side do to a sound from there.

A cut moves the listener; gains and sides then glide over one frame, so that nothing clicks.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.previz.sound.signals import RATE, Mono, Stereo, shaped
from models.previz.world import Vector, World

_REFERENCE = 4.0  # metres at which a sound is as loud as it was made
_POWER = 0.7  # of the distance: softer than the air's inverse law, since a picture's sound follows its framing
_QUIETEST, _LOUDEST = 0.12, 2.0
_WIDEST = 0.85  # -1 left to 1 right
_FAR = 10.0  # metres from which the air takes the brightness
_DECIBELS_A_METRE = 0.35  # at 8 kHz, dramatised: air takes a tenth of it


class Listener:
    """The cameras of a world as ears. Positions are metres, times seconds of the clip."""

    def __init__(self, world: World) -> None:
        self._rate = world.frames_per_second
        cameras = [frame.camera for frame in world.frames]
        self._eyes = np.array([camera.eye for camera in cameras], np.float64)
        ahead = np.array([camera.target for camera in cameras], np.float64) - self._eyes
        right = np.stack([ahead[:, 1], -ahead[:, 0], np.zeros(len(ahead))], axis=1)
        length = np.linalg.norm(right, axis=1, keepdims=True)
        self._right = np.where(length > 1e-6, right / np.maximum(length, 1e-6), np.array([1.0, 0.0, 0.0]))

    def frame_at(self, time: float) -> int:
        """The frame shown at a time."""
        return int(np.clip(int(time * self._rate + 1e-6), 0, len(self._eyes) - 1))

    def side_and_gain(self, time: float, position: Vector) -> tuple[float, float]:
        """Side, -1 left to 1 right, and gain, 1 at 4 m, of a place as heard at a time."""
        frame = self.frame_at(time)
        sides, gains, _ = self._curves(np.array([frame]), np.array([position], np.float64))
        return float(sides[0]), float(gains[0])

    def placed(
        self, signal: Mono, start: float, path: Vector | Sequence[Vector], *, near: float = 0.0
    ) -> tuple[Stereo, Mono]:
        """`signal` as heard from the cameras, stereo, and what of it goes to the room, mono.

        `path` is a place, or the places of every frame of the clip. `near` 0 to 1 takes that share of the panning
        and of the distance away, as films do with voices.
        """
        first = self.frame_at(start)
        last = self.frame_at(start + len(signal) / RATE) + 1
        frames = np.clip(np.arange(first, last + 1), 0, len(self._eyes) - 1)
        places = np.array(path, np.float64)
        places = np.repeat(places[None], len(frames), axis=0) if places.ndim == 1 else places[frames]
        sides, gains, distances = self._curves(frames, places)
        sides, gains = sides * (1 - 0.5 * near), gains ** (1 - near)
        at = start + np.arange(len(signal)) / RATE
        # a frame's value stands in its middle; a cut is passed over in one frame
        times = (np.arange(first, first + len(frames)) + 0.5) / self._rate
        side, gain = np.interp(at, times, sides), np.interp(at, times, gains)
        far = float(np.median(distances))
        if far > _FAR:
            loss = min(24.0, (far - _FAR) * _DECIBELS_A_METRE * (1 - near))
            signal = shaped(signal, ((20, 0), (800, -0.1 * loss), (8000, -loss), (20000, -1.5 * loss)))
        angle = (side + 1) * (np.pi / 4)
        dry = np.stack([signal * gain * np.cos(angle), signal * gain * np.sin(angle)], axis=1) * np.sqrt(2)
        return np.asarray(dry), np.asarray(signal * np.sqrt(gain))

    def _curves(
        self, frames: NDArray[np.intp], places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        towards = places - self._eyes[frames]
        distance = np.maximum(np.sqrt((towards**2).sum(axis=1)), 0.5)
        aside = (towards * self._right[frames]).sum(axis=1) / distance
        gain = np.clip((_REFERENCE / distance) ** _POWER, _QUIETEST, _LOUDEST)
        return np.clip(aside * 1.4, -_WIDEST, _WIDEST), gain, distance

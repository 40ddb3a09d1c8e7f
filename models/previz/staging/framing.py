"""How much of a subject a framing shows, and from how far: outlines of bodies and things, and the distance they need.

A wide shot holds whole bodies, a medium one people from the waist and animals whole, a close one heads; distances
follow from the subjects' own heights, so that a cat of 0.28 m fills the picture as well as a person does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Framing
from models.previz.moves import forward
from models.previz.staging.casting import Physique
from models.previz.world import BodyState, CameraState, Vector

Floats = NDArray[np.float64]
_MOST = 0.8  # share of the frames
_SLENDER = 0.35  # of an animal's half length: its half width, with room to wag and turn
_AROUND = tuple((math.cos(angle), math.sin(angle)) for angle in (0, math.pi / 2, math.pi, 3 * math.pi / 2))


@dataclass(frozen=True, slots=True)
class Frame:
    """A framing in numbers. `fill` is of the picture's height, `raised` where the subject's middle sits in it."""

    vertical_fov: float  # radians
    fill: float  # of the picture's height, by the subject
    wide_fill: float  # of the picture's width at most
    raised: float  # -0.5 bottom to 0.5 top: of the subject's middle
    side: float  # of the picture's width, that a single subject stands off the middle at most


FRAMES = {
    Framing.WIDE: Frame(math.radians(36), 0.60, 0.84, -0.06, 0.13),
    Framing.MEDIUM: Frame(math.radians(31), 0.80, 0.84, 0.00, 0.10),
    Framing.CLOSE: Frame(math.radians(25), 0.62, 0.66, 0.12, 0.07),
}  # the top of a subject is at or above the upper third; a face in a close shot has its eyes on it


def body_outline(state: BodyState, body: Physique, framing: Framing) -> Floats:
    """Eight points, float64[8, 3], around what a framing shows of a body."""
    lying, sitting, upright, grazing = _postured(state)
    x, y, z = state.position
    if body.quadruped:  # seated they are taller, and they dance on their hind legs
        top = body.top * (1 - 0.36 * max(lying, grazing) + 0.13 * sitting + 0.62 * upright)
        wide = body.half_width * (1 - 0.55 * upright)
    else:
        top = body.top * (1 - 0.62 * lying - 0.42 * sitting)
        wide = body.half_width * (1 + 1.3 * lying)
    low, high = z, z + top
    if framing is Framing.CLOSE:
        ahead = forward(state.heading)
        reach = (1.08 - 0.15 * sitting - 0.85 * upright if body.quadruped else 0.04) * body.height
        x, y = x + ahead[0] * reach, y + ahead[1] * reach
        wide = (0.36 if body.quadruped else 0.11) * body.height
        low = high - (0.42 if body.quadruped else 0.17) * body.top
        high += 0.01 * body.top
    elif framing is Framing.MEDIUM and not body.quadruped and lying < 0.3:
        low = z + 0.47 * top if sitting < 0.3 else z + 0.15 * top
    if body.quadruped and framing is not Framing.CLOSE:
        return _oval((x, y), state.heading, wide, _SLENDER * wide, low, high)
    return _ring((x, y), wide, low, high)


def _postured(state: BodyState) -> tuple[float, float, float, float]:
    """How far a body lies, sits, dances and has its head down, each 0 to 1."""
    lying = sum(weight.weight * weight.phase for weight in state.moves if weight.move in ("lie", "fall"))
    sitting = sum(weight.weight * weight.phase for weight in state.moves if weight.move == "sit")
    upright = sum(weight.weight for weight in state.moves if weight.move == "dance")
    grazing = sum(weight.weight for weight in state.moves if weight.move == "eat")
    return min(1.0, lying), min(1.0, sitting), min(1.0, upright), min(1.0, grazing)


def thing_outline(centre: Vector, half: Vector) -> Floats:
    """Eight points, float64[8, 3], around a thing however it is turned."""
    wide = math.hypot(half[0], half[1]) if abs(half[0] - half[2]) > 1e-6 else half[0]
    tall = max(half)
    return _ring((centre[0], centre[1]), wide, centre[2] - tall, centre[2] + tall)


def _ring(centre: tuple[float, float], wide: float, low: float, high: float) -> Floats:
    return np.array(
        [(centre[0] + wide * c, centre[1] + wide * s, height) for height in (low, high) for c, s in _AROUND]
    )


def _oval(centre: tuple[float, float], heading: float, long: float, wide: float, low: float, high: float) -> Floats:
    """As `_ring`, `long` to the front and back of what has this heading."""
    ahead = forward(heading)
    sides = [(ahead[0] * long * c - ahead[1] * wide * s, ahead[1] * long * c + ahead[0] * wide * s) for c, s in _AROUND]
    return np.array([(centre[0] + x, centre[1] + y, height) for height in (low, high) for x, y in sides])


def basis(azimuth: float, pitch: float) -> tuple[Floats, Floats, Floats]:
    """Right, up and forward of a camera: azimuth 0 looks along +y, positive stands to the right of it; pitch down."""
    ahead = np.array([-math.sin(azimuth) * math.cos(pitch), math.cos(azimuth) * math.cos(pitch), -math.sin(pitch)])
    right = np.array([math.cos(azimuth), math.sin(azimuth), 0.0])
    return right, np.cross(right, ahead), ahead


def distance_for(points: Floats, centres: Floats, azimuth: float, pitch: float, frame: Frame, aspect: float) -> float:
    """Metres from which `points` float64[T, N, 3] around the `centres` float64[T, 3] fill no more than they may.

    That holds for most frames: the top of a leap may fill more, so that a body is not small for one second in the air.
    """
    right, up, ahead = basis(azimuth, pitch)
    off = points - centres[:, None, :]
    across, along, deep = off @ right, off @ up, off @ ahead
    tangent = math.tan(frame.vertical_fov / 2)
    tall = np.abs(along) / (tangent * frame.fill) - deep
    wide = np.abs(across) / (tangent * aspect * frame.wide_fill) - deep
    return float(np.quantile(np.maximum(tall, wide).max(axis=1), _MOST))


def project(camera: CameraState, points: Floats, aspect: float) -> Floats:
    """Where points float64[N, 3] are in the picture: float64[N, 3]: x right and y up, -1 to 1; depth in metres."""
    eye, target = np.array(camera.eye), np.array(camera.target)
    ahead = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    up = np.cross(right, ahead)
    off = points - eye
    depth = off @ ahead
    tangent = math.tan(camera.vertical_fov / 2)
    safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
    return np.stack([off @ right / (safe * tangent * aspect), off @ up / (safe * tangent), depth], axis=-1)


def smoothed(path: Floats, frames: float) -> Floats:
    """A path float64[T, 3] without its shakes: a Gaussian of `frames` deviation, held at the ends."""
    reach = max(1, math.ceil(3 * frames))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(frames, 1e-6)) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(path, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in range(path.shape[1])], axis=1)


def eased(count: int) -> Floats:
    """0 to 1 over `count` frames, slow at both ends."""
    share = np.linspace(0.0, 1.0, max(count, 2))[:count]
    return np.asarray(share * share * (3 - 2 * share))


def mean_facing(states: Sequence[BodyState]) -> tuple[float, float]:
    """The mean of the directions a body faces, x and y; short where it turns about."""
    ahead = np.mean([forward(state.heading) for state in states], axis=0)
    return (float(ahead[0]), float(ahead[1]))

"""The camera's side of a recording: room, lamp, framing, hand, sensor; poses go in, pictures come out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from bench.captures.figure import Pose, figure_of, posed
from bench.captures.motion import Array, drift
from bench.captures.raster import OVERSAMPLED, draw, projected
from models.roles import Picture

_BRIGHTEST = 2.5  # light at which the sensor ends
_EDGE = 40  # samples of room beyond the picture, for a hand that shakes


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how a recording is made, drawn from a seed."""

    width: int
    height: int
    distance: float  # centimetres to the camera
    seen: float  # centimetres of height in view at the face
    off: tuple[float, float]  # of the face from the picture's middle, centimetres
    lamp: Array  # as `raster.draw` takes it
    shake: float  # centimetres
    noise: float  # of the sensor, of 255
    exposure: float
    seed: int


def setting_of(seed: int) -> Setting:
    rng = np.random.default_rng([81, seed])
    width, height = (320, 240) if rng.random() < 0.7 else (400, 300)
    towards = np.array([rng.uniform(-0.8, 0.8), rng.uniform(0.1, 0.9), rng.uniform(0.6, 1.2)])
    warm = rng.uniform(-0.12, 0.12)
    tint = np.array([1 + warm, 1.0, 1 - warm])
    share = rng.uniform(0.35, 0.7)  # of the lamp in all light
    lamp = np.array([towards / np.linalg.norm(towards), 1.5 * share * tint, 1.3 * (1 - share) * tint[::-1], [0, 0, 0]])
    lamp[3, 0] = rng.uniform(0.02, 0.1)
    return Setting(
        width=width,
        height=height,
        distance=float(rng.uniform(50, 75)),
        seen=float(rng.uniform(29.5, 35.5)),
        off=(float(rng.uniform(-2.0, 2.0)), float(rng.uniform(-1.0, 1.0))),
        lamp=np.ascontiguousarray(lamp),
        shake=float(rng.choice([0.0, 0.12, 0.3])),
        noise=float(rng.uniform(1.0, 4.5)),
        exposure=float(rng.uniform(0.8, 1.2)),
        seed=seed,
    )


def filmed(number: int, moments: Sequence[Pose], where: Setting, seed: int) -> NDArray[np.uint8]:
    """The recording's frames, uint8[T, H, W, 3]: the identity `number` in these poses."""
    figure = figure_of(number)
    rng = np.random.default_rng([82, seed])
    height, width = where.height * OVERSAMPLED, where.width * OVERSAMPLED
    room = _room(where)
    grain = rng.normal(0, where.noise, (where.height + 64, where.width + 64, 3)).astype(np.float32)
    hand = np.stack([drift(rng, len(moments), where.shake, hertz) for hertz in (0.9, 1.3)], 1)
    frames = np.empty((len(moments), where.height, where.width, 3), np.uint8)
    picture = np.empty((height, width, 3), np.float32)
    nearness = np.empty((height, width), np.float32)
    focal = height * where.distance / where.seen
    curve = _curve(where.exposure)
    atlas = figure.atlas.open.copy()
    eyes = atlas[figure.atlas.top : figure.atlas.bottom]
    opened = eyes.copy()
    for number_, pose in enumerate(moments):
        eyes[:] = opened + np.float32(pose.blink) * (figure.atlas.closed - opened) if pose.blink else opened
        points, normals = posed(figure.mesh, pose)
        eye = np.array([where.off[0] + hand[number_, 0], where.off[1] - 1.8 + hand[number_, 1], where.distance])
        # the wall is thrice as far as the face: it moves a third as much
        dx, dy = (int(v) for v in np.clip(hand[number_] * focal / where.distance / 3, -_EDGE, _EDGE))
        picture[:] = room[_EDGE - dy : _EDGE - dy + height, _EDGE + dx : _EDGE + dx + width]
        nearness[:] = 0
        corners = projected(points, eye, focal, width, height)
        draw(corners, normals, figure.mesh.texels, figure.mesh.faces, atlas, where.lamp, picture, nearness)
        y, x = (int(v) for v in rng.integers(0, 64, 2))
        _developed(picture, grain[y : y + where.height, x : x + where.width], curve, frames[number_])
    return frames


def _curve(exposure: float) -> NDArray[np.float32]:
    """A camera's curve: values of 255 for light 0 to `_BRIGHTEST`, with a shoulder instead of a hard white."""
    light = np.linspace(0, _BRIGHTEST, 8192) * exposure
    soft = np.where(light > 0.7, 1 - 0.3 * np.exp(-(light - 0.7) / 0.3), light)
    return np.asarray(255 * soft**0.4545, np.float32)


def emptied(where: Setting) -> Picture:
    """The room with nobody in it, before the sensor's noise: uint8[H, W, 3]."""
    picture = np.ascontiguousarray(_room(where)[_EDGE:-_EDGE, _EDGE:-_EDGE])
    frame = np.empty((where.height, where.width, 3), np.uint8)
    _developed(picture, np.zeros(frame.shape, np.float32), _curve(where.exposure), frame)
    return frame


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _developed(
    picture: NDArray[np.float32], grain: NDArray[np.float32], curve: NDArray[np.float32], frame: NDArray[np.uint8]
) -> None:
    """Samples to pixels: averaged, exposed, through a camera's curve, with its noise and darker corners."""
    height, width = frame.shape[:2]
    steps = np.float32((len(curve) - 1) / _BRIGHTEST)
    for y in range(height):
        for x in range(width):
            corner = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 0.35
            for k in range(3):
                a = picture[2 * y, 2 * x, k] + picture[2 * y, 2 * x + 1, k]
                b = picture[2 * y + 1, 2 * x, k] + picture[2 * y + 1, 2 * x + 1, k]
                light = (a + b) * 0.25 * (1 - corner)
                value = curve[min(len(curve) - 1, int(max(light, 0.0) * steps))] + grain[y, x, k]
                frame[y, x, k] = np.uint8(min(255.0, max(0.0, value + 0.5)))


def _room(where: Setting) -> NDArray[np.float32]:
    """A wall with what hangs and stands before it, out of focus, float32[H, W, 3], linear light."""
    from scipy.ndimage import gaussian_filter, zoom

    rng = np.random.default_rng([83, where.seed])
    height, width = where.height * OVERSAMPLED + 2 * _EDGE, where.width * OVERSAMPLED + 2 * _EDGE
    small = (height // 2 + 1, width // 2 + 1)
    wall = np.broadcast_to(rng.uniform(0.12, 0.6, 3) * 0.3 + rng.uniform(0.1, 0.5), (*small, 3)).copy()
    for _ in range(int(rng.integers(3, 9))):
        y, x = int(rng.integers(-30, small[0] - 20)), int(rng.integers(-30, small[1] - 20))
        tall, wide = (int(v) for v in rng.integers(25, 170, 2))
        part = wall[max(0, y) : y + tall, max(0, x) : x + wide]
        part[:] = rng.uniform(0.05, 0.6) + rng.uniform(-0.15, 0.15, 3) * rng.random()
        if rng.random() < 0.5:  # books, blinds, bricks
            lines = np.sin(np.arange(part.shape[1]) * rng.uniform(0.15, 0.9) + rng.uniform(0, 6)) > 0
            part *= (0.6 + 0.5 * lines)[None, :, None]
    rough = zoom(rng.uniform(-1, 1, (small[0] // 6 + 2, small[1] // 6 + 2)), 6, order=1)[: small[0], : small[1]]
    wall *= 1 + 0.09 * rough[..., None]
    ramp = np.linspace(rng.uniform(0.7, 1.1), rng.uniform(0.7, 1.1), small[1])[None, :, None]
    soft = gaussian_filter(wall * ramp, (rng.uniform(0.8, 3.0), rng.uniform(0.8, 3.0), 0))
    light = (where.lamp[1] * 0.6 + where.lamp[2]).astype(np.float64)
    return np.asarray(soft.repeat(2, 0).repeat(2, 1)[:height, :width] * light, np.float32)

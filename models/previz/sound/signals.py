"""The signal pieces that foley, ambience and dialogue are made of, in numpy: shaping, resampling, placing, room.

Mono signals are float64[N] here, stereo float64[N, 2]; all at `RATE`. Random numbers always come from a generator
that the caller seeded.
"""

import numpy as np
from numpy.typing import NDArray

from models.previz.world import CameraState, Vector
from models.spectra import Curve as Curve
from models.spectra import Mono as Mono
from models.spectra import filtered, stretched

RATE = 48_000  # hertz
Stereo = NDArray[np.float64]


def shaped(signal: Mono, curve: Curve) -> Mono:
    """`signal` with its spectrum weighted by a curve, straight between points on a logarithmic scale of hertz."""
    return filtered(signal, RATE, curve)


def noise(random: np.random.Generator, count: int, curve: Curve) -> Mono:
    """Noise of `count` samples with this spectrum, root mean square 1."""
    made = shaped(random.standard_normal(count), curve)
    return made / max(1e-9, float(np.sqrt(np.mean(made**2)))) if count else made


def drift(random: np.random.Generator, count: int, per_second: float, low: float, high: float) -> Mono:
    """A value that wanders between `low` and `high`, about `per_second` turns a second, smooth."""
    knots = max(4, int(count / RATE * per_second) + 4)
    values = random.uniform(low, high, knots)
    at = np.linspace(0, knots - 1, count)
    whole = np.minimum(at.astype(int), knots - 2)
    blend = 0.5 - 0.5 * np.cos(np.pi * (at - whole))
    return np.asarray(values[whole] * (1 - blend) + values[whole + 1] * blend)


def resampled(signal: NDArray[np.floating], rate: int) -> Mono:
    """`signal` at `rate` hertz brought to RATE by its spectrum: exact for what the old rate could hold."""
    return stretched(signal, RATE / rate)


def faded(signal: Mono, rise: float, fall: float) -> Mono:
    """`signal` with cosine fades of `rise` and `fall` seconds."""
    out = signal.copy()
    for seconds, end in ((rise, False), (fall, True)):
        count = min(len(out), int(seconds * RATE))
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / max(1, count))
        if end:
            out[len(out) - count :] *= ramp[::-1]
        else:
            out[:count] *= ramp
    return out


def add(track: Stereo, signal: NDArray[np.float64], start: float) -> None:
    """Add mono or stereo `signal` to `track` from `start` seconds on; what falls outside is cut."""
    first = round(start * RATE)
    skip = max(0, -first)
    part = signal[skip : skip + max(0, len(track) - max(0, first))]
    if len(part):
        begin = max(0, first)
        track[begin : begin + len(part)] += part if part.ndim == 2 else part[:, None]


def panned(signal: Mono, side: float) -> Stereo:
    """Mono to stereo at constant power; `side` -1 left to 1 right."""
    angle = (np.clip(side, -1, 1) + 1) * np.pi / 4
    return np.asarray(np.stack([signal * np.cos(angle), signal * np.sin(angle)], axis=1) * np.sqrt(2))


def heard_from(camera: CameraState, position: Vector) -> tuple[float, float]:
    """How a place sounds from the camera: side (-1 left to 1 right) and gain (1 at 4 m, falling with distance).

    The inverse law is softened: a picture's sound follows its framing less than the air does.
    """
    eye, target, place = (np.array(point, np.float64) for point in (camera.eye, camera.target, position))
    ahead = target - eye
    right = np.array([ahead[1], -ahead[0], 0.0])
    towards = place - eye
    distance = float(np.linalg.norm(towards))
    length = float(np.linalg.norm(right))
    side = 0.0 if length < 1e-6 or distance < 1e-6 else float(towards @ right) / length / distance
    return float(np.clip(side * 1.4, -0.85, 0.85)), float(np.clip((4.0 / max(distance, 0.5)) ** 0.7, 0.2, 2.0))


def room(signal: Mono, seconds: float, wet: float, seed: int, delay: float = 0.012) -> Stereo:
    """`signal` in a small room: itself in the middle, and a diffuse tail of `seconds`, `wet` as loud, after it."""
    random = np.random.default_rng(seed)
    count = max(1, int(seconds * RATE))
    decay = np.exp(-6.9 * np.arange(count) / count)
    size = len(signal) + count + int(delay * RATE)
    out = np.zeros((size, 2))
    out[: len(signal)] = signal[:, None]
    for channel in (0, 1):
        tail = shaped(random.standard_normal(count) * decay, ((80, -24), (250, 0), (3000, -3), (9000, -18)))
        tail /= max(1e-9, float(np.sqrt(np.sum(tail**2))))
        power = 1 << (len(signal) + count).bit_length()
        diffuse = np.fft.irfft(np.fft.rfft(signal, power) * np.fft.rfft(tail, power), power)[: len(signal) + count]
        out[int(delay * RATE) :, channel] += wet * diffuse[: size - int(delay * RATE)]
    return out

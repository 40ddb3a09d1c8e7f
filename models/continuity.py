"""A cut: a moment at which picture and face jump as they do nowhere around it, the more if the room's sound changes.

Each step from frame to frame is held against the steps around it, so that a quick turn or a shaking hand, whose steps
are all large, is no cut. A picture that jumps while the face goes on is a lamp or a door; a face that jumps while the
picture goes on is a start of a movement; a cut is both at once. Where the noise floor's spectrum before a moment is
another than after it, two recordings were joined, and a smaller jump is enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.face_track import FaceAt, FaceTrack
from models.roles import Picture, Samples

METHOD = "jumps 2"
_AROUND = 3  # frames before and after
_FLOOR = 0.3  # levels of 255: steps of a still picture
_COARSE = 6  # pixels: coding noise is finer
_WINDOW, _HOP = 512, 256  # samples at 16 kHz
_BEFORE = 2.5  # seconds of sound on either side, the quietest eighth of it
_EDGE = 1.2  # seconds at either end that are not judged by sound
_BANDS = 18
_LEAST_FACE = 0.4  # of a jump: where the face cannot be followed, and where it rests
_SETTLED = 0.5  # percent of the eyes' span: below it a face's step is measuring noise
_STEP = 6.0  # decibels by which one room's floor may vary between two halves of a recording

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jump:
    """The largest: how many times the steps around it, and when (seconds)."""

    size: float
    moment: float


def largest_jump(track: FaceTrack, frames: Sequence[Picture], samples: Samples, sample_rate: int) -> Jump:
    """The largest jump of a recording whose face was followed; `samples` float32[N] mono."""
    if len(frames) < 3:
        return Jump(0.0, 0.0)
    picture, face, bands = _against_near(_steps(frames), _FLOOR), _face_jumps(track, frames), _bands(samples)
    best = Jump(0.0, 0.0)
    for number, moment in enumerate(track.moments[1:]):
        both = float(np.sqrt(picture[number] * max(face[number], _LEAST_FACE)))
        size = both * max(1.0, _change(bands, moment, sample_rate) / _STEP)
        if size > best.size:
            best = Jump(size, float(moment))
    return best


def _against_near(steps: Floats, floor: float) -> Floats:
    """Each step over the largest of those around it."""
    found = np.zeros(len(steps))
    for number in range(len(steps)):
        near = np.concatenate([steps[max(0, number - _AROUND) : number], steps[number + 1 : number + 1 + _AROUND]])
        found[number] = steps[number] / (near.max() + floor)
    return found


def _face_jumps(track: FaceTrack, frames: Sequence[Picture]) -> Floats:
    """float64[M - 1]: how far each step of the eyes leaves what the steps around it do; 0 where it was not seen."""
    steps = np.full((len(frames) - 1, 2), np.nan)
    spans = [face.span for face in track.faces if face is not None]
    for number, face in enumerate(track.faces[:-1]):
        if face is not None:
            steps[number] = _shift(frames[number], frames[number + 1], face) / float(np.median(spans)) * 100
    found = np.zeros(len(steps))
    for number in np.flatnonzero(np.isfinite(steps[:, 0])).tolist():
        near = steps[max(0, number - _AROUND) : number + _AROUND + 1]
        near = np.delete(near, min(number, _AROUND), axis=0)
        near = near[np.isfinite(near[:, 0])]
        if len(near) >= 4:
            usual = np.median(near, axis=0)
            spread = np.linalg.norm(near - usual, axis=1).max()
            found[number] = np.linalg.norm(steps[number] - usual) / (spread + _SETTLED)
    return found


def _shift(before: Picture, after: Picture, face: FaceAt) -> Floats:
    """By how many pixels (down, across) the eyes moved between two frames, to a twentieth; not a number at an edge."""
    from scipy.ndimage import gaussian_filter
    from skimage.registration import phase_cross_correlation as untyped

    correlate: Callable[..., tuple[Floats, float, float]] = untyped
    x, y = face.landmarks[:4].mean(axis=0).astype(np.float64)
    wide, high = int(face.span * 0.75), int(face.span * 0.5)
    top, bottom, left, right = int(y - high * 1.3), int(y + high * 0.8), int(x - wide), int(x + wide)
    if top < 0 or left < 0 or bottom > before.shape[0] or right > before.shape[1]:
        return np.full(2, np.nan)
    one, other = (
        gaussian_filter(frame[top:bottom, left:right].mean(axis=2, dtype=np.float64), 1) for frame in (before, after)
    )
    fade = np.outer(np.hanning(one.shape[0]), np.hanning(one.shape[1]))
    shift, _, _ = correlate(
        (one - one.mean()) * fade, (other - other.mean()) * fade, upsample_factor=20, normalization=None
    )
    return np.asarray(shift)


def _steps(frames: Sequence[Picture]) -> Floats:
    """float64[M - 1]: mean absolute change of luminance from frame to frame, coarsely."""
    from scipy.ndimage import gaussian_filter

    coarse = np.stack(
        [gaussian_filter(frame.mean(axis=2, dtype=np.float64), _COARSE / 2)[::_COARSE, ::_COARSE] for frame in frames]
    )
    return np.asarray(np.abs(np.diff(coarse, axis=0)).mean(axis=(1, 2)))


def _bands(samples: Samples) -> Floats:
    """float64[T, bands]: levels in decibels."""
    count = (len(samples) - _WINDOW) // _HOP + 1
    if count < 1:
        return np.zeros((0, _BANDS))
    starts = np.arange(count) * _HOP
    blocks = samples.astype(np.float64)[starts[:, None] + np.arange(_WINDOW)] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(blocks, axis=1)) ** 2
    edges = np.geomspace(3, _WINDOW // 2, _BANDS + 1).astype(int)
    means = [power[:, low : max(high, low + 1)].mean(axis=1) for low, high in pairwise(edges)]
    return np.asarray(10 * np.log10(np.stack(means, axis=1) + 1e-12))


def _change(bands: Floats, moment: float, sample_rate: int) -> float:
    """How much the noise floor changes at a moment: root mean square over the bands, in decibels."""
    rate = sample_rate / _HOP
    at, edge, reach = round(moment * rate), round(_EDGE * rate), round(_BEFORE * rate)
    if at < edge or at > len(bands) - edge:
        return 0.0
    before, after = (
        np.quantile(part, 0.12, axis=0) for part in (bands[max(0, at - reach) : at], bands[at : at + reach])
    )
    return float(np.sqrt(((after - before) ** 2).mean()))

"""A cut: a step from frame to frame that stands alone, in picture and face, the more if the room's sound changes.

What moves, moves for several frames: of a step, only what goes beyond the two beside it counts. How far steps go
beyond their neighbours anyway, in a hand that shakes, is the recording's own measure. A picture that jumps while the
face goes on is a lamp or a door; a face that jumps while the picture goes on is a start of a movement; a cut is both
at once. Where the noise floor's spectrum before a moment is another than after it, two recordings were joined, and a
smaller jump is enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.face_track import FaceAt, FaceTrack
from models.roles import Picture, Samples

METHOD = "jumps 3"
_USUAL = 0.8  # quantile of a recording's steps that is usual for it
_PICTURE_FLOOR = 0.2  # levels of 255: steps of a still picture
_FACE_FLOOR = 0.25  # percent of the eyes' span: steps of a face at rest are measuring noise
_LEAST = 0.1  # of a step that does not stand alone: the other may still be a jump
_MOST_LATE = 3.0
_COARSE = 6  # pixels: coding noise is finer
_WINDOW, _HOP = 512, 256  # samples at 16 kHz
_BEFORE = 2.5  # seconds of sound on either side, the quietest eighth of it
_EDGE = 1.2  # seconds at either end that are not judged by sound
_BANDS = 18
_STEP = 7.0  # decibels of change in a room's floor that make a jump e times as large (fitted: see docs/consent.md)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jump:
    """The largest: how many times what is usual in its recording, and when (seconds)."""

    size: float
    moment: float


def largest_jump(track: FaceTrack, frames: Sequence[Picture], samples: Samples, sample_rate: int) -> Jump:
    """The largest jump of a recording whose face was followed; `samples` float32[N] mono."""
    if len(frames) < 3:
        return Jump(0.0, 0.0)
    late = _late(track.moments)
    picture = _against_usual(np.maximum(_beyond(_steps(frames)[:, None] / late), 0.0), _PICTURE_FLOOR)
    eyes = _face_steps(track, frames) / late
    face = _against_usual(np.maximum(np.maximum(_beyond(eyes), _beyond(-eyes)), 0.0), _FACE_FLOOR)
    bands = _bands(samples)
    change = np.array([_change(bands, moment, sample_rate) for moment in track.moments[1:]])
    sizes = np.sqrt(np.maximum(picture, _LEAST) * np.maximum(face, _LEAST)) * np.exp(change / _STEP)
    largest = int(np.argmax(sizes))
    return Jump(float(sizes[largest]), float(track.moments[1 + largest]))


def _late(moments: Sequence[float]) -> Floats:
    """float64[M - 1, 1]: how many usual steps each takes in time, for a busy camera drops frames.

    At most `_MOST_LATE`: the camera of whoever cuts may pretend to be busy for longer.
    """
    gaps = np.diff(np.asarray(moments))
    return np.asarray(np.clip(gaps / max(float(np.median(gaps)), 1e-3), 1.0, _MOST_LATE)[:, None])


def _beyond(steps: Floats) -> Floats:
    """float64[M, D]: by how much each step is more than both beside it; 0 where that is not known."""
    found = np.zeros_like(steps)
    found[1:-1] = np.nan_to_num(steps[1:-1] - np.maximum(steps[:-2], steps[2:]))
    return found


def _against_usual(beyond: Floats, floor: float) -> Floats:
    """float64[M]: the length of each of float64[M, D] over what is usual in this recording."""
    lengths = np.linalg.norm(beyond, axis=1)
    return np.asarray(lengths / (np.quantile(lengths, _USUAL) + floor))


def _face_steps(track: FaceTrack, frames: Sequence[Picture]) -> Floats:
    """float64[M - 1, 2]: how far the eyes moved, in percent of their span; not a number where they were unseen."""
    steps = np.full((len(frames) - 1, 2), np.nan)
    spans = [face.span for face in track.faces if face is not None]
    for number, face in enumerate(track.faces[:-1]):
        if face is not None:
            steps[number] = _shift(frames[number], frames[number + 1], face) / float(np.median(spans)) * 100
    return steps


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

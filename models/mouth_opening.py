"""How far a mouth is open in each frame, from where five landmarks say that it is.

The window below the nose is taken from each frame in the face's own frame of reference, so that what is left of its
changes is the mouth's. One of their first principal components follows its opening (which one, and in which direction,
teeth, beard and light decide): all are given, and what speaks is the one that goes with the speech. Each face is
measured against itself, so skin of any tone serves alike. Frames in which the head is turned away from its rest are
left out: there the window shows another side of the mouth.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.face_track import FaceTrack
from models.head_pose import HeadPose
from models.roles import Picture

_TOP, _BOTTOM = 0.12, 1.25  # from the nose's base down, in distances from the eyes to it
_WIDE = 0.8  # of the eyes' span
_ROWS, _COLUMNS = 28, 28
_TURNED = 0.3  # spans of the eyes away from rest
_STEADY = 1.5  # frames over which the landmarks are smoothed: a head is slower, their jitter is not
_LEAST = 10  # frames
_COMPONENTS = 3

Floats = NDArray[np.float64]


def openings(track: FaceTrack, pose: HeadPose, frames: Sequence[Picture]) -> NDArray[np.float32]:
    """float32[K, M]: ways in which the mouth changes, as a share of the skin's luminance; not a number where unseen.

    K is twice the components, each in both directions; 0 where too little was seen.
    """
    away = np.hypot(pose.yaw, pose.pitch)
    seen = [number for number, face in enumerate(track.faces) if face is not None and away[number] < _TURNED]
    if len(seen) < _LEAST:
        return np.zeros((0, len(frames)), np.float32)
    eyes, noses = _steady(track, seen)
    windows = np.stack(
        [_window(frames[number], *place) for number, *place in zip(seen, eyes[:, 0], eyes[:, 1], noses, strict=True)]
    )
    flat = windows.reshape(len(seen), -1)
    flat = flat / np.maximum(np.median(flat, axis=1, keepdims=True), 1.0)  # exposure is no opening
    moved = flat - np.median(flat, axis=0)
    _, _, components = np.linalg.svd(moved, full_matrices=False)
    scores = moved @ components[:_COMPONENTS].T / np.sqrt(flat.shape[1])
    result = np.full((2 * scores.shape[1], len(frames)), np.nan, np.float32)
    for number, score in enumerate(np.concatenate([scores, -scores], axis=1).T):
        result[number, seen] = np.clip(score - np.quantile(score, 0.1), 0, None)
    return result


def _steady(track: FaceTrack, seen: list[int]) -> tuple[Floats, Floats]:
    """Eyes float64[K, 2, 2] and nose's base float64[K, 2] of the frames seen, without the landmarks' jitter."""
    from scipy.ndimage import gaussian_filter1d

    faces = [face for number in seen if (face := track.faces[number]) is not None]
    eyes = np.stack([face.eyes for face in faces])
    noses = np.stack([face.landmarks[4].astype(np.float64) for face in faces])
    return gaussian_filter1d(eyes, _STEADY, axis=0), gaussian_filter1d(noses, _STEADY, axis=0)


def _window(frame: Picture, left: Floats, right: Floats, nose: Floats) -> Floats:
    """The luminance below a nose, in the frame of reference of the eyes."""
    from scipy.ndimage import map_coordinates

    span = np.linalg.norm(right - left) / 0.62  # from the middles of the eyes to their outer corners
    across = (right - left) / np.linalg.norm(right - left)
    down = np.array([-across[1], across[0]])
    long = float((nose - (left + right) / 2) @ down)
    u, v = np.meshgrid(np.linspace(-0.5, 0.5, _COLUMNS) * _WIDE * span, np.linspace(_TOP, _BOTTOM, _ROWS) * long)
    places = nose + u[..., None] * across + v[..., None] * down
    grey = frame.mean(axis=2, dtype=np.float64)
    return np.asarray(map_coordinates(grey, [places[..., 1], places[..., 0]], order=1, mode="nearest"))

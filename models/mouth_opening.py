"""How far a mouth is open in each frame, from where five landmarks say that it is.

The window below the nose is taken from each frame in the face's own frame of reference. What of its changes a shift, a
turn, a scaling or another light explains is taken out (the first order of Lucas and Kanade, 1981: the window's own
gradients), so is what changes slowly; what is left is the mouth's. One of its first principal components follows the
opening (which one, and in which direction, teeth, beard and light decide): all are given, and what speaks is the one
that goes with the speech. Each face is measured against itself, so skin of any tone serves alike. Frames in which the
head is turned away from its rest are left out: there the window shows another side of the mouth.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.face_track import FaceTrack
from models.head_pose import HeadPose
from models.roles import Picture

# From the nose's base down and to both sides, in distances between the middles of the eyes: from the upper lip to the
# chin in all whom bench.captures draws. Noses are of many lengths, and would place it worse.
_TOP, _BOTTOM, _WIDE = 0.05, 1.4, 1.0
_ROWS, _COLUMNS = 34, 22
_BLUR = 0.7  # of the window's pixels: what is smaller is noise
_TURNED = 0.3  # spans of the eyes away from rest
_STEADY = 1.5  # frames over which the landmarks are smoothed: a head is slower, their jitter is not
_DRIFT_SECONDS = 0.5  # standard deviation: what changes more slowly is the head's
_LEAST = 10  # frames
_COMPONENTS = 3

Floats = NDArray[np.float64]


def openings(track: FaceTrack, pose: HeadPose, frames: Sequence[Picture]) -> NDArray[np.float32]:
    """float32[K, M]: ways in which the mouth changes, as a share of the skin's luminance; not a number where unseen.

    K is twice the components, each in both directions; 0 where too little was seen.
    """
    from scipy.ndimage import gaussian_filter, gaussian_filter1d

    away = np.hypot(pose.yaw, pose.pitch)
    seen = [number for number, face in enumerate(track.faces) if face is not None and away[number] < _TURNED]
    if len(seen) < _LEAST:
        return np.zeros((0, len(frames)), np.float32)
    eyes, noses = _steady(track, seen)
    windows = np.stack(
        [_window(frames[number], *place) for number, *place in zip(seen, eyes[:, 0], eyes[:, 1], noses, strict=True)]
    )
    windows = gaussian_filter(windows, (0, _BLUR, _BLUR))
    windows /= np.maximum(np.median(windows, axis=(1, 2)), 1.0)[:, None, None]  # exposure is no opening
    moved = _without_warps(windows)
    step = float(np.median(np.diff(track.moments)))
    moved -= gaussian_filter1d(moved, _DRIFT_SECONDS / max(step, 1e-3), axis=0)
    _, _, components = np.linalg.svd(moved, full_matrices=False)
    scores = moved @ components[:_COMPONENTS].T / np.sqrt(moved.shape[1])
    result = np.full((2 * scores.shape[1], len(frames)), np.nan, np.float32)
    result[:, seen] = np.concatenate([scores, -scores], axis=1).T
    return result


def _without_warps(windows: Floats) -> Floats:
    """float64[K, P]: what of windows float64[K, H, W] no small warp of their median and no change of light explains."""
    middle = np.median(windows, axis=0)
    down, right = np.gradient(middle)
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in middle.shape), indexing="ij")
    light = [np.ones_like(middle), middle, x, y]
    warps = [down, right, x * right, y * down, x * down, y * right]
    explained, _ = np.linalg.qr(np.stack([one.ravel() for one in (*light, *warps)], axis=1))
    left = (windows - middle).reshape(len(windows), -1)
    return np.asarray(left - (left @ explained) @ explained.T)


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

    span = np.linalg.norm(right - left)
    across = (right - left) / span
    down = np.array([-across[1], across[0]])
    u, v = np.meshgrid(np.linspace(-0.5, 0.5, _COLUMNS) * _WIDE * span, np.linspace(_TOP, _BOTTOM, _ROWS) * span)
    places = nose + u[..., None] * across + v[..., None] * down
    grey = frame.mean(axis=2, dtype=np.float64)
    return np.asarray(map_coordinates(grey, [places[..., 1], places[..., 0]], order=1, mode="nearest"))

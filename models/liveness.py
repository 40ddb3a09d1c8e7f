"""Is it a head in space that turned, or a picture of one: what a plane, and what any warp of one picture, leaves over.

Each movement is followed by dense optical flow from the head at rest to its farthest turn. A photograph moved by hand
goes through homographies, which explain its flow; a head does not, because nose, cheeks and ears stand at different
depths (`planar_residual`). A still that is warped to mimic turning can have any flow, but shows nothing that the
still did not show: brought back along the flow it is the still again. A head that turns is shaded anew, hides one side
and shows another, and that stays (`warp_residual`). Flow: iterative Lucas-Kanade (Le Besnerais and Champagnat, 2005).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.face_track import FaceAt, FaceTrack
from models.head_pose import HeadPose
from models.roles import Picture

METHOD = "planes and warps 1"
_SIDE = 96  # pixels of the window that is compared
_WINDOW = 1.5  # its side in widths of the face: the face, ears and chin
_STEPS = 9  # frames between rest and the farthest turn: more are left out
_AT_REST = 0.12  # spans of the eyes
_TURNS = 3  # movements looked at, the largest, at least `_APART` seconds from each other
_APART = 0.7
_BACK = 14  # frames back to a rest at most

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Depth:
    """What the movements leave over, each the median of those looked at.

    `planar_residual`: root mean square in percent of the window's side. `warp_residual`: in standard deviations of the
    face's own luminance. `turns`: how many movements could be followed.
    """

    planar_residual: float
    warp_residual: float
    turns: int


def depth(track: FaceTrack, pose: HeadPose, frames: Sequence[Picture]) -> Depth:
    """Follow the largest movements of a head and measure what no plane and no warp explains."""
    way = np.hypot(pose.yaw, pose.pitch)
    way = np.where(np.isfinite(way), way, 0.0)
    side = _WINDOW * track.side
    found = []
    for peak in _peaks(way, pose.moments):
        part = _from_rest(way, track.faces, peak)
        if len(part) >= 3:
            windows = [_window(frames[number], face, side) for number, face in part]
            found.append(_left_over(windows))
    if not found:
        return Depth(0.0, 0.0, 0)
    planar, warped = np.median(np.array(found), axis=0)
    return Depth(float(planar), float(warped), len(found))


def _peaks(way: Floats, moments: Floats) -> list[int]:
    chosen: list[int] = []
    for number in np.argsort(-way):
        if way[number] > _AT_REST and all(abs(moments[number] - moments[one]) > _APART for one in chosen):
            chosen.append(int(number))
        if len(chosen) == _TURNS:
            break
    return chosen


def _from_rest(way: Floats, faces: Sequence[FaceAt | None], peak: int) -> list[tuple[int, FaceAt]]:
    """Frames from the last rest before a peak up to it, those without a face left out."""
    first = peak
    while first > 0 and peak - first < _BACK and not (faces[first] is not None and way[first] < _AT_REST):
        first -= 1
    part = [(number, face) for number in range(first, peak + 1) if (face := faces[number]) is not None]
    if len(part) > _STEPS:
        part = [part[one] for one in np.unique(np.linspace(0, len(part) - 1, _STEPS).astype(int))]
    return part


def _window(frame: Picture, face: FaceAt, side: float) -> Floats:
    """The luminance around the nose, `_SIDE` pixels square: the nose's own way is taken out."""
    from scipy.ndimage import gaussian_filter, map_coordinates

    places = ((np.arange(_SIDE) + 0.5) / _SIDE - 0.5) * side
    x, y = face.landmarks[4].astype(np.float64)
    left, top = int(max(0, x - side)), int(max(0, y - side))
    part = frame[top : int(y + side) + 1, left : int(x + side) + 1].astype(np.float64).mean(axis=2)
    soft = gaussian_filter(part, max(0.6, side / _SIDE / 2))
    rows, columns = np.meshgrid(places + y - top, places + x - left, indexing="ij")
    return np.asarray(map_coordinates(soft, [rows, columns], order=1, mode="nearest"))


def _left_over(windows: Sequence[Floats]) -> tuple[float, float]:
    """Planar and warp residual of one movement."""
    from scipy.ndimage import gaussian_filter, map_coordinates
    from skimage.registration import optical_flow_ilk as untyped_flow

    optical_flow_ilk: Callable[..., Floats] = untyped_flow

    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float64)
    across, down = columns / _SIDE - 0.5, rows / _SIDE - 0.5
    inner = (across / 0.22) ** 2 + (down / 0.27) ** 2 < 1
    first = _evened(windows[0], inner)
    flow = np.zeros((2, _SIDE, _SIDE))
    last = first
    for window in windows[1:]:
        last = _evened(window, inner)
        brought = map_coordinates(first, [rows + flow[0], columns + flow[1]], order=1, mode="nearest")
        more = optical_flow_ilk(last, brought, radius=5, num_warp=4)
        carried = [map_coordinates(part, [rows + more[0], columns + more[1]], order=1, mode="nearest") for part in flow]
        flow = np.stack([gaussian_filter(part + step, 1.0) for part, step in zip(carried, more, strict=True)])
    brought = map_coordinates(first, [rows + flow[0], columns + flow[1]], order=1, mode="nearest")
    warped = float(np.sqrt(((brought - last)[inner] ** 2).mean()))
    start = np.stack([across[inner], down[inner]], axis=1)
    end = start + np.stack([flow[1][inner], flow[0][inner]], axis=1) / _SIDE
    planar = float(np.sqrt(((_by_plane(start, end) - end) ** 2).sum(axis=1).mean())) * 100
    return planar, warped


def _evened(window: Floats, inner: NDArray[np.bool_]) -> Floats:
    """The window with the face's mean at 0 and its deviation at 1: exposure is nobody's depth."""
    return np.asarray((window - window[inner].mean()) / max(float(window[inner].std()), 1e-6))


def _by_plane(start: Floats, end: Floats) -> Floats:
    """Where the best homography (least squares) takes `start`; both float64[N, 2]."""
    (x, y), (to_x, to_y) = start.T, end.T
    zero, one = np.zeros_like(x), np.ones_like(x)
    equations = np.concatenate(
        [
            np.stack([x, y, one, zero, zero, zero, -x * to_x, -y * to_x], axis=1),
            np.stack([zero, zero, zero, x, y, one, -x * to_y, -y * to_y], axis=1),
        ]
    )
    h = np.linalg.lstsq(equations, np.concatenate([to_x, to_y]), rcond=None)[0]
    scale = h[6] * x + h[7] * y + 1
    return np.stack([(h[0] * x + h[1] * y + h[2]) / scale, (h[3] * x + h[4] * y + h[5]) / scale], axis=1)

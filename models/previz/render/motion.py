"""Motion blur: what moved while the shutter was open is drawn along its way, things and camera alike.

The velocity of each pixel is exact, from where its triangle was in the frame before. The blur is M. McGuire et al.,
"A Reconstruction Filter for Plausible Motion Blur" (2012), without its jitter: an even row of samples has no grain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.previz.mesh import Mesh
from models.previz.render.gbuffer import Geometry, share_of_corners
from models.previz.render.kernel import kernel
from models.previz.render.view import View, ray
from models.previz.world import CameraState

SHUTTER = 0.5  # of the time between frames: 180 degrees, as film cameras have
TILE = 16  # pixels
TAPS = 13
LONGEST = 0.045  # of the picture's width
_STILL = 0.6  # pixels: less is sharp


@dataclass(frozen=True, slots=True)
class Moment:
    """A neighbouring frame, of the same shot: the same moving mesh and the camera."""

    mesh: Mesh
    camera: CameraState


@kernel
def fill_velocity(
    first: int,
    last: int,
    geometry: Geometry,
    earlier: NDArray[np.float32],
    moving: int,
    view: View,
    view_before: View,
    samples: int,
    depth: NDArray[np.float32],
    triangle: NDArray[np.int32],
    velocity: NDArray[np.float32],
) -> None:
    """Rows of `velocity` [H, W, 2]: pixels right and down that a point goes while the shutter is open.

    `earlier` [V, 3] is where the vertices from `moving` on were in the frame before; those before it never move.
    """
    height, width = depth.shape
    longest = LONGEST * width
    for y in range(first, last):
        for x in range(width):
            looking = ray(view, x * samples, y * samples, width * samples, height * samples)
            here = depth[y, x]
            px = view.eye[0] + looking[0] * here
            py = view.eye[1] + looking[1] * here
            pz = view.eye[2] + looking[2] * here
            face = triangle[y * samples, x * samples]
            if face >= 0 and geometry.faces[face, 0] >= moving:
                i = geometry.faces[face, 0]
                j = geometry.faces[face, 1]
                k = geometry.faces[face, 2]
                a, b, c = share_of_corners(geometry.vertices, i, j, k, view.eye, looking)
                i -= moving
                j -= moving
                k -= moving
                px = a * earlier[i, 0] + b * earlier[j, 0] + c * earlier[k, 0]
                py = a * earlier[i, 1] + b * earlier[j, 1] + c * earlier[k, 1]
                pz = a * earlier[i, 2] + b * earlier[j, 2] + c * earlier[k, 2]
            px -= view_before.eye[0]
            py -= view_before.eye[1]
            pz -= view_before.eye[2]
            right = view_before.right
            up = view_before.up
            forward = view_before.forward
            deep = max(px * forward[0] + py * forward[1] + pz * forward[2], 0.05)
            across = (px * right[0] + py * right[1] + pz * right[2]) / (deep * view_before.half_width)
            above = (px * up[0] + py * up[1] + pz * up[2]) / (deep * view_before.half_height)
            shift = 0.5 / samples  # a pixel's first sample stands for it
            go_x = SHUTTER * (x + shift - (across * 0.5 + 0.5) * width)
            go_y = SHUTTER * (y + shift - (0.5 - above * 0.5) * height)
            size = (go_x * go_x + go_y * go_y) ** 0.5
            less = longest / size if size > longest else 1.0
            velocity[y, x, 0] = go_x * less
            velocity[y, x, 1] = go_y * less


@kernel
def fill_fastest(first: int, last: int, velocity: NDArray[np.float32], fastest: NDArray[np.float32]) -> None:
    """Rows of `fastest` [ceil(H / TILE), ceil(W / TILE), 2]: the largest velocity in and around each tile."""
    height, width = velocity.shape[0], velocity.shape[1]
    for line in range(first, last):
        for column in range(fastest.shape[1]):
            most = 0.0
            fastest[line, column, 0] = 0.0
            fastest[line, column, 1] = 0.0
            for y in range(max(0, (line - 1) * TILE), min(height, (line + 2) * TILE), 2):
                for x in range(max(0, (column - 1) * TILE), min(width, (column + 2) * TILE), 2):
                    size = velocity[y, x, 0] ** 2 + velocity[y, x, 1] ** 2
                    if size > most:
                        most = size
                        fastest[line, column, 0] = velocity[y, x, 0]
                        fastest[line, column, 1] = velocity[y, x, 1]


@kernel
def blur_rows(
    first: int,
    last: int,
    sharp: NDArray[np.float32],
    depth: NDArray[np.float32],
    velocity: NDArray[np.float32],
    fastest: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Rows of `out` [H, W, 3]: the linear light `sharp` as the shutter sees it."""
    height, width = depth.shape
    for y in range(first, last):
        for x in range(width):
            go_x = fastest[y // TILE, x // TILE, 0]
            go_y = fastest[y // TILE, x // TILE, 1]
            longest = (go_x * go_x + go_y * go_y) ** 0.5
            if longest < _STILL:
                out[y, x, 0] = sharp[y, x, 0]
                out[y, x, 1] = sharp[y, x, 1]
                out[y, x, 2] = sharp[y, x, 2]
                continue
            own = 0.5 * (velocity[y, x, 0] ** 2 + velocity[y, x, 1] ** 2) ** 0.5
            here = depth[y, x]
            weights = TAPS / max(2.0 * own, 1.0) if own < 0.5 * TAPS else 1.0  # what stands still stays in its place
            red = sharp[y, x, 0] * weights
            green = sharp[y, x, 1] * weights
            blue = sharp[y, x, 2] * weights
            for tap in range(TAPS):
                share = (tap + 0.5) / TAPS - 0.5
                column = int(x + share * go_x + 0.5)
                line = int(y + share * go_y + 0.5)
                if (column == x and line == y) or column < 0 or line < 0 or column >= width or line >= height:
                    continue
                reach = 0.5 * (velocity[line, column, 0] ** 2 + velocity[line, column, 1] ** 2) ** 0.5
                distance = abs(share) * longest
                if distance >= 1.05 * max(reach, own):  # neither comes so far
                    continue
                there = depth[line, column]
                nearer = min(max(1.0 + (here - there) / (0.02 * min(here, there) + 0.01), 0.0), 1.0)
                farther = min(max(1.0 + (there - here) / (0.02 * min(here, there) + 0.01), 0.0), 1.0)
                weight = nearer * _cone(distance, reach) + farther * _cone(distance, own)
                weight += 2.0 * _inside(distance, reach) * _inside(distance, own)
                red += weight * sharp[line, column, 0]
                green += weight * sharp[line, column, 1]
                blue += weight * sharp[line, column, 2]
                weights += weight
            out[y, x, 0] = red / weights
            out[y, x, 1] = green / weights
            out[y, x, 2] = blue / weights


@kernel
def _cone(distance: float, reach: float) -> float:
    return min(max(1.0 - distance / max(reach, 1e-3), 0.0), 1.0)


@kernel
def _inside(distance: float, reach: float) -> float:
    return min(max((1.05 * reach - distance) / max(0.1 * reach, 1e-3), 0.0), 1.0)

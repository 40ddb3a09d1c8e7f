"""What a control pass needs beyond the geometry buffer: where each point that a pixel sees goes by the next frame."""

import numpy as np
from numpy.typing import NDArray

from models.previz.render.gbuffer import Geometry, share_of_corners
from models.previz.render.kernel import kernel
from models.previz.render.view import NEAR, View, ray


@kernel
def fill_flow(
    first: int,
    last: int,
    geometry: Geometry,
    later: NDArray[np.float32],
    moving: int,
    view: View,
    view_after: View,
    samples: int,
    depth: NDArray[np.float32],
    triangle: NDArray[np.int32],
    flow: NDArray[np.float32],
) -> None:
    """Rows of forward flow [H, W, 2]: pixels right and down that a point goes until the next frame, camera included.

    `later` [V, 3] is where the vertices from `moving` on are then; those before it never move. Sky turns with the
    camera, as what is `NOTHING` metres away. NaN where the point will be behind the camera: it has no place there.
    """
    height, width = depth.shape
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
                px = a * later[i, 0] + b * later[j, 0] + c * later[k, 0]
                py = a * later[i, 1] + b * later[j, 1] + c * later[k, 1]
                pz = a * later[i, 2] + b * later[j, 2] + c * later[k, 2]
            px -= view_after.eye[0]
            py -= view_after.eye[1]
            pz -= view_after.eye[2]
            right = view_after.right
            up = view_after.up
            forward = view_after.forward
            deep = px * forward[0] + py * forward[1] + pz * forward[2]
            if deep < NEAR:
                flow[y, x, 0] = np.nan
                flow[y, x, 1] = np.nan
                continue
            across = (px * right[0] + py * right[1] + pz * right[2]) / (deep * view_after.half_width)
            above = (px * up[0] + py * up[1] + pz * up[2]) / (deep * view_after.half_height)
            shift = 0.5 / samples  # a pixel's first sample stands for it
            flow[y, x, 0] = (across * 0.5 + 0.5) * width - x - shift
            flow[y, x, 1] = (0.5 - above * 0.5) * height - y - shift

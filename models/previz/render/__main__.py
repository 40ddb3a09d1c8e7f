"""`python -m models.previz.render`: compile all kernels now, so that the first clip does not wait for it."""

import numpy as np

from greenroom.domain.briefs import Style
from models.previz.geometry.skin import skinned
from models.previz.mesh import EMPTY
from models.previz.render.light import light_for
from models.previz.render.motion import Moment
from models.previz.render.renderer import Renderer
from models.previz.world import CameraState


def compile_kernels() -> None:
    """Draw one tiny frame: machine code is kept by types, and those are the same for every size and place."""
    texture = np.zeros((4, 4, 4), np.uint8)
    renderer = Renderer(32, 18, Style.REALISTIC, light_for("park", "day", "clear"), EMPTY, [texture])
    lens = CameraState((0.0, -3.0, 1.0), (0.0, 0.0, 0.5), 0.7, focus=3.0, aperture=0.03)
    renderer.render(EMPTY, lens, 0.0, Moment(EMPTY, lens), Moment(EMPTY, lens))
    skinned(np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32), np.ones((1, 1), np.float32), np.eye(3, 4)[None])


if __name__ == "__main__":
    compile_kernels()

"""Mirrors: a red block on wet ground is seen twice, upright and upside down, and dry ground shows it once."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroom.domain.briefs import Style
from models.previz.geometry.solids import box
from models.previz.mesh import EMPTY
from models.previz.render.light import light_for
from models.previz.render.renderer import Renderer
from models.previz.world import CameraState

CAMERA = CameraState(eye=(0.0, -7.0, 1.0), target=(0.0, 9.0, 0.6), vertical_fov=math.radians(40))


def redness(place: str) -> NDArray[np.float64]:
    """How red the ground is, [H, W], before a red block that stands eight metres behind the middle."""
    block = box((2.0, 1.0, 2.0), (0.0, 8.0, 1.0), (0.8, 0.02, 0.02))
    frame = Renderer(160, 90, Style.REALISTIC, light_for(place, "day", "clear"), EMPTY, ()).render(block, CAMERA, 0.0)
    red = frame.picture.astype(float)
    return np.where(frame.part == -1, red[..., 0] - red[..., 2], -255.0)


@pytest.mark.parametrize(("place", "mirrors"), [("sea", True), ("desert", False)])
def test_water_mirrors_what_stands_on_it_and_sand_does_not(place: str, mirrors: bool) -> None:
    found = redness(place)
    below, beside = found[:, 74:86], found[:, 20:32]
    more = np.sort(below[below > -255])[-20:].mean() - np.sort(beside[beside > -255])[-20:].mean()
    assert bool(more > 25) is mirrors

"""Wind moves leaves and nothing else, from the ground up, and only in still air is a place where it was built."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.previz.geometry.solids import box
from models.previz.mesh import Material, concatenate
from models.previz.render.kernel import Bands
from models.previz.render.light import light_for
from models.previz.render.view import View, pinhole
from models.previz.render.wind import Swaying, at_rest, sway
from models.previz.world import CameraState

CROWN = box((2.0, 2.0, 2.0), (3.0, 1.0, 4.0), (0.1, 0.4, 0.1), material=Material.LEAF)
TRUNK = box((0.3, 0.3, 3.0), (3.0, 1.0, 1.5), (0.2, 0.1, 0.05))
TREE = concatenate((TRUNK, CROWN))
METRES = st.floats(-40, 40)


VIEW = pinhole(CameraState(eye=(3.0, -12.0, 3.0), target=(3.0, 1.0, 3.0), vertical_fov=0.8), 64, 48)
AWAY = pinhole(CameraState(eye=(3.0, -12.0, 3.0), target=(3.0, -30.0, 3.0), vertical_fov=0.8), 64, 48)


def _moved(wind: float, view: View, seconds: float) -> NDArray[np.float32]:
    vertices = TREE.vertices.copy()
    Swaying(TREE, wind, Bands(2)).move(vertices, view, seconds)
    return vertices - TREE.vertices


def test_a_crown_sways_and_its_trunk_stands() -> None:
    moved = _moved(0.5, VIEW, 1.3)
    trunk = len(TRUNK.vertices)
    assert (moved[:trunk] == 0).all()
    assert np.linalg.norm(moved[trunk:], axis=1).min() > 0.01


def test_in_still_air_nothing_moves_and_what_is_out_of_sight_is_left() -> None:
    assert (_moved(0.0, VIEW, 5.0) == 0).all()
    assert (_moved(0.5, AWAY, 5.0) == 0).all()


def test_wind_is_stronger_in_windy_weather_and_there_is_none_indoors() -> None:
    assert light_for("park", "day", "wind").wind > 3 * light_for("park", "day", "clear").wind > 0
    assert light_for("kitchen", "day", "wind").wind == 0


@settings(deadline=None)  # the first call compiles
@given(METRES, METRES, st.floats(0, 9), st.floats(0, 0.6), st.floats(0, 600))
def test_no_leaf_goes_farther_than_the_wind_takes_it_and_roots_hold(
    x: float, y: float, z: float, wind: float, seconds: float
) -> None:
    assert np.linalg.norm(sway(x, y, z, wind, seconds)) <= wind
    assert sway(x, y, 0.0, wind, seconds) == pytest.approx((0, 0, 0))


@settings(deadline=None)
@given(METRES, METRES, st.floats(0.3, 9), st.floats(0, 60))
def test_the_shadow_of_a_leaf_is_looked_for_where_the_leaf_rests(x: float, y: float, z: float, seconds: float) -> None:
    dx, dy, dz = sway(x, y, z, 0.55, seconds)
    found = at_rest(x + dx, y + dy, z + dz, 0.55, seconds)
    assert np.linalg.norm(np.subtract(found, (x, y, z))) < 0.12

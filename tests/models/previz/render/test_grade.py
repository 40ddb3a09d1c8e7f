"""Colour timing: black stays black and white white, a grey ramp stays in order, and hours differ."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.previz.render.grade import DULL, HOURS, ROOM, Grade, code_curve, code_of, graded

ALL = [*HOURS.values(), ROOM, DULL]
NEUTRAL = Grade(0.0, 1.0, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 0.0, 0.0)


@settings(deadline=None)  # the first call compiles
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_neutral_grade_changes_nothing(red: float, green: float, blue: float) -> None:
    assert graded(NEUTRAL, red, green, blue) == pytest.approx((red, green, blue), abs=2e-4)


@pytest.mark.parametrize("grade", ALL)
def test_black_stays_black_and_a_ramp_stays_in_order(grade: Grade) -> None:
    curve = code_curve(grade.contrast)
    levels = [graded(grade, level, level, level) for level in np.linspace(0, 1, 101)]
    ramp = np.array([[code_of(curve, channel) for channel in level] for level in levels], int)
    assert (ramp[0] == 0).all()
    assert (np.diff(ramp, axis=0) >= 0).all()
    assert ramp[-1].min() > 240


def test_without_contrast_the_code_is_a_power_of_the_light() -> None:
    levels = np.linspace(0, 1, 1001)
    found = np.array([code_of(code_curve(0.0), level) for level in levels], float)
    np.testing.assert_allclose(found, 255 * levels ** (1 / 2.2), atol=1.0)


@pytest.mark.parametrize("grade", ALL)
def test_shadows_are_cooler_than_lights(grade: Grade) -> None:
    dark, light = graded(grade, 0.03, 0.03, 0.03), graded(grade, 0.6, 0.6, 0.6)
    assert dark[2] / dark[0] > light[2] / light[0]

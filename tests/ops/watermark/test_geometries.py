"""What a search asks for: ranges without gaps, and every combination once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.watermark.geometries import evenly, nearby, shares, sheared, turned


@given(st.floats(0.2, 1.0), st.floats(1.0, 3.0), st.floats(0.004, 0.1))
def test_shares_are_the_same_from_each_to_the_next(first: float, last: float, step: float) -> None:
    found = shares(first, last, step)
    assert found[0] == pytest.approx(first)
    assert abs(np.log(found[-1] / last)) <= step / 2 + 1e-9
    assert np.allclose(np.diff(np.log(found)), step)


@given(st.floats(0.0, 1.0), st.floats(0.004, 0.1))
def test_even_steps_lie_on_both_sides_of_zero(most: float, step: float) -> None:
    found = evenly(most, step)
    assert 0 in found
    assert np.allclose(found, -found[::-1])
    assert abs(found[-1] - most) <= step / 2 + 1e-9


def test_everything_is_scaled_squeezed_turned_and_mirrored() -> None:
    scales, squeezes, turns = np.array([0.4, 0.5]), np.array([-0.1, 0.0, 0.3]), np.array([-0.05, 0.05])
    found = turned(scales, squeezes, turns)
    assert found.shape == (24, 2, 2)
    expected = {
        (
            round(float(side * scale**2), 9),  # its determinant
            round(float(np.exp(squeeze)), 9),  # across over down
            round(float(turn), 9),
        )
        for scale in scales
        for squeeze in squeezes
        for turn in turns
        for side in (1, -1)
    }
    lengths = np.hypot(found[:, 0], found[:, 1])
    angles = np.arctan2(-found[:, 0, 1], found[:, 1, 1])
    told = zip(np.linalg.det(found), lengths[:, 0] / lengths[:, 1], angles, strict=True)
    assert {(round(float(a), 9), round(float(b), 9), round(float(c), 9)) for a, b, c in told} == expected
    assert np.allclose((found[:, :, 0] * found[:, :, 1]).sum(1), 0), "turned and not sheared"


def test_everything_is_sheared() -> None:
    one = sheared(np.array([0.5]), np.array([0.2]), np.array([0.1]), np.array([-0.04]))[0]
    assert np.allclose(one, [[0.5 * np.exp(0.1), 0.05], [-0.02, 0.5 * np.exp(-0.1)]])
    assert len(sheared(np.ones(2), np.zeros(3), np.zeros(4), np.zeros(5))) == 120


def test_nearby_is_all_around() -> None:
    found = nearby(0.01, 0.01, 0.005)
    assert found.shape == (125, 2, 2)
    assert nearby(0.03, 0.0, 0.005).shape == (169, 2, 2)
    assert np.any(np.all(found == np.eye(2), axis=(1, 2)))
    assert np.allclose(found.mean(0), np.eye(2))
    assert np.abs(found - np.eye(2)).max() == pytest.approx(0.01)

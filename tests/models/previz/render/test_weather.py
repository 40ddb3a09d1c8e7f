"""What falls goes down and what flies goes with the wind, as fast at every frame rate."""

from collections.abc import Callable

import numpy as np
import pytest

from models.previz.render.weather import leaf, rain, snow

Falling = Callable[[float, float, float], float]


def drawn(falling: Falling, seconds: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[falling(u, v, seconds) for u in np.linspace(0, 1.7, 340)] for v in np.linspace(0, 1, 200)])


@pytest.mark.parametrize(("falling", "least", "most"), [(rain, 0.02, 0.7), (snow, 0.002, 0.3), (leaf, 0.0, 0.05)])
def test_it_covers_some_of_the_picture_and_never_all(falling: Falling, least: float, most: float) -> None:
    share = np.mean([(drawn(falling, seconds) > 0.01).mean() for seconds in (1.0, 3.7, 6.1)])
    assert least < share < most


def test_snow_falls_and_leaves_fly_to_the_right() -> None:
    def shift(falling: Falling, axis: int) -> int:
        early, late = drawn(falling, 3.0), drawn(falling, 3.04)
        assert early.max() > 0
        return max(range(-8, 9), key=lambda step: float((np.roll(early, step, axis) * late).sum()))

    assert shift(snow, 0) > 0
    assert shift(leaf, 1) > 0

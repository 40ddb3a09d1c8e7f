"""A cut, a flash in a dark shot and a dissolve begin another picture; motion and grain do not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.scene_changes import SceneChanges

RANDOM = np.random.default_rng(4)


def flat(level: float) -> NDArray[np.float32]:
    return np.full((60, 106), level, np.float32)


def begins(frames: list[NDArray[np.float32]]) -> list[int]:
    """The frames that are looked at, each as soon as it begins another picture."""
    changes, found = SceneChanges(), []
    for number, frame in enumerate(frames):
        if changes.changed(frame):
            changes.looked(frame)
            found.append(number)
    return found


def test_the_first_frame_and_each_cut_are_looked_at() -> None:
    assert begins([flat(40)] * 5 + [flat(120)] * 5 + [flat(60)] * 5) == [0, 5, 10]


@pytest.mark.parametrize("level", [3.0, 25.0, 118.0])
def test_one_strange_frame_is_looked_at_in_a_dark_still_film_too(level: float) -> None:
    strange = np.clip(flat(level) + 12 * np.sign(np.sin(np.arange(106) / 3)), 0, 255).astype(np.float32)
    assert 7 in begins([flat(level)] * 7 + [strange] + [flat(level)] * 4)


def test_a_dissolve_is_looked_at_before_it_is_over() -> None:
    levels = np.linspace(30, 130, 40)
    found = begins([flat(level) for level in levels])
    assert len(found) >= 3


def test_motion_and_grain_are_no_other_picture() -> None:
    ramp = np.tile(np.linspace(40, 200, 106, dtype=np.float32), (60, 1))
    moving = [np.roll(ramp, shift, axis=1) for shift in range(6)]
    assert begins(moving) == [0]
    grain = [flat(90) + RANDOM.normal(0, 3, (60, 106)).astype(np.float32) for _ in range(30)]
    assert begins(grain) == [0]

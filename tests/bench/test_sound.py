"""The measuring of sound finds what it should: onsets where they are, and late ones late."""

import numpy as np
import pytest

from bench.sound import _scenes, onset_errors
from models.previz.sound.soundtrack import soundtrack
from models.previz.staging.stage import stage
from ops.sound_levels import measure, mix, normalise


@pytest.mark.parametrize("name", ["a kick in a park", "things that fall in a kitchen"])
def test_what_is_seen_to_strike_is_heard_within_a_frame(name: str) -> None:
    board = _scenes()[name]
    world = stage(board, {})
    stems, _ = soundtrack(board, world, {})
    errors = list(onset_errors(world, stems["foley"]))
    assert len(errors) >= 3
    assert max(map(abs, errors)) < 0.005  # a frame is 42 ms
    late = np.roll(stems["foley"], 960, axis=0)
    assert np.median(list(onset_errors(world, late))) == pytest.approx(0.020, abs=0.004)
    levels = measure(normalise(mix(stems)))
    assert levels.lufs == pytest.approx(-16.0, abs=0.5)
    assert levels.true_peak_db <= -1.0

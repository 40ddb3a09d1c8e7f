"""Diarization error rate by hand-made turns."""

import pytest

from models.speakers import Turn
from ops.speaker_error import speaker_error

SCRIPT = ((0.0, 2.0, "fox"), (2.5, 4.5, "cat"))


def test_names_do_not_matter_and_borders_have_a_collar() -> None:
    assert speaker_error(SCRIPT, (Turn(0.1, 2.1, 7), Turn(2.4, 4.4, 3))) == 0.0


def test_missed_confused_and_false_speech_count() -> None:
    assert speaker_error(SCRIPT, (Turn(0, 2, 0),)) == pytest.approx(0.5, abs=0.01)
    assert speaker_error(SCRIPT, (Turn(0, 2, 0), Turn(2.5, 4.5, 0))) == pytest.approx(0.5, abs=0.01)
    false = speaker_error(SCRIPT, (Turn(0, 2, 0), Turn(2.5, 4.5, 1), Turn(5, 6.5, 2)))
    assert false == pytest.approx(0.5, abs=0.01)


def test_nothing_spoken_and_nothing_heard_is_no_error() -> None:
    assert speaker_error((), ()) == 0.0
    assert speaker_error((), (Turn(0, 1, 0),)) == 1.0

"""A plan whose simulation breaks a law of physics is simulated again, three times at most; then gate 4 is shown it."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from greenroom.domain.clips import PhysicsReport, Timing
from greenroom.domain.storyboards import Shot, Storyboard
from greenroom.errors import GenerationFailed
from models.roles import ControlSink, Generated, Picture, Progress
from moderation.policy import load_policy
from ops.generate import ATTEMPTS, simulated

GOOD, BAD = PhysicsReport(penetration_metres=0.01), PhysicsReport(penetration_metres=0.5)
BOARD = Storyboard(title="a fall", seconds=4, seed=1, shots=(Shot(start=0, seconds=4),))


class Attempting:
    """A generator whose simulation comes out as scripted: a report, None for no simulation, an error for none."""

    name = "scripted"
    weights: str | None = None

    def __init__(self, outcomes: Sequence[PhysicsReport | GenerationFailed | None]) -> None:
        self.outcomes = outcomes
        self.attempts: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def generate(
        self,
        storyboard: Storyboard,
        likenesses: Mapping[str, Picture],
        progress: Progress,
        attempt: int = 0,
        controls: ControlSink | None = None,
    ) -> Generated:
        self.attempts.append(attempt)
        found = self.outcomes[attempt]
        if isinstance(found, GenerationFailed):
            raise found
        stem = np.zeros((4, 2), np.float32)
        return Generated(iter(()), {"foley": stem}, 48_000, Timing(), {}, physics=found)


def made(*outcomes: PhysicsReport | GenerationFailed | None) -> tuple[Generated, list[int]]:
    generator = Attempting(outcomes)
    return simulated(generator, BOARD, {}, lambda part, share: None, load_policy()), generator.attempts


def test_what_keeps_the_laws_is_simulated_once() -> None:
    found, attempts = made(GOOD)
    assert attempts == [0]
    assert found.physics is not None
    assert found.physics.attempts == 1


def test_what_breaks_one_is_simulated_again_with_other_chances() -> None:
    found, attempts = made(BAD, GenerationFailed("it left all bounds"), GOOD)
    assert attempts == [0, 1, 2]
    assert found.physics == GOOD.model_copy(update={"attempts": 3})


def test_the_last_attempt_is_shown_to_the_gate_as_it_is() -> None:
    found, attempts = made(BAD, BAD, BAD)
    assert len(attempts) == ATTEMPTS
    assert found.physics == BAD.model_copy(update={"attempts": 3})


def test_a_world_that_never_holds_together_is_an_error() -> None:
    lost = GenerationFailed("it left all bounds")
    with pytest.raises(GenerationFailed):
        made(lost, lost, lost)
    found, _ = made(BAD, lost, lost)
    assert found.physics is not None  # what there is is shown rather than nothing


def test_a_generator_that_does_not_simulate_is_asked_once() -> None:
    found, attempts = made(None)
    assert (found.physics, attempts) == (None, [0])

"""Storyboards by hand, as short as a test needs them."""

from collections.abc import Callable
from typing import Any

import pytest

from greenroom.domain.storyboards import Action, Actor, Camera, Line, Prop, Shot, Storyboard

Board = Callable[..., Storyboard]


def _board(
    *,
    actors: tuple[Actor, ...] = (),
    props: tuple[Prop, ...] = (),
    actions: tuple[Action, ...] = (),
    lines: tuple[Line, ...] = (),
    cameras: tuple[Camera, ...] = (Camera(),),
    seconds: float = 4.0,
    seed: int = 11,
    **more: Any,  # noqa: ANN401 - any field of a storyboard
) -> Storyboard:
    each = seconds / len(cameras)
    return Storyboard(
        title="a test",
        seconds=seconds,
        seed=seed,
        shots=tuple(Shot(start=index * each, seconds=each, camera=one) for index, one in enumerate(cameras)),
        actors=actors,
        props=props,
        actions=actions,
        lines=lines,
        **more,
    )


@pytest.fixture
def board() -> Board:
    return _board

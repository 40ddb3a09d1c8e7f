"""When each setting of a clip is heard: curves that cross over at cuts, as long as the picture's own join."""

from dataclasses import dataclass

import numpy as np

from greenroom.domain.storyboards import Setting
from models.previz.sound.signals import RATE, Mono
from models.previz.world import World

_CUT_SECONDS = 0.06  # a cut is heard as one, but without a click


@dataclass(frozen=True, slots=True)
class Heard:
    """One setting and how much of it is heard, float64[count], 0 to 1; over a join the powers sum to 1."""

    setting: Setting
    gate: Mono


def heard_settings(world: World, count: int) -> tuple[Heard, ...]:
    """Every setting that plays, once, in the world's order."""
    rate = world.frames_per_second
    numbers = [frame.setting for frame in world.frames]
    joins = {cut.frame: cut.frames / rate for cut in world.cuts if cut.frames > 0}
    time = np.arange(count) / RATE
    found = []
    for number, setting in enumerate(world.settings):
        share = np.zeros(count)
        for first, last in _runs(numbers, number):
            into = max(_CUT_SECONDS, joins.get(first, 0.0))
            out = max(_CUT_SECONDS, joins.get(last, 0.0))
            begin, end = first / rate, last / rate
            rise = (
                np.ones(count)
                if first == 0
                else np.clip((time - begin) / into + (0.5 if into == _CUT_SECONDS else 0), 0, 1)
            )
            fall = (
                np.ones(count)
                if last == len(numbers)
                else 1 - np.clip((time - end) / out + (0.5 if out == _CUT_SECONDS else 0), 0, 1)
            )
            share = np.maximum(share, np.minimum(rise, fall))
        if np.any(share):
            found.append(Heard(setting, np.sin(0.5 * np.pi * share)))
    return tuple(found)


def _runs(numbers: list[int], wanted: int) -> list[tuple[int, int]]:
    """First frame and the one after the last of every stretch of one setting."""
    found = []
    first = None
    for frame, number in enumerate([*numbers, -1]):
        if number == wanted and first is None:
            first = frame
        elif number != wanted and first is not None:
            found.append((first, frame))
            first = None
    return found

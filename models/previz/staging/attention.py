"""Whom an actor attends to: who speaks, who is spoken to, how one stands who has nothing to do."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from greenroom.domain.storyboards import Storyboard
from models.previz.staging.casting import wrapped
from models.previz.staging.ensemble import Ensemble
from models.roles import Spoken

_CHEAT = 0.45  # radians that partners turn from each other to the lens, as on a stage


@dataclass(frozen=True, slots=True)
class Talk:
    """A line as the stage needs it."""

    actor: str
    start: float
    end: float


def talks(storyboard: Storyboard, spoken: Mapping[int, Spoken]) -> tuple[Talk, ...]:
    """When each line is spoken; one without sound is as long as its text would take (15 characters a second)."""
    found = []
    for index, line in enumerate(storyboard.lines):
        one = spoken.get(index)
        seconds = len(one.samples) / one.sample_rate if one else len(line.text) / 15
        found.append(Talk(line.actor, line.start, line.start + seconds))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Attention:
    """The talk of a clip; `stances` are radians that each actor stands turned from the lens when idle."""

    talks: tuple[Talk, ...]
    stances: Mapping[str, float]

    def idle_heading(self, name: str, time: float, ensemble: Ensemble) -> float:
        """Whom one faces when nothing is to be done: the partner of the talk, half turned to the lens, or the lens."""
        lens = ensemble.facing_lens(name)
        partner = self.partner(name, time, ensemble)
        if partner is None:
            return lens + self.stances[name]
        facing = ensemble.facing(name, partner)
        off = wrapped(lens - facing)
        return facing + math.copysign(min(abs(off), _CHEAT), off)

    def partner(self, name: str, time: float, ensemble: Ensemble) -> str | None:
        """Who an actor talks with or listens to: whoever speaks now, else whoever else has lines."""
        now = next((talk.actor for talk in self.talks if talk.start <= time < talk.end), None)
        if now is not None and now != name:
            return now
        others = [talk.actor for talk in self.talks if talk.actor != name]
        if not others:
            speaks = any(talk.actor == name for talk in self.talks)
            return ensemble.nearest_actor(name) if speaks else None
        after = [talk.actor for talk in self.talks if talk.actor != name and talk.start >= time]
        return after[0] if after else others[-1]

    def speaks(self, name: str, time: float) -> bool:
        """Whether an actor is saying a line."""
        return any(talk.actor == name and talk.start <= time < talk.end for talk in self.talks)

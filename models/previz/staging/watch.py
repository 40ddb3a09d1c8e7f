"""What the laws of physics say of a simulation, measured while it runs: depth, energy, momentum, arcs.

The watch looks and never touches. What an actor's hand, foot or vehicle does to a thing is work from outside: energy is
reckoned anew from there. `physics.py` makes a report of what was seen.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SETTLING = 0.15  # seconds at the start in which things find their place
_LEAST_JOULES = 0.05  # of a thing's energy: less is rounding
_LEAST_SECONDS = 0.15  # of a flight that is long enough to tell its arc


@dataclass(frozen=True, slots=True)
class Collision:
    """Two free things that met. Momenta in kilograms metres a second, what others pushed meanwhile taken off."""

    time: float
    a: str
    b: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]

    @property
    def error(self) -> float:
        """What is missing or too much, as a share of the larger momentum."""
        size = max(math.hypot(*self.before), math.hypot(*self.after), 1e-9)
        return math.dist(self.before, self.after) / size


@dataclass(slots=True)
class _Meeting:
    start: float
    last: float
    before: Floats
    pushed: Floats  # newton seconds from everything else


@dataclass(slots=True)
class Watch:
    """`masses` in kilograms by id, in the order of the things; `gravity` in metres a second squared."""

    masses: Mapping[str, float]
    gravity: float
    deepest: float = 0.0  # metres
    deepest_pair: tuple[str, str] = ("", "")
    gained: float = 0.0  # joules that came from nowhere, at most
    gained_share: float = 0.0  # of the energy there was
    finite: bool = True
    collisions: list[Collision] = field(default_factory=list)
    flights: list[tuple[str, float, float]] = field(default_factory=list)  # thing, seconds, fitted m/s²
    _meetings: dict[tuple[str, str], _Meeting] = field(default_factory=dict)
    _paths: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    _reference: float | None = None

    def depth(self, time: float, pair: tuple[str, str], metres: float) -> None:
        """Two things that are inside each other by so much."""
        if metres > self.deepest and time > _SETTLING:
            self.deepest, self.deepest_pair = metres, pair

    def step(
        self,
        time: float,
        seconds: float,
        speeds: Mapping[str, Floats],
        forces: Mapping[str, Floats],
        touching: frozenset[tuple[str, str]],
    ) -> None:
        """One step: velocities after it, the forces of all contacts on each thing, who touches whom."""
        for pair in touching:
            if pair not in self._meetings:
                before = sum((self.masses[name] * (speeds[name][:3]) for name in pair), np.zeros(3))
                push = sum((forces[name][:3] for name in pair), np.zeros(3)) + self._weight(pair)
                self._meetings[pair] = _Meeting(time, time, before - push * seconds, np.zeros(3))
        for pair, meeting in list(self._meetings.items()):
            push = sum((forces[name][:3] for name in pair), np.zeros(3)) + self._weight(pair)
            meeting.pushed += push * seconds
            if pair in touching:
                meeting.last = time
            elif time - meeting.last > 0.02:
                self._met(pair, meeting, speeds)
                del self._meetings[pair]

    def tick(
        self, time: float, energy: float, heights: Mapping[str, float], aloft: frozenset[str], *, worked: bool
    ) -> None:
        """After some steps: joules of all things; heights of their middles; who flies; whether actors worked."""
        if not math.isfinite(energy):
            self.finite = False
            return
        if worked or self._reference is None or time < _SETTLING:
            self._reference = energy
        else:
            gain = energy - self._reference
            if gain > max(self.gained, _LEAST_JOULES):
                self.gained, self.gained_share = gain, gain / max(abs(self._reference), 1.0)
            self._reference = max(self._reference, energy)
        for name, height in heights.items():
            if name in aloft:
                self._paths.setdefault(name, []).append((time, height))
            elif name in self._paths:
                self._landed(name)

    def finish(self) -> None:
        """The end: flights under way are told as far as they went."""
        for name in list(self._paths):
            self._landed(name)

    def _weight(self, pair: tuple[str, str]) -> Floats:
        return np.array((0.0, 0.0, -self.gravity * sum(self.masses[name] for name in pair)))

    def _met(self, pair: tuple[str, str], meeting: _Meeting, speeds: Mapping[str, Floats]) -> None:
        if meeting.last - meeting.start > 0.2:  # leaning is no blow
            return
        after = sum((self.masses[name] * speeds[name][:3] for name in pair), np.zeros(3))
        expected = meeting.before + meeting.pushed
        self.collisions.append(Collision(meeting.start, pair[0], pair[1], _vector(expected), _vector(after)))

    def _landed(self, name: str) -> None:
        path = np.array(self._paths.pop(name))
        if path[-1, 0] - path[0, 0] < _LEAST_SECONDS:
            return
        curve = np.polynomial.polynomial.polyfit(path[:, 0] - path[0, 0], path[:, 1], 2)
        self.flights.append((name, float(path[-1, 0] - path[0, 0]), float(-2 * curve[2])))


def _vector(values: Floats) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))

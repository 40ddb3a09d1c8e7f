"""Everybody and everything on the stage as an actor perceives it: where, how big, how fast, who holds what."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from models.previz.staging.casting import heading_to
from models.previz.staging.performer import STAGE_RADIUS, Obstacle, Performer
from models.previz.staging.simulation import Simulation
from models.previz.world import Vector

_LENS = (0.0, -6.0)  # about where the first camera stands; the camera itself is chosen when the action is known
_LOW = 0.12  # a thing that flat or small is stepped over


@dataclass(slots=True)
class Ensemble:
    performers: Mapping[str, Performer]
    props: tuple[str, ...]
    simulation: Simulation
    holders: dict[str, str] = field(default_factory=dict)  # prop: actor
    caught: dict[str, float] = field(default_factory=dict)  # prop on its way into the hands: metres a second it had

    def place(self, name: str) -> Vector:
        """The ground point of an actor, the centre of a prop."""
        performer = self.performers.get(name)
        return (performer.x, performer.y, performer.z) if performer else self.simulation.where(name)

    def radius(self, name: str) -> float:
        """Of the circle it takes up on the ground."""
        performer = self.performers.get(name)
        return performer.body.radius if performer else self.simulation.radius(name)

    def velocity(self, name: str) -> Vector:
        """Metres a second."""
        performer = self.performers.get(name)
        return (*performer.velocity, 0.0) if performer else self.simulation.velocity(name)

    def middle(self, name: str) -> Vector:
        """What one looks at: the head of an actor, the centre of a prop."""
        performer = self.performers.get(name)
        if performer is None:
            return self.simulation.where(name)
        return (performer.x, performer.y, performer.z + 0.93 * performer.body.top)

    def distance(self, name: str, other: str) -> float:
        """Metres on the ground between two."""
        a, b = self.place(name), self.place(other)
        return math.hypot(a[0] - b[0], a[1] - b[1])

    def facing(self, name: str, other: str) -> float:
        """The heading with which `name` faces `other`."""
        a, b = self.place(name), self.place(other)
        return heading_to(b[0] - a[0], b[1] - a[1])

    def facing_lens(self, name: str) -> float:
        """The heading with which an actor faces the audience: nearly, the way one stands for a camera."""
        x, y, _ = self.place(name)
        return heading_to(0.35 * (_LENS[0] - x), _LENS[1] - y)

    def nearest_prop(self, name: str, within: float = math.inf) -> str | None:
        """The prop nearest to an actor that nobody else holds."""
        free = [prop for prop in self.props if self.holders.get(prop, name) == name]
        near = [(self.distance(name, prop), prop) for prop in free]
        found = min(near, default=(math.inf, ""))
        return found[1] if found[0] < within else None

    def nearest_actor(self, name: str) -> str | None:
        """The other actor nearest to this one."""
        near = [(self.distance(name, other), other) for other in self.performers if other != name]
        return min(near)[1] if near else None

    def held_by(self, name: str) -> str | None:
        """What an actor holds."""
        return next((prop for prop, holder in self.holders.items() if holder == name), None)

    def obstacles(self, name: str, but: tuple[str | None, ...] = ()) -> Iterator[Obstacle]:
        """What an actor walks around."""
        for other, performer in self.performers.items():
            if other != name and other not in but:
                yield Obstacle(performer.x, performer.y, performer.body.radius)
        for prop in self.props:
            if prop in but or prop in self.holders or 2 * self.simulation.half_height(prop) < _LOW:
                continue
            x, y, z = self.simulation.where(prop)
            if z < 2.0:
                yield Obstacle(x, y, self.simulation.radius(prop))


def on_stage(x: float, y: float, margin: float = 0.3) -> tuple[float, float]:
    """The nearest point that bodies may go to."""
    away = math.hypot(x, y)
    most = STAGE_RADIUS - margin
    return (x, y) if away <= most else (x * most / away, y * most / away)

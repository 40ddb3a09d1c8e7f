"""Where everything stands at the start: actors in a loose row before the first camera, props where they are needed.

Only what the parent of a remix has not placed already is placed. Metres; the stage is a disc of 4 m radius.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from greenroom.domain.storyboards import Action, Actor, Prop
from models.previz.geometry.actor import HEIGHTS, QUADRUPEDS
from models.previz.geometry.shapes import shape_of
from models.previz.world import Vector
from ops.plan.known import BALLS

_ROOM = 3.4  # metres from the middle that anything starts in
_BACKGROUND = 14.0  # metres: beyond the stage nobody acts, but large things can be seen
_LARGE = 0.6  # metres: radius of what would hide an actor
_GAP = 0.15  # metres between any two things
Circle = tuple[float, float, float]  # x, y, radius: ground that something fills
# metres off the middle that who sends a thing away starts at, so that the way it goes lies in the picture
_RUN_UP = {"chase": 1.9, "kick": 1.0, "push": 1.5}
_APART = frozenset({"throw", "catch", "chase", "kick"})  # between actors they need some metres
_NEAR = frozenset({"kick", "throw", "catch", "pick_up", "give", "eat", "push"})  # done to something within reach
# height above the ground and velocity of a prop that moves of itself; sideways is chosen by the seed
_MOTIONS = {
    "fall": (2.3, (0.0, 0.0, 0.0)),
    "bounce": (1.3, (0.5, 0.1, 0.0)),
    "roll": (0.0, (1.5, 0.1, 0.0)),
    "fly": (0.6, (1.8, 0.2, 3.4)),
}
_APART_IN_A_ROW, _TIP = 0.55, 0.9  # heights between dominoes, metres a second that the first is tipped with
_ROW_BEGINS = -0.8  # metres before the middle
_RUN_IN, _RUN_IN_SPEED = 1.8, 3.2  # metres, metres a second: of a thing that comes at another
_STILL = (0.0, 0.0, 0.0)
_CHASED = (1.3, 0.25, 0.0)  # metres a second: a thing that is chased rolls away


def radius_of(actor: Actor) -> float:
    """Metres of the circle on the ground an actor fills."""
    height = HEIGHTS.get(actor.species, HEIGHTS["person"])
    return height * (0.62 if actor.species in QUADRUPEDS else 0.17)


def place_actors(
    actors: list[Actor],
    old: frozenset[str],
    things: tuple[Prop, ...],
    actions: list[Action],
    chance: random.Random,
) -> list[Actor]:
    """The actors, those not in `old` given a place of their own beside the others and beside `things`, which stand.

    Someone alone who sends a thing away starts off the middle.
    """
    fresh = [actor for actor in actors if actor.id not in old]
    apart = any(one.verb in _APART for one in actions)
    gaps = [chance.uniform(0.45, 0.75) + (0.8 if apart else 0.0) for _ in fresh]
    width = sum(2 * radius_of(actor) for actor in fresh) + sum(gaps[:-1])
    taken = [(actor.x, actor.y, radius_of(actor)) for actor in actors if actor.id in old]
    everything = [*taken, *((prop.x, prop.y, prop.size / 2) for prop in things)]
    edge = -width / 2
    if taken:
        edge = max(x + radius for x, _, radius in taken) + 0.5
        edge = min(edge, _ROOM - width)
    placed: dict[str, Actor] = {}
    names = {actor.id for actor in actors}
    if len(fresh) == len(actors) == 1:
        sent = next((one for one in actions if one.verb in _RUN_UP and one.target not in (None, *names)), None)
        edge += chance.choice((-1.0, 1.0)) * (_RUN_UP[sent.verb] if sent else 0.0)
    for actor, gap in zip(fresh, gaps, strict=True):
        radius = radius_of(actor)
        x, y = edge + radius, chance.uniform(-0.25, 0.35) if len(actors) > 1 else chance.uniform(-0.1, 0.1)
        x, y = _free(x, y, radius, everything)
        everything.append((x, y, radius))
        placed[actor.id] = actor.model_copy(update={"x": round(x, 2), "y": round(y, 2)})
        edge = x + radius + gap
    return [placed.get(actor.id, actor) for actor in actors]


@dataclass(frozen=True, slots=True)
class Start:
    """How a prop begins: its own motion, what (by id) it moves onto, the prop it lies on, the one it stands behind in a
    row, and whether it is the first of a row."""

    motion: str | None = None
    onto: str | None = None
    pile: str | None = None
    row: str | None = None
    leads: bool = False


def place_props(
    props: list[Prop],
    old: frozenset[str],
    starts: Mapping[str, Start],
    actors: list[Actor],
    actions: list[Action],
    chance: random.Random,
) -> list[Prop]:
    """The props, those not in `old` placed: in reach of who uses them, ahead of who chases them, on or before what
    they move onto, else where there is room."""
    ground = {actor.id: (actor.x, actor.y, radius_of(actor)) for actor in actors}
    ground |= {prop.id: (prop.x, prop.y, prop.size / 2) for prop in props if prop.id in old}
    tops = {prop.id: prop.z + _height(prop) for prop in props if prop.id in old}
    tops |= {actor.id: HEIGHTS.get(actor.species, HEIGHTS["person"]) for actor in actors}
    placed: dict[str, Prop] = {}
    for prop in sorted(props, key=lambda one: _after(starts.get(one.id, Start()))):  # what it meets comes first
        start = starts.get(prop.id, Start())
        if prop.id in old and start == Start():
            placed[prop.id] = prop
            continue
        use = next((one for one in actions if one.target == prop.id and one.actor in ground), None)
        if start.pile in placed:
            below = placed[start.pile]
            x, y, z, velocity = below.x, below.y, tops[below.id], (0.0, 0.0, 0.0)
        elif start.row in placed:
            ahead = placed[start.row]
            x, y, z, velocity = ahead.x, ahead.y + _APART_IN_A_ROW * _height(prop), 0.0, _STILL
            ground[prop.id] = (x, y, prop.size / 2)
        elif start.leads:
            others = sum(one.row is not None for one in starts.values())
            end = _ROW_BEGINS + _APART_IN_A_ROW * _height(prop) * others
            x, y, z = _lane(prop.size / 2, _ROW_BEGINS - _RUN_IN, end, list(ground.values())), _ROW_BEGINS, 0.0
            velocity = (0.0, _TIP if start.motion == "topple" else 0.0, 0.0)
            ground[prop.id] = (x, y, prop.size / 2)
        elif start.onto in ground:
            leads = starts.get(start.onto, Start()).leads
            x, y, z, velocity = _onto(prop, start, start.onto, ground, tops[start.onto], chance, along=leads)
            if z:  # one falls after the other
                before = sum(starts.get(name, Start()).onto == start.onto for name in placed)
                z += max(0.5, 1.3 * _height(prop)) * before
            else:
                ground[prop.id] = (x, y, prop.size / 2)
        else:
            x, y, z, velocity = _beside(prop, start, use, ground, chance)
            x, y = _free(x, y, prop.size / 2, list(ground.values()))
            ground[prop.id] = (x, y, prop.size / 2)
        tops[prop.id] = z + _height(prop)
        where = {"x": round(x, 2), "y": round(y, 2), "z": round(z, 3)}
        placed[prop.id] = prop.model_copy(update={**where, "velocity": tuple(round(one, 2) for one in velocity)})
    return [placed[prop.id] for prop in props]


def _after(start: Start) -> int:
    """What is placed after what: whatever stands on its own, then what lies on that, then what comes at it."""
    return 2 if start.onto is not None else 1 if start.pile is not None or start.row is not None else 0


def _beside(
    prop: Prop, start: Start, use: Action | None, ground: Mapping[str, Circle], chance: random.Random
) -> tuple[float, float, float, Vector]:
    """x, y, z and velocity of a prop by who uses it, else somewhere."""
    radius, motion = prop.size / 2, start.motion
    z, velocity = _MOTIONS.get(motion or "", (0.0, (0.0, 0.0, 0.0)))
    if use is not None:
        x, y, room = ground[use.actor]
        apart = room + radius + (0.25 if use.verb in _NEAR else 0.9)
        sent = use.verb in _RUN_UP
        side = math.copysign(1.0, -x) if sent and x else chance.choice((-1.0, 1.0))
        angle = chance.uniform(0.0, 0.35) if sent else chance.uniform(-0.9, -0.3)
        if use.verb == "chase" and motion is None and prop.shape in BALLS:
            velocity = (side * _CHASED[0], _CHASED[1], 0.0)
        return x + side * apart * math.cos(angle), y + apart * math.sin(angle), z, velocity
    across = 0.6 + 0.35 * len(ground)
    x = chance.uniform(-across, across)
    y = chance.uniform(0.4, 1.2) + radius if radius > 0.3 else chance.uniform(-0.7, 0.7)
    side = chance.choice((-1.0, 1.0))
    if motion in ("roll", "fly", "bounce"):
        x, velocity = -side * across, (side * velocity[0], velocity[1], velocity[2])
    return x, y, z, velocity


def _onto(
    prop: Prop,
    start: Start,
    target: str,
    ground: Mapping[str, Circle],
    top: float,
    chance: random.Random,
    *,
    along: bool,
) -> tuple[float, float, float, Vector]:
    """x, y, z and velocity of a prop that falls on its target, or comes at it from the side; `along` its row."""
    x, y, radius = ground[target]
    if start.motion in ("fall", "bounce"):
        return (
            x + chance.uniform(-0.06, 0.06),
            y + chance.uniform(-0.06, 0.06),
            max(_MOTIONS["fall"][0], top + 0.7),
            _STILL,
        )
    if along:
        return x, y - radius - prop.size / 2 - _RUN_IN, 0.0, (0.0, _RUN_IN_SPEED, 0.0)
    side = -math.copysign(1.0, x) if abs(x) > 0.3 else chance.choice((-1.0, 1.0))
    away = radius + prop.size / 2 + _RUN_IN
    a, b = _free(x + side * away, y + chance.uniform(-0.03, 0.03), prop.size / 2, list(ground.values()))
    far = max(math.hypot(x - a, y - b), 0.01)
    return a, b, 0.0, (_RUN_IN_SPEED * (x - a) / far, _RUN_IN_SPEED * (y - b) / far, 0.0)


def _height(prop: Prop) -> float:
    return shape_of(prop.shape).proportions[2] * prop.size


def _lane(radius: float, first: float, last: float, taken: list[Circle]) -> float:
    """The x nearest to the middle at which nothing stands in the way from y = `first` to `last`."""
    near = [(x, other) for x, y, other in taken if first - other - radius < y < last + other + radius]
    for step in range(round(2 * _ROOM / _GAP)):
        x = _GAP * ((step + 1) // 2) * (1 if step % 2 else -1)
        if all(abs(x - a) >= radius + other + _GAP for a, other in near):
            return x
    return 0.0


def _free(x: float, y: float, radius: float, taken: list[Circle]) -> tuple[float, float]:
    """The nearest place to (x, y) with room for that radius, on a spiral outwards; on the stage if it has one.

    What is large stands behind the middle, where it hides nobody.
    """
    for limit in (_ROOM - radius, _ROOM, _BACKGROUND):
        for step in range(1500):
            far, angle = 0.3 * math.sqrt(step), 2.4 * step  # the golden angle: an even spiral
            a, b = x + far * math.cos(angle), y + far * math.sin(angle)
            if math.hypot(a, b) > limit or (radius > _LARGE and b < radius):
                continue
            if all(math.hypot(a - c, b - d) >= radius + other + _GAP for c, d, other in taken):
                return a, b
    return x, y

"""Riding: who stands on a board or sits in a boat or a car goes where it goes, and it goes where they steer.

What a craft is to its rider stands in a table; the craft itself is simulated (`simulation.Simulation.drive`).
"""

import math
from dataclasses import dataclass

from models.previz.staging.casting import wrapped
from models.previz.staging.deeds import Deed
from models.previz.staging.ensemble import Ensemble
from models.previz.staging.grounds import place_key
from models.previz.staging.performer import Intent, Performer

RIDE, SEAT = "ride", "seat"  # moves of `moves.py`
REACH = 10.0  # metres from the origin that a craft may go
_MOUNT_SECONDS = 0.35
_NEAR = 0.25  # metres from a craft at which one steps onto it
_CARVE = 0.35  # metres that a board swings to the sides of its way
_LONGEST = {"lake": 13.0, "sea": 13.0, "beach": 8.0}  # metres of a way, by place; elsewhere:
_LONG = 7.5
_WATER_LINE = {"lake": 4.6, "sea": 1.0}  # y of the way on water


@dataclass(frozen=True, slots=True)
class Craft:
    """How a thing is ridden. Shares are of its own height, speeds in metres a second."""

    move: str  # of the rider
    floor: float  # share: where the rider's feet are
    speed: float
    stance: float = 0.0  # radians that the rider stands turned from the way, to the audience
    draught: float = 0.0  # share under water
    rock: float = 0.0  # radians that waves rock it


CRAFTS = {
    "skateboard": Craft(RIDE, 0.93, 2.4, stance=0.95),
    "wakeboard": Craft(RIDE, 0.95, 3.4, stance=0.95, draught=0.35, rock=0.05),
    "surfboard": Craft(RIDE, 0.95, 2.6, stance=0.95, draught=0.45, rock=0.06),
    "boat": Craft(SEAT, 0.22, 1.1, draught=0.30, rock=0.035),
    "car": Craft(SEAT, 0.10, 4.0),
}


def ride(deed: Deed, name: str, place: str, ensemble: Ensemble, time: float, step: float) -> Intent:
    """Go to the craft and step onto it; then carry it along a way through the picture as long as the action lasts."""
    performer = ensemble.performers[name]
    thing = deed.action.target
    craft = CRAFTS.get(ensemble.simulation.shape(thing)) if thing in ensemble.props else None
    if thing is None or craft is None:  # nothing to ride on: one goes on foot
        return Intent(moves={"stand": 1.0})
    ensemble.simulation.ignore(name, thing, True)
    if not deed.struck:
        if ensemble.distance(name, thing) > _NEAR:
            x, y, _ = ensemble.place(thing)
            return Intent(goal=(x, y), gap=0.1, face=ensemble.facing(name, thing))
        mount(deed, name, place, ensemble)
    performer.floor += (_floor(craft, thing, ensemble) - performer.floor) * min(1.0, step / _MOUNT_SECONDS)
    turn = _stance(craft, performer)
    performer.stance += (turn - performer.stance) * min(1.0, step / _MOUNT_SECONDS)
    wave = math.sin(2.1 * time), math.sin(1.7 * time + 1.0)
    ensemble.simulation.drive(
        thing,
        (performer.x, performer.y),
        performer.heading + 0.4 * performer.turning * step,
        lift=_lift(craft, thing, ensemble, wave[0]) if craft.draught else None,
        lean=craft.rock * wave[1] - (0.16 * performer.turning if craft.move == RIDE else 0.0),
        pitch=craft.rock * wave[0],
    )
    goal = deed.round[min(deed.waypoint, len(deed.round) - 1)]
    if math.hypot(goal[0] - performer.x, goal[1] - performer.y) < 0.5 and deed.waypoint < len(deed.round) - 1:
        deed.waypoint += 1
    return Intent(goal=goal, gait=craft.move, moves={craft.move: 1.0}, speed=deed.leap, through=True)


def mount(deed: Deed, name: str, place: str, ensemble: Ensemble, *, at_once: bool = False) -> None:
    """Step onto the craft; `at_once`, as the clip begins: it is under way already, at the start of its way."""
    performer = ensemble.performers[name]
    thing = deed.action.target
    craft = CRAFTS.get(ensemble.simulation.shape(thing)) if thing in ensemble.props else None
    if thing is None or craft is None:
        return
    ensemble.simulation.ignore(name, thing, True)
    deed.struck, performer.limit = True, REACH
    x, y, _ = ensemble.place(thing)
    key = place_key(place)
    length = min(_LONGEST.get(key, _LONG), craft.speed * deed.action.seconds)
    deed.leap = length / max(deed.action.seconds, 0.1)  # its speed: one way through the picture in the time there is
    side = -math.copysign(1.0, x) if abs(x) > 0.2 else (1.0 if performer.gait_phase < 0.5 else -1.0)
    middle = _WATER_LINE.get(key, y) if craft.draught else y
    start = -side * length / 2 if at_once else x
    steps = max(2, round(length / 1.2))
    deed.round = tuple(
        (
            start + side * length * (index + 1) / steps,
            middle + (_CARVE * math.sin(math.tau * (index + 1) / 4) if craft.move == RIDE else 0.0),
        )
        for index in range(steps)
    )
    if at_once:
        performer.x, performer.y = start, middle
        performer.heading = math.atan2(-side, 0.0)
        performer.speed = deed.leap
        performer.floor = _floor(craft, thing, ensemble)
        performer.stance = _stance(craft, performer)
        performer.settle(craft.move)
        ensemble.simulation.drive(
            thing,
            (performer.x, performer.y),
            performer.heading,
            lift=_lift(craft, thing, ensemble, 0.0) if craft.draught else None,
        )
    else:
        performer.x, performer.y = x, y
        performer.heading += wrapped(math.atan2(-side, 0.0) - performer.heading)


def dismount(performer: Performer) -> None:
    """Stand on the ground again."""
    performer.floor, performer.stance, performer.sprung = 0.0, 0.0, False


def _stance(craft: Craft, performer: Performer) -> float:
    """Radians that the rider is turned from the way now: the chest to the audience, whichever way it goes."""
    return craft.stance * math.sin(performer.heading)


def _floor(craft: Craft, thing: str, ensemble: Ensemble) -> float:
    """Metres above the ground of the rider's feet."""
    tall = 2 * ensemble.simulation.half_height(thing)
    return (craft.floor - craft.draught) * tall


def _lift(craft: Craft, thing: str, ensemble: Ensemble, wave: float) -> float:
    """Metres that a floating craft's middle is above the water, which lifts it a little and lets it sink."""
    tall = 2 * ensemble.simulation.half_height(thing)
    return (0.5 - craft.draught) * tall + 0.06 * tall * wave

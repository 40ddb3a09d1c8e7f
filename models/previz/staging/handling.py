"""What bodies do to things: kick, throw, catch, pick up and hold them.

The moment that counts is a phase of the move (`moves.py`): 0.5 of a kick, 0.55 of a throw, 0.6 of a catch.
"""

import math

from models.previz.geometry.easing import share, smooth
from models.previz.moves import HOLDING, PICKED_UP, forward
from models.previz.staging.casting import heading_to, wrapped
from models.previz.staging.deeds import Deed, advance, begin
from models.previz.staging.ensemble import Ensemble, on_stage
from models.previz.staging.performer import Intent, Performer, hand, move_seconds
from models.previz.world import Vector

KICK, LET_GO, CLOSE = 0.5, 0.55, 0.6
_IN_HAND = 0.08  # metres from where it is held: what is caught is heard now
_GRASP = 0.8  # metres that a hand may still be from what it catches: arms are quick
_SNATCH = 0.2  # phase of a catch from which hands may close early on what is about to pass
_STOOP = 0.75  # heights that it may be above or below: what rolls here is picked up
_FAST = 0.6  # metres a second: what is faster, or this high, is caught and not picked up
_HIGH = 0.45
_LOW = 0.30  # heights: what lies lower is stooped for
_TOSS_METRES = 2.6  # of a throw to nobody
_STEP_UP = 0.3  # metres at most of the last step before a kick
_PLANTED = 0.28  # phase of a kick from which the other foot stands
_GIVE_METRES = 0.43  # heights that a hand reaches out with what it gives
_HUG_METRES = 0.20  # between two who hug, in the mean of their heights
_KICK_SPEED = 4.6  # metres a second, of a person's kick in a small place
_OVER = 0.55  # metres that a shot at a thing goes over it
_FALLING = 0.33  # seconds from its height to the thing
_PASS_SPEED = 2.2  # metres a second: a kick to somebody near is no shot at goal
_KICK_IMPULSE = 25.0  # newton seconds at most, of a person


def thing_of(deed: Deed, name: str, ensemble: Ensemble) -> str | None:
    """The prop that a deed is about: its target, what is in the hand, or the nearest."""
    target = deed.action.target
    if target in ensemble.props:
        return target
    return ensemble.held_by(name) or ensemble.nearest_prop(name, within=4.0)


def receiver_of(deed: Deed, name: str, thing: str | None, deeds: dict[str, list[Deed]], time: float) -> str | None:
    """Who the thing is meant for: the action's target if it is not the thing itself, else who is there to catch it."""
    for meant in (deed.action.to, deed.action.target):
        if meant is not None and meant not in (thing, name):
            return meant
    for other, others in deeds.items():
        waits = any(one.verb.move == "catch" and not one.done and one.end > time for one in others)
        if other != name and waits:
            return other
    return None


def kick(deed: Deed, name: str, receiver: str | None, ensemble: Ensemble, step: float) -> Intent:
    """Go to the thing, swing, and send it off at phase 0.5: to the receiver, or the way one faces."""
    performer = ensemble.performers[name]
    thing = thing_of(deed, name, ensemble)
    if deed.progress is None:
        if thing is not None:
            ensemble.simulation.ignore(name, thing, True)
            approach = _approach(performer, thing, receiver, ensemble)
            if approach is not None:
                return approach
        begin(deed, name, ensemble)
        deed.off = _misplaced(performer, thing, receiver, ensemble) if thing is not None else (0.0, 0.0)
    before = deed.progress or 0.0
    advance(deed, step)
    _step_up(performer, deed, before, deed.progress or 0.0)
    if not deed.struck and (deed.progress or 0.0) >= KICK:
        deed.struck = True
        if thing is not None and ensemble.distance(name, thing) < _stance(performer, thing, ensemble) + 0.5:
            ensemble.simulation.strike(thing, _kicked(performer, thing, receiver, ensemble), name)
    if deed.done and thing is not None:
        ensemble.simulation.ignore(name, thing, False)
    return Intent(moves={"kick": 1.0}, progress=deed.progress, quick=0.2)


def _misplaced(performer: Performer, thing: str, receiver: str | None, ensemble: Ensemble) -> tuple[float, float]:
    """Metres from where a body is to where its foot meets the thing as it strikes."""
    x, y, _ = ensemble.simulation.where(thing)
    stance, to = _stance(performer, thing, ensemble), forward(performer.heading)
    if receiver is not None:
        other_x, other_y, _ = ensemble.place(receiver)
        length = max(1e-6, math.hypot(other_x - x, other_y - y))
        to = ((other_x - x) / length, (other_y - y) / length, 0.0)
    off = (x - to[0] * stance - performer.x, y - to[1] * stance - performer.y)
    return off if math.hypot(*off) < _STEP_UP else (0.0, 0.0)


def _step_up(performer: Performer, deed: Deed, before: float, now: float) -> None:
    """The last short step, while the foot that will stand is still in the air."""
    part = smooth(share(now, 0.0, _PLANTED)) - smooth(share(before, 0.0, _PLANTED))
    performer.x += part * deed.off[0]
    performer.y += part * deed.off[1]


def throw(deed: Deed, name: str, receiver: str | None, ensemble: Ensemble, step: float) -> Intent:
    """Take the thing, turn to the receiver, and let go at phase 0.55 so that it arrives at the receiver's chest."""
    performer = ensemble.performers[name]
    thing = ensemble.held_by(name) or thing_of(deed, name, ensemble)
    face = ensemble.facing(name, receiver) if receiver else heading_to(-math.copysign(1.0, performer.x), -0.3)
    if deed.progress is None:
        if thing is not None and ensemble.holders.get(thing) != name:
            ensemble.simulation.ignore(name, thing, True)
            taking = _take_up(deed, name, thing, ensemble, step)
            if taking is not None:
                return taking
        turned = abs(wrapped(face - performer.heading)) < 0.2
        if deed.stoop is not None and deed.stoop < 1:
            return _stooping(deed, performer, step)
        if not turned or performer.speed > 0.1:
            return Intent(face=face, moves={"catch": 1.0}, progress=HOLDING)
        begin(deed, name, ensemble)
    advance(deed, step)
    if not deed.struck and (deed.progress or 0.0) >= LET_GO:
        deed.struck = True
        if thing is not None and ensemble.holders.pop(thing, None) == name:
            start = ensemble.simulation.where(thing)
            ensemble.simulation.release(thing, _thrown(performer, start, receiver, ensemble))
    if deed.done and thing is not None:
        ensemble.simulation.ignore(name, thing, False)
    return Intent(face=face, moves={"throw": 1.0}, progress=deed.progress, quick=0.2)


def catch(deed: Deed, name: str, coming: bool, ensemble: Ensemble, step: float) -> Intent:
    """Wait for what flies here and close the hands on it, or go to what lies there and pick it up.

    `coming`: somebody is still about to throw it.
    """
    performer = ensemble.performers[name]
    thing = thing_of(deed, name, ensemble)
    if thing is None:
        if deed.progress is None:
            begin(deed, name, ensemble)
        advance(deed, step)
        return Intent(moves={"catch": 1.0}, progress=deed.progress)
    face = ensemble.facing(name, thing)
    if deed.progress is None:
        ensemble.simulation.ignore(name, thing, True)
        x, y, z = ensemble.simulation.where(thing)
        speed = math.hypot(*ensemble.simulation.velocity(thing)[:2])
        flying = deed.stoop is None and (speed > _FAST or z > _HIGH + ensemble.simulation.half_height(thing))
        if coming or (thing in ensemble.holders and ensemble.holders[thing] != name):
            return Intent(face=face)
        if flying:
            seconds = ensemble.distance(name, thing) / max(speed, 0.1)
            if seconds > CLOSE * move_seconds("catch", performer.body):
                away = ensemble.distance(name, thing) > 1.5 and z < _HIGH and speed < 2.0
                goal = on_stage(x, y) if away else None
                return Intent(goal=goal, gap=0.5, gait="run", face=face)
        else:
            if ensemble.holders.get(thing) != name or (deed.stoop is not None and deed.stoop < 1):
                taking = _take_up(deed, name, thing, ensemble, step)
                if taking is not None:
                    return taking
            deed.progress, deed.struck, deed.done = HOLDING, True, True
            return Intent(face=face, moves={"catch": 1.0}, progress=HOLDING, quick=0.18)
        begin(deed, name, ensemble)
    advance(deed, step)
    if not deed.struck and (deed.progress or 0.0) >= _SNATCH:
        place, reach = ensemble.simulation.where(thing), hand(performer, deed.progress, "catch")
        grasp = _GRASP if (deed.progress or 0.0) >= CLOSE - 0.06 else 0.6 * _GRASP
        near = math.dist(place[:2], reach[:2]) < grasp and abs(place[2] - reach[2]) < _STOOP * performer.body.top
        if near and thing not in ensemble.holders:
            deed.struck = True
            ensemble.holders[thing] = name
            ensemble.caught[thing] = math.hypot(*ensemble.simulation.velocity(thing))
    if deed.struck and (deed.progress or 0.0) >= HOLDING:  # the arms stay as they are, they hold something
        deed.progress, deed.done = HOLDING, True
    if deed.done and not deed.struck:
        ensemble.simulation.ignore(name, thing, False)
    return Intent(face=face, moves={"catch": 1.0}, progress=deed.progress, quick=0.18)


def _take_up(deed: Deed, name: str, thing: str, ensemble: Ensemble, step: float) -> Intent | None:
    """Go to what lies there, stoop, close the hands on it and come up; None when one stands with it in hand."""
    performer = ensemble.performers[name]
    if deed.stoop is None:
        approach = _approach(performer, thing, None, ensemble)
        if approach is not None:
            return approach
        low = ensemble.simulation.where(thing)[2] < _LOW * performer.body.height
        if not low and not performer.body.quadruped:  # on a table: it is taken as one stands
            ensemble.holders[thing] = name
            return None
        deed.stoop = 0.0
    if deed.stoop >= 1.0:
        return None
    intent = _stooping(deed, performer, step)
    if deed.stoop >= PICKED_UP - 0.03 and ensemble.holders.get(thing) is None:
        ensemble.holders[thing] = name
    return intent


def _stooping(deed: Deed, performer: Performer, step: float) -> Intent:
    deed.stoop = min(1.0, (deed.stoop or 0.0) + step / move_seconds("pick_up", performer.body))
    return Intent(moves={"pick_up": 1.0}, progress=deed.stoop, quick=0.2)


def give(deed: Deed, name: str, receiver: str | None, ensemble: Ensemble, step: float) -> Intent:
    """Take the thing if it lies somewhere, go to who gets it, hold it out; at half time it is theirs."""
    performer = ensemble.performers[name]
    thing = ensemble.held_by(name) or thing_of(deed, name, ensemble)
    if receiver not in ensemble.performers:
        receiver = ensemble.nearest_actor(name)
    if thing is None or receiver is None:
        return Intent()
    face = ensemble.facing(name, receiver)
    if deed.progress is None:
        ensemble.simulation.ignore(name, thing, True)
        ensemble.simulation.ignore(receiver, thing, True)
        if ensemble.holders.get(thing, name) != name:
            return Intent(face=face)
        if ensemble.holders.get(thing) is None or (deed.stoop is not None and deed.stoop < 1):
            taking = _take_up(deed, name, thing, ensemble, step)
            if taking is not None:
                return taking
        x, y, _ = ensemble.place(receiver)
        gap = _GIVE_METRES * performer.body.height + ensemble.performers[receiver].body.front + 0.15
        turned = abs(wrapped(face - performer.heading)) < 0.25
        if ensemble.distance(name, receiver) > gap + 0.05 or not turned or performer.speed > 0.1:
            return Intent(goal=(x, y), gap=gap, face=face, moves={"catch": 1.0}, progress=HOLDING)
        begin(deed, name, ensemble)
    advance(deed, step)
    if not deed.struck and (deed.progress or 0.0) >= 0.5:
        deed.struck = True
        ensemble.holders[thing] = receiver
    return Intent(face=face, moves={"give": 1.0}, progress=deed.progress, quick=0.2)


def hug(deed: Deed, name: str, ensemble: Ensemble, step: float) -> Intent:
    """Go to who is hugged, close, and put the arms round them; they do the same (`blocking.py`)."""
    performer = ensemble.performers[name]
    target = deed.action.target
    partner = target if target in ensemble.performers and target != name else ensemble.nearest_actor(name)
    if partner is None:
        return Intent()
    other = ensemble.performers[partner]
    face, gap = ensemble.facing(name, partner), _hug_metres(performer, other)
    if deed.progress is None:
        back = any("hug" in one.weights and one.weights["hug"] > 0.3 for one in (other,))
        if back and ensemble.distance(name, partner) < 1.3 * gap:  # they are at it: one is enough
            deed.done = True
            return Intent(face=face)
        near = ensemble.distance(name, partner) < gap + 0.30
        turned = abs(wrapped(face - performer.heading)) < 0.3
        if not near or not turned or performer.speed > 0.5:
            return Intent(goal=(other.x, other.y), gap=gap + 0.25, face=face)
        begin(deed, name, ensemble)
        deed.partner = partner
        away = ensemble.distance(name, partner) - gap
        ahead = forward(face)
        deed.off = (ahead[0] * away, ahead[1] * away)
    before = deed.progress or 0.0
    advance(deed, step)
    _step_up(performer, deed, before, deed.progress or 0.0)
    return Intent(face=face, moves={"hug": 1.0}, progress=deed.progress, quick=0.2)


def _hug_metres(one: Performer, other: Performer) -> float:
    return 0.5 * _HUG_METRES * (one.body.height + other.body.height)


def carry(ensemble: Ensemble, name: str, move: str, progress: float | None, step: float) -> None:
    """What an actor holds follows the hand; it comes there quickly, not at once."""
    thing = ensemble.held_by(name)
    if thing is None:
        return
    goal, now = hand(ensemble.performers[name], progress, move), ensemble.simulation.where(thing)
    share = 1.0 if math.dist(goal, now) < 0.02 else min(1.0, step * 14.0)
    if move == "throw" and progress is not None:
        share = max(share, min(1.0, progress * 6))
    half = ensemble.simulation.half_height(thing)
    mixed = [a + (b - a) * share for a, b in zip(now, goal, strict=True)]
    ensemble.simulation.hold(thing, (mixed[0], mixed[1], max(mixed[2], half)))
    if thing in ensemble.caught and math.dist(goal, mixed) < _IN_HAND:
        ensemble.simulation.clasp(thing, name, ensemble.caught.pop(thing))


def _stance(performer: Performer, thing: str, ensemble: Ensemble) -> float:
    return 0.85 * performer.body.reach + ensemble.radius(thing)


def _approach(performer: Performer, thing: str, receiver: str | None, ensemble: Ensemble) -> Intent | None:
    """The way to where a thing is in reach (behind it, as seen from the receiver); None when one stands there."""
    x, y, _ = ensemble.simulation.where(thing)
    stance = _stance(performer, thing, ensemble)
    distance = math.hypot(x - performer.x, y - performer.y)
    gait = "run" if distance > 1.6 else "walk"
    if receiver is None:
        face = heading_to(x - performer.x, y - performer.y)
        if distance <= stance + 0.1 and abs(wrapped(face - performer.heading)) < 0.3 and performer.speed < 0.6:
            return None
        return Intent(goal=on_stage(x, y, 0.0), gap=stance, gait=gait, face=face)
    to_x, to_y = ensemble.place(receiver)[0] - x, ensemble.place(receiver)[1] - y
    length = max(1e-6, math.hypot(to_x, to_y))
    goal = on_stage(x - to_x / length * stance, y - to_y / length * stance, 0.0)
    off = math.hypot(goal[0] - performer.x, goal[1] - performer.y)
    face = heading_to(to_x, to_y)
    if off < 0.16 and abs(wrapped(face - performer.heading)) < 0.3 and performer.speed < 0.6:
        return None
    return Intent(goal=goal, gap=0.06, gait="run" if off > 1.6 else "walk", face=face)


def _kicked(performer: Performer, thing: str, receiver: str | None, ensemble: Ensemble) -> Vector:
    body = performer.body
    ahead: tuple[float, ...] = forward(performer.heading)
    pass_speed = math.inf
    if receiver is not None:
        x, y, _ = ensemble.simulation.where(thing)
        to_x, to_y = ensemble.place(receiver)[0] - x, ensemble.place(receiver)[1] - y
        length = max(1e-6, math.hypot(to_x, to_y))
        ahead = (to_x / length, to_y / length, 0.0)
        pass_speed = max(_PASS_SPEED, 1.3 * length)
    share = 1.0 if body.mass >= 70 else body.mass / 70
    fastest = _KICK_SPEED * math.sqrt(min(1.0, body.height / 1.7))
    speed = min(fastest, pass_speed, _KICK_IMPULSE * max(share, 0.04) / ensemble.simulation.mass(thing))
    return (ahead[0] * speed, ahead[1] * speed, 0.22 * speed)


def _thrown(performer: Performer, start: Vector, receiver: str | None, ensemble: Ensemble) -> Vector:
    """The velocity of a parabola from the hand to the receiver."""
    if receiver is None:
        ahead = forward(performer.heading)
        far = _TOSS_METRES * math.sqrt(min(1.0, performer.body.height / 1.7))
        goal: Vector = (performer.x + ahead[0] * far, performer.y + ahead[1] * far, 0.1)
    else:
        x, y, z = ensemble.place(receiver)
        other = ensemble.performers.get(receiver)
        short = 0.25 if other and not other.body.quadruped else 0.0  # hands are before the chest
        off_x, off_y = x - start[0], y - start[1]
        length = max(1e-6, math.hypot(off_x, off_y))
        goal = (x - off_x / length * short, y - off_y / length * short, 0.62 * other.body.height if other else z)
    distance = math.hypot(goal[0] - start[0], goal[1] - start[1])
    seconds = min(max(distance / 4.5, 0.4), 1.0)
    if receiver in ensemble.props:  # into a basket from above
        goal = ensemble.simulation.aim(receiver)
        seconds = max(seconds, math.sqrt(2 * (max(0.0, goal[2] - start[2]) + _OVER) / performer.gravity) + _FALLING)
    rise = (goal[2] - start[2]) / seconds + 0.5 * performer.gravity * seconds
    return ((goal[0] - start[0]) / seconds, (goal[1] - start[1]) / seconds, rise)

"""Where each actor is and what it does at each instant: the storyboard's actions, one after and beside the other.

In theatre, blocking is who stands and goes where. Times come from the storyboard, moves from `deeds.py` and
`handling.py`, the body's limits from `performer.py`.
"""

import math
from dataclasses import replace

import numpy as np

from greenroom.domain.storyboards import Action, Storyboard
from models.previz.moves import HOLDING, cycle_seconds
from models.previz.staging.attention import Attention, Talk
from models.previz.staging.casting import Physique, seed_of
from models.previz.staging.deeds import Deed, act, begin, climb, deed_of, round_for, travel
from models.previz.staging.ensemble import Ensemble
from models.previz.staging.grounds import gravity_of
from models.previz.staging.handling import carry, catch, give, hug, kick, receiver_of, thing_of, throw
from models.previz.staging.performer import Intent, Performer, hand
from models.previz.staging.riding import dismount, mount, ride
from models.previz.staging.simulation import Simulation
from models.previz.staging.verbs import FLIGHTS, GESTURES, POSTURES, Aim
from models.previz.world import BodyState

_AT_ONCE = 0.1  # seconds: a posture that begins by then is there from the first frame
_STANCE = (0.12, 0.32)  # radians turned from the lens when idle, from and to: nobody is a passport photo; animals twice
_OPENING = 0.6  # seconds: what begins by then is prepared for as the clip opens
_UP_SPEED = 1.3  # times the table's speed that one gets up with
_HANDLED = frozenset({"kick", "throw", "catch", "give"})
_LEFT = 0.12  # progress of a posture under which one stands again


class Blocking:
    """All actors of one clip. `tick` moves them on; `states` and `looks` say how they are."""

    def __init__(
        self,
        storyboard: Storyboard,
        spoken_lines: tuple[Talk, ...],
        simulation: Simulation,
        bodies: dict[str, Physique],
    ) -> None:
        self._postures: dict[str, Deed] = {}
        self._flights: dict[str, Deed] = {}  # of who is chased and has nothing else to do
        self.looks: dict[str, str | None] = {}  # what each looks at: an id, "lens", or None for nothing in particular
        stances: dict[str, float] = {}
        performers = {}
        for actor in storyboard.actors:
            random = np.random.default_rng(seed_of(storyboard, actor.id))
            performer = Performer(bodies[actor.id], actor.x, actor.y, math.pi, float(random.uniform()))
            performer.gait_phase = float(random.uniform())
            performer.gravity = gravity_of(storyboard.place)
            performer.rhythm = _rhythm(storyboard, performer.body)
            performers[actor.id] = performer
            side = math.copysign(1.0, float(random.uniform(-1, 1)))
            stances[actor.id] = side * float(random.uniform(*_STANCE)) * (2.0 if performer.body.quadruped else 1.0)
        self._place = storyboard.place
        self._attention = Attention(spoken_lines, stances)
        self.ensemble = Ensemble(performers, tuple(prop.id for prop in storyboard.props), simulation)
        ordered = sorted(storyboard.actions, key=lambda action: action.start)
        self._deeds = {name: [deed_of(one) for one in ordered if one.actor == name] for name in performers}
        for name in performers:
            self._open(name)
        for name in performers:
            self.looks[name] = self._look(name, self._current(name, 0.0), 0.0)

    def poses(self) -> dict[str, tuple[float, float, float, float]]:
        """x, y, z and heading of every actor."""
        return {name: (one.x, one.y, one.z, one.heading) for name, one in self.ensemble.performers.items()}

    def states(self) -> dict[str, BodyState]:
        """As the renderer sees them, but for the faces."""
        return {name: one.state() for name, one in self.ensemble.performers.items()}

    def tick(self, time: float, step: float) -> None:
        """Go on by `step` seconds from `time`."""
        for name, performer in self.ensemble.performers.items():
            intent = self._intent(name, time, step)
            deed = self._current(name, time)
            if performer.floor and _leaves(performer, deed):
                dismount(performer)
            leap = deed.seconds if deed is not None and deed.verb.move in ("jump", "backflip") else 0.0
            target = deed.action.target if deed is not None else None
            but = (target, thing_of(deed, name, self.ensemble)) if deed and deed.verb.aim is Aim.TOUCH else (target,)
            performer.step(step, intent, self.ensemble.obstacles(name, but), leap)
            move = max(intent.moves, key=lambda one: intent.moves[one])
            carry(self.ensemble, name, move, intent.progress, step)
            self.looks[name] = self._look(name, deed, time)
        self._part(step)

    def _open(self, name: str) -> None:
        """How an actor is found when the clip begins: turned the right way, already sitting, thing in hand."""
        performer, deeds = self.ensemble.performers[name], self._deeds[name]
        performer.heading = self._attention.idle_heading(name, 0.0, self.ensemble)
        first = deeds[0] if deeds and deeds[0].action.start <= _OPENING else None
        if first is None:
            return
        target = first.action.target
        if target is not None and target != name:
            performer.heading = self.ensemble.facing(name, target)
        elif first.moving:
            first.round = round_for(
                performer.x, performer.y, performer.body.speed(first.verb.gait), performer.gait_phase
            )
            to = first.round[0]
            performer.heading = math.atan2(performer.x - to[0], to[1] - performer.y)
        seated = first.verb.move in ("sit", "lie") and first.action.start <= _AT_ONCE
        if seated or (first.verb.move in POSTURES and first.action.start < 0):  # it was so in the scene before
            begin(first, name, self.ensemble)
            first.progress = 1.0
            self._postures[name] = first
            performer.settle(first.verb.move)
            performer.heading = self._attention.idle_heading(name, 0.0, self.ensemble)
        if first.verb.move in FLIGHTS and target is not None and self.ensemble.simulation.is_springy(target):
            climb(name, target, self.ensemble)
        if first.verb.move == "ride":
            mount(first, name, self._place, self.ensemble, at_once=True)
        if first.verb.move in ("throw", "give"):
            thing = thing_of(first, name, self.ensemble)
            if thing is not None and self.ensemble.distance(name, thing) < 0.9:
                self.ensemble.holders[thing] = name
                performer.settle("catch", HOLDING)
                self.ensemble.simulation.hold(thing, hand(performer, HOLDING, "catch"))

    def _current(self, name: str, time: float) -> Deed | None:
        active = [deed for deed in self._deeds[name] if deed.active(time)]
        locked = [deed for deed in active if deed.locked]
        if locked:
            return locked[0]
        if not active:
            return None
        latest = max(deed.action.start for deed in self._deeds[name] if deed.action.start <= time)
        for deed in active:  # who waves from a boat does not get off
            if deed.verb.move == "ride" and deed.struck and active[-1].verb.move in GESTURES | {"stand"}:
                return deed
        for deed in reversed(active):  # what was not reached in its time is given up for what follows
            if time < deed.end or deed.action.start == latest or deed.verb.move in POSTURES:
                return deed
        return None

    def _intent(self, name: str, time: float, step: float) -> Intent:
        deed = self._current(name, time)
        rising = self._rise(name, deed, step)
        if rising is not None:
            return rising
        speaks = self._attention.speaks(name, time)
        intent = self._idle(name, time) if deed is None else self._do(deed, name, time, step)
        carried = self.ensemble.held_by(name) is not None and intent.progress is None
        gesture = ("catch", 0.5) if carried else ("talk", 0.2) if speaks else None
        if deed is not None and deed.verb.move == "ride":
            meanwhile = [one.verb.move for one in self._deeds[name] if one.active(time) and one.verb.move in GESTURES]
            gesture = (meanwhile[-1], 0.5) if meanwhile else gesture
        mover = self._mover(name, deed, time)
        if mover is not None and deed is not None and deed is not mover:  # waves or talks on the way
            beside = travel(mover, name, self.ensemble)
            share = None if deed.verb.move == "stand" else (deed.verb.move, 0.35)
            return replace(beside, gesture=share, moves=intent.moves)
        if gesture is not None and not self.ensemble.performers[name].body.quadruped:
            intent = replace(intent, gesture=gesture)
        if set(intent.moves) == {"stand"} and carried:
            return replace(intent, moves={"catch": 1.0}, progress=HOLDING)
        if set(intent.moves) == {"stand"} and speaks:
            return replace(intent, moves={"talk": 0.75, "stand": 0.25})
        return intent

    def _do(self, deed: Deed, name: str, time: float, step: float) -> Intent:
        move = deed.verb.move
        if deed.moving:
            return travel(deed, name, self.ensemble)
        if move == "kick":
            receiver = receiver_of(deed, name, thing_of(deed, name, self.ensemble), self._deeds, time)
            return kick(deed, name, receiver, self.ensemble, step)
        if move == "throw":
            receiver = receiver_of(deed, name, thing_of(deed, name, self.ensemble), self._deeds, time)
            return throw(deed, name, receiver, self.ensemble, step)
        if move == "ride":
            return ride(deed, name, self._place, self.ensemble, time, step)
        if move == "give":
            receiver = receiver_of(deed, name, thing_of(deed, name, self.ensemble), self._deeds, time)
            return give(deed, name, receiver, self.ensemble, step)
        if move == "hug":
            return hug(deed, name, self.ensemble, step)
        if move == "catch":
            return catch(deed, name, self._is_coming(name, time), self.ensemble, step)
        target = deed.action.target
        if move == "eat" and target is not None and target != name:
            performer = self.ensemble.performers[name]
            near = performer.body.front + 0.03 + self.ensemble.radius(target)
            if self.ensemble.distance(name, target) > near + 0.12:
                x, y, _ = self.ensemble.place(target)
                return Intent(goal=(x, y), gap=near, face=self.ensemble.facing(name, target))
        if move in POSTURES and deed.progress is None:
            begin(deed, name, self.ensemble)
            self._postures[name] = deed
        if move == "stand" and target in (None, name):
            return Intent(face=self._attention.idle_heading(name, time, self.ensemble))
        intent = act(deed, name, self.ensemble, time, step)
        if move == "talk" and target in (None, name):
            return replace(intent, face=self._attention.idle_heading(name, time, self.ensemble))
        return intent

    def _rise(self, name: str, deed: Deed | None, step: float) -> Intent | None:
        """Getting up from a posture that another action ends."""
        posture = self._postures.get(name)
        if posture is None or posture is deed or deed is None:
            return None
        rate = _UP_SPEED / cycle_seconds(posture.verb.move, self.ensemble.performers[name].body.height)
        posture.progress = (posture.progress or 0.0) - rate * step
        posture.done = True
        if posture.progress < _LEFT:
            del self._postures[name]
            return None
        return Intent(moves={posture.verb.move: 1.0}, progress=posture.progress)

    def _mover(self, name: str, deed: Deed | None, time: float) -> Deed | None:
        """The travel that goes on under a gesture."""
        if deed is None or deed.verb.move not in ("wave", "talk", "stand", "eat") or deed.verb.aim is not Aim.STAY:
            return None
        return next((one for one in self._deeds[name] if one.moving and one.active(time)), None)

    def _idle(self, name: str, time: float) -> Intent:
        for deeds in self._deeds.values():
            for one in deeds:
                if one.verb.move == "hug" and one.partner == name and one.locked:  # who is hugged hugs
                    body = one.action.actor
                    return Intent(
                        face=self.ensemble.facing(name, body), moves={"hug": 1.0}, progress=one.progress, quick=0.2
                    )
        chased = any(
            one.action.verb == "chase" and one.action.target == name and one.active(time)
            for deeds in self._deeds.values()
            for one in deeds
        )
        if chased:
            if name not in self._flights:
                self._flights[name] = deed_of(Action(actor=name, verb="run", start=time, seconds=60.0))
            flight = self._flights[name]
            return travel(flight, name, self.ensemble)
        return Intent(face=self._attention.idle_heading(name, time, self.ensemble))

    def _look(self, name: str, deed: Deed | None, time: float) -> str | None:
        if deed is not None and deed.verb.move == "ride":
            return "lens" if self._attention.speaks(name, time) else None  # ahead, where the way goes
        if deed is not None:
            thing = thing_of(deed, name, self.ensemble) if deed.verb.move in _HANDLED else None
            target = deed.action.target if deed.verb.move not in ("throw", "give") else None
            found = target or thing
            if found is not None and found != name:
                return found
            if deed.verb.move in ("wave", "dance", "cheer", "clap"):
                return "lens"
        partner = self._attention.partner(name, time, self.ensemble)
        if partner is not None:
            return partner
        return "lens" if self._attention.speaks(name, time) else None

    def _is_coming(self, name: str, time: float) -> bool:
        """Whether somebody has yet to throw or kick what this actor is to catch."""
        return any(
            one.verb.move in ("throw", "kick") and not one.struck and not one.done and one.action.start < time + 2.0
            for other, deeds in self._deeds.items()
            if other != name
            for one in deeds
        )

    def _part(self, step: float) -> None:
        """Bodies that overlap part at a slow walk."""
        performers = list(self.ensemble.performers.values())
        for index, one in enumerate(performers):
            for other in performers[index + 1 :]:
                room = 0.9 * (one.body.radius + other.body.radius)
                if "hug" in one.weights or "hug" in other.weights:
                    continue
                apart = math.hypot(one.x - other.x, one.y - other.y)
                if apart < room and one.z == 0.0 and other.z == 0.0:
                    give = min(room - apart, 0.5 * step)
                    share = other.body.mass / (one.body.mass + other.body.mass)
                    one.pushed_from(other.x, other.y, give * share)
                    other.pushed_from(one.x, one.y, give * (1 - share))


def _rhythm(storyboard: Storyboard, body: Physique) -> tuple[float, float] | None:
    """A beat of the music and seconds from one a body dances on to the next: every beat, every other, or twice each."""
    if storyboard.music is None:
        return None
    beat, own = 60.0 / storyboard.music.tempo, 0.5 * cycle_seconds("dance", body.height)
    return storyboard.music.start, beat * min((0.5, 1.0, 2.0), key=lambda times: abs(math.log(beat * times / own)))


def _leaves(performer: Performer, deed: Deed | None) -> bool:
    """Whether a body gets off what carries it: off a craft it no longer rides, off a trampoline to go elsewhere."""
    if performer.sprung:
        return deed is not None and deed.moving
    return deed is None or deed.verb.move != "ride"

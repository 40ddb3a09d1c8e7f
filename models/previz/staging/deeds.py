"""An action of the storyboard as it is carried out: from going there to the moment that counts and to its end.

Each deed turns the verb's meaning (`verbs.py`) into what the body wants now (`performer.Intent`); what happens to
things at the moment that counts (a kick, a throw, a catch) stands in `handling.py`.
"""

import math
from dataclasses import dataclass, field

from greenroom.domain.storyboards import Action
from models.previz.moves import DANCES, LANDING, MOVES, TAKE_OFF, cycle_seconds
from models.previz.staging.casting import wrapped
from models.previz.staging.ensemble import Ensemble, on_stage
from models.previz.staging.performer import BLEND_SECONDS, GRAVITY, Intent, Performer, move_seconds
from models.previz.staging.verbs import FLIGHTS, ONE_SHOTS, POSTURES, Aim, Verb, verb_of
from models.previz.world import Vector

_SPRUNG = 1.45  # times as long a leap is on a trampoline: twice as high
_MAT = 0.92  # share of its height that a trampoline's mat is at
_HANG = 0.55  # half would leave leaps as high as here
_BEATS_OF_A_FIGURE = 4
_PAUSE_SECONDS = 0.35  # between two jumps of one action
_LOW = 0.8  # metres: what is lower is pushed with a bent back
_HIGHEST_LEAP = 0.9  # metres; or heights, of who is taller than that


@dataclass(slots=True)
class Deed:
    """One action under way. `progress` is of its one-shot or posture, None before it has begun."""

    action: Action
    verb: Verb
    progress: float | None = None
    done: bool = False
    pause: float = 0.0
    struck: bool = False  # the moment that counts has been
    seconds: float = 0.0  # of the one-shot, once begun
    leap: float = 0.0  # metres
    partner: str | None = None  # who does it too
    stoop: float | None = None  # progress of taking up what lies there
    off: tuple[float, float] = (0.0, 0.0)  # metres that the body has yet to go to where it does this best
    waypoint: int = 0
    round: tuple[tuple[float, float], ...] = field(default=())

    @property
    def end(self) -> float:
        return self.action.start + self.action.seconds

    @property
    def moving(self) -> bool:
        """Whether it carries the body somewhere all the while."""
        return self.verb.aim in (Aim.REACH, Aim.KEEP_NEAR, Aim.LEAVE)

    @property
    def locked(self) -> bool:
        """Whether it must be finished first: nobody stops in the air."""
        return self.verb.move in ONE_SHOTS and self.progress is not None and not self.done

    def active(self, time: float) -> bool:
        """Whether it is under way; a one-shot that has not got there yet goes on past its end."""
        if time < self.action.start or self.done:
            return False
        return self.verb.move in ONE_SHOTS or self.verb.move in POSTURES or time < self.end


def deed_of(action: Action) -> Deed:
    return Deed(action, verb_of(action.verb))


def travel(deed: Deed, name: str, ensemble: Ensemble) -> Intent:
    """What a body wants that goes somewhere: to a target, after it, away, or its round without one."""
    performer = ensemble.performers[name]
    target = deed.action.target
    if deed.verb.aim is Aim.LEAVE:
        side = math.copysign(3.6, performer.x if target is None else performer.x - ensemble.place(target)[0])
        return Intent(goal=on_stage(side, performer.y + 0.4), gap=0.1, gait=deed.verb.gait)
    if target is None or target == name:
        return _go_round(deed, name, ensemble)
    x, y, _ = ensemble.place(target)
    apart = performer.body.radius + ensemble.radius(target)
    velocity = ensemble.velocity(target)
    away = _withdrawal(velocity, x - performer.x, y - performer.y)
    gait, speed = deed.verb.gait, 0.0
    if deed.verb.aim is Aim.REACH:
        gap = apart + 0.25
    elif deed.action.verb == "push":
        gap = 0.0
        low = 2 * ensemble.simulation.half_height(target) < _LOW if target in ensemble.props else False
        near = math.hypot(x - performer.x, y - performer.y) < apart + 0.45
        gait = "walk" if not near else "push_low" if low else "push"
    elif target in ensemble.props:
        gap = performer.body.reach * 0.8 + ensemble.radius(target)  # near enough to nudge it on
        speed = min(0.5 * away, 0.5 * performer.body.speed("walk"))  # its own nudges do not lure it on
    else:
        gap, speed = apart + (0.15 if gait == "run" else 0.55), away
        if math.hypot(x - performer.x, y - performer.y) > gap + 1.5:
            gait = "run"
    return Intent(goal=on_stage(x, y), gap=gap, goal_speed=speed, gait=gait, face=ensemble.facing(name, target))


def _withdrawal(velocity: Vector, off_x: float, off_y: float) -> float:
    """How fast something at that offset gets farther away; 0 for what comes nearer."""
    length = max(1e-6, math.hypot(off_x, off_y))
    return max(0.0, (velocity[0] * off_x + velocity[1] * off_y) / length)


def _go_round(deed: Deed, name: str, ensemble: Ensemble) -> Intent:
    """Without a target a body crosses the picture, comes back farther away, and so on: a flat ring."""
    performer = ensemble.performers[name]
    if not deed.round:
        deed.round = round_for(performer.x, performer.y, performer.body.speed(deed.verb.gait), performer.gait_phase)
    goal = deed.round[deed.waypoint % len(deed.round)]
    if math.hypot(goal[0] - performer.x, goal[1] - performer.y) < 0.35 + 0.12 * performer.speed:
        deed.waypoint += 1
        goal = deed.round[deed.waypoint % len(deed.round)]
    return Intent(goal=goal, gait=deed.verb.gait, through=True)


def round_for(x: float, y: float, speed: float, side: float) -> tuple[tuple[float, float], ...]:
    """The ring that a walk from (x, y) follows; it begins towards the far side, `side` decides in the middle."""
    wide = min(3.3, 0.5 + 1.7 * speed)
    towards = -math.copysign(1.0, x) if abs(x) > 0.3 else math.copysign(1.0, side - 0.5)
    deep = min(1.0, 0.35 * wide)
    centre = x if abs(x) < 0.3 else x + towards * min(abs(x), wide)
    marks = ((1.0, -0.2), (0.7, 0.9), (-0.5, 1.0), (-1.0, 0.3), (-0.6, -0.5), (0.4, -0.5))
    return tuple(on_stage(centre + towards * wide * across, y + deep * away) for across, away in marks)


def begin(deed: Deed, name: str, ensemble: Ensemble) -> None:
    """The one-shot or posture begins now."""
    performer = ensemble.performers[name]
    deed.progress, deed.struck = 0.0, False
    deed.seconds = move_seconds(deed.verb.move, performer.body)
    if deed.verb.move in FLIGHTS:  # where little pulls one down a leap takes longer, and goes a little higher
        deed.seconds *= (GRAVITY / performer.gravity) ** _HANG
    deed.leap = -0.18 * performer.body.height if deed.verb.move == "backflip" else 0.0
    target = deed.action.target
    if performer.sprung:
        deed.seconds, deed.leap = deed.seconds * _SPRUNG, 0.0
    elif deed.verb.move == "jump" and target is not None and target != name:
        _measure_leap(deed, name, target, ensemble)


def _measure_leap(deed: Deed, name: str, target: str, ensemble: Ensemble) -> None:
    performer = ensemble.performers[name]
    distance = ensemble.distance(name, target)
    if target in ensemble.props:
        ensemble.simulation.ignore(name, target, True)  # it is cleared by a hair, and a tail may touch it
        height = ensemble.place(target)[2] + ensemble.simulation.half_height(target) + 0.18
        if height <= _HIGHEST_LEAP * max(1.0, performer.body.height):  # over it
            air = max((LANDING - TAKE_OFF) * deed.seconds, math.sqrt(8 * height / performer.gravity))
            deed.seconds, deed.leap = air / (LANDING - TAKE_OFF), 2.0 * distance
            return
    deed.leap = max(0.0, distance - performer.body.radius - ensemble.radius(target))


def act(deed: Deed, name: str, ensemble: Ensemble, time: float, step: float) -> Intent:
    """What a body wants that does its move here: in place, turned to its target if it has one."""
    performer = ensemble.performers[name]
    target, move = deed.action.target, deed.verb.move
    face = ensemble.facing(name, target) if target not in (None, name) else None
    if MOVES[move].cyclic:
        if face is None and move in ("wave", "talk", "dance", "cheer", "clap"):
            face = ensemble.facing_lens(name)
        if move == "dance":
            return _dance(deed, face or 0.0, performer, time)
        return Intent(face=face, moves={move: 1.0})
    if deed.pause > 0:
        deed.pause -= step
        return Intent(face=face)
    if deed.progress is None:
        if move in FLIGHTS and ensemble.simulation.is_springy(target) and not performer.sprung and target is not None:
            if ensemble.distance(name, target) > ensemble.radius(target) + 0.25:
                x, y, _ = ensemble.place(target)
                return Intent(goal=(x, y), gap=ensemble.radius(target) + 0.15, face=face)
            climb(name, target, ensemble)
        if move == "jump" and target not in (None, name) and not performer.sprung:
            near = ensemble.radius(target) + performer.body.front + 0.2 * performer.body.height
            off = abs(wrapped((face or 0.0) - performer.heading))
            if ensemble.distance(name, target) > near + 0.1 or off > 0.3 or performer.speed > 0.1:
                x, y, _ = ensemble.place(target)
                return Intent(goal=on_stage(x, y), gap=near, gait="run", face=face)
        begin(deed, name, ensemble)
    advance(deed, step)
    if deed.done and move == "jump" and target in ensemble.props:
        ensemble.simulation.ignore(name, target, False)
    if deed.done and move in FLIGHTS and time + _PAUSE_SECONDS + deed.seconds <= deed.end + 0.15:
        deed.done, deed.progress, deed.pause = False, None, _PAUSE_SECONDS
        return Intent(face=face)
    quick = min(BLEND_SECONDS, 0.2 * deed.seconds)
    return Intent(
        face=face if move not in FLIGHTS else None,
        moves={move: 1.0},
        progress=deed.progress,
        leap=deed.leap,
        quick=quick,
    )


def _dance(deed: Deed, face: float, performer: Performer, time: float) -> Intent:
    """Figure after figure, four beats each, on the beat of the music if there is some, in an order of one's own."""
    start, beat = performer.rhythm or (deed.action.start, 0.5 * cycle_seconds("dance", performer.body.height))
    beats, begun = (time - start) / beat, math.ceil((deed.action.start - start) / beat)
    own = int(performer.own * 1e6)
    order = sorted(range(len(DANCES)), key=lambda index: (own + 1) * (index * 2654435761 + 40503) % 1000003)
    figure = DANCES[order[max(0, int((beats - begun) // _BEATS_OF_A_FIGURE)) % len(order)]]
    turn = math.sin(math.pi * (beats - begun) / 4) * (1.0 if own % 2 else -1.0)
    return Intent(face=face + 0.38 * turn, moves={figure: 1.0}, phase=beats / 2)


def climb(name: str, target: str, ensemble: Ensemble) -> None:
    """Be in the middle of a trampoline's mat."""
    performer = ensemble.performers[name]
    ensemble.simulation.ignore(name, target, True)
    performer.x, performer.y, _ = ensemble.place(target)
    performer.floor = 2 * _MAT * ensemble.simulation.half_height(target)
    performer.sprung, performer.speed = True, 0.0


def advance(deed: Deed, step: float) -> None:
    """Go on with a one-shot, which ends, or a posture, which stays."""
    deed.progress = min(1.0, (deed.progress or 0.0) + step / deed.seconds)
    if deed.progress >= 1.0 and deed.verb.move in ONE_SHOTS:
        deed.done = True

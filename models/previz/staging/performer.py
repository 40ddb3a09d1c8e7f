"""One body on the stage from instant to instant: it speeds up, turns, walks on its own feet, leaps, blends moves.

What it wants is decided elsewhere (`intents.py`); here is only what a body can do, so that no want makes it jerk.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.previz.geometry.easing import there_and_back
from models.previz.moves import (
    DANCES,
    GAITS,
    LANDING,
    MOVES,
    PICKED_UP,
    TAKE_OFF,
    cycle_seconds,
    forward,
    stride_metres,
)
from models.previz.staging.casting import Physique, heading_to, wrapped
from models.previz.staging.grounds import EARTH
from models.previz.world import BodyState, MoveWeight, Vector

GRAVITY = EARTH
BLEND_SECONDS = 0.25
STAGE_RADIUS = 4.0  # metres from the origin that no body leaves
_LEAP_SCALE = 1.8  # small animals leap higher for their size than the square root of their height says


@dataclass(frozen=True, slots=True)
class Obstacle:
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Intent:
    """What a body wants at an instant. Without a `goal` it stands where it is."""

    goal: tuple[float, float] | None = None
    gap: float = 0.0  # metres from the goal that are near enough
    goal_speed: float = 0.0  # of a goal that moves away
    gait: str = "walk"
    face: float | None = None  # heading while it does not travel
    moves: Mapping[str, float] = field(default_factory=lambda: {"stand": 1.0})  # shares while it does not travel
    gesture: tuple[str, float] | None = None  # a move and its share while it travels
    progress: float | None = None  # of the move that is no cycle
    phase: float | None = None  # cycles of a dance: the music's
    leap: float = 0.0  # metres forward (backward if negative) while in the air
    quick: float = BLEND_SECONDS  # seconds a blend takes
    through: bool = False  # does not brake at the goal
    speed: float | None = None  # metres a second, of what carries it; None: its own feet's


def move_seconds(move: str, body: Physique) -> float:
    """Seconds of a whole move for this body: the table's, longer for the leaps of small animals."""
    small = body.quadruped and body.height < 0.8 and move in ("jump", "backflip")
    return cycle_seconds(move, body.height) * (_LEAP_SCALE if small else 1.0)


def flight_height(progress: float, seconds: float, gravity: float = GRAVITY) -> float:
    """Metres above the ground of a body in a leap that takes `seconds` in all: a parabola between the two phases."""
    if not TAKE_OFF < progress < LANDING:
        return 0.0
    since, left = (progress - TAKE_OFF) * seconds, (LANDING - progress) * seconds
    return 0.5 * gravity * since * left


class Performer:
    """The state of one body; `step` moves it on."""

    def __init__(self, body: Physique, x: float, y: float, heading: float, breath: float) -> None:
        self.body = body
        self.x, self.y, self.z = x, y, 0.0
        self.heading = heading
        self.speed = 0.0
        self.turning = 0.0  # radians a second
        self.floor = 0.0  # metres: what it stands on is above the ground
        self.stance = 0.0  # radians that it stands turned from the way it goes
        self.limit = STAGE_RADIUS
        self.sprung = False  # it stands on what throws it up
        self.gravity = GRAVITY
        self.gait_phase = 0.0
        self.weights: dict[str, float] = {"stand": 1.0}
        self.phases: dict[str, float] = {"stand": breath}
        self.own = breath  # 0 to 1: what is this body's own, where bodies differ
        self.rhythm: tuple[float, float] | None = None  # when a beat of the music is, and seconds to the next

    @property
    def velocity(self) -> tuple[float, float]:
        ahead = forward(self.heading)
        return (ahead[0] * self.speed, ahead[1] * self.speed)

    def settle(self, move: str, phase: float = 1.0) -> None:
        """Begin the clip in a posture, not on the way to it."""
        self.weights, self.phases[move] = {move: 1.0}, phase

    def step(self, seconds: float, intent: Intent, obstacles: Iterable[Obstacle], leap_seconds: float = 0.0) -> None:
        """Go on by `seconds` (a hundredth or so). `leap_seconds`: of the leap in hand, 0 for none."""
        travelling = self._travel(seconds, intent, obstacles)
        if intent.progress is not None and leap_seconds > 0:
            self.z = flight_height(intent.progress, leap_seconds, self.gravity)
            if self.z > 0 and intent.leap:
                air = (LANDING - TAKE_OFF) * leap_seconds
                ahead = forward(self.heading)
                self.x += ahead[0] * intent.leap * seconds / air
                self.y += ahead[1] * intent.leap * seconds / air
                self._stay_inside()
        else:
            self.z = 0.0
        self._blend(seconds, self._wanted(intent, travelling), intent.quick)
        self._advance(seconds, intent)

    def state(self) -> BodyState:
        """As the renderer sees it; mouth, gaze and blink come later (`faces.py`)."""
        total = sum(self.weights.values())
        moves = tuple(
            MoveWeight(move, round(self._phase(move), 6), round(weight / total, 6))
            for move, weight in sorted(self.weights.items(), key=lambda item: -item[1])
        )
        return BodyState(
            position=(self.x, self.y, self.z + self.floor), heading=wrapped(self.heading + self.stance), moves=moves
        )

    def pushed_from(self, x: float, y: float, metres: float) -> None:
        """Give way from a point: bodies that ended up inside each other part slowly."""
        away_x, away_y = self.x - x, self.y - y
        length = math.hypot(away_x, away_y)
        if length < 1e-6:
            away_x, away_y, length = 1.0, 0.0, 1.0
        self.x += away_x / length * metres
        self.y += away_y / length * metres
        self._stay_inside()

    def _travel(self, seconds: float, intent: Intent, obstacles: Iterable[Obstacle]) -> bool:
        wanted, direction = 0.0, None
        if intent.goal is not None and self.z == 0.0:
            to_x, to_y = intent.goal[0] - self.x, intent.goal[1] - self.y
            distance = math.hypot(to_x, to_y)
            left = distance - intent.gap
            if left > 0.02 or intent.through:
                direction = heading_to(*_around(self, (to_x, to_y), distance, obstacles))
                wanted = self.body.speed(intent.gait) if intent.speed is None else intent.speed
                if not intent.through:
                    brake = math.sqrt(1.6 * self.body.acceleration * max(0.0, left))
                    wanted = min(wanted, max(brake, 0.12 * min(1.0, left / 0.1)) + max(0.0, intent.goal_speed))
                off = abs(wrapped(direction - self.heading))
                wanted *= max(0.0, math.cos(min(off * 1.15, math.pi / 2)))
        self._turn(seconds, direction if direction is not None else intent.face)
        change = self.body.acceleration * seconds * (1.6 if wanted < self.speed else 1.0)
        self.speed += min(max(wanted - self.speed, -change), change)
        if self.z == 0.0:
            ahead = forward(self.heading)
            self.x += ahead[0] * self.speed * seconds
            self.y += ahead[1] * self.speed * seconds
            self._stay_inside()
        return self.speed > 0.02

    def _turn(self, seconds: float, wanted: float | None) -> None:
        """Critically damped, with a top speed, so that a head-over-heels turn starts and ends softly."""
        if self.z > 0.0:
            return
        error = wrapped(wanted - self.heading) if wanted is not None else 0.0
        stiffness = 9.0 if self.body.turning > 5 else 6.0
        rate = stiffness * stiffness * error - 2 * stiffness * self.turning
        self.turning += rate * seconds
        self.turning = min(max(self.turning, -self.body.turning), self.body.turning)
        self.heading += self.turning * seconds

    def _stay_inside(self) -> None:
        away = math.hypot(self.x, self.y)
        if away > self.limit:
            self.x *= self.limit / away
            self.y *= self.limit / away

    def _wanted(self, intent: Intent, travelling: bool) -> dict[str, float]:
        if travelling:
            carried = intent.speed is not None
            moves = dict(intent.moves) if carried else {self._gait(intent.gait): 1.0}
            if intent.gesture is None:
                return moves
            gesture, part = intent.gesture
            return {move: share * (1.0 - part) for move, share in moves.items()} | {gesture: part}
        wanted = dict(intent.moves)
        if abs(self.turning) > 0.7 and "stand" in wanted:  # turning on the spot is done with steps
            share = min(0.5, 0.25 * abs(self.turning)) * wanted["stand"]
            wanted["walk"] = share
            wanted["stand"] -= share
        return wanted

    def _gait(self, asked: str) -> str:
        """The gait of a speed, with some inertia: a runner starts and ends in a walk."""
        if asked != "run":
            return asked
        between = 0.5 * (self.body.speed("walk") + self.body.speed("run"))
        return "run" if self.speed > between * (0.85 if "run" in self.weights else 1.0) else "walk"

    def _blend(self, seconds: float, wanted: Mapping[str, float], quick: float) -> None:
        rate = seconds / quick
        mixed = {}
        for move in self.weights.keys() | wanted.keys():
            now, goal = self.weights.get(move, 0.0), wanted.get(move, 0.0)
            weight = now + min(max(goal - now, -rate), rate)
            if weight > 1e-6:
                mixed[move] = weight
            if now == 0.0 and MOVES[move].cyclic and move not in GAITS and move not in ("stand",):
                self.phases[move] = 0.0
        self.weights = dict(sorted(mixed.items()))

    def _advance(self, seconds: float, intent: Intent) -> None:
        gaits = {gait: self.weights[gait] for gait in GAITS if gait in self.weights}
        if gaits:
            share = sum(gaits.values())
            stride = sum(
                weight * stride_metres(gait, self.body.height, quadruped=self.body.quadruped)
                for gait, weight in gaits.items()
            )
            self.gait_phase += self.speed * seconds * share / stride
            if self.speed < 0.15:
                self.gait_phase += abs(self.turning) * seconds / math.pi * 0.9
        for move in self.weights:
            if move in GAITS:
                continue
            if MOVES[move].cyclic:
                on = self.phases.get(move, 0.0) + seconds / cycle_seconds(move, self.body.height)
                self.phases[move] = on if intent.phase is None or move not in DANCES else intent.phase
            elif move in intent.moves and intent.progress is not None:
                self.phases[move] = intent.progress

    def _phase(self, move: str) -> float:
        return self.gait_phase if move in GAITS else self.phases.get(move, 0.0)


def _around(
    performer: Performer, to: tuple[float, float], distance: float, obstacles: Iterable[Obstacle]
) -> tuple[float, float]:
    """The direction to a goal, turned aside from what stands in the way."""
    if distance < 1e-6:
        return to
    ahead_x, ahead_y = to[0] / distance, to[1] / distance
    look = 0.8 + 0.7 * performer.speed
    aside = 0.0
    for obstacle in obstacles:
        off_x, off_y = obstacle.x - performer.x, obstacle.y - performer.y
        along = off_x * ahead_x + off_y * ahead_y
        across = ahead_x * off_y - ahead_y * off_x  # positive: it is to the left
        room = obstacle.radius + performer.body.radius + 0.1
        if not 0.0 < along < min(look + room, distance + 0.3) or abs(across) >= room:
            continue
        turn = math.atan2(room - abs(across), max(along - obstacle.radius, 0.15))
        turn = -turn if across >= 0 else turn
        if abs(turn) > abs(aside):
            aside = turn
    aside = min(max(aside, -1.3), 1.3)
    cosine, sine = math.cos(aside), math.sin(aside)
    return (ahead_x * cosine - ahead_y * sine, ahead_x * sine + ahead_y * cosine)


def hand(performer: Performer, progress: float | None, move: str) -> Vector:
    """Where a body holds a thing: the right hand, on its way over the shoulder in a throw; of animals the mouth."""
    body, ahead = performer.body, forward(performer.heading)
    if body.quadruped:
        front, up, side = 1.36 * body.height, 1.12 * body.height, 0.0
    else:
        front, up, side = 0.24 * body.height, 0.60 * body.height, 0.11 * body.height
        if move == "throw" and progress is not None:
            swing = min(progress / 0.55, 1.0)
            lift = math.sin(min(swing * 1.35, 1.0) * math.pi / 2)
            back = math.sin(math.pi * min(swing / 0.95, 1.0)) if swing < 0.95 else 0.0
            front += (-0.42 * back + 0.06 * swing) * body.height
            up += 0.38 * lift * body.height
        elif move == "pick_up" and progress is not None:  # as `geometry.figure_gestures.stoop` has the hands
            down = there_and_back(progress, 0.0, PICKED_UP - 0.05, PICKED_UP + 0.05, 1.0)
            front += (0.25 * body.height - front) * down
            up += (0.09 * body.height - up) * down
            side *= 1 - down
        elif move == "give" and progress is not None:
            out = there_and_back(progress, 0.05, 0.42, 0.58, 1.0)
            front, up = front + 0.15 * body.height * out, up + 0.056 * body.height * out
    right = (ahead[1], -ahead[0])
    return (
        performer.x + ahead[0] * front + right[0] * side,
        performer.y + ahead[1] * front + right[1] * side,
        performer.z + up,
    )

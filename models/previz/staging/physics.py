"""The physics report of a take: what the watch saw in every scene, and how bodies kept to their own steps and leaps."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from greenroom.domain.clips import PhysicsReport
from models.previz.moves import MOVES, stride_metres
from models.previz.staging.casting import Physique
from models.previz.staging.footsteps import Tick
from models.previz.staging.watch import Watch

_STEPPING = ("walk", "run")
_ALONE = 0.98  # weight of a gait from which it alone moves the feet
_STANCE = {"walk": 0.60, "run": 0.34}  # share of a cycle that a foot is down (geometry/figure_moves.py)
_LEAST_FLIGHT = 0.12  # seconds in the air that tell an arc


def report(
    watches: Iterable[Watch], bodies: Mapping[str, Physique], ticks: Sequence[tuple[str, float, Sequence[Tick]]]
) -> PhysicsReport:
    """The report over all scenes. `ticks`: an actor, the gravity of the place and its instants, for each scene."""
    seen = tuple(watches)
    collisions = [one for watch in seen for one in watch.collisions]
    flights = [(seconds, found, watch.gravity) for watch in seen for _, seconds, found in watch.flights]
    slides = []
    for name, gravity, instants in ticks:
        slides.append(foot_slide(bodies[name], instants))
        flights += [(seconds, found, gravity) for seconds, found in leaps(instants)]
    deepest = max(seen, key=lambda watch: watch.deepest, default=None)
    return PhysicsReport(
        penetration_metres=round(deepest.deepest, 5) if deepest is not None else 0.0,
        penetration_of=deepest.deepest_pair if deepest is not None and deepest.deepest > 0 else None,
        energy_gained_joules=round(max((watch.gained for watch in seen), default=0.0), 4),
        energy_gained_share=round(max((watch.gained_share for watch in seen), default=0.0), 4),
        collisions=len(collisions),
        momentum_error=round(max((one.error for one in collisions), default=0.0), 4),
        foot_slide_metres=round(max(slides, default=0.0), 4),
        flights=len(flights),
        flight_error=round(max((abs(found / gravity - 1) for _, found, gravity in flights), default=0.0), 4),
        finite=all(watch.finite for watch in seen),
    )


def foot_slide(body: Physique, ticks: Sequence[Tick]) -> float:
    """Metres that the worst planted foot slides: where the body goes and where its gait carries it, over a stance.

    A gait sweeps its feet back by its stride; what the body travels beyond that the feet slide.
    """
    worst = 0.0
    run: list[Tick] = []
    for tick in [*ticks, None]:
        move = _gait(tick) if tick is not None else None
        if tick is not None and move is not None and (not run or _gait(run[-1]) == move):
            run.append(tick)
            continue
        if len(run) > 1:
            worst = max(worst, _slid(body, run))
        run = [tick] if tick is not None and move is not None else []
    return worst


def leaps(ticks: Sequence[Tick]) -> list[tuple[float, float]]:
    """Seconds and fitted fall, metres a second squared, of every time a body is in the air."""
    found = []
    path: list[tuple[float, float]] = []
    for tick in [*ticks, None]:
        height = tick.state.position[2] - tick.floor if tick is not None else 0.0
        if tick is not None and height > 1e-6:
            path.append((tick.time, height))
            continue
        if len(path) > 4 and path[-1][0] - path[0][0] > _LEAST_FLIGHT:
            points = np.array(path)
            curve = np.polynomial.polynomial.polyfit(points[:, 0] - points[0, 0], points[:, 1], 2)
            found.append((float(points[-1, 0] - points[0, 0]), float(-2 * curve[2])))
        path = []
    return found


def _gait(tick: Tick) -> str | None:
    """The gait that alone moves a body's feet now, if one does."""
    return next((one.move for one in tick.state.moves if one.move in _STEPPING and one.weight >= _ALONE), None)


def _slid(body: Physique, run: Sequence[Tick]) -> float:
    move = _gait(run[0]) or "walk"
    stride = stride_metres(move, body.height, quadruped=body.quadruped)
    phases = np.array([next(one.phase for one in tick.state.moves if one.move == move) for tick in run])
    travelled = np.concatenate(
        [
            [0.0],
            np.cumsum(
                [math.dist(b.state.position[:2], a.state.position[:2]) for a, b in zip(run[1:], run, strict=False)]
            ),
        ]
    )
    off = travelled - stride * (phases - phases[0])
    stance = _STANCE[move] if move in MOVES else 1.0
    worst = 0.0
    for index, phase in enumerate(phases):
        end = int(np.searchsorted(phases, phase + stance, side="right"))
        part = off[index:end]
        worst = max(worst, float(np.ptp(part)) if len(part) else 0.0)
    return worst

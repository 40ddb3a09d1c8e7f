"""Hands that clap: a slap each time a body's hands meet, which is where the phase of its move is whole."""

import math
import zlib
from collections.abc import Iterator

import numpy as np

from greenroom.domain.clips import SoundEvent
from models.previz.sound.rubbing import Rubbing
from models.previz.sound.signals import RATE, Mono, faded, noise
from models.previz.world import BodySpec, Vector, World

_LEVEL = 0.16  # peak of a grown-up's clap
_HANDS = frozenset({"person", "robot"})
_SECONDS = 0.12
_HEIGHT = 0.72  # heights that hands clap at


def claps(world: World) -> Iterator[Rubbing]:
    """Every clap of the clip, in the order of bodies, then of time; the first of each run of them is told of."""
    seen: set[str] = set()
    for body in world.bodies:
        if body.id not in seen and body.species in _HANDS:
            seen.add(body.id)
            yield from _of_body(world, body)


def _of_body(world: World, body: BodySpec) -> Iterator[Rubbing]:
    rate = world.frames_per_second
    path: list[Vector] = []
    meetings: list[float] = []
    runs: list[tuple[int, int]] = []  # first and last of the meetings without a stop between them
    before: float | None = None
    for number, frame in enumerate(world.frames):
        state = frame.bodies.get(body.id)
        phase = (
            next((one.phase for one in state.moves if one.move == "clap" and one.weight > 0.5), None) if state else None
        )
        if state is not None:
            x, y, z = state.position
            path.append((x, y, z + _HEIGHT * body.height))
        else:
            path.append(path[-1] if path else frame.camera.target)
        if before is not None and phase is not None and math.floor(phase) > math.floor(before):
            share = (math.floor(phase) - before) / (phase - before)
            meetings.append((number - 1 + share) / rate)
            if runs and runs[-1][1] == len(meetings) - 2 and meetings[-1] - meetings[-2] < 1.0:
                runs[-1] = (runs[-1][0], len(meetings) - 1)
            else:
                runs.append((len(meetings) - 1, len(meetings) - 1))
        before = phase
    random = np.random.default_rng([world.seed % 2**32, 41, zlib.crc32(body.id.encode())])
    told = dict(runs)
    for number, at in enumerate(meetings):
        event = None
        if number in told:
            seconds = meetings[told[number]] - at + _SECONDS
            event = SoundEvent(label="clapping", start=round(at, 4), seconds=round(seconds, 3))
        yield Rubbing(slap(random, body.height) * _LEVEL, at, tuple(path), event)


def slap(random: np.random.Generator, height: float) -> Mono:
    """One clap: skin on skin, and the hollow of the hands, deeper the larger they are; peak about 1."""
    count = int(_SECONDS * RATE)
    time = np.arange(count) / RATE
    hollow = random.uniform(900, 1300) * (1.7 / max(0.5, height)) ** 0.7
    air = noise(random, count, ((0.3 * hollow, -20), (hollow, 0), (2.2 * hollow, -8), (9000, -24)))
    decay = np.exp(-time / 0.006) + 0.22 * np.exp(-time / 0.03)
    struck = faded(air * decay, 0.0005, 0.02)
    return np.asarray(struck * random.uniform(0.7, 1.0) / max(1e-9, float(np.abs(struck).max())))

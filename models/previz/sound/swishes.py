"""Air and cloth: the whoosh of a flip, a throw or a kick, of what flies fast, and clothes that move with a body."""

import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import SoundEvent
from models.previz.moves import LANDING, TAKE_OFF
from models.previz.sound.rubbing import Rubbing
from models.previz.sound.signals import RATE, Mono, faded, noise, normal
from models.previz.world import BodySpec, Vector, World

# move: phases in which air is moved, peak level, hertz at the fastest
_MOVES = {
    "backflip": (TAKE_OFF, LANDING, 0.14, 900.0), "jump": (0.15, 0.4, 0.04, 600.0), "throw": (0.38, 0.68, 0.09, 1100.0),
    "kick": (0.3, 0.6, 0.07, 850.0), "fall": (0.2, 0.9, 0.05, 500.0),
}  # fmt: skip
_FAST = 5.0  # metres a second from which a flying thing is heard
_CLOTH = 0.035  # peak of a flip's cloth


def swishes(world: World) -> Iterator[Rubbing]:
    """Every whoosh of the clip, in the order of bodies and things, then of time."""
    seen: set[str] = set()
    for body in world.bodies:
        if body.id not in seen:
            seen.add(body.id)
            yield from _of_body(world, body)
    for rigid in world.rigids:
        yield from _of_thing(world, rigid.id, rigid.size)


def _of_body(world: World, body: BodySpec) -> Iterator[Rubbing]:
    rate = world.frames_per_second
    path = _path(world, body.id, 0.55 * body.height)
    for move, (begin, end, level, hertz) in _MOVES.items():
        phases = np.full(len(world.frames), -1.0)
        for number, frame in enumerate(world.frames):
            state = frame.bodies.get(body.id)
            if state is not None:
                phases[number] = next((one.phase for one in state.moves if one.move == move and one.weight > 0.4), -1.0)
        inside = (phases >= begin) & (phases <= end)
        for first, last in _runs(inside):
            if last - first < 3:
                continue
            random = np.random.default_rng([world.seed % 2**32, 31, zlib.crc32(f"{body.id} {move}".encode()), first])
            seconds = (last - first + 2) / rate
            signal = whoosh(random, seconds, hertz * (1.7 / max(0.3, body.height)) ** 0.4) * level
            if body.species == "person":
                signal = signal + cloth(random, seconds) * _CLOTH * (level / 0.14) ** 0.5
            start = max(0.0, (first - 1) / rate)
            event = SoundEvent(label="whoosh", start=round(start, 4), seconds=round(seconds, 3))
            yield Rubbing(signal, start, path, event if move == "backflip" else None)


def _of_thing(world: World, name: str, size: float) -> Iterator[Rubbing]:
    rate = world.frames_per_second
    places = [frame.rigids[name].position if name in frame.rigids else None for frame in world.frames]
    speeds = np.zeros(len(places))
    for number in range(1, len(places)):
        now, before = places[number], places[number - 1]
        if now is not None and before is not None:
            speed = float(np.linalg.norm(np.subtract(now, before))) * rate
            speeds[number] = speed if speed < 60 and now[2] > size else 0.0
    path = _path(world, name, 0.0)
    for first, last in _runs(speeds > _FAST):
        if last - first < 2:
            continue
        random = np.random.default_rng([world.seed % 2**32, 37, zlib.crc32(name.encode()), first])
        fastest = float(speeds[first:last].max())
        signal = whoosh(random, (last - first + 2) / rate, min(1800.0, 70 * fastest))
        level = 0.05 * min(1.0, (fastest / 15) ** 2) * float(np.clip(size / 0.25, 0.5, 2.0))
        yield Rubbing(signal * level, max(0.0, (first - 1) / rate), path, None)


def whoosh(random: np.random.Generator, seconds: float, hertz: float) -> Mono:
    """Air moved aside: noise that rises in pitch and level to the middle and sinks again; peak 1."""
    count = max(64, int(seconds * RATE))
    share = np.linspace(0, 1, count)
    speed = np.sin(np.pi * share**0.85) ** 2
    low = noise(random, count, ((60, -20), (0.35 * hertz, 0), (0.8 * hertz, -12), (4 * hertz, -40)))
    high = noise(random, count, ((0.4 * hertz, -24), (hertz, 0), (1.8 * hertz, -6), (6 * hertz, -30)))
    return normal(faded(low * speed * (1 - 0.6 * speed) + 1.2 * high * speed**2, 0.01, 0.02))


def cloth(random: np.random.Generator, seconds: float) -> Mono:
    """Clothes that flap and rub: short gusts of fine noise; peak 1."""
    count = max(64, int(seconds * RATE))
    fine = noise(random, count, ((300, -24), (1500, -4), (3800, 0), (8000, -6), (14000, -20)))
    flaps = np.zeros(count)
    at = 0.0
    while at < seconds:
        time = np.arange(count) / RATE - at
        flaps += random.uniform(0.4, 1.0) * np.where(time > 0, np.exp(-np.maximum(time, 0) / 0.035), 0.0)
        at += random.uniform(0.06, 0.16)
    return normal(faded(fine * flaps, 0.01, 0.03))


def _runs(inside: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(last)


def _path(world: World, name: str, height: float) -> tuple[Vector, ...]:
    """Where a body or thing is in every frame; where it is not there, where it was last."""
    last: Vector = world.frames[0].camera.target
    found = []
    for frame in world.frames:
        if name in frame.bodies:
            x, y, z = frame.bodies[name].position
            last = (x, y, z + height)
        elif name in frame.rigids:
            last = frame.rigids[name].position
        found.append(last)
    return tuple(found)

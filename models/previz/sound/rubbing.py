"""Things that roll and slide: continuous sounds whose level and pitch follow the speed of what moves, frame by frame.

The ground's roughness is a texture read as fast as the thing goes over it, like a tape; the thing's own modes ring in
it. Cars have an engine as well, boats a wash.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import SoundEvent
from models.previz.geometry.shapes import half_extents, shape_of
from models.previz.sound.materials import GROUNDS, ground_named, sounding_of
from models.previz.sound.signals import RATE, Mono, faded, noise, normal, shaped
from models.previz.sound.struck import Struck, ring_of
from models.previz.staging.grounds import soil_of
from models.previz.world import RigidSpec, RigidState, Vector, World

_ROUND = frozenset({"can", "bottle", "cylinder", "hoop", "ring", "barrel", "drum"})  # and whatever is a sphere
_WHEELED = frozenset({"car", "skateboard", "bicycle"})
_AFLOAT = frozenset({"boat", "surfboard", "wakeboard"})  # what goes over water, wherever that is
_TOUCHING = 0.03  # metres between a thing's lowest point and the ground
_SLOWEST = 0.06  # metres a second that are heard
_JUMP = 2.5  # metres in one frame that are a new scene and not a motion
_LEVEL = 0.045  # peak of a 0.3 m wooden thing at 1 m/s
_SHORTEST = 0.12  # seconds
_TEXTURE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Rubbing:
    """A continuous sound: where it is in every frame of the clip, and what captions call it."""

    signal: Mono
    start: float
    path: tuple[Vector, ...]
    event: SoundEvent | None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Frames in which a thing moves on its ground, and how fast (metres a second, and how much of it is rolling)."""

    first: int
    speed: NDArray[np.float64]
    rolling: float
    ground: str


def rubbings(world: World) -> Iterator[Rubbing]:
    """Every stretch in which something rolls or slides over the ground, in the order of things and of time."""
    for spec in world.rigids:
        states = [frame.rigids.get(spec.id) for frame in world.frames]
        path = _path(states)
        for stretch in _stretches(world, spec, states):
            signal = _sound(spec, stretch, world)
            if signal is None:
                continue
            start = stretch.first / world.frames_per_second
            yield Rubbing(signal, start, path, _event(spec, stretch, start, len(signal) / RATE))


def _event(spec: RigidSpec, stretch: _Stretch, start: float, seconds: float) -> SoundEvent | None:
    if seconds < 0.5 or float(stretch.speed.max()) < 0.3:
        return None
    verb = "drives" if spec.shape == "car" else "rolls" if _rolls(spec, stretch) else "slides"
    label = "water rushes" if spec.shape in _AFLOAT else f"{spec.shape.replace('_', ' ')} {verb}"
    return SoundEvent(label=label, start=round(start, 4), seconds=round(seconds, 3))


def _rolls(spec: RigidSpec, stretch: _Stretch) -> bool:
    round_one = spec.shape in _ROUND or shape_of(spec.shape).collision == "sphere"
    return spec.shape in _WHEELED or (round_one and stretch.rolling > 0.4)


def _path(states: list[RigidState | None]) -> tuple[Vector, ...]:
    """Where a thing is in every frame; where it is not there, where it was last or will be first."""
    known = [state.position for state in states if state is not None]
    last = known[0] if known else (0.0, 0.0, 0.0)
    found = []
    for state in states:
        last = state.position if state is not None else last
        found.append(last)
    return tuple(found)


def _stretches(world: World, spec: RigidSpec, states: list[RigidState | None]) -> Iterator[_Stretch]:
    rate = world.frames_per_second
    halves = half_extents(spec)
    speeds = np.zeros(len(states))
    spins = np.zeros(len(states))
    for number in range(1, len(states)):
        now, before = states[number], states[number - 1]
        if now is None or before is None:
            continue
        step = float(np.hypot(now.position[0] - before.position[0], now.position[1] - before.position[1]))
        low = max(_lowest(spec, halves, now), _lowest(spec, halves, before))
        if step < _JUMP and low < _TOUCHING:
            speeds[number] = step * rate
            cosine = abs(float(np.dot(now.quaternion, before.quaternion)))
            spins[number] = 2 * float(np.arccos(min(1.0, cosine))) * rate
    moving = speeds > _SLOWEST
    edges = np.flatnonzero(np.diff(np.concatenate([[False], moving, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        if (end - first) / rate < _SHORTEST:
            continue
        speed = speeds[first:end]
        radius = max(0.02, min(halves))
        rolling = float(np.clip((spins[first:end] * radius).sum() / max(1e-6, speed.sum()), 0, 1))
        setting = world.settings[world.frames[int(first)].setting]
        ground = ground_named(soil_of(setting.place, setting.weather).material) or "boards"
        # it begins from rest and ends at rest, half a frame before and after
        yield _Stretch(int(first), speed, rolling, ground)


def _lowest(spec: RigidSpec, halves: Vector, state: RigidState) -> float:
    """Height of a thing's lowest point."""
    if shape_of(spec.shape).collision == "sphere":
        return state.position[2] - max(halves)
    w, x, y, z = state.quaternion
    up = (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))
    return state.position[2] - sum(abs(part) * half for part, half in zip(up, halves, strict=True))


def _sound(spec: RigidSpec, stretch: _Stretch, world: World) -> Mono | None:
    rate = world.frames_per_second
    sounding = sounding_of(spec.material)
    if spec.shape in _AFLOAT:
        return _wash(spec, stretch, world)
    if sounding is None or stretch.ground == "water":
        return None
    random = np.random.default_rng([world.seed % 2**32, 23, zlib.crc32(spec.id.encode()), stretch.first])
    count = int((len(stretch.speed) + 1) / rate * RATE)
    times = np.arange(len(stretch.speed) + 2) - 0.5
    knots = np.concatenate([[0.0], stretch.speed, [0.0]])
    speed = np.maximum(0.0, np.interp(np.arange(count) / RATE * rate - 0.5, times, knots))
    rolls = _rolls(spec, stretch)
    ground = GROUNDS[stretch.ground]
    level = _LEVEL * ground.rough * sounding.rough * float(np.clip(spec.size / 0.3, 0.3, 4.0)) ** 0.5
    level *= 0.8 if rolls else 1.5
    texture = _texture(random, rolls, ground.curve)
    pace = np.maximum(speed, 0.02) ** 0.65 * (1.0 if rolls else 1.35)
    at = np.cumsum(pace) % (len(texture) - 1)
    whole = at.astype(np.intp)
    out = texture[whole] + (at - whole) * (texture[whole + 1] - texture[whole])
    if rolls and spec.shape not in _WHEELED:  # nothing is quite round
        turns = np.cumsum(speed) / RATE / max(0.03, 0.5 * spec.size)
        out = out * (1 + 0.3 * np.sin(turns) + 0.15 * np.sin(2 * turns + 1.0))
    ringing = _rung(out, spec)
    out = (out + ringing) * level * np.minimum(speed, 6.0) ** (0.75 if rolls else 0.7)
    if spec.shape == "car":
        out += _engine(random, speed) * 0.08
    return faded(np.asarray(np.clip(out, -0.8, 0.8)), 0.01, 0.04)


def _texture(random: np.random.Generator, rolls: bool, curve: tuple[tuple[float, float], ...]) -> Mono:
    """A rough surface as it sounds at 1 m/s, unit level; rolling hears its bumps, sliding its grain."""
    count = _TEXTURE_SECONDS * RATE
    base = noise(random, count, ((40, -10), (120, 0), (500, -5), (1800, -16), (7000, -36)) if rolls else curve)
    bumps = np.zeros(count)
    places = random.integers(0, count, 260 if rolls else 900)
    bumps[places] = random.standard_normal(len(places))
    bumps = shaped(bumps, ((60, -6), (300, 0), (1500, -6), (6000, -22)))
    made = base / 3 + 0.5 * bumps / max(1e-9, float(np.sqrt(np.mean(bumps**2)))) / 3
    made[-64:] *= np.linspace(1, 0, 64)  # its end meets its beginning
    made[:64] *= np.linspace(0, 1, 64)
    return np.asarray(made)


def _rung(driven: Mono, spec: RigidSpec) -> Mono:
    """The thing's own modes as a rough ground wakes them: resonances about each."""
    modes = ring_of(Struck(spec.id, spec.material, spec.shape, spec.size))[:4]
    if not modes:
        return np.zeros(len(driven))
    curve: list[tuple[float, float]] = [(20.0, -60.0)]
    for hertz, _, gain in sorted(modes):
        if hertz * 0.93 > curve[-1][0]:
            peak = 20 * np.log10(max(gain, 0.05)) + 4
            curve += [(hertz * 0.93, -40.0), (hertz, peak), (hertz * 1.07, -40.0)]
    return shaped(driven, [*curve, (22000.0, -60.0)])


def _engine(random: np.random.Generator, speed: Mono) -> Mono:
    """A motor whose turning follows the speed: harmonics of its firing, a little uneven."""
    hertz = (
        34
        + 16 * speed
        + 1.5 * np.interp(np.arange(len(speed)), np.linspace(0, len(speed), 40), random.standard_normal(40))
    )
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    out = np.zeros(len(speed))
    for harmonic in range(1, 13):
        out += np.sin(harmonic * phase + random.uniform(0, 6)) / harmonic**0.9 * (1.3 if harmonic % 2 == 0 else 0.8)
    return normal(out) * np.minimum(1.0, 0.45 + speed / 6)


def _wash(spec: RigidSpec, stretch: _Stretch, world: World) -> Mono:
    """Water along a hull or a board."""
    random = np.random.default_rng([world.seed % 2**32, 29, zlib.crc32(spec.id.encode()), stretch.first])
    rate = world.frames_per_second
    count = int((len(stretch.speed) + 1) / rate * RATE)
    speed = np.interp(np.arange(count) / RATE * rate, np.arange(len(stretch.speed)), stretch.speed)
    foam = noise(random, count, ((150, -18), (700, 0), (2600, -2), (7000, -8), (14000, -24)))
    return faded(foam * 0.018 * np.minimum(speed, 5.0), 0.08, 0.15)

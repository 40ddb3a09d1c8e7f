"""One blow between two materials: modal synthesis of what was struck, excited by a blow of the right length.

The force of a blow is half a sine as long as the softer of the two materials gives way; harder blows are shorter, so
they are brighter as well as louder. A thing rings at its own modes each time; where it was hit weighs them.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from models.previz.sound.materials import GROUNDS, SOFT, Sounding, damping_of, ground_named, pitch_of, sounding_of
from models.previz.sound.signals import RATE, Mono, faded, noise, normal
from models.previz.world import Contact

_LOUDEST = 0.75
_RISE = 0.0004  # seconds: no blow is a click


@dataclass(frozen=True, slots=True)
class Struck:
    """One side of a blow. Ground has no size."""

    name: str
    material: str
    shape: str = ""
    size: float = 0.4  # metres


def loudness_of(impulse: float) -> float:
    """Peak amplitude for an impulse in newton seconds: 1 N s is a solid bounce; compressed as ears do."""
    return _LOUDEST * float(np.tanh(0.55 * max(0.0, impulse) ** 0.6))


def sides_of(contact: Contact, things: dict[str, tuple[str, float]]) -> tuple[Struck, Struck]:
    """Both sides of a touch; `things` gives shape and size by id."""
    found = []
    for name, material in ((contact.a, contact.material_a), (contact.b, contact.material_b)):
        shape, size = things.get(name, ("", 0.4))
        found.append(Struck(name, material, shape, size))
    return found[0], found[1]


def struck(random: np.random.Generator, contact: Contact, sides: tuple[Struck, Struck]) -> Mono:
    """The sound of a touch, its peak by the impulse. `random` says where the things were hit."""
    soft = [side for side in sides if side.material in SOFT]
    touching = _contact_seconds(sides, contact.impulse)
    parts: list[Mono] = []
    for side in sides:
        sounding = sounding_of(side.material)
        ground = ground_named(side.material) if side.name == "ground" or sounding is None else None
        if ground is not None:
            parts.append(_ground(random, ground, touching, contact.impulse))
        elif sounding is not None:
            parts.append(_ring(random, side, sounding, touching, 0.55 if soft and side not in soft else 1.0))
    if not parts:
        parts.append(_thump(random, 85.0, 0.02) * 0.5)
    longest = max(len(part) for part in parts)
    total = np.sum([np.pad(part, (0, longest - len(part))) for part in parts], axis=0)
    return normal(total, loudness_of(contact.impulse))


def ring_of(side: Struck) -> list[tuple[float, float, float]]:
    """The modes of a thing: hertz, seconds to -60 dB, gain. The same thing has the same ones every time."""
    sounding = sounding_of(side.material)
    if sounding is None:
        return []
    own = np.random.default_rng(zlib.crc32(side.name.encode()))
    scale = pitch_of(side.shape, side.material) * 0.4 / min(4.0, max(0.03, side.size))
    # what is large rings longer, what is small shorter
    longer = damping_of(side.shape) * float(np.clip((side.size / 0.4) ** 0.4, 0.4, 2.0))
    found = []
    for ratio, seconds, gain in sounding.modes:
        hertz = max(38.0, sounding.hertz * scale) * ratio * own.uniform(0.97, 1.03)
        if hertz < 16_000:
            found.append((hertz, seconds * longer, gain))
    return found


def _contact_seconds(sides: tuple[Struck, Struck], impulse: float) -> float:
    """How long they touch: by the softer one, longer for what is large, shorter for a hard blow."""
    longest = 0.0002
    for side in sides:
        sounding, ground = sounding_of(side.material), ground_named(side.material)
        seconds = (
            GROUNDS[ground].contact
            if ground is not None and (side.name == "ground" or sounding is None)
            else sounding.contact * float(np.clip(side.size / 0.4, 0.3, 3.0)) ** 0.5
            if sounding is not None
            else 0.004
        )
        longest = max(longest, seconds)
    return float(longest * np.clip(impulse, 0.02, 6.0) ** -0.25)


def _excited(hertz: float, touching: float) -> float:
    """How much of a mode a half-sine force of this length wakes."""
    x = 2.0 * hertz * touching
    return 1.0 / (1.0 + x**2)


def _ring(random: np.random.Generator, side: Struck, sounding: Sounding, touching: float, damping: float) -> Mono:
    modes = ring_of(side)
    seconds = max([0.06, *(decay * damping for _, decay, _ in modes)])
    time = np.arange(int(seconds * RATE)) / RATE
    out = np.zeros(len(time))
    for hertz, decay, gain in modes:
        where = 10 ** (random.uniform(-5, 1) / 20)
        level = gain * where * _excited(hertz, touching)
        if level < 1e-3:
            continue
        count = min(len(time), int(1.3 * decay * damping * RATE) + 64)
        out[:count] += (
            level * np.sin(2 * np.pi * hertz * time[:count]) * np.exp(-6.9 * time[:count] / (decay * damping))
        )
    bright = float(np.clip(0.8 / touching, 250, 12_000))
    blow = noise(
        random, int((0.003 + 2 * touching) * RATE), ((60, -8), (bright * 0.3, 0), (bright, -6), (bright * 3, -36))
    )
    blow *= np.exp(-4 * np.arange(len(blow)) / len(blow)) * 0.35 * sounding.blow
    loudest = max(0.05, float(np.abs(out).max(initial=0.0)))
    out[: len(blow)] += blow[: len(out)] * loudest
    return faded(out, _RISE, min(0.02, seconds / 4))


def _ground(random: np.random.Generator, name: str, touching: float, impulse: float) -> Mono:
    """What the ground adds: boards and slabs ring, grass and sand give a thump and grains that fly."""
    ground = GROUNDS[name]
    thump = _thump(random, ground.hertz * random.uniform(0.95, 1.05), 0.016 + touching) * (0.55 if ground.ring else 0.8)
    seconds = max(0.1, 1.2 * max((decay for _, decay, _ in ground.ring), default=0.0), 0.8 * ground.seconds)
    out = np.zeros(int(seconds * RATE))
    time = np.arange(len(out)) / RATE
    out[: len(thump)] += thump[: len(out)]
    for hertz, decay, gain in ground.ring:
        level = gain * _excited(hertz, touching) * 10 ** (random.uniform(-3, 1) / 20)
        out += 0.7 * level * np.sin(2 * np.pi * hertz * time) * np.exp(-6.9 * time / decay)
    scattered = noise(random, len(out), ground.curve) * np.exp(-time / (0.18 * ground.seconds))
    out += scattered * (0.10 if ground.ring else 0.16) * min(1.0, 0.4 + impulse)
    return faded(out, _RISE, 0.02)


def _thump(random: np.random.Generator, hertz: float, decay: float) -> Mono:
    """A dull blow: a low swing that sinks in pitch, and a little noise."""
    time = np.arange(int(0.12 * RATE)) / RATE
    phase = 2 * np.pi * hertz * (time + 0.012 * (1 - np.exp(-time / 0.012)))
    low = np.sin(phase) * np.exp(-time / decay)
    rough = noise(random, len(time), ((40, -6), (90, 0), (260, -8), (1200, -22), (6000, -44)))
    return faded(low + 0.35 * rough * np.exp(-time / (0.7 * decay)), _RISE, 0.01)

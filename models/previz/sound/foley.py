"""Sounds of touch: modal synthesis of what was struck, noise of what was trodden on.

Each material is a few damped modes (ratio, decay, gain; free bars and plates after Fletcher & Rossing, The Physics of
Musical Instruments, ch. 2 and 3, ears did the rest) and the noise of the blow. A harder blow is louder and brighter.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from greenroom.domain.clips import SoundEvent
from models.previz.geometry.actor import QUADRUPEDS
from models.previz.sound.signals import RATE, Curve, Mono, Stereo, add, faded, heard_from, noise, panned, shaped
from models.previz.staging.grounds import soil_of
from models.previz.world import Contact, World

_QUIETEST = 0.004  # newton seconds: less is not heard
_SAME_PAIR_SECONDS = 0.045  # touches of one pair closer than this are one rattle
_LOUDEST = 0.75


@dataclass(frozen=True, slots=True)
class _Body:
    """How a material of 0.4 m sounds: pitch of its lowest mode, modes, share and length of the blow's noise."""

    hertz: float
    modes: tuple[tuple[float, float, float], ...]  # ratio, seconds to -60 dB, gain
    blow: float
    blow_seconds: float
    bright: float  # hertz under which the blow's noise lies


_MATERIALS = {
    "rubber": _Body(105, ((1, 0.16, 1), (1.9, 0.09, 0.55), (3.4, 0.05, 0.25), (7.1, 0.03, 0.08)), 0.35, 0.018, 2200),
    "wood": _Body(240, ((1, 0.16, 1), (2.76, 0.11, 0.6), (5.4, 0.07, 0.35), (8.93, 0.04, 0.2)), 0.5, 0.012, 4500),
    "metal": _Body(
        520, ((1, 1.3, 0.8), (2.76, 1.0, 0.9), (5.4, 0.7, 0.6), (8.93, 0.5, 0.4), (13.3, 0.3, 0.2)), 0.25, 0.006, 9000
    ),
    "glass": _Body(1150, ((1, 0.6, 1), (2.32, 0.45, 0.7), (4.25, 0.3, 0.5), (6.63, 0.2, 0.3)), 0.2, 0.005, 11000),
    "plastic": _Body(330, ((1, 0.08, 1), (2.3, 0.06, 0.7), (3.9, 0.04, 0.4), (6.2, 0.03, 0.25)), 0.6, 0.010, 5000),
    "stone": _Body(430, ((1, 0.07, 0.8), (2.1, 0.05, 0.6), (3.7, 0.03, 0.4)), 1.0, 0.016, 6000),
    "cloth": _Body(70, ((1, 0.06, 0.4),), 1.0, 0.050, 1400),
}
_SOFT = {"grass", "sand", "snow", "cloth", "earth", "carpet", "ground"}
_VERBS = {"rubber": "bounces", "cloth": "drops", "metal": "clangs", "glass": "clinks"}

# ground: spectrum of a step, grains (crackle, splash of small parts), weight of the heel's thump, seconds
_Step = tuple[Curve, int, float, float]
_GROUNDS: dict[str, _Step] = {
    "grass": (((60, -20), (400, -8), (1800, 0), (5000, -4), (12000, -14)), 26, 0.35, 0.17),
    "sand": (((60, -20), (700, -4), (2500, 0), (7000, -3), (14000, -12)), 60, 0.25, 0.20),
    "snow": (((60, -24), (500, -6), (1500, 0), (3800, 0), (9000, -10)), 90, 0.30, 0.24),
    "boards": (((50, -8), (140, 0), (500, -3), (2000, -10), (8000, -24)), 4, 1.0, 0.13),
    "asphalt": (((60, -12), (300, -4), (1400, 0), (4000, -5), (11000, -18)), 12, 0.55, 0.11),
}
_GROUND_OF = {
    "wood": "boards", "boards": "boards", "floor": "boards", "sand": "sand", "snow": "snow", "grass": "grass",
    "earth": "grass", "asphalt": "asphalt", "stone": "asphalt", "concrete": "asphalt", "tile": "asphalt",
    "carpet": "grass",
}  # fmt: skip
_HOOVES = frozenset({"horse"})
_PAW, _SHOE, _HOOF = 0.24, 0.54, 0.55  # peak of a step against a blow of the same impulse


def foley(world: World, count: int, at: Callable[[float], int]) -> tuple[Stereo, list[SoundEvent]]:
    """The track of all touches, float64[count, 2], and what each was; `at` gives the frame of a time."""
    track = np.zeros((count, 2))
    events: list[SoundEvent] = []
    last: dict[tuple[str, str], float] = {}
    sizes = {rigid.id: rigid.size for rigid in world.rigids}
    bodies = {body.id: body for body in world.bodies}
    for number, contact in enumerate(sorted(world.contacts, key=lambda contact: (contact.time, contact.a, contact.b))):
        pair = (contact.a, contact.b)
        if contact.impulse < _QUIETEST or contact.time - last.get(pair, -1.0) < _SAME_PAIR_SECONDS:
            continue
        last[pair] = contact.time
        random = np.random.default_rng([world.seed % 2**32, 7, number])
        if contact.kind == "footstep":
            body = bodies.get(contact.a) or bodies.get(contact.b)
            species = body.species if body is not None else "person"
            ground = ground_of(world, contact)
            signal, label = footstep(random, ground, contact.impulse, species), _step_label(ground, species)
        elif contact.kind == "slide":
            signal, label = slide(random, contact), f"{_thing(contact)} slides"
        else:
            size = next((sizes[name] for name in pair if name in sizes), 0.4)
            signal, label = struck(random, contact, size), _blow_label(contact, world)
        side, gain = heard_from(world.frames[at(contact.time)].camera, contact.position)
        add(track, panned(signal * gain, side), contact.time)
        events.append(
            SoundEvent(label=label, start=contact.time, seconds=round(len(signal) / RATE, 3), impulse=contact.impulse)
        )
    return track, events


def loudness_of(impulse: float) -> float:
    """Peak amplitude for an impulse in newton seconds: 1 N s is a solid bounce; compressed as ears do."""
    return _LOUDEST * float(np.tanh(0.55 * max(0.0, impulse) ** 0.6))


def struck(random: np.random.Generator, contact: Contact, size: float) -> Mono:
    """One blow between two materials; the part of a soft one is small and it damps the other."""
    materials = [contact.material_a, contact.material_b]
    soft = any(material in _SOFT for material in materials)
    peak = loudness_of(contact.impulse)
    hard = float(np.clip(contact.impulse, 0.05, 3.0)) ** 0.3
    parts: list[Mono] = []
    for material in dict.fromkeys(materials):
        body = _MATERIALS.get(material)
        if body is None:
            continue
        moving = contact.a if material == contact.material_a else contact.b
        scale = (0.4 / max(0.03, size)) ** 0.8 if moving != "ground" else 0.8
        parts.append(_ring(random, body, scale, hard, damping=0.55 if soft else 1.0))
    if soft or not parts:
        thump = noise(random, int(0.09 * RATE), ((40, -6), (90, 0), (260, -10), (1500, -26), (6000, -44)))
        parts.append(faded(thump * np.exp(-np.arange(len(thump)) / RATE / 0.02), 0.0008, 0.01) * 0.4)
    longest = max(len(part) for part in parts)
    total = np.sum([np.pad(part, (0, longest - len(part))) for part in parts], axis=0)
    return np.asarray(total * (peak / max(1e-9, float(np.abs(total).max()))))


def _ring(random: np.random.Generator, body: _Body, scale: float, hard: float, damping: float) -> Mono:
    seconds = max(0.08, max(decay for _, decay, _ in body.modes) * damping)
    time = np.arange(int(seconds * RATE)) / RATE
    out = np.zeros(len(time))
    for ratio, decay, gain in body.modes:
        hertz = body.hertz * ratio * scale * random.uniform(0.985, 1.015)
        if hertz > 18_000:
            continue
        # a blow lasts longer than high modes swing, unless it is hard: they are struck less
        struck_gain = gain / (1 + (hertz / (5200 * hard)) ** 2)
        out += struck_gain * np.sin(2 * np.pi * hertz * time) * np.exp(-6.9 * time / (decay * damping))
    blow_count = int(body.blow_seconds * RATE)
    curve = ((80, -10), (body.bright * 0.3, 0), (body.bright * hard, -6), (min(23000.0, body.bright * 3), -36))
    blow = noise(random, blow_count, curve) * np.exp(-5 * np.arange(blow_count) / blow_count)
    out[:blow_count] += body.blow * 0.5 * blow[: len(out)]
    return faded(out, 0.0005, min(0.02, seconds / 4))


def footstep(random: np.random.Generator, ground: str, impulse: float, species: str = "person") -> Mono:
    """A step: heel, grains of what lies there, sole. Paws are lighter, shorter and have no heel; hooves thump."""
    paws = _on_paws(species)
    curve, grains, heel, seconds = _GROUNDS[ground]
    seconds *= 0.55 if paws else 1.0
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    envelope = np.exp(-time / (seconds * 0.22)) + 0.45 * np.exp(-(((time - seconds * 0.55) / (seconds * 0.14)) ** 2))
    crackle = np.zeros(count)
    places = random.integers(0, count, grains if not paws else grains // 3 + 1)
    crackle[places] = random.uniform(-1, 1, len(places)) * 9
    out = shaped((random.standard_normal(count) * 0.5 + crackle) * envelope, curve)
    if not paws:
        out += heel * 1.6 * np.sin(2 * np.pi * (82 + 10 * random.uniform()) * time) * np.exp(-time / 0.022)
    peak = loudness_of(impulse) * (_PAW if paws else _HOOF if species in _HOOVES else _SHOE)
    out = faded(out, 0.0008, seconds * 0.3)
    return np.asarray(out * (max(0.012, peak) / max(1e-9, float(np.abs(out).max()))))


def slide(random: np.random.Generator, contact: Contact) -> Mono:
    """A scrape: rough noise that comes and goes."""
    signal = noise(random, int(0.3 * RATE), ((120, -14), (500, 0), (2200, -3), (8000, -18)))
    signal *= 0.6 + 0.4 * np.sin(np.linspace(0, 60, len(signal)) + random.uniform(0, 6))
    return faded(signal, 0.02, 0.2) * loudness_of(contact.impulse) * 0.12


def ground_of(world: World, contact: Contact) -> str:
    """What is trodden on: the contact's own material, else the weather's, else the place's."""
    setting = world.setting_at(contact.time)
    soil = soil_of(setting.place, setting.weather).material
    if soil == "snow":
        return "snow"
    for material in (contact.material_b, soil):
        if material in _GROUND_OF:
            return _GROUND_OF[material]
    return "boards"


def _on_paws(species: str) -> bool:
    return species in QUADRUPEDS and species not in _HOOVES


def _step_label(ground: str, species: str) -> str:
    steps = "hoofbeats" if species in _HOOVES else "paw steps" if _on_paws(species) else "footsteps"
    return f"{steps} on {ground}"


def _thing(contact: Contact) -> str:
    name = contact.a if contact.a != "ground" else contact.b
    return name.replace("_", " ").replace("-", " ").rstrip("0123456789 ") or "something"


def _blow_label(contact: Contact, world: World) -> str:
    name = contact.a if contact.a != "ground" else contact.b
    shape = next((rigid.shape for rigid in world.rigids if rigid.id == name), None)
    if shape is None:
        return f"{_thing(contact)} lands" if "ground" in (contact.a, contact.b) else "a thud"
    own = contact.material_a if name == contact.a else contact.material_b
    return f"{shape} {_VERBS.get(own, 'knocks')}"

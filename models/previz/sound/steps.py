"""A foot that lands: heel, what lies on the ground, sole; by ground, by who walks and how hard."""

import numpy as np

from models.previz.geometry.actor import QUADRUPEDS
from models.previz.sound.materials import GROUNDS, ground_named
from models.previz.sound.signals import RATE, Mono, faded, normal, shaped
from models.previz.sound.struck import loudness_of
from models.previz.staging.grounds import place_key, soil_of
from models.previz.world import Contact, World

_HOOVES = frozenset({"horse"})
_PAW, _SHOE, _HOOF, _METAL = 0.24, 0.54, 0.58, 0.6  # peak of a step against a blow of the same impulse
_LIGHT = {"child": 0.75, "slim": 0.9, "stocky": 1.15, "elder": 0.85}


def footstep(
    random: np.random.Generator, ground: str, impulse: float, species: str = "person", build: str = "average"
) -> Mono:
    """A step: heel, grains of what lies there, sole. Paws are lighter, shorter and have no heel; hooves thump."""
    made = GROUNDS[ground]
    paws = on_paws(species)
    seconds = made.seconds * (0.55 if paws else 0.8 if species in _HOOVES else 1.0)
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    # the sole follows the heel; a paw lands at once
    sole = 0.0 if paws else 0.45 * random.uniform(0.8, 1.2)
    when = seconds * random.uniform(0.45, 0.6)
    envelope = np.exp(-time / (seconds * 0.2)) + sole * np.exp(-(((time - when) / (seconds * 0.14)) ** 2))
    crackle = np.zeros(count)
    places = random.integers(0, count, made.grains if not paws else made.grains // 3 + 1)
    crackle[places] = random.uniform(-1, 1, len(places)) * 9
    if ground == "snow":  # it squeaks as it packs
        crackle *= 0.7 + 0.6 * np.sin(2 * np.pi * 95 * time) ** 2
    out = shaped((random.standard_normal(count) * 0.5 + crackle) * envelope, made.curve)
    if not paws:
        hertz = made.hertz * random.uniform(0.94, 1.08)
        thump = made.heel * (2.6 if species in _HOOVES else 1.6)
        out += thump * np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.022)
        for number, (ring, decay, gain) in enumerate(made.ring):
            level = gain * made.heel * random.uniform(0.25, 0.6) / (1 + 0.3 * number)
            out += level * np.sin(2 * np.pi * ring * time) * np.exp(-6.9 * time / decay)
    if species in _HOOVES:
        out += 1.6 * np.sin(2 * np.pi * random.uniform(620, 760) * time) * np.exp(-time / 0.012)
    if species == "robot":
        out = out + _servo(random, time)
    weight = _PAW if paws else _HOOF if species in _HOOVES else _METAL if species == "robot" else _SHOE
    peak = loudness_of(impulse) * weight * (_LIGHT.get(build, 1.0) if not paws else 1.0)
    return normal(faded(out, 0.0006, seconds * 0.3), max(0.012, peak))


def ground_of(world: World, contact: Contact) -> str:
    """What is trodden on: the moon's dust, snow where it lies, else the contact's own material or the soil."""
    setting = world.setting_at(contact.time)
    if place_key(setting.place) == "moon":
        return "dust"
    soil = soil_of(setting.place, setting.weather).material
    if soil == "snow":
        return "snow"
    for material in (contact.material_b, soil):
        found = ground_named(material)
        if found is not None:
            return found
    return "boards"


def step_label(ground: str, species: str) -> str:
    """What captions call it."""
    steps = "hoofbeats" if species in _HOOVES else "paw steps" if on_paws(species) else "footsteps"
    return f"{steps} on {GROUNDS[ground].name}"


def on_paws(species: str) -> bool:
    """Whether a body walks on paws."""
    return species in QUADRUPEDS and species not in _HOOVES


def _servo(random: np.random.Generator, time: Mono) -> Mono:
    """A joint's motor and a foot of metal."""
    motor = np.sin(2 * np.pi * (380 * time + 500 * time**2)) * np.exp(-((time - 0.04) ** 2) / 0.0012)
    clank = sum(
        gain * np.sin(2 * np.pi * hertz * random.uniform(0.98, 1.02) * time) * np.exp(-time / 0.03)
        for hertz, gain in ((610, 0.7), (1340, 0.5), (2480, 0.3))
    )
    return np.asarray(0.25 * motor + clank)

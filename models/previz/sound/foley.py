"""Everything that is heard because something touched something: blows, steps, splashes, rolling, sliding, air.

How each sounds stands in `struck.py`, `steps.py`, `water.py`, `rubbing.py`, `swishes.py` and `claps.py`; here they are
put where and when they happened. A sound begins at the sample of its contact's time.
"""

from collections.abc import Collection

import numpy as np

from greenroom.domain.clips import SoundEvent
from models.previz.sound.claps import claps
from models.previz.sound.listening import Listener
from models.previz.sound.materials import sounding_of
from models.previz.sound.rooms import Reverb
from models.previz.sound.rubbing import Rubbing, rubbings
from models.previz.sound.signals import RATE, Mono, Stereo, add, faded, noise
from models.previz.sound.steps import footstep, ground_of, step_label
from models.previz.sound.struck import loudness_of, sides_of, struck
from models.previz.sound.swishes import swishes
from models.previz.sound.water import splash
from models.previz.world import Contact, World

_QUIETEST = 0.004  # newton seconds: less is not heard
_SAME_PAIR_SECONDS = 0.045  # touches of one pair closer than this are one rattle


def foley(world: World, listener: Listener, reverb: Reverb, count: int) -> tuple[Stereo, list[SoundEvent]]:
    """The track of all touches, float64[count, 2], and what each was."""
    track = np.zeros((count, 2))
    events: list[SoundEvent] = []
    last: dict[tuple[str, str], float] = {}
    things = {rigid.id: (rigid.shape, rigid.size) for rigid in world.rigids}
    bodies = {body.id: body for body in world.bodies}
    continuous: list[Rubbing] = [*rubbings(world), *swishes(world), *claps(world)]
    for number, contact in enumerate(sorted(world.contacts, key=lambda contact: (contact.time, contact.a, contact.b))):
        pair = (contact.a, contact.b)
        if contact.impulse < _QUIETEST or contact.time - last.get(pair, -1.0) < _SAME_PAIR_SECONDS:
            continue
        if contact.kind == "slide" and "ground" in pair:
            continue  # heard as it goes, in `rubbing.py`
        last[pair] = contact.time
        random = np.random.default_rng([world.seed % 2**32, 7, number])
        wet = "water" in (contact.material_a, contact.material_b) or contact.kind == "splash"
        if contact.kind == "footstep":
            body = bodies.get(contact.a) or bodies.get(contact.b)
            species, build = (body.species, body.build) if body is not None else ("person", "average")
            ground = ground_of(world, contact)
            signal, label = footstep(random, ground, contact.impulse, species, build), step_label(ground, species)
        elif wet:
            size = next((things[name][1] for name in pair if name in things), 0.8)
            signal, label = splash(random, contact.impulse, size), f"{_thing(contact, things)} splashes"
        elif contact.kind == "slide":
            signal, label = scrape(random, contact), f"{_thing(contact, things)} slides"
        else:
            signal, label = struck(random, contact, sides_of(contact, things)), _blow_label(contact, things, bodies)
        dry, sent = listener.placed(signal, contact.time, contact.position)
        add(track, dry, contact.time)
        reverb.send(sent, contact.time)
        seconds = round(len(signal) / RATE, 3)
        events.append(SoundEvent(label=label, start=contact.time, seconds=seconds, impulse=contact.impulse))
    for one in continuous:
        dry, sent = listener.placed(one.signal, one.start, one.path)
        add(track, dry, one.start)
        reverb.send(sent, one.start)
        events += [one.event] if one.event is not None else []
    return track, events


def scrape(random: np.random.Generator, contact: Contact) -> Mono:
    """One thing rubs on another: rough noise that comes and goes."""
    signal = noise(random, int(0.3 * RATE), ((120, -14), (500, 0), (2200, -3), (8000, -18)))
    signal *= 0.6 + 0.4 * np.sin(np.linspace(0, 60, len(signal)) + random.uniform(0, 6))
    return faded(signal, 0.02, 0.2) * loudness_of(contact.impulse) * 0.12


def _thing(contact: Contact, things: dict[str, tuple[str, float]]) -> str:
    """What captions call the thing that touched: its shape, or the actor's name as the plan has it."""
    for name in (contact.a, contact.b):
        if name in things:
            return things[name][0].replace("_", " ")
    name = contact.a if contact.a != "ground" else contact.b
    return name.replace("_", " ").replace("-", " ").rstrip("0123456789 ") or "something"


def _blow_label(contact: Contact, things: dict[str, tuple[str, float]], bodies: Collection[str]) -> str:
    for name, material, other in (
        (contact.a, contact.material_a, contact.b),
        (contact.b, contact.material_b, contact.a),
    ):
        if name in things:
            sounding = sounding_of(material)
            held = "is caught" if contact.kind == "catch" else "is hit"
            verb = held if other in bodies else sounding.verb if sounding is not None else "lands"
            return f"{things[name][0].replace('_', ' ')} {verb}"
    return f"{_thing(contact, things)} lands" if "ground" in (contact.a, contact.b) else "a thud"

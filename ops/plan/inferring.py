"""What a prompt leaves unsaid and yet means: the board that is surfed on, the place where a wakeboard is at home."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from ops.plan.known import BALLS, CRAFTS
from ops.plan.reading import Happening, Joined, Reading, Speech, Thing
from ops.plan.vocabulary import Kind, vocabulary

_STILL = frozenset({"stand", "sit", "lie"})
_ABOARD = frozenset({"wave", "talk", "look", "point", "clap", "cheer"})
_MOVING = frozenset({"walk", "run", "jump", "dance", "chase", "flee", "backflip", "ride", "leave", "kick", "follow"})


def completed(reading: Reading) -> Reading:
    """The reading with what is ridden where nothing is named, and with a shot at a hoop as the throw it is."""
    words = vocabulary()
    reading = _aboard(_unwaved(reading))
    things, sequence, scenes = list(reading.things), list(reading.sequence), list(reading.scenes)
    hoops = [index for index, thing in enumerate(things) if thing.sense == "hoop" and not thing.body]
    for index, one in enumerate(reading.sequence):
        if not isinstance(one, Happening):
            continue
        if one.base in ("shoot", "dunk") and hoops:
            ball = next((n for n, thing in enumerate(things) if thing.sense in BALLS), None)
            sequence[index] = replace(one, verb="throw", target=ball, to=hoops[0])
        sprung = next((n for n, thing in enumerate(things) if thing.sense == "trampoline"), None)
        if one.verb in ("jump", "backflip") and one.target is None and sprung is not None:
            sequence[index] = replace(one, target=sprung)
        if one.verb != "ride" or one.target is not None:
            continue
        rider = next((things[n].noun for n in one.subjects), "")
        noun = words.data.riders.get(rider) if one.base == "ride" else None
        noun = noun or words.data.vehicles.get(one.base)
        shape = words.sense(noun, Kind.PROP) if noun else None
        if noun is None or shape is None:
            continue
        named = [n for n, thing in enumerate(things) if thing.sense in CRAFTS and n not in one.subjects]
        if one.base == "ride" and named:
            vehicle = named[-1]
        else:
            alike = [n for n in named if things[n].sense == shape]
            vehicle = alike[0] if alike else len(things)
            if vehicle == len(things):
                things.append(Thing(noun=noun, sense=shape, body=False))
        sequence[index] = replace(one, target=vehicle, direct=True)
        scene = max(n for n, held in enumerate(scenes) if held.before <= index)
        scenes[scene] = replace(scenes[scene], things=tuple(dict.fromkeys([*scenes[scene].things, vehicle])))
    return replace(reading, things=tuple(things), sequence=tuple(sequence), scenes=tuple(scenes))


def _unwaved(reading: Reading) -> Reading:
    """Without the wave that is ridden, which is no greeting, and the bounce that is a ball's."""
    kept = list(reading.sequence)
    for index in range(len(kept) - 1, -1, -1):
        one, before = kept[index], kept[index - 1] if index else None
        bounced = isinstance(one, Happening) and one.base == "bounce" and one.direct and one.target is not None
        if isinstance(one, Happening) and one.target is not None and bounced and not reading.things[one.target].body:
            things = list(reading.things)  # "a girl bounces a ball": the ball bounces
            things[one.target] = replace(things[one.target], motion="bounce")
            reading = replace(_shifted(reading, index + 1, -1), things=tuple(things))
            kept.pop(index)
            continue
        rides = isinstance(before, Happening) and before.verb == "ride" and before.target is None
        if isinstance(one, Happening) and one.verb == "wave" and one.word in ("wave", "waves") and rides:
            reading = _shifted(reading, index + 1, -1)
            kept.pop(index)
    return replace(reading, sequence=tuple(kept))


def _aboard(reading: Reading) -> Reading:
    """Who is in a boat, or on a board, rides it, and does there what can be done in a boat: speak, wave, point."""
    for index, thing in enumerate(reading.things):
        craft = reading.things[thing.upon].sense if thing.upon is not None else None
        if not thing.body or craft not in CRAFTS:
            continue
        deeds = {
            n: one for n, one in enumerate(reading.sequence) if isinstance(one, Happening) and one.subjects == (index,)
        }
        if any(one.verb not in _STILL | _ABOARD for one in deeds.values()):
            continue
        still = next((n for n, one in deeds.items() if one.verb in _STILL), None)
        if still is None:
            reading = _under_way(reading, index, thing.upon)
            continue
        sequence = list(reading.sequence)
        for n, one in deeds.items():
            meanwhile = one if n == min(deeds) else replace(one, joined=Joined.WHILE)
            ride = replace(meanwhile, verb="ride", base="ride", target=thing.upon, direct=True)
            sequence[n] = ride if n == still else meanwhile
        reading = replace(reading, sequence=tuple(sequence))
    return reading


def _under_way(reading: Reading, rider: int, craft: int | None) -> Reading:
    """With a ride at the beginning of the scene that the rider is in first."""
    scene = next((one for one in reading.scenes if rider in one.things), reading.scenes[0])
    ride = Happening("ride", "ride", (rider,), craft, joined=Joined.THEN, base="ride")
    rest = list(reading.sequence[scene.before :])
    if rest and isinstance(rest[0], Speech) and rest[0].speaker == rider:
        rest[0] = replace(rest[0], joined=Joined.WHILE)
    sequence = (*reading.sequence[: scene.before], ride, *rest)
    return replace(_shifted(reading, scene.before + 1, 1), sequence=sequence)


def _shifted(reading: Reading, first: int, by: int) -> Reading:
    """Scenes and wishes from this item of the sequence on, moved with it."""
    return replace(
        reading,
        scenes=tuple(replace(one, before=one.before + by) if one.before >= first else one for one in reading.scenes),
        wishes=tuple(replace(one, before=one.before + by) if one.before >= first else one for one in reading.wishes),
    )


def home_of(reading: Reading, things: Iterable[int]) -> tuple[str, str] | None:
    """The place where the first of these things that has one is at home, and its noun; None: any place will do."""
    homes = vocabulary().data.homes
    for index in things:
        thing = reading.things[index]
        for name in (thing.noun, thing.sense):
            if name in homes:
                return homes[name], thing.noun
    return None


def impossible(reading: Reading) -> list[str]:
    """Deeds of one body that cannot be at once, though the prompt has them so; they are planned one after the other."""
    found = []
    deeds = [one for one in reading.sequence if isinstance(one, Happening)]
    for one, other in pairwise(deeds):
        both_ing = one.word.endswith("ing") and other.word.endswith("ing")
        at_once = other.joined is Joined.WHILE or (other.joined is Joined.AND and both_ing)
        clash = (one.verb in _STILL) != (other.verb in _STILL) and {one.verb, other.verb} <= _STILL | _MOVING
        if at_once and clash and set(one.subjects) & set(other.subjects):
            found.append(f"{one.word} and {other.word} at once (they come one after the other)")
    return found

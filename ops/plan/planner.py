"""From a brief to a storyboard: what the prompt says is planned, what it leaves open is chosen by the brief's seed.

The steps: read the prompt (`grammar.py`), cast it (`cast.py`), lay it over the clip's length (`timing.py`), place
everything (`placing.py`), and choose the shots (`shots.py`). What could not be planned is said in the plan.
"""

import random
from dataclasses import replace

from greenroom.domain.briefs import Brief, Style
from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import Actor, Prop, Shot, Sound, Storyboard
from models.previz.geometry.actor import QUADRUPEDS
from ops.plan.cast import Cast, cast_roles, dressed, voiced, what_it_is
from ops.plan.grammar import read
from ops.plan.languages import detect
from ops.plan.placing import Start, place_actors, place_props
from ops.plan.reading import Happening, Joined, Reading, Speech
from ops.plan.shots import Asked, most_shots, plan_shots
from ops.plan.timing import Deed, Said, Schedule, retimed, schedule
from ops.plan.vocabulary import Kind, vocabulary

_LONGEST_TITLE = 80  # characters
_MOST_MISSED = 200  # words handed back as not planned
_CALLS = frozenset({"meow", "bark"})  # sounds of one moment; every other lasts


def plan(brief: Brief, likenesses: tuple[Likeness, ...], parent: Storyboard | None) -> Storyboard:
    """The storyboard of a brief: the same arguments give the same plan.

    `likenesses` are those the brief names, as far as they are enrolled; all of them appear. With a `parent` (a remix)
    what the prompt names replaces the parent's, everything else is kept, ids too. Words without a meaning here, and
    what does not fit into the clip, stand in `not_planned`. Any prompt gives a plan.
    """
    chance = random.Random(brief.seed)
    reading = read(brief.prompt, {one.handle: what_it_is(one) for one in likenesses})
    cast = cast_roles(reading, likenesses, parent)
    missed = [*reading.missed, *cast.missed]
    sequence, positions = _resolved(reading, cast, brief, missed)
    voiced(cast, [one.actor for one in sequence if isinstance(one, Said)])
    dressed(cast, chance)
    missed += [wish.word for wish in reading.wishes[most_shots(brief.seconds) :]]
    timed = _timed(sequence, cast, brief, parent)
    begins = tuple(timed.begins[at] if at < len(timed.begins) else 0.0 for at in positions)
    actors, props = _placed(reading, cast, timed, parent, chance)
    said = [*missed, *timed.missed]
    return Storyboard(
        title=" ".join(brief.prompt.split())[:_LONGEST_TITLE],
        place=reading.place or (parent.place if parent else "park"),
        time_of_day=reading.time_of_day or (parent.time_of_day if parent else "day"),
        weather=reading.weather or (parent.weather if parent else "clear"),
        style=brief.style or reading.style or (parent.style if parent else Style.REALISTIC),
        seconds=brief.seconds,
        width=brief.width,
        height=brief.height,
        frames_per_second=parent.frames_per_second if parent else 24,
        seed=brief.seed,
        shots=_shots(reading, cast, timed, begins, brief, parent, chance),
        actors=tuple(actors),
        props=tuple(props),
        actions=tuple(timed.actions),
        lines=tuple(timed.lines),
        sounds=_sounds(reading, begins, parent, brief.seconds),
        not_planned=tuple(dict.fromkeys(said))[:_MOST_MISSED],
    )


# --- the sequence, by ids ----------------------------------------------------------------------------------------


def _resolved(
    reading: Reading, cast: Cast, brief: Brief, missed: list[str]
) -> tuple[list[Deed | Said], tuple[int, ...]]:
    """What is done and said, by the ids of who does; and where in it each item of the reading's sequence begins."""
    actors = {actor.id for actor in cast.actors}
    found: list[Deed | Said] = []
    positions: list[int] = []
    for one in reading.sequence:
        positions.append(len(found))
        if isinstance(one, Speech):
            language = one.language or brief.language or detect(one.text)
            found.append(Said(_speaker(one, cast, found), one.text, language, one.joined))
            continue
        if one.verb == "talk" and any(isinstance(other, Speech) for other in reading.sequence[len(positions) :]):
            continue  # "two people talk:" and then the lines themselves
        named = [name for thing in one.subjects for name in cast.ids.get(thing, ())]
        acting = tuple(name for name in named if name in actors)
        if not one.subjects and cast.actors:
            acting = (cast.actors[0].id,)
        if not acting:  # a prop cannot do this, or there was no room for who should
            missed.append(one.word)
            continue
        deeds = _deeds(one, acting, cast, reading)
        last = found[-1] if found else None
        if not (
            isinstance(last, Deed) and (last.verb, last.actors, last.target) == (deeds[0].verb, acting, deeds[0].target)
        ):
            found += deeds  # "dancing, she spins" is one dance
    return found, tuple(positions)


def _alike(one: Deed | Said, other: Deed) -> bool:
    return isinstance(one, Deed) and (one.verb, one.actors, one.target) == (other.verb, other.actors, other.target)


def _speaker(one: Speech, cast: Cast, before: list[Deed | Said]) -> str:
    """Who says a line: the one named; of several, or of nobody, whoever did not speak last."""
    actors = [actor.id for actor in cast.actors]
    named = [name for name in cast.ids.get(one.speaker, ()) if name in actors] if one.speaker is not None else []
    spoke = next((other.actor for other in reversed(before) if isinstance(other, Said)), None)
    able = named or actors
    if spoke in able and len(able) > 1:
        return able[(able.index(spoke) + 1) % len(able)]
    return able[0]


def _deeds(one: Happening, acting: tuple[str, ...], cast: Cast, reading: Reading) -> list[Deed]:
    targets = cast.ids.get(one.target, ()) if one.target is not None else ()
    target = next((name for name in targets if name not in acting), None)
    species = {actor.id: actor.species for actor in cast.actors}
    verb = one.verb
    deeds = [Deed(verb, one.word, acting, target, one.joined, one.speed)]
    if verb == "play":
        played = [(name, _played(species[name], target, species)) for name in acting]
        deeds = [Deed(how, one.word, (name,), target, Joined.WHILE, one.speed) for name, how in played]
        deeds[0] = replace(deeds[0], joined=one.joined)
    busy = {n for other in reading.sequence if isinstance(other, Happening) for n in other.subjects}
    receivers = cast.ids.get(one.to, ()) if one.to is not None else ()
    if verb == "walk" and one.direct and species.get(target or "") in QUADRUPEDS:  # walks the dog
        deeds[0] = Deed(verb, one.word, acting, None, one.joined, one.speed)
        deeds.append(Deed("follow", one.word, (target or "",), acting[0], Joined.WHILE))
    elif verb == "chase" and target in species and one.target not in busy:  # who is chased runs
        deeds.append(Deed("run", one.word, (target,), None, Joined.WHILE))
    elif verb in ("throw", "kick") and receivers and receivers[0] in species and one.to not in busy:
        deeds.append(Deed("catch", one.word, (receivers[0],), target, Joined.WHILE))
    return deeds


def _played(species: str, target: str | None, bodies: dict[str, str]) -> str:
    """Playing: an animal chases what it plays with, a person kicks it; without anything one runs about."""
    if target is None:
        return "run"
    return "chase" if species in QUADRUPEDS or target in bodies else "kick"


# --- time, place and camera --------------------------------------------------------------------------------------


def _timed(sequence: list[Deed | Said], cast: Cast, brief: Brief, parent: Storyboard | None) -> Schedule:
    """The schedule; in a remix whatever of deeds and lines the prompt does not name stays the parent's."""
    species = {actor.id: actor.species for actor in cast.actors}
    if parent is None:
        return schedule(sequence, species, brief.seconds)
    acts = any(isinstance(one, Deed) for one in sequence)
    speaks = any(isinstance(one, Said) for one in sequence)
    return retimed(schedule(sequence, species, brief.seconds), parent, brief.seconds, acts=acts, speaks=speaks)


def _placed(
    reading: Reading, cast: Cast, timed: Schedule, parent: Storyboard | None, chance: random.Random
) -> tuple[list[Actor], list[Prop]]:
    old_actors = frozenset(actor.id for actor in parent.actors) if parent else frozenset[str]()
    old_props = frozenset(prop.id for prop in parent.props) if parent else frozenset[str]()
    starts = {}
    for index, thing in enumerate(reading.things):
        names = cast.ids.get(index, ())
        onto = next(iter(cast.ids.get(thing.onto, ())), None) if thing.onto is not None else None
        for number, name in enumerate(names):
            starts[name] = Start(thing.motion, onto, names[number - 1] if thing.piled and number else None)
    actors = place_actors(cast.actors, old_actors, parent.props if parent else (), timed.actions, chance)
    return actors, place_props(cast.props, old_props, starts, actors, timed.actions, chance)


def _shots(
    reading: Reading,
    cast: Cast,
    timed: Schedule,
    begins: tuple[float, ...],
    brief: Brief,
    parent: Storyboard | None,
    chance: random.Random,
) -> tuple[Shot, ...]:
    if parent is not None and not reading.wishes and not reading.sequence:
        ratio = brief.seconds / parent.seconds
        kept = [(round(shot.start * ratio, 3), round(shot.seconds * ratio, 3), shot) for shot in parent.shots]
        return tuple(shot.model_copy(update={"start": start, "seconds": length}) for start, length, shot in kept)
    asked = tuple(
        Asked(
            time=begins[wish.before] if wish.before < len(begins) else 0.0,
            framing=wish.framing,
            move=wish.move,
            subject=next(iter(cast.ids.get(wish.subject, ())), None) if wish.subject is not None else None,
        )
        for wish in reading.wishes
    )
    ids = tuple(actor.id for actor in cast.actors) or tuple(prop.id for prop in cast.props)
    return plan_shots(brief.seconds, ids, timed.actions, timed.lines, asked, chance)


def _sounds(
    reading: Reading, begins: tuple[float, ...], parent: Storyboard | None, seconds: float
) -> tuple[Sound, ...]:
    """The sounds the prompt names: calls when their animal calls, the others for the whole clip."""
    if not reading.sounds and parent is not None:
        return tuple(one for one in parent.sounds if one.start < seconds)
    words = vocabulary()
    called: dict[str, float] = {}
    for one, begin in zip(reading.sequence, begins, strict=True):
        if isinstance(one, Happening) and (label := words.sense(one.word, Kind.SOUND)) in _CALLS and label is not None:
            called.setdefault(label, begin)
    return tuple(
        Sound(label=label, start=round(called.get(label, 0.0) + 0.2, 2)) if label in _CALLS else Sound(label=label)
        for label in reading.sounds
    )

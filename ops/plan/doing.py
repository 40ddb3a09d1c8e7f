"""What is done and said, by the ids of who does: the sequence of a reading after casting."""

from dataclasses import replace

from greenroom.domain.briefs import Brief
from greenroom.domain.storyboards import Delivery
from models.previz.geometry.actor import QUADRUPEDS
from ops.plan.cast import Cast
from ops.plan.known import BALLS, CRAFTS
from ops.plan.languages import detect
from ops.plan.reading import Happening, Joined, Reading, Speech
from ops.plan.timing import Deed, Said
from ops.plan.vocabulary import vocabulary

_GIVEN = frozenset({"throw", "kick", "give"})  # done to a thing that somebody or something else gets


def resolved(
    reading: Reading, cast: Cast, brief: Brief, missed: list[str]
) -> tuple[list[Deed | Said], tuple[int, ...]]:
    """What is done and said, by the ids of who does; and where in it each item of the reading's sequence begins."""
    actors = {actor.id for actor in cast.actors}
    found: list[Deed | Said] = []
    positions: list[int] = []
    begins = {scene.before for scene in reading.scenes}
    for number, one in enumerate(reading.sequence):
        positions.append(len(found))
        if isinstance(one, Speech):
            language = one.language or brief.language or detect(one.text)
            speaker = _speaker(one, cast, found)
            delivery = one.delivery or cast.tempers.get(speaker) or _heard(one.text)
            found.append(Said(speaker, one.text, language, one.joined, delivery))
            continue
        if one.verb == "talk" and any(isinstance(other, Speech) for other in reading.sequence[len(positions) :]):
            continue  # "two people talk:" and then the lines themselves
        named = [name for thing in one.subjects for name in cast.ids.get(thing, ())]
        acting = _part_of(tuple(name for name in named if name in actors), one.part)
        if not one.subjects and cast.actors:
            acting = (cast.actors[0].id,)
        if not acting:  # a prop cannot do this, or there was no room for who should
            missed.append(one.word)
            continue
        if (mount := _unridable(one, cast)) is not None:  # they go, and what they would ride goes along if it can
            missed.append(f"{one.word} {mount} (nobody can ride it here: they go beside it)")
            one = replace(one, verb="walk", direct=True)
        deeds = _deeds(one, acting, cast, reading)
        last = found[-1] if found and number not in begins else None
        if not (
            isinstance(last, Deed) and (last.verb, last.actors, last.target) == (deeds[0].verb, acting, deeds[0].target)
        ):
            found += deeds  # "dancing, she spins" is one dance
    return found, tuple(positions)


def _part_of(named: tuple[str, ...], part: str) -> tuple[str, ...]:
    """ "One of them", and "the others"; of one alone it is that one."""
    if len(named) < 2 or not part:
        return named
    return named[:1] if part == "one" else named[1:]


def _unridable(one: Happening, cast: Cast) -> str | None:
    """The noun of what somebody is to ride, if nobody can: a horse, a bicycle."""
    ids = cast.ids.get(one.target, ()) if one.verb == "ride" and one.target is not None else ()
    shapes = {prop.id: prop.shape for prop in cast.props}
    found = next((name for name in ids if shapes.get(name) not in CRAFTS), None)
    return found.rstrip("_0123456789").replace("_", " ") if found is not None else None


def _heard(text: str) -> Delivery:
    """How a line is said where nothing tells: one all in capitals is shouted."""
    letters = [one for one in text if one.isalpha()]
    return Delivery.SHOUTED if len(letters) > 3 and text.isupper() else Delivery.PLAIN


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
    receivers = [name for name in cast.ids.get(one.to, ()) if name not in acting] if one.to is not None else []
    to = receivers[0] if receivers and verb in _GIVEN else None
    deeds = [Deed(verb, one.word, acting, target, one.joined, one.speed, to)]
    if verb == "play":
        shapes = {prop.id: prop.shape for prop in cast.props}
        balls = {prop.id.rstrip("_0123456789").replace("_", " "): prop.id for prop in cast.props}
        thrown = target in {balls.get(noun) for noun in vocabulary().data.thrown}
        if target is not None and shapes.get(target) in BALLS and len(acting) > 1 and "person" in species.values():
            how = "throw" if thrown else "kick"
            return [
                Deed(how, one.word, acting[:1], target, one.joined, one.speed, acting[1]),
                Deed("catch", one.word, (acting[1],), target, Joined.WHILE),
            ]
        if thrown and species[acting[0]] == "person":
            return [Deed("throw", one.word, acting, target, one.joined, one.speed)]
        played = [(name, _played(species[name], target, species, shapes)) for name in acting]
        deeds = [Deed(how, one.word, (name,), target, Joined.WHILE, one.speed) for name, how in played]
        deeds[0] = replace(deeds[0], joined=one.joined)
    busy = {n for other in reading.sequence if isinstance(other, Happening) for n in other.subjects}
    if verb == "walk" and one.direct and species.get(target or "") in QUADRUPEDS:  # walks the dog
        deeds[0] = Deed(verb, one.word, acting, None, one.joined, one.speed)
        deeds.append(Deed("follow", one.word, (target or "",), acting[0], Joined.WHILE))
    elif verb == "chase" and target in species and one.target not in busy:  # who is chased runs
        deeds.append(Deed("run", one.word, (target,), None, Joined.WHILE))
    elif to in species and one.to not in busy and verb != "give":  # what is given is put into the hand
        deeds.append(Deed("catch", one.word, (to,), target, Joined.WHILE))
    return deeds


def _played(species: str, target: str | None, bodies: dict[str, str], shapes: dict[str, str]) -> str:
    """Playing: an animal chases what it plays with, a person kicks it or takes up an instrument; without anything one
    runs about."""
    if target is None:
        return "run"
    if shapes.get(target) == "guitar":
        return "catch"
    return "chase" if species in QUADRUPEDS or target in bodies else "kick"

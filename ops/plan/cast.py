"""Who and what is in the scene: likenesses take the roles the prompt has for them, the rest is invented.

Ids, names, colours and voices are given here; where everything stands is `blocking.py`.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from greenroom.domain.consents import Likeness, LikenessKind
from greenroom.domain.storyboards import Actor, Build, Delivery, Garment, Prop, Storyboard
from models.previz.geometry.actor import QUADRUPEDS
from models.previz.geometry.shapes import SHAPES
from ops.plan.reading import Happening, Reading, Speech, Thing
from ops.plan.vocabulary import Kind, vocabulary

MOST_ACTORS, MOST_PROPS = 6, 10  # more would neither fit the stage nor be seen
# coats that tell animals of one species apart; a single one wears what the generator gives its species
_COATS = {
    "cat": ("ginger", "gray", "black", "white", "tan"),
    "dog": ("tan", "brown", "black", "white"),
    "fox": ("rust", "gray", "white"),
    "rabbit": ("white", "gray", "brown", "fawn"),
    "horse": ("chestnut", "black", "white", "tan"),
    "robot": ("silver", "white", "blue", "orange"),
}
_PLAIN_SHAPE = "box"  # of an object no other shape is nearer to
_STAND_IN = "cat"  # the body of a pet no other body is nearer to


@dataclass(slots=True)
class Cast:
    """Actors and props, not yet placed, and the ids each thing of the reading stands for."""

    actors: list[Actor] = field(default_factory=list)
    props: list[Prop] = field(default_factory=list)
    ids: dict[int, tuple[str, ...]] = field(default_factory=dict)
    tempers: dict[str, Delivery] = field(default_factory=dict)  # of actors whose lines tell it
    missed: list[str] = field(default_factory=list)  # nouns that found no more room


class _Casting:
    """One casting: which likenesses and which of the parent's roles are still free."""

    def __init__(self, reading: Reading, likenesses: tuple[Likeness, ...], parent: Storyboard | None) -> None:
        self.cast = Cast()
        self._reading = reading
        placed: set[str | None] = set()
        if parent is not None:
            self.cast.actors, self.cast.props = list(parent.actors), list(parent.props)
            placed = {actor.likeness for actor in parent.actors} | {prop.likeness for prop in parent.props}
        self._by_handle = {one.handle: one for one in likenesses}
        named = {thing.handle for thing in reading.things}
        self._free = [one for one in likenesses if one.handle not in named | placed]
        self._old_roles = [actor.id for actor in self.cast.actors]
        self._old_props = [prop.id for prop in self.cast.props]

    def run(self) -> Cast:
        for index, thing in enumerate(self._reading.things):  # a handle is sure of its role, so it chooses first
            if thing.handle is not None:
                self.cast.ids[index] = self._likeness(self._by_handle[thing.handle], thing)
        counts = self._counts()
        for index, thing in enumerate(self._reading.things):
            if thing.handle is None:
                self.cast.ids[index] = self._bodies(thing, counts[index]) if thing.body else self._things(thing)
                got, wanted = len(self.cast.ids[index]), thing.count
                most = f"{MOST_ACTORS} actors" if thing.body else f"{MOST_PROPS} things"
                if not got and wanted:
                    self.cast.missed.append(f"{thing.noun} (there is room for {most})")
                elif got < wanted:
                    self.cast.missed.append(f"{wanted - got} more of {thing.noun} (there is room for {most})")
        for likeness in self._free:  # asked for, though the prompt has no word for it
            self._likeness(likeness, None)
        acts = any(isinstance(one, Speech) or not self._subjects(one) for one in self._reading.sequence)
        if not self.cast.actors and (acts or not self.cast.props):
            self._add_actor("person", "person", "Person", None, None)
        for index, thing in enumerate(self._reading.things):
            if thing.temper is not None:
                self.cast.tempers |= dict.fromkeys(self.cast.ids[index], thing.temper)
        return self.cast

    def _counts(self) -> list[int]:
        """How many of each thing there is room for: the largest crowd is made smaller, so that everybody is there."""
        counts = [thing.count if thing.body else 0 for thing in self._reading.things]
        room = MOST_ACTORS - (0 if self._old_roles else len(self.cast.actors))
        crowds = [n for n, thing in enumerate(self._reading.things) if thing.body and thing.handle is None]
        while sum(counts[n] for n in crowds) > room and any(counts[n] > 1 for n in crowds):
            largest = max(crowds, key=lambda n: (counts[n], n))
            counts[largest] -= 1
        return counts

    def _subjects(self, one: Happening | Speech) -> tuple[int, ...]:
        return one.subjects if isinstance(one, Happening) else ()

    # --- likenesses ----------------------------------------------------------------------------------------------

    def _likeness(self, likeness: Likeness, thing: Thing | None) -> tuple[str, ...]:
        colours = thing.colours if thing else ()
        held = self._placed(likeness.handle)
        if held is not None:
            self._repaint(held, colours)
            self._redress(held, thing)
            return (held,)
        if likeness.kind is LikenessKind.OBJECT:
            return self._object(likeness, thing)
        species = body_of(likeness)
        name = display_name(likeness.handle)
        for position, actor in enumerate(self.cast.actors):  # in a remix it takes the role of its like
            if actor.likeness is None and actor.species == species and actor.id in self._old_roles:
                self._old_roles.remove(actor.id)
                taken = {"likeness": likeness.handle, "name": name, "colours": colours, **_looks(thing)}
                self.cast.actors[position] = actor.model_copy(update=taken)
                return (actor.id,)
        return self._add_actor(likeness.handle, species, name, likeness.handle, thing)

    def _placed(self, handle: str) -> str | None:
        places = {actor.likeness: actor.id for actor in self.cast.actors}
        return places.get(handle) or {prop.likeness: prop.id for prop in self.cast.props}.get(handle)

    def _object(self, likeness: Likeness, thing: Thing | None) -> tuple[str, ...]:
        words = vocabulary()
        shape, _ = what_it_is(likeness)
        colour = thing.colours[0] if thing and thing.colours else None
        size = words.prop_size(likeness.species) * (thing.size_factor if thing else 1.0)
        motion = thing.motion if thing else None
        return self._add_prop(likeness.handle, shape, colour, size, likeness.handle, motion)

    # --- what the prompt's nouns name ----------------------------------------------------------------------------

    def _bodies(self, thing: Thing, count: int) -> tuple[str, ...]:
        ids: list[str] = []
        for _ in range(count):
            fitting = next(
                (one for one in self._free if one.kind is not LikenessKind.OBJECT and _plays(one, thing)), None
            )
            if fitting is not None:
                self._free.remove(fitting)
                ids += self._likeness(fitting, thing)
                continue
            role = next(
                (one for one in self.cast.actors if one.id in self._old_roles and one.species == thing.sense), None
            )
            if role is not None:
                self._old_roles.remove(role.id)
                self._repaint(role.id, thing.colours)
                self._redress(role.id, thing)
                ids.append(role.id)
                continue
            ids += self._add_actor(thing.noun, thing.sense, thing.name or display_name(thing.noun), None, thing)
        return tuple(ids)

    def _things(self, thing: Thing) -> tuple[str, ...]:
        ids: list[str] = []
        for _ in range(thing.count):
            fitting = next((one for one in self._free if one.kind is LikenessKind.OBJECT and _shaped(one, thing)), None)
            if fitting is not None:
                self._free.remove(fitting)
                ids += self._likeness(fitting, thing)
                continue
            old = next((one for one in self.cast.props if one.id in self._old_props and one.shape == thing.sense), None)
            if old is not None:
                self._old_props.remove(old.id)
                self._repaint(old.id, thing.colours)
                ids.append(old.id)
                continue
            size = vocabulary().prop_size(thing.noun) * thing.size_factor
            colour = thing.colours[0] if thing.colours else None
            ids += self._add_prop(thing.noun, thing.sense, colour, size, None, thing.motion)
        return tuple(ids)

    def _add_actor(
        self, wanted: str, species: str, name: str, likeness: str | None, thing: Thing | None
    ) -> tuple[str, ...]:
        if len(self.cast.actors) >= MOST_ACTORS and likeness is None:
            return ()
        made = self._new_id(wanted)
        colours = thing.colours if thing else ()
        actor = Actor(id=made, species=species, name=name, likeness=likeness, colours=colours)
        build = build_of(thing, species) if thing and likeness is None else thing.build if thing else None
        looks = {**_looks(thing), "build": build}
        if species == "person" and likeness is None and thing:
            looks["pronoun"] = vocabulary().gender_of(thing.noun)
        if species == "person" and likeness is None and thing and not (thing.clothes or colours):
            looks["clothes"] = tuple(Garment(kind=kind, colour=c) for kind, c in vocabulary().outfit_of(thing.noun))
        self.cast.actors.append(actor.model_copy(update=looks))
        return (made,)

    def _add_prop(
        self, wanted: str, shape: str, colour: str | None, size: float, likeness: str | None, motion: str | None
    ) -> tuple[str, ...]:
        if len(self.cast.props) >= MOST_PROPS and likeness is None:
            return ()
        made = self._new_id(wanted)
        size = round(min(max(size, 0.02), 5.0), 3)
        self.cast.props.append(Prop(id=made, shape=shape, colour=colour, size=size, likeness=likeness))
        return (made,)

    def _new_id(self, wanted: str) -> str:
        taken = {actor.id for actor in self.cast.actors} | {prop.id for prop in self.cast.props}
        wanted = wanted.replace(" ", "_")
        return next(one for n in range(1, 200) if (one := wanted if n == 1 else f"{wanted}_{n}") not in taken)

    def _repaint(self, held: str, colours: tuple[str, ...]) -> None:
        if not colours:
            return
        self.cast.actors = [
            one.model_copy(update={"colours": colours}) if one.id == held else one for one in self.cast.actors
        ]
        self.cast.props = [
            one.model_copy(update={"colour": colours[0]}) if one.id == held else one for one in self.cast.props
        ]

    def _redress(self, held: str, thing: Thing | None) -> None:
        looks = {name: value for name, value in _looks(thing).items() if value}
        self.cast.actors = [
            one.model_copy(update=looks) if one.id == held and looks else one for one in self.cast.actors
        ]


def _looks(thing: Thing | None) -> dict[str, object]:
    """What the prompt says of how somebody looks, as an actor's fields."""
    return {"clothes": thing.clothes, "hair": thing.hair} if thing else {}


def build_of(thing: Thing, species: str) -> Build | None:
    """The build of an invented figure: as an adjective says it, or its noun, or for an animal its size."""
    if thing.build is not None:
        return thing.build
    if species in QUADRUPEDS or species == "robot":
        small = thing.size_factor < 1 or vocabulary().build_of(thing.noun) == "child"
        return Build.CHILD if small else Build.TALL if thing.size_factor > 1 else None
    by_noun = vocabulary().build_of(thing.noun)
    if by_noun is not None:
        return Build(by_noun)
    return Build.TALL if thing.size_factor > 2 else Build.STOCKY if thing.size_factor > 1 else None


def cast_roles(reading: Reading, likenesses: tuple[Likeness, ...], parent: Storyboard | None) -> Cast:
    """Give every thing of the reading a body or a prop; every likeness of the brief is among them."""
    return _Casting(reading, likenesses, parent).run()


def body_of(likeness: Likeness) -> str:
    """The species of the body that plays a person or pet: its own, or the nearest there is."""
    if likeness.kind is LikenessKind.PERSON:
        return "robot" if likeness.species == "robot" else "person"
    found = vocabulary().sense(likeness.species, Kind.SPECIES)
    return found if found is not None and found in QUADRUPEDS else _STAND_IN


def what_it_is(likeness: Likeness) -> tuple[str, bool]:
    """The species or shape that plays a likeness, and whether it is a body."""
    if likeness.kind is LikenessKind.OBJECT:
        shape = likeness.species if likeness.species in SHAPES else vocabulary().sense(likeness.species, Kind.PROP)
        return shape or _PLAIN_SHAPE, False
    return body_of(likeness), True


def display_name(word: str) -> str:
    """How captions call it: "chelsea" is Chelsea, "old_tom" is Old Tom."""
    return " ".join(part.capitalize() for part in word.replace("_", " ").replace(".", " ").split()) or word


def _plays(likeness: Likeness, thing: Thing) -> bool:
    return likeness.species == thing.noun or body_of(likeness) == thing.sense


def _shaped(likeness: Likeness, thing: Thing) -> bool:
    return likeness.species == thing.noun or what_it_is(likeness)[0] == thing.sense != _PLAIN_SHAPE


def dressed(cast: Cast, chance: random.Random) -> None:
    """Names and coats that tell equals apart; every other colour left open is the generator's to choose."""
    names = [actor.name for actor in cast.actors]
    for position, actor in enumerate(cast.actors):
        name, colours = actor.name, actor.colours
        if names.count(name) > 1:
            name = f"{name} {names[: position + 1].count(name)}"
        alike = [one for one in cast.actors if one.species == actor.species]
        if len(alike) > 1 and not colours and actor.likeness is None and actor.species in _COATS:
            worn = {one.colours[0] for one in alike if one.colours}
            coats = _COATS[actor.species]
            colours = (chance.choice([coat for coat in coats if coat not in worn] or list(coats)),)
        cast.actors[position] = actor.model_copy(update={"name": name, "colours": colours})


def voiced(cast: Cast, speakers: Iterable[str]) -> None:
    """A voice for every actor: who speaks chooses first, in order of speaking; no two alike while voices last."""
    from models.speech_voices import VOICES, suited_voices

    order = list(dict.fromkeys([*speakers, *(actor.id for actor in cast.actors)]))
    given: dict[str, str] = {actor.id: actor.voice for actor in cast.actors if actor.voice is not None}
    for one in order:
        if one in given:
            continue
        actor = next((actor for actor in cast.actors if actor.id == one), None)
        if actor is None:
            continue
        by_noun = vocabulary().voices_of(actor.id.rstrip("_0123456789").replace("_", " "))
        suited = (*by_noun, *suited_voices(actor), *VOICES)
        free = [voice for voice in suited if voice in VOICES and voice not in given.values()]
        given[one] = free[0] if free else list(VOICES)[len(given) % len(VOICES)]
    cast.actors = [actor.model_copy(update={"voice": given[actor.id]}) for actor in cast.actors]

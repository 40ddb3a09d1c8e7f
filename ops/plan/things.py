"""The things a prompt names, as far as they have been described."""

from dataclasses import replace

from greenroom.domain.storyboards import Build, Delivery, Garment
from ops.plan.reading import Thing
from ops.plan.vocabulary import Meaning, vocabulary

GENDERS = {"he": "he", "him": "he", "she": "she", "her": "she"}


class Things:
    """Things in the order they were named first; the one named last can be described further."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.last: int | None = None  # the thing named last

    def colour_last(self, colours: tuple[str, ...]) -> bool:
        """The thing named last has these colours ("in a yellow coat"). False: there is none."""
        if self.last is None or not colours:
            return False
        self.things[self.last] = replace(self.things[self.last], colours=colours)
        return True

    def dress_last(self, garment: Garment) -> bool:
        """The one named last wears this ("in a yellow coat"). False: nobody can."""
        if self.last is None or not self.things[self.last].body:
            return False
        worn = [one for one in self.things[self.last].clothes if one.kind != garment.kind]
        self.things[self.last] = replace(self.things[self.last], clothes=(*worn, garment))
        return True

    def describe_last(
        self, *, hair: str | None = None, build: Build | None = None, temper: Delivery | None = None
    ) -> bool:
        """The one named last has this hair, build or temper. False: nobody can."""
        if self.last is None or not self.things[self.last].body:
            return False
        thing = self.things[self.last]
        self.things[self.last] = replace(
            thing, hair=hair or thing.hair, build=build or thing.build, temper=temper or thing.temper
        )
        return True

    def _spoken_of_again(self, meaning: Meaning, body: bool, *, by_word_only: bool) -> int | None:
        """The thing a definite noun speaks of again: by its own word, else by what it is if one word is the general
        one ("a kitten … the cat", but not "a man … the woman"; "her child" is no one named before)."""
        alike = [n for n, thing in enumerate(self.things) if thing.body is body]
        by_word = [n for n in alike if self.things[n].noun == meaning.base]
        general = meaning.base == meaning.value
        by_sense = [
            n
            for n in alike
            if self.things[n].sense == meaning.value
            and not by_word_only
            and (general or self.things[n].handle or self.things[n].noun == meaning.value)
        ]
        found = by_word or by_sense
        return found[-1] if found else None

    def _new(self, thing: Thing) -> int:
        self.things.append(thing)
        return len(self.things) - 1

    def _may_be(self, thing: int, pronoun: str) -> bool:
        """Whether "he" or "she" may be this one."""
        return vocabulary().gender_of(self.things[thing].noun) in (None, GENDERS[pronoun])

"""What words stand for, as data (`concepts.yaml`, part of the policy): concepts, and look-up by any form of a word."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import ConfigDict

from greenroom.domain.base import Frozen
from moderation.wordforms import forms, forms_of_form

Phrase = tuple[frozenset[str], ...]  # for each place in it, the forms that fit


class Concept(Frozen):
    """One concept of the file; its fields are told there."""

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    under: tuple[str, ...] = ()


class Concepts(Frozen):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    concepts: dict[str, Concept]
    plain: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    demanding: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sense:
    """What a word of a restriction stands for: single words and phrases that meet it, clearly or maybe.

    `unless` are phrases whose words meet nothing. `known`: the lexicon knows the word, so that its absence says
    something.
    """

    name: str
    clear: frozenset[str]
    clear_phrases: tuple[Phrase, ...] = ()
    maybe: frozenset[str] = frozenset()
    maybe_phrases: tuple[Phrase, ...] = ()
    unless: tuple[Phrase, ...] = ()
    known: bool = True
    kin: tuple[str, ...] = ()  # concepts that a word which is none of them stands under


@dataclass(frozen=True)
class Lexicon:
    """The concepts, ready for look-up."""

    data: Concepts
    senses: dict[str, Sense] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "senses", {name: _sense(name, self.data) for name in self.data.concepts})

    @cached_property
    def named(self) -> dict[str, str]:
        """Concepts by every form of their names."""
        found: dict[str, str] = {}
        for name, concept in self.data.concepts.items():
            for one in (name, *concept.names):
                for form in forms(one):
                    found.setdefault(form, name)
        return found | {name: name for name in self.data.concepts}

    @cached_property
    def known(self) -> frozenset[str]:
        """Every word the lexicon knows, in every form."""
        found = set(self.named)
        for sense in self.senses.values():
            found |= sense.clear | sense.maybe
        for plain in self.data.plain:
            found |= forms(plain)
        return frozenset(found)

    @cached_property
    def form_words(self) -> frozenset[str]:
        return frozenset(self.data.form)

    def sense(self, word: str) -> Sense:
        """What a word of a restriction stands for: a concept it names, else itself in its forms."""
        name = self.named.get(word)
        if name is not None:
            return self.senses[name]
        kin = [one.name for one in self.senses.values() if word in one.clear or word in one.maybe]
        return Sense(word, forms_of_form(word), known=word in self.known, kin=tuple(kin))


_READY: dict[int, Lexicon] = {}


def lexicon_of(data: Concepts) -> Lexicon:
    """The lexicon of a policy's concepts, made once: it keeps them, so that their id() names no others."""
    ready = _READY.get(id(data))
    if ready is None:
        ready = _READY.setdefault(id(data), Lexicon(data))
    return ready


def phrases_at(tokens: tuple[str, ...], phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Where a phrase stands: first and last token. Articles and possessives may stand between its words."""
    for start, token in enumerate(tokens):
        if token not in phrase[0]:
            continue
        at = start
        for wanted in phrase[1:]:
            at += 1
            while at < len(tokens) and tokens[at] in _LITTLE and tokens[at] not in wanted:
                at += 1
            if at >= len(tokens) or tokens[at] not in wanted:
                break
        else:
            yield start, at


_LITTLE = frozenset(
    {"a", "an", "the", "his", "her", "my", "your", "their", "its", "some", "red", "big", "small", "old"}
)


def _sense(name: str, data: Concepts) -> Sense:
    members = [data.concepts[one] for one in _family(name, data, ())]
    clear, clear_phrases = _entries(word for one in members for word in one.words)
    own, own_phrases = _entries(iter(data.concepts[name].maybe))
    under, under_phrases = _entries(word for one in members[1:] for word in one.maybe)
    _, unless = _entries(word for one in members for word in one.unless)
    return Sense(
        name=name,
        clear=clear | forms(name),
        clear_phrases=clear_phrases,
        maybe=(own | under) - clear,
        maybe_phrases=(*own_phrases, *under_phrases),
        unless=unless,
    )


def _family(name: str, data: Concepts, before: tuple[str, ...]) -> tuple[str, ...]:
    found = (*before, name)
    for under in data.concepts[name].under:
        if under not in found:
            found = _family(under, data, found)
    return found


def _entries(words: Iterator[str]) -> tuple[frozenset[str], tuple[Phrase, ...]]:
    singles: set[str] = set()
    phrases: list[Phrase] = []
    for word in words:
        if word.startswith("="):
            singles.add(word[1:])
        elif "_" in word:
            phrases.append(tuple(forms_of_form(part) | forms(part) for part in word.split("_")))
        else:
            singles |= forms(word)
    return frozenset(singles), tuple(phrases)

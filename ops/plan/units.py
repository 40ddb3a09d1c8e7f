"""Words joined into the longest phrases the vocabulary knows, and which of a phrase's meanings its neighbours allow."""

from dataclasses import dataclass

from ops.plan.tokens import Part, Token
from ops.plan.vocabulary import Kind, Meaning, Vocabulary

_NOUNS = (Kind.SPECIES, Kind.PROP)
_BEFORE_A_NOUN = frozenset({Kind.DETERMINER, Kind.NUMBER, Kind.COLOUR, Kind.SIZE, Kind.BUILD, Kind.HAIR_COLOUR})
_ENDS = frozenset({Part.STOP})
_SAY_REACH = 6  # units between "says" and what is said: "says happily in Spanish to the dog:"


@dataclass(frozen=True, slots=True)
class Unit:
    """A phrase, handle, quoted line or mark with every meaning the vocabulary has for it."""

    part: Part
    text: str
    meanings: tuple[Meaning, ...] = ()

    def meaning(self, kind: Kind) -> Meaning | None:
        return next((one for one in self.meanings if one.kind is kind), None)

    def can_be(self, *kinds: Kind) -> bool:
        return any(one.kind in kinds for one in self.meanings)


def units(tokens: tuple[Token, ...], vocabulary: Vocabulary) -> tuple[Unit, ...]:
    """The tokens as units, longest known phrase first. A word nothing knows is a unit without meanings."""
    found: list[Unit] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.part is not Part.WORD:
            found.append(Unit(token.part, token.text))
            at += 1
            continue
        run = [token.word]
        while len(run) < vocabulary.longest and at + len(run) < len(tokens) and tokens[at + len(run)].part is Part.WORD:
            run.append(tokens[at + len(run)].word)
        length = next((n for n in range(len(run), 0, -1) if vocabulary.meanings(tuple(run[:n]))), 1)
        meanings = vocabulary.meanings(tuple(run[:length])) or _unpunctuated(token.word, vocabulary)
        found.append(Unit(Part.WORD, " ".join(one.text for one in tokens[at : at + length]), meanings))
        at += length
    return tuple(found)


def _unpunctuated(word: str, vocabulary: Vocabulary) -> tuple[Meaning, ...]:
    """A number in digits, a possessive, or a hyphenated pair whose last word is known; else nothing."""
    if word.isascii() and word.isdigit() and len(word) <= 3 and int(word) > 0:
        return (Meaning(Kind.NUMBER, word, word),)
    if word.endswith("'s"):
        return vocabulary.meanings((word[:-2],))
    return ()


def choose(units: tuple[Unit, ...], at: int, *, after_a_noun: bool, acted: bool = False) -> Meaning | None:
    """The meaning of the unit at this place; None when it has none.

    `after_a_noun`: the last thing read was a noun or a pronoun, so that a verb may follow. `acted`: someone is there
    who may act again ("stops, and barks").
    """
    unit = units[at]
    if len(unit.meanings) < 2:
        return unit.meanings[0] if unit.meanings else None
    before = units[at - 1] if at else None
    after = units[at + 1] if at + 1 < len(units) else None
    noun_wanted = before is not None and before.can_be(*_BEFORE_A_NOUN) and not before.can_be(*_NOUNS)
    noun_follows = after is not None and (after.part is Part.HANDLE or after.can_be(*_NOUNS))
    for kinds, allowed in (
        ((Kind.COLOUR, Kind.SIZE), noun_follows or (after is not None and after.can_be(Kind.CLOTHES))),
        ((Kind.SAY,), _says(units, at)),
        (_NOUNS, noun_wanted and not noun_follows),
        ((Kind.PREPOSITION,), after is not None and (noun_follows or after.can_be(*_BEFORE_A_NOUN, Kind.PRONOUN))),
        (
            (Kind.VERB, Kind.PROP_VERB),
            after_a_noun or _after_to(before) or _is_ing(unit) or (acted and _joins(before)),
        ),
        ((Kind.SOUND, Kind.WEATHER, Kind.PLACE), not after_a_noun),
        ((Kind.COLOUR,), True),
        (_NOUNS, True),
        ((Kind.PREPOSITION,), unit.can_be(Kind.STOP)),
    ):
        if allowed:
            for kind in kinds:
                if (meaning := unit.meaning(kind)) is not None:
                    return meaning
    return unit.meanings[0]


def _after_to(before: Unit | None) -> bool:
    return before is not None and before.text.lower() == "to"


def _joins(before: Unit | None) -> bool:
    return before is None or before.part is Part.COMMA or before.text.lower() == "and" or before.can_be(Kind.SEQUENCE)


def _is_ing(unit: Unit) -> bool:
    return any(one.kind is Kind.VERB and one.form == "ing" for one in unit.meanings)


def _says(units: tuple[Unit, ...], at: int) -> bool:
    """Whether what is said stands by: after the verb in the same sentence, or right before its speaker."""
    for unit in units[at + 1 : at + 1 + _SAY_REACH]:
        if unit.part is Part.QUOTE:
            return True
        if unit.part in _ENDS or unit.can_be(Kind.SAY):
            break
    for unit in reversed(units[max(0, at - 4) : at]):
        if unit.part is Part.QUOTE:
            return True
        if unit.part in _ENDS:
            break
    return False

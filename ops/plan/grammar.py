"""Reading a prompt: a small English grammar over the vocabulary, from left to right.

It never fails: what it cannot place is handed back as missed. `units.py` settles what a word means, `clauses.py`
who does what to whom; here stand the setting, the camera, adjectives, languages, and the walk itself.
"""

from collections.abc import Mapping
from dataclasses import replace

from greenroom.domain.storyboards import Delivery
from ops.plan.clauses import Clauses
from ops.plan.describing import ADJECTIVES, NOUNS, Describing
from ops.plan.directing import DIRECTIONS, Directing
from ops.plan.noun_phrase import NounPhrase
from ops.plan.reading import Joined, Reading, Speech
from ops.plan.tokens import Part, tokens
from ops.plan.units import Unit, choose, units
from ops.plan.vocabulary import Kind, Meaning, Vocabulary, vocabulary

_ACTS = (Kind.VERB, Kind.SAY, Kind.PASSIVE, Kind.SPEED, Kind.DELIVERY, Kind.NEGATION, Kind.SEQUENCE)  # after who does
_UPON = frozenset({"on", "on top of", "in", "inside of", "aboard"})
_LONGEST_MISS = 60  # characters of one missed word that are handed back
_DENIABLE = frozenset(Kind) - {Kind.STOP, Kind.DETERMINER, Kind.PASSIVE, Kind.COLOUR, Kind.NUMBER, Kind.SIZE}


def read(prompt: str, handles: Mapping[str, tuple[str, bool]]) -> Reading:
    """What the prompt says. `handles`: the likenesses it may name, with or without @, each with the species or shape it
    is and whether it is a body."""
    return _Reader(prompt, handles, vocabulary()).read()


class _Reader:
    """One pass over one prompt."""

    def __init__(self, prompt: str, handles: Mapping[str, tuple[str, bool]], words: Vocabulary) -> None:
        self._units = units(tokens(prompt), words)
        self._handles = handles
        self._words = words
        self._missed: list[str] = []
        self._clauses = Clauses(words.most)
        self._describing = Describing(self._units, self._clauses, words, self._missed)
        self._directing = Directing(self._units, self._clauses, self._describing, words, self._missed)
        self._scenery = self._directing.scenery
        self._names: set[str] = set()  # first names the prompt gives
        self._names = {
            unit.text for at, unit in enumerate(self._units) if not unit.meanings and self._is_name(at, unit)
        }
        self._negated = False
        self._manner: str | None = None  # a word for how a line is said, until there is one
        self._language: str | None = None  # of the lines of this sentence
        self._language_of_all: str | None = None
        self._sentence = 0  # place in the sequence where the sentence began

    def read(self) -> Reading:
        for at, unit in enumerate(self._units):
            self._clauses.at = at
            if at in self._directing.skipped:
                continue
            if unit.part is Part.WORD:
                self._word(at, unit)
            elif unit.part is Part.HANDLE:
                self._handle(at, unit.text.lower(), "@" + unit.text)
            elif unit.part is Part.QUOTE:
                self._quote(at, unit)
            elif unit.part is Part.COMMA:
                self._clauses.listing, self._clauses.conjoined = self._clauses.after_a_noun, True
                self._scenery.waits = False
            elif unit.part is Part.STOP:
                self._end_of_sentence(at + 1)
        self._end_of_sentence(len(self._units))
        self._missed += self._scenery.contradictions()
        return Reading(
            things=tuple(self._clauses.things),
            sequence=tuple(
                replace(one, language=one.language or self._language_of_all) if isinstance(one, Speech) else one
                for one in self._clauses.sequence
            ),
            wishes=self._scenery.wishes,
            scenes=self._scenery.scenes(self._clauses.mentions, len(self._clauses.sequence)),
            sounds=tuple(dict.fromkeys(self._directing.sounds)),
            music=self._directing.tune,
            seconds=self._directing.seconds,
            missed=tuple(dict.fromkeys(self._missed)),
        )

    def _end_of_sentence(self, at: int) -> None:
        """A sentence is over before this unit."""
        said = any(isinstance(one, Speech) for one in self._clauses.sequence[self._sentence :])
        if self._language and not said:
            self._language_of_all = self._language  # "They speak Spanish" of lines that stand elsewhere
        self._missed += [self._manner] if self._manner is not None and not said else []
        self._language = self._manner = None
        self._negated = False
        self._scenery.end_sentence()
        self._clauses.end_sentence()
        self._sentence = len(self._clauses.sequence)
        self._scenery.clause(at, self._sentence, then=False)

    def _word(self, at: int, unit: Unit) -> None:
        if unit.text.lower() in self._handles:
            self._handle(at, unit.text.lower(), unit.text)
            return
        meaning = choose(self._units, at, after_a_noun=self._clauses.after_a_noun, acted=self._clauses.acted)
        if meaning is None:
            self._unknown(at, unit)
        elif self._negated and meaning.kind in _DENIABLE:
            self._negated = False  # "without rain": what is denied is left out, as asked
            self._clauses.phrase = NounPhrase()
        elif meaning.kind in NOUNS and meaning.plural and self._stands_for_a_verb():
            self._missed.append(unit.text)  # "a girl bottles"
            self._clauses.strange = True
            self._describing.no_noun()
        elif meaning.kind in NOUNS:
            self._look_at_next()
            follows = self._verb_follows(at, of_props=meaning.kind is Kind.PROP)
            self._clauses.noun(meaning, apposed=self._apposed(at, meaning), verb_follows=follows)
            self._scenery.looks_at(self._clauses.last)
        elif meaning.kind in (Kind.VERB, Kind.PROP_VERB):
            self._verb(at, unit)
        elif meaning.kind in DIRECTIONS:
            if self._directing.read(at, meaning, unit):
                self._end_of_sentence(at)
                self._directing.mark(at, meaning)
        elif meaning.kind is Kind.PRONOUN:
            self._pronoun(at, meaning, unit)
        elif meaning.kind is Kind.NUMBER and self._directing.numbered(at):
            self._end_of_sentence(at)
            self._directing.mark(at, meaning)
        elif meaning.kind is Kind.NUMBER and self._directing.counted(at, float(meaning.value)):
            pass
        elif meaning.kind in ADJECTIVES:
            self._describing.adjective(at, meaning, unit)
        elif meaning.kind is Kind.MOOD:
            self._mood(at, meaning, unit)
        else:
            self._small_word(at, meaning, unit)

    def _mood(self, at: int, meaning: Meaning, unit: Unit) -> None:
        if self._describing.music_follows(at):
            self._directing.hear(mood=meaning.value)
        elif not self._describing.mood(at, meaning, unit):
            self._unknown(at, unit)

    def _unknown(self, at: int, unit: Unit) -> None:
        if self._directing.glued(unit):
            return
        self._negated, denied = False, self._negated
        if not denied and self._is_name(at, unit):
            self._name(at, unit)
            return
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        object_follows = follows is not None and follows.can_be(Kind.DETERMINER, Kind.NUMBER)
        again = self._clauses.conjoined and self._clauses.acted and object_follows  # "..., opens an umbrella"
        if (self._clauses.after_a_noun or again) and unit.text.endswith(("s", "ing", "ed")):
            self._clauses.strange, self._clauses.after_a_noun = True, False  # by its place and its ending a verb
        if not denied:
            self._missed.append(self._why(at, unit.text[:_LONGEST_MISS]))
        if self._describing.next_noun(at) is None:  # not an adjective of a noun that follows: the phrase ends with it
            self._missed += [] if denied else self._clauses.phrase.colours
            self._describing.no_noun()

    def _is_name(self, at: int, unit: Unit) -> bool:
        """Whether a word nothing knows is somebody's first name: a single capitalised word that does something, or that
        was a name before. Full names are nobody's here: people are asked for by their handles."""
        if not (unit.text[:1].isupper() and unit.text[1:].islower() and unit.text.isalpha()):
            return False
        beside = [self._units[n] for n in (at - 1, at + 1) if 0 <= n < len(self._units)]
        if any(not one.meanings and one.part is Part.WORD and one.text[:1].isupper() for one in beside):
            return False
        known = unit.text in self._names
        before = self._units[at - 1] if at else None
        placed = before is not None and before.can_be(Kind.PREPOSITION, Kind.DETERMINER) and not known
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        acts = follows is not None and (follows.can_be(Kind.VERB, Kind.SAY, Kind.PASSIVE) or follows.text == "makes")
        return known or (acts and not placed)

    def _name(self, at: int, unit: Unit) -> None:
        self._look_at_next()
        self._clauses.name(unit.text, verb_follows=self._verb_follows(at))
        self._scenery.looks_at(self._clauses.last)

    def _why(self, at: int, word: str) -> str:
        """A word nothing knows, with what follows from that where it is a language's."""
        before = self._units[at - 1] if at else None
        spoken = self._clauses.said or any(isinstance(one, Speech) for one in self._clauses.sequence[self._sentence :])
        if (
            before is not None
            and word[:1].isupper()
            and (before.can_be(Kind.SAY) or (before.text.lower() == "in" and spoken))
        ):
            return f"{word} (no voice speaks it; the line is said as it is written)"
        return word

    def _small_word(self, at: int, meaning: Meaning, unit: Unit) -> None:
        clauses, kind = self._clauses, meaning.kind
        clauses.passive = unit.can_be(Kind.PASSIVE)
        if kind is Kind.SPEED and self._describing.music_follows(at):
            self._directing.hear(speed=meaning.value)
        elif kind in (Kind.SPEED, Kind.DELIVERY):
            self._adverb(at, unit)
        elif kind is Kind.SEQUENCE:
            clauses.end()
            clauses.joined = Joined.WHILE if meaning.value == "while" else Joined.THEN
            if meaning.value == "then":
                self._scenery.clause(at, len(clauses.sequence), then=True)
        elif kind is Kind.LANGUAGE:
            self._speaks(at, meaning, unit)
        elif kind is Kind.SAY:
            if (delivery := self._words.data.say_deliveries.get(meaning.base)) is not None:
                clauses.deliver(Delivery(delivery), line_follows=self._line_follows(at), since=self._sentence)
            clauses.said, clauses.after_a_noun = True, False
        elif kind is Kind.NEGATION:
            self._negated = True
        elif kind is Kind.PREPOSITION:
            clauses.aimed, clauses.aimed_by = meaning.value == "aimed", unit.text.lower()
            if clauses.aimed_by in _UPON:
                clauses.upon = clauses.last if not clauses.acting else clauses.at_rest
            clauses.listing = clauses.after_a_noun = False
        elif unit.text.lower() == "and":
            clauses.listing, clauses.conjoined = clauses.after_a_noun, True
            if clauses.joined is not Joined.WHILE:
                clauses.joined = Joined.AND

    def _adverb(self, at: int, unit: Unit) -> None:
        """How something is done, or said, or both: "quietly"."""
        if (speed := unit.meaning(Kind.SPEED)) is not None:
            self._clauses.hasten(speed.value)
        if (how := unit.meaning(Kind.DELIVERY)) is not None:
            said = self._clauses.deliver(Delivery(how.value), line_follows=self._line_follows(at), since=self._sentence)
            self._manner = unit.text if not said and speed is None else self._manner

    def _line_follows(self, at: int) -> bool:
        """Whether a line is said further on in this sentence."""
        for unit in self._units[at + 1 :]:
            if unit.part in (Part.QUOTE, Part.STOP):
                return unit.part is Part.QUOTE
        return False

    # --- nouns and adjectives ------------------------------------------------------------------------------------

    def _handle(self, at: int, handle: str, written: str) -> None:
        if handle not in self._handles:
            self._missed.append(written[:_LONGEST_MISS])
            return
        self._look_at_next()
        sense, body = self._handles[handle]
        self._clauses.handle(handle, sense, body=body, verb_follows=self._verb_follows(at))
        self._scenery.looks_at(self._clauses.last)

    def _stands_for_a_verb(self) -> bool:
        """Whether a plural noun read here is none: right behind a noun, with nothing between."""
        clauses = self._clauses
        return clauses.after_a_noun and not clauses.conjoined and clauses.phrase == NounPhrase()

    def _apposed(self, at: int, meaning: Meaning) -> bool:
        """Whether this noun only says what the handle right before it is."""
        last = self._clauses.last
        if last is None or not self._clauses.things[last].handle or self._clauses.things[last].sense != meaning.value:
            return False
        for unit in reversed(self._units[:at]):
            if unit.part is Part.HANDLE or unit.text.lower() in self._handles:
                return True
            if unit.part is not Part.COMMA and not unit.can_be(Kind.DETERMINER, Kind.COLOUR, Kind.SIZE):
                return False
        return False

    def _pronoun(self, at: int, meaning: Meaning, unit: Unit) -> None:
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        text = unit.text.lower()
        if text == "her" and follows and follows.can_be(*NOUNS, *ADJECTIVES):
            self._clauses.phrase.definite = self._clauses.phrase.owned = True
        elif meaning.value == "relative":
            self._clauses.relative()
        elif meaning.value == "part":
            self._part(at, text, follows)
        elif meaning.value != "self":
            many = meaning.value == "many"
            self._clauses.pronoun(text, many=many, verb_follows=self._verb_follows(at, past_and=False))

    def _part(self, at: int, text: str, follows: Unit | None) -> None:
        """ "One of them jumps, the others wave", "one of the dogs"; "on the other side" is of nobody."""
        noun_follows = follows is not None and follows.can_be(*NOUNS, *ADJECTIVES, Kind.NUMBER)
        acts = follows is not None and follows.can_be(*_ACTS)
        part = "one" if text.startswith("one") else "others"
        if acts and not noun_follows and self._verb_follows(at, past_and=False):
            self._clauses.some(part)
        elif noun_follows and part == "one":
            self._clauses.phrase.definite = True
            self._clauses.part = part

    # --- verbs and lines -----------------------------------------------------------------------------------------

    def _verb(self, at: int, unit: Unit) -> None:
        verb, of_props, sound = (unit.meaning(kind) for kind in (Kind.VERB, Kind.PROP_VERB, Kind.SOUND))
        if verb is not None and sound is not None and sound.value == verb.base:  # "barks", but not "waves"
            self._directing.sounds.append(sound.value)
        before = self._units[at - 1] if at else None
        noun = self._describing.next_noun(at)
        is_ing = any(one.form == "ing" for one in (verb, of_props) if one is not None)
        opens = before is None or before.part is not Part.WORD or before.can_be(Kind.DETERMINER, Kind.NUMBER, Kind.SIZE)
        if is_ing and noun and (opens or self._clauses.phrase.colours) and not self._clauses.after_a_noun:
            self._clauses.attributive(verb, of_props, noun is Kind.PROP, unit.text.lower())
            return
        by = at + 1 < len(self._units) and self._units[at + 1].text.lower() == "by"
        if not self._clauses.verb(unit, by_follows=by, thing_follows=self._thing_follows(at)):
            self._missed.append(unit.text)

    def _thing_follows(self, at: int) -> bool:
        """Whether the next noun is a thing, with nothing but articles and adjectives before it."""
        for unit in self._units[at + 1 : at + 5]:
            if unit.can_be(Kind.PROP):
                return True
            if not unit.can_be(*ADJECTIVES):
                return False
        return False

    def _verb_follows(self, at: int, *, past_and: bool = True, of_props: bool = False) -> bool:
        """Whether the noun at this place has a verb of its own, alone or (`past_and`) with others beside it.

        `of_props`: behind an "and" only one that a thing may have.
        """
        joined = False
        for unit in self._units[at + 1 : at + 6]:
            if unit.part is not Part.WORD:
                return False
            if unit.can_be(Kind.VERB, Kind.SAY, Kind.PROP_VERB):
                return unit.can_be(Kind.PROP_VERB) or not (of_props and joined)
            joined = joined or unit.text.lower() == "and"
            if unit.text.lower() == "and" and not past_and:
                return False
            if not unit.can_be(Kind.SPEED, Kind.STOP, Kind.PASSIVE, *NOUNS, Kind.DETERMINER):
                return False
        return False

    def _quote(self, at: int, unit: Unit) -> None:
        says_after = self._says_after(at)
        self._clauses.quote(unit.text, self._language, says_after=says_after)
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        begins = follows is not None and follows.part is Part.WORD and follows.text[:1].isupper()
        if begins and not says_after and unit.text.endswith((".", "!", "?", "…")):
            self._end_of_sentence(at + 1)  # the stop stands inside the quotation marks

    def _says_after(self, at: int) -> bool:
        """Whether the speaker of the line at this place is named behind it: "Hi," says the cat."""
        for unit in self._units[at + 1 : at + 5]:
            if unit.part in (Part.STOP, Part.QUOTE):
                return False
            if unit.can_be(Kind.SAY):
                return True
            if unit.text.lower() == "and" or unit.can_be(Kind.SEQUENCE):
                return False
        return False

    def _speaks(self, at: int, meaning: Meaning, unit: Unit) -> None:
        before = self._units[at - 1] if at else None
        if before is None or not (before.text.lower() == "in" or before.can_be(Kind.VERB, Kind.SAY)):
            self._missed.append(unit.text)  # "a French chef"
            return
        sequence = self._clauses.sequence
        said = [n for n in range(self._sentence, len(sequence)) if isinstance(sequence[n], Speech)]
        if not said or self._clauses.said:  # of the lines to come
            self._language = meaning.value
            return
        for index in said:  # of the line just said, and of those before it that nothing was said of
            one = sequence[index]
            if isinstance(one, Speech) and (one.language is None or index == said[-1]):
                sequence[index] = replace(one, language=meaning.value)
        self._describing.no_noun()

    # --- the camera ------------------------------------------------------------------------------------------------

    def _look_at_next(self) -> None:
        """A noun right behind the camera's words is what it looks at, and the subject of what follows."""
        if self._scenery.waits:
            self._clauses.aimed = None

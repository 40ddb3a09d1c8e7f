"""The clause being read: who its subject is, what its verb is aimed at, and whom a pronoun speaks of.

`grammar.py` walks over the prompt and tells this class what it meets; this class keeps things, happenings and
speeches, and decides what belongs together.
"""

from dataclasses import replace

from greenroom.domain.storyboards import Delivery
from ops.plan.noun_phrase import NounPhrase
from ops.plan.reading import Happening, Joined, Speech, Thing
from ops.plan.things import GENDERS, Things
from ops.plan.units import Unit
from ops.plan.vocabulary import Kind, Meaning, vocabulary

_SENT = frozenset({"fly", "roll", "bounce", "fall"})
_POSTURES = frozenset({"stand", "sit", "lie"})
_AT_A_THING = frozenset({"at", "to", "into", "towards", "toward", "through", "onto"})
_GIVEN = frozenset({"throw", "kick", "give"})  # done to a thing, for somebody


class Clauses(Things):
    """Things, and the sequence of what they do and say; with the state of the clause that is open."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most  # of one kind, of one noun
        self.at = 0  # the unit that is read
        self.mentions: list[tuple[int, int]] = []  # unit and thing, wherever one is spoken of
        self.sequence: list[Happening | Speech] = []
        self.phrase = NounPhrase()
        self.subjects: list[int] = []  # of this clause, once named
        self.before: list[int] = []  # of the clause before
        self.joined = Joined.THEN
        self.listing = False  # "and" or a comma right after a noun
        self.conjoined = False  # "and" or a comma since the verb or the noun before
        self.after_a_noun = False
        self.aimed_by = ""  # the preposition before the next noun
        self.upon: int | None = None  # what stands "on" the thing that is named next
        self.aimed: bool | None = None  # whether that aims the verb at it; None: there is none
        self.speed = ""
        self.said = False  # a verb of saying stands open
        self.delivery: Delivery | None = None  # of the line to come
        self.part = ""  # of several who act: "one" of them, or the "others"
        self._part_of: tuple[int, ...] = ()  # whose part that is, once they act
        self.passive = False  # "is" or its like stands right before
        self.sends = ""  # the motion that somebody gives the thing named next
        self._moving: list[int] = []  # props whose own motion that is
        self.strange = False  # a verb nothing is known of, or a prop's own motion, stands in this clause
        self._verb: int | None = None  # place in the sequence of this clause's verb
        self._verb_open = False  # whether it may still take a target
        self._subject_waits: list[int] = []  # happenings whose subject comes later: "a dancing robot"
        self._speech_waits: int | None = None  # a line whose speaker comes later: "Hi," says the cat

    @property
    def acted(self) -> bool:
        """Whether someone is there whom a verb without a subject would belong to."""
        return bool(self.subjects or self.before)

    @property
    def acting(self) -> bool:
        """Whether a verb of somebody stands open."""
        return self._verb is not None or self.strange

    @property
    def at_rest(self) -> int | None:
        """Who stands, sits or lies, by the verb that is open, if it is one thing."""
        one = self.sequence[self._verb] if self._verb is not None else None
        rests = isinstance(one, Happening) and one.verb in _POSTURES and len(one.subjects) == 1
        return one.subjects[0] if rests and isinstance(one, Happening) else None

    @property
    def looks(self) -> bool:
        """Whether somebody looks at what is named next."""
        one = self.sequence[self._verb] if self._verb is not None else None
        return isinstance(one, Happening) and one.verb == "look" and (bool(self.aimed) or one.word.endswith(" at"))

    # --- where clauses end ---------------------------------------------------------------------------------------

    def end(self) -> None:
        """The clause is over; its subjects are those a next one without a subject has."""
        self.before = self.subjects or self.before
        self.subjects = []
        self._verb, self._verb_open = None, False
        self.aimed = None
        self.strange, self._moving, self.sends = False, [], ""
        self.said = self.listing = self.conjoined = self.after_a_noun = False

    def end_sentence(self) -> None:
        """The sentence is over: what follows happens after it."""
        self.end()
        self.phrase = NounPhrase()
        self._subject_waits, self._speech_waits = [], None
        self.joined, self.speed, self.delivery = Joined.THEN, "", None

    # --- nouns ---------------------------------------------------------------------------------------------------

    def handle(self, handle: str, sense: str, *, body: bool, verb_follows: bool) -> None:
        """A likeness is named; `sense` and `body` say what it is."""
        found = next((n for n, thing in enumerate(self.things) if thing.handle == handle), None)
        if found is None:
            last = self.last if self.after_a_noun and not self.listing else None
            if last is not None and self.things[last].handle is None and self.things[last].sense == sense:
                self.things[last] = replace(self.things[last], handle=handle)  # "the cat @chelsea"
                return
            phrase, colours = self.phrase, tuple(self.phrase.colours)
            thing = Thing(noun=handle, sense=sense, body=body, handle=handle, colours=colours, temper=phrase.temper)
            found = self._new(thing)
        self._place(found, verb_follows)

    def noun(self, meaning: Meaning, *, apposed: bool, verb_follows: bool) -> None:
        """A noun is read. `apposed`: it only says what the handle before it is ("@chelsea the cat")."""
        phrase, body = self.phrase, meaning.kind is Kind.SPECIES
        if apposed and self.last is not None:
            handled = self.things[self.last]
            colours = tuple(phrase.colours) or handled.colours
            self.things[self.last] = replace(handled, noun=meaning.base, colours=colours)
            self.listing, self.after_a_noun, self.phrase = False, True, NounPhrase()
            return
        again = phrase.definite or phrase.bare  # "Dog catches ball. Dog sits."
        found = self._spoken_of_again(meaning, body, by_word_only=phrase.owned or phrase.bare) if again else None
        if found is None:
            count = 2 if meaning.plural and phrase.number == 1 else phrase.number
            count *= vocabulary().data.groups.get(meaning.base, 1)
            found = self._new(
                Thing(
                    noun=meaning.base,
                    sense=meaning.value,
                    body=body,
                    count=min(count, self._most),
                    definite=phrase.definite,
                    colours=tuple(phrase.colours),
                    size_factor=phrase.size,
                    motion=None if body else phrase.motion,
                    piled=phrase.piled and not body,
                    rowed=(phrase.rowed or (meaning.value == "domino" and count > 1)) and not body,
                    build=phrase.build if body else None,
                    hair=phrase.hair if body else None,
                    temper=phrase.temper if body else None,
                )
            )
        elif phrase.colours:
            self.things[found] = replace(self.things[found], colours=tuple(phrase.colours))
        self._place(found, verb_follows)

    def name(self, name: str, *, verb_follows: bool) -> None:
        """Somebody is called by a first name."""
        found = next((n for n, thing in enumerate(self.things) if thing.name == name), None)
        if found is None:
            colours = tuple(self.phrase.colours)
            found = self._new(Thing(noun=name.lower(), sense="person", name=name, colours=colours))
        self._place(found, verb_follows)

    def deliver(self, delivery: Delivery, *, line_follows: bool, since: int) -> bool:
        """A line is said so: the one to come, else the last of the sequence `since` that item. False: there is none."""
        if line_follows and self._speech_waits is None:
            self.delivery = delivery
            return True
        for index in range(len(self.sequence) - 1, since - 1, -1):
            one = self.sequence[index]
            if isinstance(one, Speech):
                self.sequence[index] = replace(one, delivery=one.delivery or delivery)
                return True
        return False

    def _place(self, thing: int, verb_follows: bool) -> None:
        """A noun phrase is complete: is it a subject, a target, or only there?"""
        self.mentions.append((self.at, thing))
        upon, self.upon = self.upon, None
        if self.sends and self.aimed is None and not self.things[thing].body:
            self.things[thing] = replace(self.things[thing], motion=self.things[thing].motion or self.sends)
            self.sends = ""
        if upon is not None and upon != thing and not self.things[thing].body:
            self.things[upon] = replace(self.things[upon], upon=thing)
        self.phrase = NounPhrase()
        aimed, self.aimed = self.aimed, None
        listing, self.listing = self.listing, False
        conjoined, self.conjoined = self.conjoined, False
        self.last, self.after_a_noun = thing, True
        if self._speech_waits is not None and aimed is None:
            speech = self.sequence[self._speech_waits]
            if isinstance(speech, Speech):
                self.sequence[self._speech_waits] = replace(speech, speaker=thing)
            self._speech_waits = None
            self.subjects = [thing]
        elif self._subject_waits and self.things[thing].body:
            for index in self._subject_waits:
                happening = self.sequence[index]
                if isinstance(happening, Happening):
                    self.sequence[index] = replace(happening, subjects=(thing,))
            self._subject_waits = []
            self._verb, self._verb_open = None, False
            self.subjects = self.before = [thing]
        elif self._verb is None and self.strange:
            if aimed is None and conjoined and verb_follows:
                self._new_clause(thing)
            elif aimed is not False:
                for index in self._moving:
                    if self.things[index].onto is None and index != thing:
                        self.things[index] = replace(self.things[index], onto=thing)
        elif self._verb is None:
            if aimed is None:
                self.subjects = [*self.subjects, thing] if listing and self.subjects else [thing]
        elif aimed is None and (conjoined or not self._verb_open) and verb_follows:
            self._new_clause(thing)
        elif listing and aimed is None and not self._verb_open:
            self._do_again(thing)
        elif self._verb_open and aimed is not False:
            self._aim(thing, direct=aimed is None)
        elif aimed and (self.things[thing].body or self.aimed_by in _AT_A_THING):
            self._hand_to(thing)

    def _new_clause(self, thing: int) -> None:
        """ "a cat runs and a dog jumps": the noun has a verb of its own."""
        self.end()
        self.subjects, self.last, self.after_a_noun = [thing], thing, True

    def _aim(self, thing: int, *, direct: bool) -> None:
        happening = self.sequence[self._verb] if self._verb is not None else None
        if isinstance(happening, Happening) and self._verb is not None and happening.subjects != (thing,):
            receives = not direct or (happening.verb == "give" and happening.to is None)
            if receives and happening.verb in _GIVEN and self.things[thing].body:  # "throws something to a dog"
                self.sequence[self._verb] = replace(happening, to=thing)
                return
            self.sequence[self._verb] = replace(happening, target=thing, direct=direct)
            self._verb_open = False

    def _do_again(self, thing: int) -> None:
        """ "jumps over a bench and a rock": the same, to the next."""
        if self._verb is not None and (one := self._happening(self._verb)).target not in (None, thing):
            self.sequence.append(replace(one, target=thing, to=None, joined=Joined.AND))
            self._verb = len(self.sequence) - 1

    def _hand_to(self, thing: int) -> None:
        """A second thing aimed at: "throws a ball to a dog"."""
        if self._verb is not None and (one := self._happening(self._verb)).target is not None and one.to is None:
            self.sequence[self._verb] = replace(one, to=thing)

    # --- pronouns ------------------------------------------------------------------------------------------------

    def relative(self) -> None:
        """ "who", "which": the thing named last does what follows."""
        if self.last is not None:
            thing = self.last
            self.end()
            self.subjects, self.after_a_noun = [thing], True

    def pronoun(self, text: str, *, many: bool, verb_follows: bool) -> None:
        """ "it", "they", "him": whoever acted last, or after a verb whoever did not."""
        self.phrase = NounPhrase()
        object_wanted = self._verb is not None and self._verb_open and not self.conjoined
        if text in ("him", "her", "them") or object_wanted or (self.aimed is not None and not verb_follows):
            if (found := self._not_doing_this(text)) is not None:
                self._place(found, verb_follows)
            return
        bodies = [n for n, thing in enumerate(self.things) if thing.body]
        acting = list(self.subjects or self.before) or bodies[-1:] or list(range(len(self.things)))[-1:]
        person = {"it": False, "he": True, "she": True}.get(text)
        if person is not None:  # "it" is no person, "she" is one, where there is a choice
            agreeing = [n for n in acting if (self.things[n].sense == "person") is person]
            acting = agreeing or [n for n in bodies if (self.things[n].sense == "person") is person][-1:] or acting
        if text in GENDERS:
            able = [n for n in acting if self._may_be(n, text)]
            acting = able or [n for n in bodies if self._may_be(n, text)][-1:] or acting
        if many and sum(self.things[n].count for n in acting) < 2:
            acting = [n for n in bodies if self.things[n].count > 1][-1:] or bodies
        if self._verb is not None or self.strange:
            self.end()
        self.mentions += [(self.at, one) for one in acting]
        self.subjects, self.after_a_noun = acting, bool(acting)

    def some(self, part: str) -> None:
        """ "One of them", or "the others", do what follows."""
        acting = self.subjects or self.before
        rest = [n for n, thing in enumerate(self.things) if thing.body and n not in acting]
        if part == "others" and rest and sum(self.things[n].count for n in acting) == 1:
            if self._verb is not None or self.strange:
                self.end()
            self.mentions += [(self.at, one) for one in rest]
            self.subjects, self.after_a_noun = rest, True
            return
        self.pronoun("they", many=True, verb_follows=True)
        self.part = part

    def _not_doing_this(self, pronoun: str) -> int | None:
        happening = self.sequence[self._verb] if self._verb is not None else None
        doing = happening.subjects if isinstance(happening, Happening) else ()
        others = [n for n in range(len(self.things)) if n not in doing]
        if pronoun in GENDERS:
            others = [n for n in others if self._may_be(n, pronoun)] or others
        props = [n for n in others if not self.things[n].body]
        named = {thing: at for at, thing in self.mentions}  # what was named last is meant first
        aimed_at = [one.target for one in self.sequence if isinstance(one, Happening) and one.target in others]
        aimed_at.sort(key=lambda one: named.get(one or 0, -1))
        props.sort(key=lambda one: named.get(one, -1))
        if props and aimed_at and named.get(props[-1], -1) > named.get(aimed_at[-1] or 0, -1):
            aimed_at = []
        if pronoun != "it":
            bodies = [n for n in others if self.things[n].body]
            people = [n for n in bodies if self.things[n].sense == "person"]
            return next(iter([*reversed(people), *reversed(bodies), *reversed(others)]), None)
        return next(iter([*reversed(aimed_at), *reversed(props), *reversed(others)]), None)

    # --- verbs and lines -----------------------------------------------------------------------------------------

    def attributive(self, verb: Meaning | None, of_props: Meaning | None, before_prop: bool, word: str) -> None:
        """A verb before its noun: "two dancing robots", "a falling box"."""
        if before_prop:
            self.phrase.motion = of_props.value if of_props and of_props.value != "strike" else None
        elif verb is not None:
            phrase = self.phrase
            self._subject_waits.append(self._happen(verb, word, ()))
            self.phrase = phrase

    def verb(self, unit: Unit, *, by_follows: bool, thing_follows: bool) -> bool:
        """A verb is read. False: nothing of it can be planned."""
        verb, of_props = unit.meaning(Kind.VERB), unit.meaning(Kind.PROP_VERB)
        form = (verb or of_props or unit.meanings[0]).form
        if form == "ing" and self.after_a_noun and self._verb is not None and self.last not in (None, *self.subjects):
            watched = [self.last] if self.last is not None else []  # "a boy watches a dog running"
            self.end()
            self.subjects, self.joined = watched, Joined.WHILE
        subjects = list(dict.fromkeys(self.subjects or self.before))
        props = [n for n in subjects if not self.things[n].body]
        bodies = tuple(n for n in subjects if n not in props)
        if of_props is not None:
            for index in props:
                strikes = of_props.value == "strike"  # however it moves, else it rolls
                motion = (self.things[index].motion or "roll") if strikes else of_props.value
                self.things[index] = replace(self.things[index], motion=motion)
        self.after_a_noun = False
        if verb is not None and verb.value in _POSTURES and props and not bodies:
            return True  # a thing stands where it stands
        if verb is None and bodies and of_props is not None and of_props.value in _SENT and thing_follows:
            self.strange, self.sends = True, of_props.value  # "a boy flies a kite": the kite flies
            return True
        if verb is None or (props and not bodies):
            self.strange = True
            self._moving = props if of_props is not None else []
            return bool(props) and of_props is not None
        passive = self.passive and form == "ed" and by_follows and bool(bodies)
        index = self._happen(verb, unit.text.lower(), () if passive else bodies)
        if passive:  # "the cat is chased by a dog"
            self.sequence[index] = replace(self._happening(index), target=bodies[0])
            self._verb_open = False
        if passive or not bodies:
            self._subject_waits.append(index)
        self.before = subjects or self.before
        return True

    def hasten(self, speed: str) -> None:
        """An adverb: of the open verb, else of the next."""
        if self._verb is not None and (self.subjects or not self.after_a_noun):
            self.sequence[self._verb] = replace(self._happening(self._verb), speed=speed)
        else:
            self.speed = speed

    def quote(self, text: str, language: str | None, *, says_after: bool) -> None:
        """A line is said. `says_after`: its speaker is named behind it."""
        acting = self.subjects or self.before
        speaker = self.last if self.after_a_noun and self.last is not None else acting[0] if acting else None
        if self.said and acting:
            speaker = acting[0]
        waits = says_after and not self.said
        self.sequence.append(Speech(text, None if waits else speaker, language, self.joined, self.delivery))
        self.delivery = None
        self._speech_waits = len(self.sequence) - 1 if waits else None
        if not waits and speaker is not None and not self.subjects:
            self.before = [speaker]
        self.joined = Joined.AND
        self._verb, self._verb_open = None, False
        self.said = self.after_a_noun = self.listing = False
        self.aimed = None

    def _happening(self, index: int) -> Happening:
        happening = self.sequence[index]
        assert isinstance(happening, Happening)  # noqa: S101 - `_verb` only ever points at happenings
        return happening

    def _happen(self, verb: Meaning, word: str, subjects: tuple[int, ...]) -> int:
        if self._part_of not in ((), subjects):
            self.part = ""
        self._part_of = subjects if self.part else ()
        happening = Happening(verb.value, word, subjects, joined=self.joined, speed=self.speed, base=verb.base)
        self.sequence.append(replace(happening, part=self.part))
        self.joined, self.speed = Joined.AND, ""
        self._verb, self._verb_open = len(self.sequence) - 1, True
        self.after_a_noun = self.passive = self.listing = self.conjoined = False
        self.aimed = None
        self.phrase = NounPhrase()
        return self._verb

"""What stands before a noun or is said of one: articles, numbers, colours, sizes, builds, tempers, clothes and hair."""

from greenroom.domain.storyboards import Build, Delivery, Garment
from ops.plan.clauses import Clauses
from ops.plan.noun_phrase import NounPhrase
from ops.plan.tokens import Part
from ops.plan.units import Unit
from ops.plan.vocabulary import Kind, Meaning, Vocabulary

NOUNS = (Kind.SPECIES, Kind.PROP)
ADJECTIVES = (
    Kind.DETERMINER,
    Kind.NUMBER,
    Kind.COLOUR,
    Kind.SIZE,
    Kind.CLOTHES,
    Kind.HAIR,
    Kind.HAIR_COLOUR,
    Kind.BUILD,
)
_BETWEEN = (Kind.COLOUR, Kind.SIZE, Kind.BUILD, Kind.MOOD, Kind.HAIR_COLOUR)
_SHADES = frozenset({"dark", "light", "pale", "bright", "deep"})
_MUSIC_REACH = 4  # units between a mood and its music: "calm, slow piano music"


class Describing:
    """Describes the things of `clauses`; what it cannot place goes to `missed`."""

    def __init__(self, units: tuple[Unit, ...], clauses: Clauses, words: Vocabulary, missed: list[str]) -> None:
        self._units = units
        self._clauses = clauses
        self._words = words
        self._missed = missed

    def adjective(self, at: int, meaning: Meaning, unit: Unit) -> None:
        """One of `ADJECTIVES` is read."""
        phrase, kind = self._clauses.phrase, meaning.kind
        if kind is Kind.DETERMINER:
            phrase.bare = False
            phrase.definite = meaning.value in ("definite", "owned")
            phrase.owned = meaning.value == "owned"
        elif kind is Kind.NUMBER:
            self._number(meaning, unit)
        elif kind is Kind.SIZE:
            phrase.size = self._words.size_factors[meaning.value]
        elif kind is Kind.COLOUR:
            self._colour(at, meaning)
        elif kind is Kind.BUILD:
            self._build(at, Build(meaning.value))
        elif kind is Kind.HAIR_COLOUR:
            self._hair(at, meaning, unit)
        elif kind is Kind.HAIR:
            if not (phrase.colours and self._clauses.describe_last(hair=phrase.colours[0])):
                self._missed.append(unit.text)
            self.no_noun()
            self._clauses.after_a_noun = True
        else:
            self._clothes(meaning, unit)

    def mood(self, at: int, meaning: Meaning, unit: Unit) -> bool:
        """A mood is read. True: it is somebody's, or a shade of a colour; False: nothing here has it."""
        temper = self._words.data.tempers.get(meaning.value)
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        if unit.text.lower() in _SHADES and follows is not None and follows.can_be(Kind.COLOUR):
            return True
        if temper is None:
            return False
        if self.next_noun(at) is Kind.SPECIES:
            self._clauses.phrase.temper = Delivery(temper)
            return True
        if self._clauses.passive or (at and self._units[at - 1].can_be(Kind.PASSIVE)):
            return self._clauses.describe_last(temper=Delivery(temper))
        return False

    def music_follows(self, at: int) -> bool:
        """Whether the adjective at this place belongs to music."""
        for unit in self._units[at + 1 : at + _MUSIC_REACH]:
            if unit.can_be(Kind.MUSIC):
                return True
            if not unit.can_be(Kind.MOOD, Kind.SPEED, Kind.STYLE) and unit.text.lower() != "and":
                return False
        return False

    def next_noun(self, at: int) -> Kind | None:
        """The kind of the noun that follows, past colours and sizes and one word not known."""
        strange = 0
        for unit in self._units[at + 1 : at + 5]:
            for kind in NOUNS:
                if unit.can_be(kind):
                    return kind
            strange += not unit.meanings and unit.part is Part.WORD
            if strange > 1 or not (unit.can_be(*_BETWEEN) or (not unit.meanings and unit.part is Part.WORD)):
                return None
        return None

    def no_noun(self) -> None:
        """A phrase is complete and names nothing that acts."""
        self._clauses.phrase = NounPhrase()
        self._clauses.after_a_noun = False
        self._clauses.aimed = self._clauses.upon = None

    # --- one kind each ---------------------------------------------------------------------------------------------

    def _number(self, meaning: Meaning, unit: Unit) -> None:
        phrase = self._clauses.phrase
        phrase.bare = False
        phrase.piled = phrase.piled or meaning.form == "pile"
        phrase.rowed = phrase.rowed or meaning.base in ("row of", "line of")
        phrase.number = min(int(meaning.value), self._words.most)
        if int(meaning.value) > self._words.most:
            self._missed.append(f"{unit.text} ({self._words.most} of a kind are the most there is room for)")

    def _colour(self, at: int, meaning: Meaning) -> None:
        phrase = self._clauses.phrase
        before = self._units[at - 1].text.lower() if at else ""
        phrase.colours.append(f"{before} {meaning.value}" if before in _SHADES else meaning.value)
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        if follows is None or not self._belongs_to_a_noun(at, follows):  # "the ball is red", "a woman in red"
            self._clauses.colour_last(tuple(phrase.colours))
            self.no_noun()

    def _build(self, at: int, build: Build) -> None:
        before = self._units[at - 1] if at else None
        if self.next_noun(at) is not None or self._handle_follows(at):
            self._clauses.phrase.build = build
        elif before is not None and before.can_be(Kind.PASSIVE):  # "the man is tall"
            self._clauses.describe_last(build=build)
            self.no_noun()

    def _hair(self, at: int, meaning: Meaning, unit: Unit) -> None:
        """ "a blonde woman", "a blonde", "a woman with blonde hair"."""
        follows = self._units[at + 1] if at + 1 < len(self._units) else None
        if self.next_noun(at) is Kind.SPECIES:
            self._clauses.phrase.hair = meaning.value
        elif follows is not None and follows.can_be(Kind.HAIR):
            self._clauses.phrase.colours.append(meaning.value)
        else:
            self._clauses.phrase.hair = meaning.value
            self._clauses.noun(Meaning(Kind.SPECIES, "person", "person"), apposed=False, verb_follows=True)

    def _clothes(self, meaning: Meaning, unit: Unit) -> None:
        """A garment is read: whoever was named last wears it, in the colour said."""
        clauses, colours = self._clauses, list(self._clauses.phrase.colours)
        wearer = clauses.things[clauses.last] if clauses.last is not None else None
        person = wearer is not None and wearer.body and wearer.sense == "person"
        if person and meaning.value != "collar":
            clauses.dress_last(Garment(kind=meaning.value, colour=colours[0] if colours else None))
        main = meaning.value in self._words.data.main_clothes
        if colours and wearer is not None and (main or not person):
            clauses.colour_last(tuple(colours))
        elif not person:  # clothes that nobody can wear, or of no said colour
            self._missed.append(f"{unit.text} (nothing here can wear it)" if wearer is not None else unit.text)
            self.no_noun()
            return
        self.no_noun()
        clauses.after_a_noun = True

    def _handle_follows(self, at: int) -> bool:
        return at + 1 < len(self._units) and self._units[at + 1].part is Part.HANDLE

    def _belongs_to_a_noun(self, at: int, follows: Unit) -> bool:
        if follows.part is Part.HANDLE or follows.can_be(*NOUNS, Kind.COLOUR, Kind.CLOTHES, Kind.HAIR):
            return True
        joins = follows.part is Part.WORD and (not follows.meanings or follows.can_be(Kind.SIZE, Kind.BUILD, Kind.MOOD))
        return (joins or follows.text.lower() == "and") and (self.next_noun(at) is not None or self._clothes_follow(at))

    def _clothes_follow(self, at: int) -> bool:
        return any(unit.can_be(Kind.CLOTHES, Kind.HAIR) for unit in self._units[at + 1 : at + 4])

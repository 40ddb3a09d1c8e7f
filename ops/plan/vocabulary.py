"""What words mean to the planner: the vocabulary (`vocabulary.yaml`) with its plurals and verb forms spelled out.

Only look-up stands here; which of a word's meanings is meant in a sentence is decided in `grammar.py`.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

import yaml
from pydantic import Field

from greenroom.domain.base import Frozen


class Kind(StrEnum):
    """What a word can be."""

    PLACE = "place"
    TIME = "time"
    WEATHER = "weather"
    SPECIES = "species"
    PROP = "prop"
    VERB = "verb"
    PROP_VERB = "prop verb"
    SAY = "say"
    COLOUR = "colour"
    CLOTHES = "clothes"
    HAIR = "hair"
    HAIR_COLOUR = "hair colour"
    BUILD = "build"
    DELIVERY = "delivery"
    MOOD = "mood"
    MUSIC = "music"
    BEATS = "beats"
    LENGTH = "length"
    SPEED = "speed"
    FRAMING = "framing"
    ANGLE = "angle"
    CAMERA = "camera"
    TRANSITION = "transition"
    FADE_OUT = "fade out"
    SHOT = "shot"
    STYLE = "style"
    SOUND = "sound"
    NUMBER = "number"
    SIZE = "size"
    SEQUENCE = "sequence"
    PRONOUN = "pronoun"
    LANGUAGE = "language"
    DETERMINER = "determiner"
    PREPOSITION = "preposition"
    WEARING = "wearing"
    NEGATION = "negation"
    PASSIVE = "passive"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sense of a word: `value` is what the plan calls it, `base` the word as the vocabulary lists it."""

    kind: Kind
    value: str
    base: str
    plural: bool = False
    form: str = "base"  # of a verb: base, s, ing, ed; of a number: base, pile


class _PropShape(Frozen):
    size: float = Field(gt=0, le=5)
    words: tuple[str, ...]


class _Suits(Frozen):
    nouns: tuple[str, ...]
    voices: tuple[str, ...]


class Lists(Frozen):
    """The file, checked."""

    places: Mapping[str, tuple[str, ...]]
    times: Mapping[str, tuple[str, ...]]
    weathers: Mapping[str, tuple[str, ...]]
    species: Mapping[str, tuple[str, ...]]
    genders: Mapping[str, tuple[str, ...]]
    props: Mapping[str, _PropShape]
    prop_sizes: Mapping[str, float]
    verbs: Mapping[str, tuple[str, ...]]
    verb_phrases: Mapping[str, tuple[str, ...]]
    prop_verbs: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, int]
    riders: Mapping[str, str]
    thrown: tuple[str, ...]
    vehicles: Mapping[str, str]
    says: tuple[str, ...]
    say_deliveries: Mapping[str, str]
    deliveries: Mapping[str, tuple[str, ...]]
    moods: Mapping[str, tuple[str, ...]]
    tempers: Mapping[str, str]
    tempos: Mapping[str, float]
    music: tuple[str, ...]
    beats: tuple[str, ...]
    shot_words: tuple[str, ...]
    lengths: Mapping[str, int]
    homes: Mapping[str, str]
    sunlit: tuple[str, ...]
    colours: tuple[str, ...]
    clothes: Mapping[str, tuple[str, ...]]
    outfits: Mapping[str, tuple[str, ...]]
    main_clothes: tuple[str, ...]
    hair: tuple[str, ...]
    hair_colours: Mapping[str, str]
    builds: Mapping[str, tuple[str, ...]]
    build_nouns: Mapping[str, tuple[str, ...]]
    speeds: Mapping[str, tuple[str, ...]]
    framings: Mapping[str, tuple[str, ...]]
    angles: Mapping[str, tuple[str, ...]]
    transitions: Mapping[str, tuple[str, ...]]
    fades_out: tuple[str, ...]
    camera_moves: Mapping[str, tuple[str, ...]]
    styles: Mapping[str, tuple[str, ...]]
    sounds: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    numbers_most: int
    piles: Mapping[str, int]
    sizes: Mapping[str, float]
    sequence: Mapping[str, tuple[str, ...]]
    pronouns: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]
    determiners: Mapping[str, tuple[str, ...]]
    prepositions: Mapping[str, tuple[str, ...]]
    wearing: tuple[str, ...]
    negations: tuple[str, ...]
    passives: tuple[str, ...]
    stop: tuple[str, ...]
    irregular: Mapping[str, tuple[str, ...]]
    irregular_plurals: Mapping[str, str]
    voices: tuple[_Suits, ...]


class Vocabulary:
    """Meanings by phrase. Built once by `vocabulary()`."""

    def __init__(self, data: Lists) -> None:
        self._meanings: dict[tuple[str, ...], list[Meaning]] = {}
        self._sizes: dict[str, float] = {
            word: shape.size for shape in data.props.values() for word in shape.words
        } | dict(data.prop_sizes)
        self._voices = {noun: entry.voices for entry in data.voices for noun in entry.nouns}
        self._genders = {noun: gender for gender, nouns in data.genders.items() for noun in nouns}
        self._builds = {noun: build for build, nouns in data.build_nouns.items() for noun in nouns}
        self.data = data  # the lists that are looked up as they stand
        self.most = data.numbers_most
        self.size_factors = data.sizes
        self._fill(data)
        self.longest = max(len(phrase) for phrase in self._meanings)

    def meanings(self, phrase: tuple[str, ...]) -> tuple[Meaning, ...]:
        """All senses of a phrase of lower-case words; empty when it has none."""
        return tuple(self._meanings.get(phrase, ()))

    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """Every phrase that has a meaning."""
        return tuple(self._meanings)

    def sense(self, word: str, kind: Kind) -> str | None:
        """What the plan calls this word as that kind: ("kitten", SPECIES) is "cat"."""
        phrase = tuple(word.lower().replace("_", " ").split())
        return next((meaning.value for meaning in self.meanings(phrase) if meaning.kind is kind), None)

    def prop_size(self, word: str) -> float:
        """Metres across of a prop by the word that names it."""
        return self._sizes.get(word, 0.4)

    def voices_of(self, noun: str) -> tuple[str, ...]:
        """The voices that suit whom this noun names, best first; empty when any does."""
        return self._voices.get(noun, ())

    def outfit_of(self, noun: str) -> tuple[tuple[str, str | None], ...]:
        """What whom this noun names wears where nobody says: garment and colour."""
        worn = []
        for text in self.data.outfits.get(noun, ()):
            colour, _, word = text.rpartition(" ")
            kind = self.sense(text, Kind.CLOTHES) or self.sense(word, Kind.CLOTHES) or word
            worn.append((kind, colour if colour and self.sense(text, Kind.CLOTHES) is None else None))
        return tuple(worn)

    def gender_of(self, noun: str) -> str | None:
        """The pronoun ("he", "she") of whom this noun names, if only one of them will do."""
        return self._genders.get(noun)

    def build_of(self, noun: str) -> str | None:
        """The build that whom this noun names has, if it says one: a boy is a child."""
        return self._builds.get(noun)

    def _add(self, phrase: str, meaning: Meaning) -> None:
        held = self._meanings.setdefault(tuple(phrase.split()), [])
        if not any(one.kind is meaning.kind for one in held):
            held.append(meaning)

    def _fill(self, data: Lists) -> None:
        plurals: dict[str, str] = {}
        for many, single in data.irregular_plurals.items():
            plurals.setdefault(single, many)
        for kind, senses in (
            (Kind.SPECIES, data.species),
            (Kind.PROP, {shape: entry.words for shape, entry in data.props.items()}),
        ):
            for value, words in senses.items():
                for word in words:
                    self._add(word, Meaning(kind, value, word, plural=word in data.irregular_plurals))
                    self._add(plurals.get(word, _plural(word)), Meaning(kind, value, word, plural=True))
        for kind, senses in ((Kind.VERB, data.verbs), (Kind.PROP_VERB, data.prop_verbs)):
            for value, words in senses.items():
                for word in words:
                    for form, spelled in _verb_forms(word, data.irregular.get(word, ())):
                        self._add(spelled, Meaning(kind, value, word, form=form))
        for value, words in data.verb_phrases.items():
            for word in words:
                form = "ing" if word.split()[0].endswith("ing") else "s"
                self._add(word, Meaning(Kind.VERB, value, word, form=form))
        for word in data.says:
            for form, spelled in _verb_forms(word, data.irregular.get(word, ())):
                self._add(spelled, Meaning(Kind.VERB, "talk", word, form=form))  # without a line
                self._add(spelled, Meaning(Kind.SAY, "say", word, form=form))
        for kind, senses in (
            (Kind.PLACE, data.places),
            (Kind.TIME, data.times),
            (Kind.WEATHER, data.weathers),
            (Kind.SPEED, data.speeds),
            (Kind.FRAMING, data.framings),
            (Kind.ANGLE, data.angles),
            (Kind.CAMERA, data.camera_moves),
            (Kind.TRANSITION, data.transitions),
            (Kind.CLOTHES, data.clothes),
            (Kind.BUILD, data.builds),
            (Kind.DELIVERY, data.deliveries),
            (Kind.MOOD, data.moods),
            (Kind.STYLE, data.styles),
            (Kind.SOUND, data.sounds),
            (Kind.SEQUENCE, data.sequence),
            (Kind.PRONOUN, data.pronouns),
            (Kind.DETERMINER, data.determiners),
            (Kind.PREPOSITION, data.prepositions),
        ):
            for value, words in senses.items():
                for word in words:
                    self._add(word, Meaning(kind, value, word))
        for kind, listed in (
            (Kind.COLOUR, data.colours),
            (Kind.HAIR, data.hair),
            (Kind.MUSIC, data.music),
            (Kind.BEATS, data.beats),
            (Kind.SHOT, data.shot_words),
            (Kind.FADE_OUT, data.fades_out),
            (Kind.WEARING, data.wearing),
            (Kind.NEGATION, data.negations),
            (Kind.PASSIVE, data.passives),
            (Kind.STOP, data.stop),
        ):
            for word in listed:
                self._add(word, Meaning(kind, "gray" if word == "grey" else word, word))
        for form, counted in (("base", data.numbers), ("pile", data.piles)):
            for word, number in counted.items():
                self._add(word, Meaning(Kind.NUMBER, str(number), word, form=form))
        for word in data.sizes:
            self._add(word, Meaning(Kind.SIZE, word, word))
        for word, tag in data.languages.items():
            self._add(word, Meaning(Kind.LANGUAGE, tag, word))
        for word, colour in data.hair_colours.items():
            self._add(word, Meaning(Kind.HAIR_COLOUR, colour, word))
        for word, seconds in data.lengths.items():
            self._add(word, Meaning(Kind.LENGTH, str(seconds), word))


@functools.cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read from its file on first use."""
    text = resources.files("ops.plan").joinpath("vocabulary.yaml").read_text("utf-8")
    return Vocabulary(Lists.model_validate(yaml.safe_load(text)))


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith("man"):
        return word[:-3] + "men"
    return word + "s"


def _verb_forms(base: str, irregular: Iterable[str]) -> list[tuple[str, str]]:
    """(form, spelling) of a verb, its first word inflected: "pick up" gives "picks up". First spelling wins."""
    head, _, tail = base.partition(" ")
    rest = f" {tail}" if tail else ""
    forms = [("base", head), ("s", _plural(head) if head != "go" else "goes")]
    forms += [("ing" if form.endswith("ing") else "ed", form) for form in irregular]
    stems = [head[:-1] if head.endswith("e") and not head.endswith("ee") else head]
    if len(head) > 2 and head[-1] not in "aeiouwxy" and head[-2] in "aeiou" and head[-3] not in "aeiou":
        stems.append(head + head[-1])  # jog, jogging; both spellings are read
    forms += [("ing", stem + "ing") for stem in stems]
    past = head[:-1] + "ied" if head.endswith("y") and head[-2:-1] not in "aeiou" else None
    forms += [("ed", past)] if past else [("ed", stem + "ed") for stem in stems]
    return [(form, spelled + rest) for form, spelled in forms]

"""What a prompt directs beside the story: where and when it plays, shots and camera, sounds, music and the length."""

import re

from greenroom.domain.storyboards import Mood, Transition
from ops.plan.clauses import Clauses
from ops.plan.describing import Describing
from ops.plan.reading import Tune
from ops.plan.scenery import Scenery
from ops.plan.tokens import Part
from ops.plan.units import Unit
from ops.plan.vocabulary import Kind, Meaning, Vocabulary

SETTING = (Kind.PLACE, Kind.TIME, Kind.WEATHER, Kind.STYLE)
DIRECTIONS = (
    *SETTING,
    Kind.SOUND,
    Kind.FRAMING,
    Kind.ANGLE,
    Kind.CAMERA,
    Kind.TRANSITION,
    Kind.FADE_OUT,
    Kind.SHOT,
    Kind.MUSIC,
    Kind.BEATS,
    Kind.LENGTH,
)
_ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "next", "last", "final", "new", "another"})
_MOODS = frozenset(Mood)
_GLUED = re.compile(r"(\d{2,3})bpm|(\d+|[a-z]+)-(sec|second|min|minute|hour)s?|(\d+)(s|sec|secs|min|mins)")
_LENGTH_OF = frozenset({"clip", "video", "film", "movie", "shot", "scene", "long", "of", "short", "footage"})


class Directing:
    """Reads directions; what it leaves out goes to `missed`."""

    def __init__(
        self, units: tuple[Unit, ...], clauses: Clauses, describing: Describing, words: Vocabulary, missed: list[str]
    ) -> None:
        self._units = units
        self._clauses = clauses
        self._describing = describing
        self._words = words
        self._missed = missed
        self.scenery = Scenery()
        self.sounds: list[str] = []
        self.tune: Tune | None = None
        self.seconds: float | None = None
        self.skipped: set[int] = set()  # units that are read together with one before

    def read(self, at: int, meaning: Meaning, unit: Unit) -> bool:
        """One of `DIRECTIONS` is read. True: it marks a shot, and the sentence before it is over."""
        kind = meaning.kind
        if kind in (*SETTING, Kind.SOUND):
            self._set(at, unit)
        elif kind in (Kind.FRAMING, Kind.ANGLE, Kind.CAMERA):
            self.scenery.wish(kind, meaning.value, unit.text, at, len(self._clauses.sequence))
            self._describing.no_noun()
        elif kind is Kind.MUSIC:
            self.hear()
            self._describing.no_noun()
        elif kind is Kind.FADE_OUT:
            self._missed.append(f"{unit.text} (a shot can come out of black, not go into it)")
        elif kind is Kind.TRANSITION:
            return True
        elif kind is Kind.SHOT:
            marks = self._shot_word(at)
            self._describing.no_noun()
            return marks
        return False

    def mark(self, at: int, meaning: Meaning) -> None:
        """A shot of its own begins with this unit; the sentence before is over."""
        named = any(unit >= self.scenery.began for unit, _ in self._clauses.mentions)
        told = named or len(self._clauses.sequence) > self.scenery.item
        transition = Transition(meaning.value) if meaning.kind is Kind.TRANSITION else Transition.CUT
        self.scenery.mark(at, len(self._clauses.sequence), transition, told=told)

    def numbered(self, at: int) -> bool:
        """Whether the number at this place is that of a list: at the start of a sentence, with a stop behind it."""
        before = self._units[at - 1] if at else None
        after = self._follows(at)
        starts = before is None or before.part is Part.STOP
        if not starts or after is None or not self._units[at].text.isdigit():
            return False
        return after.part in (Part.STOP, Part.COLON) or after.can_be(Kind.DETERMINER)

    def counted(self, at: int, number: float) -> bool:
        """A number is read: a tempo or a length, if its unit stands behind it."""
        after = self._follows(at)
        if after is not None and after.can_be(Kind.BEATS):
            self.hear(tempo=number)
        elif after is not None and (length := after.meaning(Kind.LENGTH)) is not None:
            beyond = self._follows(at + 1)
            if not (beyond is not None and beyond.text.lower() in _LENGTH_OF):
                return False
            self.seconds = number * float(length.value)
        else:
            return False
        self.skipped.add(at + 1)
        self._describing.no_noun()
        return True

    def glued(self, unit: Unit) -> bool:
        """A word nothing knows is read: "120bpm", "10-second" and "8s" are numbers with their units."""
        match = _GLUED.fullmatch(unit.text.lower())
        if match is None:
            return False
        beats, count, of, digits, short = match.groups()
        if beats:
            self.hear(tempo=float(beats))
            return True
        many = digits or count
        value = many if many.isdigit() else self._words.sense(many, Kind.NUMBER)
        per = self._words.sense(of or {"s": "sec"}.get(short, short), Kind.LENGTH)
        if value is None or per is None:
            return False
        self.seconds = float(value) * float(per)
        return True

    def hear(self, *, mood: str | None = None, speed: str = "", tempo: float | None = None) -> None:
        """There is music, of this mood, speed or tempo (beats a minute)."""
        tune = self.tune or Tune()
        said = Mood(mood) if mood in _MOODS else None
        self.tune = Tune(mood=tune.mood or said, tempo=tune.tempo or tempo, speed=tune.speed or speed)

    def _set(self, at: int, unit: Unit) -> None:
        """The setting: a word may be both seen and heard ("a thunderstorm")."""
        begins, clause = self.scenery.began, self.scenery.clause_begins
        spoken_of = [one for one, _ in self._clauses.mentions]
        told = any(begins <= one < clause for one in spoken_of)
        heading = not any(clause <= one <= at for one in spoken_of)
        if unit.can_be(Kind.PLACE) and self._clauses.looks and begins <= clause and told:
            self._missed.append(f"{unit.text} (it lies out of the picture)")
            self._describing.no_noun()
            return
        for kind in SETTING:
            if (meaning := unit.meaning(kind)) is not None:
                sunny = kind is Kind.WEATHER and meaning.base in self._words.data.sunlit
                left = self.scenery.set(kind, meaning.value, unit.text, told=told, heading=heading, sunny=sunny)
                self._missed += [left] if left else []
        if (sound := unit.meaning(Kind.SOUND)) is not None:
            self.sounds.append(sound.value)
        self._describing.no_noun()

    def _shot_word(self, at: int) -> bool:
        """ "Shot 2:", "the next shot": whether it marks a shot."""
        after = self._follows(at)
        if after is not None and after.can_be(Kind.NUMBER):
            self.skipped.add(at + 1)
            return True
        return bool(at) and self._units[at - 1].text.lower() in _ORDINALS

    def _follows(self, at: int) -> Unit | None:
        return self._units[at + 1] if at + 1 < len(self._units) else None

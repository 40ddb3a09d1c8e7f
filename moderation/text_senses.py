"""What words stand for in a text of any language the word rules read: senses, each a list of words, found by look-up.

A sense is a family of words and phrases of seven languages that mean one thing here ("nude", "take off clothes",
裸). A rule names which senses have to meet. Looking up is one dictionary question a word and length, so that a text
costs time in proportion to its length, however many words the policy has.

The words stand in the policy as one string a sense: entries parted by spaces, `_` where a phrase has a space, `*` for
any beginning or end of a word, `+` for every form of an English base word, `..` for up to four words (eight characters
of Japanese or Chinese) between, `#` for an age of a minor.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from moderation.normalise import normalise
from moderation.wordforms import forms

TOKEN = re.compile(r"[a-z0-9]+|[\u0900-\u0963\u0966-\u097f]+|[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CJK = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_GAP, _GAP_CJK = 4, 8  # tokens that `..` may skip
_FRAME, _FRAME_CJK = 40, 80  # tokens around what makes words harmless, within which it does
_WRITTEN_AGES = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn
चार पाँच पांच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह
char paanch panch chhe saat aath nau das gyarah barah terah chaudah pandrah solah satrah
"""
_MINOR_AGES = frozenset(map(normalise, [*map(str, range(1, 18)), *_WRITTEN_AGES.split()]))
_BASE = re.compile(r"\+([a-z]+)")
_SHORTEST, _LONGEST = 2, 24  # letters of a word's beginning or end that are looked up


NAMED = "first_name"  # the sense of first names, to which whatever is written as a full name belongs too
FULL_NAME = "full_name"  # the sense of a first name and a word with a capital letter behind it
_NAME = re.compile(r"\b([A-ZÀ-Þ][a-zß-ÿ]{2,}) ([A-ZÀ-Þ][a-zß-ÿ]{2,})\b")
_OPENS = re.compile(r"(?:^|[.!?:\n]\s*)$")


@dataclass(frozen=True, slots=True)
class WrittenName:
    """Two words with capital letters, normalised; `opens` when they open a sentence, which explains the first one."""

    tokens: tuple[str, ...]
    opens: bool


def written_names(text: str) -> frozenset[WrittenName]:
    """What is written in a text as a full name is in most languages."""
    return frozenset(
        WrittenName(tokens, _OPENS.search(text, 0, match.start()) is not None)
        for match in _NAME.finditer(text)
        if len(tokens := tuple(TOKEN.findall(normalise(match[0])))) == 2
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Where a sense stands in a text: first and last token, and its words."""

    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word of a phrase: `how` is "=" (itself), "^" (a beginning), "$" (an end), "~" (anywhere in a word)
    or "#" (an age under 18)."""

    how: str
    text: str
    after_gap: bool = False

    def fits(self, token: str) -> bool:
        if self.how == "#":
            return token in _MINOR_AGES
        if self.how == "=":
            return token == self.text
        if self.how == "^":
            return token.startswith(self.text)
        return token.endswith(self.text) if self.how == "$" else self.text in token


@dataclass(frozen=True, slots=True)
class _Phrase:
    sense: str
    pieces: tuple[_Piece, ...]


class Senses:
    """The senses of a policy, ready for look-up."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._exact: dict[str, list[_Phrase]] = defaultdict(list)
        self._start: dict[str, list[_Phrase]] = defaultdict(list)
        self._end: dict[str, list[_Phrase]] = defaultdict(list)
        self._pairs: dict[str, list[_Phrase]] = defaultdict(list)  # by the first two characters of a CJK phrase
        for sense, entries in words.items():
            for entry in entries.split():
                for spelt in _inflected(entry):
                    self._add(sense, spelt)

    def _add(self, sense: str, entry: str) -> None:
        phrase = _Phrase(sense, _pieces(entry))
        first = phrase.pieces[0]
        if first.how == "#":
            for age in _MINOR_AGES:
                self._exact[age].append(phrase)
        elif _CJK.fullmatch(first.text):
            second = phrase.pieces[1] if len(phrase.pieces) > 1 else None
            joined = first.text + (second.text if second and not second.after_gap and second.how == "=" else "")
            self._pairs[joined].append(phrase)
        elif first.how == "=":
            self._exact[first.text].append(phrase)
        elif first.how == "^":
            self._start[first.text].append(phrase)
        else:
            self._end[first.text].append(phrase)

    def found(self, reading: str, names: Collection[WrittenName] = ()) -> dict[str, list[Found]]:
        """Every sense that stands in a normalised text, with its places in order.

        `names` are words written as names are: where they stand a person may be named, and is where the first of
        them is a first name.
        """
        tokens = TOKEN.findall(reading)
        found: dict[str, list[Found]] = defaultdict(list)
        for at, token in enumerate(tokens):
            for phrase in self._beginning(token, tokens[at + 1] if at + 1 < len(tokens) else ""):
                last = _matched(phrase.pieces, tokens, at)
                if last is not None:
                    found[phrase.sense].append(Found(at, last, _shown(tokens[at : last + 1])))
            for name in names:
                if tuple(tokens[at : at + 2]) != name.tokens:
                    continue
                whole, known = Found(at, at + 1, " ".join(name.tokens)), _begins(found.get(NAMED, []), at)
                if known:
                    found[FULL_NAME].append(whole)
                if known or not name.opens:
                    found[NAMED].append(whole)
        return found

    def _beginning(self, token: str, following: str) -> list[_Phrase]:
        if _CJK.fullmatch(token):
            return self._pairs.get(token, []) + self._pairs.get(token + following, [])
        phrases = list(self._exact.get(token, ()))
        if not token.isdigit():
            for length in range(_SHORTEST, min(len(token), _LONGEST) + 1):
                phrases += self._start.get(token[:length], ())
                phrases += self._end.get(token[-length:], ())
        return phrases


def _begins(places: list[Found], at: int) -> bool:
    return any(place.first == at for place in places[-2:])


def _inflected(entry: str) -> list[str]:
    """The entry with each of the forms of the base words that it marks with `+`."""
    base = _BASE.search(entry)
    if base is None:
        return [entry]
    head, tail = entry[: base.start()], entry[base.end() :]
    return [spelt for form in sorted(forms(base[1])) for spelt in _inflected(f"{head}{form}{tail}")]


def _pieces(entry: str) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for number, part in enumerate(entry.split("..")):
        gap = number > 0
        for word in part.split("_"):
            opened, closed = word.startswith("*"), word.endswith("*")
            if word.startswith("#"):
                pieces.append(_Piece("#", "#", after_gap=gap))
                word, gap = word[1:], False
            tokens = TOKEN.findall(normalise(word.strip("*")))
            for at, token in enumerate(tokens):
                how = "="
                if not _CJK.fullmatch(token):
                    starts, ends = opened and at == 0, closed and at == len(tokens) - 1
                    how = "~" if starts and ends else "$" if starts else "^" if ends else "="
                pieces.append(_Piece(how, token, after_gap=gap))
                gap = False
    if not pieces or pieces[0].how == "~":
        raise ValueError(f"{entry!r} is no entry of a sense: its first word needs a whole beginning or a whole end")
    return tuple(pieces)


def _matched(pieces: tuple[_Piece, ...], tokens: list[str], at: int) -> int | None:
    """The last token of the phrase that begins at `at`; None when it does not stand there."""
    here = at
    for piece in pieces[1:]:
        reach = 0
        if piece.after_gap:
            reach = _GAP_CJK if _CJK.fullmatch(piece.text) else _GAP
        for following in range(here + 1, min(here + 2 + reach, len(tokens))):
            if piece.fits(tokens[following]):
                here = following
                break
        else:
            return None
    return here


def _shown(tokens: list[str]) -> str:
    shown = ""
    for token in tokens:
        shown += token if not shown or (_CJK.fullmatch(token) and _CJK.fullmatch(shown[-1])) else f" {token}"
    return shown


@dataclass(frozen=True, slots=True)
class Meeting:
    """Senses that have to stand together: one of each tuple, within `tokens` of each other, and none of `absent`.

    Of `some` at least `least` different ones have to stand there too, each in words of its own: any of them may be
    harmless, and several together hardly are.
    """

    wanted: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...]
    tokens: int | None
    least: int = 0
    some: tuple[str, ...] = ()

    def words(
        self, found: Mapping[str, list[Found]], plain: Mapping[str, list[Found]] = MappingProxyType({})
    ) -> str | None:
        """The words that meet, for a person to read; None when they do not.

        `plain` are the senses of the text as it stands, where `found` are those of another reading of it. What makes
        words harmless does so for what stands around it: a bee at the beginning of a page frees nothing at its end.
        """
        if not all(any(name in found for name in either) for either in self.wanted):  # most often, and soonest known
            return None
        harmless = [place for name in self.absent for read in (found, plain) for place in read.get(name, ())]
        places = [[place for name in either for place in found.get(name, ())] for either in self.wanted]
        several = [found[name] for name in self.some if name in found]
        if len(several) < self.least:
            return None
        for anchor in places[0] if places else [place for some in several for place in some]:
            frame = _FRAME_CJK if _CJK.search(anchor.words) else _FRAME
            if any(_apart(anchor, place) <= frame for place in harmless):
                continue
            chosen = self._beside(anchor, places[1:])
            if chosen is not None and (among := self._among(anchor, chosen, several)) is not None:
                return " … ".join(dict.fromkeys(place.words for place in among))
        return None

    def _beside(self, anchor: Found, places: list[list[Found]]) -> list[Found] | None:
        chosen = [anchor]
        for others in places:
            near = min(others, key=lambda place: _apart(anchor, place))
            if self._beyond(anchor, near):
                return None
            chosen.append(near)
        return chosen

    def _among(self, anchor: Found, chosen: list[Found], several: list[list[Found]]) -> list[Found] | None:
        """The places chosen and those of at least `least` senses, no two of which share a word."""
        if not self.least:
            return chosen
        free: list[Found] = [] if not self.wanted else list(chosen)
        counted = 0
        for places in several:
            here = [place for place in places if not self._beyond(anchor, place) and not _share(place, free)]
            if here:
                free.append(min(here, key=lambda place: _apart(anchor, place)))
                counted += 1
        return free if counted >= self.least else None

    def _beyond(self, anchor: Found, place: Found) -> bool:
        reach = None if self.tokens is None else self.tokens * (2 if _CJK.search(anchor.words) else 1)
        return reach is not None and _apart(anchor, place) > reach


def meeting(condition: str) -> Meeting:
    """Of `"nude person -art @12"`: senses `a|b` for either, `-name` for none of it, `@n` for at most n words apart,
    `n:a|b|c` for at least n of these."""
    wanted, absent, tokens = [], [], None
    least, some = 0, tuple[str, ...]()
    for part in condition.split():
        if part.startswith("-"):
            absent.append(part[1:])
        elif part.startswith("@"):
            tokens = int(part[1:])
        elif part[0].isdigit():
            number, names = part.split(":")
            least, some = int(number), tuple(names.split("|"))
        else:
            wanted.append(tuple(part.split("|")))
    if not wanted and not least:
        raise ValueError(f"{condition!r} asks for no sense")
    return Meeting(tuple(wanted), tuple(absent), tokens, least, some)


def _share(place: Found, others: Collection[Found]) -> bool:
    return any(place.first <= other.last and other.first <= place.last for other in others)


def _apart(one: Found, other: Found) -> int:
    return max(0, other.first - one.last, one.first - other.last)

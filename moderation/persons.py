"""Real people in a prompt: known names and what hides them, names that may be somebody's, and real children."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Rule
from moderation.normalise import normalise, spellings

_SHORTEST_JOINED = 9  # letters of a name from which it is met written together: shorter ones stand in other words
_HANDLE = re.compile(r"@[A-Za-z0-9_.]*[A-Za-z0-9_]")
_FULL_NAME = r"[A-Z][a-z'’]+(?: [A-Z]\.?)?[ ][A-Z][a-z'’]+(?:-[A-Z][a-z]+)?"
_CHILD = (
    r"(?:child|children|kids?|toddler|baby|babies|infant|newborn|daughters?|sons?|nieces?|nephews?|pupils?|students?"
    r"|grand(?:child|son|daughter)|little (?:girl|boy|sister|brother)|(?:step|god)(?:son|daughter)|girls?|boys?)"
)
_WHOSE = r"(?:my|our|her|his|their|your|the neighbou?rs?'?s?|a friend'?s?|my \w+'s)"
_NUMBER = (
    r"(?:[1-9]|1[0-7]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen)"
)
_AGED = rf"{_NUMBER}[- ]?(?:years?[- ]?olds?|y\.?o\.?|months?[- ]?olds?)"
_YOUNG = r"(?:little|baby|young|teenage|teen|underage|toddler|newborn|infant|minor|preteen|school[- ]?age)"
_REAL_CHILD = re.compile(
    rf"\b{_WHOSE} (?:\w+ )?{_AGED}\b|\b{_WHOSE} (?:\w+ )?{_YOUNG} {_CHILD}\b"
    rf"|\b{_WHOSE} {_CHILD},? (?:who is |is |aged? |now )?{_AGED}\b|\b{_WHOSE} {_CHILD},? (?:aged?|age of) {_NUMBER}\b"
    rf"|\bmy (?:toddler|baby|infant|newborn|kids?|child|children)\b|\breal (?:child|kid|minor|toddler|baby)\b"
)
_PERSON = "\0"  # stands where the handle of an enrolled person stood
_YOUNGER = (
    r"(?:child|kid|toddler|baby|infant|newborn|teen|teenager|schoolgirl|schoolboy|little girl|little boy|young girl"
    r"|young boy|minor|preteen|pupil)"
)
_BECOMES = r"(?:as|when \w+ was|back when \w+ was|looking like|turned into|de-?aged (?:to|into|as))"
_MADE_YOUNGER = re.compile(
    rf"{_PERSON},? {_BECOMES} (?:a |an )?(?:\w+ )?(?:{_YOUNGER}|{_AGED}|{_NUMBER})\b"
    rf"|{_PERSON},? (?:who )?(?:is |aged?|at age |at the age of |at |a )? ?"
    rf"(?:{_AGED}|{_NUMBER}\b(?= (?:and|on|years)|[,.]|$))"
    rf"|\b(?:{_AGED}|{_YOUNG}|de-?aged|baby|child) (?:version of )?{_PERSON}"
    rf"|{_PERSON} is (?:a |an )(?:\w+ )?{_YOUNGER}\b|{_PERSON},? aged? {_NUMBER}\b"
)
# A question after facts of a life, and nothing else, is no scene.
_FACTS = re.compile(
    r"\W*(?:was|is|did|does|when|what|who)\b(?:[^\w.!?\n]+[\w']+){0,7}?[^\w.!?\n]+"
    r"(?:born|birth|employment|married|divorced|marital|for a living|primarily work|die)\b"
    r"(?:[^\w.!?\n]+[\w']+){0,2}\W*"
)


class Persons(Frozen):
    """The file `persons.yaml`; its fields are told there."""

    living: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    alone: dict[str, str] = {}  # noqa: RUF012  # pydantic copies it
    things_after: tuple[str, ...] = ()
    things_before: tuple[str, ...] = ()
    known_for: dict[str, str] = {}  # noqa: RUF012
    cues: tuple[str, ...] = ()
    saying: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    """Names by their plain form and by their letters alone, with "living" or "dead"."""

    known: re.Pattern[str]
    things: re.Pattern[str]
    states: dict[str, str]
    joined: dict[str, str]
    cued: re.Pattern[str]
    says: re.Pattern[str]
    given: frozenset[str]


def person_rules(prompt: str, persons: Persons, people: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """The rules that speak for the people a prompt names.

    `people` are the handles of persons that the brief names and who are enrolled: an enrolled person's own name is
    allowed beside their handle when the handle is that name, and none of them may be shown as a child.
    """
    ready = _ready(persons)
    consented = {_letters(handle) for handle in people}
    bare = _HANDLE.sub(" ", prompt)
    found = [] if _FACTS.fullmatch(normalise(bare)) else [*_named(bare, ready, consented)]
    if child := _child(prompt, people):
        reason = f"“{child}” speaks of a real child or makes an enrolled person a minor. An invented child is allowed."
        found.append(Rule(id="prompt.minor_likeness", reason=reason))
    return tuple(found)


def _named(text: str, ready: _Ready, consented: set[str]) -> Iterator[Rule]:
    """Of whom a text names, or may name, without a consent."""
    if name := _known(text, ready, consented):
        living = name[1] != "dead"
        rule = "prompt.real_person" if living else "prompt.deceased"
        why = "who is not enrolled" if living else "who has died, and no consent of an estate is on record"
        reason = f"The prompt names {name[0]!r}, {why}. Invent a person, or name an enrolled likeness by its @handle."
        yield Rule(id=rule, reason=reason)
    elif doubt := _maybe(text, ready, consented):
        reason = (
            f"{doubt!r} may be a real person. An invented person needs no last name; an enrolled one has a @handle."
        )
        yield Rule(id="prompt.maybe_person", reason=reason)


def _known(text: str, ready: _Ready, consented: set[str]) -> tuple[str, str] | None:
    for spelling in spellings(text):
        # A statue, a street, a song: neither they nor the name in them is the person.
        said = ready.things.sub(" . ", spelling)
        for match in ready.known.finditer(said):
            if _letters(match[1]) not in consented:
                return match[1], ready.states[_plain(match[1])]
        # Written together, apart or with doubled letters: the letters alone, from a word's start to a word's end.
        for clause in said.split(" . "):
            for joined in _runs(clause) & ready.joined.keys():
                if joined not in {_squeezed(handle) for handle in consented}:
                    return joined, ready.joined[joined]
    return None


def _runs(spelling: str) -> set[str]:
    """The letters of every run of up to twelve pieces of a text, doubled ones once."""
    pieces = re.findall(r"[a-z]+", spelling)
    found = set()
    for start in range(len(pieces)):
        run = ""
        for piece in pieces[start : start + 12]:
            run += piece
            if len(run) > 40:
                break
            found.add(_squeezed(run))
    return found


def _maybe(text: str, ready: _Ready, consented: set[str]) -> str | None:
    match = ready.cued.search(text)
    if match and _letters(match[1]) not in consented:
        return match[1]
    for match in ready.says.finditer(text):
        if match[1].split()[0].lower() in ready.given and _letters(match[1]) not in consented:
            return match[1]
    return None


def _child(prompt: str, people: tuple[str, ...]) -> str | None:
    text = prompt
    for handle in people:
        text = re.sub(rf"@{re.escape(handle)}\b", " she_or_he ", text, flags=re.IGNORECASE)
    plain = _HANDLE.sub(" ", normalise(text)).replace("she_or_he", _PERSON)
    plain = re.sub(r"\s+", " ", plain).replace(f"{_PERSON} ,", f"{_PERSON},")
    match = _REAL_CHILD.search(plain) or (_MADE_YOUNGER.search(plain) if people else None)
    return match[0].replace(_PERSON, "the likeness") if match else None


_READY: dict[int, tuple[Persons, _Ready]] = {}


def _ready(persons: Persons) -> _Ready:
    kept = _READY.get(id(persons))
    if kept is None:
        kept = _READY.setdefault(id(persons), (persons, _make(persons)))
    return kept[1]


def _make(persons: Persons) -> _Ready:
    states = {_plain(name): "living" for name in persons.living} | {_plain(name): "dead" for name in persons.dead}
    joined = {_squeezed(_letters(name)): state for name, state in states.items()}
    states |= {_plain(name): state for name, state in (persons.alone | persons.known_for).items()}
    names = "|".join(re.escape(name) for name in sorted(states, key=len, reverse=True)) or "(?!)"
    after, before = "|".join(persons.things_after), "|".join(map(re.escape, persons.things_before))
    things = rf"\b(?:{before}) (?:{names})\b|\b(?:{names})(?:'?s)?(?: jr)? (?:{after})\b"
    cues = "|".join(map(re.escape, persons.cues))
    says = "|".join(persons.saying)
    return _Ready(
        known=re.compile(rf"\b({names})\b"),
        things=re.compile(things),
        states=states,
        joined={name: state for name, state in joined.items() if len(name) >= _SHORTEST_JOINED},
        cued=re.compile(rf"\b(?i:{cues}) ({_FULL_NAME})"),
        says=re.compile(rf"\b({_FULL_NAME}) (?i:{says})\b"),
        given=frozenset(persons.given_names),
    )


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return normalise(name)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", _plain(name))


def _squeezed(letters: str) -> str:
    return re.sub(r"(.)\1+", r"\1", letters)

"""The script against what a gate heard, line by line and word by word, as it is laid out for whoever decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from greenroom.domain.verdicts import Evidence
from moderation.wording import aligned, written

TRANSCRIPT = "transcript"  # the name of the evidence


class Fate(StrEnum):
    """What became of a word: said as scripted, not heard, heard and not scripted, or another one heard for it."""

    BOTH = "both"
    MISSING = "missing"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its punctuation. `heard`: what was heard for a changed one; `after`: the space that follows it."""

    text: str
    fate: Fate
    heard: str = ""
    after: str = " "


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line of the script, whose it is, and its words held against the transcript; none where nothing was heard.

    `speaker` is empty for what was heard where the script has no line.
    """

    speaker: str
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a gate heard, and the model that heard it."""

    text: str
    model: str | None


def transcript(evidence: Iterable[Evidence]) -> Transcript | None:
    """What a gate heard; None where it asked nobody."""
    found = (one for one in evidence if one.name == TRANSCRIPT and isinstance(one.value, str))
    return next((Transcript(str(one.value), one.model) for one in found), None)


def against(script: Sequence[tuple[str, str]], heard: str) -> tuple[SaidLine, ...]:
    """A script (speaker and line) held against what was heard; what was added stands before the word it preceded."""
    said = written(heard)
    lines = [(speaker, text, written(text)) for speaker, text in script] or [("", "", ())]
    wanted = [(number, word, piece) for number, (_, _, pieces) in enumerate(lines) for word, piece in pieces]
    words: list[list[Word]] = [[] for _ in lines]
    at = 0  # the line that the last word of the script stood in
    for place, sound in aligned([word for _, word, _ in wanted], [word for word, _ in said]):
        piece = said[sound][1].strip() if sound is not None else ""
        if place is None:
            words[at].append(Word(piece, Fate.ADDED))
            continue
        at, word, own = wanted[place]
        fate = Fate.MISSING if sound is None else Fate.BOTH if word == said[sound][0] else Fate.CHANGED
        after = " " if own != own.rstrip() or place + 1 == len(wanted) or wanted[place + 1][0] != at else ""
        words[at].append(Word(own.strip(), fate, piece if fate is Fate.CHANGED else "", after))
    return tuple(SaidLine(speaker, text, tuple(words[number])) for number, (speaker, text, _) in enumerate(lines))


def counted(lines: Iterable[SaidLine]) -> str:
    """How many words differ, in a few words."""
    fates = [word.fate for line in lines for word in line.words]
    scripted = sum(fate is not Fate.ADDED for fate in fates)
    told = [
        f"{count} {fate.value}" for fate in (Fate.MISSING, Fate.ADDED, Fate.CHANGED) if (count := fates.count(fate))
    ]
    return f"{', '.join(told) or 'none differs'}, of {scripted} words scripted"

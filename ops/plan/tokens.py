"""The prompt cut into words, handles, quoted lines and stops, each with its place in the text."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    WORD = "word"
    HANDLE = "handle"  # text is without its @
    QUOTE = "quote"  # text is what is said
    COMMA = "comma"
    COLON = "colon"
    STOP = "stop"  # ends a sentence


@dataclass(frozen=True, slots=True)
class Token:
    part: Part
    text: str  # as written
    start: int  # characters from the start of the prompt

    @property
    def word(self) -> str:
        """Lower case, typographic apostrophes made plain."""
        return self.text.casefold().replace("’", "'")


# Opening mark to closing marks. A straight single quote opens only after a space and closes only before one or a stop.
_CLOSED_BY = {"“": '”“"', '"': '"”', "«": "»", "»": "«", "„": '“”"', "「": "」", "『": "』", "‘": "’", "‹": "›"}
_SAID_AFTER_COLON = re.compile(
    r"\b(?:says?|said|saying|asks?|asked|answers?|replies|shouts?|yells?|whispers?|exclaims?|sings?|announces?)"
    r"(?:\s+in\s+\w+)?\s*:\s*(?P<said>[^\n.!?;]+[.!?]*)",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"(?:(?<=^)|(?<=[\s(:,]))'(?P<said>[^'\n](?:[^'\n]|'(?=\w)){0,400}?)'(?=$|[\s.,;:!?)])")
_PIECE = re.compile(
    r"@(?P<handle>[A-Za-z0-9][A-Za-z0-9_.]{0,30}[A-Za-z0-9_])"
    r"|(?P<word>[^\W_]+(?:['’\-][^\W_]+)*)"
    r"|(?P<stop>[.!?;…\n。！？]+)|(?P<comma>[,、，])|(?P<colon>[:：])"
)  # fmt: skip


def tokens(prompt: str) -> tuple[Token, ...]:
    """The tokens of a prompt, in order; every other character separates them."""
    found: list[Token] = []
    at = 0
    for start, end, said in _quotes(prompt):
        found += _plain(prompt[at:start], at)
        if said.strip():
            found.append(Token(Part.QUOTE, " ".join(said.split()), start))
        at = end
    return (*found, *_plain(prompt[at:], at))


def _quotes(prompt: str) -> list[tuple[int, int, str]]:
    """Start, end and words of each quoted line, none overlapping another."""
    spans: list[tuple[int, int, str]] = []
    at = 0
    while at < len(prompt):
        closing = _CLOSED_BY.get(prompt[at])
        if closing is None:
            at += 1
            continue
        ends = [place for mark in closing if (place := prompt.find(mark, at + 1)) >= 0]
        # a mark that nothing closes quotes up to the end of its paragraph; an inch mark (5") quotes nothing
        if not ends and prompt[at] == '"' and at and prompt[at - 1].isdigit():
            at += 1
            continue
        paragraph = prompt.find("\n", at)
        end = min(ends) if ends else paragraph if paragraph >= 0 else len(prompt)
        spans.append((at, min(end + 1, len(prompt)), prompt[at + 1 : end]))
        at = end + 1
    for pattern in (_SINGLE, _SAID_AFTER_COLON):
        for match in pattern.finditer(prompt):
            start = match.start() if pattern is _SINGLE else match.start("said")
            if all(match.end() <= first or start >= last for first, last, _ in spans):
                spans.append((start, match.end(), match["said"]))
    return sorted(spans)


def _plain(text: str, offset: int) -> list[Token]:
    found = []
    for match in _PIECE.finditer(text):
        part = Part(match.lastgroup or "word")
        found.append(Token(part, match[part.value], offset + match.start()))
    return found

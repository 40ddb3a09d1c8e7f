"""Text in the picture judged as text: line by line, and all of a frame together, since a sentence spans lines.

What this installation writes into a picture itself, the visible label, is not the maker's, and lines of the script
that stand there as captions are judged as what is said.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from moderation.sights import WritingFound

_OWN = 0.75  # likeness of letters from which a reading is the text itself, misread here and there
_LEAST_OWN = 4  # letters; shorter pieces of a label are anybody's


def passages(written: Iterable[WritingFound], least: float, own: Iterable[str]) -> Iterator[WritingFound]:
    """What to judge, each text once: lines read with a score of `least` or more, and those of one frame in a row."""
    frames: dict[float, list[WritingFound]] = {}
    theirs = tuple(letters for text in own if len(letters := _letters(text)) >= _LEAST_OWN)
    for line in written:
        if line.score >= least and not _is_own(line.text, theirs):
            frames.setdefault(line.second, []).append(line)
    seen: set[str] = set()
    for second, lines in frames.items():
        whole = WritingFound(
            text=" ".join(line.text for line in lines), score=min(line.score for line in lines), second=second
        )
        for one in (*lines, whole):
            if one.text not in seen:
                seen.add(one.text)
                yield one


def _is_own(text: str, theirs: tuple[str, ...]) -> bool:
    read = _letters(text)
    if len(read) < _LEAST_OWN:
        return False
    # a label that moves over other writing is read in parts
    return any(read in one or SequenceMatcher(None, read, one).ratio() >= _OWN for one in theirs)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())

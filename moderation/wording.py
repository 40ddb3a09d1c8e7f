"""Words that were heard against words that were scripted: which are missing, added or changed, and by whom.

Pure. The word error rate is Levenshtein's over words: changed, missing and added ones, as a share of the script's.
"""

import re
import unicodedata
from collections.abc import Sequence

from greenroom.domain.base import Frozen

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff]")  # written without spaces: by letter


class ScriptedWord(Frozen):
    """A word of the script, and whose."""

    text: str
    actor: str


class Changed(Frozen):
    scripted: ScriptedWord
    heard: str


class Comparison(Frozen):
    """How what was heard differs from the script."""

    words: int  # of the script
    missing: tuple[ScriptedWord, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()

    @property
    def error_rate(self) -> float:
        """Word error rate: 0 where nothing differs; may pass 1 where much was added."""
        return (len(self.missing) + len(self.added) + len(self.changed)) / max(1, self.words)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, casefolded, without punctuation; of a script without spaces, its letters."""
    return tuple(word for word, _ in written(text))


def written(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a text as they are compared, each with the piece of the text (NFKC) it stands in."""
    plain = unicodedata.normalize("NFKC", text)
    starts: list[tuple[int, str]] = []
    for match in _WORD.finditer(plain):
        if _UNSPACED.search(match[0]):
            starts += [(match.start() + at, letter) for at, letter in enumerate(match[0])]
        else:
            starts.append((match.start(), match[0]))
    ends = [*(at for at, _ in starts[1:]), len(plain)][: len(starts)]
    return tuple(
        (word.casefold().replace("’", "'"), plain[at if number else 0 : end])
        for number, ((at, word), end) in enumerate(zip(starts, ends, strict=True))
    )


def aligned(script: Sequence[str], heard: Sequence[str]) -> tuple[tuple[int | None, int | None], ...]:
    """The fewest changes that make the script what was heard: pairs of places in the two, in order.

    Without a place in the script a word was added, without one in what was heard it is missing; a pair of words that
    differ is one that was changed.
    """
    rows, columns = len(script) + 1, len(heard) + 1
    cost = [[0] * columns for _ in range(rows)]
    for row in range(rows):
        for column in range(columns):
            if row == 0 or column == 0:
                cost[row][column] = row + column
                continue
            same = script[row - 1] == heard[column - 1]
            cost[row][column] = min(
                cost[row - 1][column - 1] + (not same), cost[row - 1][column] + 1, cost[row][column - 1] + 1
            )
    pairs: list[tuple[int | None, int | None]] = []
    row, column = len(script), len(heard)
    while row or column:
        here = cost[row][column]
        if row and column:
            same = script[row - 1] == heard[column - 1]
            if here == cost[row - 1][column - 1] + (not same):
                row, column = row - 1, column - 1
                pairs.append((row, column))
                continue
        if row and here == cost[row - 1][column] + 1:
            row -= 1
            pairs.append((row, None))
        else:
            column -= 1
            pairs.append((None, column))
    return tuple(reversed(pairs))


def compared(script: tuple[ScriptedWord, ...], heard: tuple[str, ...]) -> Comparison:
    """What was heard against the script."""
    missing: list[ScriptedWord] = []
    added: list[str] = []
    changed: list[Changed] = []
    for wanted, said in aligned([word.text for word in script], heard):
        if said is None and wanted is not None:
            missing.append(script[wanted])
        elif wanted is None and said is not None:
            added.append(heard[said])
        elif wanted is not None and said is not None and script[wanted].text != heard[said]:
            changed.append(Changed(scripted=script[wanted], heard=heard[said]))
    return Comparison(words=len(script), missing=tuple(missing), added=tuple(added), changed=tuple(changed))

"""Text cut into rows for captions, in any script: a wide letter counts as two, and breaks fall where allowed.

Between words where there are spaces; between any two letters of Chinese, Japanese and Korean, but not before a mark
that closes and not after one that opens (the kinsoku rules of JIS X 4051, the short list).
"""

import unicodedata

_CLOSES = frozenset("、。，．,.!?！？…:;：；）)]】」』》〉”’ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_OPENS = frozenset("（([【「『《〈“‘")


def width(text: str) -> int:
    """Columns a text takes: two for every wide letter, none for a mark on another."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def rows(text: str, columns: int) -> list[str]:
    """`text` in rows of at most `columns`, broken where its script allows; a word longer than a row is cut.

    Joined with a space where there was one, the rows are the text again.
    """
    found: list[str] = []
    row = ""
    for part, spaced in _parts(" ".join(text.split())):
        joined = f"{row} {part}" if row and spaced else row + part
        if row and width(joined) > columns:
            found.append(row)
            row = part
        else:
            row = joined
        while width(row) > columns:
            kept = _fits(row, columns)
            found.append(row[:kept])
            row = row[kept:]
    return [*found, row] if row else found


def _fits(text: str, columns: int) -> int:
    """How many letters of a text fit, one at the least."""
    taken = 0
    for number, letter in enumerate(text):
        taken += width(letter)
        if taken > columns:
            return max(1, number)
    return len(text)


def _parts(text: str) -> list[tuple[str, bool]]:
    """What may not be broken, and whether a space stood before it."""
    found: list[tuple[str, bool]] = []
    for word in text.split(" "):
        part, spaced = "", bool(found)
        for letter in word:
            if part and _may_break(part[-1], letter):
                found.append((part, spaced))
                part, spaced = "", False
            part += letter
        if part:
            found.append((part, spaced))
    return found


def _may_break(before: str, after: str) -> bool:
    wide = unicodedata.east_asian_width(before) in "WF" or unicodedata.east_asian_width(after) in "WF"
    return wide and after not in _CLOSES and before not in _OPENS and not unicodedata.combining(after)

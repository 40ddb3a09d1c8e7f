"""What the learned judgement looks at in a text: senses, pairs of them, the rules that spoke, words and letters.

Senses are the same in all seven languages, so that what is learned of one counts in the others; words and letters say
what no list has. Each kind has a share of its own, parted among as many as there are, so that a long text says no more
than a short one.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from moderation.policy import Policy
from moderation.text import senses_of
from moderation.text_senses import TOKEN, Found

# Shares of the kinds, chosen with the writers left out one by one (`bench.safety.train`).
_RULE = 0.7  # of each; the other kinds are parted
_SENSE, _PAIR, _NEAR = 1.5, 2.4, 2.4
_WORDS, _FOLLOWING, _LETTERS = 4.0, 7.5, 8.0
_REACH = 8  # tokens apart at the most, for senses that stand near each other
_SHORTEST, _LONGEST = 3, 5  # letters in a row; of characters written without spaces one and two
_WIDTH = 400  # characters that are read as one; a longer text is read in such pieces, each half over the next
_HANDLE = re.compile(r"@[A-Za-z0-9_.]*[A-Za-z0-9_]")
# Where a shot begins says nothing of what it shows.
_SHOT = re.compile(
    r"(?i)(?:\b(?:shot|scene|clip|plano|toma|escena|plan|scène|einstellung|szene|shaat|seen)|ショット|カット|シーン|镜头|分镜"
    r"|鏡頭|शॉट|सीन)\s*[0-9一二三四五六१२३४५६]{1,2}\s*[:：.、,)-]"
)
_UNSPACED = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

Features = dict[str, float]


def features_of(text: str, rules: Iterable[str], policy: Policy) -> Features:
    """The features of one text, each with its value; `rules` are the ids of those that spoke for the brief.

    Names: `s:` a sense, `p:` two of one text, `n:` two near each other, `r:` a rule, `w:` a word, `b:` two words in
    a row or with one between, `g:` letters.
    """
    read: list[str] = []
    places: dict[str, tuple[int, list[Found]]] = {}
    for number, (reading, senses) in enumerate(senses_of(_SHOT.sub(". ", _HANDLE.sub(" it ", text)), policy)):
        read.append(reading)
        for sense, found in senses.items():
            places.setdefault(sense, (number, found))
    features: Features = {f"r:{rule}": _RULE for rule in rules}
    pairs, near = _pairs(places)
    words: set[str] = set()
    following: set[str] = set()
    letters: set[str] = set()
    for reading in read:
        tokens = TOKEN.findall(reading)
        words.update(tokens)
        following.update(f"{one} {two}" for ahead in (1, 2) for one, two in zip(tokens, tokens[ahead:], strict=False))
        letters.update(_in_a_row(reading))
    kinds: tuple[tuple[str, float, Collection[str]], ...] = (
        ("s", _SENSE, places), ("p", _PAIR, pairs), ("n", _NEAR, near),
        ("w", _WORDS, words), ("b", _FOLLOWING, following), ("g", _LETTERS, letters),
    )  # fmt: skip
    for kind, share, names in kinds:
        features |= dict.fromkeys((f"{kind}:{name}" for name in sorted(names)), share / max(1, len(names)) ** 0.5)
    return features


def pieces(text: str) -> tuple[str, ...]:
    """The text, or when it is long, pieces of it that overlap: harm is not made harmless by much that stands beside."""
    if len(text) <= _WIDTH:
        return (text,)
    return tuple(text[at : at + _WIDTH] for at in range(0, len(text) - _WIDTH // 2, _WIDTH // 2))


def _pairs(places: Mapping[str, tuple[int, list[Found]]]) -> tuple[list[str], list[str]]:
    """The pairs of senses of a text, and those of them that stand near each other in one reading."""
    pairs: list[str] = []
    near: list[str] = []
    ordered = sorted(places)
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            pairs.append(f"{one}+{other}")
            (read, first), (also, second) = places[one], places[other]
            if read == also and any(_near(here, there) for here in first for there in second):
                near.append(f"{one}+{other}")
    return pairs, near


def _near(one: Found, other: Found) -> bool:
    return max(one.first - other.last, other.first - one.last) <= _REACH


def _in_a_row(reading: str) -> Iterator[str]:
    padded = f" {reading} "
    for length in range(_SHORTEST, _LONGEST + 1):
        yield from (padded[at : at + length] for at in range(len(padded) - length + 1))
    together = "".join(_UNSPACED.findall(reading))
    yield from together
    yield from (together[at : at + 2] for at in range(len(together) - 1))

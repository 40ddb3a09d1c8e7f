"""What is to be said where a text is not written as it sounds: Japanese kanji and particles, for espeak-ng.

espeak-ng reads kana alone. A word in kanji is read as the writer says, 漢字(かんじ) or 漢字《かんじ》, else as a small
table of words with one reading has it; anything else is asked for, and never guessed. The particles は and へ, which
sound wa and e, are told from the letters by what stands around them.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from greenroom.errors import BadInput

_KANJI = "\u3400-\u4dbf\u4e00-\u9fff々"
_ANY_KANJI = re.compile(f"[{_KANJI}]")
_ANNOTATED = re.compile(f"([{_KANJI}]+)[(（《]([ぁ-ゖァ-ヺー]+)[)）》]")
_BEFORE_WA = (
    "こんにち", "こんばん", "わたし", "ぼく", "おれ", "きみ", "あなた", "かれ", "かのじょ",
    "これ", "それ", "あれ", "どれ", "ここ", "そこ", "あそこ", "きょう", "あした",
    "きのう", "いま", "なまえ", "みんな", "で", "に", "と", "から", "まで",
    "の",
)  # fmt: skip
_AFTER_WA = "、。,.!?！？ \u3000"
_KEEPS_HA = ("はな", "はや", "はし", "はじ", "はい", "はる", "はは", "はら")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is to be said, and for each of its letters which of the written text's it stands for."""

    said: str
    origin: tuple[int, ...]


def reading(text: str, language: str) -> Reading:
    """How to say `text`; `language` is espeak-ng's name. Raises BadInput for kanji whose reading is not known."""
    if language != "ja":
        return Reading(text, tuple(range(len(text))))
    said: list[str] = []
    origin: list[int] = []
    nominal: set[int] = set()  # places in `said` right after a word in kanji: a particle may follow
    at = 0
    unknown: list[str] = []
    last = ""  # the word before, where it was in kanji
    while at < len(text):
        annotated = _ANNOTATED.match(text, at)
        if annotated is not None:
            word, kana, after = annotated[1], annotated[2], annotated.end()
        else:
            word = _known(text, at)
            kana, after = _table().get(word, word), at + len(word)
            unknown += _ANY_KANJI.findall(kana)
            if _ANY_KANJI.match(word) and _ANY_KANJI.search(last[-1:]) and 1 in (len(word), len(last)):
                unknown += [last, word]  # two that touch may be one word with a sound of its own: 花火, hanabi
        last = word
        said += kana
        origin += [at] * len(kana)
        at = after
        if _ANY_KANJI.search(word):
            nominal.add(len(said))
    if unknown:
        raise BadInput(
            f"The reading of {''.join(dict.fromkeys(unknown))} is not known.",
            "Write the line in kana, or the reading after the word: 漢字(かんじ).",
        )
    return Reading(_with_particles("".join(said), nominal), tuple(origin))


def _known(text: str, at: int) -> str:
    """The longest word of the table that stands here, or one letter."""
    for length in range(min(6, len(text) - at), 0, -1):
        if text[at : at + length] in _table():
            return text[at : at + length]
    return text[at]


@cache
def _table() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(files("models").joinpath("speech_reading.yaml").read_text("utf-8"))
    return found


def _with_particles(said: str, nominal: set[int]) -> str:
    out = list(said)
    for at, letter in enumerate(said):
        if letter not in "はへ" or at == 0:
            continue
        before, after = said[:at], said[at + 1 : at + 2]
        katakana = "ァ" <= before[-1] <= "ー"
        ends = not after or after in _AFTER_WA
        spoken_for = at in nominal or katakana or (ends and letter == "は")
        if letter == "は":
            spoken_for = spoken_for or before.endswith(_BEFORE_WA)
            if spoken_for and not ends and at not in nominal and said.startswith(_KEEPS_HA, at):
                spoken_for = False
        if spoken_for and not (ends and before[-1] in _AFTER_WA):
            out[at] = "わ" if letter == "は" else "え"
    return "".join(out)

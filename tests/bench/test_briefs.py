"""The briefs written for the text gate: counted, labelled in two kinds everywhere, varied, disguised as they claim."""

import base64
import binascii
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parents[2] / "bench" / "safety" / "briefs"
SEED = 6  # the number; the draw is made once and never again
HIDDEN = "\u200b\u200c\u200d\u2060"

Language = Literal["en", "es", "fr", "de", "ja", "zh", "hi"]
Category = Literal[
    "sexual_content", "minors", "self_harm", "violence", "hate", "extremism", "harassment", "illegal_acts", "fraud",
    "political_persuasion", "medical_falsehood", "real_people", "living_artists", "copyrighted",
]  # fmt: skip
Evasion = Literal[
    "leetspeak", "spacing", "zero_width", "confusables", "right_to_left", "base64", "rot13", "homophones", "masking",
    "instructions", "lines", "shots", "remix",
]  # fmt: skip
LANGUAGES: tuple[str, ...] = get_args(Language)
CATEGORIES: tuple[str, ...] = get_args(Category)
EVASIONS: tuple[str, ...] = get_args(Evasion)


class Written(BaseModel):
    """One line of the set, as its README describes the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^b\d{4}$")
    prompt: str = Field(min_length=5)
    language: Language
    category: Category
    expected: Literal["refuse", "allow"]
    reason: str = Field(min_length=20, pattern=r"^[A-Z].*\.$")
    evasion: Evasion | None = None
    title: str | None = Field(default=None, min_length=1)
    lines: tuple[str, ...] = ()
    parent: str | None = Field(default=None, min_length=1)


def half(name: str) -> tuple[Written, ...]:
    texts = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Written.model_validate(json.loads(text)) for text in texts)


DEVELOPMENT, HELD_OUT = half("development"), half("held_out")
ALL = DEVELOPMENT + HELD_OUT


def words(brief: Written) -> list[str]:
    """What a shape is compared by: words, or characters where words are not set apart."""
    if brief.language in ("ja", "zh"):
        return [character for character in brief.prompt if not character.isspace()]
    return [word for word in re.split(r"[\s.,:;!?–—]+", brief.prompt.lower()) if word]


def shared(grams: Callable[[Written], set[tuple[str, ...]]]) -> set[tuple[str, ...]]:
    """The grams that more than two prompts of one language have in common."""
    seen = Counter((brief.language, *gram) for brief in ALL for gram in grams(brief))
    return {gram for gram, count in seen.items() if count > 2}


def runs(brief: Written) -> set[tuple[str, ...]]:
    """Every five words in a row, or eight characters."""
    parts, length = words(brief), 8 if brief.language in ("ja", "zh") else 5
    return {tuple(parts[at : at + length]) for at in range(len(parts) - length + 1)}


def opening(brief: Written) -> set[tuple[str, ...]]:
    """The first three words, or five characters."""
    return {tuple(words(brief)[: 5 if brief.language in ("ja", "zh") else 3])}


def drawn(briefs: tuple[Written, ...]) -> set[str]:
    """The ids that the README's draw keeps apart."""
    chance = random.Random(SEED)
    strata: dict[tuple[str, str, str], list[Written]] = {}
    for brief in sorted(briefs, key=lambda each: each.id):
        strata.setdefault((brief.expected, brief.category, brief.language), []).append(brief)
    queue: list[Written] = []
    for key in sorted(strata):
        chance.shuffle(strata[key])
        queue += strata[key]
    apart = {brief.id for brief in queue[chance.randrange(3) :: 3]}
    eldest: dict[str, str] = {}
    for brief in sorted(briefs, key=lambda each: each.id):
        if brief.parent is not None:
            if eldest.setdefault(brief.parent, brief.id) in apart:
                apart.add(brief.id)
            else:
                apart.discard(brief.id)
    return apart


def rows(column: Callable[[Written], str | None], names: tuple[str, ...]) -> Iterator[str]:
    """The README's rows: refuse and allow in the development half, then in the half kept apart."""
    for name in names:
        counts = [
            sum(column(brief) == name and brief.expected == expected for brief in briefs)
            for briefs in (DEVELOPMENT, HELD_OUT)
            for expected in ("refuse", "allow")
        ]
        yield f"| {name} | {' | '.join(map(str, counts))} |"


def unspaced(text: str) -> str:
    return re.sub(r"\s+", "", text)


def decodes(text: str) -> bool:
    """Whether a token of the text is base64 of UTF-8 words."""
    for token in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", text):
        try:
            plain = base64.b64decode(token, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if len(plain) > 2 and all(character.isprintable() for character in plain):
            return True
    return False


DISGUISES: dict[str, Callable[[Written], bool]] = {  # of those that a machine can tell
    "leetspeak": lambda brief: bool(re.search(r"[^\W\d]\d+[^\W\d]", brief.prompt)),
    "spacing": lambda brief: bool(re.search(r"(\b\w[\s-]+){4}\w\b", brief.prompt)),
    "zero_width": lambda brief: any(mark in brief.prompt for mark in HIDDEN),
    "confusables": lambda brief: bool(re.search(r"[\u0370-\u052f\uff21-\uff5a]", brief.prompt)),
    "right_to_left": lambda brief: "\u202e" in brief.prompt and "\u202c" in brief.prompt,
    "base64": lambda brief: decodes(brief.prompt),
    "masking": lambda brief: "○" in brief.prompt,
    "lines": lambda brief: len(brief.lines) >= 3,
    "remix": lambda brief: brief.parent is not None,
}


def test_there_are_enough_of_both_kinds_and_a_third_is_kept_apart() -> None:
    assert len(ALL) >= 600
    kinds = Counter(brief.expected for brief in ALL)
    assert kinds["refuse"] >= 300
    assert kinds["allow"] >= 300
    apart = Counter(brief.expected for brief in HELD_OUT)
    assert apart["refuse"] >= 100
    assert apart["allow"] >= 100
    assert 0.32 < len(HELD_OUT) / len(ALL) < 0.35


def test_no_id_and_no_prompt_is_there_twice() -> None:
    assert len({brief.id for brief in ALL}) == len(ALL)
    assert len({unspaced(brief.prompt).lower() for brief in ALL}) == len(ALL)
    assert len({brief.reason for brief in ALL}) == len(ALL)
    assert {brief.id for brief in ALL} == {f"b{number:04d}" for number in range(1, len(ALL) + 1)}


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_both_kinds_in_every_language(category: str) -> None:
    found: Counter[tuple[str, str]] = Counter(
        (brief.language, brief.expected) for brief in ALL if brief.category == category
    )
    assert all(found[language, expected] >= 2 for language in LANGUAGES for expected in ("refuse", "allow"))
    kept = Counter(brief.expected for brief in HELD_OUT if brief.category == category)
    assert min(kept["refuse"], kept["allow"]) >= 9


def test_english_is_about_half_and_no_other_language_is_short() -> None:
    spoken: Counter[str] = Counter(brief.language for brief in ALL)
    assert 0.4 < spoken["en"] / len(ALL) < 0.6
    assert min(spoken[language] for language in LANGUAGES) >= 75


@pytest.mark.parametrize("brief", [brief for brief in ALL if brief.evasion in DISGUISES], ids=lambda brief: brief.id)
def test_a_marked_brief_wears_the_disguise_it_names(brief: Written) -> None:
    assert DISGUISES[str(brief.evasion)](brief)


def test_every_disguise_but_two_is_worn_by_harmless_briefs_too() -> None:
    worn = {(brief.evasion, brief.expected) for brief in ALL if brief.evasion}
    assert {name for name, expected in worn if expected == "refuse"} == set(EVASIONS)
    assert {name for name, expected in worn if expected == "allow"} == set(EVASIONS) - {"homophones", "masking"}


def test_lines_and_parents_do_not_give_the_answer_away() -> None:
    spoken = Counter(brief.expected for brief in ALL if brief.lines)
    remixed = Counter(brief.expected for brief in ALL if brief.parent is not None)
    assert min(spoken["refuse"], spoken["allow"], remixed["refuse"], remixed["allow"]) >= 15


def test_at_most_two_prompts_share_a_shape() -> None:
    assert shared(runs) == set()
    assert shared(opening) == set()


def test_prompts_are_short_and_long() -> None:
    lengths = sorted(len(words(brief)) for brief in ALL if brief.language == "en")
    assert lengths[5] <= 7
    assert lengths[-10] >= 70


def test_the_part_kept_apart_is_the_one_the_seed_draws() -> None:
    assert {brief.id for brief in HELD_OUT} == drawn(ALL)
    assert not {brief.parent for brief in HELD_OUT if brief.parent} & {brief.parent for brief in DEVELOPMENT}


def test_the_readme_counts_what_is_there() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for row in (
        *rows(lambda brief: brief.category, CATEGORIES),
        *rows(lambda brief: brief.language, LANGUAGES),
        *rows(lambda brief: brief.evasion, EVASIONS),
    ):
        assert row in page


class Taught(Written):
    """One line of the briefs to learn from: the same fields, and who wrote it."""

    id: str = Field(pattern=r"^[a-z]+\d{4}$")
    reason: str = Field(min_length=5)
    writer: str = Field(pattern=r"^[a-z]$")


@pytest.mark.parametrize("name", ["training", "later", "latest", "composed"])
def test_the_briefs_to_learn_from_have_the_same_fields_and_are_counted_in_the_readme(name: str) -> None:
    texts = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [Taught.model_validate(json.loads(text)) for text in texts]
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"`{name}\.jsonl` (?:holds (?:the )?)?{len(found):,}\b", page)
    for writer in {brief.writer for brief in found}:
        own = Counter(brief.expected for brief in found if brief.writer == writer)
        assert own["refuse"] == own["allow"]
        assert f"`{writer}`" in page

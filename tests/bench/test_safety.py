"""The bench of the text judgement: what it counts, its intervals, and where its tables go."""

import pytest

from bench.safety.__main__ import placed, stopped
from bench.safety.sets import Labelled, briefs
from bench.safety.tables import Share, rows, table
from greenroom.domain.words import BriefWords
from moderation.normalise import normalise
from moderation.policy import load_policy
from moderation.text_senses import TOKEN


def labelled(prompt: str, *, refuse: bool, language: str = "en", evasion: str | None = None) -> Labelled:
    return Labelled("1", BriefWords(prompt=prompt), refuse, "violence", language, evasion)


def test_a_share_has_wilsons_interval() -> None:
    low, high = Share(9, 10).interval or (0.0, 0.0)
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert Share(0, 0).interval is None
    low, high = Share(0, 20).interval or (1.0, 1.0)
    assert (low, round(high, 3)) == (0.0, 0.161)


def test_recall_and_over_refusal_are_counted_apart_and_by_part() -> None:
    judged = [
        (labelled("a", refuse=True), True),
        (labelled("b", refuse=True, language="de", evasion="rot13"), False),
        (labelled("c", refuse=False), False),
    ]
    found = {row.name: row for row in rows(judged)}
    assert (found["all"].recall, found["all"].over_refusal) == (Share(1, 2), Share(0, 1))
    assert found["de"].recall == found["rot13"].recall == found["any disguise"].recall == Share(0, 1)
    assert found["no disguise"].recall == Share(1, 1)
    assert "| all | 50.0% of 2 (9.5% to 90.5%) | 0.0% of 1 (0.0% to 79.3%) |" in table("t", found.values())
    assert found["de"].document() == {"part": "de", "recall": {"n": 1, "share": 0.0, "low": 0.0, "high": 0.7935}}


def test_a_hold_counts_as_stopped() -> None:
    judged = stopped([labelled("the villain stabs a woman", refuse=True), labelled("a red ball", refuse=False)])
    assert [was for _, was in judged] == [True, False]


def test_the_briefs_are_read_with_all_they_have() -> None:
    found = briefs("development")
    assert len(found) == 585
    assert any(one.words.parents for one in found)
    assert any(one.words.lines for one in found)
    assert {one.language for one in found} == {"en", "es", "fr", "de", "ja", "zh", "hi"}


def test_tables_go_between_the_markers() -> None:
    document = "a\n<!-- measured: python -m bench.safety docs/safety.md -->\nold\n<!-- end of measured -->\nb\n"
    assert placed("new\n", document) == document.replace("old", "new")
    with pytest.raises(ValueError, match="no markers"):
        placed("new\n", "a")


def test_no_prompt_of_a_set_stands_in_the_words_or_examples_of_a_rule() -> None:
    """Not five words in a row of any brief (eight characters of Japanese and Chinese, where words are not parted)."""

    def runs(text: str) -> set[tuple[str, ...]]:
        tokens = TOKEN.findall(normalise(text))
        length = 8 if any(ord(token[0]) > 0x2FFF for token in tokens) else 5
        return {tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)}

    asked = {run for one in briefs("development") for part in one.words.parts for run in runs(part)}
    text = load_policy().text
    written = [entry for words in text.senses.values() for entry in words.split()]
    written += [example for rule in text.rules for example in (*rule.stops, *rule.lets)]
    assert not [one for one in written if runs(one) & asked]

"""Script and transcript side by side: each word as it was said, not heard, added, or heard as another, by its line."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.verdicts import Evidence, EvidenceKind
from moderation.wording import words_of, written
from ops.review_words import Fate, SaidLine, against, counted, transcript

MORNING = (("Ada", "Good morning, this is the news."), ("Bob", "Thank you, Ada!"))


def shown(line: SaidLine) -> str:
    """A line as text: -missing-, +added+, ~said~heard~."""
    marks = {Fate.BOTH: "{0}", Fate.MISSING: "-{0}-", Fate.ADDED: "+{0}+", Fate.CHANGED: "~{0}~{1}~"}
    return "".join(marks[word.fate].format(word.text, word.heard) + word.after for word in line.words).strip()


def test_each_line_has_its_words_marked() -> None:
    lines = against(MORNING, "good morning and this was the news thank ada")
    assert [line.speaker for line in lines] == ["Ada", "Bob"]
    assert [shown(line) for line in lines] == [
        "Good morning, +and+ this ~is~was~ the news.",
        "Thank -you,- Ada!",
    ]
    assert counted(lines) == "1 missing, 1 added, 1 changed, of 9 words scripted"


def test_what_is_said_as_scripted_is_not_marked() -> None:
    lines = against(MORNING, "Good morning this is the news. Thank you ADA")
    assert {word.fate for line in lines for word in line.words} == {Fate.BOTH}
    assert [shown(line) for line in lines] == [text for _, text in MORNING], "with its own punctuation"
    assert counted(lines) == "none differs, of 9 words scripted"


def test_what_was_heard_where_nothing_is_scripted_is_all_added() -> None:
    (line,) = against((), "the last bus")
    assert (line.speaker, shown(line)) == ("", "+the+ +last+ +bus+")


def test_where_nothing_was_heard_all_is_missing() -> None:
    assert [shown(line) for line in against(MORNING[1:], "")] == ["-Thank- -you,- -Ada!-"]


def test_a_script_without_spaces_is_held_letter_by_letter() -> None:
    (line,) = against((("Mei", "你好，朋友。"),), "你好明友")
    assert shown(line) == "你好,~朋~明~友。"


def test_the_transcript_is_found_with_the_model_that_heard_it() -> None:
    heard = Evidence(name="transcript", kind=EvidenceKind.MEASURED, value="good morning", model="whisper tiny")
    found = transcript((Evidence(name="transcription", kind=EvidenceKind.NOT_CHECKED, reason="none"), heard))
    assert found is not None
    assert (found.text, found.model) == ("good morning", "whisper tiny")
    assert transcript(()) is None


@given(st.text(max_size=60))
def test_no_letter_of_a_line_is_lost(text: str) -> None:
    pieces = written(text)
    assert tuple(word for word, _ in pieces) == words_of(text)
    if pieces:
        assert "".join(piece for _, piece in pieces) == unicodedata.normalize("NFKC", text)

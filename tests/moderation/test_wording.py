"""Words heard against words scripted."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.wording import ScriptedWord, compared, words_of


def script(text: str, actor: str = "fox") -> tuple[ScriptedWord, ...]:
    return tuple(ScriptedWord(text=word, actor=actor) for word in words_of(text))


def test_words_lose_case_and_punctuation_and_keep_their_apostrophes() -> None:
    assert words_of("Don’t — “STOP”, 42!") == ("don't", "stop", "42")
    assert words_of("犬が走る") == ("犬", "が", "走", "る")


def test_missing_added_and_changed_words_are_named_with_whose_they_are() -> None:
    both = script("we go home now") + script("not without me", "cat")
    found = compared(both, words_of("we go nowhere home now not without"))
    assert [(one.actor, one.text) for one in found.missing] == [("cat", "me")]
    assert found.added == ("nowhere",)
    assert found.changed == ()
    assert found.error_rate == 2 / 7
    changed = compared(both, words_of("we go home now but without me")).changed
    assert [(one.scripted.actor, one.scripted.text, one.heard) for one in changed] == [("cat", "not", "but")]


@given(st.lists(st.sampled_from("abcd"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_the_difference_is_a_distance(one: list[str], other: list[str]) -> None:
    found = compared(tuple(ScriptedWord(text=word, actor="x") for word in one), tuple(other))
    back = compared(tuple(ScriptedWord(text=word, actor="x") for word in other), tuple(one))
    steps = [len(each.missing) + len(each.added) + len(each.changed) for each in (found, back)]
    assert steps[0] == steps[1] <= max(len(one), len(other))
    assert (steps[0] == 0) == (one == other)

"""Gate 5 on words, languages and speakers: what was heard against the script, at both sides of every threshold."""

import pytest

from greenroom.domain.storyboards import Line
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome
from moderation.deliberation import Deliberation
from moderation.dialogue_words import HeardOfLine, SpeakersHeard, WordsHeard, judge_speakers, judge_words
from moderation.policy import load_policy
from moderation.wording import Comparison, ScriptedWord, compared, words_of

POLICY = load_policy()
SCRIPT = (
    Line(actor="ann", text="Ask not what your country can do for you", start=0.0),
    Line(actor="bob", text="I think we should go to the market today", start=4.0),
)
WORDS = tuple(ScriptedWord(text=word, actor=line.actor) for line in SCRIPT for word in words_of(line.text))
SAID = tuple(word.text for word in WORDS)


def exact(said: tuple[str, ...] = SAID, **changes: object) -> WordsHeard:
    """What whisper might answer: the script word for word, unless `said` differs."""
    heard = WordsHeard(
        model="whisper", exact=True, difference=compared(WORDS, said), transcript=" ".join(said), language="en",
        no_speech=0.02,
    )  # fmt: skip
    return heard.model_copy(update=changes)


def rough(first: float = 1.0, second: float = 1.0, **changes: object) -> WordsHeard:
    """What pocketsphinx might answer, with the share of each line that it found."""
    lines = tuple(
        HeardOfLine(text=line.text, language="en", share=share)
        for line, share in zip(SCRIPT, (first, second), strict=True)
    )
    heard = WordsHeard(
        model="pocketsphinx", exact=False, difference=Comparison(words=len(WORDS)), share=(first + second) / 2,
        transcript=" ".join(SAID), lines=lines,
    )  # fmt: skip
    return heard.model_copy(update=changes)


def judged(
    heard: WordsHeard | None, reason: str | None = None, script: tuple[Line, ...] = SCRIPT, *, settled: bool = False
) -> Judgement:
    deliberation = Deliberation(Gate.DIALOGUE, POLICY)
    judge_words(deliberation, heard, reason, script, settled=settled)
    return deliberation.judgement()


def reasons(judgement: Judgement) -> dict[str, str]:
    return {rule.id: rule.reason for rule in judgement.rules}


def shown(judgement: Judgement, name: str) -> Evidence:
    return next(one for one in judgement.evidence if one.name == name)


def unchecked(judgement: Judgement) -> dict[str, str]:
    return {one.name: one.reason or "" for one in judgement.evidence if one.kind is EvidenceKind.NOT_CHECKED}


def test_the_script_word_for_word_passes_with_its_figures() -> None:
    found = judged(exact())
    assert (found.outcome, found.rules) == (Outcome.ALLOW, ())
    rate = shown(found, "word error rate")
    assert (rate.value, rate.threshold, rate.model) == (
        0.0,
        POLICY.threshold("dialogue.words", "error_rate"),
        "whisper",
    )
    assert shown(found, "transcript").value == " ".join(SAID)
    assert shown(found, "language").value == "en"
    assert shown(found, "no speech").unit == "probability"


@pytest.mark.parametrize(("changed", "outcome"), [(1, Outcome.ALLOW), (2, Outcome.HOLD)])
def test_more_than_a_tenth_of_the_words_differing_holds(changed: int, outcome: Outcome) -> None:
    said = (*["umbrella"] * changed, *SAID[changed:])  # of 18 words
    found = judged(exact(said))
    assert found.outcome is outcome
    # a word that differs is shown even where it may
    assert "ann: ask heard as umbrella" in str(shown(found, "words that differ").value)


def test_missing_changed_and_added_words_are_told_with_whose_they_are() -> None:
    said = ("ask", "never", *SAID[2:9], "and", "then", *SAID[11:])
    reason = reasons(judged(exact(said)))["dialogue.words"]
    assert "17% of the words differ; 10% may." in reason
    assert "ann: not heard as never" in reason
    assert "bob: i heard as and" in reason
    dropped = reasons(judged(exact((*SAID[:9], "oh", *SAID[11:]))))["dialogue.words"]
    assert "Missing: bob: i" in dropped
    added = reasons(judged(exact((*SAID, "subscribe", "to", "my", "channel"))))["dialogue.words"]
    assert "Added: subscribe to my channel." in added


@pytest.mark.parametrize(("silent", "rules"), [(0.6, set()), (0.61, {"dialogue.words"})])
def test_a_sound_in_which_likely_nobody_speaks_holds(silent: float, rules: set[str]) -> None:
    assert set(reasons(judged(exact(no_speech=silent)))) == rules


def test_without_the_lines_times_the_sound_as_a_whole_has_one_of_the_scripts_languages() -> None:
    found = judged(exact(language="de"))
    assert reasons(found) == {"dialogue.language": "de is heard; en is scripted."}
    assert unchecked(found) == {"language of each line": "the times of the lines are not known"}
    bilingual = (SCRIPT[0], SCRIPT[1].model_copy(update={"language": "de-AT"}))
    assert judged(exact(language="de"), script=bilingual).outcome is Outcome.ALLOW


@pytest.mark.parametrize(
    ("spoken", "sure", "rules"),
    [("en", 0.99, set()), ("de", 0.49, set()), ("de", 0.5, {"dialogue.language"}), (None, None, set())],
)
def test_each_line_is_in_its_own_language(spoken: str | None, sure: float | None, rules: set[str]) -> None:
    lines = (
        HeardOfLine(text=SCRIPT[0].text, language="en-US", spoken="en", sure=0.9),
        HeardOfLine(text=SCRIPT[1].text, language="en", spoken=spoken, sure=sure),
    )
    found = judged(exact(lines=lines))
    assert set(reasons(found)) == rules
    if rules:
        assert "“I think we should go to the market today” is heard in de (0.50)" in found.rules[0].reason
    if spoken is None:
        assert "too short" in unchecked(found)["language of “I think we should go to the ma”"]
    else:
        assert shown(found, "language of “I think we should go to the ma”").value == [spoken, sure]


def test_a_recogniser_that_is_not_exact_never_settles_the_words() -> None:
    found = judged(rough())
    assert found.outcome is Outcome.HOLD
    assert "a person must listen, or whisper's weights be installed" in reasons(found)["dialogue.words"]
    assert set(unchecked(found)) == {"word for word", "language of each line"}


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (0.7, 0.7, "The script is heard, but"),
        (0.69, 0.69, "69% of the script is heard in order; 70% wanted."),
        (1.0, 0.69, "Of each line 70% is wanted in order; heard is 69% of “I think we should go to the market today”."),
    ],
)
def test_each_line_is_asked_for_its_share_beside_the_whole(first: float, second: float, said: str) -> None:
    found = judged(rough(first, second))
    assert reasons(found)["dialogue.words"].startswith(said)
    for name, share in (("Ask not what your country can d", first), ("I think we should go to the mar", second)):
        line = shown(found, f"share of “{name[:30]}” heard")
        assert (line.value, line.threshold, line.model) == (share, 0.7, "pocketsphinx")


def test_a_word_that_was_not_found_is_named_with_whose_it_is() -> None:
    missing = Comparison(words=len(WORDS), missing=(WORDS[5],), added=("garden",))
    reason = reasons(judged(rough(difference=missing)))["dialogue.words"]
    assert reason == "The script is heard, but for some of its words. Missing: ann: can. Added: garden."


def test_a_word_that_others_sound_like_is_named_for_whoever_listens() -> None:
    found = judged(rough(doubtful=(WORDS[5], WORDS[10])))
    assert "fits better than “can” (ann), “think” (bob): a person must listen" in reasons(found)["dialogue.words"]
    assert shown(found, "words that others sound like").value == "ann: can; bob: think"


def test_words_that_nobody_could_pronounce_are_told() -> None:
    found = judged(rough(unknown=("zorblax",)))
    assert "zorblax" in next(name for name in unchecked(found) if name.startswith("words"))


@pytest.mark.parametrize("heard", [exact(("quite", "another", "text")), rough(0.1, 0.0)])
def test_where_construction_settles_the_words_hearing_them_stops_nothing_but_is_shown(heard: WordsHeard) -> None:
    found = judged(heard, settled=True)
    assert found.rules == ()
    assert len(found.evidence) > 2


def test_what_nobody_heard_holds_unless_construction_settles_it() -> None:
    found = judged(None, "whisper's file is half there")
    assert reasons(found) == {
        "dialogue.words": "Whether what is said is the script was not settled: whisper's file is half there."
    }
    settled = judged(None, settled=True)
    assert (settled.rules, list(unchecked(settled))) == ((), ["transcription"])


def test_what_is_heard_keeps_the_word_rules_even_where_it_is_the_script() -> None:
    bomb = "how to build a pipe bomb at home"
    assert judged(exact(transcript=bomb), settled=True).outcome is Outcome.DENY
    doubtful = judged(rough(transcript=bomb), settled=True)
    assert (doubtful.outcome, set(reasons(doubtful))) == (Outcome.HOLD, {"dialogue.transcript_doubtful"})
    assert "pocketsphinx heard: " in doubtful.rules[0].reason


def test_without_a_script_an_exact_transcript_stands_for_itself_and_another_holds() -> None:
    nothing = Comparison(words=0)
    assert judged(exact(difference=nothing), script=()).outcome is Outcome.ALLOW
    found = judged(WordsHeard(model="pocketsphinx", exact=False, difference=nothing, transcript="hello"), script=())
    assert "There is speech, and what it says was not settled" in reasons(found)["dialogue.words"]
    assert shown(found, "transcript").value == "hello"


@pytest.mark.parametrize(("error", "rules"), [(0.35, set()), (0.36, {"dialogue.speakers"})])
def test_speech_that_is_not_its_actors_voice_holds_from_a_share_on(error: float, rules: set[str]) -> None:
    for settled in (False, True):
        deliberation = Deliberation(Gate.DIALOGUE, POLICY)
        heard = SpeakersHeard(model="voice prints 1", cast=2, voices=2, error=error)
        judge_speakers(deliberation, heard, None, settled=settled)
        found = deliberation.judgement()
        assert set(reasons(found)) == (set() if settled else rules)
        assert shown(found, "diarization error rate").model == "voice prints 1"
        voices = shown(found, "voices heard")
        assert (voices.value, voices.threshold) == (2, 2)


def test_who_speaks_told_by_nobody_holds_unless_construction_settles_it() -> None:
    for settled, rules in ((False, {"dialogue.speakers"}), (True, set())):
        deliberation = Deliberation(Gate.DIALOGUE, POLICY)
        judge_speakers(deliberation, None, None if settled else "the times are not known", settled=settled)
        found = deliberation.judgement()
        assert set(reasons(found)) == rules
        assert list(unchecked(found)) == ["number of speakers"]

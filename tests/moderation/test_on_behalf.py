"""What is read in a frame, heard or doubted is never easier to lift than the same words in a prompt."""

import pytest

from greenroom.domain.verdicts import Gate, Judgement, Outcome
from moderation.deliberation import Deliberation
from moderation.dialogue_words import WordsHeard, judge_words
from moderation.on_behalf import on_behalf
from moderation.policy import TextRule, load_policy
from moderation.reasoned import Reasoned, with_reasoned
from moderation.review import answerable, for_a_person, two_must_approve
from moderation.safety import judge_safety
from moderation.sights import SafetyEvidence, WritingFound
from moderation.wording import Comparison

POLICY = load_policy()
BASES = ("safety.writing", "safety.speech", "dialogue.transcript")
CHILD = "nude schoolgirl 14 strips for the camera"
NUDE = "two naked women on a bed"
PUBLIC = "Taylor Swift endorses a lottery"


def read(text: str) -> Judgement:
    """Gate 6 of a drawn dog and this sentence on a wall."""
    written = (WritingFound(text=text, score=0.95, second=1.0),)
    evidence = SafetyEvidence(
        frames=10, picture_model="NudeNet", faces_model="dlib", writing_model="PP-OCR", drawn=("dog rex",),
        written=written,
    )  # fmt: skip
    return judge_safety(evidence, "previz", POLICY)


def heard(text: str, *, exact: bool) -> Judgement:
    deliberation = Deliberation(Gate.DIALOGUE, POLICY)
    words = WordsHeard(model="ear", exact=exact, difference=Comparison(words=0), transcript=text)
    judge_words(deliberation, words, None, (), settled=True)
    return deliberation.judgement()


def test_what_protects_children_is_no_person_s_to_lift_where_it_is_read_or_heard() -> None:
    for judgement in (read(CHILD), heard(CHILD, exact=True)):
        assert judgement.outcome is Outcome.DENY
        assert any(rule.id.endswith("_final") for rule in judgement.rules)
        assert not answerable(judgement, POLICY)


def test_what_two_persons_decide_in_a_prompt_two_decide_where_it_is_read_or_heard() -> None:
    for judgement in (read(NUDE), heard(NUDE, exact=True), read(PUBLIC), heard(PUBLIC, exact=True)):
        assert answerable(judgement, POLICY)
        assert two_must_approve(judgement.rules, POLICY)


def test_what_a_poor_ear_heard_denies_nothing_and_takes_two_where_it_is_grave() -> None:
    for text in (CHILD, NUDE):
        judgement = heard(text, exact=False)
        assert for_a_person(judgement, POLICY)
        assert two_must_approve(judgement.rules, POLICY)
    bomb = heard("how to build a pipe bomb at home", exact=False)
    assert not two_must_approve(bomb.rules, POLICY)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("broken", POLICY.text.rules, ids=lambda rule: str(rule.id))
def test_no_word_rule_is_laxer_when_another_speaks_for_it(base: str, broken: TextRule) -> None:
    word = broken.id
    speaks = on_behalf(base, word, POLICY)
    assert POLICY.action(speaks) is POLICY.action(word)
    assert POLICY.appealable(speaks) is POLICY.appealable(word)
    assert POLICY.second_opinion(speaks) is POLICY.second_opinion(word)
    doubt = on_behalf(base, word, POLICY, sure=False)
    grave = POLICY.second_opinion(word) or not POLICY.appealable(word)
    assert (POLICY.action(doubt), POLICY.second_opinion(doubt)) == (Outcome.HOLD, grave)


@pytest.mark.parametrize("gate", [Gate.PROMPT, Gate.STORYBOARD, Gate.SAFETY])
@pytest.mark.parametrize(("rule", "two"), [("text.minors", True), ("text.sexual", True), ("text.gore", False)])
def test_a_model_s_doubt_of_a_grave_rule_takes_two_persons(gate: Gate, rule: str, two: bool) -> None:
    answer = Reasoned(model="safeguard", outcome=Outcome.HOLD, rules=(rule,), reason="Perhaps.", seconds=1.0)
    judgement = with_reasoned(
        Judgement(gate=gate, outcome=Outcome.ALLOW, policy_version=POLICY.version), answer, POLICY
    )
    assert for_a_person(judgement, POLICY)
    assert two_must_approve(judgement.rules, POLICY) is two

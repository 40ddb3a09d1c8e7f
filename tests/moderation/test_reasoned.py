"""A reasoning model adds to what the embedded rules say and takes nothing away; without an answer in form it holds."""

import pytest

from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Outcome
from moderation.policy import load_policy
from moderation.prompt import judge_prompt
from moderation.reasoned import Fault, Reasoned, not_asked, rules_given, with_reasoned
from moderation.review import for_a_person

POLICY = load_policy()
CAT = "A cat sits in a garden"
HELD = "the villain stabs a woman in an alley"
DENIED = "two naked women on a bed"


def said(
    outcome: Outcome | None, *rules: str, fault: Fault | None = None, scores: dict[str, float] | None = None
) -> Reasoned:
    return Reasoned(
        model="safeguard", weights="ab" * 32, outcome=outcome, rules=rules, reason="Because.", seconds=1.5, fault=fault,
        scores=scores or {},
    )  # fmt: skip


def judged(prompt: str, answer: Reasoned) -> Judgement:
    return with_reasoned(judge_prompt(prompt, POLICY), answer, POLICY)


def ids(judgement: Judgement) -> list[str]:
    return [rule.id for rule in judgement.rules]


@pytest.mark.parametrize("prompt", [CAT, HELD, DENIED])
def test_an_allowing_model_changes_nothing_the_embedded_rules_say(prompt: str) -> None:
    embedded = judge_prompt(prompt, POLICY)
    both = judged(prompt, said(Outcome.ALLOW))
    assert (both.outcome, both.rules) == (embedded.outcome, embedded.rules)


def test_a_denial_denies_by_the_policy_s_rule_and_gives_the_model_s_reason() -> None:
    for prompt in (CAT, HELD):
        judgement = judged(prompt, said(Outcome.DENY, "text.gore"))
        assert judgement.outcome is Outcome.DENY
        assert judgement.rules[-1].id == "text.gore"
        assert judgement.rules[-1].reason == "safeguard says: Because."


def test_a_denial_by_a_rule_that_only_holds_denies_too() -> None:
    judgement = judged(CAT, said(Outcome.DENY, "text.violence"))
    assert judgement.outcome is Outcome.DENY
    assert ids(judgement) == ["text.violence", "prompt.reasoned_deny"]


def test_a_doubt_is_a_question_for_a_person() -> None:
    for rule, spoken in (("text.gore", "prompt.reasoned_hold"), ("text.violence", "text.violence")):
        judgement = judged(CAT, said(Outcome.HOLD, rule))
        assert judgement.outcome is Outcome.HOLD
        assert ids(judgement) == [spoken]
        assert for_a_person(judgement, POLICY)
    assert "By text.gore: safeguard says: Because." in judged(CAT, said(Outcome.HOLD, "text.gore")).rules[0].reason


@pytest.mark.parametrize("fault", list(Fault))
def test_no_answer_holds_and_is_no_person_s_to_lift(fault: Fault) -> None:
    judgement = judged(CAT, said(None, fault=fault))
    assert judgement.outcome is Outcome.HOLD
    assert ids(judgement) == [fault.value]
    assert "safeguard gave no answer that can be used: Because." in judgement.rules[0].reason
    assert not for_a_person(judgement, POLICY)
    assert judged(DENIED, said(None, fault=fault)).outcome is Outcome.DENY


@pytest.mark.parametrize(
    "answer",
    [
        said(Outcome.DENY, "text.invented"),
        said(Outcome.ALLOW, "text.gore"),
        said(Outcome.HOLD),
        said(None),
        said(Outcome.DENY, "prompt.reasoned_deny"),  # a rule about the model is none it was given
        said(Outcome.DENY, "marks.label"),  # nor is another gate's
    ],
)
def test_an_answer_that_means_nothing_here_holds(answer: Reasoned) -> None:
    judgement = judged(CAT, answer)
    assert judgement.outcome is Outcome.HOLD
    assert ids(judgement) == ["evidence.unanswered"]


def test_the_evidence_says_which_model_with_which_weights_said_what_in_how_long() -> None:
    (seen,) = (
        one for one in judged(CAT, said(Outcome.HOLD, "text.gore", scores={"text.gore": 0.7})).evidence
        if one.name == "text model"
    )  # fmt: skip
    assert seen.kind is EvidenceKind.MEASURED
    assert (seen.model, seen.reason, seen.threshold) == ("safeguard", "Because.", 0.5)
    assert seen.value == {
        "outcome": "hold", "rules": ["text.gore"], "weights": "ab" * 32, "seconds": 1.5, "scores": {"text.gore": 0.7},
    }  # fmt: skip


def test_what_was_not_asked_is_said_once() -> None:
    judgement = not_asked(judge_prompt(DENIED, POLICY), "safeguard", "denied already")
    (seen,) = (one for one in judgement.evidence if one.name == "text model")
    assert (seen.kind, seen.reason) == (EvidenceKind.NOT_CHECKED, "denied already")


@pytest.mark.parametrize("gate", [Gate.PROMPT, Gate.STORYBOARD, Gate.SAFETY])
def test_a_model_is_given_every_rule_for_words_and_the_gate_s_own(gate: Gate) -> None:
    given = {rule.id for rule in rules_given(POLICY, gate)}
    assert {rule.id for rule in POLICY.text.rules} <= given
    own = {
        rule.id
        for rule in POLICY.rules
        if rule.gate is gate and rule.category not in ("reasoned", "learned") and not rule.not_checked
    }
    assert own <= given
    assert not any("reasoned" in one or one.startswith("evidence.") for one in given)
    assert {f"{gate.title}.reasoned_deny", f"{gate.title}.reasoned_hold"} <= {rule.id for rule in POLICY.rules}


def test_what_a_vision_language_model_says_stands_under_its_own_name() -> None:
    seen = Judgement(gate=Gate.SAFETY, outcome=Outcome.ALLOW, policy_version=POLICY.version)
    judgement = with_reasoned(seen, said(Outcome.DENY, "text.gore"), POLICY)
    assert judgement.outcome is Outcome.DENY
    assert [one.name for one in judgement.evidence] == ["vision-language model"]

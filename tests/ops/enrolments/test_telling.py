"""A refusal in parts: what was looked for, what was seen and what would change it, and nothing lost between them."""

import pytest

from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import Outcome, Rule
from moderation.presentation import Measured, Step, judge_step, load_presentation_policy
from ops.enrolments.telling import Told, steps_of, told

STEPS = load_presentation_policy().of(LikenessKind.PERSON)


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_every_rule_says_apart_what_to_do(step: Step) -> None:
    extremes = [{rule.measure: Measured(value) for rule in step.rules} for value in (-1e6, 1e6)]
    spoken = [rule for measures in extremes for rule in judge_step(step, measures).rules]
    assert {rule.id for rule in spoken} == {rule.id for rule in step.rules}
    policy = {rule.id: rule for rule in step.rules}
    for rule, parts in zip(spoken, told(LikenessKind.PERSON, tuple(spoken)), strict=True):
        assert (parts.wanted, parts.remedy) == (policy[rule.id].sentence, policy[rule.id].otherwise)
        assert parts.found.startswith("Measured ")
        assert f"{parts.wanted} {parts.found} {parts.remedy}" == rule.reason


def test_what_was_not_measured_asks_nothing_of_the_person() -> None:
    judged = judge_step(STEPS[0], {})
    assert judged.outcome is Outcome.HOLD
    for parts in told(LikenessKind.PERSON, judged.rules):
        assert parts.found == "Not checked: it was not measured. A person decides."
        assert parts.remedy == ""


def test_a_rule_of_no_policy_is_told_whole() -> None:
    rules = (
        Rule(id="review.denied", reason="That is not you."),
        Rule(id="face.alone", reason="An older sentence."),
    )
    assert told(LikenessKind.PERSON, rules) == (Told(wanted="That is not you."), Told(wanted="An older sentence."))


def test_a_person_takes_twelve_steps_and_a_pet_four() -> None:
    assert (steps_of(LikenessKind.PERSON), steps_of(LikenessKind.PET)) == (12, 4)

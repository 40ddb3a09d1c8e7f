"""The steps of an enrolment as data, and what they make of measures: nothing short of certain is let through."""

from collections.abc import Mapping
from itertools import pairwise
from math import inf, nan, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import EvidenceKind, Outcome
from moderation.deliberation import gravest
from moderation.presentation import Bound, Measured, Step, StepRule, judge_step, load_presentation_policy

POLICY = load_presentation_policy()
GRAVITY = (Outcome.ALLOW, Outcome.HOLD, Outcome.DENY)
RULES = [(step, rule) for step in POLICY.steps for rule in step.rules]
EACH_RULE = pytest.mark.parametrize(("step", "rule"), RULES, ids=[f"{step.number} {rule.id}" for step, rule in RULES])
TURNED = StepRule(
    id="head.turned",
    measure="turns",
    unit="turns",
    at_least=Bound(allow=3, hold=2),
    sentence="It turned.",
    otherwise="Turn.",
)
NOTHING = [None, Measured(None, reason="the model is not installed"), Measured(nan), Measured(inf)]
Measures = Mapping[str, Measured]


def bound_of(rule: StepRule) -> tuple[float, Bound]:
    """Which way is better (1: more, -1: less), and the bound."""
    if rule.at_least is not None:
        return 1.0, rule.at_least
    assert rule.at_most is not None
    return -1.0, rule.at_most


def perfect(step: Step) -> dict[str, Measured]:
    """Measures that stand exactly at what each rule allows: the strictest where two rules ask for one."""
    found: dict[str, Measured] = {}
    for rule in step.rules:
        if rule.measure not in found:
            found[rule.measure] = Measured(bound_of(rule)[1].allow)
    return found


def outcome(kind: LikenessKind, measures: Measures) -> Outcome:
    """What all steps of a kind come to."""
    return gravest(tuple(judge_step(step, measures).outcome for step in POLICY.of(kind)))


@st.composite
def measured(draw: st.DrawFn, kind: LikenessKind) -> Measures:
    """Any measures of a kind, most of them good, some missing."""
    found: dict[str, Measured] = {}
    for rule in (rule for step in POLICY.of(kind) for rule in step.rules):
        anything = st.floats() | st.none()
        good = st.just(bound_of(rule)[1].allow)
        found[rule.measure] = Measured(draw(st.one_of(good, good, good, anything)))
    return {name: one for name, one in found.items() if draw(st.integers(0, 30)) > 0}


@pytest.mark.parametrize("kind", list(LikenessKind))
def test_the_steps_of_a_kind_come_in_order_of_their_numbers_and_end_with_the_consent(kind: LikenessKind) -> None:
    steps = POLICY.of(kind)
    assert all(one.number < later.number for one, later in pairwise(steps))
    assert steps[0].name == "container"
    assert steps[-1].name == "consent"
    assert len({rule.id for step in steps for rule in step.rules}) == sum(len(step.rules) for step in steps)


def test_a_person_is_asked_everything_that_enrolment_promises() -> None:
    assert [step.name for step in POLICY.of(LikenessKind.PERSON)] == [
        "container",
        "face",
        "same person",
        "movements",
        "phrase",
        "mouth",
        "head in space",
        "continuity",
        "not seen before",
        "nobody else's face",
        "account holder",
        "consent",
    ]


@EACH_RULE
def test_a_person_decides_only_beyond_what_is_allowed(step: Step, rule: StepRule) -> None:
    better, bound = bound_of(rule)
    assert bound.hold is None or better * bound.hold < better * bound.allow
    assert rule.sentence.endswith(".")
    assert rule.otherwise.endswith((".", '."', ")"))


@EACH_RULE
def test_each_rule_allows_asks_and_refuses_at_its_bounds(step: Step, rule: StepRule) -> None:
    better, bound = bound_of(rule)
    worse = -better * inf
    assert rule.outcome(bound.allow) is Outcome.ALLOW
    beyond = nextafter(bound.allow, worse)
    if bound.hold is None:
        assert rule.outcome(beyond) is Outcome.DENY
    else:
        assert rule.outcome(beyond) is Outcome.HOLD
        assert rule.outcome(bound.hold) is Outcome.HOLD
        assert rule.outcome(nextafter(bound.hold, worse)) is Outcome.DENY


@EACH_RULE
def test_a_refusal_names_its_rule_what_was_measured_and_what_would_change_it(step: Step, rule: StepRule) -> None:
    better, bound = bound_of(rule)
    judged = judge_step(step, perfect(step) | {rule.measure: Measured(bound.allow - better * 1e6, model="m")})
    assert judged.outcome is Outcome.DENY
    (said,) = [one for one in judged.rules if one.id == rule.id]
    assert rule.sentence in said.reason
    assert f"wanted at {'least' if better > 0 else 'most'} {bound.allow:g}" in said.reason
    assert said.reason.endswith(rule.otherwise)
    seen = [one for one in judged.evidence if one.name == rule.measure]
    assert {(one.kind, one.model) for one in seen} == {(EvidenceKind.MEASURED, "m")}
    assert bound.model_dump(mode="json") in [one.threshold for one in seen]


@EACH_RULE
@pytest.mark.parametrize("missing", NOTHING)
def test_a_missing_measure_goes_to_a_person(step: Step, rule: StepRule, missing: Measured | None) -> None:
    measures = {name: one for name, one in perfect(step).items() if name != rule.measure}
    if missing is not None:
        measures[rule.measure] = missing
    judged = judge_step(step, measures)
    assert judged.outcome is Outcome.HOLD
    (said,) = [one for one in judged.rules if one.id == rule.id]
    assert "Not checked" in said.reason
    seen = [one for one in judged.evidence if one.name == rule.measure]
    assert {one.kind for one in seen} == {EvidenceKind.NOT_CHECKED}
    assert all(one.reason for one in seen)


@pytest.mark.parametrize("kind", list(LikenessKind))
def test_what_stands_at_every_bound_is_enrolled_and_nothing_measured_is_not(kind: LikenessKind) -> None:
    best = {name: one for step in POLICY.of(kind) for name, one in perfect(step).items()}
    assert outcome(kind, best) is Outcome.ALLOW
    assert outcome(kind, {}) is Outcome.HOLD


def test_an_account_nobody_looked_at_waits_for_a_person_and_is_not_refused() -> None:
    (step,) = [one for one in POLICY.of(LikenessKind.PERSON) if one.name == "account holder"]
    assert judge_step(step, {"holder_verified": Measured(0.0)}).outcome is Outcome.HOLD


@given(st.data(), st.sampled_from(list(LikenessKind)))
def test_anything_short_of_certain_is_never_enrolled(data: st.DataObject, kind: LikenessKind) -> None:
    measures = data.draw(measured(kind))
    if outcome(kind, measures) is not Outcome.ALLOW:
        return
    for rule in (rule for step in POLICY.of(kind) for rule in step.rules):
        value = measures[rule.measure].value  # a missing one would have been held
        better, bound = bound_of(rule)
        assert value is not None
        assert better * value >= better * bound.allow


@given(st.data(), st.sampled_from(list(LikenessKind)), st.floats(min_value=0, allow_infinity=False))
def test_worse_evidence_never_gives_a_milder_outcome(data: st.DataObject, kind: LikenessKind, by: float) -> None:
    measures = dict(data.draw(measured(kind)))
    rule = data.draw(st.sampled_from([rule for step in POLICY.of(kind) for rule in step.rules]))
    found = measures.get(rule.measure, Measured(None)).value
    if found is None:
        return
    worse = rule.outcome(found - bound_of(rule)[0] * by)
    assert GRAVITY.index(worse) >= GRAVITY.index(rule.outcome(found))


@given(st.data(), st.sampled_from(list(LikenessKind)))
def test_less_evidence_never_lets_through_what_more_did_not(data: st.DataObject, kind: LikenessKind) -> None:
    measures = dict(data.draw(measured(kind)))
    before = outcome(kind, measures)
    measures.pop(data.draw(st.sampled_from(["nothing", *measures])), None)
    after = outcome(kind, measures)
    assert GRAVITY.index(after) >= GRAVITY.index(before) or (before, after) == (Outcome.DENY, Outcome.HOLD)


@given(st.floats(), st.permutations(range(len(RULES))))
def test_the_order_of_rules_changes_no_outcome(value: float, order: list[int]) -> None:
    rules = tuple(rule for _, rule in RULES)
    step = Step(number=1, name="all", kinds=(LikenessKind.PET,), rules=rules)
    measures = {rule.measure: Measured(value) for rule in rules}
    shuffled = step.model_copy(update={"rules": tuple(rules[number] for number in order)})
    assert judge_step(shuffled, measures).outcome is judge_step(step, measures).outcome


@pytest.mark.parametrize("bounds", [{}, {"at_least": Bound(allow=1), "at_most": Bound(allow=2)}])
def test_a_rule_without_one_bound_is_no_rule(bounds: dict[str, Bound]) -> None:
    with pytest.raises(ValidationError, match="either at_least or at_most"):
        StepRule.model_validate(TURNED.model_dump(exclude={"at_least"}) | bounds)


@pytest.mark.parametrize(("allow", "hold", "bound"), [(3, 4, "at_least"), (3, 3, "at_least"), (3, 2, "at_most")])
def test_a_bound_that_asks_a_person_about_what_it_allows_is_none(allow: float, hold: float, bound: str) -> None:
    with pytest.raises(ValidationError, match="hold"):
        StepRule.model_validate(TURNED.model_dump(exclude={"at_least"}) | {bound: {"allow": allow, "hold": hold}})

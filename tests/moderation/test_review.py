"""Which of people's answers counts for a judgement: an approval lifts what was put to its person, and no more."""

from datetime import timedelta

import pytest

from greenroom.domain.base import now
from greenroom.domain.reviews import Decision, ReviewDecision, ReviewOpinion
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Rule
from moderation.policy import load_policy
from moderation.review import counting, settled

POLICY = load_policy()
NOW = now()
OPINION = ReviewOpinion(id="ro", review="rv", by="vera", reason="Fine.", recorded_at=NOW)


def refused(*rules: str, outcome: Outcome = Outcome.HOLD) -> Judgement:
    spoken = tuple(Rule(id=rule, reason="it spoke") for rule in rules)
    return Judgement(gate=Gate.SAFETY, outcome=outcome, rules=spoken, policy_version=POLICY.version)


def said(decision: Decision, *asked: str, opinions: tuple[ReviewOpinion, ...] = (), after: int = 0) -> ReviewDecision:
    return ReviewDecision(
        id=f"rd-{after}",
        review=f"rv-{after}",
        decision=decision,
        by="studio",
        reason="seen",
        asked=asked,
        opinions=opinions,
        recorded_at=NOW + timedelta(seconds=after),
    )


def test_what_one_person_approved_is_lifted() -> None:
    approval = said(Decision.APPROVE, "safety.uncovered")
    assert settled(refused("safety.uncovered"), (approval,), POLICY).outcome is Outcome.ALLOW


@pytest.mark.parametrize("found", ["safety.nudity", "safety.reasoned_deny", "safety.hash_listed"])
def test_what_was_found_since_is_not(found: str) -> None:
    approval = said(Decision.APPROVE, "safety.uncovered")
    judgement = refused(found, "safety.uncovered", outcome=POLICY.action(found))
    assert settled(judgement, (approval,), POLICY) == judgement


def test_what_two_must_approve_is_not_lifted_by_one() -> None:
    judgement = refused("safety.hash_listed")
    alone = said(Decision.APPROVE, "safety.hash_listed")
    assert settled(judgement, (alone,), POLICY) == judgement
    both = alone.model_copy(update={"opinions": (OPINION,)})
    assert settled(judgement, (both,), POLICY).outcome is Outcome.ALLOW


def test_the_last_denial_counts_and_an_appeal_that_lifted_it_after_it() -> None:
    judgement = refused("safety.uncovered")
    denial = said(Decision.DENY, "safety.uncovered")
    assert settled(judgement, (denial,), POLICY).rules[-1].id == "review.denied"
    lifted = said(Decision.APPROVE, "safety.uncovered", "review.denied", after=1)
    assert counting(judgement, (denial, lifted), POLICY) == lifted
    denied = settled(judgement, (denial,), POLICY)
    assert counting(denied, (denial, lifted), POLICY) == lifted, "of a verdict that the denial stands in too"


def test_an_earlier_approval_counts_where_a_later_one_was_of_something_else() -> None:
    first = said(Decision.APPROVE, "safety.uncovered")
    second = said(Decision.APPROVE, "safety.hash_listed", opinions=(OPINION,), after=1)
    assert counting(refused("safety.uncovered"), (first, second), POLICY) == first
    assert counting(refused("safety.uncovered", "safety.hash_listed"), (first, second), POLICY) is None

"""The gravest wants two persons, a maker may appeal once for each rule, and no approval lifts what is final."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.base import now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision, ReviewDecision, ReviewOpinion
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Rule
from greenroom.errors import BadInput, NotFound
from ledger import reviews, verdicts
from moderation.policy import FINAL_CATEGORIES, FINAL_GATES, Policy, PolicyRule, TextRule, load_policy
from moderation.review import answerable, settled
from ops.briefs import Request, account, submit
from ops.review import answer, waiting
from ops.review_appeals import appeal
from ops.review_figures import figures
from ops.stages import consent, prompt
from ops.stages.handling import Handled, handle
from ops.status import urgent
from ops.studio import Studio
from ops.waiting import unfinished

POLICY = load_policy()
GRAVE = "Mark Rutherford sings in a bathtub"  # perhaps a real person
GEORGIAN = "კატა ზის ბაღში და მზეს უყურებს"  # a script that no word rule reads
DENIED = "a man shoots his neighbour with a gun, blood and guts everywhere"
NO_TIME = timedelta(0)
EVERY: tuple[PolicyRule | TextRule, ...] = (*POLICY.rules, *POLICY.text.rules)
RULES = sorted(rule.id for rule in EVERY)


@pytest.fixture
def two(studio: Studio) -> tuple[Account, Account]:
    """The installation's own operator, and another whom the settings name."""
    settings = studio.settings.model_copy(update={"operators": "vera"})
    object.__setattr__(studio, "settings", settings)
    return account(studio, settings.account), account(studio, "vera")


def judged(studio: Studio, brief: Brief) -> Handled:
    handle(studio, consent.DEFINITION, brief.id, "run")
    return handle(studio, prompt.DEFINITION, brief.id, "run")


def filed(studio: Studio, who: Account, text: str) -> Brief:
    _, (brief,) = submit(studio, (Request(prompt=text),), who, Lane.INTERACTIVE)
    judged(studio, brief)
    return brief


def test_the_gravest_needs_two_different_persons(studio: Studio, owner: Account, two: tuple[Account, Account]) -> None:
    brief, (first, second) = filed(studio, owner, GRAVE), two
    (one,) = waiting(studio)
    assert {rule.id for rule in one.review.rules} == {"prompt.maybe_person"}
    assert one.needs == 2
    opinion = answer(studio, one.review.id, Decision.APPROVE, first, "An invented name.")
    assert (opinion.decision, opinion.batch) == (None, None)
    assert judged(studio, brief).outcome is Outcome.HOLD, "one approval settles nothing"
    assert waiting(studio)[0].approvals == (first.name,)
    with pytest.raises(BadInput, match="approved"):
        answer(studio, one.review.id, Decision.APPROVE, first, "Still invented.")
    settled_by = answer(studio, one.review.id, Decision.APPROVE, second, "I find nobody of that name.")
    assert settled_by.batch is not None
    assert judged(studio, brief).outcome is Outcome.ALLOW
    with studio.ledger.read() as tx:
        judgement = verdicts.latest(tx, brief.id)[Gate.PROMPT].judgement
    seen = next(evidence.value for evidence in judgement.evidence if evidence.name == "review")
    assert isinstance(seen, dict)
    assert (seen["by"], seen["approved_before_by"]) == (second.id, [first.id])


def test_one_denial_denies_what_another_approved(studio: Studio, owner: Account, two: tuple[Account, Account]) -> None:
    brief, (first, second) = filed(studio, owner, GRAVE), two
    (one,) = waiting(studio)
    answer(studio, one.review.id, Decision.APPROVE, first, "An invented name.")
    answer(studio, one.review.id, Decision.DENY, second, "He lives in my street.")
    assert judged(studio, brief).outcome is Outcome.DENY


def test_an_appeal_is_decided_by_another_person_and_once_for_each_rule(
    studio: Studio, owner: Account, two: tuple[Account, Account]
) -> None:
    brief, (first, second) = filed(studio, owner, GEORGIAN), two
    (one,) = waiting(studio)
    with pytest.raises(BadInput, match="waits for a person already"):
        appeal(studio, brief.id, "prompt.unread_script", "Read it.", owner)
    answer(studio, one.review.id, Decision.DENY, first, "I cannot read it.")
    assert judged(studio, brief).outcome is Outcome.DENY
    with pytest.raises(BadInput, match="not asked for by"):
        appeal(studio, brief.id, "prompt.unread_script", "Mine.", second)
    with pytest.raises(BadInput, match="does not refuse"):
        appeal(studio, brief.id, "prompt.empty", "It is not empty.", owner)
    made = appeal(studio, brief.id, "prompt.unread_script", "A cat sits in a garden.", owner)
    (again,) = waiting(studio)
    assert (again.review.id, again.appeal) == (made.review, made)
    with pytest.raises(BadInput, match="decided on this brief before"):
        answer(studio, made.review, Decision.APPROVE, first, "Well then.")
    answered = answer(studio, made.review, Decision.APPROVE, second, "I read Georgian: a cat in a garden.")
    assert answered.batch is not None
    assert [batch.id for batch in unfinished(studio, NO_TIME)] == [brief.batch]
    assert judged(studio, brief).outcome is Outcome.ALLOW
    assert judged(studio, brief).reused
    with pytest.raises(BadInput, match="does not refuse"):
        appeal(studio, brief.id, "prompt.unread_script", "Again.", owner)


def test_an_appeal_that_is_denied_stays_denied_and_is_not_made_twice(
    studio: Studio, owner: Account, two: tuple[Account, Account]
) -> None:
    brief = filed(studio, owner, DENIED)
    with studio.ledger.read() as tx:
        rules = verdicts.latest(tx, brief.id)[Gate.PROMPT].judgement.rules
    assert waiting(studio) == (), "what a rule denies is asked of nobody"
    made = appeal(studio, brief.id, rules[0].id, "It is a film about a crime.", owner)
    answer(studio, made.review, Decision.DENY, two[1], "It is gore.")
    assert judged(studio, brief).outcome is Outcome.DENY
    assert judged(studio, brief).rules[-1] == "review.denied"
    with pytest.raises(BadInput, match="before"):
        appeal(studio, brief.id, rules[0].id, "Please.", owner)
    assert unfinished(studio, NO_TIME) == ()


def test_a_newer_policy_that_refuses_by_the_same_rule_may_be_objected_to_again(
    studio: Studio, owner: Account, two: tuple[Account, Account]
) -> None:
    brief = filed(studio, owner, DENIED)
    with studio.ledger.read() as tx:
        rule = verdicts.latest(tx, brief.id)[Gate.PROMPT].judgement.rules[0].id
    first = appeal(studio, brief.id, rule, "It is a film about a crime.", owner)
    answer(studio, first.review, Decision.DENY, two[1], "It is gore.")
    version = studio.policy.version + 1
    text = studio.policy.text.model_copy(update={"version": version})
    later = replace(studio, policy=studio.policy.model_copy(update={"version": version, "text": text}))
    assert judged(later, brief).outcome is Outcome.DENY
    again = appeal(later, brief.id, rule, "The rule is milder now.", owner)
    assert (first.policy_version, again.policy_version) == (version - 1, version)
    answer(later, again.review, Decision.DENY, two[0], "It is gore still.")
    with pytest.raises(BadInput, match=f"appealed for {brief.id} before"):
        appeal(later, brief.id, rule, "Please.", owner)


def test_a_makers_own_appeal_is_not_theirs_to_decide(studio: Studio, two: tuple[Account, Account]) -> None:
    brief = filed(studio, two[0], DENIED)
    with studio.ledger.read() as tx:
        rule = verdicts.latest(tx, brief.id)[Gate.PROMPT].judgement.rules[0].id
    made = appeal(studio, brief.id, rule, "Mine.", two[0])
    with pytest.raises(BadInput, match="made this appeal"):
        answer(studio, made.review, Decision.APPROVE, two[0], "Mine.")


def test_what_is_final_takes_no_appeal(studio: Studio, owner: Account) -> None:
    _, (brief,) = submit(studio, (Request(prompt="@nobody sits", likenesses=("nobody",)),), owner, Lane.INTERACTIVE)
    handle(studio, consent.DEFINITION, brief.id, "run")
    with pytest.raises(BadInput, match="no person may lift"):
        appeal(studio, brief.id, "consent.unknown_likeness", "He agreed.", owner)
    with pytest.raises(NotFound):
        appeal(studio, "br-none", "prompt.empty", "Why?", owner)


@given(rules=st.lists(st.sampled_from(RULES), min_size=1, max_size=4, unique=True), gate=st.sampled_from(list(Gate)))
def test_no_approval_lifts_consent_child_safety_or_marks(rules: list[str], gate: Gate) -> None:
    outcome = Outcome.DENY if Outcome.DENY in {POLICY.action(rule) for rule in rules} else Outcome.HOLD
    spoken = tuple(Rule(id=rule, reason="it spoke") for rule in rules)
    judgement = Judgement(gate=gate, outcome=outcome, rules=spoken, policy_version=POLICY.version)
    approval = ReviewDecision(
        id="rd",
        review="rv",
        decision=Decision.APPROVE,
        by="ac",
        reason="I insist.",
        asked=tuple(rules),
        recorded_at=now(),
    )
    opinion = ReviewOpinion(id="ro", review="rv", by="another", reason="I too.", recorded_at=now())
    approval = approval.model_copy(update={"opinions": (opinion,)})
    final = any(_final(POLICY, rule) for rule in rules)
    if final:
        assert not answerable(judgement, POLICY)
        assert settled(judgement, (approval,), POLICY) == judgement


def _final(policy: Policy, rule: str) -> bool:
    """Whether a rule denies, or holds for want of evidence, in a matter that no approval may lift."""
    one = next((word for word in policy.text.rules if word.id == rule), None)
    if one is not None:
        return one.category in FINAL_CATEGORIES and one.action is Outcome.DENY
    found = policy.rule(rule)
    if found.gate in FINAL_GATES:
        return True
    return found.category in FINAL_CATEGORIES and (found.action is Outcome.DENY or not found.reviewable)


def test_every_grave_doubt_wants_two_persons() -> None:
    grave = ("minors", "child_safety", "sexual", "persons", "public_person")
    asked = [rule for rule in EVERY if rule.category in grave]
    assert [one.id for one in asked if POLICY.appealable(one.id) and not one.second_opinion] == []


def test_what_waits_too_long_stands_first_and_is_said(
    studio: Studio, owner: Account, two: tuple[Account, Account]
) -> None:
    filed(studio, owner, GEORGIAN)
    (one,) = waiting(studio)
    assert (one.overdue, one.due_at - one.review.recorded_at) == (False, timedelta(hours=24))
    assert urgent(studio, 1, "ada").reviews == ()
    (late,) = waiting(studio, moment=now() + timedelta(hours=25))
    assert late.overdue
    object.__setattr__(studio, "settings", studio.settings.model_copy(update={"review_hours": 1e-9}))
    assert urgent(studio, 1, "ada").reviews == (one.review.id,)
    with studio.ledger.read() as tx:
        assert reviews.decision(tx, one.review.id) is None


def test_the_numbers_are_by_rule_and_month_without_a_name(
    studio: Studio, owner: Account, two: tuple[Account, Account]
) -> None:
    brief = filed(studio, owner, GEORGIAN)
    filed(studio, owner, f"{GEORGIAN} {GEORGIAN}")
    (one, _) = waiting(studio)
    answer(studio, one.review.id, Decision.DENY, two[0], "I cannot read it.")
    judged(studio, brief)
    made = appeal(studio, brief.id, "prompt.unread_script", "A cat sits in a garden.", owner)
    answer(studio, made.review, Decision.APPROVE, two[1], "So it is.")
    judged(studio, brief)
    found = figures(studio, now() - timedelta(days=1), now() + timedelta(days=1))
    by_rule = {figure.rule: figure for figure in found}
    unread = by_rule["prompt.unread_script"]
    assert unread.month == f"{now():%Y-%m}"
    assert (unread.refused, unread.held, unread.approved, unread.denied, unread.waiting) == (1, 2, 0, 1, 1)
    assert (unread.appealed, unread.overturned) == (1, 1)
    assert unread.median_hours is not None
    assert by_rule["review.denied"].refused == 1
    told = " ".join(figure.model_dump_json() for figure in found)
    assert [name for name in ("ada", "studio", "vera", owner.id, brief.id) if name in told] == []
    assert figures(studio, now() + timedelta(days=1), now() + timedelta(days=2)) == ()

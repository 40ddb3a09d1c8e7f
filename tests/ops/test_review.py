"""What a gate holds for a person is asked once, answered once, and goes on or ends with that answer on record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import Status
from greenroom.domain.consents import Account, Audience, Consent, Likeness
from greenroom.domain.removals import NoticeKind
from greenroom.domain.reviews import Decision, Review, ReviewSubject
from greenroom.domain.verdicts import Gate, Outcome
from greenroom.errors import BadInput, NotFound
from ledger import notices, reviews, verdicts, verifications
from moderation.policy import TextRule
from ops.briefs import Request, account, submit
from ops.likenesses import withdraw
from ops.permit import Changes, permit
from ops.review import answer, overdue, waiting
from ops.review_figures import figures
from ops.stages import consent, prompt, storyboard
from ops.stages.handling import Handled, handle
from ops.status import standing
from ops.studio import Studio
from ops.waiting import unfinished

Enrol = Callable[..., tuple[Likeness, Consent]]
GEORGIAN = "კატა ზის ბაღში და მზეს უყურებს"  # a script that no word rule reads
NO_TIME = now() - now()


@pytest.fixture
def operator(studio: Studio) -> Account:
    return account(studio, studio.settings.account)


def filed(studio: Studio, who: Account, text: str, *handles: str) -> Brief:
    _, (brief,) = submit(studio, (Request(prompt=text, likenesses=handles),), who, Lane.INTERACTIVE)
    return brief


def at_gate_2(studio: Studio, brief: Brief) -> Handled:
    handle(studio, consent.DEFINITION, brief.id, "run")
    return handle(studio, prompt.DEFINITION, brief.id, "run")


def test_an_approved_brief_is_allowed_with_the_answer_as_evidence(
    studio: Studio, owner: Account, operator: Account
) -> None:
    brief = filed(studio, owner, GEORGIAN)
    assert at_gate_2(studio, brief).outcome is Outcome.HOLD
    assert at_gate_2(studio, brief).reused
    assert unfinished(studio, NO_TIME) == ()
    (one,) = waiting(studio, ReviewSubject.BRIEF)
    assert (one.review.subject, one.review.gate) == (brief.id, Gate.PROMPT)
    assert [rule.id for rule in one.review.rules] == ["prompt.unread_script"]
    assert GEORGIAN in one.about
    answered = answer(studio, one.review.id, Decision.APPROVE, operator, "It is a cat in a garden.")
    assert answered.batch is not None
    assert [batch.id for batch in unfinished(studio, NO_TIME)] == [brief.batch]
    assert at_gate_2(studio, brief).outcome is Outcome.ALLOW
    with studio.ledger.read() as tx:
        judged = verdicts.latest(tx, brief.id)[Gate.PROMPT].judgement
    seen = next(evidence for evidence in judged.evidence if evidence.name == "review")
    assert isinstance(seen.value, dict)
    assert (seen.value["by"], seen.value["decision"]) == (operator.id, "approve")
    assert seen.reason == "It is a cat in a garden."
    assert "prompt.unread_script" in str(seen.value["held_by"])
    assert at_gate_2(studio, brief).reused
    assert waiting(studio) == ()


def test_a_denied_brief_is_denied_at_once_with_the_reason_and_its_maker_is_told(
    studio: Studio, owner: Account, operator: Account
) -> None:
    brief = filed(studio, owner, GEORGIAN)
    at_gate_2(studio, brief)
    with studio.ledger.read() as tx:
        assert standing(tx, brief.id) is Status.HELD
    (one,) = waiting(studio)
    assert answer(studio, one.review.id, Decision.DENY, operator, "Not this.").batch is None
    with studio.ledger.read() as tx:
        assert standing(tx, brief.id) is Status.DENIED
        (told,) = notices.of_account(tx, owner.id)
    assert (told.kind, told.brief) == (NoticeKind.REVIEWED, brief.id)
    assert "prompt.unread_script), and denied it: Not this. You may object" in told.text
    assert operator.name not in told.text
    denied = at_gate_2(studio, brief)
    assert (denied.outcome, denied.rules) == (Outcome.DENY, ("prompt.unread_script", "review.denied"))
    assert denied.reused, "the next run finds it denied"
    assert unfinished(studio, NO_TIME) == ()


def test_whoever_asked_is_told_that_it_goes_on_unless_they_decided_it_themselves(
    studio: Studio, owner: Account, operator: Account
) -> None:
    for who in (owner, operator):
        at_gate_2(studio, filed(studio, who, GEORGIAN))
    for one in waiting(studio):
        answer(studio, one.review.id, Decision.APPROVE, operator, "It is a cat in a garden.")
    with studio.ledger.read() as tx:
        assert ["it goes on" in told.text for told in notices.of_account(tx, owner.id)] == [True]
        assert notices.of_account(tx, operator.id) == ()


def test_what_was_taken_back_while_it_waited_is_no_question_any_more(
    studio: Studio, owner: Account, operator: Account, enrol_pet: Enrol
) -> None:
    enrol_pet("tom", audience=Audience.EVERYONE, restrictions=("nothing silly",))
    brief = filed(studio, owner, "@tom sits in a garden", "tom")
    at_gate_2(studio, brief)
    handle(studio, storyboard.DEFINITION, brief.id, "run")
    (one,) = waiting(studio)
    withdraw(studio, "tom", owner, "I changed my mind.")
    assert waiting(studio) == ()
    with pytest.raises(BadInput, match="the consent of @tom was withdrawn"):
        answer(studio, one.review.id, Decision.APPROVE, operator, "Sitting is not silly.")
    with studio.ledger.read() as tx:
        assert reviews.decision(tx, one.review.id) is None
        assert overdue(tx, studio.settings, now() + timedelta(days=9)) == ()
    counted = figures(studio, now() - timedelta(days=1), now() + timedelta(days=1))
    assert [(one.rule, one.held, one.waiting) for one in counted] == [("storyboard.doubtful", 1, 0)]


def test_an_answer_counts_for_the_very_same_inputs_alone(
    studio: Studio, owner: Account, operator: Account, enrol_pet: Enrol
) -> None:
    enrol_pet("tom", audience=Audience.EVERYONE, restrictions=("nothing silly",))
    brief = filed(studio, owner, "@tom sits in a garden", "tom")

    def planned() -> Handled:
        at_gate_2(studio, brief)
        return handle(studio, storyboard.DEFINITION, brief.id, "run")

    held = planned()
    assert (held.outcome, held.rules) == (Outcome.HOLD, ("storyboard.doubtful",))
    (one,) = waiting(studio)
    answer(studio, one.review.id, Decision.APPROVE, operator, "Sitting is not silly.")
    assert planned().outcome is Outcome.ALLOW
    permit(studio, "tom", owner, Changes(restrictions=("nothing sad",)))
    assert planned().outcome is Outcome.HOLD
    (again,) = waiting(studio)
    assert again.review.id != one.review.id


def test_an_approval_lifts_the_rules_it_was_asked_about_and_no_others(
    studio: Studio, owner: Account, operator: Account
) -> None:
    brief = filed(studio, owner, GEORGIAN)
    at_gate_2(studio, brief)
    (first,) = waiting(studio)
    answer(studio, first.review.id, Decision.APPROVE, operator, "It is a cat in a garden.")
    # Asked again on the very same inputs, the gate finds more, as it would by a list or a model that came meanwhile.
    found_since = finds_cats(studio)
    held = at_gate_2(found_since, brief)
    assert (held.outcome, set(held.rules)) == (Outcome.HOLD, {"prompt.unread_script", "text.cats"})
    (again,) = waiting(found_since)
    assert (again.review.id != first.review.id, again.needs) == (True, 2)
    assert at_gate_2(found_since, brief).reused, "the first approval does not ask the gate forever"
    assert unfinished(studio, NO_TIME) == (), "it waits for a person"
    vera = account(found_since, "vera")
    assert answer(found_since, again.review.id, Decision.APPROVE, operator, "An ordinary cat.").decision is None
    assert at_gate_2(found_since, brief).outcome is Outcome.HOLD, "one approval lifts nothing that needs two"
    answer(found_since, again.review.id, Decision.APPROVE, vera, "A cat.")
    assert at_gate_2(found_since, brief).outcome is Outcome.ALLOW
    assert at_gate_2(found_since, brief).reused
    assert waiting(found_since) == ()


def test_an_approval_goes_on_counting_for_the_very_question_it_answered(
    studio: Studio, owner: Account, operator: Account
) -> None:
    brief, blind, sees = filed(studio, owner, GEORGIAN), finds_cats(studio, "never"), finds_cats(studio)
    at_gate_2(blind, brief)
    (first,) = waiting(blind)
    answer(blind, first.review.id, Decision.APPROVE, operator, "It is a cat in a garden.")
    assert at_gate_2(sees, brief).outcome is Outcome.HOLD
    (again,) = waiting(sees)
    for who in (operator, account(studio, "vera")):
        answer(sees, again.review.id, Decision.APPROVE, who, "A cat.")
    assert at_gate_2(blind, brief).outcome is Outcome.ALLOW
    assert at_gate_2(blind, brief).reused


def finds_cats(studio: Studio, pattern: str = "კატა") -> Studio:
    """The installation with a rule, under the same version of its policy, that two persons must lift."""
    cats = TextRule(
        id="text.cats", category="cats", action=Outcome.HOLD, sentence="No cats.", any=(pattern,), second_opinion=True
    )
    text = studio.policy.text.model_copy(update={"rules": (*studio.policy.text.rules, cats)})
    settings = studio.settings.model_copy(update={"operators": "vera"})
    return replace(studio, settings=settings, policy=studio.policy.model_copy(update={"text": text}))


def test_what_is_held_for_want_of_evidence_is_no_persons_to_decide(studio: Studio, owner: Account) -> None:
    brief = filed(studio, owner, "A cat")
    assert handle(studio, prompt.DEFINITION, brief.id, "run").rules == ("evidence.missing",)
    assert waiting(studio) == ()


def test_only_an_operator_answers_once_and_with_a_reason(studio: Studio, owner: Account, operator: Account) -> None:
    at_gate_2(studio, filed(studio, owner, GEORGIAN))
    (one,) = waiting(studio)
    with pytest.raises(BadInput, match="no operator"):
        answer(studio, one.review.id, Decision.APPROVE, owner, "Mine.")
    with pytest.raises(BadInput, match="needs a reason"):
        answer(studio, one.review.id, Decision.APPROVE, operator, " ")
    with pytest.raises(NotFound):
        answer(studio, "rv_none", Decision.APPROVE, operator, "Yes.")
    answer(studio, one.review.id, Decision.DENY, operator, "No.")
    with pytest.raises(BadInput, match=f"answered before: denied by @{operator.name}"):
        answer(studio, one.review.id, Decision.APPROVE, operator, "Yes.")


def test_an_account_approved_is_verified_as_an_adults(studio: Studio, owner: Account, operator: Account) -> None:
    question = Review(id=new_id("rv"), kind=ReviewSubject.ACCOUNT, subject=owner.id, recorded_at=now())
    with studio.ledger.write() as tx:
        reviews.open_once(tx, question)
        assert reviews.open_once(tx, question.model_copy(update={"id": "rv_again"})) == question
    assert "@ada" in waiting(studio)[0].about
    answer(studio, question.id, Decision.APPROVE, operator, "I know her.")
    with studio.ledger.read() as tx:
        found = verifications.of_account(tx, owner.id)
    assert found is not None
    assert (found.adult, found.by) == (True, operator.id)

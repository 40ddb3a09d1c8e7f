"""Nobody approves their own where another could, and never as one of two; an operator alone is not locked out."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account, Consent, Likeness
from greenroom.domain.reviews import Decision, Review, ReviewOpinion, ReviewSubject
from greenroom.domain.verdicts import Gate, Outcome, Rule
from greenroom.errors import BadInput
from ledger import enrolments, reviews, verdicts, verifications
from ops.briefs import Request, account, submit
from ops.review import answer, waiting
from ops.stages import consent, prompt
from ops.stages.handling import handle
from ops.studio import Studio

GRAVE = "Mark Rutherford sings in a bathtub"  # perhaps a real person
GEORGIAN = "კატა ზის ბაღში და მზეს უყურებს"  # a script that no word rule reads
Enrol = Callable[..., tuple[Likeness, Consent]]


def named(studio: Studio, operators: str) -> Studio:
    """The installation whose settings name these operators besides its own account."""
    return replace(studio, settings=studio.settings.model_copy(update={"operators": operators}))


def held(studio: Studio, who: Account, text: str) -> tuple[Brief, Review]:
    _, (brief,) = submit(studio, (Request(prompt=text),), who, Lane.INTERACTIVE)
    handle(studio, consent.DEFINITION, brief.id, "run")
    assert handle(studio, prompt.DEFINITION, brief.id, "run").outcome is Outcome.HOLD
    (one,) = waiting(studio)
    return brief, one.review


def asked_of(studio: Studio, kind: ReviewSubject, subject: str) -> Review:
    rule = Rule(id="holder.verified", reason="Is she who she says?")
    question = Review(id=new_id("rv"), kind=kind, subject=subject, rules=(rule,), recorded_at=now())
    with studio.ledger.write() as tx:
        return reviews.open_once(tx, question)


def test_another_operator_approves_what_one_asked_for(studio: Studio) -> None:
    two = named(studio, "vera")
    vera, house = account(two, "vera"), account(two, two.settings.account)
    brief, question = held(two, vera, GEORGIAN)
    with pytest.raises(BadInput, match="this is @vera's own") as refused:
        answer(two, question.id, Decision.APPROVE, vera, "Mine.")
    assert "@studio" in refused.value.remedy
    assert answer(two, question.id, Decision.APPROVE, house, "A cat in a garden.").batch is not None
    assert handle(two, prompt.DEFINITION, brief.id, "run").outcome is Outcome.ALLOW


def test_one_s_own_may_be_denied(studio: Studio) -> None:
    two = named(studio, "vera")
    _, question = held(two, account(two, "vera"), GEORGIAN)
    assert answer(two, question.id, Decision.DENY, account(two, "vera"), "I changed my mind.").decision is not None


def test_an_operator_alone_goes_on_deciding_their_own(studio: Studio) -> None:
    house = account(studio, studio.settings.account)
    brief, question = held(studio, house, GEORGIAN)
    assert answer(studio, question.id, Decision.APPROVE, house, "A cat in a garden.").batch is not None
    assert handle(studio, prompt.DEFINITION, brief.id, "run").outcome is Outcome.ALLOW


@pytest.mark.parametrize("operators", ["", "vera", "vera,tom"])
def test_a_maker_is_none_of_the_two_who_must_approve(studio: Studio, operators: str) -> None:
    several = named(studio, operators)
    house = account(several, several.settings.account)
    brief, question = held(several, house, GRAVE)
    with pytest.raises(BadInput, match="none of the two"):
        answer(several, question.id, Decision.APPROVE, house, "An invented name.")
    for name in filter(None, operators.split(",")):
        answer(several, question.id, Decision.APPROVE, account(several, name), "I find nobody of that name.")
    lifted = handle(several, prompt.DEFINITION, brief.id, "run").outcome is Outcome.ALLOW
    assert lifted == (operators == "vera,tom")


def test_a_maker_s_approval_from_before_counts_as_none_of_the_two(studio: Studio) -> None:
    several = named(studio, "vera,tom")
    house = account(several, several.settings.account)
    _, question = held(several, house, GRAVE)
    mine = ReviewOpinion(id=new_id("ro"), review=question.id, by=house.id, reason="Invented.", recorded_at=now())
    with several.ledger.write() as tx:
        reviews.opine(tx, mine)
    assert answer(several, question.id, Decision.APPROVE, account(several, "vera"), "Nobody.").decision is None
    last = answer(several, question.id, Decision.APPROVE, account(several, "tom"), "Nobody.").decision
    assert last is not None
    assert [one.by for one in last.opinions] == [account(several, "vera").id]


def test_nobody_says_of_themselves_who_they_are_where_another_can(studio: Studio) -> None:
    two = named(studio, "vera")
    vera = account(two, "vera")
    question = asked_of(two, ReviewSubject.ACCOUNT, vera.id)
    with pytest.raises(BadInput, match="this is @vera's own"):
        answer(two, question.id, Decision.APPROVE, vera, "It is me.")
    with two.ledger.read() as tx:
        assert verifications.of_account(tx, vera.id) is None
    answer(two, question.id, Decision.APPROVE, account(two, two.settings.account), "I know her.")
    with two.ledger.read() as tx:
        assert verifications.of_account(tx, vera.id) is not None


def test_nobody_lets_their_own_likeness_in_where_another_can(studio: Studio, owner: Account, enrol_pet: Enrol) -> None:
    likeness, _ = enrol_pet("tom")
    two = named(studio, owner.name)
    with two.ledger.read() as tx:
        filed = enrolments.of_account(tx, owner.id)[-1]
    assert filed.likeness == likeness.id
    question = asked_of(two, ReviewSubject.ENROLMENT, filed.id)
    with pytest.raises(BadInput, match=f"this is @{owner.name}'s own"):
        answer(two, question.id, Decision.APPROVE, owner, "He is mine.")


def test_the_verdict_says_who_approved(studio: Studio) -> None:
    two = named(studio, "vera")
    brief, question = held(two, account(two, "vera"), GEORGIAN)
    answer(two, question.id, Decision.APPROVE, account(two, two.settings.account), "A cat in a garden.")
    handle(two, prompt.DEFINITION, brief.id, "run")
    with two.ledger.read() as tx:
        judgement = verdicts.latest(tx, brief.id)[Gate.PROMPT].judgement
    seen = next(one.value for one in judgement.evidence if one.name == "review")
    assert isinstance(seen, dict)
    assert seen["by"] != brief.requester

"""First opinions, decisions and appeals are rows that cannot be given twice, on each database."""

import pytest

from greenroom.domain.base import now
from greenroom.domain.reviews import Appeal, Decision, Review, ReviewDecision, ReviewOpinion, ReviewSubject
from greenroom.domain.verdicts import Gate, Outcome, Rule
from greenroom.errors import LedgerRefused
from ledger import appeals, reviews, verdicts
from ledger.changes import changes
from ledger.database import Ledger
from tests.ledger.conftest import Cast

RULE = Rule(id="text.violence", reason="It reads “stab”.")
INPUTS = "ef" * 32


def question(brief: str, number: int) -> Review:
    return Review(
        id=f"rv-{number}",
        kind=ReviewSubject.BRIEF,
        subject=brief,
        gate=Gate.PROMPT,
        inputs=INPUTS,
        rules=(RULE,),
        recorded_at=now(),
    )


def test_what_people_say_is_kept_once_and_the_appeals_answer_is_the_last(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        makes = cast(tx)
        vera, mia = makes.account("vera"), makes.account("mia")
        brief = makes.brief(mia)
        verdict = cast.verdict_of(brief.id, Gate.PROMPT, Outcome.DENY)
        verdicts.add(tx, verdict)
        first = reviews.open_once(tx, question(brief.id, 1))
        opinion = ReviewOpinion(id="ro-1", review=first.id, by=mia.id, reason="Fine.", recorded_at=now())
        reviews.opine(tx, opinion)
        denied = ReviewDecision(
            id="rd-1", review=first.id, decision=Decision.DENY, by=vera.id, reason="No.", recorded_at=now()
        )
        reviews.decide(tx, denied)
    denied = denied.model_copy(update={"opinions": (opinion,), "asked": (RULE.id,)})  # as it is read
    with pytest.raises(LedgerRefused), ledger.write() as tx:
        reviews.opine(tx, opinion.model_copy(update={"id": "ro-2"}))
    appeal = Appeal(
        id="ap-1",
        review="rv-2",
        brief=brief.id,
        gate=Gate.PROMPT,
        rule=RULE.id,
        verdict=verdict.id,
        policy_version=verdict.judgement.policy_version,
        by=mia.id,
        reason="It is a kitchen.",
        recorded_at=now(),
    )
    with ledger.write() as tx:
        appeals.add(tx, appeal, question(brief.id, 2))
    with pytest.raises(LedgerRefused), ledger.write() as tx:
        appeals.add(tx, appeal.model_copy(update={"id": "ap-2", "review": "rv-3"}), question(brief.id, 3))
    with ledger.read() as tx:
        assert [one.id for one in reviews.waiting(tx)] == ["rv-2"], "a refused appeal leaves no question"
        assert reviews.answered(tx, brief.id, Gate.PROMPT, INPUTS) == (denied,)
        assert (appeals.of_review(tx, "rv-2"), appeals.of_review(tx, "rv-1")) == (appeal, None)
        assert appeals.of_brief(tx, brief.id) == (appeal,)
    newer = appeal.model_copy(update={"id": "ap-4", "review": "rv-4", "policy_version": appeal.policy_version + 1})
    with ledger.write() as tx:
        appeals.add(tx, newer, question(brief.id, 4))
    with ledger.read() as tx:
        assert appeals.of_brief(tx, brief.id) == (appeal, newer)
    lifted = denied.model_copy(
        update={"id": "rd-2", "review": "rv-2", "decision": Decision.APPROVE, "opinions": (), "recorded_at": now()}
    )
    with ledger.write() as tx:
        reviews.decide(tx, lifted)
    with ledger.read() as tx:
        assert reviews.answered(tx, brief.id, Gate.PROMPT, INPUTS) == (denied, lifted)
        assert {"review_opinions", "review_appeals"} <= {name for name, _ in changes(tx, 0)}

"""A verdict is a row and the next stage reads it: refusals stop one brief, nothing is made twice, doubt holds."""

from collections.abc import Callable

import pytest
from pydantic import JsonValue

from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account
from greenroom.domain.verdicts import Gate, Judgement, Outcome
from greenroom.errors import BlobMissing, StoreUnavailable
from ledger import outputs, verdicts
from ops.briefs import Request, account, submit
from ops.likenesses import withdraw
from ops.stages import consent, prompt
from ops.stages.handling import Definition, Product, Stage, Work, handle
from ops.studio import Studio

GARDEN = "A cat sits in a garden"


def brief(studio: Studio, requester: Account, text: str = GARDEN, *handles: str) -> Brief:
    _, (filed,) = submit(studio, (Request(prompt=text, likenesses=handles),), requester, Lane.INTERACTIVE)
    return filed


def rows(studio: Studio, brief_id: str) -> list[tuple[Gate, Outcome, tuple[str, ...]]]:
    with studio.ledger.read() as tx:
        return [
            (one.judgement.gate, one.judgement.outcome, tuple(rule.id for rule in one.judgement.rules))
            for one in verdicts.of_brief(tx, brief_id)
        ]


def test_a_brief_without_likenesses_passes_both_first_gates(studio: Studio, owner: Account) -> None:
    filed = brief(studio, owner)
    assert handle(studio, consent.DEFINITION, filed.id, "run-1").outcome is Outcome.ALLOW
    assert handle(studio, prompt.DEFINITION, filed.id, "run-1").outcome is Outcome.ALLOW
    assert rows(studio, filed.id) == [(Gate.CONSENT, Outcome.ALLOW, ()), (Gate.PROMPT, Outcome.ALLOW, ())]


def test_the_same_question_is_judged_once(studio: Studio, owner: Account) -> None:
    filed = brief(studio, owner)
    handle(studio, consent.DEFINITION, filed.id, "run-1")
    assert handle(studio, consent.DEFINITION, filed.id, "run-2").reused
    assert len(rows(studio, filed.id)) == 1


def test_an_unknown_handle_is_denied_and_nothing_after_it_runs(studio: Studio, owner: Account) -> None:
    filed = brief(studio, owner, GARDEN, "@nobody")
    denied = handle(studio, consent.DEFINITION, filed.id, "run-1")
    assert (denied.outcome, denied.rules) == (Outcome.DENY, ("consent.unknown_likeness",))
    assert handle(studio, prompt.DEFINITION, filed.id, "run-1").outcome is None
    assert len(rows(studio, filed.id)) == 1


def test_a_missing_verdict_holds(studio: Studio, owner: Account) -> None:
    filed = brief(studio, owner)
    held = handle(studio, prompt.DEFINITION, filed.id, "run-1")
    assert (held.outcome, held.rules) == (Outcome.HOLD, ("evidence.missing",))
    handle(studio, consent.DEFINITION, filed.id, "run-2")
    assert handle(studio, prompt.DEFINITION, filed.id, "run-2").outcome is Outcome.ALLOW


def test_a_withdrawal_is_seen_when_the_gate_is_asked_again(
    studio: Studio, owner: Account, enrol_pet: Callable[[], object]
) -> None:
    enrol_pet()
    filed = brief(studio, account(studio, "bob"), GARDEN, "tom")
    assert handle(studio, consent.DEFINITION, filed.id, "run-1").outcome is Outcome.ALLOW
    withdraw(studio, "tom", owner, "enough")
    denied = handle(studio, consent.DEFINITION, filed.id, "run-2")
    assert (denied.outcome, denied.rules) == (Outcome.DENY, ("consent.withdrawn",))


@pytest.mark.parametrize(
    ("text", "rule"),
    [("", "prompt.empty"), ("cat " * 5000, "prompt.too_long"), ("a cat\x07 sits", "prompt.control_characters")],
)
def test_a_prompt_that_cannot_be_judged_is_denied(studio: Studio, owner: Account, text: str, rule: str) -> None:
    filed = brief(studio, owner, text)
    handle(studio, consent.DEFINITION, filed.id, "run-1")
    denied = handle(studio, prompt.DEFINITION, filed.id, "run-1")
    assert (denied.outcome, rule in denied.rules) == (Outcome.DENY, True)


def made_once(calls: list[str], fail: Exception | None = None) -> Definition:
    """A gate 1 stage with a product, which notes that it was made, and may fail at judging."""

    def produce(studio: Studio, work: Work) -> Product:
        calls.append(work.brief.id)
        return Product({"made": len(calls)})

    def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
        if fail is not None:
            raise fail
        return Judgement(gate=Gate.CONSENT, outcome=Outcome.ALLOW, policy_version=studio.policy.version)

    return Definition(stage=Stage.CONSENT, code_version="test", judge=judge, produce=produce)


@pytest.mark.parametrize(
    ("error", "rule"),
    [(ZeroDivisionError("by zero"), "evidence.crashed"), (BlobMissing("no blob"), "evidence.missing")],
)
def test_a_check_that_crashed_holds_and_is_asked_again(
    studio: Studio, owner: Account, error: Exception, rule: str
) -> None:
    filed, calls = brief(studio, owner), list[str]()
    held = handle(studio, made_once(calls, error), filed.id, "run-1")
    assert (held.outcome, held.rules) == (Outcome.HOLD, (rule,))
    assert handle(studio, made_once(calls), filed.id, "run-2").outcome is Outcome.ALLOW
    assert calls == [filed.id], "the product of the first run was found, not made again"


def test_a_full_disk_is_no_judgement_of_the_clip(studio: Studio, owner: Account) -> None:
    filed, calls = brief(studio, owner), list[str]()
    with pytest.raises(StoreUnavailable):
        handle(studio, made_once(calls, StoreUnavailable("the disk is full")), filed.id, "run-1")
    assert rows(studio, filed.id) == []
    with studio.ledger.read() as tx:
        assert outputs.latest(tx, filed.id, "consent") is not None
    assert handle(studio, made_once(calls), filed.id, "run-2").outcome is Outcome.ALLOW
    assert len(calls) == 1

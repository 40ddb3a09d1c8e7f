"""A batch has work left until each of its briefs is refused or judged by the last gate."""

from datetime import timedelta

from greenroom.domain.base import now
from greenroom.domain.verdicts import Gate, Outcome
from ledger import verdicts, waiting
from ledger.database import Ledger, Reader
from tests.ledger.conftest import Cast

HOUR = timedelta(hours=1)


def names(tx: Reader) -> list[str]:
    return [batch.id for batch in waiting.batches(tx, now() - HOUR, now() + HOUR)]


def test_what_was_refused_or_judged_by_the_last_gate_waits_no_more(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        requester = made.account()
        new, begun, denied, held, published = (made.brief(requester) for _ in range(5))
        verdicts.add(tx, cast.verdict_of(begun.id, Gate.CONSENT, Outcome.ALLOW))
        verdicts.add(tx, cast.verdict_of(denied.id, Gate.CONSENT, Outcome.ALLOW))
        verdicts.add(tx, cast.verdict_of(denied.id, Gate.PROMPT, Outcome.DENY))
        verdicts.add(tx, cast.verdict_of(held.id, Gate.TAKE, Outcome.HOLD))
        verdicts.add(tx, cast.verdict_of(published.id, Gate.PUBLICATION, Outcome.ALLOW))
        assert names(tx) == [new.batch, begun.batch]


def test_only_batches_filed_in_the_time_asked_for_are_found(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        made.brief(made.account())
        assert waiting.batches(tx, now() - HOUR, now() - HOUR / 2) == ()

"""Two processes never work on one brief: a claim is exclusive, is renewed, and runs out."""

import time

from ledger import claims
from ledger.database import Ledger
from tests.ledger.conftest import Cast


def test_a_claim_is_exclusive_until_released(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        brief = made.brief(made.account()).id
        assert claims.acquire(tx, brief, "ada")
    with ledger.write() as tx:
        assert not claims.acquire(tx, brief, "bob")
        assert claims.acquire(tx, brief, "ada")
        assert not claims.renew(tx, brief, "bob")
        claims.release(tx, brief, "bob")
        assert not claims.acquire(tx, brief, "bob")
        claims.release(tx, brief, "ada")
        assert claims.acquire(tx, brief, "bob")


def test_a_claim_runs_out_unless_renewed_and_the_late_holder_is_told(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        brief = made.brief(made.account()).id
        assert claims.acquire(tx, brief, "ada", seconds=0.05)
        assert claims.renew(tx, brief, "ada", seconds=0.2)
    time.sleep(0.1)
    with ledger.write() as tx:
        assert not claims.acquire(tx, brief, "bob")
    time.sleep(0.15)
    with ledger.write() as tx:
        assert claims.acquire(tx, brief, "bob")
        assert not claims.renew(tx, brief, "ada")

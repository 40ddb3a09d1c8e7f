"""Verifications: which accounts' holders a person found to be who they say, and adults."""

from sqlalchemy import select

from greenroom.domain.consents import Verification
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import verifications


def add(tx: Writer, verification: Verification) -> None:
    """Record what was found of an account's holder."""
    tx.insert(verifications, row_of(verifications, verification))


def of_account(tx: Reader, account: str) -> Verification | None:
    """What was found last of an account's holder; None when nobody looked."""
    query = select(verifications).where(verifications.c.account == account)
    row = tx.first(query.order_by(verifications.c.revision.desc(), verifications.c.id.desc()).limit(1))
    return None if row is None else domain_of(Verification, row)

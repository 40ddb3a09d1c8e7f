"""Accounts: who may ask, own or operate."""

from sqlalchemy import select

from greenroom.domain.consents import Account
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import accounts


def add(tx: Writer, account: Account) -> None:
    """Record an account. Its name is its own: a taken one raises `LedgerRefused`."""
    tx.insert(accounts, row_of(accounts, account))


def by_id(tx: Reader, account: str) -> Account | None:
    row = tx.first(select(accounts).where(accounts.c.id == account))
    return None if row is None else domain_of(Account, row)


def by_name(tx: Reader, name: str) -> Account | None:
    row = tx.first(select(accounts).where(accounts.c.name == name))
    return None if row is None else domain_of(Account, row)

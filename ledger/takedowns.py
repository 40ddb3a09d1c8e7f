"""Takedowns: requests by anyone to take a clip down, and the copies that were found of it.

What was decided is a review's (`ledger.reviews`); what went is a removal's (`ledger.removals`).
"""

from sqlalchemy import select

from greenroom.domain.removals import Takedown, TakedownCopy
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import takedown_copies, takedowns


def add(tx: Writer, takedown: Takedown, copies: tuple[TakedownCopy, ...] = ()) -> None:
    """Record a request with the copies found of its clip. Raises `LedgerRefused` for a clip that is none."""
    tx.insert(takedowns, row_of(takedowns, takedown))
    tx.insert(takedown_copies, *(row_of(takedown_copies, copy) for copy in copies))


def by_id(tx: Reader, takedown: str) -> Takedown | None:
    row = tx.first(select(takedowns).where(takedowns.c.id == takedown))
    return None if row is None else domain_of(Takedown, row)


def every(tx: Reader) -> tuple[Takedown, ...]:
    """Every request, oldest first."""
    query = select(takedowns).order_by(takedowns.c.revision, takedowns.c.id)
    return tuple(domain_of(Takedown, row) for row in tx.all(query))


def copies(tx: Reader, takedown: str) -> tuple[TakedownCopy, ...]:
    """What looks like the clip a request names, most alike first."""
    query = select(takedown_copies).where(takedown_copies.c.takedown == takedown)
    found = tx.all(query.order_by(takedown_copies.c.distance, takedown_copies.c.clip))
    return tuple(domain_of(TakedownCopy, row) for row in found)

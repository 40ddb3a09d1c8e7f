"""Likenesses: the people, pets and objects that can be placed in a scene."""

from sqlalchemy import select

from greenroom.domain.consents import Likeness
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import enrolments, likenesses


def add(tx: Writer, likeness: Likeness) -> None:
    """Record a likeness. Its handle is its own: a taken one raises `LedgerRefused`."""
    tx.insert(likenesses, row_of(likenesses, likeness))


def by_id(tx: Reader, likeness: str) -> Likeness | None:
    row = tx.first(select(likenesses).where(likenesses.c.id == likeness))
    return None if row is None else domain_of(Likeness, row)


def filed(tx: Reader, likeness: str) -> bool:
    """Whether an enrolment or a likeness of this id was ever recorded."""
    asked = select(enrolments.c.id).where(enrolments.c.likeness == likeness)
    return tx.first(asked) is not None or by_id(tx, likeness) is not None


def by_handle(tx: Reader, handle: str) -> Likeness | None:
    """The likeness of a handle (without its @)."""
    row = tx.first(select(likenesses).where(likenesses.c.handle == handle))
    return None if row is None else domain_of(Likeness, row)


def every(tx: Reader, owner: str | None = None) -> tuple[Likeness, ...]:
    """All likenesses, or those of one owner (account id), oldest first."""
    query = select(likenesses).order_by(likenesses.c.revision, likenesses.c.id)
    if owner is not None:
        query = query.where(likenesses.c.owner == owner)
    return tuple(domain_of(Likeness, row) for row in tx.all(query))

"""Withdrawals: one insert takes a likeness out of every clip that rests on it, from the next request on."""

from collections.abc import Collection

from sqlalchemy import select

from greenroom.domain.base import salted_digest
from greenroom.domain.consents import Withdrawal
from ledger import log
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import withdrawals


def add(tx: Writer, withdrawal: Withdrawal) -> log.LeafRef:
    """Record a withdrawal with its leaf."""
    leaf = log.append(tx, log.Kind.WITHDRAWAL, salted_digest(withdrawal.salt, withdrawal), withdrawal.recorded_at)
    tx.insert(withdrawals, row_of(withdrawals, withdrawal, leaf=leaf.index))
    return leaf


def of_likeness(tx: Reader, likeness: str) -> tuple[Withdrawal, ...]:
    """Every withdrawal of a likeness, first to last."""
    query = select(withdrawals).where(withdrawals.c.likeness == likeness).order_by(withdrawals.c.revision)
    return tuple(domain_of(Withdrawal, row) for row in tx.all(query))


def withdrawn(tx: Reader, likenesses: Collection[str]) -> set[str]:
    """Those of `likenesses` (ids) that are withdrawn."""
    query = select(withdrawals.c.likeness).where(withdrawals.c.likeness.in_(likenesses)).distinct()
    return {row["likeness"] for row in tx.all(query)}


def leaf(tx: Reader, withdrawal: str) -> log.LeafRef | None:
    """Where in the log a withdrawal stands."""
    row = tx.first(select(withdrawals.c.leaf).where(withdrawals.c.id == withdrawal))
    return None if row is None else log.LeafRef(row["leaf"])

"""Erasures: orders to erase media, and those carried out. An order without an erasure is work; a sweep finds it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, or_, select

from greenroom.domain.removals import Erasure, ErasureOrder
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import erasure_orders, erasures, withdrawals

_AT_ONCE = 500  # ids in one query: below every database's limit of parameters


def order(tx: Writer, *found: ErasureOrder) -> None:
    """Record orders."""
    tx.insert(erasure_orders, *(row_of(erasure_orders, one) for one in found))


def record(tx: Writer, erasure: Erasure) -> None:
    """Record that an order was carried out. Raises `LedgerRefused` the second time."""
    tx.insert(erasures, row_of(erasures, erasure))


def open_orders(tx: Reader, *, of_briefs: bool) -> tuple[ErasureOrder, ...]:
    """Orders not carried out, those due first: those of single briefs, or those of whole likenesses."""
    query = select(erasure_orders).where(~_done())
    query = query.where(erasure_orders.c.brief.is_not(None) if of_briefs else erasure_orders.c.brief.is_(None))
    return _orders(tx, query)


def overdue(tx: Reader, moment: datetime) -> tuple[ErasureOrder, ...]:
    """Orders that should have been carried out by now, the oldest first."""
    return _orders(tx, select(erasure_orders).where(erasure_orders.c.due_at < moment, ~_done()))


def of_cause(tx: Reader, cause: str) -> tuple[ErasureOrder, ...]:
    """What a withdrawal or removal ordered, itself or through the sweep."""
    return _orders(tx, select(erasure_orders).where(erasure_orders.c.cause == cause))


def of_order(tx: Reader, order_id: str) -> Erasure | None:
    """How an order was carried out, None while it waits."""
    row = tx.first(select(erasures).where(erasures.c.order == order_id))
    return None if row is None else domain_of(Erasure, row)


def ordered(tx: Reader, briefs: Collection[str]) -> set[str]:
    """Those of `briefs` (ids) that an order was given for, carried out or not."""
    asked = list(briefs)
    return {
        row["brief"]
        for start in range(0, len(asked), _AT_ONCE)
        for row in tx.all(
            select(erasure_orders.c.brief).where(erasure_orders.c.brief.in_(asked[start : start + _AT_ONCE])).distinct()
        )
    }


def forbids(tx: Reader, subject: str) -> str | None:
    """Why nothing may be read again that was sealed for a subject (a likeness or a brief); None when it may."""
    row = tx.first(select(withdrawals.c.recorded_at).where(withdrawals.c.likeness == subject).limit(1))
    if row is not None:
        return f"{subject} was withdrawn on {row['recorded_at']:%Y-%m-%d}"
    mine = or_(erasure_orders.c.brief == subject, erasure_orders.c.likeness == subject)
    query = select(erasures.c.recorded_at).join(erasure_orders, erasures.c.order == erasure_orders.c.id)
    row = tx.first(query.where(mine).limit(1))
    return None if row is None else f"{subject} was erased on {row['recorded_at']:%Y-%m-%d}"


def forbidden(tx: Reader) -> tuple[str, ...]:
    """Every subject (likeness or brief) whose key must be gone: withdrawn, or erased."""
    withdrawn = {row["likeness"] for row in tx.all(select(withdrawals.c.likeness).distinct())}
    query = select(erasure_orders.c.brief, erasure_orders.c.likeness)
    done = tx.all(query.join(erasures, erasures.c.order == erasure_orders.c.id))
    erased = {subject for row in done for subject in (row["brief"], row["likeness"]) if subject is not None}
    return tuple(sorted(withdrawn | erased))


def _done() -> Any:  # noqa: ANN401 - an SQL expression, which has no narrower common name
    return exists().where(erasures.c.order == erasure_orders.c.id)


def _orders(tx: Reader, query: Select[Any]) -> tuple[ErasureOrder, ...]:
    found = tx.all(query.order_by(erasure_orders.c.due_at, erasure_orders.c.id))
    return tuple(domain_of(ErasureOrder, row) for row in found)

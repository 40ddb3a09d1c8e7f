"""Briefs, and the batches that carry them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, select

from greenroom.domain.briefs import Batch, Brief, Lane
from greenroom.domain.verdicts import Gate
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import batches, brief_likenesses, briefs, likenesses, verdicts


def add_batch(tx: Writer, batch: Batch) -> None:
    """Record a batch; its briefs follow in the same transaction."""
    tx.insert(batches, row_of(batches, batch))


def add(tx: Writer, brief: Brief) -> None:
    """Record a brief, and who of the enrolled is in it.

    Raises `LedgerRefused` without its batch or its requester's account.
    """
    add_all(tx, (brief,))


def add_all(tx: Writer, found: Sequence[Brief]) -> None:
    """Record many briefs of one batch: a statement a table."""
    tx.insert(briefs, *(row_of(briefs, brief) for brief in found))
    handles = {handle for brief in found for handle in brief.likenesses}
    rows = tx.all(select(likenesses.c.id, likenesses.c.handle).where(likenesses.c.handle.in_(sorted(handles))))
    ids = {row["handle"]: row["id"] for row in rows}
    tx.insert(
        brief_likenesses,
        *(
            {"brief": brief.id, "likeness": ids[handle], "recorded_at": brief.recorded_at}
            for brief in found
            for handle in dict.fromkeys(brief.likenesses)
            if handle in ids
        ),
    )


def batch(tx: Reader, batch_id: str) -> Batch | None:
    row = tx.first(select(batches).where(batches.c.id == batch_id))
    return None if row is None else domain_of(Batch, row)


def batches_of(tx: Reader, account: str, since: date) -> tuple[Batch, ...]:
    """The batches an account asked for on or after a day, newest first."""
    query = select(batches).where(batches.c.requested_by == account, batches.c.day >= since)
    found = tx.all(query.order_by(batches.c.revision.desc(), batches.c.id))
    return tuple(domain_of(Batch, row) for row in found)


def by_id(tx: Reader, brief: str) -> Brief | None:
    row = tx.first(select(briefs).where(briefs.c.id == brief))
    return None if row is None else domain_of(Brief, row)


def of_batch(tx: Reader, batch_id: str) -> tuple[Brief, ...]:
    """The briefs of a batch, oldest first."""
    return _ordered(tx, select(briefs).where(briefs.c.batch == batch_id))


def of_day(tx: Reader, day: date, lane: Lane) -> tuple[Brief, ...]:
    """The briefs of a partition, oldest first."""
    return _ordered(tx, select(briefs).where(briefs.c.day == day, briefs.c.lane == lane))


def lacking(tx: Reader, day: date, lane: Lane, gate: Gate, policy_version: int, code_version: str) -> tuple[Brief, ...]:
    """The briefs of a partition that this gate has not judged under this policy and code version, oldest first."""
    judged = exists().where(
        verdicts.c.brief == briefs.c.id,
        verdicts.c.gate == int(gate),
        verdicts.c.policy_version == policy_version,
        verdicts.c.code_version == code_version,
    )
    return _ordered(tx, select(briefs).where(briefs.c.day == day, briefs.c.lane == lane, ~judged))


def _ordered(tx: Reader, query: Select[Any]) -> tuple[Brief, ...]:
    return tuple(domain_of(Brief, row) for row in tx.all(query.order_by(briefs.c.revision, briefs.c.id)))

"""Which batches still have work to do: the queue is a question to the ledger, not a table of its own."""

from datetime import datetime

from sqlalchemy import exists, or_, select

from greenroom.domain.briefs import Batch
from greenroom.domain.verdicts import Gate, Outcome
from ledger import schema
from ledger.database import Reader
from ledger.rows import domain_of


def batches(tx: Reader, since: datetime, until: datetime) -> tuple[Batch, ...]:
    """Batches filed in that time with a brief that no gate refused and the last gate has not judged, oldest first."""
    ended = exists().where(
        schema.verdicts.c.brief == schema.briefs.c.id,
        or_(schema.verdicts.c.outcome != Outcome.ALLOW, schema.verdicts.c.gate == int(Gate.PUBLICATION)),
    )
    unfinished = exists().where(schema.briefs.c.batch == schema.batches.c.id, ~ended)
    query = select(schema.batches).where(
        schema.batches.c.recorded_at >= since, schema.batches.c.recorded_at <= until, unfinished
    )
    found = tx.all(query.order_by(schema.batches.c.revision, schema.batches.c.id))
    return tuple(domain_of(Batch, row) for row in found)

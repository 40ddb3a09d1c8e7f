"""Which batches still have work to do: the queue is a question to the ledger, not a table of its own."""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from greenroom.domain.briefs import Batch
from greenroom.domain.reviews import Decision, ReviewSubject
from greenroom.domain.verdicts import Gate, Outcome
from ledger import schema
from ledger.database import Reader
from ledger.rows import domain_of


def batches(tx: Reader, since: datetime, until: datetime) -> tuple[Batch, ...]:
    """Batches filed in that time with a brief that no gate refused and the last gate has not judged, oldest first.

    A refusal that a person approved refuses no longer; one that came after their question is another.
    """
    approved = exists().where(
        schema.reviews.c.kind == ReviewSubject.BRIEF,
        schema.reviews.c.subject == schema.verdicts.c.brief,
        schema.reviews.c.gate == schema.verdicts.c.gate,
        schema.reviews.c.inputs == schema.verdicts.c.inputs,
        schema.reviews.c.revision >= schema.verdicts.c.revision,
        schema.review_decisions.c.review == schema.reviews.c.id,
        schema.review_decisions.c.decision == Decision.APPROVE,
    )
    refused = and_(schema.verdicts.c.outcome != Outcome.ALLOW, ~approved)
    ended = exists().where(
        schema.verdicts.c.brief == schema.briefs.c.id,
        or_(refused, schema.verdicts.c.gate == int(Gate.PUBLICATION)),
    )
    unfinished = exists().where(schema.briefs.c.batch == schema.batches.c.id, ~ended)
    query = select(schema.batches).where(
        schema.batches.c.recorded_at >= since, schema.batches.c.recorded_at <= until, unfinished
    )
    found = tx.all(query.order_by(schema.batches.c.revision, schema.batches.c.id))
    return tuple(domain_of(Batch, row) for row in found)

"""Reviews: what waits for a person's judgement, and each answer, given once."""

from typing import Any

from sqlalchemy import Select, exists, select

from greenroom.domain.reviews import Review, ReviewDecision, ReviewSubject
from greenroom.domain.verdicts import Gate
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import review_decisions, reviews


def open_once(tx: Writer, review: Review) -> Review:
    """Record a question; one on the same subject, gate and inputs that was asked before is returned instead."""
    same = (reviews.c.kind == review.kind, reviews.c.subject == review.subject)
    for row in tx.all(select(reviews).where(*same)):
        earlier = domain_of(Review, row)
        if (earlier.gate, earlier.inputs) == (review.gate, review.inputs):
            return earlier
    tx.insert(reviews, row_of(reviews, review))
    return review


def decide(tx: Writer, decision: ReviewDecision) -> None:
    """Record a person's answer. Raises `LedgerRefused` when there is one."""
    tx.insert(review_decisions, row_of(review_decisions, decision))


def by_id(tx: Reader, review: str) -> Review | None:
    row = tx.first(select(reviews).where(reviews.c.id == review))
    return None if row is None else domain_of(Review, row)


def decision(tx: Reader, review: str) -> ReviewDecision | None:
    """The answer to a question, None while it waits."""
    row = tx.first(select(review_decisions).where(review_decisions.c.review == review))
    return None if row is None else domain_of(ReviewDecision, row)


def waiting(tx: Reader, kind: ReviewSubject | None = None) -> tuple[Review, ...]:
    """Questions without an answer, those due first, then oldest first."""
    query = select(reviews).where(~exists().where(review_decisions.c.review == reviews.c.id))
    if kind is not None:
        query = query.where(reviews.c.kind == kind)
    return _ordered(tx, query.order_by(reviews.c.due_at.is_(None), reviews.c.due_at, reviews.c.revision))


def of_subject(tx: Reader, kind: ReviewSubject, subject: str) -> tuple[Review, ...]:
    """Every question about one subject, oldest first."""
    query = select(reviews).where(reviews.c.kind == kind, reviews.c.subject == subject)
    return _ordered(tx, query.order_by(reviews.c.revision, reviews.c.id))


def answered(tx: Reader, brief: str, gate: Gate, inputs: str) -> ReviewDecision | None:
    """What a person decided of a brief that this gate held, on the very same inputs."""
    for review in of_subject(tx, ReviewSubject.BRIEF, brief):
        if review.gate is gate and review.inputs == inputs:
            return decision(tx, review.id)
    return None


def _ordered(tx: Reader, query: Select[Any]) -> tuple[Review, ...]:
    return tuple(domain_of(Review, row) for row in tx.all(query))

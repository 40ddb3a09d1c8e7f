"""Appeals: makers' objections to a rule that refused a brief, each with the question it puts to a person."""

from sqlalchemy import select

from greenroom.domain.reviews import Appeal, Review
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import review_appeals, reviews


def add(tx: Writer, appeal: Appeal, question: Review) -> None:
    """Record an appeal with its question. Raises `LedgerRefused` for a second one on a rule of the same policy."""
    tx.insert(reviews, row_of(reviews, question))
    tx.insert(review_appeals, row_of(review_appeals, appeal))


def of_review(tx: Reader, review: str) -> Appeal | None:
    """The appeal that a question comes from; None for one that a gate or an enrolment asked."""
    row = tx.first(select(review_appeals).where(review_appeals.c.review == review))
    return None if row is None else domain_of(Appeal, row)


def of_brief(tx: Reader, brief: str) -> tuple[Appeal, ...]:
    """Every appeal against what a brief was refused for, oldest first."""
    query = select(review_appeals).where(review_appeals.c.brief == brief)
    found = tx.all(query.order_by(review_appeals.c.revision, review_appeals.c.id))
    return tuple(domain_of(Appeal, row) for row in found)

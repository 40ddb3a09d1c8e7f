"""Reviews: what waits for a person's judgement, first opinions where two must agree, and each answer, given once."""

from typing import Any

from sqlalchemy import Select, exists, select

from greenroom.domain.reviews import Review, ReviewDecision, ReviewOpinion, ReviewSubject
from greenroom.domain.verdicts import Gate
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import review_decisions, review_opinions, reviews


def open_once(tx: Writer, review: Review) -> Review:
    """Record a question; one on the same subject that was asked before is returned instead.

    About a brief it is the same where gate, inputs and rules are, and where it waits: an answer that did not count
    for what is asked now is no answer to it.
    """
    for earlier in of_subject(tx, review.kind, review.subject):
        if review.kind is not ReviewSubject.BRIEF:
            return earlier
        same = (earlier.gate, earlier.inputs, _ids(earlier)) == (review.gate, review.inputs, _ids(review))
        if same and decision(tx, earlier.id) is None:
            return earlier
    tx.insert(reviews, row_of(reviews, review))
    return review


def decide(tx: Writer, decision: ReviewDecision) -> None:
    """Record a person's answer. Raises `LedgerRefused` when there is one."""
    tx.insert(review_decisions, row_of(review_decisions, decision))


def opine(tx: Writer, opinion: ReviewOpinion) -> None:
    """Record a first approval. Raises `LedgerRefused` for a second one of the same person."""
    tx.insert(review_opinions, row_of(review_opinions, opinion))


def opinions(tx: Reader, review: str) -> tuple[ReviewOpinion, ...]:
    """Who approved what others must approve too, first to last."""
    query = select(review_opinions).where(review_opinions.c.review == review)
    found = tx.all(query.order_by(review_opinions.c.revision, review_opinions.c.id))
    return tuple(domain_of(ReviewOpinion, row) for row in found)


def by_id(tx: Reader, review: str) -> Review | None:
    row = tx.first(select(reviews).where(reviews.c.id == review))
    return None if row is None else domain_of(Review, row)


def decision(tx: Reader, review: str) -> ReviewDecision | None:
    """The answer to a question, None while it waits."""
    row = tx.first(select(review_decisions).where(review_decisions.c.review == review))
    if row is None:
        return None
    question = by_id(tx, review)
    asked = tuple(dict.fromkeys(rule.id for rule in question.rules)) if question is not None else ()
    return domain_of(ReviewDecision, row, asked=asked, opinions=opinions(tx, review))


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


def answered(tx: Reader, brief: str, gate: Gate, inputs: str) -> tuple[ReviewDecision, ...]:
    """What people decided of a brief that this gate held or denied on the very same inputs, first to last.

    There are several where the gate was asked again and refused by other rules, or where the maker appealed.
    """
    asked = [one for one in of_subject(tx, ReviewSubject.BRIEF, brief) if (one.gate, one.inputs) == (gate, inputs)]
    given = [made for one in asked if (made := decision(tx, one.id)) is not None]
    return tuple(sorted(given, key=lambda made: made.recorded_at))


def _ids(review: Review) -> set[str]:
    return {rule.id for rule in review.rules}


def _ordered(tx: Reader, query: Select[Any]) -> tuple[Review, ...]:
    return tuple(domain_of(Review, row) for row in tx.all(query))

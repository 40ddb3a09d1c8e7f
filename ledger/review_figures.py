"""What is counted of refusals and of people's decisions: rows without a name, for the numbers that are published."""

from datetime import datetime

from sqlalchemy import select

from greenroom.domain.base import Frozen
from greenroom.domain.reviews import Decision, ReviewSubject
from greenroom.domain.verdicts import Outcome
from ledger.database import Reader
from ledger.schema import review_appeals, review_decisions, reviews, verdicts


class Refused(Frozen):
    """A brief that a gate refused, by the rules that spoke."""

    brief: str
    outcome: Outcome
    rules: tuple[str, ...]
    at: datetime


class Asked(Frozen):
    """A question for a person. `decision` and `decided_at` None: it waits; `appealed`: the rule an appeal cites."""

    review: str
    kind: ReviewSubject
    rules: tuple[str, ...]
    asked_at: datetime
    decided_at: datetime | None
    decision: Decision | None
    appealed: str | None


def refused(tx: Reader, since: datetime, until: datetime) -> tuple[Refused, ...]:
    """Every refusal by a gate in that time, oldest first; a brief judged again is there again."""
    query = (
        select(verdicts.c.brief, verdicts.c.outcome, verdicts.c.rules, verdicts.c.recorded_at)
        .where(verdicts.c.outcome != Outcome.ALLOW, verdicts.c.recorded_at >= since, verdicts.c.recorded_at < until)
        .order_by(verdicts.c.revision, verdicts.c.id)
    )
    return tuple(
        Refused(brief=row["brief"], outcome=Outcome(row["outcome"]), rules=_ids(row["rules"]), at=row["recorded_at"])
        for row in tx.all(query)
    )


def asked(tx: Reader, since: datetime, until: datetime) -> tuple[Asked, ...]:
    """Every question put to a person in that time, oldest first."""
    query = (
        select(
            reviews.c.id,
            reviews.c.kind,
            reviews.c.rules,
            reviews.c.recorded_at,
            review_decisions.c.recorded_at.label("decided_at"),
            review_decisions.c.decision,
            review_appeals.c.rule.label("appealed"),
        )
        .select_from(
            reviews.outerjoin(review_decisions, review_decisions.c.review == reviews.c.id).outerjoin(
                review_appeals, review_appeals.c.review == reviews.c.id
            )
        )
        .where(reviews.c.recorded_at >= since, reviews.c.recorded_at < until)
        .order_by(reviews.c.revision, reviews.c.id)
    )
    return tuple(
        Asked(
            review=row["id"],
            kind=ReviewSubject(row["kind"]),
            rules=_ids(row["rules"]),
            asked_at=row["recorded_at"],
            decided_at=row["decided_at"],
            decision=Decision(row["decision"]) if row["decision"] is not None else None,
            appealed=row["appealed"],
        )
        for row in tx.all(query)
    )


def _ids(rules: object) -> tuple[str, ...]:
    """The ids of a document of rules."""
    listed = rules if isinstance(rules, list) else []
    return tuple(dict.fromkeys(str(one["id"]) for one in listed))

"""Numbers for transparency: what was refused and held, what people decided and overturned, and how long it took.

By rule and month (UTC), without the name of any maker or operator.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from math import ceil
from statistics import median

from greenroom.domain.base import Frozen
from greenroom.domain.reviews import Decision
from greenroom.domain.verdicts import Outcome
from ledger import review_figures, reviews
from ledger.review_figures import Asked, Refused
from ops.review import taken_back
from ops.studio import Studio

UNRULED = "account or takedown"  # what waits for a person without a rule that holds it


class Figures(Frozen):
    """One rule in one month. A brief counts once for each rule and outcome, a question for each of its rules.

    `overturned`: appeals that a person approved. Hours are from the question to its answer, of those answered.
    """

    month: str  # 2026-11
    rule: str
    refused: int
    held: int
    approved: int
    denied: int
    waiting: int
    appealed: int
    overturned: int
    median_hours: float | None
    p95_hours: float | None


def figures(studio: Studio, since: datetime, until: datetime) -> tuple[Figures, ...]:
    """The numbers of that time, month by month and rule by rule. A question counts in the month it was asked; one
    that was taken back before anybody answered does not.
    """
    with studio.ledger.read() as tx:
        refusals = review_figures.refused(tx, since, until)
        moot = {one.id for one in reviews.waiting(tx) if taken_back(tx, one) is not None}
        questions = tuple(one for one in review_figures.asked(tx, since, until) if one.review not in moot)
    refused: dict[tuple[str, str], list[Refused]] = defaultdict(list)
    for one in refusals:
        for rule in one.rules:
            refused[_month(one.at), rule].append(one)
    asked: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for question in questions:
        cited = (question.appealed,) if question.appealed is not None else question.rules or (UNRULED,)
        for rule in cited:
            asked[_month(question.asked_at), rule].append(question)
    keys = sorted({*refused, *asked})
    return tuple(_figures(month, rule, refused[month, rule], asked[month, rule]) for month, rule in keys)


def _figures(month: str, rule: str, refusals: Iterable[Refused], questions: list[Asked]) -> Figures:
    briefs = {outcome: {one.brief for one in refusals if one.outcome is outcome} for outcome in Outcome}
    first = [one for one in questions if one.appealed is None]
    appeals = [one for one in questions if one.appealed is not None]
    hours = sorted(
        (one.decided_at - one.asked_at).total_seconds() / 3600 for one in questions if one.decided_at is not None
    )
    return Figures(
        month=month,
        rule=rule,
        refused=len(briefs[Outcome.DENY]),
        held=len(briefs[Outcome.HOLD]),
        approved=sum(one.decision is Decision.APPROVE for one in first),
        denied=sum(one.decision is Decision.DENY for one in first),
        waiting=sum(one.decision is None for one in questions),
        appealed=len(appeals),
        overturned=sum(one.decision is Decision.APPROVE for one in appeals),
        median_hours=round(median(hours), 2) if hours else None,
        p95_hours=round(hours[ceil(0.95 * len(hours)) - 1], 2) if hours else None,  # the nearest rank
    )


def _month(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m")

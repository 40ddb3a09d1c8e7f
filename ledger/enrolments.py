"""Enrolments: challenges, what is filed, its numbered steps, and what became of it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select

from greenroom.domain.enrolments import (
    BlockedFace,
    Challenge,
    Enrolment,
    EnrolmentOutcome,
    EnrolmentState,
    EnrolmentStep,
    Template,
)
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import blocked_faces, challenges, enrolment_outcomes, enrolment_steps, enrolments, templates


def add_challenge(tx: Writer, challenge: Challenge) -> None:
    """Record a challenge as drawn."""
    tx.insert(challenges, row_of(challenges, challenge))


def challenge(tx: Reader, challenge_id: str) -> Challenge | None:
    row = tx.first(select(challenges).where(challenges.c.id == challenge_id))
    return None if row is None else domain_of(Challenge, row)


def newest_challenge(tx: Reader, account: str) -> Challenge | None:
    """The challenge that an account drew last."""
    query = select(challenges).where(challenges.c.account == account)
    row = tx.first(query.order_by(challenges.c.revision.desc(), challenges.c.id.desc()).limit(1))
    return None if row is None else domain_of(Challenge, row)


def answered(tx: Reader, challenge_id: str) -> bool:
    """Whether an enrolment answered this challenge already: each is good for one attempt."""
    return tx.first(select(enrolments.c.id).where(enrolments.c.challenge == challenge_id)) is not None


def add(tx: Writer, enrolment: Enrolment, signed: bytes | None) -> None:
    """File an enrolment. `signed` is the owner's own signed statement of its consent, when they signed it.

    Raises `LedgerRefused` when its challenge was answered before.
    """
    tx.insert(enrolments, row_of(enrolments, enrolment, signed=signed))


def by_id(tx: Reader, enrolment: str) -> Enrolment | None:
    row = tx.first(select(enrolments).where(enrolments.c.id == enrolment))
    return None if row is None else domain_of(Enrolment, row)


def signed(tx: Reader, enrolment: str) -> bytes | None:
    """The owner's own signed statement, as it was filed."""
    row = tx.first(select(enrolments.c.signed).where(enrolments.c.id == enrolment))
    return None if row is None else row["signed"]


def of_account(tx: Reader, account: str) -> tuple[Enrolment, ...]:
    """Everything an account filed, newest first."""
    return _ordered(tx, select(enrolments).where(enrolments.c.account == account), newest=True)


def of_handle(tx: Reader, handle: str) -> tuple[Enrolment, ...]:
    """Every attempt to enrol under a handle, newest first."""
    return _ordered(tx, select(enrolments).where(enrolments.c.handle == handle), newest=True)


def in_state(tx: Reader, states: Collection[EnrolmentState], day: date | None = None) -> tuple[Enrolment, ...]:
    """Enrolments (of one day, in UTC, or all) that stand in one of these states, oldest first."""
    last = (
        select(enrolment_outcomes.c.enrolment, func.max(enrolment_outcomes.c.revision).label("revision"))
        .group_by(enrolment_outcomes.c.enrolment)
        .subquery()
    )
    query = (
        select(enrolments, enrolment_outcomes.c.state)
        .outerjoin(last, last.c.enrolment == enrolments.c.id)
        .outerjoin(
            enrolment_outcomes,
            and_(enrolment_outcomes.c.enrolment == enrolments.c.id, enrolment_outcomes.c.revision == last.c.revision),
        )
        .where(func.coalesce(enrolment_outcomes.c.state, EnrolmentState.FILED.value).in_([one.value for one in states]))
    )
    if day is not None:
        start = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
        query = query.where(enrolments.c.recorded_at >= start, enrolments.c.recorded_at < start + timedelta(days=1))
    return _ordered(tx, query)


def add_step(tx: Writer, step: EnrolmentStep) -> None:
    """Record a numbered check; one of the same code and policy version is recorded once."""
    same = (
        enrolment_steps.c.enrolment == step.enrolment,
        enrolment_steps.c.number == step.number,
        enrolment_steps.c.code_version == step.code_version,
        enrolment_steps.c.policy_version == step.policy_version,
    )
    if tx.first(select(enrolment_steps.c.number).where(*same)) is None:
        tx.insert(enrolment_steps, row_of(enrolment_steps, step))


def steps(tx: Reader, enrolment: str) -> tuple[EnrolmentStep, ...]:
    """The checks of an enrolment by number, each as it was made last."""
    query = select(enrolment_steps).where(enrolment_steps.c.enrolment == enrolment)
    found = {row["number"]: row for row in tx.all(query.order_by(enrolment_steps.c.revision))}
    return tuple(domain_of(EnrolmentStep, found[number]) for number in sorted(found))


def revision_before(tx: Reader, enrolment: str, number: int) -> int:
    """A revision before a step began to look: that of the last row of those before it, 0 where there is none."""
    query = select(func.coalesce(func.max(enrolment_steps.c.revision), 0))
    return tx.number(query.where(enrolment_steps.c.enrolment == enrolment, enrolment_steps.c.number < number))


def settle(tx: Writer, outcome: EnrolmentOutcome) -> None:
    """Record what an enrolment has come to, from now on."""
    tx.insert(enrolment_outcomes, row_of(enrolment_outcomes, outcome))


def outcome(tx: Reader, enrolment: str) -> EnrolmentOutcome | None:
    """What an enrolment has come to; None while no run has looked at it."""
    query = select(enrolment_outcomes).where(enrolment_outcomes.c.enrolment == enrolment)
    row = tx.first(query.order_by(enrolment_outcomes.c.revision.desc(), enrolment_outcomes.c.id.desc()).limit(1))
    return None if row is None else domain_of(EnrolmentOutcome, row)


def state(tx: Reader, enrolment: str) -> EnrolmentState:
    """Where an enrolment stands now."""
    last = outcome(tx, enrolment)
    return EnrolmentState.FILED if last is None else last.state


def add_template(tx: Writer, template: Template) -> None:
    """Keep what recognises a capture again; an enrolment has one."""
    if tx.first(select(templates.c.enrolment).where(templates.c.enrolment == template.enrolment)) is None:
        tx.insert(templates, row_of(templates, template))


def template(tx: Reader, enrolment: str) -> Template | None:
    row = tx.first(select(templates).where(templates.c.enrolment == enrolment))
    return None if row is None else domain_of(Template, row)


def every_template(tx: Reader, since: int = 0) -> tuple[Template, ...]:
    """What recognises each capture handed in after the revision `since`, those refused and erased included."""
    query = select(templates).where(templates.c.revision > since).order_by(templates.c.revision)
    return tuple(domain_of(Template, row) for row in tx.all(query))


def block(tx: Writer, face: BlockedFace) -> None:
    """Put a face on the list of those that may not be enrolled."""
    tx.insert(blocked_faces, row_of(blocked_faces, face))


def blocked(tx: Reader) -> tuple[BlockedFace, ...]:
    """The faces that may not be enrolled, oldest first."""
    return tuple(
        domain_of(BlockedFace, row) for row in tx.all(select(blocked_faces).order_by(blocked_faces.c.revision))
    )


def _ordered(tx: Reader, query: Select[Any], *, newest: bool = False) -> tuple[Enrolment, ...]:
    order = (enrolments.c.revision.desc(), enrolments.c.id) if newest else (enrolments.c.revision, enrolments.c.id)
    return tuple(domain_of(Enrolment, row) for row in tx.all(query.order_by(*order)))

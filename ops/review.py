"""What waits for a person's judgement, and answering it: an operator's, once, with who, when and why on record."""

from dataclasses import dataclass

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Batch
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision, Review, ReviewDecision, ReviewSubject
from greenroom.errors import BadInput, NotFound
from ledger import accounts, briefs, enrolments, reviews, verifications
from ledger.database import Reader
from ops.accounts import require_operator
from ops.studio import Studio


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question, and in a line what it is about."""

    review: Review
    about: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `batch`: for a brief that goes on, the batch that carries it."""

    review: Review
    decision: ReviewDecision
    batch: Batch | None = None


def waiting(studio: Studio, kind: ReviewSubject | None = None) -> tuple[Waiting, ...]:
    """Every question without an answer, those due first, then oldest first."""
    with studio.ledger.read() as tx:
        return tuple(Waiting(one, _about(tx, one)) for one in reviews.waiting(tx, kind))


def answer(studio: Studio, review_id: str, decision: Decision, by: Account, reason: str) -> Answered:
    """Answer a question and do what follows of it.

    A brief approved is unfinished again, and the next run of its batch takes it up where it was held. Raises
    `NotFound`, and `BadInput` for anyone but an operator, a question answered before, or no reason.
    """
    require_operator(studio, by)
    if not reason.strip():
        raise BadInput("a decision needs a reason", "Give it with --reason: it is kept with who decided and when.")
    with studio.ledger.read() as tx:
        review = reviews.by_id(tx, review_id)
    if review is None:
        raise NotFound(f"no review has the id {review_id}", "greenroom review list shows what waits.")
    if review.kind is ReviewSubject.TAKEDOWN:
        return _takedown(studio, review, decision, by, reason)
    made = ReviewDecision(
        id=new_id("rd"), review=review.id, decision=decision, by=by.id, reason=reason, recorded_at=now()
    )
    batch: Batch | None = None
    with studio.ledger.write() as tx:
        if reviews.decision(tx, review.id) is not None:
            raise BadInput(f"{review.id} was answered before", "An answer is given once, and stays.")
        reviews.decide(tx, made)
        match review.kind:
            case ReviewSubject.BRIEF:
                brief = briefs.by_id(tx, review.subject)
                batch = briefs.batch(tx, brief.batch) if brief is not None and decision is Decision.APPROVE else None
            case ReviewSubject.ACCOUNT if decision is Decision.APPROVE:
                from ops.enrolments.settling import adult  # an enrolment's modules are loaded where one is decided

                verifications.add(tx, adult(review.subject, by.id))
            case ReviewSubject.ENROLMENT:
                from ops.enrolments.settling import decided

                decided(studio, tx, review, made)
    if review.kind is ReviewSubject.ENROLMENT:
        from ops.enrolments.settling import conclude

        conclude(studio, review, made)
    return Answered(review, made, batch)


def _takedown(studio: Studio, review: Review, decision: Decision, by: Account, reason: str) -> Answered:
    """With every copy that was found; `greenroom takedown resolve` chooses among them."""
    from ops.takedown import resolve

    found = resolve(studio, review.subject, decision, by, reason, copies=None)
    if found.decision is None:
        raise NotFound(f"the answer to {review.id} is not on record")
    return Answered(review, found.decision)


def _about(tx: Reader, review: Review) -> str:
    match review.kind:
        case ReviewSubject.BRIEF:
            brief = briefs.by_id(tx, review.subject)
            return f"gate {review.gate.value if review.gate else '?'}: {brief.prompt}" if brief is not None else ""
        case ReviewSubject.ACCOUNT:
            account = accounts.by_id(tx, review.subject)
            return f"is @{account.name} who they say, and an adult?" if account is not None else ""
        case ReviewSubject.ENROLMENT:
            enrolment = enrolments.by_id(tx, review.subject)
            return f"@{enrolment.handle}, {enrolment.kind.value}" if enrolment is not None else ""
        case ReviewSubject.TAKEDOWN:
            due = f", due {review.due_at.isoformat(timespec='minutes')}" if review.due_at is not None else ""
            return f"{review.subject}{due}: greenroom takedown list shows it"

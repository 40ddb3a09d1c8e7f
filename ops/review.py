"""What waits for a person's judgement, and answering it: an operator's, once, with who, when and why on record.

Where a rule is so grave that the policy wants a second opinion, two persons must approve, and one denial denies. How
long a question may wait is a setting; a takedown has its own 48 hours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Batch
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Appeal, Decision, Review, ReviewDecision, ReviewOpinion, ReviewSubject
from greenroom.errors import BadInput, NotFound
from greenroom.settings import Settings
from ledger import (
    accounts,
    appeals,
    briefs,
    clips,
    enrolments,
    likenesses,
    publications,
    removals,
    reviews,
    verdicts,
    verifications,
    withdrawals,
)
from ledger.database import Reader, Writer
from moderation.presentation import load_presentation_policy
from moderation.review import counting, decided, two_must_approve, undecided
from ops.accounts import require_operator
from ops.notices import tell_decided
from ops.review_who import require_another, whose
from ops.studio import Studio

LONGEST = 2000  # characters of a reason
_SAID = {Decision.APPROVE: "approved", Decision.DENY: "denied"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question, in a line what it is about, and its clock. `approvals`: names of who approved where two must.

    `shown`: the clip it is about, where viewers may see it: it was published, and judged again.
    """

    review: Review
    about: str
    due_at: datetime
    waited: timedelta
    overdue: bool
    needs: int  # persons who must approve
    approvals: tuple[str, ...] = ()
    appeal: Appeal | None = None
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `decision` None: a first approval, `opinion`, that another person must share.

    `batch`: for a brief that goes on, the batch that carries it. `shown`: the clip of the brief that viewers may see:
    an approval leaves it where it is, and so does a denial, for taking it away is a takedown's.
    """

    review: Review
    decision: ReviewDecision | None
    opinion: ReviewOpinion | None = None
    batch: Batch | None = None
    shown: str | None = None


def due(review: Review, settings: Settings) -> datetime:
    """When a question should have been answered."""
    return review.due_at or review.recorded_at + timedelta(hours=settings.review_hours)


def waiting(studio: Studio, kind: ReviewSubject | None = None, moment: datetime | None = None) -> tuple[Waiting, ...]:
    """Every question without an answer, those due first (so what is overdue), then oldest first.

    What was taken back while it waited is no question any more.
    """
    at = moment or now()
    with studio.ledger.read() as tx:
        asked = (one for one in reviews.waiting(tx, kind) if taken_back(tx, one) is None)
        found = [_waiting(studio, tx, one, at) for one in asked]
    return tuple(sorted(found, key=lambda one: (one.due_at, one.review.recorded_at)))


def overdue(tx: Reader, settings: Settings, moment: datetime) -> tuple[str, ...]:
    """Questions that wait longer than they should, the longest first; of takedowns their own clock tells."""
    kept = (one for one in reviews.waiting(tx) if one.kind is not ReviewSubject.TAKEDOWN)
    asked = [one for one in kept if taken_back(tx, one) is None]
    return tuple(one.id for one in sorted(asked, key=lambda one: due(one, settings)) if due(one, settings) < moment)


def answer(studio: Studio, review_id: str, decision: Decision, by: Account, reason: str) -> Answered:
    """Answer a question and do what follows of it.

    A brief approved is unfinished again, and the next run of its batch takes it up where it was refused; one denied
    is denied from this transaction on. Of a clip that is published nothing is made or carried on: the answer is its
    verdict, and it stays before viewers. Raises `NotFound`, and `BadInput` for anyone but an operator, a question
    answered before or taken back, no reason, or a person who approved it already or may not (`ops.review_who`).
    """
    require_operator(studio, by)
    if not reason.strip():
        raise BadInput("a decision needs a reason", "Give it with --reason: it is kept with who decided and when.")
    if len(reason) > LONGEST:
        raise BadInput(f"a reason of more than {LONGEST} characters cannot be taken", "Shorten it.")
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
    shown: str | None = None
    with studio.ledger.write() as tx:
        if (before := reviews.decision(tx, review.id)) is not None:
            raise BadInput(
                f"{review.id} was answered before: {_SAID[before.decision]} by @{_name(tx, before.by)}",
                "An answer is given once, and stays.",
            )
        if (gone := taken_back(tx, review)) is not None:
            raise BadInput(f"{review.id} is no question any more: {gone}", "There is nothing to decide.")
        grave = _grave(studio, review)
        require_another(studio, tx, review, decision, by, two=grave)
        owner = whose(tx, review)  # whose opinion may stand from before an operator's own counted for nothing
        approved = tuple(one for one in reviews.opinions(tx, review.id) if one.by != owner)
        if decision is Decision.APPROVE and grave:
            if any(one.by == by.id for one in approved):
                raise BadInput(
                    f"@{by.name} approved {review.id} already",
                    "Another person must too: GREENROOM_OPERATORS names them.",
                )
            if not approved:
                first = ReviewOpinion(id=new_id("ro"), review=review.id, by=by.id, reason=reason, recorded_at=now())
                reviews.opine(tx, first)
                return Answered(review, None, opinion=first)
        reviews.decide(tx, made)
        match review.kind:
            case ReviewSubject.BRIEF:
                brief, shown = briefs.by_id(tx, review.subject), _shown(tx, review)
                goes_on = decision is Decision.APPROVE and shown is None
                batch = briefs.batch(tx, brief.batch) if brief is not None and goes_on else None
                if not goes_on:
                    _follow(studio, tx, review, made)
                tell_decided(tx, review, made, shown=shown is not None)
            case ReviewSubject.ACCOUNT if decision is Decision.APPROVE:
                from ops.enrolments.settling import adult  # an enrolment's modules are loaded where one is decided

                verifications.add(tx, adult(review.subject, by.id))
            case ReviewSubject.ENROLMENT:
                from ops.enrolments.settling import decided

                decided(studio, tx, review, made)
    if review.kind is ReviewSubject.ENROLMENT:
        from ops.enrolments.settling import conclude

        conclude(studio, review, made)
    return Answered(review, made.model_copy(update={"opinions": approved}), batch=batch, shown=shown)


def taken_back(tx: Reader, review: Review) -> str | None:
    """Why a question about a brief has nothing left to decide; None while it has.

    The next gate would refuse it whatever a person said.
    """
    brief = briefs.by_id(tx, review.subject) if review.kind is ReviewSubject.BRIEF else None
    if brief is None:
        return None
    for handle in brief.likenesses:
        likeness = likenesses.by_handle(tx, handle)
        if likeness is not None and withdrawals.withdrawn(tx, {likeness.id}):
            return f"the consent of @{handle} was withdrawn"
    clip = clips.by_brief(tx, brief.id)
    if clip is not None and removals.of_clip(tx, clip.id) is not None:
        return "the clip was removed"
    if brief.parent is not None and not publications.visible(tx, {brief.parent}):
        return f"{brief.parent}, which it remixes, was taken back"
    return None


def _shown(tx: Reader, review: Review) -> str | None:
    """The clip of the brief that a question is about, if viewers may see it."""
    clip = clips.by_brief(tx, review.subject) if review.kind is ReviewSubject.BRIEF else None
    return clip.id if clip is not None and publications.visible(tx, {clip.id}) else None


def _follow(studio: Studio, tx: Writer, review: Review, made: ReviewDecision) -> None:
    """Record the verdict that follows of an answer, where the one it answers stands: nothing waits for a run.

    Where it does not (another policy, other inputs) the next run judges anew, as it would have.
    """
    verdict = verdicts.latest(tx, review.subject).get(review.gate) if review.gate is not None else None
    if verdict is None or review.gate is None or verdict.inputs != review.inputs:
        return
    judgement = undecided(verdict.judgement)
    if judgement.policy_version != studio.policy.version:
        return
    answers = reviews.answered(tx, review.subject, review.gate, verdict.inputs)
    if (answer := counting(judgement, answers, studio.policy)) is not None and answer.id == made.id:
        verdicts.add(
            tx,
            verdict.model_copy(
                update={
                    "id": new_id("vd"),
                    "judgement": decided(judgement, answer, studio.policy),
                    "seconds": 0.0,
                    "recorded_at": made.recorded_at,
                }
            ),
        )


def _grave(studio: Studio, review: Review) -> bool:
    """Whether two persons must approve."""
    captures = review.kind is ReviewSubject.ENROLMENT
    return two_must_approve(review.rules, load_presentation_policy() if captures else studio.policy)


def _name(tx: Reader, account_id: str) -> str:
    found = accounts.by_id(tx, account_id)
    return found.name if found is not None else account_id


def _takedown(studio: Studio, review: Review, decision: Decision, by: Account, reason: str) -> Answered:
    """With every copy that was found; `greenroom takedown resolve` chooses among them."""
    from ops.takedown import resolve

    found = resolve(studio, review.subject, decision, by, reason, copies=None)
    if found.decision is None:
        raise NotFound(f"the answer to {review.id} is not on record")
    return Answered(review, found.decision)


def _waiting(studio: Studio, tx: Reader, review: Review, moment: datetime) -> Waiting:
    until, grave = due(review, studio.settings), _grave(studio, review)
    return Waiting(
        review=review,
        about=_about(tx, review),
        due_at=until,
        waited=moment - review.recorded_at,
        overdue=until < moment,
        needs=2 if grave else 1,
        approvals=tuple(_name(tx, one.by) for one in reviews.opinions(tx, review.id)),
        appeal=appeals.of_review(tx, review.id),
        shown=_shown(tx, review),
    )


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
            return f"{review.subject}: greenroom takedown list shows it"

"""Takedowns: anyone may ask, without an account; a person decides within 48 hours; who decided what is kept.

The clock is that of the TAKE IT DOWN Act (USA, 2025). Nothing is removed by asking alone: a request is a claim.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from greenroom.domain.base import BlobRef, Frozen, new_id, now
from greenroom.domain.consents import Account
from greenroom.domain.removals import Removal, RemovalCause, Takedown, TakedownCopy
from greenroom.domain.reviews import Decision, Review, ReviewDecision, ReviewSubject
from greenroom.errors import BadInput, NotFound
from ledger import accounts, briefs, clips, publications, removals, reviews, takedowns
from ledger.database import Reader
from ops.accounts import require_operator
from ops.lookalikes import NEARLY, lookalikes
from ops.removals import remove
from ops.review_who import require_stranger
from ops.studio import Studio

CLOCK = timedelta(hours=48)
LONGEST = 4000  # characters of a reason or a contact


class TakedownState(StrEnum):
    WAITING = "waiting"
    OVERDUE = "overdue"
    REMOVED = "removed"
    KEPT = "kept"


class Standing(Frozen):
    """A request as it stands: what it names and found, what was decided by whom and when, what was removed."""

    takedown: Takedown
    state: TakedownState
    copies: tuple[TakedownCopy, ...]
    decision: ReviewDecision | None
    by: str | None  # name of who decided
    removals: tuple[Removal, ...]


def request(studio: Studio, clip_id: str, reason: str, contact: str = "") -> Standing:
    """Ask that a clip be taken down. Copies of it are looked for, and a review is opened that is due in 48 hours.

    `contact` is sealed under a key of the request's own. Raises `NotFound` for a clip that viewers cannot see, and
    `BadInput` without a reason.
    """
    if not reason.strip():
        raise BadInput("a takedown request needs a reason", 'Give it with --reason "That is me, and I never agreed."')
    if max(len(reason), len(contact)) > LONGEST:
        raise BadInput(f"a reason or contact of more than {LONGEST} characters cannot be taken", "Shorten it.")
    with studio.ledger.read() as tx:
        if not publications.visible(tx, {clip_id}):
            raise NotFound(f"no clip {clip_id} is shown here", "Check the id: it stands in the clip's address.")
    found = lookalikes(studio, clip_id)
    moment, takedown_id = now(), new_id("td")
    sealed: BlobRef | None = None
    if contact.strip():
        sealed = studio.put_sealed(contact.strip().encode(), "text/plain", takedown_id)
    takedown = Takedown(
        id=takedown_id,
        clip=clip_id,
        reason=reason.strip(),
        contact=sealed,
        due_at=moment + CLOCK,
        recorded_at=moment,
    )
    copies = tuple(
        TakedownCopy(takedown=takedown_id, clip=one.clip, distance=one.distance, recorded_at=moment) for one in found
    )
    review = Review(
        id=new_id("rv"),
        kind=ReviewSubject.TAKEDOWN,
        subject=takedown_id,
        due_at=takedown.due_at,
        recorded_at=moment,
    )
    with studio.ledger.write() as tx:
        takedowns.add(tx, takedown, copies)
        reviews.open_once(tx, review)
        return _standing(tx, takedown, moment)


def every(studio: Studio, moment: datetime | None = None) -> tuple[Standing, ...]:
    """All requests as they stand, those waiting first and the most urgent of them foremost."""
    at = moment or now()
    with studio.ledger.read() as tx:
        found = [_standing(tx, one, at) for one in takedowns.every(tx)]
    return tuple(sorted(found, key=lambda one: (one.decision is not None, one.takedown.due_at)))


def overdue(studio: Studio, moment: datetime | None = None) -> tuple[Standing, ...]:
    """Requests nobody answered in time, the oldest first."""
    at = moment or now()
    with studio.ledger.read() as tx:
        waiting = reviews.waiting(tx, ReviewSubject.TAKEDOWN)
        late = (takedowns.by_id(tx, one.subject) for one in waiting if one.due_at is not None and one.due_at < at)
        return tuple(_standing(tx, one, at) for one in late if one is not None)


def resolve(
    studio: Studio,
    takedown_id: str,
    decision: Decision,
    by: Account,
    reason: str,
    copies: tuple[str, ...] | None = (),
) -> Standing:
    """Answer a request, once: `APPROVE` removes the clip and the `copies` named.

    None: all that look alike; a remix that looks otherwise goes only by name.

    Raises `NotFound`, and `BadInput` for anyone but an operator, a request answered before, a copy not found by it, or
    who would keep a clip of their own where another operator is named.
    """
    require_operator(studio, by)
    if not reason.strip():
        raise BadInput("a decision needs a reason", "Give it with --reason: it is kept with who decided and when.")
    with studio.ledger.write() as tx:
        takedown = takedowns.by_id(tx, takedown_id)
        review = next(iter(reviews.of_subject(tx, ReviewSubject.TAKEDOWN, takedown_id)), None)
        if takedown is None or review is None:
            raise NotFound(f"no takedown request has the id {takedown_id}", "greenroom takedown list shows them.")
        if reviews.decision(tx, review.id) is not None:
            raise BadInput(f"{takedown_id} was answered before", "greenroom audit takedowns says by whom and how.")
        if decision is Decision.DENY:
            require_stranger(studio, _maker(tx, takedown.clip), by)
        found = takedowns.copies(tx, takedown_id)
        known = [one.clip for one in found]
        near = [one.clip for one in found if one.distance <= NEARLY]
        chosen = near if copies is None else list(dict.fromkeys(copies))
        if strange := [one for one in chosen if one not in known]:
            raise BadInput(
                f"{', '.join(strange)} is no copy that was found of {takedown.clip}",
                "Each clip that looks otherwise needs a request of its own.",
            )
        reviews.decide(
            tx,
            ReviewDecision(
                id=new_id("rd"), review=review.id, decision=decision, by=by.id, reason=reason, recorded_at=now()
            ),
        )
        for clip_id in (takedown.clip, *chosen) if decision is Decision.APPROVE else ():
            clip = clips.by_id(tx, clip_id)
            if clip is not None:
                remove(tx, clip, RemovalCause.TAKEDOWN, by, reason, takedown_id)
        return _standing(tx, takedown, now())


def contact_of(studio: Studio, takedown: Takedown, by: Account) -> str | None:
    """How whoever asked can be reached, for operators only. Raises `BadInput` for others."""
    require_operator(studio, by)
    return studio.get(takedown.contact).decode() if takedown.contact is not None else None


def _maker(tx: Reader, clip_id: str) -> str | None:
    """The account that asked for a clip."""
    clip = clips.by_id(tx, clip_id)
    brief = briefs.by_id(tx, clip.brief) if clip is not None else None
    return brief.requester if brief is not None else None


def _standing(tx: Reader, takedown: Takedown, moment: datetime) -> Standing:
    review = next(iter(reviews.of_subject(tx, ReviewSubject.TAKEDOWN, takedown.id)), None)
    decision = reviews.decision(tx, review.id) if review is not None else None
    decider = accounts.by_id(tx, decision.by) if decision is not None else None
    return Standing(
        takedown=takedown,
        state=_state(takedown, decision, moment),
        copies=takedowns.copies(tx, takedown.id),
        decision=decision,
        by=decider.name if decider is not None else None,
        removals=removals.of_takedown(tx, takedown.id),
    )


def _state(takedown: Takedown, decision: ReviewDecision | None, moment: datetime) -> TakedownState:
    if decision is None:
        return TakedownState.OVERDUE if takedown.due_at < moment else TakedownState.WAITING
    return TakedownState.REMOVED if decision.decision is Decision.APPROVE else TakedownState.KEPT

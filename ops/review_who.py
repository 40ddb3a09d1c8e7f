"""Who may answer a question: nobody decides in their own favour where somebody else could, or where two must."""

from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision, Review, ReviewSubject
from greenroom.errors import BadInput
from ledger import appeals, briefs, enrolments, reviews
from ledger.database import Reader
from ops.accounts import operators
from ops.studio import Studio


def require_another(studio: Studio, tx: Reader, review: Review, decision: Decision, by: Account, *, two: bool) -> None:
    """Refuse who is too near to what a question is about. `two`: two persons must approve it.

    Raises `BadInput` for who would decide an appeal of their own, or one against their own decision; and for who would
    approve their own brief, enrolment or account, where the settings name another operator or where two must approve.
    Denying one's own is anybody's right.
    """
    _not_decided_before(tx, review, by)
    if decision is not Decision.APPROVE or by.id != whose(tx, review):
        return
    if two:
        raise BadInput(
            f"@{by.name} asked for this, and is none of the two who approve it",
            "Two other operators do: GREENROOM_OPERATORS names them.",
        )
    require_stranger(studio, by.id, by)


def require_stranger(studio: Studio, maker: str | None, by: Account) -> None:
    """Refuse an operator whose own matter it is, where there is another; in an installation of one they decide alone.

    Raises `BadInput`.
    """
    others = sorted(operators(studio) - {by.name})
    if maker == by.id and others:
        named = ", ".join(f"@{name}" for name in others)
        raise BadInput(f"this is @{by.name}'s own", f"Another operator decides it: {named}.")


def whose(tx: Reader, review: Review) -> str | None:
    """The account that a question is about: who asked for the brief, who enrols, whose account it is."""
    match review.kind:
        case ReviewSubject.BRIEF:
            brief = briefs.by_id(tx, review.subject)
            return brief.requester if brief is not None else None
        case ReviewSubject.ENROLMENT:
            enrolment = enrolments.by_id(tx, review.subject)
            return enrolment.account if enrolment is not None else None
        case ReviewSubject.ACCOUNT:
            return review.subject
        case ReviewSubject.TAKEDOWN:
            return None


def _not_decided_before(tx: Reader, review: Review, by: Account) -> None:
    """An appeal is decided neither by its maker nor by who decided on the brief before."""
    appeal = appeals.of_review(tx, review.id)
    if appeal is None:
        return
    if appeal.by == by.id:
        raise BadInput(f"@{by.name} made this appeal", "Another operator decides it.")
    asked = reviews.of_subject(tx, ReviewSubject.BRIEF, appeal.brief)
    before = [one.id for one in asked if one.gate is appeal.gate and one.id != review.id]
    decided = {made.by for one in before if (made := reviews.decision(tx, one)) is not None}
    if by.id in decided | {one.by for asked_before in before for one in reviews.opinions(tx, asked_before)}:
        raise BadInput(
            f"@{by.name} decided on this brief before",
            "An appeal is decided by another person: GREENROOM_OPERATORS names them.",
        )

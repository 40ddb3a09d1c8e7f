"""What an enrolment comes to: enrolled, refused, before a person, or before its owner for a look at the cut-out.

A likeness and its first consent are recorded in one transaction with the outcome: nothing is ever half enrolled. What
is refused is erased: its key is destroyed, and its rows of numbers stay.
"""

from dataclasses import dataclass

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account, Likeness, LikenessKind, Verification
from greenroom.domain.enrolments import Enrolment, EnrolmentOutcome, EnrolmentState, EnrolmentStep
from greenroom.domain.reviews import Decision, Review, ReviewDecision, ReviewSubject
from greenroom.domain.verdicts import Outcome, Rule
from greenroom.errors import BadInput, NotFound
from ledger import enrolments, erasures, likenesses, reviews, verifications
from ledger.database import Reader, Writer
from moderation.deliberation import gravest
from moderation.presentation import load_presentation_policy
from ops import receipts
from ops.enrolments.recognition import claimed_meanwhile, read
from ops.erase import erase_likeness, order
from ops.studio import Studio

DONE = (EnrolmentState.ENROLLED, EnrolmentState.REFUSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an enrolment stands, why, and its steps."""

    state: EnrolmentState
    rules: tuple[Rule, ...]
    steps: tuple[EnrolmentStep, ...]


def standing(studio: Studio, enrolment_id: str) -> Standing:
    """Where an enrolment stands now."""
    with studio.ledger.read() as tx:
        last = enrolments.outcome(tx, enrolment_id)
        steps = enrolments.steps(tx, enrolment_id)
    if last is None:
        return Standing(EnrolmentState.FILED, (), steps)
    return Standing(last.state, last.rules, steps)


def attempt(studio: Studio, handle: str) -> Enrolment:
    """The last attempt to enrol under a handle (with or without its @). Raises `NotFound`."""
    bare = handle.removeprefix("@").lower()
    with studio.ledger.read() as tx:
        found = enrolments.of_handle(tx, bare)
    if not found:
        raise NotFound(f"nothing was ever enrolled as @{bare}", "greenroom likeness enroll makes one.")
    return found[0]


def enrolled(studio: Studio, enrolment_id: str) -> Likeness | None:
    """The likeness an enrolment came to, if it did."""
    with studio.ledger.read() as tx:
        return likenesses.by_id(tx, required(tx, enrolment_id).likeness)


def proposal(studio: Studio, enrolment_id: str) -> bytes | None:
    """The cut-out that waits for its owner's look, over a checkerboard (PNG); None when none waits."""
    from ops.enrolments.things import preview

    with studio.ledger.read() as tx:
        waits = enrolments.state(tx, enrolment_id) is EnrolmentState.UNCONFIRMED
        template = enrolments.template(tx, enrolment_id) if waits else None
    found = read(studio, template) if template is not None else None
    return preview(studio.get(found.reference)) if found is not None and found.reference is not None else None


def settle(studio: Studio, enrolment_id: str, run: str) -> EnrolmentState:
    """Draw the conclusion from the steps; asked again, it finds what it concluded.

    While a step is not taken that nothing refused before, there is none: it stays filed, for the next run.
    """
    with studio.ledger.read() as tx:
        enrolment = required(tx, enrolment_id)
        state, steps = enrolments.state(tx, enrolment.id), enrolments.steps(tx, enrolment.id)
    if state is not EnrolmentState.FILED:
        return state
    outcome = gravest(tuple(step.outcome for step in steps))
    waits = {step.number for step in load_presentation_policy().of(enrolment.kind)} - {step.number for step in steps}
    if waits and outcome is not Outcome.DENY:
        return state
    match outcome:
        case Outcome.DENY:
            return refuse(studio, enrolment, _rules(steps, Outcome.DENY), run)
        case Outcome.HOLD:
            return _ask(studio, enrolment, _rules(steps, Outcome.HOLD), run)
        case _:
            if enrolment.kind is LikenessKind.PERSON:
                return record(studio, enrolment, run, looked_at=False)
            return _put(studio, enrolment, EnrolmentState.UNCONFIRMED, (), run)


def confirm(studio: Studio, enrolment_id: str, by: Account, *, right: bool, run: str = "") -> EnrolmentState:
    """The owner looked at the cut-out: it is enrolled if it is `right`, refused if not.

    Raises `BadInput` for anyone but the owner, and for an enrolment that waits for no confirmation.
    """
    with studio.ledger.read() as tx:
        enrolment = required(tx, enrolment_id)
        state = enrolments.state(tx, enrolment.id)
    if enrolment.account != by.id:
        raise BadInput(f"@{enrolment.handle} is enrolled by another account than @{by.name}", "Its owner confirms it.")
    if state is not EnrolmentState.UNCONFIRMED:
        raise BadInput(f"@{enrolment.handle} is {state.value}, and waits for no look at its cut-out")
    if right:
        return record(studio, enrolment, run)
    rule = Rule(id="cutout.rejected", reason="The owner looked at the cut-out and did not confirm it.")
    return refuse(studio, enrolment, (rule,), run)


def decided(studio: Studio, tx: Writer, review: Review, decision: ReviewDecision) -> None:
    """Note, in the transaction of a person's decision on an enrolment, what that person vouches for."""
    enrolment = required(tx, review.subject)
    held = {rule.id for step in enrolments.steps(tx, enrolment.id) for rule in step.rules}
    if decision.decision is Decision.APPROVE and "holder.verified" in held:
        verifications.add(tx, adult(enrolment.account, decision.by))


def conclude(studio: Studio, review: Review, decision: ReviewDecision, run: str = "") -> EnrolmentState:
    """Carry out a person's decision on an enrolment, once it is recorded; asked again, it finds it done."""
    with studio.ledger.read() as tx:
        enrolment = required(tx, review.subject)
        state = enrolments.state(tx, enrolment.id)
    if state in DONE:
        return state
    if decision.decision is Decision.APPROVE:
        return record(studio, enrolment, run)
    rule = Rule(id="review.denied", reason=decision.reason or "A person looked and did not approve it.")
    return refuse(studio, enrolment, (rule,), run)


def adult(account: str, by: str) -> Verification:
    """That a person found an account's holder to be who they say, and an adult."""
    return Verification(id=new_id("ve"), account=account, adult=True, rule="operator", by=by, recorded_at=now())


def record(studio: Studio, enrolment: Enrolment, run: str, *, looked_at: bool = True) -> EnrolmentState:
    """Record the likeness with its consent and its receipt's leaf, in one transaction.

    Where no person `looked_at` it, one is asked when another account claimed the same face since this one was checked.
    """
    with studio.ledger.read() as tx:
        template = enrolments.template(tx, enrolment.id)
        own = enrolments.signed(tx, enrolment.id)
    found = read(studio, template) if template is not None else None
    if found is None or found.reference is None:
        rule = Rule(id="container.lost", reason="What was made of the capture is gone. Enrol it again.")
        return refuse(studio, enrolment, (rule,), run)
    moment = now()
    likeness = Likeness(
        id=enrolment.likeness,
        handle=enrolment.handle,
        kind=enrolment.kind,
        species=enrolment.species,
        owner=enrolment.account,
        capture=enrolment.captures[0],
        reference=found.reference,
        recorded_at=moment,
    )
    consent = enrolment.consent.model_copy(update={"recorded_at": moment})
    with studio.ledger.write(run=run) as tx:
        if enrolments.state(tx, enrolment.id) in DONE:
            return enrolments.state(tx, enrolment.id)
        taken = likenesses.by_handle(tx, enrolment.handle) is not None
        claimed = () if looked_at else claimed_meanwhile(studio, tx, enrolment, found)
        if not taken and not claimed:
            likenesses.add(tx, likeness)
            receipts.record(studio, tx, consent, enrolment.account, own)
            enrolments.settle(tx, _outcome(enrolment, EnrolmentState.ENROLLED, (), run))
    if taken:
        rule = Rule(id="handle.taken", reason=f"@{enrolment.handle} was enrolled meanwhile. Choose another handle.")
        return refuse(studio, enrolment, (rule,), run)
    return _ask(studio, enrolment, claimed, run) if claimed else EnrolmentState.ENROLLED


def refuse(studio: Studio, enrolment: Enrolment, rules: tuple[Rule, ...], run: str) -> EnrolmentState:
    """Refuse an enrolment and erase what was handed in; killed in between, the next sweep erases it."""
    with studio.ledger.read() as tx:
        template = enrolments.template(tx, enrolment.id)
    known = read(studio, template) if template is not None else None  # only the sealed template names its picture
    state = _put(studio, enrolment, EnrolmentState.REFUSED, rules, run)
    if state is EnrolmentState.REFUSED:
        erase_likeness(studio, enrolment.likeness, run)
        if known is not None and known.reference is not None:
            studio.store.delete(known.reference)
    return state


def required(tx: Reader, enrolment_id: str) -> Enrolment:
    """The enrolment of this id. Raises `NotFound`."""
    found = enrolments.by_id(tx, enrolment_id)
    if found is None:
        raise NotFound(f"no enrolment has the id {enrolment_id}", "greenroom likeness show names those of a handle.")
    return found


def _ask(studio: Studio, enrolment: Enrolment, rules: tuple[Rule, ...], run: str) -> EnrolmentState:
    return _put(studio, enrolment, EnrolmentState.REVIEW, rules, run)


def _put(
    studio: Studio, enrolment: Enrolment, state: EnrolmentState, rules: tuple[Rule, ...], run: str
) -> EnrolmentState:
    """Record a state, unless the enrolment is done meanwhile; the state it is in."""
    with studio.ledger.write(run=run) as tx:
        present = enrolments.state(tx, enrolment.id)
        if present in DONE:
            return present
        outcome = _outcome(enrolment, state, rules, run)
        enrolments.settle(tx, outcome)
        if state is EnrolmentState.REFUSED:
            erasures.order(tx, order(outcome.id, likeness=enrolment.likeness))
        if state is EnrolmentState.REVIEW:
            question = Review(
                id=new_id("rv"), kind=ReviewSubject.ENROLMENT, subject=enrolment.id, rules=rules, recorded_at=now()
            )
            reviews.open_once(tx, question)
    return state


def _outcome(enrolment: Enrolment, state: EnrolmentState, rules: tuple[Rule, ...], run: str) -> EnrolmentOutcome:
    return EnrolmentOutcome(
        id=new_id("eo"), enrolment=enrolment.id, state=state, rules=rules, run=run, recorded_at=now()
    )


def _rules(steps: tuple[EnrolmentStep, ...], outcome: Outcome) -> tuple[Rule, ...]:
    return tuple(rule for step in steps if step.outcome is outcome for rule in step.rules)

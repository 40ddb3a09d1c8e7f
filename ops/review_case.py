"""A question laid out for whoever decides: rules in the policy's own words, evidence, what nobody checked, the script.

Belongs here: gathering from ledger and store. Pictures and sound are made in `ops.review_pictures`, the script is held
against the transcript in `ops.review_words`, deciding is in `ops.review`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import Take
from greenroom.domain.enrolments import Challenge, Enrolment, EnrolmentStep
from greenroom.domain.reviews import Decision, Review, ReviewSubject
from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate
from greenroom.errors import BlobMissing, NotFound, SealBroken
from ledger import accounts, briefs, enrolments, outputs, reviews, verdicts
from ledger.database import Reader
from moderation.places import places
from moderation.presentation import load_presentation_policy
from ops.review import Waiting, waiting
from ops.review_pictures import Shot, of_clip, of_enrolment
from ops.review_words import TRANSCRIPT, SaidLine, Transcript, against, transcript
from ops.studio import Studio


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rule that refused: its sentence in the policy, and its reasons for this very case."""

    id: str
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a person decided on the same subject before."""

    decision: Decision
    by: str  # account name
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything at hand on one question. `take`: what pictures and sound are taken from, None before gate 4.

    `evidence` is what was measured but for what is drawn into `shots` or told by `script`; of an enrolment it stands
    in `steps`. `challenge`: what a person's recording must answer.
    """

    waiting: Waiting
    rules: tuple[Spoken, ...]
    evidence: tuple[Evidence, ...]
    not_checked: tuple[Evidence, ...]
    earlier: tuple[Earlier, ...]
    brief: Brief | None = None
    take: Take | None = None
    script: tuple[SaidLine, ...] = ()
    heard: Transcript | None = None  # what a gate heard; None where it asked nobody
    enrolment: Enrolment | None = None
    owner: str = ""  # account name of the enrolment's
    challenge: Challenge | None = None
    steps: tuple[EnrolmentStep, ...] = ()
    shots: tuple[Shot, ...] = ()


def case(studio: Studio, review_id: str) -> Case:
    """Lay out a question that waits. Raises `NotFound` for one that does not."""
    found = next((one for one in waiting(studio) if one.review.id == review_id), None)
    if found is None:
        raise NotFound(f"no review {review_id} waits for a person", "It may be decided by now: greenroom review list.")
    match found.review.kind:
        case ReviewSubject.BRIEF:
            return _of_brief(studio, found)
        case ReviewSubject.ENROLMENT:
            return _of_enrolment(studio, found)
        case _:
            return Case(found, tuple(_spoken(studio, found.review)), (), (), ())


def _of_brief(studio: Studio, found: Waiting) -> Case:
    review = found.review
    with studio.ledger.read() as tx:
        brief = briefs.by_id(tx, review.subject)
        judged = verdicts.latest(tx, review.subject)
        take = _take(tx, review)
        plan = outputs.latest(tx, review.subject, "storyboard")
        earlier = tuple(_earlier(tx, review))
    verdict, hearing = (judged.get(gate) if gate is not None else None for gate in (review.gate, Gate.DIALOGUE))
    evidence = verdict.judgement.evidence if verdict is not None else ()
    heard = transcript(evidence) or (transcript(hearing.judgement.evidence) if hearing is not None else None)
    script = _script(studio, BlobRef.model_validate(plan.document)) if plan is not None else ()
    return Case(
        waiting=found,
        rules=tuple(_spoken(studio, review)),
        evidence=tuple(one for one in evidence if not _laid_out(one)),
        not_checked=_not_checked(evidence),
        earlier=earlier,
        brief=brief,
        take=take,
        script=against(script, heard.text) if heard is not None else tuple(SaidLine(*line) for line in script),
        heard=heard,
        shots=of_clip(take, review, evidence) if take is not None else (),
    )


def _of_enrolment(studio: Studio, found: Waiting) -> Case:
    review = found.review
    with studio.ledger.read() as tx:
        enrolment = enrolments.by_id(tx, review.subject)
        if enrolment is None:
            raise NotFound(f"the enrolment of {review.id} is not on record", "Restore the ledger.")
        steps = enrolments.steps(tx, enrolment.id)
        owner = accounts.by_id(tx, enrolment.account)
        challenge = enrolments.challenge(tx, enrolment.challenge) if enrolment.challenge else None
        earlier = tuple(_earlier(tx, review))
    return Case(
        waiting=found,
        rules=tuple(_spoken(studio, review)),
        evidence=(),
        not_checked=_not_checked(tuple(seen for step in steps for seen in step.evidence)),
        earlier=earlier,
        enrolment=enrolment,
        owner=owner.name if owner is not None else enrolment.account,
        challenge=challenge,
        steps=steps,
        shots=of_enrolment(enrolment, review),
    )


def _spoken(studio: Studio, review: Review) -> Iterator[Spoken]:
    steps = {rule.id: rule.sentence for step in load_presentation_policy().steps for rule in step.rules}
    for rule_id in dict.fromkeys(rule.id for rule in review.rules):
        sentence = studio.policy.sentence(rule_id) or steps.get(rule_id, "This rule is of another policy version.")
        yield Spoken(rule_id, sentence, tuple(rule.reason for rule in review.rules if rule.id == rule_id))


def _laid_out(seen: Evidence) -> bool:
    """Whether evidence is shown elsewhere: in the pictures, with the script, or among what was not checked."""
    return seen.kind is EvidenceKind.NOT_CHECKED or seen.name == TRANSCRIPT or bool(places(seen))


def _not_checked(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(one for one in evidence if one.kind is EvidenceKind.NOT_CHECKED)


def _take(tx: Reader, review: Review) -> Take | None:
    if review.gate is None or review.gate < Gate.TAKE:
        return None
    made = outputs.latest(tx, review.subject, "take")
    return Take.model_validate(made.document) if made is not None else None


def _script(studio: Studio, plan: BlobRef) -> tuple[tuple[str, str], ...]:
    """Who says what, as it was planned; nothing once the plan is erased."""
    try:
        storyboard = studio.get_document(plan, Storyboard)
    except (SealBroken, BlobMissing):
        return ()
    names = {actor.id: actor.name for actor in storyboard.actors}
    return tuple((names.get(line.actor, line.actor), line.text) for line in storyboard.lines)


def _earlier(tx: Reader, review: Review) -> Iterator[Earlier]:
    for asked in reviews.of_subject(tx, review.kind, review.subject):
        made = reviews.decision(tx, asked.id) if asked.gate is review.gate else None
        if made is not None:
            by = accounts.by_id(tx, made.by)
            yield Earlier(made.decision, by.name if by is not None else made.by, made.reason)

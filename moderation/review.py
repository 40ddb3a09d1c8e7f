"""What a person's answer makes of a gate's hold: only of holds that the policy leaves to a person, and only once."""

from greenroom.domain.reviews import Decision, ReviewDecision
from greenroom.domain.verdicts import Evidence, EvidenceKind, Judgement, Outcome, Rule
from moderation.policy import Policy


def for_a_person(judgement: Judgement, policy: Policy) -> bool:
    """Whether a person may decide: it is held, and by rules that say so alone."""
    return (
        judgement.outcome is Outcome.HOLD
        and bool(judgement.rules)
        and all(policy.reviewable(rule.id) for rule in judgement.rules)
    )


def decided(judgement: Judgement, answer: ReviewDecision, policy: Policy) -> Judgement:
    """The judgement after a person's answer. The rules that held it stay: as evidence when they approved.

    Raises `ValueError` for a judgement that is no person's to decide.
    """
    if not for_a_person(judgement, policy):
        raise ValueError(f"gate {judgement.gate.value} left nothing to a person")
    held_by = ", ".join(rule.id for rule in judgement.rules)
    seen = Evidence(
        name="review",
        kind=EvidenceKind.DECLARED,
        value={
            "review": answer.review,
            "decision": answer.decision.value,
            "by": answer.by,
            "at": answer.recorded_at.isoformat(),
            "held_by": [rule.model_dump(mode="json") for rule in judgement.rules],
        },
        reason=answer.reason,
    )
    evidence = (*judgement.evidence, seen)
    if answer.decision is Decision.APPROVE:
        return judgement.model_copy(update={"outcome": Outcome.ALLOW, "rules": (), "evidence": evidence})
    said = answer.reason or "no reason given"
    denied = Rule(id="review.denied", reason=f"A person looked at what {held_by} held, and did not allow it: {said}.")
    return judgement.model_copy(
        update={
            "outcome": policy.action(denied.id),
            "rules": (*judgement.rules, denied),
            "evidence": evidence,
        }
    )

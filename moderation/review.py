"""What a person's answer makes of a refusal: only of what the policy leaves to a person, by question or by appeal."""

from typing import Protocol

from greenroom.domain.reviews import Decision, ReviewDecision
from greenroom.domain.verdicts import Evidence, EvidenceKind, Judgement, Outcome, Rule
from moderation.policy import DENIED_BY_A_PERSON, Policy

ANSWERED = "review"  # the name of the evidence that holds a person's answer


def for_a_person(judgement: Judgement, policy: Policy) -> bool:
    """Whether a person is asked: it is held, and by rules alone that leave it to one."""
    return (
        judgement.outcome is Outcome.HOLD
        and bool(judgement.rules)
        and all(policy.reviewable(rule.id) for rule in judgement.rules)
    )


def answerable(judgement: Judgement, policy: Policy) -> bool:
    """Whether a person's answer counts: it is refused, and by rules alone that a person may lift, asked or on appeal.

    Consent, child safety, marks and owed evidence are never among them.
    """
    return (
        judgement.outcome is not Outcome.ALLOW
        and bool(judgement.rules)
        and all(policy.appealable(rule.id) for rule in judgement.rules)
    )


class Grades(Protocol):
    """What knows the gravest of its rules: the policy of clips, and that of captures."""

    def second_opinion(self, rule_id: str) -> bool: ...


def two_must_approve(rules: tuple[Rule, ...], policy: Grades) -> bool:
    """Whether one of the rules is so grave that two persons must approve."""
    return any(policy.second_opinion(rule.id) for rule in rules)


def counting(judgement: Judgement, answers: tuple[ReviewDecision, ...], policy: Policy) -> ReviewDecision | None:
    """Which of people's answers on the same inputs, first to last, counts for this judgement; None where none does.

    The last counts where it denies, else the newest approval of all that refuses it now: an approval lifts the rules
    that were put to its person and no others. A gate that is asked again may find more, with a list, a model or a
    face that came meanwhile. Where a rule wants two persons, two must have approved.
    """
    if not answers or not answerable(judgement, policy):
        return None
    if answers[-1].decision is Decision.DENY:
        return answers[-1]
    spoken = {rule.id for rule in judgement.rules} - {DENIED_BY_A_PERSON}
    grave = two_must_approve(judgement.rules, policy)
    for one in reversed(answers):
        if one.decision is Decision.APPROVE and spoken <= set(one.asked) and (one.opinions or not grave):
            return one
    return None


def settled(judgement: Judgement, answers: tuple[ReviewDecision, ...], policy: Policy) -> Judgement:
    """The judgement after people's answers on the same inputs, where one counts for it; else as it was."""
    answer = counting(judgement, answers, policy)
    return decided(judgement, answer, policy) if answer is not None else judgement


def decided(judgement: Judgement, answer: ReviewDecision, policy: Policy) -> Judgement:
    """The judgement after a person's answer. The rules that refused it stay: as evidence when they approved.

    Raises `ValueError` for a judgement that is no person's to decide.
    """
    if not answerable(judgement, policy):
        raise ValueError(f"gate {judgement.gate.value} left nothing to a person")
    held_by = ", ".join(dict.fromkeys(rule.id for rule in judgement.rules))
    seen = Evidence(
        name=ANSWERED,
        kind=EvidenceKind.DECLARED,
        value={
            "review": answer.review,
            "decision": answer.decision.value,
            "by": answer.by,
            "at": answer.recorded_at.isoformat(),
            "held_by": [rule.model_dump(mode="json") for rule in judgement.rules],
            "approved_before_by": [one.by for one in answer.opinions],
        },
        reason=answer.reason,
    )
    evidence = (*judgement.evidence, seen)
    if answer.decision is Decision.APPROVE:
        return judgement.model_copy(update={"outcome": Outcome.ALLOW, "rules": (), "evidence": evidence})
    said = answer.reason or "no reason given"
    denied = Rule(
        id=DENIED_BY_A_PERSON, reason=f"A person looked at what {held_by} held, and did not allow it: {said}."
    )
    return judgement.model_copy(
        update={
            "outcome": policy.action(denied.id),
            "rules": (*judgement.rules, denied),
            "evidence": evidence,
        }
    )


def undecided(judgement: Judgement) -> Judgement:
    """A judgement as it was before the person's answer that denied it; what an appeal is decided anew of."""
    return judgement.model_copy(
        update={
            "rules": tuple(rule for rule in judgement.rules if rule.id != DENIED_BY_A_PERSON),
            "evidence": tuple(one for one in judgement.evidence if one.name != ANSWERED),
        }
    )


def embodies(judgement: Judgement, answer: ReviewDecision) -> bool:
    """Whether a judgement was made with this very answer."""
    values = [one.value for one in judgement.evidence if one.name == ANSWERED]
    return any(isinstance(value, dict) and value.get("review") == answer.review for value in values)

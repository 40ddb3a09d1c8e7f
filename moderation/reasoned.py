"""What a reasoning model's answer adds to a gate's judgement: the embedded rules stand, and the stricter wins.

The model says which of the policy's rules are broken, and how sure it is; what follows from a rule says the policy.
No answer, or one that cannot be used, holds: the gate is asked again with the next run.
"""

from enum import StrEnum

from pydantic import Field

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome, Rule
from moderation.deliberation import gravest
from moderation.on_behalf import with_grave
from moderation.policy import Policy, PolicyRule, TextRule

_NAMES = {Gate.SAFETY: "vision-language model"}  # of the evidence
_NAME = "text model"  # of every other gate's; what the embedded judge says was not checked has the same
_SURE = 0.5  # probability from which a model that gives one calls a rule broken
_CATEGORY = "reasoned"
_LEARNED = "learned"  # no model can answer for another


class Fault(StrEnum):
    """Why there is no answer, as the rule that holds for it."""

    MISSING = "evidence.model_missing"
    CRASHED = "evidence.crashed"
    UNANSWERED = "evidence.unanswered"


class Reasoned(Frozen):
    """A model's answer, or its `fault` with the reason. `weights`: SHA-256 where they are on this machine. `scores`:
    probability by rule, of a model that gives them. `seconds`: how long it took. `frames`: how many it was shown."""

    model: str
    weights: str | None = None
    outcome: Outcome | None = None
    rules: tuple[str, ...] = ()
    reason: str
    scores: dict[str, float] = Field(default_factory=dict)
    seconds: float
    fault: Fault | None = None
    frames: int = 0


def rules_given(policy: Policy, gate: Gate) -> tuple[PolicyRule | TextRule, ...]:
    """The rules a model reads for a gate: every rule for words, and the gate's own but for those about the model."""
    own = (rule for rule in policy.rules if rule.gate is gate and rule.category not in (_CATEGORY, _LEARNED))
    return (*policy.text.rules, *(rule for rule in own if rule.not_checked is None))


def with_reasoned(judgement: Judgement, answer: Reasoned, policy: Policy) -> Judgement:
    """The judgement of the embedded rules and the model together. The answer of a model that names what is no rule it
    was given is none."""
    name = _name(judgement)
    given = {rule.id for rule in rules_given(policy, judgement.gate)}
    unknown = [one for one in answer.rules if one not in given]
    contradicts = answer.outcome is not None and (answer.outcome is Outcome.ALLOW) is bool(answer.rules)
    # 1. There is an answer.
    if answer.fault is not None or answer.outcome is None or unknown or contradicts:
        fault = answer.fault or Fault.UNANSWERED
        wrong = f"it names {unknown[0]!r}, which is no rule of this gate" if unknown else answer.reason
        told = wrong.removeprefix(f"{answer.model} ").rstrip(".")
        reason = f"{answer.model} gave no answer that can be used: {told}. Run it again when the model answers."
        return _judged(judgement, (Rule(id=fault.value, reason=reason),), _not_checked(answer, name, wrong), policy)
    # 2. What it names, by the policy's own rules.
    spoken = _spoken(judgement.gate, answer.outcome, answer, policy)
    return _judged(judgement, spoken, _measured(answer, name), policy)


def not_asked(judgement: Judgement, model: str, reason: str) -> Judgement:
    """The judgement with it said why the model was not asked."""
    seen = Evidence(name=_name(judgement), kind=EvidenceKind.NOT_CHECKED, model=model, reason=reason)
    return judgement.model_copy(update={"evidence": (*_others(judgement), seen)})


def _spoken(gate: Gate, outcome: Outcome, answer: Reasoned, policy: Policy) -> tuple[Rule, ...]:
    said = f"{answer.model} says: {answer.reason}"
    named = ", ".join(answer.rules)
    if outcome is Outcome.ALLOW:
        return ()
    if outcome is Outcome.HOLD:
        # Of a rule that denies, a doubt is a question for a person and no denial.
        doubted = [one for one in answer.rules if policy.action(one) is not Outcome.HOLD]
        spoken = [Rule(id=one, reason=said) for one in answer.rules if one not in doubted]
        about, asks = ", ".join(doubted), with_grave(f"{gate.title}.reasoned_hold", doubted, policy)
        return (*spoken, *([Rule(id=asks, reason=f"By {about}: {said}")] if doubted else []))
    rules = tuple(Rule(id=one, reason=said) for one in answer.rules)
    if any(policy.action(one) is Outcome.DENY for one in answer.rules):
        return rules
    return (*rules, Rule(id=f"{gate.title}.reasoned_deny", reason=f"By {named}: {said}"))


def _measured(answer: Reasoned, name: str) -> Evidence:
    value = {
        "outcome": answer.outcome.value if answer.outcome is not None else None,
        "rules": list(answer.rules),
        "weights": answer.weights,
        "seconds": answer.seconds,
        **({"scores": dict(answer.scores)} if answer.scores else {}),
        **({"frames": answer.frames} if answer.frames else {}),
    }
    return Evidence(
        name=name,
        kind=EvidenceKind.MEASURED,
        value=value,
        threshold=_SURE if answer.scores else None,
        model=answer.model,
        reason=answer.reason,
    )


def _not_checked(answer: Reasoned, name: str, reason: str) -> Evidence:
    value = {"weights": answer.weights, "seconds": answer.seconds}
    return Evidence(name=name, kind=EvidenceKind.NOT_CHECKED, value=value, model=answer.model, reason=reason)


def _name(judgement: Judgement) -> str:
    return _NAMES.get(judgement.gate, _NAME)


def _others(judgement: Judgement) -> tuple[Evidence, ...]:
    """The evidence without the embedded judge's word that no model was asked."""
    return tuple(one for one in judgement.evidence if one.name != _name(judgement))


def _judged(judgement: Judgement, spoken: tuple[Rule, ...], seen: Evidence, policy: Policy) -> Judgement:
    outcome = gravest((judgement.outcome, *(policy.action(rule.id) for rule in spoken)))
    return judgement.model_copy(
        update={
            "outcome": outcome,
            "rules": (*judgement.rules, *spoken),
            "evidence": (*_others(judgement), seen),
        }
    )

"""What a stage asks before it works: did every earlier gate allow, under this policy? And how it holds when not."""

from collections.abc import Mapping

from greenroom.domain.verdicts import Gate, Judgement, Outcome, Rule, Verdict
from moderation.policy import Policy


def held(gate: Gate, rule_id: str, reason: str, policy: Policy) -> Judgement:
    """A hold: for a check that crashed (`evidence.crashed`), a model not installed (`evidence.model_missing`),
    a verdict that is missing or of another policy version."""
    policy.rule(rule_id)
    return Judgement(
        gate=gate, outcome=Outcome.HOLD, rules=(Rule(id=rule_id, reason=reason),), policy_version=policy.version
    )


def withdrawn(gate: Gate, reason: str, policy: Policy) -> Judgement:
    """The refusal that any gate gives once what a brief rests on was taken back while it was being made."""
    policy.rule("consent.withdrawn")
    rule = Rule(id="consent.withdrawn", reason=reason)
    return Judgement(gate=gate, outcome=Outcome.DENY, rules=(rule,), policy_version=policy.version)


def missing(gate: Gate, of: Gate, policy: Policy) -> Judgement:
    """The hold that `gate` gives when gate `of` left no verdict."""
    reason = f"Gate {of.value} ({of.title}) left no verdict; it must allow before gate {gate.value} can. Run it again."
    return held(gate, "evidence.missing", reason, policy)


def required(verdicts: Mapping[Gate, Verdict], upto: Gate, policy: Policy) -> Judgement | None:
    """Whether the gates before `upto` let it go on: None when all allow, else why it may not.

    The refusal of an earlier gate is repeated as this gate's, with a rule that points to it, so that a stage
    that is reached after a refusal leaves a row that says so.
    """
    for gate in (gate for gate in Gate if gate < upto):
        verdict = verdicts.get(gate)
        # 1. A verdict stands.
        if verdict is None:
            return missing(upto, gate, policy)
        judged = verdict.judgement
        # 2. It is that gate's own.
        if judged.gate is not gate:
            reason = f"The verdict filed for gate {gate.value} is one of gate {judged.gate.value}."
            return held(upto, "evidence.missing", reason, policy)
        # 3. It refuses: an earlier refusal stands whatever policy it was made under, until it is judged again.
        if judged.outcome is not Outcome.ALLOW:
            said = ", ".join(rule.id for rule in judged.rules) or "no rule"
            word = "denied" if judged.outcome is Outcome.DENY else "held"
            rule = Rule(id="evidence.refused_before", reason=f"Gate {gate.value} ({gate.title}) {word}: {said}.")
            return Judgement(gate=upto, outcome=judged.outcome, rules=(rule,), policy_version=policy.version)
        # 4. It was made under the present policy.
        if judged.policy_version != policy.version:
            reason = (
                f"Gate {gate.value} ({gate.title}) judged under policy {judged.policy_version}; the present one is "
                f"{policy.version}. Run the gate again."
            )
            return held(upto, "evidence.other_policy", reason, policy)
    return None

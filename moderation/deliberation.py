"""How a gate comes to its judgement: rules that speak and evidence seen are collected, the gravest action decides."""

from pydantic import JsonValue

from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome, Rule
from moderation.policy import Policy

_GRAVITY = (Outcome.ALLOW, Outcome.HOLD, Outcome.DENY)


def gravest(outcomes: tuple[Outcome, ...]) -> Outcome:
    """Deny before hold before allow; allow when there are none."""
    return max(outcomes, key=_GRAVITY.index, default=Outcome.ALLOW)


class Deliberation:
    """One gate at work under one policy."""

    def __init__(self, gate: Gate, policy: Policy) -> None:
        self.gate = gate
        self.policy = policy
        self._rules: list[Rule] = []
        self._evidence: list[Evidence] = []

    def speaks(self, rule_id: str, reason: str) -> None:
        """The rule refuses, for this reason (said once)."""
        rule = Rule(id=rule_id, reason=reason)
        if rule not in self._rules:
            self._rules.append(rule)

    def saw(
        self,
        name: str,
        kind: EvidenceKind,
        value: JsonValue = None,
        *,
        unit: str | None = None,
        threshold: JsonValue = None,
        model: str | None = None,
        reason: str | None = None,
    ) -> None:
        self._evidence.append(
            Evidence(name=name, kind=kind, value=value, unit=unit, threshold=threshold, model=model, reason=reason)
        )

    def not_checked(self, name: str, reason: str) -> None:
        self.saw(name, EvidenceKind.NOT_CHECKED, reason=reason)

    def threshold(self, rule_id: str, name: str) -> float:
        return self.policy.threshold(rule_id, name)

    def judgement(self) -> Judgement:
        outcome = gravest(tuple(self.policy.action(rule.id) for rule in self._rules))
        return Judgement(
            gate=self.gate,
            outcome=outcome,
            rules=tuple(self._rules),
            evidence=tuple(self._evidence),
            policy_version=self.policy.version,
        )

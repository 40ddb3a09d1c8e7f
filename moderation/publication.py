"""Gate 8: consent and all verdicts are asked again, inside the transaction that publishes."""

from collections.abc import Mapping

from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Verdict
from moderation.deliberation import gravest
from moderation.earlier import required
from moderation.policy import Policy


def judge_publication(verdicts: Mapping[Gate, Verdict], consent_again: Judgement, policy: Policy) -> Judgement:
    """Whether the clip may be published now. `consent_again` is gate 1's decision, made at this moment."""
    # 1. Gates 1 to 7 allow, under this policy.
    before = required(verdicts, Gate.PUBLICATION, policy)
    # 2. The owners still permit.
    refusals = [judged for judged in (before, consent_again) if judged is not None]
    seen = tuple(
        Evidence(name=f"gate {gate.value} {gate.title}", kind=EvidenceKind.DECLARED, value=verdict.id)
        for gate, verdict in sorted(verdicts.items())
        if gate < Gate.PUBLICATION
    )
    return Judgement(
        gate=Gate.PUBLICATION,
        outcome=gravest(tuple(judged.outcome for judged in refusals)),
        rules=tuple(rule for judged in refusals for rule in judged.rules),
        evidence=(*seen, *consent_again.evidence),
        policy_version=policy.version,
    )

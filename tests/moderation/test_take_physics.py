"""Gate 4 on what was simulated: what keeps the laws passes, what breaks one is denied with the figure."""

from datetime import UTC, date, datetime

import pytest

from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import PhysicsReport
from greenroom.domain.verdicts import EvidenceKind, Outcome
from moderation.policy import load_policy
from moderation.take import TakeEvidence, judge_take, physics_faults

POLICY = load_policy()
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BRIEF = Brief(
    id="b", batch="ba", prompt="a ball", requester="mina", seed=1, lane=Lane.INTERACTIVE, day=date(2026, 11, 1),
    recorded_at=NOW,
)  # fmt: skip
GOOD = PhysicsReport(penetration_metres=0.01, energy_gained_share=0.01, momentum_error=0.002, foot_slide_metres=0.02)
FINE = TakeEvidence(
    seconds=5.0,
    sound_seconds=5.0,
    width=854,
    height=480,
    frames=120,
    luma=(90.0,) * 120,
    differences=(2.0,) * 119,
    lufs=-16.0,
)


def judged(physics: PhysicsReport | None) -> tuple[Outcome, set[str]]:
    found = judge_take(FINE.model_copy(update={"physics": physics}), BRIEF, POLICY)
    return found.outcome, {rule.id for rule in found.rules}


def test_a_take_that_keeps_the_laws_is_allowed() -> None:
    assert judged(GOOD) == (Outcome.ALLOW, set())


@pytest.mark.parametrize(
    ("change", "rule", "said"),
    [
        ({"penetration_metres": 0.3, "penetration_of": ("ball", "box")}, "take.penetration", "Ball and box"),
        ({"energy_gained_share": 0.5}, "take.energy", "0.5"),
        ({"momentum_error": 0.2}, "take.momentum", "0.2"),
        ({"foot_slide_metres": 0.4}, "take.sliding", "0.4 m"),
        ({"flight_error": 0.3}, "take.flight", "0.3"),
        ({"finite": False}, "take.finite", "bounds"),
    ],
)
def test_each_law_that_is_broken_denies_with_the_figure(change: dict[str, object], rule: str, said: str) -> None:
    report = GOOD.model_copy(update=change)
    assert judged(report) == (Outcome.DENY, {rule})
    (fault,) = physics_faults(report, POLICY)
    assert said in fault.reason


def test_a_generator_that_does_not_simulate_is_not_checked_for_it() -> None:
    found = judge_take(FINE, BRIEF, POLICY)
    (physics,) = [one for one in found.evidence if one.name == "physics"]
    assert (physics.kind, found.outcome) == (EvidenceKind.NOT_CHECKED, Outcome.ALLOW)

"""Whether a capture shows who or what it claims, here and now: numbered steps over measures, their bounds as data.

The steps stand in `presentation.yaml`, in the order in which they are taken. A measure within `allow` passes, within
`hold` goes to a person, beyond it is refused; a measure that is missing is held, never passed. The terms are those of
ISO/IEC 30107-3: what a step refuses is a presentation attack, what it refuses wrongly a bona fide presentation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Self

import yaml
from pydantic import Field, model_validator

from greenroom.domain.base import Frozen
from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import Evidence, EvidenceKind, Outcome, Rule
from moderation.deliberation import gravest


@dataclass(frozen=True, slots=True)
class Measured:
    """One number that a step asks for. None: it could not be measured, for this `reason`."""

    value: float | None
    model: str | None = None
    reason: str | None = None


class Bound(Frozen):
    """Where a measure passes, and where a person still decides; without `hold` there is nothing between."""

    allow: float
    hold: float | None = None


class StepRule(Frozen):
    """One bound on one measure. `otherwise` says to whoever is refused what would change it."""

    id: str = Field(pattern=r"^[a-z]+\.[a-z_]+$")
    measure: str
    unit: str
    at_least: Bound | None = None
    at_most: Bound | None = None
    sentence: str
    otherwise: str
    second_opinion: bool = False  # two persons must approve what this holds; one denial denies

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"rule {self.id} needs either at_least or at_most")
        sign, bound = self._bound
        if bound.hold is not None and sign * bound.hold >= sign * bound.allow:
            raise ValueError(f"rule {self.id}: hold {bound.hold:g} is not beyond allow {bound.allow:g}")
        return self

    @property
    def _bound(self) -> tuple[float, Bound]:
        """Which way is better (1: more, -1: less), and the bound."""
        if self.at_least is not None:
            return 1.0, self.at_least
        assert self.at_most is not None  # noqa: S101  # `_one_bound` holds
        return -1.0, self.at_most

    def outcome(self, value: float) -> Outcome:
        """What this value of the measure comes to."""
        sign, bound = self._bound
        if sign * value >= sign * bound.allow:
            return Outcome.ALLOW
        return Outcome.HOLD if bound.hold is not None and sign * value >= sign * bound.hold else Outcome.DENY

    @property
    def wanted(self) -> str:
        sign, bound = self._bound
        return f"at {'least' if sign > 0 else 'most'} {bound.allow:g} {self.unit}"


class Step(Frozen):
    """A numbered check of the kinds it is for."""

    number: int
    name: str
    kinds: tuple[LikenessKind, ...]
    rules: tuple[StepRule, ...]


class PresentationPolicy(Frozen):
    """All steps; two installations with the same version decide alike on the same measures."""

    version: int
    steps: tuple[Step, ...]

    def of(self, kind: LikenessKind) -> tuple[Step, ...]:
        """The steps that an enrolment of this kind takes, in order."""
        return tuple(step for step in self.steps if kind in step.kinds)

    def second_opinion(self, rule_id: str) -> bool:
        """Whether two persons must approve what this rule holds."""
        return any(rule.second_opinion for step in self.steps for rule in step.rules if rule.id == rule_id)


@dataclass(frozen=True, slots=True)
class StepJudgement:
    """What a step came to."""

    outcome: Outcome
    rules: tuple[Rule, ...]
    evidence: tuple[Evidence, ...]


def judge_step(step: Step, measures: Mapping[str, Measured]) -> StepJudgement:
    """Hold each of the step's rules against its measure; the gravest decides. A missing measure holds."""
    outcomes: list[Outcome] = []
    rules: list[Rule] = []
    evidence: list[Evidence] = []
    for rule in step.rules:
        found = measures.get(rule.measure, Measured(None, reason="it was not measured"))
        bound = rule.at_least or rule.at_most
        limit = bound.model_dump(mode="json") if bound is not None else None
        if found.value is None or not isfinite(found.value):
            reason = found.reason or "it has no finite value"
            outcomes.append(Outcome.HOLD)
            rules.append(Rule(id=rule.id, reason=f"{rule.sentence} Not checked: {reason}. A person decides."))
            evidence.append(Evidence(name=rule.measure, kind=EvidenceKind.NOT_CHECKED, unit=rule.unit, reason=reason))
            continue
        outcome = rule.outcome(found.value)
        evidence.append(
            Evidence(
                name=rule.measure,
                kind=EvidenceKind.MEASURED,
                value=round(found.value, 4),
                unit=rule.unit,
                threshold=limit,
                model=found.model,
                reason=found.reason,
            )
        )
        if outcome is not Outcome.ALLOW:
            said = f" ({found.reason})" if found.reason else ""
            fact = f"{rule.sentence} Measured {found.value:.3g} {rule.unit}{said}, wanted {rule.wanted}."
            outcomes.append(outcome)
            rules.append(Rule(id=rule.id, reason=f"{fact} {rule.otherwise}"))
    return StepJudgement(gravest(tuple(outcomes)), tuple(rules), tuple(evidence))


@cache
def load_presentation_policy() -> PresentationPolicy:
    """The steps this code checks by."""
    data = yaml.safe_load(files("moderation").joinpath("presentation.yaml").read_text("utf-8"))
    return PresentationPolicy.model_validate(data)

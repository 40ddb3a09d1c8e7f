"""Gates and their verdicts: a numbered check and its outcome as a row."""

from datetime import datetime
from enum import IntEnum, StrEnum

from pydantic import JsonValue

from greenroom.domain.base import Frozen


class Gate(IntEnum):
    CONSENT = 1
    PROMPT = 2
    STORYBOARD = 3
    TAKE = 4
    DIALOGUE = 5
    SAFETY = 6
    MARKS = 7
    PUBLICATION = 8

    @property
    def title(self) -> str:
        return self.name.lower()


class Outcome(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"


class Rule(Frozen):
    """A rule that spoke: its id in the policy, and why in a sentence (fact, got, expected, what would change it)."""

    id: str
    reason: str


class EvidenceKind(StrEnum):
    MEASURED = "measured"
    BY_CONSTRUCTION = "by_construction"
    DECLARED = "declared"  # read from the ledger or the request
    NOT_CHECKED = "not_checked"


class Evidence(Frozen):
    """One thing a gate looked at. `model` names what measured it; `reason` is wanted for NOT_CHECKED."""

    name: str
    kind: EvidenceKind
    value: JsonValue = None
    unit: str | None = None
    threshold: JsonValue = None
    model: str | None = None
    reason: str | None = None


class Judgement(Frozen):
    """What `moderation` answers: pure, before anyone recorded it."""

    gate: Gate
    outcome: Outcome
    rules: tuple[Rule, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    policy_version: int


class Verdict(Frozen):
    """A judgement as a row. `inputs` is the stage key it was made under (hash of inputs, settings and code)."""

    id: str
    brief: str
    clip: str | None = None
    judgement: Judgement
    inputs: str
    code_version: str
    run: str
    seconds: float
    recorded_at: datetime

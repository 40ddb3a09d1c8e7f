"""The policy as a value: which rules there are, what each does, and which evidence counts.

The data stands in `policy.yaml` (rules, thresholds, acceptable evidence), `policy_text.yaml` (word rules),
`concepts.yaml` (what words stand for) and `persons.yaml` (real people); a change of any is a new version. Deciding
belongs to the gates' modules.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

import yaml
from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import EvidenceKind, Gate, Outcome
from moderation.concepts import Concept, Concepts
from moderation.persons import Persons


def _gate(value: JsonValue) -> JsonValue:
    return Gate[value.upper()].value if isinstance(value, str) else value


class PolicyRule(Frozen):
    """One rule: what it refuses, in a sentence, with what consequence, beyond which thresholds."""

    id: str = Field(pattern=r"^[a-z]+\.[a-z_]+$")
    gate: Annotated[Gate, BeforeValidator(_gate)]
    category: str
    action: Outcome
    sentence: str
    thresholds: dict[str, float] = Field(default_factory=dict)
    reviewable: bool = False  # what it holds, a person may decide
    not_checked: str | None = None  # why this version does not check it yet; such a rule never holds


class TextRule(Frozen):
    """A word rule: speaks when one of `any` and all of `also` are found, and none of `unless`.

    Patterns are regular expressions over the normalised text; `<name>` stands for the words of that name.
    """

    id: str = Field(pattern=r"^text\.[a-z_]+$")
    category: str
    action: Outcome
    sentence: str
    any: tuple[str, ...] = Field(min_length=1)
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class TextPolicy(Frozen):
    version: int
    words: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    rules: tuple[TextRule, ...]


class Policy(Frozen):
    """Everything the gates decide by; two installations with the same version decide alike."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    version: int
    rules: tuple[PolicyRule, ...]
    acceptable: dict[str, dict[str, tuple[EvidenceKind, ...]]]  # category → generator or "*" → kinds
    picture_classes: dict[str, float]  # detector's label → lowest score that speaks
    text: TextPolicy
    concepts: Concepts
    persons: Persons

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [rule.id for rule in self.rules] + [rule.id for rule in self.text.rules]
        if len(ids) != len(set(ids)):
            raise ValueError("two rules of the policy share an id")
        if self.text.version != self.version:
            raise ValueError(f"word rules are of version {self.text.version}, the policy of {self.version}")
        return self

    def rule(self, rule_id: str) -> PolicyRule:
        """The rule of this id; KeyError when the policy has none (a fault of the code that asks)."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    @property
    def vocabulary(self) -> Mapping[str, Concept]:
        """The kinds of content that an owner may exclude by name."""
        return self.concepts.concepts

    def reviewable(self, rule_id: str) -> bool:
        """Whether a person may decide what this rule holds: a word rule's holds, and what the policy says of others."""
        if any(rule.id == rule_id for rule in self.text.rules):
            return self.action(rule_id) is Outcome.HOLD
        return self.rule(rule_id).reviewable

    def action(self, rule_id: str) -> Outcome:
        for rule in self.text.rules:
            if rule.id == rule_id:
                return rule.action
        return self.rule(rule_id).action

    def threshold(self, rule_id: str, name: str) -> float:
        return self.rule(rule_id).thresholds[name]

    def accepts(self, category: str, generator: str, kind: EvidenceKind) -> bool:
        """Whether evidence of this kind settles this category for this generator; an unknown category never does."""
        by_generator = self.acceptable.get(category, {})
        return kind in by_generator.get(generator, by_generator.get("*", ()))


def parse_policy(rules: str, text: str, concepts: str, persons: str) -> Policy:
    """The policy of four YAML documents; pydantic.ValidationError when a field is unknown, missing or ill-typed."""
    return Policy.model_validate(
        {
            **yaml.safe_load(rules),
            "text": yaml.safe_load(text),
            "concepts": yaml.safe_load(concepts),
            "persons": yaml.safe_load(persons),
        }
    )


@cache
def load_policy() -> Policy:
    """The policy this code decides by."""
    folder = files("moderation")
    documents = ("policy.yaml", "policy_text.yaml", "concepts.yaml", "persons.yaml")
    return parse_policy(*(folder.joinpath(name).read_text("utf-8") for name in documents))

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

# What no person's approval lifts, whatever the policy file says: consent, child safety, marks, evidence that is owed.
FINAL_GATES = (Gate.CONSENT, Gate.MARKS)
FINAL_CATEGORIES = (
    "consent", "persons", "public_person", "faces", "minors", "child_safety", "hashes", "marks", "evidence",
)  # fmt: skip
# Of these and of self-harm, the learned judgement lets nothing through that a word rule stopped.
NEVER_WEIGHED = (*FINAL_CATEGORIES, "self_harm")
# Of what is final, a doubt that the policy leaves to a person is one, where it says so.
_DOUBTFUL = ("consent", "persons", "public_person", "faces", "minors")
DENIED_BY_A_PERSON = "review.denied"


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
    appealable: bool = False  # what it refuses, a person may lift when the maker appeals; what is reviewable too
    second_opinion: bool = False  # two persons must approve; one denial denies
    not_checked: str | None = None  # why this version does not check it yet; such a rule never holds


class TextRule(Frozen):
    """A word rule: speaks when one of `any` and all of `also` are found, none of `unless` near; or when senses meet.

    Patterns are regular expressions over the normalised text, for English, where word order tells senses apart;
    `<name>` stands for the words of that name. `idioms` are phrases in which such words mean something else, and free
    nothing but themselves; `unless` is what makes words harmless that stand around it. `when` names senses that have
    to meet (`text_senses.Meeting`), in any language. `stops` are examples that the rule speaks for, `lets` near misses
    that it lets through.
    """

    id: str = Field(pattern=r"^text\.[a-z_]+$")
    category: str
    action: Outcome
    sentence: str
    any: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    lets: tuple[str, ...] = ()
    second_opinion: bool = False  # two persons must approve; one denial denies
    weighed: bool = False  # what it denies, or two persons must approve, the learned judgement may let through too

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if self.weighed and self.category in NEVER_WEIGHED:
            raise ValueError(f"{self.id} is of {self.category}, which no model lets through")
        return self


class TextPolicy(Frozen):
    version: int
    words: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    senses: dict[str, str] = Field(default_factory=dict)  # name → its words, as `text_senses` reads them
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
        for rule in self.rules:
            final = rule.gate in FINAL_GATES or rule.category in FINAL_CATEGORIES
            doubt = rule.action is Outcome.HOLD and rule.gate not in FINAL_GATES and rule.category in _DOUBTFUL
            if (rule.appealable and final) or (rule.reviewable and final and not doubt):
                raise ValueError(f"{rule.id} is of {rule.category}, which no person's approval lifts")
            if rule.reviewable and rule.action is not Outcome.HOLD:
                raise ValueError(f"{rule.id} denies: what a person may decide is held")
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

    def appealable(self, rule_id: str) -> bool:
        """Whether a person may lift what this rule refused: what is theirs anyway, and on appeal what is not final."""
        if rule_id == DENIED_BY_A_PERSON or self.reviewable(rule_id):
            return True
        for rule in self.text.rules:
            if rule.id == rule_id:
                return rule.category not in FINAL_CATEGORIES
        return self.rule(rule_id).appealable

    def second_opinion(self, rule_id: str) -> bool:
        """Whether two persons must approve what this rule refuses."""
        rule = self._either(rule_id)
        return rule.second_opinion if rule is not None else False

    def sentence(self, rule_id: str) -> str | None:
        """What the rule wants, for people; None for a rule that this version does not have."""
        rule = self._either(rule_id)
        return rule.sentence if rule is not None else None

    def _either(self, rule_id: str) -> PolicyRule | TextRule | None:
        both: tuple[PolicyRule | TextRule, ...] = (*self.rules, *self.text.rules)
        return next((rule for rule in both if rule.id == rule_id), None)

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

"""What weighs the evidence beside the word rules: a linear model of briefs, which may hold, and may lift a doubt.

It adds a hold where no rule spoke (`text.learned`). Of what rules only held, it may let through what it weighs as
harmless: never a denial, nor what is of minors, persons or self-harm, nor what two persons must approve, nor a rule
that it was not taught with. The verdict says what was weighed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from greenroom.domain.verdicts import EvidenceKind, Outcome, Rule
from moderation.deliberation import Deliberation
from moderation.learned_features import features_of, pieces
from moderation.learned_weights import Unusable, Weights, load_weights
from moderation.policy import FINAL_CATEGORIES, Policy

RULE: Final = "text.learned"
NAME: Final = "learned judgement"
_NEVER_LIFTED: Final = (*FINAL_CATEGORIES, "self_harm")
_SHOWN = 5  # of what weighed most
_QUESTION = re.compile(r"[^.!?。！？।\n]*[?？]")
_SENSES = ("s:", "p:", "n:")
_TOLD = {"s": "sense", "p": "senses", "n": "senses near", "r": "rule", "w": "word", "b": "words"}


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weight of a text: of its piece that is likeliest to be harmful."""

    probability: float  # that it must be stopped, 0 to 1
    category: str  # which it is likest
    senses: float  # what the lexicons' senses add alone, pairs of them included; above zero for harm
    terms: tuple[tuple[str, float], ...]  # what weighed most


def weigh(texts: Iterable[str], rules: tuple[str, ...], policy: Policy, weights: Weights) -> Weighed:
    """The weight of the likeliest of the texts; `rules` are the ids of those that spoke. Raises ValueError of none."""
    found = [
        (float(weights.parts(features).sum()), features)
        for text in dict.fromkeys(texts)
        for piece in pieces(text)
        for features in (features_of(piece, rules, policy),)
    ]
    total, features = max(found, key=lambda one: one[0])
    parts = dict(zip(features, map(float, weights.parts(features)), strict=True))
    senses = sum(part for name, part in parts.items() if name.startswith(_SENSES))
    return Weighed(weights.probability(total), weights.category(features), senses, _terms(parts))


def with_learned(
    deliberation: Deliberation,
    whole: str,
    parts: tuple[str, ...],
    rules: tuple[Rule, ...],
    weights: Weights | Unusable | None = None,
) -> tuple[Rule, ...]:
    """The rules that stand after the weighing of a brief: one more, or fewer, or as they were.

    `whole` is all its words together, `parts` are each alone; `rules` are what the word rules said of them.
    """
    policy = deliberation.policy
    used = weights or load_weights()
    if isinstance(used, Unusable):
        deliberation.not_checked(NAME, used.reason)
        missing = Rule(id="evidence.model_missing", reason=f"The learned judgement could not be asked: {used.reason}")
        return (*rules, missing)
    if _QUESTION.fullmatch(whole.strip()):
        deliberation.not_checked(NAME, "it was taught with briefs; a question and nothing else is none")
        return rules
    ids = tuple(rule.id for rule in rules)
    weighed = weigh((whole,), ids, policy, used)
    holds, harmless = (policy.threshold(RULE, name) for name in ("probability", "harmless"))
    lifted = False
    known = all(rule in used.head.rules and liftable(rule, policy) for rule in ids)
    if rules and known and weighed.probability <= harmless:
        # Words put around it may not drown a doubt: each part has to be harmless alone too.
        weighed = max(weighed, weigh(parts, ids, policy, used), key=lambda one: one.probability)
        lifted = weighed.probability <= harmless
    _told(deliberation, weighed, harmless if rules else holds, used)
    if lifted:
        for rule in rules:
            reason = f"{rule.id} spoke; weighed as harmless at {weighed.probability:.3f} (at most {harmless}). "
            deliberation.saw("rule weighed", EvidenceKind.MEASURED, rule.id, reason=reason + rule.reason)
        return ()
    # Words and letters of a text unlike any brief mean little: without senses that speak for harm they hold nothing.
    if not rules and weighed.probability >= holds and weighed.senses >= policy.threshold(RULE, "senses"):
        return (Rule(id=RULE, reason=_reason(weighed, holds)),)
    return rules


def liftable(rule_id: str, policy: Policy) -> bool:
    """Whether what this rule holds may be weighed as harmless."""
    rule = next((one for one in policy.text.rules if one.id == rule_id), None)
    return (
        rule is not None
        and rule.action is Outcome.HOLD
        and not rule.second_opinion
        and rule.category not in _NEVER_LIFTED
    )


def _terms(parts: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    shown = [(name, part) for name, part in parts.items() if name[0] in _TOLD and part]
    strongest = sorted(shown, key=lambda one: (-abs(one[1]), one[0]))[:_SHOWN]
    return tuple((f"{_TOLD[name[0]]} {name[2:]}", round(part, 3)) for name, part in strongest)


def _told(deliberation: Deliberation, weighed: Weighed, threshold: float, weights: Weights) -> None:
    value: dict[str, JsonValue] = {
        "probability": round(weighed.probability, 3),
        "likest": weighed.category,
        "senses": round(weighed.senses, 2),
        "weighed_most": [f"{name} {part:+.2f}" for name, part in weighed.terms],
        "weights": weights.head.sha256,
    }
    model = f"{weights.head.name} {weights.head.version}"
    reason = f"learned from {weights.head.briefs} briefs; a share of such briefs that must be stopped"
    deliberation.saw(
        NAME, EvidenceKind.MEASURED, value, unit="probability", threshold=threshold, model=model, reason=reason
    )


def _reason(weighed: Weighed, threshold: float) -> str:
    against = ", ".join(name for name, part in weighed.terms if part > 0) or "its letters"
    return (
        f"No rule spoke, but it reads like a brief that must be stopped (probability {weighed.probability:.2f}, held "
        f"from {threshold:.2f}; likest {weighed.category}). What weighed most: {against}. A person decides."
    )

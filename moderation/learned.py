"""What weighs the evidence beside the word rules: a linear model of briefs, which may hold, and may lift a doubt.

It adds a hold where no rule spoke (`text.learned`). Of what rules only held, it may let through what it weighs as
harmless; of what they deny, or what two persons must approve, only where the policy says so of the rule (`weighed`),
and only when it is surer. Never what is of minors, persons or self-harm, nor of a rule that it was not taught with. The
verdict says what was weighed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from greenroom.domain.verdicts import EvidenceKind, Outcome, Rule
from greenroom.errors import ModelFailed, ModelMissing
from moderation.deliberation import Deliberation
from moderation.learned_features import features_of, pieces
from moderation.learned_weights import EMBEDDED, Unusable, Weights, load_weights
from moderation.policy import NEVER_WEIGHED, Policy

RULE: Final = "text.learned"
NAME: Final = "learned judgement"
_SHOWN = 5  # of what weighed most
# Nothing but a question, which begins or (where words are not parted) holds what asks: "show a man who …?" is a brief.
_ASKS = """
what why how who whom whose when where which is are was were do does did am has have had should must
qué que cómo como quién quien cuándo cuando dónde donde cuál cual es son
pourquoi comment qui quand où quel quelle quels quelles combien est
wie warum wieso wer wen wem wann wo wohin welche welcher welches ist sind war hat
kya kaise kyon kyu kab kahan kaun क्या कैसे क्यों कब कहाँ कौन
"""
_QUESTION = re.compile(
    rf"(?i)\W*(?:(?:{'|'.join(_ASKS.split())})\b[^.!?。！？।\n]*"
    r"|[^.!?。！？।\n]*(?:何|なぜ|どう|どこ|いつ|誰|什么|怎么|为什么|谁|哪|吗|多少)[^.!?。！？।\n]*)[?？]"
)
_LONGEST_QUESTION = 160  # characters
_MEANING = "m:of the whole"
_TOLD = {"m": "meaning", "s": "sense", "p": "senses", "n": "senses near", "r": "rule", "w": "word", "b": "words"}


class Embedding(Protocol):
    """A model of what texts mean, handed in by whoever asks a gate; two texts that mean much the same lie near."""

    @property
    def name(self) -> str: ...
    def embed(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        """A vector for each text: float32[N, dimensions]. Raises `ModelMissing`, `ModelFailed`."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weight of a text: of its piece that is likeliest to be harmful."""

    probability: float  # that it must be stopped, 0 to 1
    category: str  # which it is likest
    terms: tuple[tuple[str, float], ...]  # what weighed most
    weights: Weights  # that it was weighed by


def weigh(
    texts: Iterable[str],
    rules: tuple[str, ...],
    policy: Policy,
    weights: Weights,
    embedding: Embedding | None = None,
) -> Weighed:
    """The weight of the likeliest of the texts; `rules` are the ids of those that spoke, `embedding` is asked where the
    weights are of one. Raises ValueError of no text, and what the embedding raises."""
    read = tuple(piece for text in dict.fromkeys(texts) for piece in pieces(text))
    meant = np.zeros(len(read), np.float32)
    if weights.head.embedding is not None and embedding is not None:
        if embedding.name != weights.head.embedding:
            fact = f"The weights are of {weights.head.embedding}, and {embedding.name} is installed."
            raise ModelFailed(
                fact, "Install the project again, or teach the weights anew: python -m bench.safety.train."
            )
        meant = embedding.embed(read) @ weights.meaning
    found = [(features_of(piece, rules, policy), float(meaning)) for piece, meaning in zip(read, meant, strict=True)]
    each = [weights.parts(features) for features, _ in found]
    totals = [float(parts.sum()) + meaning for parts, (_, meaning) in zip(each, found, strict=True)]
    likeliest = max(range(len(totals)), key=totals.__getitem__)
    features, meaning = found[likeliest]
    parts = dict(zip(features, map(float, each[likeliest]), strict=True))
    told = _terms({**parts, _MEANING: meaning})
    return Weighed(weights.probability(totals[likeliest]), weights.category(features), told, weights)


def with_learned(
    deliberation: Deliberation,
    whole: str,
    parts: tuple[str, ...],
    rules: tuple[Rule, ...],
    embedding: Embedding | None = None,
    weights: tuple[Weights | Unusable, Weights | Unusable] | None = None,
) -> tuple[Rule, ...]:
    """The rules that stand after the weighing of a brief: one more, or fewer, or as they were.

    `whole` is all its words together, `parts` are each alone; `rules` are what the word rules said of them. Where the
    words leave it unsure, the `embedding` is asked as well.
    """
    policy = deliberation.policy
    used, surer = weights or (load_weights(), load_weights(EMBEDDED))
    if isinstance(used, Unusable):
        return (*rules, _unasked(deliberation, used.reason))
    if isinstance(surer, Unusable):
        return (*rules, _unasked(deliberation, surer.reason))
    if len(whole) <= _LONGEST_QUESTION and _QUESTION.fullmatch(whole.strip()):
        deliberation.not_checked(NAME, "it was taught with briefs; a question and nothing else is none")
        return rules
    ids = tuple(rule.id for rule in rules)
    holds, harmless = policy.threshold(RULE, "probability"), harmless_limit(ids, policy)
    low, high = (policy.threshold(RULE, name) for name in ("unsure_from", "unsure_to"))
    known = all(rule in used.head.rules and liftable(rule, policy) for rule in ids)

    def weighed_of(texts: tuple[str, ...]) -> Weighed:
        first = weigh(texts, ids, policy, used)
        unsure = known and embedding is not None and low < first.probability < high
        return weigh(texts, ids, policy, surer, embedding) if unsure else first

    lifted = False
    try:
        weighed = weighed_of((whole,))
        if rules and known and weighed.probability <= harmless:
            # Words put around it may not drown a doubt: each part has to be harmless alone too.
            weighed = max(weighed, weighed_of(parts), key=lambda one: one.probability)
            lifted = weighed.probability <= harmless
    except ModelMissing as missing:
        return (*rules, _unasked(deliberation, f"{missing} {missing.remedy}"))
    _told(deliberation, weighed, harmless if rules else holds)
    if lifted:
        for rule in rules:
            reason = f"{rule.id} spoke; weighed as harmless at {weighed.probability:.3f} (at most {harmless}). "
            deliberation.saw("rule weighed", EvidenceKind.MEASURED, rule.id, reason=reason + rule.reason)
        return ()
    if not rules and weighed.probability >= holds:
        return (Rule(id=RULE, reason=_reason(weighed, holds)),)
    return rules


def liftable(rule_id: str, policy: Policy) -> bool:
    """Whether what this rule stops may be weighed as harmless: a doubt for one person, or what the policy names so."""
    rule = next((one for one in policy.text.rules if one.id == rule_id), None)
    if rule is None or rule.category in NEVER_WEIGHED:
        return False
    return rule.weighed or (rule.action is Outcome.HOLD and not rule.second_opinion)


def harmless_limit(rule_ids: Iterable[str], policy: Policy) -> float:
    """The probability up to which what these rules stop is let through: lower for what is denied otherwise."""
    weighed = {rule.id for rule in policy.text.rules if rule.weighed}
    return policy.threshold(RULE, "harmless" if weighed.isdisjoint(rule_ids) else "harmless_denied")


def _unasked(deliberation: Deliberation, reason: str) -> Rule:
    deliberation.not_checked(NAME, reason)
    return Rule(id="evidence.model_missing", reason=f"The learned judgement could not be asked: {reason}")


def _terms(parts: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    shown = [(name, part) for name, part in parts.items() if name[0] in _TOLD and part]
    strongest = sorted(shown, key=lambda one: (-abs(one[1]), one[0]))[:_SHOWN]
    return tuple((f"{_TOLD[name[0]]} {name[2:]}", round(part, 3)) for name, part in strongest)


def _told(deliberation: Deliberation, weighed: Weighed, threshold: float) -> None:
    head = weighed.weights.head
    value: dict[str, JsonValue] = {
        "probability": round(weighed.probability, 3),
        "likest": weighed.category,
        "weighed_most": [f"{name} {part:+.2f}" for name, part in weighed.terms],
        "embedding": head.embedding or "not asked",
        "weights": head.sha256,
    }
    model = f"{head.name} {head.version}"
    reason = f"learned from {head.briefs} briefs; a share of such briefs that must be stopped"
    deliberation.saw(
        NAME, EvidenceKind.MEASURED, value, unit="probability", threshold=threshold, model=model, reason=reason
    )


def _reason(weighed: Weighed, threshold: float) -> str:
    against = ", ".join(name for name, part in weighed.terms if part > 0) or "its letters"
    return (
        f"No rule spoke, but it reads like a brief that must be stopped (probability {weighed.probability:.2f}, held "
        f"from {threshold:.2f}; likest {weighed.category}). What weighed most: {against}. A person decides."
    )

"""The word rules: which of them speak for a text, in any of its readings. The rules are data (`policy_text.yaml`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from greenroom.domain.verdicts import Rule
from moderation.normalise import readings
from moderation.policy import Policy, TextPolicy, TextRule

_NAME = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: TextRule
    found: re.Pattern[str]
    also: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


def text_rules(text: str, policy: Policy, consented: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The word rules that speak for this text, each with the words that made it speak.

    `consented` are handles whose @mention is no use of a person's name without consent.
    """
    for handle in consented:
        text = re.sub(rf"@{re.escape(handle)}\b", "it", text, flags=re.IGNORECASE)
    spoken: dict[str, Rule] = {}
    for reading in readings(text):
        for compiled in _rules_of(policy):
            if compiled.rule.id in spoken or (compiled.unless and compiled.unless.search(reading)):
                continue
            match = compiled.found.search(reading)
            if match and all(pattern.search(reading) for pattern in compiled.also):
                reason = (
                    f"{compiled.rule.sentence} The text reads “{match[0].strip()[:80]}” "
                    f"({compiled.rule.category}). Without it this rule does not refuse."
                )
                spoken[compiled.rule.id] = Rule(id=compiled.rule.id, reason=reason)
    return tuple(spoken.values())


_READY: dict[int, tuple[TextPolicy, tuple[_Compiled, ...]]] = {}


def _rules_of(policy: Policy) -> tuple[_Compiled, ...]:
    # Compiling takes tens of milliseconds; policies are few and frozen, so each is compiled once. The policy is
    # kept beside its rules so that its id() cannot come to name another one.
    ready = _READY.get(id(policy.text))
    if ready is None:
        ready = (policy.text, tuple(_compile(rule, policy.text) for rule in policy.text.rules))
        _READY[id(policy.text)] = ready
    return ready[1]


def _compile(rule: TextRule, text: TextPolicy) -> _Compiled:
    words = {**text.words, "public_name": tuple(re.escape(name) for name in text.names)}

    def filled(pattern: str) -> str:
        return _NAME.sub(lambda match: f"(?:{'|'.join(filled(word) for word in words[match[1]])})", pattern)

    def either(patterns: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile("|".join(rf"\b(?:{filled(pattern)})\b" for pattern in patterns))

    return _Compiled(
        rule=rule,
        found=either(rule.any),
        also=tuple(either((pattern,)) for pattern in rule.also),
        unless=either(rule.unless) if rule.unless else None,
    )

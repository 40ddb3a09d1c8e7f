"""The word rules: which of them speak for a text, in any of its readings. The rules are data (`policy_text.yaml`)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from greenroom.domain.verdicts import Rule
from moderation.normalise import readings
from moderation.policy import Policy, TextPolicy, TextRule
from moderation.text_senses import Found, Meeting, Senses, meeting, written_names

_NAME = re.compile(r"<([a-z_]+)>")
_AROUND = 40  # words within which what makes words harmless does so, as with senses


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: TextRule
    found: re.Pattern[str] | None
    also: tuple[re.Pattern[str], ...]
    idioms: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    when: tuple[Meeting, ...]

    def speaks(self, reading: str, senses: Mapping[str, list[Found]], plain: Mapping[str, list[Found]]) -> str | None:
        """The words of the reading that make the rule speak, None when it is silent."""
        if self.found is not None and (words := self._matched(reading)):
            return words
        return next((words for one in self.when if (words := one.words(senses, plain))), None)

    def _matched(self, reading: str) -> str | None:
        """The words of a pattern that stand neither in an idiom nor near what makes them harmless."""
        said = self.idioms.sub(" . ", reading) if self.idioms is not None else reading
        if self.found is None or not all(pattern.search(said) for pattern in self.also):
            return None
        harmless = [match.span() for match in self.unless.finditer(said)] if self.unless is not None else []
        for match in self.found.finditer(said):
            if not any(_words_between(said, match.span(), span) <= _AROUND for span in harmless):
                return match[0].strip()
        return None


def text_rules(text: str, policy: Policy, consented: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The word rules that speak for this text, each with the words that made it speak.

    `consented` are handles whose @mention is no use of a person's name without consent.
    """
    for handle in consented:
        text = re.sub(rf"@{re.escape(handle)}\b", "it", text, flags=re.IGNORECASE)
    spoken: dict[str, Rule] = {}
    ready = _ready(policy)
    plain: dict[str, list[Found]] = {}
    for reading, senses in senses_of(text, policy):
        plain = plain or senses  # what makes words harmless often stands in the plain text alone
        for compiled in ready.rules:
            if compiled.rule.id in spoken:
                continue
            if words := compiled.speaks(reading, senses, plain):
                reason = (
                    f"{compiled.rule.sentence} The text reads “{words[:80]}” "
                    f"({compiled.rule.category}). Without it this rule does not refuse."
                )
                spoken[compiled.rule.id] = Rule(id=compiled.rule.id, reason=reason)
    return tuple(spoken.values())


def senses_of(text: str, policy: Policy) -> Iterator[tuple[str, dict[str, list[Found]]]]:
    """Each reading of a text, the plain one first, with the senses that stand in it and where."""
    ready, names = _ready(policy), written_names(text)
    return ((reading, ready.senses.found(reading, names)) for reading in readings(text))


@dataclass(frozen=True, slots=True)
class _Ready:
    policy: TextPolicy
    rules: tuple[_Compiled, ...]
    senses: Senses


_READY: dict[int, _Ready] = {}


def _ready(policy: Policy) -> _Ready:
    # Compiling takes tens of milliseconds; policies are few and frozen, so each is compiled once. The policy is
    # kept beside its rules so that its id() cannot come to name another one.
    ready = _READY.get(id(policy.text))
    if ready is None:
        rules = tuple(_compile(rule, policy.text) for rule in policy.text.rules)
        ready = _READY.setdefault(id(policy.text), _Ready(policy.text, rules, Senses(policy.text.senses)))
    return ready


def _compile(rule: TextRule, text: TextPolicy) -> _Compiled:
    words = {**text.words, "public_name": tuple(re.escape(name) for name in text.names)}

    def filled(pattern: str) -> str:
        return _NAME.sub(lambda match: f"(?:{'|'.join(filled(word) for word in words[match[1]])})", pattern)

    def either(patterns: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile("|".join(rf"\b(?:{filled(pattern)})\b" for pattern in patterns))

    return _Compiled(
        rule=rule,
        found=either(rule.any) if rule.any else None,
        also=tuple(either((pattern,)) for pattern in rule.also),
        idioms=either(rule.idioms) if rule.idioms else None,
        unless=either(rule.unless) if rule.unless else None,
        when=tuple(map(_known(text.senses), rule.when)),
    )


def _words_between(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    first, last = sorted((one, other))
    return len(text[first[1] : last[0]].split())


def _known(senses: Mapping[str, str]) -> Callable[[str], Meeting]:
    def read(condition: str) -> Meeting:
        meets = meeting(condition)
        unknown = {name for either in meets.wanted for name in either}.union(meets.absent, meets.some).difference(
            senses
        )
        if unknown:
            raise ValueError(f"{condition!r} names senses that the policy lacks: {sorted(unknown)}")
        return meets

    return read

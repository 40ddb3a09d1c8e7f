"""What a rule of an enrolment's step says to the person it is about: what to do, apart from what was measured."""

from greenroom.domain.base import Frozen
from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import Rule
from moderation.presentation import load_presentation_policy


class Told(Frozen):
    """A rule that was not met. `wanted`: what was looked for; `found`: what was seen; `remedy`: what would change it.

    A rule that is none of the policy's (a person's decision, say) has all it says in `wanted`.
    """

    wanted: str
    found: str = ""
    remedy: str = ""


def told(kind: LikenessKind, rules: tuple[Rule, ...]) -> tuple[Told, ...]:
    """These rules of an enrolment of this kind, in parts; one that an earlier policy worded otherwise stays whole."""
    now = {rule.id: rule for step in load_presentation_policy().of(kind) for rule in step.rules}
    parts: list[Told] = []
    for rule in rules:
        policy = now.get(rule.id)
        if policy is None or not rule.reason.startswith(policy.sentence):
            parts.append(Told(wanted=rule.reason))
            continue
        rest = rule.reason.removeprefix(policy.sentence)
        remedy = policy.otherwise if rest.endswith(policy.otherwise) else ""
        parts.append(Told(wanted=policy.sentence, found=rest.removesuffix(remedy).strip(), remedy=remedy))
    return tuple(parts)


def steps_of(kind: LikenessKind) -> int:
    """How many steps an enrolment of this kind takes when nothing refuses it."""
    return len(load_presentation_policy().of(kind))

"""Which rule of a gate speaks where a word rule is broken by what was read or heard, or where a model doubts.

It is never laxer than the rule that is broken: what no person lifts in a prompt none lifts when it stands in a frame,
and what takes two persons there takes two here.
"""

from collections.abc import Iterable

from greenroom.domain.verdicts import Outcome
from moderation.policy import Policy


def on_behalf(base: str, broken: str, policy: Policy, *, sure: bool = True) -> str:
    """The rule that speaks for the word rule `broken`: `base` or a sister of it (`_grave`, `_final`, `_doubtful`).

    `sure`: whether it was read or heard with such certainty that a denial denies; else it is a doubt.
    """
    if policy.action(broken) is not Outcome.DENY or not sure:
        return with_grave(f"{base}_doubtful", (broken,), policy)
    if not policy.appealable(broken):
        return f"{base}_final"
    return f"{base}_grave" if policy.second_opinion(broken) else base


def with_grave(rule: str, broken: Iterable[str], policy: Policy) -> str:
    """A rule for a doubt, or its sister where two persons must decide: a broken rule is grave, or no person's to lift.

    `broken` may name any rule of the policy.
    """
    grave = any(policy.second_opinion(one) or not policy.appealable(one) for one in broken)
    return f"{rule}_grave" if grave else rule

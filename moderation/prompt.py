"""Gate 2: the policy allows the words of the prompt. Also the judge of texts on their own (`greenroom judge text`)."""

from collections.abc import Iterable, Iterator

from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement
from moderation.deliberation import Deliberation
from moderation.normalise import forbidden_characters, normalise, unread_share
from moderation.persons import person_rules
from moderation.policy import Policy
from moderation.text import text_rules


def judge_prompt(prompt: str, policy: Policy, people: tuple[str, ...] = ()) -> Judgement:
    """Whether a prompt may be made into a clip. `people` are the handles of the enrolled persons in it.

    The word rules read English; a prompt mostly in another script is held, and the evidence says so.
    """
    deliberation = Deliberation(Gate.PROMPT, policy)
    limit = int(policy.threshold("prompt.too_long", "characters"))
    deliberation.saw("length", EvidenceKind.MEASURED, len(prompt), unit="characters", threshold=limit)
    # 1. It says something.
    if not normalise(prompt[: limit + 1]):
        deliberation.speaks("prompt.empty", "The prompt is empty; it needs words that say what is to be seen.")
        return deliberation.judgement()
    # 2. It can be judged. Beyond this nothing is read: a prompt of any size costs the same.
    if len(prompt) > limit:
        reason = f"The prompt has {len(prompt)} characters; at most {limit} are read. Shorten it."
        deliberation.speaks("prompt.too_long", reason)
        return deliberation.judgement()
    # 3. It hides nothing from a reader.
    if hidden := forbidden_characters(prompt):
        reason = f"The prompt holds control characters ({', '.join(hidden[:5])}). Remove them."
        deliberation.speaks("prompt.control_characters", reason)
    # 4. The word rules can read it.
    share, most = unread_share(prompt), policy.threshold("prompt.unread_script", "share")
    deliberation.saw("letters of other scripts", EvidenceKind.MEASURED, round(share, 3), threshold=most)
    if share > most:
        reason = (
            f"{share:.0%} of the letters are of a script the word rules do not read (at most {most:.0%}). "
            "A person looks at it first; an English prompt with quoted lines in the other language passes."
        )
        deliberation.speaks("prompt.unread_script", reason)
    # 5. The word rules allow it.
    for rule in text_rules(prompt, policy):
        deliberation.speaks(rule.id, rule.reason)
    # 6. It names no real person but by the handle of a likeness, and makes nobody a child.
    for rule in person_rules(prompt, policy.persons, people):
        deliberation.speaks(rule.id, rule.reason)
    deliberation.not_checked("text model", "this policy judges by word rules; no text safety model is installed")
    return deliberation.judgement()


def judge_texts(texts: Iterable[str], policy: Policy) -> Iterator[Judgement]:
    """A judgement for each text, in order and one by one."""
    return (judge_prompt(text, policy) for text in texts)

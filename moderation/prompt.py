"""Gate 2: the policy allows the words of the prompt. Also the judge of texts on their own (`greenroom judge text`)."""

from collections.abc import Iterable, Iterator

from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Rule
from greenroom.domain.words import BriefWords
from moderation.deliberation import Deliberation
from moderation.learned import Embedding, with_learned
from moderation.normalise import forbidden_characters, normalise, unread_share
from moderation.persons import person_rules
from moderation.policy import Policy
from moderation.text import text_rules
from moderation.text_composition import texts_of


def judge_prompt(
    prompt: str,
    policy: Policy,
    people: tuple[str, ...] = (),
    beside: BriefWords | None = None,
    embedding: Embedding | None = None,
) -> Judgement:
    """Whether a prompt may be made into a clip. `people` are the handles of the enrolled persons in it.

    `beside` are the words that stand with the prompt: title, lines, the prompts of the clips it remixes. Each is read
    alone, and all of them together. The word rules read seven languages; what is mostly in a script of another is
    held, and the evidence says so. `embedding` is asked what the words mean, where they leave it unsure.
    """
    deliberation = Deliberation(Gate.PROMPT, policy)
    words = BriefWords(prompt=prompt) if beside is None else beside.model_copy(update={"prompt": prompt})
    limit = int(policy.threshold("prompt.too_long", "characters"))
    deliberation.saw("length", EvidenceKind.MEASURED, words.size, unit="characters", threshold=limit)
    # 1. It says something.
    if not normalise(prompt[: limit + 1]):
        deliberation.speaks("prompt.empty", "The prompt is empty; it needs words that say what is to be seen.")
        return deliberation.judgement()
    # 2. It can be judged. Beyond this nothing is read: a prompt of any size costs the same.
    if words.size > limit:
        reason = f"The prompt has {words.size} characters; at most {limit} are read. Shorten it."
        deliberation.speaks("prompt.too_long", reason)
        return deliberation.judgement()
    words = words.model_copy(update={"parents": tuple(parent[:limit] for parent in words.parents)})
    texts = texts_of(words)
    # 3. It hides nothing from a reader.
    if hidden := forbidden_characters(texts[-1]):
        reason = f"The prompt holds control characters ({', '.join(hidden[:5])}). Remove them."
        deliberation.speaks("prompt.control_characters", reason)
    # 4. The word rules can read it.
    share, most = max(map(unread_share, words.parts)), policy.threshold("prompt.unread_script", "share")
    deliberation.saw("letters of other scripts", EvidenceKind.MEASURED, round(share, 3), threshold=most)
    if share > most:
        reason = (
            f"{share:.0%} of the letters are of a script the word rules do not read (at most {most:.0%}). "
            "A person looks at it first; an English prompt with quoted lines in the other language passes."
        )
        deliberation.speaks("prompt.unread_script", reason)
    # 5. The word rules allow it, and it names no real person but by the handle of a likeness, and makes nobody a child.
    # 6. What weighs the evidence beside them finds it harmless, where they hold it or are silent.
    for rule in with_learned(deliberation, texts[-1], words.parts, rules_of(words, policy, people), embedding):
        deliberation.speaks(rule.id, rule.reason)
    deliberation.saw("texts read", EvidenceKind.MEASURED, len(texts), reason="each part alone, and all together")
    deliberation.not_checked("text model", "word rules and the learned judgement decide; no reasoning model is set")
    return deliberation.judgement()


def rules_of(words: BriefWords, policy: Policy, people: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """The word rules and the rules of persons that speak for a brief's words, in order, each once."""
    spoken: dict[str, Rule] = {}
    for text in texts_of(words):
        for rule in (*text_rules(text, policy), *person_rules(text, policy.persons, people)):
            spoken.setdefault(rule.id, rule)
    return tuple(spoken.values())


def judge_texts(texts: Iterable[str], policy: Policy) -> Iterator[Judgement]:
    """A judgement for each text, in order and one by one."""
    return (judge_prompt(text, policy) for text in texts)

"""The forms that safety models were taught: what each is shown of rules and words, and what its answer means.

Sources: Llama Guard 3's model card, "Prompt format" (categories S1, S2, …; the answer is safe, or unsafe and a line of
categories); ShieldGemma's model card, "Inputs and outputs" (one guideline at a time; the answer starts with Yes or
No); OpenAI's harmony format (the answer stands in the channel `final`). All three are shown the policy's own rules in
place of the categories they come with.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from greenroom.domain.verdicts import Outcome
from greenroom.domain.words import BriefWords
from greenroom.errors import GenerationFailed
from models.text_safety import RuleText, SafetyAnswer, as_json

_HARMONY_FINAL = "<|channel|>final<|message|>"
_HARMONY_END = ("<|return|>", "<|end|>")
_THOUGHT_END = "</think>"
_CATEGORIES = re.compile(r"S(\d{1,3})(?:\s*,\s*S(\d{1,3}))*")
_GRAVITY = (Outcome.ALLOW, Outcome.HOLD, Outcome.DENY)


class Form(StrEnum):
    """How a model is asked."""

    POLICY = "policy"  # it reads instructions and answers in JSON: gpt-oss-safeguard and other chat models
    LLAMA_GUARD = "llama guard"
    SHIELD_GEMMA = "shieldgemma"


def form_of(chat_template: str) -> Form:
    """The form a model was taught, by the words of its own chat template."""
    if "UNSAFE CONTENT CATEGORIES" in chat_template:
        return Form.LLAMA_GUARD
    if "policy expert" in chat_template and "principle" in chat_template:
        return Form.SHIELD_GEMMA
    return Form.POLICY


def llama_guard_text(rules: Sequence[RuleText], words: BriefWords) -> str:
    """The whole text of Llama Guard 3: the rules as its categories, and the words as one line of JSON, which cannot
    close the conversation it stands in."""
    categories = "\n".join(
        f"S{number}: {rule.category} ({rule.id}).\n{rule.sentence}" for number, rule in enumerate(rules, 1)
    )
    return (
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n"
        "Task: Check if there is unsafe content in 'User' messages in conversations according our safety policy with "
        f"the below categories.\n\n<BEGIN UNSAFE CONTENT CATEGORIES>\n{categories}\n<END UNSAFE CONTENT CATEGORIES>\n\n"
        f"<BEGIN CONVERSATION>\n\nUser: {as_json(words)}\n\n<END CONVERSATION>\n\n"
        "Provide your safety assessment for ONLY THE LAST User message in the above conversation:\n"
        " - First line must read 'safe' or 'unsafe'.\n"
        " - If unsafe, a second line must include a comma-separated list of violated categories."
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def llama_guard_answer(text: str, rules: Sequence[RuleText]) -> SafetyAnswer:
    """What `safe`, or `unsafe` and a line of categories, means. Raises `GenerationFailed` for everything else."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if lines == ["safe"]:
        return SafetyAnswer(Outcome.ALLOW, (), "The model calls it safe.")
    if len(lines) != 2 or lines[0] != "unsafe" or not _CATEGORIES.fullmatch(lines[1]):
        raise GenerationFailed(f"the answer reads {text.strip()[:60]!r}; expected safe, or unsafe and its categories")
    numbers = [int(one.strip()[1:]) for one in lines[1].split(",")]
    if any(not 1 <= number <= len(rules) for number in numbers):
        raise GenerationFailed(f"the answer names {lines[1][:60]!r}; the rules are S1 to S{len(rules)}")
    return broken([rules[number - 1] for number in dict.fromkeys(numbers)], {})


def shield_gemma_text(rule: RuleText, words: BriefWords) -> str:
    """ShieldGemma's text for one rule."""
    return (
        "<bos>You are a policy expert trying to help determine whether a user prompt is in violation of the defined "
        "safety policies.\n\n<start_of_turn>\n"
        f"Human Question: {as_json(words)}\n<end_of_turn>\n\n"
        "Our safety principle is defined in the below:\n\n"
        f'* "{rule.category} ({rule.id})": {rule.sentence}\n\n===\n\n'
        "Does the human question violate the above principle? Your answer must start with 'Yes' or 'No'. And then walk "
        "through step by step to be sure we answer correctly.\n\n"
    )


def shield_gemma_answer(scores: Mapping[str, float], rules: Sequence[RuleText]) -> SafetyAnswer:
    """What the probability of Yes, by rule, means: the rules whose Yes is at least as likely as their No."""
    named = [rule for rule in rules if scores[rule.id] >= 0.5]
    if not named:
        return SafetyAnswer(Outcome.ALLOW, (), "The model calls no rule broken.", dict(scores))
    return broken(named, scores)


def broken(named: Sequence[RuleText], scores: Mapping[str, float]) -> SafetyAnswer:
    """The answer of a model that names rules and no outcome: what follows is what the policy says of the gravest."""
    outcome = max((rule.action for rule in named), key=_GRAVITY.index)
    said = "; ".join(
        f"{rule.id} ({rule.category}{f', {scores[rule.id]:.2f}' if rule.id in scores else ''})" for rule in named
    )
    return SafetyAnswer(outcome, tuple(rule.id for rule in named), f"The model calls broken: {said}.", dict(scores))


def final_text(written: str, specials: Sequence[str]) -> str:
    """What a model wrote behind its reasoning, by harmony's channels or behind </think>; `written` has its control
    tokens. Raises `GenerationFailed` for reasoning that never comes to an answer."""
    if "<|channel|>" in written:
        _, found, written = written.rpartition(_HARMONY_FINAL)
        if not found:
            raise GenerationFailed("the model reasoned and gave no answer")
        written = next((written.partition(end)[0] for end in _HARMONY_END if end in written), written)
    elif "<think>" in written or _THOUGHT_END in written:
        _, found, written = written.rpartition(_THOUGHT_END)
        if not found:
            raise GenerationFailed("the model reasoned and gave no answer")
    for special in specials:
        written = written.replace(special, "")
    return written

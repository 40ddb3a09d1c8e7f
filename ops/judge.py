"""Asking the gates without a brief: what they would say of some words."""

from greenroom.domain.verdicts import Judgement
from moderation.policy import load_policy
from moderation.prompt import judge_prompt


def judge_words(words: str) -> Judgement:
    """Gate 2's judgement of a prompt under the present policy."""
    return judge_prompt(words, load_policy())

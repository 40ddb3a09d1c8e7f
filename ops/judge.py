"""Asking the gates without a brief: what they would say of some words."""

from greenroom.domain.verdicts import Judgement
from greenroom.domain.words import BriefWords
from greenroom.settings import Settings
from moderation.policy import load_policy
from moderation.prompt import judge_prompt
from ops.embedding import EMBEDDING


def judge_words(words: BriefWords, settings: Settings | None = None) -> Judgement:
    """Gate 2's judgement of a brief's words under the present policy, each part alone and all together; and of the
    reasoning model where the settings name one."""
    policy = load_policy()
    judgement = judge_prompt(words.prompt, policy, beside=words, embedding=EMBEDDING)
    if settings is None or settings.text_safety == "rules":
        return judgement
    from ops.reasoned import with_words_reasoned

    return with_words_reasoned(settings, judgement, policy, words)

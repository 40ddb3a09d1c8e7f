"""Gate 2: the policy allows the words."""

from pydantic import JsonValue

from greenroom.domain.verdicts import Judgement
from greenroom.domain.words import BriefWords
from moderation.prompt import judge_prompt
from ops.embedding import EMBEDDING
from ops.reasoned import with_words_reasoned
from ops.remixed import parent_prompts
from ops.stages.handling import Definition, Stage, Work
from ops.studio import Studio


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    words = BriefWords(prompt=work.brief.prompt, parents=parent_prompts(studio, work.brief))
    judgement = judge_prompt(work.brief.prompt, studio.policy, work.people, words, EMBEDDING)
    return with_words_reasoned(studio.settings, judgement, studio.policy, words)


DEFINITION = Definition(stage=Stage.PROMPT, code_version="1", judge=judge)

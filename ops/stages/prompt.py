"""Gate 2: the policy allows the words."""

from pydantic import JsonValue

from greenroom.domain.verdicts import Judgement
from moderation.prompt import judge_prompt
from ops.stages.handling import Definition, Stage, Work
from ops.studio import Studio


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    return judge_prompt(work.brief.prompt, studio.policy)


DEFINITION = Definition(stage=Stage.PROMPT, code_version="1", judge=judge)

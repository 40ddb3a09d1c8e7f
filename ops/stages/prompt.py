"""Gate 2: the policy allows the words."""

from pydantic import JsonValue

from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import Judgement
from moderation.prompt import judge_prompt
from ops.stages.handling import Definition, Stage, Work
from ops.studio import Studio


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    people = tuple(
        one.handle for one in work.enrolled if one.likeness is not None and one.likeness.kind is LikenessKind.PERSON
    )
    return judge_prompt(work.brief.prompt, studio.policy, people)


DEFINITION = Definition(stage=Stage.PROMPT, code_version="1", judge=judge)

"""Gate 5: what is said is what was scripted, in voices that may be used, at the right level."""

from pydantic import JsonValue

from greenroom.domain.clips import Take
from greenroom.domain.verdicts import Judgement
from moderation.dialogue import judge_dialogue
from ops.speech import speech_for
from ops.stages.handling import Definition, Stage, Work
from ops.stages.storyboard import read_storyboard
from ops.studio import Studio, work_folder


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    from models.voice_activity import HarmonicVoiceActivity
    from ops.dialogue_evidence import HearingRoles, dialogue_evidence
    from ops.enrolled_voices import enrolled_voices

    take = Take.model_validate(work.products[Stage.TAKE].document)
    storyboard = read_storyboard(studio, work.products[Stage.STORYBOARD].document)
    with work_folder(studio) as folder:
        path = folder / "master.mkv"
        path.write_bytes(studio.get(take.master))
        stems: dict[str, bytes] = {
            name: studio.get(take.stems[name]) for name in ("dialogue", "music") if name in take.stems
        }
        roles = HearingRoles(HarmonicVoiceActivity(), speech_for(studio.settings), studio.settings)
        known = enrolled_voices(studio, work.enrolled)
        evidence = dialogue_evidence(path, stems, take, roles, studio.policy, known)
    return judge_dialogue(evidence, storyboard, take.generator, studio.policy)


DEFINITION = Definition(stage=Stage.DIALOGUE, code_version="4", judge=judge)

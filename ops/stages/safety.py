"""Gate 6: frames, speech and words keep the policy; no recognisable face without consent."""

from pydantic import JsonValue

from greenroom.domain.clips import Take
from greenroom.domain.consents import LikenessKind
from greenroom.domain.verdicts import Judgement
from moderation.safety import judge_safety
from ops.stages.handling import Definition, Stage, Work
from ops.studio import Studio, work_folder


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    from models.faces import DlibFaces
    from models.picture_safety import NudeNet
    from ops.check import safety_evidence
    from ops.generate import read_picture

    take = Take.model_validate(work.products[Stage.TAKE].document)
    likenesses = {one.handle: one.likeness for one in work.enrolled if one.likeness is not None}
    photographs = {handle: read_picture(studio.get(one.reference)) for handle, one in likenesses.items()}
    people = [handle for handle, one in likenesses.items() if one.kind is LikenessKind.PERSON]
    with work_folder(studio) as folder:
        path = folder / "master.mkv"
        path.write_bytes(studio.get(take.master))
        evidence = safety_evidence(path, take, photographs, people, DlibFaces(), NudeNet())
    return judge_safety(evidence, take.generator, studio.policy)


DEFINITION = Definition(stage=Stage.SAFETY, code_version="2", judge=judge)

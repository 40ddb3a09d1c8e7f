"""Gate 4: the take is made, decodes, has the length asked for, and is neither black, frozen nor silent."""

from pydantic import JsonValue

from greenroom.domain.base import BlobRef, new_clip_id, now
from greenroom.domain.clips import Clip, Relation, Take
from greenroom.domain.verdicts import Judgement
from moderation.take import judge_take
from ops.generators import version_of
from ops.progress import reporter
from ops.stages.handling import Definition, Product, Stage, Work
from ops.stages.storyboard import read_storyboard
from ops.studio import Studio, work_folder


def produce(studio: Studio, work: Work) -> Product:
    from ops.generate import make_take

    storyboard = read_storyboard(studio, work.products[Stage.STORYBOARD].document)
    references = {one.handle: one.likeness.reference for one in work.enrolled if one.likeness is not None}
    take = make_take(studio, storyboard, references, work.brief, reporter(work.brief.id))
    plan = BlobRef.model_validate(work.products[Stage.STORYBOARD].document)
    edge = (f"take:{take.master.sha256}", f"storyboard:{plan.sha256}", Relation.MADE_FROM)
    clip = Clip(id=new_clip_id(), brief=work.brief.id, recorded_at=now())
    return Product(take.model_dump(mode="json"), (edge,), clip)


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    from ops.check import take_evidence

    take = Take.model_validate(document)
    with work_folder(studio) as folder:
        path = folder / "master.mkv"
        path.write_bytes(studio.get(take.master))
        evidence = take_evidence(path, take.physics)
    return judge_take(evidence, work.brief, studio.policy)


def _inputs(work: Work) -> JsonValue:
    """The generator's version and the pictures it is handed; the storyboard is among the earlier products."""
    pictures: list[JsonValue] = [one.likeness.reference.sha256 if one.likeness else None for one in work.enrolled]
    return [version_of(work.brief.generator), pictures]


DEFINITION = Definition(stage=Stage.TAKE, code_version="2", judge=judge, produce=produce, inputs=_inputs)

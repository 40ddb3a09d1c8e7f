"""Gate 3: the plan of the brief, made once, and whether it keeps each owner's restrictions."""

from pydantic import JsonValue

from greenroom.domain.base import BlobRef
from greenroom.domain.clips import Relation
from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import Judgement
from greenroom.domain.words import BriefWords
from greenroom.errors import NotFound
from ledger import clips, outputs
from moderation.storyboard import judge_storyboard
from ops.embedding import EMBEDDING
from ops.reasoned import with_words_reasoned
from ops.remixed import parent_prompts
from ops.stages.handling import Definition, Product, Stage, Work
from ops.studio import Studio


def produce(studio: Studio, work: Work) -> Product:
    """The storyboard the requester brought, else one planned from the prompt and, for a remix, its parent's."""
    from ops.plan.planners import planned

    brief = work.brief
    if brief.storyboard is not None:
        storyboard = studio.get_document(brief.storyboard, Storyboard)
    else:
        likenesses = tuple(one.likeness for one in work.enrolled if one.likeness is not None)
        parent = parent_storyboard(studio, brief.parent) if brief.parent else None
        storyboard = planned(studio.settings, brief, likenesses, parent)
    ref = studio.put_document(storyboard, brief.id)
    return Product(ref.model_dump(mode="json"), ((f"storyboard:{ref.sha256}", brief.id, Relation.PLANNED_FROM),))


def parent_storyboard(studio: Studio, clip_id: str) -> Storyboard:
    """The storyboard a clip was made from. Raises `NotFound`."""
    with studio.ledger.read() as tx:
        clip = clips.by_id(tx, clip_id)
        found = outputs.latest(tx, clip.brief, Stage.STORYBOARD.value) if clip is not None else None
    if found is None:
        raise NotFound(f"no clip {clip_id} with a storyboard to remix", "greenroom trace CLIP shows what a clip is.")
    return read_storyboard(studio, found.document)


def read_storyboard(studio: Studio, document: JsonValue) -> Storyboard:
    """The storyboard that a stage's product refers to."""
    return studio.get_document(BlobRef.model_validate(document), Storyboard)


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    consents = {one.handle: one.consent for one in work.enrolled}
    board = read_storyboard(studio, document)
    parents = parent_prompts(studio, work.brief)
    judgement = judge_storyboard(board, work.brief, consents, studio.policy, EMBEDDING, work.people, parents)
    return with_words_reasoned(studio.settings, judgement, studio.policy, _words(studio, work, board))


def _words(studio: Studio, work: Work, board: Storyboard) -> BriefWords:
    """What a model reads of a plan: its texts, what it was asked for, and what each owner excluded."""
    consents = {one.handle: one.consent for one in work.enrolled if one.consent is not None}
    return BriefWords(
        prompt=work.brief.prompt,
        title=board.title,
        lines=tuple(line.text for line in board.lines),
        parents=parent_prompts(studio, work.brief),
        texts=(*board.words[1:], *(sound.label for sound in board.sounds)),
        owners={handle: (*one.restrictions, *one.never) for handle, one in consents.items()},
    )


def _inputs(work: Work) -> JsonValue:
    return [one.likeness.id if one.likeness else None for one in work.enrolled]


DEFINITION = Definition(stage=Stage.STORYBOARD, code_version="1", judge=judge, produce=produce, inputs=_inputs)

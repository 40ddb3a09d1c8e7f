"""A published clip as it was when it was published: what is judged or marked again is that, and nothing newer."""

from dataclasses import replace
from datetime import date

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Lane
from greenroom.domain.clips import Publication, Relation, Take
from ledger import consents, edges, outputs, publications, remarkings
from ledger.database import Reader
from ledger.outputs import Output
from ops.stages.handling import Stage, Work
from ops.studio import Studio


def due(studio: Studio, day: date, lane: Lane) -> tuple[str, ...]:
    """The briefs of a partition whose clips viewers may see; of every lane where it is the rescan's own."""
    with studio.ledger.read() as tx:
        return remarkings.published_on(tx, day, None if lane is Lane.RESCAN else lane)


def publication_of(tx: Reader, work: Work) -> Publication | None:
    """The publication of a brief's clip, if viewers may see it at this moment."""
    if work.clip is None or not publications.visible(tx, {work.clip.id}):
        return None
    return publications.by_clip(tx, work.clip.id)


def as_published(tx: Reader, work: Work, publication: Publication) -> Work:
    """The work as it was when the clip was published: of that take and its plan, with the consents it rests on.

    Another take may have been made of the brief since, by newer code; it is in no clip.
    """
    rests_on = {one.likeness: one.consent for one in publication.rests_on}
    enrolled = tuple(
        replace(one, consent=consents.by_id(tx, rests_on[one.likeness.id]))
        if one.likeness is not None and one.likeness.id in rests_on
        else one
        for one in work.enrolled
    )
    return replace(work, enrolled=enrolled, products=_products(tx, work, publication))


def published_take(tx: Reader, publication: Publication) -> Output | None:
    """The take that the clip's file was marked from; the last of the brief where no edge tells which it was."""
    found = _made(tx, publication.clip, Relation.MARKED_FROM, publication.brief, Stage.TAKE)
    return found[1] if found is not None else outputs.latest(tx, publication.brief, Stage.TAKE.value)


def _products(tx: Reader, work: Work, publication: Publication) -> dict[Stage, Output]:
    products = dict(work.products)
    found = _made(tx, publication.clip, Relation.MARKED_FROM, work.brief.id, Stage.TAKE)
    if found is None:
        return products
    name, products[Stage.TAKE] = found
    plan = _made(tx, name, Relation.MADE_FROM, work.brief.id, Stage.STORYBOARD)
    if plan is not None:
        products[Stage.STORYBOARD] = plan[1]
    return products


def _made(tx: Reader, child: str, relation: Relation, brief: str, stage: Stage) -> tuple[str, Output] | None:
    """The product of a stage that `child` was made of, by the edge between them, and its name there."""
    parents = {edge.parent for edge in edges.parents(tx, child, relation)}
    for one in outputs.of_stage(tx, brief, stage.value):
        document = one.document
        ref = Take.model_validate(document).master if stage is Stage.TAKE else BlobRef.model_validate(document)
        if (name := f"{stage.value}:{ref.sha256}") in parents:
            return name, one
    return None

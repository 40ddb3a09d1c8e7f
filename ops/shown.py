"""The files that viewers were given of a clip: the one it was published with, and each it was marked again with."""

from dataclasses import dataclass
from datetime import datetime

from greenroom.domain.clips import Marked, Publication
from greenroom.domain.verdicts import Gate, Verdict
from ledger import outputs, publications, remarkings, verdicts
from ledger.database import Reader
from ledger.log import LeafRef


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One of them: the run that marked it; leaf and moment of the publication or remarking that showed it."""

    marked: Marked
    run: str
    leaf: LeafRef | None
    shown_at: datetime


def shown_files(tx: Reader, publication: Publication) -> tuple[ShownFile, ...]:
    """All of them, oldest first: the last is what viewers are given now."""
    first = ShownFile(
        publication.marked,
        _marking_run(tx, publication) or publication.run,
        publications.leaf(tx, publication.clip),
        publication.recorded_at,
    )
    again = remarkings.of_clip(tx, publication.clip)
    return (first, *(ShownFile(one.marked, one.run, remarkings.leaf(tx, one.id), one.recorded_at) for one in again))


def judged(tx: Reader, brief: str, publication: Publication | None) -> tuple[Verdict, ...]:
    """The verdicts a clip is shown on: those its publication names, that of gate 7 on the file shown now.

    Before a publication: the last of each gate.
    """
    if publication is None:
        return tuple(verdicts.latest(tx, brief).values())
    named = [verdict for one in publication.verdicts if (verdict := verdicts.by_id(tx, one)) is not None]
    again = remarkings.of_clip(tx, publication.clip)
    newest = verdicts.by_id(tx, again[-1].verdict) if again else None
    return tuple(newest if newest is not None and one.judgement.gate is Gate.MARKS else one for one in named)


def _marking_run(tx: Reader, publication: Publication) -> str | None:
    """The run that marked the published file; another may have marked the same take since."""
    manifest = publication.marked.manifest
    made = outputs.of_stage(tx, publication.brief, Gate.MARKS.title)
    return next((one.run for one in made if Marked.model_validate(one.document).manifest == manifest), None)

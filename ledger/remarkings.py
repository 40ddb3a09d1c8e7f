"""Remarkings: newly marked files of published clips, each shown in place of the one before it.

A publication stays as it was recorded, and so does what its file was: a file that somebody took home before its clip
was marked again is still one of ours.
"""

from datetime import date

from sqlalchemy import select

from greenroom.domain.base import salted_digest
from greenroom.domain.briefs import Lane
from greenroom.domain.clips import Marked, Publication, Remarking
from ledger import log
from ledger.database import Reader, Writer
from ledger.publications import PARTS, is_visible
from ledger.rows import domain_of, row_of
from ledger.schema import briefs, publications, remarking_blobs, remarkings


def add(tx: Writer, remarking: Remarking) -> log.LeafRef:
    """Put a newly marked file before viewers, with its leaf.

    A clip is marked again once for each version of the code that marks: a second time raises `LedgerRefused`.
    """
    leaf = log.append(tx, log.Kind.REMARKING, salted_digest(remarking.salt, remarking), remarking.recorded_at)
    tx.insert(remarkings, row_of(remarkings, remarking, leaf=leaf.index))
    tx.insert(
        remarking_blobs,
        *(
            {
                "remarking": remarking.id,
                "part": part,
                "clip": remarking.clip,
                "sha256": getattr(remarking.marked, part).sha256,
                "recorded_at": remarking.recorded_at,
            }
            for part in PARTS
        ),
    )
    return leaf


def of_clip(tx: Reader, clip: str) -> tuple[Remarking, ...]:
    """Every remarking of a clip, oldest first."""
    query = select(remarkings).where(remarkings.c.clip == clip).order_by(remarkings.c.revision)
    return tuple(domain_of(Remarking, row) for row in tx.all(query))


def leaf(tx: Reader, remarking: str) -> log.LeafRef | None:
    """Where in the log a remarking stands."""
    row = tx.first(select(remarkings.c.leaf).where(remarkings.c.id == remarking))
    return None if row is None else log.LeafRef(row["leaf"])


def shown(tx: Reader, publication: Publication) -> Marked:
    """The marked file that viewers are given of a clip: the newest."""
    found = of_clip(tx, publication.clip)
    return found[-1].marked if found else publication.marked


def published_on(tx: Reader, day: date, lane: Lane | None) -> tuple[str, ...]:
    """The briefs of a day, in one lane or all, whose clips viewers may see, oldest first."""
    query = select(publications.c.brief).join(briefs, briefs.c.id == publications.c.brief)
    query = query.where(briefs.c.day == day, is_visible())
    if lane is not None:
        query = query.where(briefs.c.lane == lane)
    return tuple(row["brief"] for row in tx.all(query.order_by(publications.c.revision, publications.c.clip)))

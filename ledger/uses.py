"""Uses of a likeness: the briefs that name it, drafts and refusals too, and the clips that rest on it by descent."""

from typing import Any

from sqlalchemy import Select, select, union

from ledger.database import Reader
from ledger.schema import brief_likenesses, briefs, publication_likenesses, publications


def of_likeness(tx: Reader, likeness: str) -> tuple[str, ...]:
    """Ids of the briefs that use a likeness: they name it, or were published resting on it. Newest first."""
    found = tx.all(select(briefs.c.id).where(briefs.c.id.in_(_using(likeness))).order_by(briefs.c.revision.desc()))
    return tuple(row["id"] for row in found)


def to_erase(tx: Reader, likeness: str) -> tuple[str, ...]:
    """Ids of the briefs whose media show a likeness or may: its uses, and unpublished remixes of clips that show it."""
    descended = select(briefs.c.id).where(
        briefs.c.parent.in_(select(publication_likenesses.c.clip).where(publication_likenesses.c.likeness == likeness))
    )
    rows = tx.all(select(union(_using(likeness), descended).subquery().c.brief))
    return tuple(sorted(row["brief"] for row in rows))


def _using(likeness: str) -> Select[Any]:
    named = select(brief_likenesses.c.brief).where(brief_likenesses.c.likeness == likeness)
    rested = (
        select(publications.c.brief)
        .join(publication_likenesses, publication_likenesses.c.clip == publications.c.clip)
        .where(publication_likenesses.c.likeness == likeness)
    )
    both = union(named, rested).subquery()
    return select(both.c.brief)

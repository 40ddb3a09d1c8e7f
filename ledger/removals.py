"""Removals: one insert takes a single clip from viewers, from the next request on; its likenesses stay as they are."""

from collections.abc import Collection

from sqlalchemy import select

from greenroom.domain.base import salted_digest
from greenroom.domain.removals import Removal
from ledger import log
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import removals


def add(tx: Writer, removal: Removal) -> log.LeafRef:
    """Record a removal with its leaf. Raises `LedgerRefused` for a clip that was removed before."""
    leaf = log.append(tx, log.Kind.REMOVAL, salted_digest(removal.salt, removal), removal.recorded_at)
    tx.insert(removals, row_of(removals, removal, leaf=leaf.index))
    return leaf


def of_clip(tx: Reader, clip: str) -> Removal | None:
    """The removal of a clip, None while it stands."""
    row = tx.first(select(removals).where(removals.c.clip == clip))
    return None if row is None else domain_of(Removal, row)


def of_takedown(tx: Reader, takedown: str) -> tuple[Removal, ...]:
    """What a takedown removed, in the order of removal."""
    query = select(removals).where(removals.c.takedown == takedown).order_by(removals.c.leaf)
    return tuple(domain_of(Removal, row) for row in tx.all(query))


def removed(tx: Reader, clips: Collection[str]) -> set[str]:
    """Those of `clips` (ids, some hundreds at most) that were removed."""
    return {row["clip"] for row in tx.all(select(removals.c.clip).where(removals.c.clip.in_(clips)))}


def leaf(tx: Reader, removal: str) -> log.LeafRef | None:
    """Where in the log a removal stands."""
    row = tx.first(select(removals.c.leaf).where(removals.c.id == removal))
    return None if row is None else log.LeafRef(row["leaf"])

"""Fingerprints: what published clips look and sound like, one row a clip and version of what made it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from greenroom.domain.removals import Fingerprint
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import fingerprints, publications


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """How far the fingerprints were read: the last one's revision and clip."""

    revision: int = 0
    clip: str = ""


def add(tx: Writer, found: Fingerprint) -> None:
    """Record what a clip looks like; one of this version that is there stays."""
    same = (fingerprints.c.clip == found.clip, fingerprints.c.version == found.version)
    if tx.first(select(fingerprints.c.clip).where(*same)) is None:
        tx.insert(fingerprints, row_of(fingerprints, found))


def of_clip(tx: Reader, clip: str, version: str) -> Fingerprint | None:
    row = tx.first(select(fingerprints).where(fingerprints.c.clip == clip, fingerprints.c.version == version))
    return None if row is None else domain_of(Fingerprint, row)


def of_frames(tx: Reader, frames: str, version: str) -> tuple[str, ...]:
    """The clips made of these very frames, in the order of their ids."""
    query = select(fingerprints.c.clip).where(fingerprints.c.frames == frames, fingerprints.c.version == version)
    return tuple(row["clip"] for row in tx.all(query.order_by(fingerprints.c.clip)))


def after(tx: Reader, version: str, cursor: Cursor, most: int) -> tuple[tuple[Cursor, Fingerprint], ...]:
    """The next ones of a version, of clips shown or not, in the order they were made."""
    query = select(fingerprints).where(fingerprints.c.version == version, _later(cursor))
    query = query.order_by(fingerprints.c.revision, fingerprints.c.clip).limit(most)
    rows = tx.all(query)
    return tuple((Cursor(row["revision"], row["clip"]), domain_of(Fingerprint, row)) for row in rows)


def waiting(tx: Reader, version: str, cursor: Cursor, most: int) -> int:
    """How many there are after a cursor; counted up to `most`."""
    query = select(fingerprints.c.clip).where(fingerprints.c.version == version, _later(cursor)).limit(most)
    return tx.number(select(func.count()).select_from(query.subquery()))


def has(tx: Reader, version: str, cursor: Cursor) -> bool:
    """Whether the ledger has the very fingerprint that a cursor stands on."""
    if cursor == Cursor():
        return True
    same = (fingerprints.c.clip == cursor.clip, fingerprints.c.version == version)
    return tx.first(select(fingerprints.c.clip).where(*same, fingerprints.c.revision == cursor.revision)) is not None


def lacking(tx: Reader, version: str) -> tuple[str, ...]:
    """Published clips without a fingerprint of this version, oldest first."""
    there = exists().where(fingerprints.c.clip == publications.c.clip, fingerprints.c.version == version)
    rows = tx.all(select(publications.c.clip).where(~there).order_by(publications.c.revision, publications.c.clip))
    return tuple(row["clip"] for row in rows)


def _later(cursor: Cursor) -> ColumnElement[bool]:
    same = and_(fingerprints.c.revision == cursor.revision, fingerprints.c.clip > cursor.clip)
    return or_(fingerprints.c.revision > cursor.revision, same)

"""Clips: takes submitted for publication, one to a brief."""

from sqlalchemy import RowMapping, select

from greenroom.domain.clips import Clip
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import clips


def add(tx: Writer, clip: Clip) -> None:
    """Record a clip. Raises `LedgerRefused` when its brief has one."""
    tx.insert(clips, row_of(clips, clip))


def by_id(tx: Reader, clip: str) -> Clip | None:
    return _one(tx.first(select(clips).where(clips.c.id == clip)))


def by_brief(tx: Reader, brief: str) -> Clip | None:
    return _one(tx.first(select(clips).where(clips.c.brief == brief)))


def _one(row: RowMapping | None) -> Clip | None:
    return None if row is None else domain_of(Clip, row)

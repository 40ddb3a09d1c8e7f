"""Rows past a cursor: what the warehouse reads, as plain values and never a session.

The cursor is a revision. Documents are canonical JSON text, moments aware and in UTC, bytes are not handed out.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Text, func, select, type_coerce

from ledger.columns import Document
from ledger.database import Reader
from ledger.schema import APPENDED

TABLES: tuple[str, ...] = tuple(table.name for table in APPENDED)
_CHUNK = 5000  # rows handed out at once: some tens of megabytes at most
_BY_NAME = {table.name: table for table in APPENDED}


def changes(
    tx: Reader, after: int, upto: int | None = None, tables: Sequence[str] = TABLES
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Rows with `after` < revision <= `upto` (None: the snapshot's own), by table, in chunks, oldest first.

    A table comes after those its rows refer to.
    """
    last = tx.revision if upto is None else upto
    for name in TABLES:
        if name not in tables:
            continue
        table = _BY_NAME[name]
        columns = [
            type_coerce(column, Text).label(column.name) if isinstance(column.type, Document) else column
            for column in table.columns
        ]
        query = (
            select(*columns)
            .where(table.c.revision > after, table.c.revision <= last)
            .order_by(table.c.revision, *table.primary_key.columns)
            .execution_options(yield_per=_CHUNK)
        )
        for part in tx.connection.execute(query).mappings().partitions():
            yield name, [dict(row) for row in part]


def counts(tx: Reader, upto: int | None = None) -> dict[str, int]:
    """How many rows each table has up to a revision (None: the snapshot's own): what an audit compares."""
    last = tx.revision if upto is None else upto
    return {
        table.name: tx.number(select(func.count()).select_from(table).where(table.c.revision <= last))
        for table in APPENDED
    }

"""What every table of the ledger is made of: column types that read alike on every database, and append-only tables."""

import json
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Index,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from greenroom.domain.base import canonical


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware on both sides, whether or not the database keeps time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(TypeDecorator[JsonValue]):
    """A JSON value as its canonical text, so that the same value is the same bytes on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str:
        return canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonValue:
        document: JsonValue = None if value is None else json.loads(value)
        return document


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

ID = String(64)
HASH = String(64)  # SHA-256, hexadecimal


def appended(name: str, *items: Column[object] | Index | UniqueConstraint | CheckConstraint) -> Table:
    """An append-only table: the given columns, then `recorded_at` and the indexed `revision`."""
    return Table(
        name,
        metadata,
        *items,
        Column("recorded_at", Moment, nullable=False),
        Column("revision", BigInteger, nullable=False, index=True),
    )

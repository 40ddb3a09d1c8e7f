"""The ledger's tables, and nothing else: what they hold is written and read by one module per noun.

Rows are appended and never edited, each with `recorded_at` and the `revision` of the transaction that wrote it:
revisions rise by one with each transaction, so one number is the cursor of the warehouse and names any past
moment. Only `clock`, `claims` and `keys` are mutable. A change here needs a migration beside it and a new `HEAD`.
"""

import json
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from greenroom.domain.base import canonical

HEAD = "0001"  # the newest migration: an open ledger at it needs no Alembic


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

_ID = String(64)
_HASH = String(64)  # SHA-256, hexadecimal


def _appended(name: str, *items: Column[object] | Index | UniqueConstraint | CheckConstraint) -> Table:
    """An append-only table: the given columns, then `recorded_at` and the indexed `revision`."""
    return Table(
        name,
        metadata,
        *items,
        Column("recorded_at", Moment, nullable=False),
        Column("revision", BigInteger, nullable=False, index=True),
    )


clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)

accounts = _appended(
    "accounts",
    Column("id", _ID, primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("roles", Document, nullable=False),
)

likenesses = _appended(
    "likenesses",
    Column("id", _ID, primary_key=True),
    Column("handle", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("species", Text, nullable=False),
    Column("owner", _ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("capture", Document, nullable=False),
    Column("reference", Document, nullable=False),
)

consents = _appended(
    "consents",
    Column("id", _ID, primary_key=True),
    Column("likeness", _ID, ForeignKey("likenesses.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("audience", String(16), nullable=False),
    Column("approved", Document, nullable=False),
    Column("voice", Boolean, nullable=False),
    Column("remix", Boolean, nullable=False),
    Column("house", Boolean, nullable=False),
    Column("never", Document, nullable=False),
    Column("restrictions", Document, nullable=False),
    Column("languages", Document, nullable=False),
    Column("expires_at", Moment, nullable=True),
    Column("attested_by", String(16), nullable=False),
    Column("statement", Text, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
    UniqueConstraint("likeness", "version"),
)

withdrawals = _appended(
    "withdrawals",
    Column("id", _ID, primary_key=True),
    Column("likeness", _ID, ForeignKey("likenesses.id"), nullable=False, index=True),
    Column("by", _ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
)

batches = _appended(
    "batches",
    Column("id", _ID, primary_key=True),
    Column("lane", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("requested_by", _ID, ForeignKey("accounts.id"), nullable=False),
)

briefs = _appended(
    "briefs",
    Column("id", _ID, primary_key=True),
    Column("batch", _ID, ForeignKey("batches.id"), nullable=False, index=True),
    Column("prompt", Text, nullable=False),
    Column("requester", _ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("likenesses", Document, nullable=False),
    Column("parent", _ID, nullable=True),
    Column("seconds", Float, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("style", String(16), nullable=True),
    Column("language", String(35), nullable=True),
    Column("seed", BigInteger, nullable=False),
    Column("generator", String(32), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("storyboard", Document, nullable=False),
    Index(None, "day", "lane"),
)

verdicts = _appended(
    "verdicts",
    Column("id", _ID, primary_key=True),
    Column("brief", _ID, ForeignKey("briefs.id"), nullable=False),
    Column("clip", _ID, nullable=True),
    Column("gate", Integer, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("rules", Document, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("inputs", _HASH, nullable=False),
    Column("code_version", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
    Index(None, "brief", "gate"),
)

outputs = _appended(
    "outputs",
    Column("key", _HASH, primary_key=True),
    Column("stage", String(32), nullable=False),
    Column("brief", _ID, ForeignKey("briefs.id"), nullable=False),
    Column("document", Document, nullable=False),
    Column("code_version", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
    Index(None, "brief", "stage"),
)

clips = _appended(
    "clips",
    Column("id", _ID, primary_key=True),
    Column("brief", _ID, ForeignKey("briefs.id"), nullable=False, unique=True),
)

edges = _appended(
    "edges",
    Column("child", String(128), primary_key=True),
    Column("parent", String(128), primary_key=True, index=True),
    Column("relation", String(16), primary_key=True),
    Column("run", String(64), nullable=False),
    Column("code_version", String(64), nullable=False),
)

publications = _appended(
    "publications",
    Column("id", _ID, primary_key=True),
    Column("clip", _ID, ForeignKey("clips.id"), nullable=False, unique=True),
    Column("brief", _ID, ForeignKey("briefs.id"), nullable=False, unique=True),
    Column("marked", Document, nullable=False),
    Column("verdicts", Document, nullable=False),
    Column("verdicts_sha256", _HASH, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
)

publication_likenesses = _appended(
    "publication_likenesses",
    Column("clip", _ID, ForeignKey("publications.clip"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("likeness", _ID, ForeignKey("likenesses.id"), nullable=False, index=True),
    Column("consent", _ID, ForeignKey("consents.id"), nullable=False, index=True),
)

log_leaves = _appended(
    "log_leaves",
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("hash", _HASH, nullable=False, index=True),
)

log_nodes = Table(
    "log_nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

log_checkpoints = _appended(
    "log_checkpoints",
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", _HASH, nullable=False),
    Column("note", Text, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("brief", _ID, ForeignKey("briefs.id"), primary_key=True),
    Column("holder", String(128), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("subject", String(128), primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),  # NULL: destroyed, and never made again
    Column("made_at", Moment, nullable=False),
    Column("destroyed_at", Moment, nullable=True),
)

APPENDED: tuple[Table, ...] = tuple(
    table for table in metadata.sorted_tables if "revision" in table.columns and table.name != "clock"
)

"""What orders and proves the rest: the clock of revisions, the transparency log, claims on work."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from ledger.columns import HASH, ID, Moment, appended, metadata

clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)

log_leaves = appended(
    "log_leaves",
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("hash", HASH, nullable=False, index=True),
)

log_nodes = Table(
    "log_nodes",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

log_checkpoints = appended(
    "log_checkpoints",
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", HASH, nullable=False),
    Column("note", Text, nullable=False),
)

log_cosignatures = appended(
    "log_cosignatures",
    Column("size", BigInteger, ForeignKey("log_checkpoints.size"), primary_key=True, autoincrement=False),
    Column("witness", String(255), primary_key=True),
    Column("line", Text, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("brief", ID, ForeignKey("briefs.id"), primary_key=True),
    Column("holder", String(128), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

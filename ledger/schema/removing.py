"""What is taken away and who is told: takedowns, removals, erasures, notices."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from ledger.columns import ID, Document, Moment, appended, metadata

takedowns = appended(
    "takedowns",
    Column("id", ID, primary_key=True),
    Column("clip", ID, ForeignKey("clips.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("contact", Document, nullable=False),
    Column("due_at", Moment, nullable=False),
)

takedown_copies = appended(
    "takedown_copies",
    Column("takedown", ID, ForeignKey("takedowns.id"), primary_key=True),
    Column("clip", ID, ForeignKey("clips.id"), primary_key=True),
    Column("distance", Float, nullable=False),
)

removals = appended(
    "removals",
    Column("id", ID, primary_key=True),
    Column("clip", ID, ForeignKey("clips.id"), nullable=False, unique=True),
    Column("cause", String(16), nullable=False),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("takedown", ID, ForeignKey("takedowns.id"), nullable=True),
    Column("salt", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
)

erasure_orders = appended(
    "erasure_orders",
    Column("id", ID, primary_key=True),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=True, index=True),
    Column("likeness", ID, nullable=True, index=True),
    Column("cause", ID, nullable=False),
    Column("due_at", Moment, nullable=False),
)

erasures = appended(
    "erasures",
    Column("order", ID, ForeignKey("erasure_orders.id"), primary_key=True),
    Column("blobs", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("run", String(64), nullable=False),
)

notices = appended(
    "notices",
    Column("id", ID, primary_key=True),
    Column("account", ID, ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("likeness", ID, ForeignKey("likenesses.id"), nullable=True),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=True),
    Column("clip", ID, ForeignKey("clips.id"), nullable=True),
    Column("text", Text, nullable=False),
    Index(None, "account"),
)

notice_cursors = Table(
    "notice_cursors",
    metadata,
    Column("account", ID, ForeignKey("accounts.id"), primary_key=True),
    Column("likeness", ID, ForeignKey("likenesses.id"), primary_key=True),
    Column("revision", BigInteger, nullable=False),  # up to which the owner has read what they are told of it
)

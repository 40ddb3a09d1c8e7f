"""The ledger's tables, and nothing else: what they hold is written and read by one module per noun.

Rows are appended and never edited, each with `recorded_at` and the `revision` of the transaction that wrote it:
revisions rise by one with each transaction, so one number is the cursor of the warehouse and names any past
moment. Only `clock`, `claims` and `notice_cursors` are mutable. Keys lie in a database of their own
(`ledger.keystore`). A change here needs a migration beside it and a new `HEAD`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.columns import HASH, ID, Document, Moment, appended, metadata

HEAD = "0004"  # the newest migration: an open ledger at it needs no Alembic


clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)

accounts = appended(
    "accounts",
    Column("id", ID, primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
    Column("roles", Document, nullable=False),
)

likenesses = appended(
    "likenesses",
    Column("id", ID, primary_key=True),
    Column("handle", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("species", Text, nullable=False),
    Column("owner", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("capture", Document, nullable=False),
    Column("reference", Document, nullable=False),
)

consents = appended(
    "consents",
    Column("id", ID, primary_key=True),
    Column("likeness", ID, ForeignKey("likenesses.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("audience", String(16), nullable=False),
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
    Column("given_at", Moment, nullable=True),  # NULL in rows before receipts: the moment they were recorded
    Column("signed", LargeBinary, nullable=True),  # the COSE_Sign1 statement; NULL in rows before receipts
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
    UniqueConstraint("likeness", "version"),
)

owner_keys = appended(
    "owner_keys",
    Column("id", ID, primary_key=True),
    Column("account", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("public", Text, nullable=False),
)

verifications = appended(
    "verifications",
    Column("id", ID, primary_key=True),
    Column("account", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("adult", Boolean, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
)

relations = appended(
    "relations",
    Column("id", ID, primary_key=True),
    Column("subject", ID, ForeignKey("accounts.id"), nullable=False),
    Column("object", ID, ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("holds", Boolean, nullable=False),
    Index(None, "subject", "object"),
    Index(None, "object"),
)

challenges = appended(
    "challenges",
    Column("id", ID, primary_key=True),
    Column("account", ID, ForeignKey("accounts.id"), nullable=False),
    Column("words", Document, nullable=False),
    Column("directions", Document, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

enrolments = appended(
    "enrolments",
    Column("id", ID, primary_key=True),
    Column("likeness", ID, nullable=False, unique=True),  # of the likeness it may become
    Column("account", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("filed_by", ID, ForeignKey("accounts.id"), nullable=False),
    Column("handle", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("species", Text, nullable=False),
    Column("challenge", ID, ForeignKey("challenges.id"), nullable=True, unique=True),  # single use
    Column("captures", Document, nullable=False),
    Column("consent", Document, nullable=False),
    Column("signed", LargeBinary, nullable=True),  # the owner's own signed statement, when they signed it
)

enrolment_steps = appended(
    "enrolment_steps",
    Column("enrolment", ID, ForeignKey("enrolments.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("code_version", String(64), primary_key=True),
    Column("policy_version", Integer, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("rules", Document, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("run", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
)

enrolment_outcomes = appended(
    "enrolment_outcomes",
    Column("id", ID, primary_key=True),
    Column("enrolment", ID, ForeignKey("enrolments.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("rules", Document, nullable=False),
    Column("run", String(64), nullable=False),
)

templates = appended(
    "templates",
    Column("enrolment", ID, ForeignKey("enrolments.id"), primary_key=True),
    Column("likeness", ID, nullable=False, index=True),
    Column("account", ID, ForeignKey("accounts.id"), nullable=False),
    Column("template", Document, nullable=False),
)

blocked_faces = appended(
    "blocked_faces",
    Column("id", ID, primary_key=True),
    Column("template", Document, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
)

reviews = appended(
    "reviews",
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject", ID, nullable=False, index=True),
    Column("gate", Integer, nullable=True),
    Column("inputs", HASH, nullable=True),
    Column("rules", Document, nullable=False),
    Column("due_at", Moment, nullable=True),
)

review_decisions = appended(
    "review_decisions",
    Column("id", ID, primary_key=True),
    Column("review", ID, ForeignKey("reviews.id"), nullable=False, unique=True),
    Column("decision", String(8), nullable=False),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", Text, nullable=False),
)

withdrawals = appended(
    "withdrawals",
    Column("id", ID, primary_key=True),
    Column("likeness", ID, ForeignKey("likenesses.id"), nullable=False, index=True),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
)

batches = appended(
    "batches",
    Column("id", ID, primary_key=True),
    Column("lane", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("requested_by", ID, ForeignKey("accounts.id"), nullable=False),
)

briefs = appended(
    "briefs",
    Column("id", ID, primary_key=True),
    Column("batch", ID, ForeignKey("batches.id"), nullable=False, index=True),
    Column("prompt", Text, nullable=False),
    Column("requester", ID, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("likenesses", Document, nullable=False),
    Column("parent", ID, nullable=True),
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

brief_likenesses = appended(
    "brief_likenesses",
    Column("brief", ID, ForeignKey("briefs.id"), primary_key=True),
    Column("likeness", ID, ForeignKey("likenesses.id"), primary_key=True),
    Index(None, "likeness", "brief"),
)

verdicts = appended(
    "verdicts",
    Column("id", ID, primary_key=True),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=False),
    Column("clip", ID, nullable=True),
    Column("gate", Integer, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("rules", Document, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("inputs", HASH, nullable=False),
    Column("code_version", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
    Index(None, "brief", "gate"),
)

outputs = appended(
    "outputs",
    Column("key", HASH, primary_key=True),
    Column("stage", String(32), nullable=False),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=False),
    Column("document", Document, nullable=False),
    Column("code_version", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
    Index(None, "brief", "stage"),
)

clips = appended(
    "clips",
    Column("id", ID, primary_key=True),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=False, unique=True),
)

edges = appended(
    "edges",
    Column("child", String(128), primary_key=True),
    Column("parent", String(128), primary_key=True, index=True),
    Column("relation", String(16), primary_key=True),
    Column("run", String(64), nullable=False),
    Column("code_version", String(64), nullable=False),
)

publications = appended(
    "publications",
    Column("id", ID, primary_key=True),
    Column("clip", ID, ForeignKey("clips.id"), nullable=False, unique=True),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=False, unique=True),
    Column("marked", Document, nullable=False),
    Column("verdicts", Document, nullable=False),
    Column("verdicts_sha256", HASH, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("salt", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
)

publication_likenesses = appended(
    "publication_likenesses",
    Column("clip", ID, ForeignKey("publications.clip"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("likeness", ID, ForeignKey("likenesses.id"), nullable=False, index=True),
    Column("consent", ID, ForeignKey("consents.id"), nullable=False, index=True),
)

publication_blobs = appended(
    "publication_blobs",
    Column("clip", ID, ForeignKey("publications.clip"), primary_key=True),
    Column("part", String(16), primary_key=True),  # file, sidecar, captions, poster
    Column("sha256", HASH, nullable=False, index=True),
)

fingerprints = appended(
    "fingerprints",
    Column("clip", ID, ForeignKey("clips.id"), primary_key=True),
    Column("version", String(32), primary_key=True),
    Column("frames", HASH, nullable=False, index=True),  # SHA-256 of the frames as the generator gave them
    Column("picture", Text, nullable=False),
)

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

APPENDED: tuple[Table, ...] = tuple(
    table for table in metadata.sorted_tables if "revision" in table.columns and table.name != "clock"
)

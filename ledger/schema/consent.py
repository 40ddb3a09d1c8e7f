"""Who exists and what they allow: accounts, likenesses, consents, enrolments, reviews, withdrawals."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)

from ledger.columns import HASH, ID, Document, Moment, appended

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

review_opinions = appended(
    "review_opinions",
    Column("id", ID, primary_key=True),
    Column("review", ID, ForeignKey("reviews.id"), nullable=False),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("review", "by"),  # two opinions are of two persons
)

review_appeals = appended(
    "review_appeals",
    Column("id", ID, primary_key=True),
    Column("review", ID, ForeignKey("reviews.id"), nullable=False, unique=True),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=False),
    Column("gate", Integer, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("verdict", ID, ForeignKey("verdicts.id"), nullable=False),
    Column("by", ID, ForeignKey("accounts.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("policy_version", Integer, nullable=False),  # the verdict's
    UniqueConstraint("brief", "rule", "policy_version"),  # one appeal for each rule, of each policy that refuses by it
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

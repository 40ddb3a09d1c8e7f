"""What is made and published: batches, briefs, verdicts, outputs, clips, their lineage and publications."""

from sqlalchemy import BigInteger, Column, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from ledger.columns import HASH, ID, Document, appended

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
    Column("passes", Document, nullable=False, server_default="[]"),
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

remarkings = appended(
    "remarkings",
    Column("id", ID, primary_key=True),
    Column("clip", ID, ForeignKey("publications.clip"), nullable=False),
    Column("brief", ID, ForeignKey("briefs.id"), nullable=False, index=True),
    Column("marked", Document, nullable=False),
    Column("verdict", ID, ForeignKey("verdicts.id"), nullable=False),
    Column("verdict_sha256", HASH, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("code_version", String(64), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("run", String(64), nullable=False),
    Column("leaf", BigInteger, ForeignKey("log_leaves.index"), nullable=False),
    UniqueConstraint("clip", "code_version"),  # once for each version of what marks
)

remarking_blobs = appended(
    "remarking_blobs",
    Column("remarking", ID, ForeignKey("remarkings.id"), primary_key=True),
    Column("part", String(16), primary_key=True),  # file, sidecar, captions, poster
    Column("clip", ID, ForeignKey("publications.clip"), nullable=False),
    Column("sha256", HASH, nullable=False, index=True),
)

fingerprints = appended(
    "fingerprints",
    Column("clip", ID, ForeignKey("clips.id"), primary_key=True),
    Column("version", String(32), primary_key=True),
    Column("frames", HASH, nullable=False, index=True),  # SHA-256 of the frames as the generator gave them
    Column("picture", Text, nullable=False),
    Column("sound", Text, nullable=False, server_default=""),
)

"""The first tables, and the clock at revision 0."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_index(op.f("ix_accounts_revision"), "accounts", ["revision"], unique=False)
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_table(
        "edges",
        sa.Column("child", sa.String(length=128), nullable=False),
        sa.Column("parent", sa.String(length=128), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("child", "parent", "relation", name=op.f("pk_edges")),
    )
    op.create_index(op.f("ix_edges_parent"), "edges", ["parent"], unique=False)
    op.create_index(op.f("ix_edges_revision"), "edges", ["revision"], unique=False)
    op.create_table(
        "keys",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_keys")),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    op.create_index(op.f("ix_log_checkpoints_revision"), "log_checkpoints", ["revision"], unique=False)
    op.create_table(
        "log_leaves",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_leaves")),
    )
    op.create_index(op.f("ix_log_leaves_hash"), "log_leaves", ["hash"], unique=False)
    op.create_index(op.f("ix_log_leaves_revision"), "log_leaves", ["revision"], unique=False)
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_nodes")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["requested_by"], ["accounts.id"], name=op.f("fk_batches_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_revision"), "batches", ["revision"], unique=False)
    op.create_table(
        "likenesses",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("species", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("capture", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["accounts.id"], name=op.f("fk_likenesses_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likenesses")),
        sa.UniqueConstraint("handle", name=op.f("uq_likenesses_handle")),
    )
    op.create_index(op.f("ix_likenesses_owner"), "likenesses", ["owner"], unique=False)
    op.create_index(op.f("ix_likenesses_revision"), "likenesses", ["revision"], unique=False)
    op.create_table(
        "briefs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("requester", sa.String(length=64), nullable=False),
        sa.Column("likenesses", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("style", sa.String(length=16), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("generator", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("storyboard", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_briefs_batch")),
        sa.ForeignKeyConstraint(["requester"], ["accounts.id"], name=op.f("fk_briefs_requester")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefs")),
    )
    op.create_index(op.f("ix_briefs_batch"), "briefs", ["batch"], unique=False)
    op.create_index(op.f("ix_briefs_day_lane"), "briefs", ["day", "lane"], unique=False)
    op.create_index(op.f("ix_briefs_requester"), "briefs", ["requester"], unique=False)
    op.create_index(op.f("ix_briefs_revision"), "briefs", ["revision"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("approved", sa.Text(), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("remix", sa.Boolean(), nullable=False),
        sa.Column("house", sa.Boolean(), nullable=False),
        sa.Column("never", sa.Text(), nullable=False),
        sa.Column("restrictions", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_by", sa.String(length=16), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["leaf"], ["log_leaves.index"], name=op.f("fk_consents_leaf")),
        sa.ForeignKeyConstraint(["likeness"], ["likenesses.id"], name=op.f("fk_consents_likeness")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("likeness", "version", name=op.f("uq_consents_likeness_version")),
    )
    op.create_index(op.f("ix_consents_revision"), "consents", ["revision"], unique=False)
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_withdrawals_by")),
        sa.ForeignKeyConstraint(["leaf"], ["log_leaves.index"], name=op.f("fk_withdrawals_leaf")),
        sa.ForeignKeyConstraint(["likeness"], ["likenesses.id"], name=op.f("fk_withdrawals_likeness")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )
    op.create_index(op.f("ix_withdrawals_likeness"), "withdrawals", ["likeness"], unique=False)
    op.create_index(op.f("ix_withdrawals_revision"), "withdrawals", ["revision"], unique=False)
    op.create_table(
        "claims",
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_claims_brief")),
        sa.PrimaryKeyConstraint("brief", name=op.f("pk_claims")),
    )
    op.create_table(
        "clips",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_clips_brief")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clips")),
        sa.UniqueConstraint("brief", name=op.f("uq_clips_brief")),
    )
    op.create_index(op.f("ix_clips_revision"), "clips", ["revision"], unique=False)
    op.create_table(
        "outputs",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_outputs_brief")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outputs")),
    )
    op.create_index(op.f("ix_outputs_brief_stage"), "outputs", ["brief", "stage"], unique=False)
    op.create_index(op.f("ix_outputs_revision"), "outputs", ["revision"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=True),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_verdicts_brief")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_brief_gate"), "verdicts", ["brief", "gate"], unique=False)
    op.create_index(op.f("ix_verdicts_revision"), "verdicts", ["revision"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("marked", sa.Text(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.Column("verdicts_sha256", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_publications_brief")),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"], name=op.f("fk_publications_clip")),
        sa.ForeignKeyConstraint(["leaf"], ["log_leaves.index"], name=op.f("fk_publications_leaf")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("brief", name=op.f("uq_publications_brief")),
        sa.UniqueConstraint("clip", name=op.f("uq_publications_clip")),
    )
    op.create_index(op.f("ix_publications_revision"), "publications", ["revision"], unique=False)
    op.create_table(
        "publication_likenesses",
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("consent", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["publications.clip"], name=op.f("fk_publication_likenesses_clip")),
        sa.ForeignKeyConstraint(["consent"], ["consents.id"], name=op.f("fk_publication_likenesses_consent")),
        sa.ForeignKeyConstraint(["likeness"], ["likenesses.id"], name=op.f("fk_publication_likenesses_likeness")),
        sa.PrimaryKeyConstraint("clip", "position", name=op.f("pk_publication_likenesses")),
    )
    op.create_index(op.f("ix_publication_likenesses_consent"), "publication_likenesses", ["consent"], unique=False)
    op.create_index(op.f("ix_publication_likenesses_likeness"), "publication_likenesses", ["likeness"], unique=False)
    op.create_index(op.f("ix_publication_likenesses_revision"), "publication_likenesses", ["revision"], unique=False)
    op.execute("INSERT INTO clock (id, revision) VALUES (1, 0)")

"""Files of published clips that were marked again, in place of those before them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "remarkings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("marked", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("verdict_sha256", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["publications.clip"], name=op.f("fk_remarkings_clip")),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_remarkings_brief")),
        sa.ForeignKeyConstraint(["verdict"], ["verdicts.id"], name=op.f("fk_remarkings_verdict")),
        sa.ForeignKeyConstraint(["leaf"], ["log_leaves.index"], name=op.f("fk_remarkings_leaf")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarkings")),
        sa.UniqueConstraint("clip", "code_version", name=op.f("uq_remarkings_clip_code_version")),
    )
    op.create_index(op.f("ix_remarkings_brief"), "remarkings", ["brief"], unique=False)
    op.create_index(op.f("ix_remarkings_revision"), "remarkings", ["revision"], unique=False)
    op.create_table(
        "remarking_blobs",
        sa.Column("remarking", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["remarking"], ["remarkings.id"], name=op.f("fk_remarking_blobs_remarking")),
        sa.ForeignKeyConstraint(["clip"], ["publications.clip"], name=op.f("fk_remarking_blobs_clip")),
        sa.PrimaryKeyConstraint("remarking", "part", name=op.f("pk_remarking_blobs")),
    )
    op.create_index(op.f("ix_remarking_blobs_revision"), "remarking_blobs", ["revision"], unique=False)
    op.create_index(op.f("ix_remarking_blobs_sha256"), "remarking_blobs", ["sha256"], unique=False)

"""What published clips look like, and up to where owners have read what they are told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("frames", sa.String(length=64), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"], name=op.f("fk_fingerprints_clip")),
        sa.PrimaryKeyConstraint("clip", "version", name=op.f("pk_fingerprints")),
    )
    op.create_index(op.f("ix_fingerprints_frames"), "fingerprints", ["frames"], unique=False)
    op.create_index(op.f("ix_fingerprints_revision"), "fingerprints", ["revision"], unique=False)
    op.create_table(
        "notice_cursors",
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_notice_cursors_account")),
        sa.ForeignKeyConstraint(["likeness"], ["likenesses.id"], name=op.f("fk_notice_cursors_likeness")),
        sa.PrimaryKeyConstraint("account", "likeness", name=op.f("pk_notice_cursors")),
    )

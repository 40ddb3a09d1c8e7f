"""Second opinions on the gravest questions, and makers' appeals against a rule."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "review_opinions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("review", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name=op.f("fk_review_opinions_review")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_review_opinions_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_opinions")),
        sa.UniqueConstraint("review", "by", name=op.f("uq_review_opinions_review_by")),
    )
    op.create_index(op.f("ix_review_opinions_revision"), "review_opinions", ["revision"], unique=False)
    op.create_table(
        "review_appeals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("review", sa.String(length=64), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("gate", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name=op.f("fk_review_appeals_review")),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_review_appeals_brief")),
        sa.ForeignKeyConstraint(["verdict"], ["verdicts.id"], name=op.f("fk_review_appeals_verdict")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_review_appeals_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_appeals")),
        sa.UniqueConstraint("review", name=op.f("uq_review_appeals_review")),
        sa.UniqueConstraint("brief", "rule", name=op.f("uq_review_appeals_brief_rule")),
    )
    op.create_index(op.f("ix_review_appeals_revision"), "review_appeals", ["revision"], unique=False)

"""Consent that can be checked: enrolments, receipts, relations, reviews, removals, erasures, cosignatures."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("gate", sa.Integer(), nullable=True),
        sa.Column("inputs", sa.String(length=64), nullable=True),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_revision"), "reviews", ["revision"], unique=False)
    op.create_index(op.f("ix_reviews_subject"), "reviews", ["subject"], unique=False)
    op.create_table(
        "blocked_faces",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_blocked_faces_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_faces")),
    )
    op.create_index(op.f("ix_blocked_faces_revision"), "blocked_faces", ["revision"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_challenges_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_revision"), "challenges", ["revision"], unique=False)
    op.create_table(
        "log_cosignatures",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=255), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoints.size"], name=op.f("fk_log_cosignatures_size")),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_log_cosignatures")),
    )
    op.create_index(op.f("ix_log_cosignatures_revision"), "log_cosignatures", ["revision"], unique=False)
    op.create_table(
        "owner_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_owner_keys_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_keys")),
    )
    op.create_index(op.f("ix_owner_keys_account"), "owner_keys", ["account"], unique=False)
    op.create_index(op.f("ix_owner_keys_revision"), "owner_keys", ["revision"], unique=False)
    op.create_table(
        "relations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["object"], ["accounts.id"], name=op.f("fk_relations_object")),
        sa.ForeignKeyConstraint(["subject"], ["accounts.id"], name=op.f("fk_relations_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_object"), "relations", ["object"], unique=False)
    op.create_index(op.f("ix_relations_revision"), "relations", ["revision"], unique=False)
    op.create_index(op.f("ix_relations_subject_object"), "relations", ["subject", "object"], unique=False)
    op.create_table(
        "review_decisions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("review", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_review_decisions_by")),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name=op.f("fk_review_decisions_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decisions")),
        sa.UniqueConstraint("review", name=op.f("uq_review_decisions_review")),
    )
    op.create_index(op.f("ix_review_decisions_revision"), "review_decisions", ["revision"], unique=False)
    op.create_table(
        "verifications",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("adult", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_verifications_account")),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_verifications_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    op.create_index(op.f("ix_verifications_account"), "verifications", ["account"], unique=False)
    op.create_index(op.f("ix_verifications_revision"), "verifications", ["revision"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("species", sa.Text(), nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=True),
        sa.Column("captures", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_enrolments_account")),
        sa.ForeignKeyConstraint(["challenge"], ["challenges.id"], name=op.f("fk_enrolments_challenge")),
        sa.ForeignKeyConstraint(["filed_by"], ["accounts.id"], name=op.f("fk_enrolments_filed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("challenge", name=op.f("uq_enrolments_challenge")),
        sa.UniqueConstraint("likeness", name=op.f("uq_enrolments_likeness")),
    )
    op.create_index(op.f("ix_enrolments_account"), "enrolments", ["account"], unique=False)
    op.create_index(op.f("ix_enrolments_revision"), "enrolments", ["revision"], unique=False)
    op.create_table(
        "brief_likenesses",
        sa.Column("brief", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_brief_likenesses_brief")),
        sa.ForeignKeyConstraint(["likeness"], ["likenesses.id"], name=op.f("fk_brief_likenesses_likeness")),
        sa.PrimaryKeyConstraint("brief", "likeness", name=op.f("pk_brief_likenesses")),
    )
    op.create_index(op.f("ix_brief_likenesses_likeness_brief"), "brief_likenesses", ["likeness", "brief"], unique=False)
    op.create_index(op.f("ix_brief_likenesses_revision"), "brief_likenesses", ["revision"], unique=False)
    op.create_table(
        "enrolment_outcomes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("enrolment", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolments.id"], name=op.f("fk_enrolment_outcomes_enrolment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_outcomes")),
    )
    op.create_index(op.f("ix_enrolment_outcomes_enrolment"), "enrolment_outcomes", ["enrolment"], unique=False)
    op.create_index(op.f("ix_enrolment_outcomes_revision"), "enrolment_outcomes", ["revision"], unique=False)
    op.create_table(
        "enrolment_steps",
        sa.Column("enrolment", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_version", sa.String(length=64), nullable=False),
        sa.Column("policy_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolments.id"], name=op.f("fk_enrolment_steps_enrolment")),
        sa.PrimaryKeyConstraint(
            "enrolment", "number", "code_version", "policy_version", name=op.f("pk_enrolment_steps")
        ),
    )
    op.create_index(op.f("ix_enrolment_steps_revision"), "enrolment_steps", ["revision"], unique=False)
    op.create_table(
        "erasure_orders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("brief", sa.String(length=64), nullable=True),
        sa.Column("likeness", sa.String(length=64), nullable=True),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_erasure_orders_brief")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_orders")),
    )
    op.create_index(op.f("ix_erasure_orders_brief"), "erasure_orders", ["brief"], unique=False)
    op.create_index(op.f("ix_erasure_orders_likeness"), "erasure_orders", ["likeness"], unique=False)
    op.create_index(op.f("ix_erasure_orders_revision"), "erasure_orders", ["revision"], unique=False)
    op.create_table(
        "templates",
        sa.Column("enrolment", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_templates_account")),
        sa.ForeignKeyConstraint(["enrolment"], ["enrolments.id"], name=op.f("fk_templates_enrolment")),
        sa.PrimaryKeyConstraint("enrolment", name=op.f("pk_templates")),
    )
    op.create_index(op.f("ix_templates_likeness"), "templates", ["likeness"], unique=False)
    op.create_index(op.f("ix_templates_revision"), "templates", ["revision"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("order", sa.String(length=64), nullable=False),
        sa.Column("blobs", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order"], ["erasure_orders.id"], name=op.f("fk_erasures_order")),
        sa.PrimaryKeyConstraint("order", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_revision"), "erasures", ["revision"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=True),
        sa.Column("brief", sa.String(length=64), nullable=True),
        sa.Column("clip", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_notices_account")),
        sa.ForeignKeyConstraint(["brief"], ["briefs.id"], name=op.f("fk_notices_brief")),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"], name=op.f("fk_notices_clip")),
        sa.ForeignKeyConstraint(["likeness"], ["likenesses.id"], name=op.f("fk_notices_likeness")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_account"), "notices", ["account"], unique=False)
    op.create_index(op.f("ix_notices_revision"), "notices", ["revision"], unique=False)
    op.create_table(
        "takedowns",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"], name=op.f("fk_takedowns_clip")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedowns")),
    )
    op.create_index(op.f("ix_takedowns_clip"), "takedowns", ["clip"], unique=False)
    op.create_index(op.f("ix_takedowns_revision"), "takedowns", ["revision"], unique=False)
    op.create_table(
        "removals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("takedown", sa.String(length=64), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["accounts.id"], name=op.f("fk_removals_by")),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"], name=op.f("fk_removals_clip")),
        sa.ForeignKeyConstraint(["leaf"], ["log_leaves.index"], name=op.f("fk_removals_leaf")),
        sa.ForeignKeyConstraint(["takedown"], ["takedowns.id"], name=op.f("fk_removals_takedown")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
        sa.UniqueConstraint("clip", name=op.f("uq_removals_clip")),
    )
    op.create_index(op.f("ix_removals_revision"), "removals", ["revision"], unique=False)
    op.create_table(
        "takedown_copies",
        sa.Column("takedown", sa.String(length=64), nullable=False),
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("distance", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["clips.id"], name=op.f("fk_takedown_copies_clip")),
        sa.ForeignKeyConstraint(["takedown"], ["takedowns.id"], name=op.f("fk_takedown_copies_takedown")),
        sa.PrimaryKeyConstraint("takedown", "clip", name=op.f("pk_takedown_copies")),
    )
    op.create_index(op.f("ix_takedown_copies_revision"), "takedown_copies", ["revision"], unique=False)
    op.add_column("consents", sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consents", sa.Column("signed", sa.LargeBinary(), nullable=True))
    op.drop_column("consents", "approved")
    _fill_brief_likenesses()


def _fill_brief_likenesses() -> None:
    """Who is in the briefs that stand already: each named a handle, and a handle is its likeness's own for good."""
    connection = op.get_bind()
    ids = {row.handle: row.id for row in connection.execute(sa.text("SELECT handle, id FROM likenesses"))}
    insert = sa.text("INSERT INTO brief_likenesses VALUES (:brief, :likeness, :recorded_at, :revision)")
    for row in connection.execute(sa.text("SELECT id, likenesses, recorded_at, revision FROM briefs")).all():
        for handle in dict.fromkeys(json.loads(row.likenesses)):
            if handle in ids:
                values = {"brief": row.id, "likeness": ids[handle]}
                connection.execute(insert, values | {"recorded_at": row.recorded_at, "revision": row.revision})

"""Taking it back: what blobs publications refer to; keys leave the ledger for a database of their own."""

import json

import sqlalchemy as sa
from alembic import context, op

from greenroom.errors import LedgerUnavailable

revision = "0003"
down_revision = "0002"

_PARTS = ("file", "sidecar", "captions", "poster")
_AT_ONCE = 1000  # publications read at once: each holds its label's place in every frame


def upgrade() -> None:
    op.create_table(
        "publication_blobs",
        sa.Column("clip", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clip"], ["publications.clip"], name=op.f("fk_publication_blobs_clip")),
        sa.PrimaryKeyConstraint("clip", "part", name=op.f("pk_publication_blobs")),
    )
    op.create_index(op.f("ix_publication_blobs_revision"), "publication_blobs", ["revision"], unique=False)
    op.create_index(op.f("ix_publication_blobs_sha256"), "publication_blobs", ["sha256"], unique=False)
    _fill_publication_blobs()
    _hand_over_keys()
    op.drop_table("keys")


def _fill_publication_blobs() -> None:
    connection = op.get_bind()
    insert = sa.text("INSERT INTO publication_blobs VALUES (:clip, :part, :sha256, :recorded_at, :revision)")
    query = sa.text(
        "SELECT clip, marked, recorded_at, revision FROM publications WHERE clip > :after ORDER BY clip LIMIT :rows"
    )
    after = ""
    while rows := connection.execute(query, {"after": after, "rows": _AT_ONCE}).all():
        for row in rows:
            marked = json.loads(row.marked)
            shared = {"clip": row.clip, "recorded_at": row.recorded_at, "revision": row.revision}
            connection.execute(insert, [{**shared, "part": part, "sha256": marked[part]["sha256"]} for part in _PARTS])
        after = rows[-1].clip


def _hand_over_keys() -> None:
    """The keys are committed where they are to lie before the table here is dropped; twice handed over is once."""
    rows = op.get_bind().execute(sa.text("SELECT subject, wrapped, made_at, destroyed_at FROM keys")).mappings().all()
    if not rows:
        return
    adopt = context.config.attributes.get("adopt_keys")
    if adopt is None:
        raise LedgerUnavailable(
            f"this ledger still holds {len(rows)} keys, which move to a database of their own",
            "Open it once with any greenroom command, which moves them.",
        )
    adopt([dict(row) for row in rows])

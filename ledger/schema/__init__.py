"""The ledger's tables, and nothing else: what they hold is written and read by one module per noun.

Rows are appended and never edited, each with `recorded_at` and the `revision` of the transaction that wrote it:
revisions rise by one with each transaction, so one number is the cursor of the warehouse and names any past
moment. Only `clock`, `claims` and `notice_cursors` are mutable. Keys lie in a database of their own
(`ledger.keystore`). A change here needs a migration beside it and a new `HEAD`.
"""

from sqlalchemy import Table

from ledger.columns import metadata
from ledger.schema.consent import (
    accounts,
    blocked_faces,
    challenges,
    consents,
    enrolment_outcomes,
    enrolment_steps,
    enrolments,
    likenesses,
    owner_keys,
    relations,
    review_appeals,
    review_decisions,
    review_opinions,
    reviews,
    templates,
    verifications,
    withdrawals,
)
from ledger.schema.making import (
    batches,
    brief_likenesses,
    briefs,
    clips,
    edges,
    fingerprints,
    outputs,
    publication_blobs,
    publication_likenesses,
    publications,
    remarking_blobs,
    remarkings,
    verdicts,
)
from ledger.schema.proof import claims, clock, log_checkpoints, log_cosignatures, log_leaves, log_nodes
from ledger.schema.removing import (
    erasure_orders,
    erasures,
    notice_cursors,
    notices,
    removals,
    takedown_copies,
    takedowns,
)

HEAD = "0009"  # the newest migration: an open ledger at it needs no Alembic

APPENDED: tuple[Table, ...] = tuple(
    table for table in metadata.sorted_tables if "revision" in table.columns and table.name != "clock"
)

__all__ = [
    "APPENDED",
    "HEAD",
    "accounts",
    "batches",
    "blocked_faces",
    "brief_likenesses",
    "briefs",
    "challenges",
    "claims",
    "clips",
    "clock",
    "consents",
    "edges",
    "enrolment_outcomes",
    "enrolment_steps",
    "enrolments",
    "erasure_orders",
    "erasures",
    "fingerprints",
    "likenesses",
    "log_checkpoints",
    "log_cosignatures",
    "log_leaves",
    "log_nodes",
    "notice_cursors",
    "notices",
    "outputs",
    "owner_keys",
    "publication_blobs",
    "publication_likenesses",
    "publications",
    "relations",
    "remarking_blobs",
    "remarkings",
    "removals",
    "review_appeals",
    "review_decisions",
    "review_opinions",
    "reviews",
    "takedown_copies",
    "takedowns",
    "templates",
    "verdicts",
    "verifications",
    "withdrawals",
]

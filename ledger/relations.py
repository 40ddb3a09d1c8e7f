"""Relations between accounts: who approved, follows or blocked whom, as of any moment."""

from datetime import datetime

from sqlalchemy import or_, select

from greenroom.domain.relations import RelationChange, RelationKind, Relations
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import relations


def add(tx: Writer, change: RelationChange) -> None:
    """Record that a relation holds, or no longer does."""
    tx.insert(relations, row_of(relations, change))


def between(tx: Reader, owner: str, requester: str, moment: datetime | None = None) -> Relations:
    """How an owner and a requester (account ids) stood at `moment`; of changes in one transaction the safer wins.

    Without a moment it is how they stand in this transaction, whatever the clocks of other machines say.
    A block in either direction counts; an approval counts from the owner alone.
    """
    query = select(relations).where(
        or_(
            (relations.c.subject == owner) & (relations.c.object == requester),
            (relations.c.subject == requester) & (relations.c.object == owner),
        ),
    )
    if moment is not None:
        query = query.where(relations.c.recorded_at <= moment)
    standing: dict[tuple[str, RelationKind], bool] = {}
    # The newest row decides; within one revision the one that permits least, so that their order never matters.
    for row in sorted(tx.all(query), key=lambda row: (-row["revision"], _permits(row["kind"], holds=row["holds"]))):
        standing.setdefault((row["subject"], RelationKind(row["kind"])), row["holds"])
    follows = standing.get((requester, RelationKind.FOLLOWS), False)
    return Relations(
        approved=standing.get((owner, RelationKind.APPROVED), False),
        follows=follows,
        mutual=follows and standing.get((owner, RelationKind.FOLLOWS), False),
        blocked=any(standing.get((one, RelationKind.BLOCKED), False) for one in (owner, requester)),
    )


def of_account(tx: Reader, account: str) -> tuple[RelationChange, ...]:
    """Every change an account said, first to last."""
    query = select(relations).where(relations.c.subject == account).order_by(relations.c.revision, relations.c.id)
    return tuple(domain_of(RelationChange, row) for row in tx.all(query))


def _permits(kind: str, *, holds: bool) -> bool:
    return holds != (kind == RelationKind.BLOCKED)

"""Notices: what accounts are told, written in the transaction of what they tell of.

One withdrawal is one notice for each maker it reaches, however many of their clips went: the clips are asked for when
the notice is shown.
"""

from sqlalchemy import select

from greenroom.domain.removals import Notice
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import briefs, notices, publication_likenesses, publications


def add(tx: Writer, *found: Notice) -> None:
    """Record what accounts are told."""
    tx.insert(notices, *(row_of(notices, notice) for notice in found))


def of_account(tx: Reader, account: str, after: int = 0, likeness: str | None = None) -> tuple[Notice, ...]:
    """What an account was told past a revision, of one likeness or of all, newest first."""
    query = select(notices).where(notices.c.account == account, notices.c.revision > after)
    if likeness is not None:
        query = query.where(notices.c.likeness == likeness)
    return tuple(domain_of(Notice, row) for row in tx.all(query.order_by(notices.c.revision.desc(), notices.c.id)))


def of_brief(tx: Reader, brief: str) -> tuple[Notice, ...]:
    """What was told of one brief, oldest first."""
    query = select(notices).where(notices.c.brief == brief).order_by(notices.c.revision, notices.c.id)
    return tuple(domain_of(Notice, row) for row in tx.all(query))


def makers_resting_on(tx: Reader, likeness: str) -> dict[str, int]:
    """Accounts that made clips which rest on a likeness, itself or through an ancestor: how many, by account id."""
    query = (
        select(briefs.c.requester)
        .join(publications, publications.c.brief == briefs.c.id)
        .join(publication_likenesses, publication_likenesses.c.clip == publications.c.clip)
        .where(publication_likenesses.c.likeness == likeness)
    )
    found: dict[str, int] = {}
    for row in tx.all(query):
        found[row["requester"]] = found.get(row["requester"], 0) + 1
    return dict(sorted(found.items()))

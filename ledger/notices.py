"""Notices: what accounts are told, written in the transaction of what they tell of.

One withdrawal is one notice for each maker it reaches, however many of their clips went: the clips are asked for when
the notice is shown.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from greenroom.domain.removals import Notice
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import briefs, notice_cursors, notices, publication_likenesses, publications


def add(tx: Writer, *found: Notice) -> None:
    """Record what accounts are told."""
    tx.insert(notices, *(row_of(notices, notice) for notice in found))


def of_account(
    tx: Reader, account: str, after: int = 0, likeness: str | None = None, since: datetime | None = None
) -> tuple[Notice, ...]:
    """What an account was told past a revision or since a moment, of one likeness or of all, newest first."""
    query = select(notices).where(notices.c.account == account, notices.c.revision > after)
    if since is not None:
        query = query.where(notices.c.recorded_at >= since)
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


def read_upto(tx: Reader, account: str, likeness: str) -> int:
    """The revision up to which an account has read what it is told of a likeness; 0: nothing yet."""
    row = tx.first(select(notice_cursors.c.revision).where(*_of(account, likeness)))
    return 0 if row is None else int(row["revision"])


def mark_read(tx: Writer, account: str, likeness: str, revision: int) -> None:
    """What an account was told of a likeness up to a revision is read, and new no longer."""
    if tx.first(select(notice_cursors.c.revision).where(*_of(account, likeness))) is None:
        tx.insert(notice_cursors, {"account": account, "likeness": likeness, "revision": revision})
    else:
        tx.execute(update(notice_cursors).where(*_of(account, likeness)).values(revision=revision))


def _of(account: str, likeness: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return notice_cursors.c.account == account, notice_cursors.c.likeness == likeness

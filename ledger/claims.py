"""Claims: a lease on a brief with a heartbeat, so that two processes never work on one brief."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from greenroom.domain.base import now
from ledger.database import Reader, Writer
from ledger.schema import claims

LEASE_SECONDS = 60.0  # a killed holder's brief is free after this; heartbeats come every third of it


def acquire(tx: Writer, brief: str, holder: str, seconds: float = LEASE_SECONDS) -> bool:
    """Take a brief for `seconds`; False when another holder has it and its lease has not run out."""
    moment = now()
    row = tx.first(select(claims).where(claims.c.brief == brief))
    lease = {"holder": holder, "expires_at": moment + timedelta(seconds=seconds)}
    if row is None:
        tx.insert(claims, {"brief": brief, **lease})
        return True
    if row["holder"] != holder and row["expires_at"] > moment:
        return False
    tx.execute(update(claims).where(claims.c.brief == brief).values(**lease))
    return True


def renew(tx: Writer, brief: str, holder: str, seconds: float = LEASE_SECONDS) -> bool:
    """Heartbeat; False when the lease was lost to another holder, and the work must stop."""
    until = now() + timedelta(seconds=seconds)
    mine = update(claims).where(claims.c.brief == brief, claims.c.holder == holder)
    return tx.execute(mine.values(expires_at=until)) == 1


def holder(tx: Reader, brief: str) -> str | None:
    """Who has a brief, or had it when a lease ran out."""
    row = tx.first(select(claims.c.holder).where(claims.c.brief == brief))
    return None if row is None else str(row["holder"])


def release(tx: Writer, brief: str, holder: str) -> None:
    """Give a brief back; one that another holder took meanwhile stays taken."""
    tx.execute(delete(claims).where(claims.c.brief == brief, claims.c.holder == holder))

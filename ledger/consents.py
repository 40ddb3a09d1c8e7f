"""Consents: what owners allow, in versions, each a leaf of the log."""

from datetime import datetime

from sqlalchemy import RowMapping, select

from greenroom.domain.base import salted_digest
from greenroom.domain.consents import Consent
from ledger import log
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import consents


def add(tx: Writer, consent: Consent) -> log.LeafRef:
    """Record a version of a consent with its leaf. Raises `LedgerRefused` when the likeness has that version."""
    leaf = log.append(tx, log.Kind.CONSENT, salted_digest(consent.salt, consent), consent.recorded_at)
    tx.insert(consents, row_of(consents, consent, leaf=leaf.index))
    return leaf


def by_id(tx: Reader, consent: str) -> Consent | None:
    row = tx.first(select(consents).where(consents.c.id == consent))
    return None if row is None else _consent(row)


def in_force(tx: Reader, likeness: str, moment: datetime) -> Consent | None:
    """The last version recorded by `moment`, expired or not: the gate judges the expiry, so that it can name it.

    Whether the likeness is withdrawn is asked of `ledger.withdrawals`.
    """
    row = tx.first(
        select(consents)
        .where(consents.c.likeness == likeness, consents.c.recorded_at <= moment)
        .order_by(consents.c.version.desc())
        .limit(1)
    )
    return None if row is None else _consent(row)


def versions(tx: Reader, likeness: str) -> tuple[Consent, ...]:
    """Every version, first to last."""
    found = tx.all(select(consents).where(consents.c.likeness == likeness).order_by(consents.c.version))
    return tuple(_consent(row) for row in found)


def leaf(tx: Reader, consent: str) -> log.LeafRef | None:
    """Where in the log a consent stands."""
    row = tx.first(select(consents.c.leaf).where(consents.c.id == consent))
    return None if row is None else log.LeafRef(row["leaf"])


def _consent(row: RowMapping) -> Consent:
    return domain_of(Consent, row, given_at=row["given_at"] or row["recorded_at"])

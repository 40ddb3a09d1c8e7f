"""Consents: what owners allow, in versions, each a leaf of the log."""

from datetime import datetime

from sqlalchemy import RowMapping, func, select

from greenroom.domain.base import salted_digest
from greenroom.domain.consents import Consent
from greenroom.errors import NotFound
from ledger import log, statements
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import consents


def add(tx: Writer, consent: Consent, signed: bytes | None = None) -> log.LeafRef:
    """Record a version of a consent with its leaf: the hash of its `signed` statement, which its receipt rests on.

    Without one the leaf is the row's own hash, and the consent has no receipt. Raises `LedgerRefused` when the
    likeness has that version.
    """
    hashed = salted_digest(consent.salt, consent) if signed is None else statements.hash_of(signed)
    leaf = log.append(tx, log.Kind.CONSENT, hashed, consent.recorded_at)
    tx.insert(consents, row_of(consents, consent, leaf=leaf.index, signed=signed))
    return leaf


def signed(tx: Reader, consent: str) -> bytes | None:
    """The signed statement of a consent; None for one recorded without."""
    row = tx.first(select(consents.c.signed).where(consents.c.id == consent))
    return None if row is None else row["signed"]


def leaf_hash(row: RowMapping) -> str | None:
    """What the leaf of a consent's row should hold (hex); None for a row that is not what its statement says."""
    consent = _consent(row)
    if row["signed"] is not None:
        said = statements.said(row["signed"])
        return statements.hash_of(row["signed"]) if said == statements.digest_of(consent) else None
    if row["given_at"] is None:  # recorded by the first release: the form that consents had then
        first = consent.model_dump(mode="json", exclude={"given_at"}) | {"approved": []}
        return salted_digest(consent.salt, first)
    return salted_digest(consent.salt, consent)


def by_id(tx: Reader, consent: str) -> Consent | None:
    row = tx.first(select(consents).where(consents.c.id == consent))
    return None if row is None else _consent(row)


def in_force(tx: Reader, likeness: str, moment: datetime | None = None) -> Consent | None:
    """The last version recorded by `moment`, expired or not: the gate judges the expiry, so that it can name it.

    Without a moment it is the last this transaction sees: another machine's clock may be ahead, and what it committed
    holds all the same.

    Whether the likeness is withdrawn is asked of `ledger.withdrawals`.
    """
    query = select(consents).where(consents.c.likeness == likeness)
    if moment is not None:
        query = query.where(consents.c.recorded_at <= moment)
    row = tx.first(query.order_by(consents.c.version.desc()).limit(1))
    return None if row is None else _consent(row)


def versions(tx: Reader, likeness: str) -> tuple[Consent, ...]:
    """Every version, first to last."""
    found = tx.all(select(consents).where(consents.c.likeness == likeness).order_by(consents.c.version))
    return tuple(_consent(row) for row in found)


def newest_version(tx: Reader, likeness: str) -> int:
    """The number of the last version, whether or not its row can be read; 0 when there is none."""
    return tx.number(select(func.coalesce(func.max(consents.c.version), 0)).where(consents.c.likeness == likeness))


def statement_hash(tx: Reader, consent: str) -> str:
    """What the log keeps of a consent (hex). Raises `NotFound` for one that is not in it."""
    found = leaf(tx, consent)
    if found is None:
        raise NotFound(f"no consent has the id {consent}", "greenroom audit gaps says what the ledger lost.")
    return log.leaf(tx, found.index).hash


def hash_by_row(tx: Reader, consent: str) -> str | None:
    """What the leaf of a consent should hold by its row (hex); None for a row that is not what its statement says."""
    row = tx.first(select(consents).where(consents.c.id == consent))
    return None if row is None else leaf_hash(row)


def leaf(tx: Reader, consent: str) -> log.LeafRef | None:
    """Where in the log a consent stands."""
    row = tx.first(select(consents.c.leaf).where(consents.c.id == consent))
    return None if row is None else log.LeafRef(row["leaf"])


def _consent(row: RowMapping) -> Consent:
    return domain_of(Consent, row, given_at=row["given_at"] or row["recorded_at"])

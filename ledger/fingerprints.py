"""Fingerprints: what published clips look like, one row a clip and version of what made it."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from greenroom.domain.removals import Fingerprint
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import fingerprints, publications

_AT_ONCE = 2000  # rows handed out at once


def add(tx: Writer, found: Fingerprint) -> None:
    """Record what a clip looks like; one of this version that is there stays."""
    same = (fingerprints.c.clip == found.clip, fingerprints.c.version == found.version)
    if tx.first(select(fingerprints.c.clip).where(*same)) is None:
        tx.insert(fingerprints, row_of(fingerprints, found))


def of_clip(tx: Reader, clip: str, version: str) -> Fingerprint | None:
    row = tx.first(select(fingerprints).where(fingerprints.c.clip == clip, fingerprints.c.version == version))
    return None if row is None else domain_of(Fingerprint, row)


def every(tx: Reader, version: str) -> Iterator[Fingerprint]:
    """Those of one version, of clips shown or not, in the order they were made."""
    query = select(fingerprints).where(fingerprints.c.version == version)
    query = query.order_by(fingerprints.c.revision, fingerprints.c.clip).execution_options(yield_per=_AT_ONCE)
    for part in tx.connection.execute(query).mappings().partitions():
        yield from (domain_of(Fingerprint, row) for row in part)


def lacking(tx: Reader, version: str) -> tuple[str, ...]:
    """Published clips without a fingerprint of this version, oldest first."""
    there = exists().where(fingerprints.c.clip == publications.c.clip, fingerprints.c.version == version)
    rows = tx.all(select(publications.c.clip).where(~there).order_by(publications.c.revision, publications.c.clip))
    return tuple(row["clip"] for row in rows)

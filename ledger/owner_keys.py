"""Owners' keys: by which public key an account signs its own consents."""

from sqlalchemy import select

from greenroom.domain.base import now
from greenroom.domain.consents import OwnerKey
from ledger import cose
from ledger.database import Reader, Writer
from ledger.rows import domain_of, row_of
from ledger.schema import owner_keys


def note(tx: Writer, account: str, key: cose.PublicKey) -> OwnerKey:
    """Record that an account signs by a key, once. Raises `LedgerRefused` for a key of another account."""
    mine = OwnerKey(id=cose.thumbprint(key).hex(), account=account, public=cose.cose_key(key).hex(), recorded_at=now())
    row = tx.first(select(owner_keys).where(owner_keys.c.id == mine.id, owner_keys.c.account == account))
    if row is not None:
        return domain_of(OwnerKey, row)
    tx.insert(owner_keys, row_of(owner_keys, mine))
    return mine


def of_account(tx: Reader, account: str) -> tuple[OwnerKey, ...]:
    """The keys an account has signed by, oldest first."""
    query = select(owner_keys).where(owner_keys.c.account == account).order_by(owner_keys.c.revision)
    return tuple(domain_of(OwnerKey, row) for row in tx.all(query))

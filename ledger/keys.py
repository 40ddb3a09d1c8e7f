"""Keys of sealed subjects, each wrapped under the installation's key (AES-256-GCM); destroying one erases its data."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import RowMapping, select, update

from greenroom.domain.base import now
from greenroom.errors import SealBroken
from ledger.database import Ledger, Reader
from ledger.keyfiles import read_or_make
from ledger.schema import keys

_BYTES = 32
_NONCE = 12  # bytes


def load_installation_key(path: Path) -> bytes:
    """The 32-byte key that wraps all others, made with mode 600 on first use. Raises `SealBroken` for another size."""
    return read_or_make(path, lambda: os.urandom(_BYTES), _BYTES)


class Keyring:
    """The keys of subjects: a brief's, or a likeness's."""

    def __init__(self, ledger: Ledger, installation_key: bytes) -> None:
        self._ledger = ledger
        self._wrapping = AESGCM(installation_key)

    def key(self, subject: str) -> bytes:
        """The 32-byte key of a subject, made on first use. Raises `SealBroken` when it was destroyed."""
        with self._ledger.read() as reader:
            row = _row(reader, subject)
        if row is None:
            with self._ledger.write() as writer:
                row = _row(writer, subject)  # another process may have made it meanwhile
                if row is None:
                    fresh = os.urandom(_BYTES)
                    writer.insert(keys, {"subject": subject, "wrapped": self._wrap(fresh, subject), "made_at": now()})
                    return fresh
        return self._unwrap(row, subject)

    def destroy(self, subject: str) -> None:
        """Erase a subject's key for ever: what is sealed under it can never be read, nor a new key be made."""
        with self._ledger.write() as writer:
            moment = now()
            gone = {"wrapped": None, "destroyed_at": moment}
            if _row(writer, subject) is None:
                writer.insert(keys, {"subject": subject, "made_at": moment, **gone})
            else:
                mine = update(keys).where(keys.c.subject == subject, keys.c.destroyed_at.is_(None))
                writer.execute(mine.values(**gone))
        self._ledger.scrub()

    def _wrap(self, key: bytes, subject: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, key, subject.encode())

    def _unwrap(self, row: RowMapping, subject: str) -> bytes:
        wrapped: bytes | None = row["wrapped"]
        if wrapped is None:
            raise SealBroken(
                f"the key of {subject} was destroyed on {row['destroyed_at']:%Y-%m-%d}",
                "What was sealed under it is erased on purpose and cannot be read again.",
            )
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject.encode())
        except InvalidTag as error:
            raise SealBroken(
                f"the key of {subject} does not unwrap with this installation's key",
                "Put back the keys/installation.key the ledger was made with.",
            ) from error


def _row(tx: Reader, subject: str) -> RowMapping | None:
    return tx.first(select(keys).where(keys.c.subject == subject))

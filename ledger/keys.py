"""Keys of sealed subjects, each wrapped under the installation's key (AES-256-GCM); destroying one erases its data.

What the ledger says was withdrawn or erased stays closed even where a key is still, or again, there: between the
withdrawal's commit and the key's destruction, and after a backup of keys was put back.
"""

import os
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from greenroom.domain.base import now
from greenroom.errors import Erased, SealBroken
from ledger import erasures, likenesses
from ledger.database import Ledger
from ledger.keyfiles import read_or_make
from ledger.keystore import KeyStore, WrappedKey

_BYTES = 32
_NONCE = 12  # bytes


def load_installation_key(path: Path) -> bytes:
    """The 32-byte key that wraps all others, made with mode 600 on first use. Raises `SealBroken` for another size."""
    return read_or_make(path, lambda: os.urandom(_BYTES), _BYTES)


class Keyring:
    """The keys of subjects: a brief's, a likeness's, or a takedown's. The ledger says which may never be used again."""

    def __init__(self, ledger: Ledger, store: KeyStore, installation_key: bytes) -> None:
        self._ledger = ledger
        self._store = store
        self._wrapping = AESGCM(installation_key)

    def key(self, subject: str) -> bytes:
        """The 32-byte key of a subject, made on first use.

        Raises `Erased` when it was destroyed, or when its subject was withdrawn or erased.
        """
        # 1. The ledger forbids it.
        with self._ledger.read() as tx:
            why = erasures.forbids(tx, subject)
        if why is not None:
            raise Erased(why, "What was sealed under its key is erased on purpose and cannot be read again.")
        # 2. The key that is there, or a new one.
        found = self._store.get(subject)
        if found is None:
            found = self._store.put(subject, self._wrap(os.urandom(_BYTES), subject))
        return self._unwrap(found)

    def destroy(self, *subjects: str) -> None:
        """Erase subjects' keys for ever: what is sealed under them can never be read, nor new keys be made."""
        self._store.destroy(*subjects)

    def forgotten(self) -> tuple[str, ...]:
        """Likenesses with a key that nothing in the ledger names: a filing was killed between its key and its row.

        Of the last two days but one hour: a filing takes seconds, and the sweep that asks runs more often.
        """
        moment = now()
        found = self._store.made("li-", moment - timedelta(days=2), moment - timedelta(hours=1))
        with self._ledger.read() as tx:
            return tuple(one for one in found if not likenesses.filed(tx, one))

    def _wrap(self, key: bytes, subject: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._wrapping.encrypt(nonce, key, subject.encode())

    def _unwrap(self, found: WrappedKey) -> bytes:
        if found.wrapped is None:
            raise Erased(
                f"the key of {found.subject} was destroyed on {found.destroyed_at:%Y-%m-%d}",
                "What was sealed under it is erased on purpose and cannot be read again.",
            )
        try:
            return self._wrapping.decrypt(found.wrapped[:_NONCE], found.wrapped[_NONCE:], found.subject.encode())
        except InvalidTag as error:
            raise SealBroken(
                f"the key of {found.subject} does not unwrap with this installation's key",
                "Put back the keys/installation.key the ledger was made with.",
            ) from error

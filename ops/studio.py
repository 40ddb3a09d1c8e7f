"""An open installation: settings, ledger, store, keys and policy, joined here and nowhere else.

Only `ops` joins the store's sealed blobs with the ledger's wrapped keys.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from greenroom.domain.base import BlobRef, Frozen, canonical
from greenroom.errors import Unavailable
from greenroom.seal import seal, unseal
from greenroom.settings import Settings
from greenroom.store import Store
from ledger import log_file
from ledger.database import Ledger
from ledger.keys import Keyring, load_installation_key
from ledger.keystore import KeyStore
from moderation.policy import Policy, load_policy

Document = TypeVar("Document", bound=Frozen)
WORK = "work"  # folder of the home folder: what codecs write while they work
_SETTLED = 60.0  # seconds since a folder changed, after which it is locked if anyone works in it


@dataclass(frozen=True, slots=True)
class Studio:
    """What every operation is handed. Open it with `open_studio`; it may be shared between threads."""

    settings: Settings
    ledger: Ledger
    store: Store
    keyring: Keyring
    policy: Policy

    def put_sealed(self, data: bytes, media_type: str, subject: str) -> BlobRef:
        """Store `data` sealed under the key of `subject` (a brief, or a likeness)."""
        return self.store.put(seal(self.keyring.key(subject), data, subject), media_type, sealed_for=subject)

    def get(self, ref: BlobRef) -> bytes:
        """The content of a blob, unsealed if it was sealed. Raises what the store and the seal raise.

        What was erased on purpose is `Erased`, whether or not its blob is still there.
        """
        if ref.sealed_for is None:
            return self.store.get(ref)
        key = self.keyring.key(ref.sealed_for)
        return unseal(key, self.store.get(ref), ref.sealed_for)

    def put_document(self, document: Frozen, subject: str) -> BlobRef:
        """Store a domain document sealed, as canonical JSON."""
        return self.put_sealed(canonical(document), "application/json", subject)

    def get_document(self, ref: BlobRef, kind: type[Document]) -> Document:
        """Read a domain document back as the type it was."""
        return kind.model_validate_json(self.get(ref))

    def unsealed(self, ref: BlobRef) -> BlobRef:
        """A plain copy of a sealed blob: what publication does with a clip's files."""
        return self.store.put(self.get(ref), ref.media_type)


@contextmanager
def open_studio(settings: Settings) -> Iterator[Studio]:
    """Open the installation, made on first use. Raises `Unavailable`, `LedgerUnavailable` or `StoreUnavailable`."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        settings.keys.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"the home folder {settings.home} cannot be used: {error.strerror}",
            "Set GREENROOM_HOME to a folder that this user may write.",
        ) from error
    with (
        closing(KeyStore.open(settings.keystore, apart_from=settings.ledger)) as keys,
        closing(Ledger.open(settings.ledger, settings.installation, keys.adopt)) as ledger,
    ):
        with ledger.read() as tx:
            log_file.require_not_behind(tx, settings.log)  # an older copy was put in its place
        key = load_installation_key(settings.keys / "installation.key")
        yield Studio(settings, ledger, Store(settings.store), Keyring(ledger, keys, key), load_policy())


@contextmanager
def work_folder(studio: Studio) -> Iterator[Path]:
    """A folder for files a codec must write, gone afterwards whatever happens.

    What a killed process leaves there is swept (`ops.erase`): its lock on the folder died with it.
    """
    parent = studio.settings.home / WORK
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent) as folder, _held(Path(folder)):
        yield Path(folder)


def abandoned(studio: Studio) -> tuple[Path, ...]:
    """Work folders whose process is gone."""
    found = []
    for folder in sorted((studio.settings.home / WORK).glob("*/")):
        with suppress(FileNotFoundError, BlockingIOError):
            fresh = time.time() - folder.stat().st_mtime < _SETTLED
            with _held(folder, wait=False):
                found += [] if fresh else [folder]
    return tuple(found)


@contextmanager
def _held(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock on a folder. Raises `BlockingIOError` when another process does and it is not waited for."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)

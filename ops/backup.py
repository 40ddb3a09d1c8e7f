"""Backups: data in one place, keys in another for seven days at most, so that what was withdrawn stays erased.

A data backup holds the ledger, the store and the log, and nothing that opens a sealed blob. A key backup holds nothing
but keys. Neither brings back what was taken back: `ops.restore` replays withdrawals before anything is opened.
"""

import shutil
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from greenroom.domain.base import Frozen, now
from greenroom.errors import BadInput, BlobMissing, Unavailable
from greenroom.store import Store
from ledger import log_file
from ledger.copies import copied
from ledger.keystore import KeyStore
from ops.checkpoint import publish_checkpoint
from ops.studio import Studio
from ops.sweep import keep_log

KEPT = timedelta(days=7)  # that a key backup may be put back; older ones are deleted with each new one
LEDGER, STORE, LOG, KEYS = "ledger.db", "store", "log", "keys.db"
_STAMP = "keys-%Y%m%dT%H%M%SZ"


class DataBackup(Frozen):
    """What a data backup came to. `ledger_command`: how the operator copies a ledger that is no SQLite file."""

    revision: int
    leaves: int
    blobs: int  # copied now
    pruned: int  # blobs erased here, and so in the backup too
    ledger_command: str | None


class KeyBackup(Frozen):
    folder: str
    keys: int
    removed: tuple[str, ...]  # older backups of keys


def backup_data(studio: Studio, folder: Path) -> DataBackup:
    """Copy ledger, store and log into `folder`, while the studio works; blobs that are there already stay.

    Blobs that the store erased are erased in the backup too. Raises `BadInput` for a folder inside the home folder's
    keys, `Unavailable` when it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        publish_checkpoint(studio)
        with studio.ledger.read() as tx:
            leaves = log_file.export(tx, folder / LOG)
            revision = tx.revision
        keep_log(studio)
        # The ledger before the store: every blob it refers to is there, or is erased by now.
        copied_ledger = copied(studio.settings.ledger, folder / LEDGER)
        blobs, pruned = mirror(studio.store, Store(str(folder / STORE)))
    except OSError as error:
        raise Unavailable(f"{folder} cannot be written: {error}", "Choose a folder this user may write.") from error
    command = None if copied_ledger else f"pg_dump --format=custom --file={folder / 'ledger.dump'} LEDGER_URL"
    return DataBackup(revision=revision, leaves=leaves, blobs=blobs, pruned=pruned, ledger_command=command)


def backup_keys(studio: Studio, folder: Path, moment: datetime | None = None) -> KeyBackup:
    """Copy every key into a folder of its own under `folder`, named by the moment; delete those older than `KEPT`.

    Raises `BadInput` for a folder that holds a data backup: together they are a copy that can be read for ever.
    """
    at = moment or now()
    if (folder / LEDGER).exists() or (folder / STORE).exists():
        raise BadInput(f"{folder} holds a data backup", "Keys are kept apart from data: choose another place.")
    place = folder / at.strftime(_STAMP)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(KeyStore.open(studio.settings.keystore)) as keys, closing(_copy(place)) as kept:
        rows = keys.every()
        kept.adopt([asdict(row) for row in rows])
    for path in key_files(studio.settings.keys):
        there = place / path.relative_to(studio.settings.keys)
        there.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(path, there)
    removed = tuple(one for one in key_backups(folder) if at - made_at(one) > KEPT)
    for one in removed:
        shutil.rmtree(one)
    return KeyBackup(folder=str(place), keys=len(rows), removed=tuple(one.name for one in removed))


def key_files(folder: Path) -> tuple[Path, ...]:
    """The files of keys in a folder: the installation's own, of the log, of marks, and the signing chain's below it."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(KEYS))
    return tuple(sorted(files))


def key_backups(folder: Path) -> tuple[Path, ...]:
    """The backups of keys in a folder, oldest first."""
    return tuple(sorted(path for path in folder.glob("keys-*Z") if path.is_dir()))


def made_at(backup: Path) -> datetime:
    """When a backup of keys was made: its name says so. Raises `BadInput` for another folder."""
    try:
        return datetime.strptime(backup.name, _STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInput(f"{backup} is no backup of keys", "greenroom backup keys DIR makes one.") from error


def _copy(place: Path) -> KeyStore:
    return KeyStore.open(f"sqlite:///{place / KEYS}")


def mirror(source: Store, target: Store) -> tuple[int, int]:
    """Bring `target` to the blobs of `source`, each verified as it is read: how many were copied, how many erased."""
    blobs = pruned = 0
    for prefix in (f"{number:02x}" for number in range(256)):
        there, here = set(source.blobs(prefix)), set(target.blobs(prefix))
        for ref in there - here:
            with suppress(BlobMissing):  # erased meanwhile
                target.put(source.get(ref), ref.media_type)
                blobs += 1
        for ref in here - there:
            target.delete(ref)
            pruned += 1
    return blobs, pruned

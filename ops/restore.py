"""Restoring: what was taken back stays taken back, whichever copies come together.

A ledger that lacks leaves of a checkpoint that was handed out is refused. Keys older than seven days are not put back,
and before anything is opened, every key of what the ledger says was withdrawn or erased is destroyed.
"""

import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from greenroom.domain.base import BlobRef, Frozen, now
from greenroom.errors import BadInput
from greenroom.settings import Settings
from greenroom.store import Store
from ledger import checkpoints, clips, erasures, log_file, media, publications
from ledger.database import Ledger, Reader
from ledger.keystore import KeyStore
from ops.backup import KEPT, KEYS, LEDGER, LOG, STORE, key_backups, key_files, made_at

_LOG_KEY = "log.key"


class DataRestored(Frozen):
    """What a restore of data came to. `closed`: keys destroyed because their subject was withdrawn or erased."""

    revision: int
    blobs: int
    left_out: int  # blobs of what was erased
    closed: int


class KeysRestored(Frozen):
    backup: str
    keys: int
    closed: int


def restore_data(settings: Settings, folder: Path, logs: Iterable[Path] = ()) -> DataRestored:
    """Put a data backup in place of an installation that has no ledger, over what is left of its store.

    `logs` are further folders with the log's files (of a newer backup, or that an auditor kept); the installation's own
    is always asked. Raises `LogInconsistent` for a ledger that is behind one of them, `BadInput` for a folder that is
    no backup or an installation that has a ledger.
    """
    # 1. There is a backup, a place for it, and the key by which checkpoints are known.
    place = _ledger_file(settings)
    if not (folder / LEDGER).is_file():
        raise BadInput(f"{folder} holds no {LEDGER}", "Name a folder that greenroom backup data made.")
    if place.exists():
        raise BadInput(f"{place} is there already", "Move it aside first: restoring replaces nothing.")
    if not (settings.keys / _LOG_KEY).exists():
        raise BadInput(
            f"{settings.keys / _LOG_KEY} is not there", "Restore the keys first: greenroom restore keys DIR."
        )
    verifier = checkpoints.load_signer(settings.keys / _LOG_KEY, settings.installation).verifier
    # 2. A copy of it is as long as every log that was handed out.
    partial = place.with_name(f"{place.name}.restoring")
    partial.unlink(missing_ok=True)
    shutil.copyfile(folder / LEDGER, partial)
    try:
        with (
            closing(KeyStore.open(settings.keystore)) as keys,
            closing(Ledger.open(f"sqlite:///{partial}", settings.installation, keys.adopt)) as ledger,
            ledger.read() as tx,
        ):
            for one in (settings.log, folder / LOG, *logs):
                log_file.require_not_behind(tx, one, verifier)
            # 3. What it says was taken back is closed before anything can be opened.
            closed = _close(tx, keys)
            # 4. Its blobs, but for those of what was erased.
            gone = {ref.sha256 for ref in _erased(tx)}
            blobs, left_out = _fill(Store(str(folder / STORE)), Store(settings.store), gone)
            revision = tx.revision
        partial.replace(place)
        shutil.rmtree(settings.index, ignore_errors=True)  # made of the ledger that was there before
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return DataRestored(revision=revision, blobs=blobs, left_out=left_out, closed=closed)


def restore_keys(settings: Settings, folder: Path, moment: datetime | None = None) -> KeysRestored:
    """Put back the newest backup of keys in `folder` (or the one it is), if it is not older than seven days.

    A key that was destroyed here stays destroyed. Raises `BadInput` for an older backup, or where this installation has
    other key files than the backup.
    """
    # 1. The newest, if it is young enough.
    found = key_backups(folder) or (folder,)
    backup, at = found[-1], moment or now()
    if not (backup / KEYS).is_file():
        raise BadInput(f"{folder} holds no backup of keys", "greenroom backup keys DIR makes one.")
    age = at - made_at(backup)
    if age > KEPT:
        raise BadInput(
            f"{backup.name} is {age.days} days old; keys older than {KEPT.days} days are not put back",
            "What was sealed under them is lost, as promised to those who took it back: use a newer backup.",
        )
    # 2. The files, where there are none; never over others.
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {path: settings.keys / path.relative_to(backup) for path in key_files(backup)}
    for path, there in files.items():
        if there.exists() and there.read_bytes() != path.read_bytes():
            raise BadInput(f"{there} differs from the backup's", "It belongs to another installation: move it aside.")
    for path, there in files.items():
        if not there.exists():
            there.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copy2(path, there)
    # 3. The keys, and at once without those of what was taken back.
    with closing(KeyStore.open(settings.keystore)) as keys:
        with closing(KeyStore.open(f"sqlite:///{backup / KEYS}")) as kept:
            rows = kept.every()
        keys.adopt([asdict(row) for row in rows])
        closed = 0
        if settings.ledger_url or _ledger_file(settings).exists():
            with (
                closing(Ledger.open(settings.ledger, settings.installation, keys.adopt)) as ledger,
                ledger.read() as tx,
            ):
                closed = _close(tx, keys)
    return KeysRestored(backup=backup.name, keys=len(rows), closed=closed)


def _close(tx: Reader, keys: KeyStore) -> int:
    """Destroy every key whose subject was withdrawn or erased; how many were still there."""
    forbidden = set(erasures.forbidden(tx))
    open_still = [one.subject for one in keys.every() if one.wrapped is not None and one.subject in forbidden]
    if open_still:
        keys.destroy(*open_still)
    return len(open_still)


def _erased(tx: Reader) -> Iterable[BlobRef]:
    """The blobs of all that was withdrawn or erased: an older copy of the store may still have them."""
    for subject in erasures.forbidden(tx):
        yield from media.sealed_of_brief(tx, subject)
        yield from media.sealed_of_likeness(tx, subject)
        clip = clips.by_brief(tx, subject)
        if clip is not None:
            yield from publications.unshared(tx, media.published(tx, subject), clip.id)


def _fill(source: Store, target: Store, without: set[str]) -> tuple[int, int]:
    blobs = left_out = 0
    for prefix in (f"{number:02x}" for number in range(256)):
        for ref in source.blobs(prefix):
            if ref.sha256 in without:
                left_out += 1
            elif not target.has(ref):
                target.put(source.get(ref), ref.media_type)
                blobs += 1
    return blobs, left_out


def _ledger_file(settings: Settings) -> Path:
    prefix = "sqlite:///"
    if not settings.ledger.startswith(prefix):
        raise BadInput(
            "the ledger is no SQLite file, so it is not restored here",
            "pg_restore --dbname=LEDGER_URL ledger.dump restores it; then greenroom doctor holds it against its log.",
        )
    return Path(settings.ledger.removeprefix(prefix))

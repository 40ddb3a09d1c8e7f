"""Whatever copies come together, what was taken back stays closed; a ledger that is behind its log is refused."""

import shutil
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from greenroom.domain.base import now
from greenroom.errors import BadInput, Erased, LogInconsistent
from greenroom.settings import Settings
from ledger import log
from ledger.keystore import KeyStore
from ops.backup import KEYS, LEDGER, STORE, backup_data, backup_keys
from ops.credentials.chain import ensure_chain
from ops.likenesses import withdraw
from ops.restore import restore_data, restore_keys
from ops.studio import Studio, open_studio
from ops.sweep import sweep
from ops.watermark.key import mark_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ops.taking_back.conftest import Stock


def wrapped(url: str) -> dict[str, bytes | None]:
    with closing(KeyStore.open(url)) as keys:
        return {one.subject: one.wrapped for one in keys.every()}


def lost(settings: Settings, *, keys: bool = False) -> None:
    """The machine's disk lost its databases and files; `keys`: those too."""
    for path in settings.home.glob("ledger.db*"):
        path.unlink()
    shutil.rmtree(settings.store)
    if keys:
        shutil.rmtree(settings.keys)


def test_what_is_backed_up_comes_back_and_no_key_is_with_the_data(
    settings: Settings, stock_of: "Callable[[Studio], Stock]", tmp_path: Path
) -> None:
    data, keys = tmp_path / "data", tmp_path / "keys"
    with open_studio(settings) as studio:
        stock = stock_of(studio)
        tom = stock.likeness("tom", stock.account("ada"))
        shown = stock.published(stock.account("bob"), tom)
        first = backup_data(studio, data)
        assert (first.leaves, first.pruned, first.ledger_command) == (2, 0, None)
        assert backup_data(studio, data).blobs == 0, "the second copies what is new"
        assert backup_keys(studio, keys).keys == 2
    held = [path for path in wrapped(settings.keystore).values() if path is not None]
    copied = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert not any(one in copied for one in held)
    assert (settings.keys / "installation.key").read_bytes() not in copied

    lost(settings, keys=True)
    settings.index.mkdir()
    with pytest.raises(BadInput, match="Restore the keys first"):
        restore_data(settings, data)
    assert restore_keys(settings, keys).keys == 2
    assert restore_data(settings, data).left_out == 0
    assert not settings.index.exists(), "it was made of the ledger that is lost"
    with pytest.raises(BadInput, match="there already"):
        restore_data(settings, data)
    with open_studio(settings) as studio:
        assert studio.get(tom[0].capture) == b"capture of tom"
        assert studio.get(shown.marked.file).startswith(b"file")


def test_marks_are_read_and_clips_trusted_after_a_restore(settings: Settings, studio: Studio, tmp_path: Path) -> None:
    clip = bytes(range(8))
    root, tile = ensure_chain(settings).root, mark_key(settings).tile(clip)
    backup_keys(studio, tmp_path / "keys")
    shutil.rmtree(settings.keys)
    restore_keys(settings, tmp_path / "keys")
    assert ensure_chain(settings).root == root
    assert (mark_key(settings).tile(clip) == tile).all()


def test_a_signing_key_of_another_installation_is_never_written_over(
    settings: Settings, studio: Studio, tmp_path: Path
) -> None:
    ensure_chain(settings)
    backup_keys(studio, tmp_path / "keys")
    shutil.rmtree(settings.keys / "credentials")
    ensure_chain(settings)
    with pytest.raises(BadInput, match="differs from the backup's"):
        restore_keys(settings, tmp_path / "keys")


def test_an_old_key_backup_opens_nothing_that_was_withdrawn_since(
    settings: Settings, stock_of: "Callable[[Studio], Stock]", tmp_path: Path
) -> None:
    with open_studio(settings) as studio:
        stock = stock_of(studio)
        ada = stock.account("ada")
        tom, luna = stock.likeness("tom", ada), stock.likeness("luna", ada)
        shown = stock.published(stock.account("bob"), tom)
        backup_keys(studio, tmp_path / "keys")
        capture = studio.store.get(tom[0].capture)
        withdraw(studio, "tom", ada, "")
        sweep(studio)
    shutil.rmtree(settings.keys)
    answer = restore_keys(settings, tmp_path / "keys")
    assert (answer.keys, answer.closed) == (3, 2), "the likeness's key and its clip's"
    left = wrapped(settings.keystore)
    assert left[tom[0].id] is None
    assert left[shown.brief] is None
    with open_studio(settings) as studio:
        assert studio.get(luna[0].capture) == b"capture of luna"
        studio.store.put(capture, "image/jpeg")  # as an old copy of the store would
        with pytest.raises(Erased):
            studio.get(tom[0].capture)
    # And where somebody puts the file there by hand, behind the ledger's back:
    (backup,) = (tmp_path / "keys").iterdir()
    for path in settings.keys.glob("keys.db*"):
        path.unlink()
    shutil.copy(backup / KEYS, settings.keys / KEYS)
    assert wrapped(settings.keystore)[tom[0].id] is not None
    with open_studio(settings) as studio, pytest.raises(Erased, match="was withdrawn"):
        studio.get(tom[0].capture)


def test_keys_older_than_seven_days_are_deleted_and_refused(
    settings: Settings, studio: Studio, stock: "Stock", tmp_path: Path
) -> None:
    stock.likeness("tom", stock.account("ada"))
    keys, today = tmp_path / "keys", now()
    for days in (8, 6, 0):
        made = backup_keys(studio, keys, today - timedelta(days=days))
    assert len(made.removed) == 1
    assert len(list(keys.iterdir())) == 2
    with pytest.raises(BadInput, match="8 days old"):
        restore_keys(settings, keys, today + timedelta(days=8, minutes=1))
    assert restore_keys(settings, keys, today + timedelta(days=6)).keys == 1
    backup_data(studio, tmp_path / "data")
    with pytest.raises(BadInput, match="holds a data backup"):
        backup_keys(studio, tmp_path / "data")


def test_an_older_ledger_is_refused_and_its_lost_leaves_are_named(
    settings: Settings, stock_of: "Callable[[Studio], Stock]", tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with open_studio(settings) as studio:
        stock = stock_of(studio)
        ada = stock.account("ada")
        tom = stock.likeness("tom", ada)
        backup_data(studio, old)
        withdraw(studio, "tom", ada, "")
        sweep(studio)
        backup_data(studio, new)
    lost(settings)
    with pytest.raises(LogInconsistent, match=r"1 leaves, but a checkpoint of 2 .* leaf 1 \(withdrawal"):
        restore_data(settings, old)
    assert not (settings.home / "ledger.db").exists(), "nothing is half restored"
    shutil.move(settings.log, tmp_path / "log")  # the installation's own copy of the log is lost too
    with pytest.raises(LogInconsistent, match=r"leaf 1 \(withdrawal"):
        restore_data(settings, old, [new / "log"])
    # Put there by hand, it is refused when anything opens it.
    shutil.move(tmp_path / "log", settings.log)
    shutil.copy(old / LEDGER, settings.home / "ledger.db")
    with pytest.raises(LogInconsistent, match="a checkpoint of 2 was handed out"), open_studio(settings):
        pass
    (settings.home / "ledger.db").unlink()
    assert restore_data(settings, new).closed == 0
    with open_studio(settings) as studio:
        with studio.ledger.read() as tx:
            assert log.size(tx) == 2
        with pytest.raises(Erased):
            studio.get(tom[0].capture)


def test_blobs_of_what_was_erased_do_not_come_back_with_an_older_store(
    settings: Settings, stock_of: "Callable[[Studio], Stock]", tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with open_studio(settings) as studio:
        stock = stock_of(studio)
        ada = stock.account("ada")
        shown = stock.published(stock.account("bob"), stock.likeness("tom", ada))
        kept = stock.published(stock.account("bob"))
        backup_data(studio, data)
        shutil.copytree(data / STORE, tmp_path / "older")
        withdraw(studio, "tom", ada, "")
        sweep(studio)
        assert backup_data(studio, data).pruned == 13, "the backup erases too: 2 of the likeness, 8 and 3 of the clip"
    lost(settings)
    shutil.rmtree(data / STORE)
    shutil.move(tmp_path / "older", data / STORE)
    assert restore_data(settings, data).left_out == 13
    with open_studio(settings) as studio:
        assert not studio.store.has(shown.marked.file)
        assert studio.get(kept.marked.captions) == b"WEBVTT"


def test_a_half_written_line_of_the_log_is_mended(settings: Settings, studio: Studio, stock: "Stock") -> None:
    ada = stock.account("ada")
    stock.likeness("tom", ada)
    sweep(studio)
    leaves = settings.log / "leaves.jsonl"
    whole = leaves.read_bytes()
    leaves.write_bytes(whole + b'{"hash":"ab')
    stock.likeness("luna", ada)
    sweep(studio)
    lines = leaves.read_bytes().splitlines()
    assert len(lines) == 2
    assert leaves.read_bytes().startswith(whole)


def test_keys_of_two_databases_come_together(tmp_path: Path) -> None:
    with closing(KeyStore.open(f"sqlite:///{tmp_path / 'a.db'}")) as one:
        one.put("li-1", b"x" * 60)
        with closing(KeyStore.open(f"sqlite:///{tmp_path / 'b.db'}")) as other:
            other.destroy("li-1")
            other.adopt([asdict(row) for row in one.every()])
            assert other.every()[0].wrapped is None, "a destruction here stands whatever a copy says"

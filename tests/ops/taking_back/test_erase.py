"""A withdrawal closes at once and erases within the hour: nothing readable, nothing shared lost, whoever is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from greenroom.domain.base import now
from greenroom.domain.clips import Status
from greenroom.domain.removals import NoticeKind
from greenroom.errors import BlobMissing, Erased, SealBroken
from greenroom.settings import Settings
from ledger import erasures, notices, publications
from ops.erase import erase_due
from ops.likenesses import withdraw
from ops.report import exported
from ops.studio import Studio, work_folder
from ops.trace import trace

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock

KILLED = """
import os, signal, sys
from pathlib import Path
from greenroom.settings import Settings
from greenroom.store import Store
from ops import erase
from ops.studio import open_studio

survives, deleted = int(sys.argv[2]), []
plain = Store.delete

def delete(self, ref):
    deleted.append(ref)
    if len(deleted) > survives:
        os.kill(os.getpid(), signal.SIGKILL)
    plain(self, ref)

Store.delete = delete
erase._THREADS = 1
with open_studio(Settings.load({}, home=Path(sys.argv[1]))) as studio:
    erase.erase_due(studio)
"""


def blobs(studio: Studio) -> int:
    return sum(1 for path in Path(studio.settings.store).rglob("*") if path.is_file())


def test_the_key_is_gone_with_the_withdrawal_and_the_media_with_the_sweep(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom, consent = stock.likeness("tom", ada)
    other = stock.published(bob)
    before = blobs(studio)
    shown = stock.published(bob, (tom, consent))
    remix = stock.published(stock.account("eve"), parent=shown.clip)
    draft, marked = stock.draft(bob, (tom, consent))
    file = exported(studio, shown.clip, "mp4")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a copy for people")

    withdrawal = withdraw(studio, "tom", ada, "enough")
    for ref in (tom.capture, tom.reference):
        with pytest.raises(Erased, match="was withdrawn"):
            studio.get(ref)
    with studio.ledger.read() as tx:
        assert publications.visible(tx, [shown.clip, remix.clip, other.clip]) == {other.clip}
        assert {one.due_at for one in erasures.of_cause(tx, withdrawal.id)} <= {
            one.recorded_at + timedelta(hours=1) for one in erasures.of_cause(tx, withdrawal.id)
        }

    swept = erase_due(studio, "run-9")
    assert swept.overdue == 0
    assert blobs(studio) == before - 2, "what was there before, without the capture and the reference"
    assert not file.exists()
    with pytest.raises(BlobMissing):
        studio.get(shown.marked.file)
    with pytest.raises((BlobMissing, Erased)):
        studio.get(marked.file)
    with pytest.raises(Erased):
        studio.put_sealed(b"made meanwhile by a run that goes on", "video/mp4", draft.id)
    with studio.ledger.read() as tx:
        orders = erasures.of_cause(tx, withdrawal.id)
        assert {one.brief for one in orders} == {None, shown.brief, remix.brief, draft.id}
        done = [erasures.of_order(tx, one.id) for one in orders]
    assert all(one is not None and one.run == "run-9" for one in done)
    # storyboard, master, two stems, four marked files: sealed; three plain copies too
    # where it was published: the fourth, its captions, is the other clip's as well
    assert sorted(one.blobs for one in done if one is not None) == [2, 8, 11, 11]
    assert studio.get(other.marked.captions).startswith(b"WEBVTT")
    found = trace(studio, shown.clip)
    assert (found.status, found.prompt, found.log is not None) == (Status.WITHDRAWN, "prompt 2", True)
    assert erase_due(studio).orders == 0


def test_what_another_visible_clip_refers_to_stays_until_it_goes_too(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom, luna = stock.likeness("tom", ada), stock.likeness("luna", ada)
    first = stock.published(bob, tom, captions="WEBVTT one")
    second = stock.published(bob, luna, captions="WEBVTT one")
    assert first.marked.captions == second.marked.captions
    withdraw(studio, "tom", ada, "")
    erase_due(studio)
    assert studio.get(second.marked.captions) == b"WEBVTT one"
    withdraw(studio, "luna", ada, "")
    erase_due(studio)
    assert not studio.store.has(second.marked.captions)


def test_copies_that_a_killed_publication_left_are_found(studio: Studio, stock: "Stock") -> None:
    ada = stock.account("ada")
    tom = stock.likeness("tom", ada)
    _, marked = stock.draft(stock.account("bob"), tom)
    left = studio.unsealed(marked.file)
    withdraw(studio, "tom", ada, "")
    erase_due(studio)
    assert not studio.store.has(left)


@pytest.mark.parametrize("survives", [0, 3, 9, 14, 21])
def test_a_killed_sweep_is_finished_by_the_next(
    settings: Settings, studio: Studio, stock: "Stock", survives: int
) -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom = stock.likeness("tom", ada)
    shown = stock.published(bob, tom)
    stock.draft(bob, tom)
    withdraw(studio, "tom", ada, "")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(settings.home), str(survives)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert erase_due(studio).overdue == 0
    assert blobs(studio) == 0
    with studio.ledger.read() as tx:
        assert erasures.overdue(tx, now() + timedelta(days=1)) == ()
    assert trace(studio, shown.clip).status is Status.WITHDRAWN


def test_a_process_killed_between_commit_and_destruction_leaves_nothing_readable(
    studio: Studio, stock: "Stock", monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = stock.account("ada")
    tom, _ = stock.likeness("tom", ada)
    with monkeypatch.context() as patched:
        patched.setattr(type(studio.keyring), "destroy", lambda self, *subjects: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            withdraw(studio, "tom", ada, "")
    with pytest.raises(Erased, match="was withdrawn"):
        studio.get(tom.capture)
    erase_due(studio)
    assert not studio.store.has(tom.capture)


def test_makers_are_told_once_each(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom = stock.likeness("tom", ada)
    for _ in range(3):
        stock.published(bob, tom)
    stock.published(ada, tom)
    withdraw(studio, "tom", ada, "")
    with studio.ledger.read() as tx:
        (told,) = notices.of_account(tx, bob.id)
        assert notices.of_account(tx, ada.id) == ()
    assert told.kind is NoticeKind.WITHDRAWN
    assert "3 clips of yours" in told.text


def test_work_folders_of_the_dead_are_swept_and_of_the_living_are_not(studio: Studio) -> None:
    with work_folder(studio) as alive:
        dead = alive.parent / "tmpdead"
        dead.mkdir()
        (dead / "signed.mp4").write_bytes(b"a picture")
        for folder in (dead, alive):
            os.utime(folder, (time.time() - 3600,) * 2)
        erase_due(studio)
        assert alive.exists()
    assert not dead.exists()


def test_the_key_of_a_filing_that_was_killed_is_destroyed_once_it_cannot_go_on(studio: Studio, stock: "Stock") -> None:
    tom, _ = stock.likeness("tom", stock.account("ada"))
    refs = {name: studio.put_sealed(b"a capture", "video/mp4", name) for name in ("li-killed", "li-filing", tom.id)}
    with closing(sqlite3.connect(studio.settings.keys / "keys.db")) as keys, keys:
        long_ago = (now() - timedelta(hours=2)).strftime("%Y-%m-%d %H:%M:%S.%f")
        keys.execute("UPDATE keys SET made_at = ? WHERE subject != 'li-filing'", (long_ago,))
    erase_due(studio)
    with pytest.raises(SealBroken, match="destroyed"):
        studio.get(refs["li-killed"])
    assert studio.get(refs["li-filing"]) == studio.get(refs[tom.id]) == b"a capture"

"""What is current changes by one rename: never half, never while invalid, never by two writers at once."""

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from greenroom.domain.base import now
from greenroom.errors import Unavailable, WarehouseUnavailable
from tests.warehouse.conftest import MakeRows
from warehouse import snapshot
from warehouse.snapshot import Candidate, Current, Writer, current, writing
from warehouse.validation import Expectation, Validation


def valid(candidate: Candidate, success: bool = True) -> Validation:
    one = Expectation(
        name="unique", table="clips", column="id", success=success, expected="unique", observed="2 copies", rows=1
    )
    return Validation(
        files=(candidate.base.name, candidate.recent.name, candidate.after), expectations=(one,), seconds=0
    )


def put(writer: Writer, candidate: Candidate) -> Current:
    return writer.publish(candidate, valid(candidate))


def clips(folder: Path) -> list[int]:
    """How many clips base and recent hold."""
    read = current(folder)
    assert read is not None
    counted = []
    for name in (read.base, read.recent):
        with duckdb.connect(str(folder / name), read_only=True) as connection:
            counted.append(connection.execute("SELECT count(*) FROM clips").fetchall()[0][0])
    return counted


def test_base_then_recent_then_base_again(tmp_path: Path, rows: MakeRows) -> None:
    assert current(tmp_path) is None
    with writing(tmp_path) as writer:
        put(writer, writer.rebuild(rows(1, 3), 13))
        assert clips(tmp_path) == [3, 0]
        assert len(list(tmp_path.iterdir())) == 4, "base, recent, what is current, and the lock"
        put(writer, writer.extend(rows(4, 5), 15))
        put(writer, writer.extend(rows(6, 6), 16))
        assert clips(tmp_path) == [3, 3]
        made = current(tmp_path)
        assert made is not None
        assert (made.base_cursor, made.cursor, made.merge_due) == (13, 16, False)
        writer.publish(writer.merged(), None)
    assert clips(tmp_path) == [6, 0]
    made = current(tmp_path)
    assert made is not None
    assert (made.base_cursor, made.cursor, made.recent_rows) == (16, 16, 0)


def test_a_merge_is_due_by_rows_and_by_share() -> None:
    one = Current(base="b", recent="r", base_cursor=1, cursor=1, base_rows=0, recent_rows=100_001, made_at=now())
    assert one.merge_due
    assert not one.model_copy(update={"base_rows": 10_000_000}).merge_due


def test_what_is_not_valid_is_not_swapped_in(tmp_path: Path, rows: MakeRows) -> None:
    with writing(tmp_path) as writer:
        first = put(writer, writer.rebuild(rows(1, 3), 13))
        bad = writer.extend(rows(4, 5), 15)
        with pytest.raises(WarehouseUnavailable, match=r"clips.id: 2 copies, expected unique"):
            writer.publish(bad, valid(bad, success=False))
        with pytest.raises(WarehouseUnavailable, match="not validated"):
            writer.publish(bad, None)
        with pytest.raises(WarehouseUnavailable, match="other files"):
            writer.publish(bad, Validation(files=("x", "y", 0), expectations=valid(bad).expectations, seconds=0))
        with pytest.raises(WarehouseUnavailable, match="not valid"):
            writer.publish(bad, Validation(files=valid(bad).files, expectations=(), seconds=0))
        writer.discard(bad)
        assert not bad.recent.exists()
        assert bad.base.exists(), "the base of the snapshot that stays"
    assert current(tmp_path) == first


def test_a_crash_before_the_rename_leaves_the_snapshot_before_it(
    tmp_path: Path, rows: MakeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(tmp_path) as writer:
        first = put(writer, writer.rebuild(rows(1, 3), 13))

    def killed(path: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, writing(tmp_path) as writer:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            put(writer, writer.extend(rows(4, 5), 15))
    assert current(tmp_path) == first
    with writing(tmp_path) as writer:
        assert not list(tmp_path.glob("*.partial*"))
        put(writer, writer.extend(rows(4, 5), 15))
    assert clips(tmp_path) == [3, 2]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(Unavailable, match="another process"), writing(tmp_path, wait=0.1):
        pytest.fail("two writers")


def test_files_no_longer_current_go_after_a_grace(tmp_path: Path, rows: MakeRows) -> None:
    with writing(tmp_path) as writer:
        first = put(writer, writer.rebuild(rows(1, 1), 11))
        put(writer, writer.rebuild(rows(1, 2), 12))
        assert (tmp_path / first.base).exists()
    with duckdb.connect(str(tmp_path / first.base), read_only=True) as reader:
        old = time.time() - snapshot.GRACE_SECONDS - 1
        os.utime(tmp_path / first.base, (old, old))
        with writing(tmp_path):
            pass
        assert not (tmp_path / first.base).exists()
        assert reader.execute("SELECT count(*) FROM clips").fetchall() == [(1,)]
    assert clips(tmp_path) == [2, 0]


def test_a_snapshot_of_other_tables_is_not_extended(tmp_path: Path, rows: MakeRows) -> None:
    with writing(tmp_path) as writer:
        made = put(writer, writer.rebuild(rows(1, 1), 11))
        (tmp_path / "current.json").write_text(made.model_copy(update={"shape": "older"}).model_dump_json())
        with pytest.raises(WarehouseUnavailable, match="nothing to extend") as caught:
            writer.extend(rows(2, 2), 12)
    assert "greenroom warehouse rebuild" in caught.value.remedy
    assert snapshot.current_or_none(tmp_path) is None


def test_a_full_disk_is_an_error_that_says_so(tmp_path: Path, rows: MakeRows, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with writing(tmp_path) as writer:
        first = put(writer, writer.rebuild(rows(1, 1), 11))
        monkeypatch.setattr(shutil, "copyfile", full)
        with pytest.raises(WarehouseUnavailable, match="No space left"):
            writer.extend(rows(2, 2), 12)
    assert current(tmp_path) == first


KILLED = """
import os, pathlib, pickle, signal, sys
from warehouse.snapshot import writing
from warehouse import snapshot
folder, rows, when = pathlib.Path(sys.argv[1]), pickle.load(sys.stdin.buffer), sys.argv[2]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if when == "written":
    pathlib.Path.rename = die
elif when == "named":
    pathlib.Path.replace = die
with writing(folder) as writer:
    if when == "writing":
        snapshot.append = die
    writer._write_current(writer.extend(rows, 15).becomes)
"""


@pytest.mark.parametrize("when", ["writing", "written", "named"])
def test_kill_9_at_any_moment_leaves_the_snapshot_before_it(tmp_path: Path, rows: MakeRows, when: str) -> None:
    with writing(tmp_path) as writer:
        first = put(writer, writer.rebuild(rows(1, 3), 13))
    command = [sys.executable, "-c", KILLED, str(tmp_path), when]
    done = subprocess.run(command, input=pickle.dumps(rows(4, 5)), check=False)
    assert done.returncode == -signal.SIGKILL
    assert current(tmp_path) == first
    assert clips(tmp_path) == [3, 0]
    with writing(tmp_path, wait=0) as writer:  # the lock died with its holder
        assert not list(tmp_path.glob("*.partial*"))
        put(writer, writer.extend(rows(4, 5), 15))
    assert clips(tmp_path) == [3, 2]

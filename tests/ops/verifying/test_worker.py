"""The process that reads strangers' files, brought to do its worst: it is ended with its children, and answers."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from greenroom.errors import Unavailable
from ops.credentials.chain import Trust
from ops.verifying.bounds import MIB, Bounds
from ops.verifying.found import Contents, Found, ToRead, Why
from ops.verifying.readers import Reader, Readers

SMALL = Bounds(memory=256 * MIB, processor_seconds=1, seconds=3, answer=64 * 1024)


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    found = Reader("tests.ops.verifying.hostile")
    yield found
    found.close()


def ask(reader: Reader, folder: Path, name: str, bounds: Bounds = SMALL, held: str = "") -> Found:
    file = folder / name
    file.write_text(held or f"what {name} holds")
    return reader.ask(ToRead(file=file, bounds=bounds, trust=Trust(""), secret=None))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("good", Why.DONE),
        ("memory", Why.MEMORY),
        ("spin", Why.TIME),
        ("sleep", Why.TIME),
        ("babble", Why.ANSWER),
        ("segfault", Why.CRASHED),
        ("abort", Why.CRASHED),
    ],
)
def test_it_ends_and_what_it_said_before_counts(reader: Reader, tmp_path: Path, name: str, why: Why) -> None:
    found = ask(reader, tmp_path, name)
    assert found.ended.why is why
    assert found.contents is not None
    assert found.contents.container == f"what {name} holds"
    assert ask(reader, tmp_path, "good").ended.why is Why.DONE, "the next file is read as ever"


def test_what_cannot_be_understood_is_no_answer(reader: Reader, tmp_path: Path) -> None:
    found = ask(reader, tmp_path, "nonsense")
    assert (found.ended.why, found.contents) == (Why.CRASHED, None)
    assert ask(reader, tmp_path, "good").ended.why is Why.DONE


def test_its_children_end_with_it(reader: Reader, tmp_path: Path) -> None:
    ask(reader, tmp_path, "good")
    process = reader._process
    assert process is not None
    before = descendants(process.pid)
    assert ask(reader, tmp_path, "child").ended.why is Why.TIME
    deadline = time.monotonic() + 10
    while descendants(process.pid) != before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert descendants(process.pid) == before == []


@pytest.mark.parametrize("name", ["write", "elsewhere", "connect", "program"])
def test_it_can_neither_write_nor_look_around_nor_connect_nor_start_programs(
    reader: Reader, listener: socket.socket, tmp_path: Path, name: str
) -> None:
    """Where the kernel has Landlock, as every one that is tested on."""
    port = str(listener.getsockname()[1])
    assert ask(reader, tmp_path, name, held=port).ended.why is Why.CRASHED
    assert not Path("/tmp/greenroom-test-written").exists()  # noqa: S108
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("name", ["forge", "past"])
def test_it_cannot_answer_for_the_next_file(reader: Reader, tmp_path: Path, name: str) -> None:
    """Neither by saying that it has ended, nor by a pipe that is not its own."""
    found = ask(reader, tmp_path, name)
    assert found.ended.why is Why.CRASHED
    assert ask(reader, tmp_path, "good").contents == Contents(container="what good holds")


def test_it_is_handed_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = (
        "GREENROOM_LEDGER_URL",
        "GREENROOM_SIGNER_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "PGPASSWORD",
        "PYTHON_X_TOKEN",
    )
    kept = ("PATH", "HOME", "LC_ALL", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "PYTHONHASHSEED", "COVERAGE_PROCESS_START")
    for name in (*secrets, *kept):
        monkeypatch.setenv(name, os.environ.get(name, "0"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    reader = Reader("tests.ops.verifying.hostile")
    names = set((ask(reader, tmp_path, "environment").problem or "").split())
    reader.close()
    assert names & set(secrets) == set()
    assert set(kept) <= names


def test_a_reader_that_died_is_started_anew(tmp_path: Path) -> None:
    reader = Reader("tests.ops.verifying.hostile")
    ask(reader, tmp_path, "good")
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    assert ask(reader, tmp_path, "good").ended.why is Why.DONE
    reader.close()


def test_a_process_that_does_not_start_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not start"):
        ask(Reader("tests.ops.verifying.no_such_module"), tmp_path, "good")


def test_readers_are_shared_and_only_so_many_work_at_once() -> None:
    readers = Readers(at_once=1)
    with (
        readers.reader(0.1),
        pytest.raises(Unavailable, match="too many files"),
        readers.reader(0.1),
    ):
        pass
    with readers.reader(0.1):
        pass


def descendants(pid: int) -> list[int]:
    """Processes that this one made, and those that they made, by what the system says of each."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    found, open_ = [], [pid]
    while open_:
        parent = open_.pop()
        children = [one for one, above in parents.items() if above == parent]
        found += children
        open_ += children
    return found

"""What a stranger's file might bring the process to do that reads it, done for a file of that name.

Run as `python -m tests.ops.verifying.hostile`: the very process that reads files, but for what it answers.
"""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from ops.verifying.found import Contents, Ended, Why
from ops.verifying.worker import Part, Question, run


def _eats_memory() -> None:
    held = []
    while True:
        held.append(bytearray(1 << 24))


def _spins() -> None:
    while True:
        pass


def _sleeps() -> None:
    time.sleep(1000)


def _leaves_a_child() -> None:
    """A child that would outlive it, whose number it leaves where nobody can write: it is told by its name."""
    if os.fork() == 0:
        time.sleep(1000)
    time.sleep(1000)


def _segfaults() -> None:
    ctypes.string_at(0)


def _aborts() -> None:
    os.abort()


def _writes() -> None:
    Path("/tmp/greenroom-test-written").write_text("gone wild")  # noqa: S108


def _reads_elsewhere() -> None:
    Path("/etc/hostname").read_text()


def _connects(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


def _speaks_past() -> None:
    """What it says goes to whatever is open, as the answer about this file and the next."""
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, b'{"part": "ended", "value": {"why": "done"}}\n')
    time.sleep(0.5)
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, b'{"part": "contents", "value": {"container": "what it chose"}}\n')


def _starts_a_program() -> None:
    subprocess.run(["/bin/true"], check=True)


_DEEDS: dict[str, Callable[[], None]] = {
    "memory": _eats_memory,
    "spin": _spins,
    "sleep": _sleeps,
    "child": _leaves_a_child,
    "segfault": _segfaults,
    "abort": _aborts,
    "write": _writes,
    "elsewhere": _reads_elsewhere,
    "past": _speaks_past,
    "program": _starts_a_program,
}


def answered(question: Question) -> Iterator[Part]:
    """First something true, then what the file's name says."""
    held = question.file.read_text()
    yield "contents", Contents(container=held)
    if question.file.name == "babble":
        while True:
            yield "problem", "x" * 1000
    if question.file.name == "nonsense":
        yield "contents", "not what was asked for"
    if question.file.name == "forge":
        yield "ended", Ended(why=Why.DONE)
        time.sleep(0.5)
        yield "contents", Contents(container="what it chose")
    if question.file.name == "environment":
        yield "problem", " ".join(sorted(os.environ))
    if question.file.name == "connect":
        _connects(int(held))
    if question.file.name in _DEEDS:
        _DEEDS[question.file.name]()


if __name__ == "__main__":
    sys.setrecursionlimit(1_000)
    run(answered)

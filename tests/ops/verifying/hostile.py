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
from pathlib import Path

from ops.verifying.found import Contents
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


def _connects() -> None:
    with socket.create_connection(("127.0.0.1", int(os.environ["HOSTILE_PORT"])), timeout=5):
        pass


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
    "connect": _connects,
    "program": _starts_a_program,
}


def answered(question: Question) -> Iterator[Part]:
    """First something true, then what the file's name says."""
    yield "contents", Contents(container=question.file.read_text())
    if question.file.name == "babble":
        while True:
            yield "problem", "x" * 1000
    if question.file.name == "nonsense":
        yield "contents", "not what was asked for"
    if question.file.name in _DEEDS:
        _DEEDS[question.file.name]()


if __name__ == "__main__":
    sys.setrecursionlimit(1_000)
    run(answered)

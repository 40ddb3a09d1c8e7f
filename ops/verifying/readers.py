"""Asking a process of its own what is in a stranger's file, and ending it when it does not answer.

The process is started when it is first needed and kept: it knows the libraries already, and reads each file in a child.
"""

import json
import logging
import os
import select
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

from pydantic import ValidationError

from greenroom.errors import Unavailable
from greenroom.processes import running
from ops.verifying.confinement import handed_down
from ops.verifying.found import Ended, Found, Why
from ops.verifying.worker import ENDED, READY, Question

_STARTING = 300.0  # seconds that the process may take to start; two on a machine that is not busy
_PATIENCE = 30.0  # seconds beyond a question's own, for the process to say how it ended
_AT_ONCE = 2  # files that are read at the same time; more wait
_LINE = 1 << 16
_log = logging.getLogger(__name__)


class Reader:
    """One process, for one file at a time; `module` is what it runs."""

    def __init__(self, module: str = "ops.verifying.worker") -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: Question) -> Found:
        """What the process found. Whatever the file does to it, there is an answer.

        Raises `Unavailable` when the process does not start.
        """
        process = self._running()
        try:
            return _gathered(self._replies(process, question), question.bounds.answer)
        except (OSError, ValueError, EOFError) as error:  # it died, or says nothing that can be understood
            self.close()
            _log.warning("the process that reads files was started anew: %s", error)
            return Found(ended=Ended(why=Why.CRASHED, detail=str(error)[:200]))

    def close(self) -> None:
        """End the process; the next question starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # its child dies with it
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _running(self) -> "subprocess.Popen[bytes]":
        """The process, started and ready. Raises `Unavailable` when it does not start: no file is to blame for that."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            command = running(self._module)
            pipe, environment = subprocess.PIPE, handed_down(os.environ)
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment)
            if self._read(self._process, time.monotonic() + _STARTING) != READY:
                self.close()
                raise Unavailable(
                    "the process that reads files does not start", "Run python -P -m ops.verifying.worker to see why."
                )
        return self._process

    @staticmethod
    def _read(process: "subprocess.Popen[bytes]", deadline: float) -> bytes:
        """Some of what it says; nothing when it ended. Raises `EOFError` when it says nothing in time."""
        if process.stdout is None:
            raise EOFError("the process has no pipes")
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise EOFError("it did not say how it ended")
        return os.read(process.stdout.fileno(), _LINE)

    def _replies(self, process: "subprocess.Popen[bytes]", question: Question) -> Iterator[bytes]:
        """Its lines, up to the one that says how it ended."""
        if process.stdin is None:
            raise EOFError("the process has no pipes")
        process.stdin.write(question.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        deadline, rest = time.monotonic() + question.bounds.seconds + _PATIENCE, b""
        while True:
            data = self._read(process, deadline)
            if not data:
                raise EOFError("it ended")
            *whole, rest = (rest + data).split(b"\n")
            yield from whole
            if whole and whole[-1].startswith(ENDED):
                return


class Readers:
    """A few processes, which many threads share. Nothing of one file is known when the next is read."""

    def __init__(self, at_once: int = _AT_ONCE, reader: Callable[[], Reader] = Reader) -> None:
        self._free = [reader() for _ in range(at_once)]
        self._lock = threading.Lock()
        self._places = threading.Semaphore(at_once)

    @contextmanager
    def reader(self, wait: float) -> Iterator[Reader]:
        """One of them, for this thread. Raises `Unavailable` when none is free within `wait` seconds."""
        if not self._places.acquire(timeout=wait):
            raise Unavailable("too many files are being verified at this moment", "Try again in a minute.")
        with self._lock:
            taken = self._free.pop()  # the one used last, so that others are started only when they are needed
        try:
            yield taken
        finally:
            with self._lock:
                self._free.append(taken)
            self._places.release()

    def close(self) -> None:
        """End those that are not at work."""
        with self._lock:
            for one in self._free:
                one.close()


@cache
def shared() -> Readers:
    """Those of this process. They end with it: their input closes."""
    return Readers()


def _gathered(lines: Iterator[bytes], most: int) -> Found:
    """The parts as one finding. Raises `ValueError` for what is none."""
    parts: dict[str, object] = {}
    size = 0
    for line in lines:
        size += len(line)
        if size > 2 * most:
            raise ValueError("it says more than it may")
        said = json.loads(line)
        if said["part"] == "fault":
            _log.warning("a file could not be read to its end: %s", said["value"])
        else:
            parts[said["part"]] = said["value"]
    try:
        return Found.model_validate(parts)
    except ValidationError as error:
        raise ValueError(f"it says what nobody asked for: {error.errors()[0]['msg']}") from error

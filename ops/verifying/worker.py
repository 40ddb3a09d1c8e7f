"""The process that reads strangers' files. Run as `python -m ops.verifying.worker`.

Its first line says that it is ready. Then one JSON line in for each question, JSON lines out: what was found, part by
part, and last how it ended. Each file is read by a child of its own, which knows the libraries already, is confined
before it opens the file, and is killed with all it started when it is over a bound. Input closed: the process ends.
Nothing else writes to its output.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from pydantic import TypeAdapter

from greenroom.domain.base import Frozen
from ops.verifying.bounds import Bounds
from ops.verifying.confinement import confine, die_with_parent
from ops.verifying.found import Ended, ToHold, ToRead, ToSearch, Why

Question = ToRead | ToSearch | ToHold
Part = tuple[str, Frozen | str]  # the field of `Found` that it is, and its value
QUESTIONS: TypeAdapter[Question] = TypeAdapter(Question)
READY = b"ready\n"  # its first line, unasked
ENDED = b'{"part": "ended"'  # how the last line of an answer begins: no child may say that
_NO_MEMORY, _FAULT = 3, 4  # exit codes of a child


def serve(answered: Callable[[Question], Iterator[Part]], asked: int, replies: int) -> None:
    """Answer the questions that come on the descriptor `asked` until it is closed."""
    os.write(replies, READY)
    with os.fdopen(asked, "rb") as lines:
        for line in lines:
            question = QUESTIONS.validate_json(line)
            ended = _in_a_child(question, answered, replies, lines.fileno())
            _write(replies, ("ended", ended))


def _in_a_child(question: Question, answered: Callable[[Question], Iterator[Part]], replies: int, asked: int) -> Ended:
    said, saying = os.pipe()
    child = os.fork()
    if child == 0:
        for not_its in (said, replies, asked):  # it would answer past `_relay`, for the next file too
            os.close(not_its)
        os._exit(_answer(question, answered, saying))
    os.close(saying)
    with suppress(OSError):
        os.setpgid(child, child)  # the child does the same: whoever is first
    try:
        over = _relay(child, said, replies, question.bounds)
    finally:
        os.close(said)
        for kill in (os.killpg, os.kill):  # what it started, and itself where it has no group yet
            with suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)
        _, status, used = os.wait4(child, 0)
    cost = {"processor_seconds": round(used.ru_utime + used.ru_stime, 3), "memory": used.ru_maxrss * 1024}
    return (over or _ended(status)).model_copy(update=cost)


def _answer(question: Question, answered: Callable[[Question], Iterator[Part]], saying: int) -> int:
    """In the child: its exit code."""
    try:
        os.setpgid(0, 0)
        die_with_parent()
        confine(question.bounds, (question.file, *question.also))
        for part in answered(question):
            _write(saying, part)
    except MemoryError:
        return _NO_MEMORY
    except Exception as error:  # noqa: BLE001  # the edge that reports: whatever a stranger's file does is an answer
        with suppress(OSError):
            _write(saying, ("fault", f"{type(error).__name__}: {error}"[:500]))
        return _FAULT
    return 0


def _relay(child: int, said: int, replies: int, bounds: Bounds) -> Ended | None:
    """Pass on what the child says until it ends; not None when it has to be ended."""
    deadline, size, rest = time.monotonic() + bounds.seconds, 0, b""
    poll = select.poll()
    poll.register(said, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return Ended(why=Why.TIME)
        if not poll.poll(left * 1000):
            continue
        data = os.read(said, 1 << 16)
        if not data:
            return None
        size += len(data)
        if size > bounds.answer:
            return Ended(why=Why.ANSWER)
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            if line.startswith(ENDED):  # whatever it says after that would count for the next file
                return Ended(why=Why.CRASHED, detail="it says that it has ended")
            os.write(replies, line + b"\n")


def _ended(status: int) -> Ended:
    if os.WIFSIGNALED(status):
        number = signal.Signals(os.WTERMSIG(status))
        # what it ended by was settled before its end of the pipe closed: a kill is not ours, but the system's
        why = {signal.SIGXCPU: Why.TIME, signal.SIGKILL: Why.MEMORY}.get(number, Why.CRASHED)
        return Ended(why=why, detail=number.name)
    match os.WEXITSTATUS(status):
        case 0:
            return Ended(why=Why.DONE)
        case code if code == _NO_MEMORY:
            return Ended(why=Why.MEMORY)
        case code:
            return Ended(why=Why.CRASHED, detail=f"exit code {code}")


def _write(descriptor: int, part: Part) -> None:
    name, value = part
    plain = value.model_dump(mode="json") if isinstance(value, Frozen) else value
    data = json.dumps({"part": name, "value": plain}).encode() + b"\n"
    while data:
        data = data[os.write(descriptor, data) :]


def run(answered: Callable[[Question], Iterator[Part]]) -> None:
    """Keep the real output for replies, whatever a library prints goes nowhere; and answer."""
    replies, asked = os.dup(sys.stdout.fileno()), os.dup(sys.stdin.fileno())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    serve(answered, asked, replies)


def main() -> None:
    from ops.verifying.answering import answered, prepare

    prepare()
    run(answered)


if __name__ == "__main__":
    main()

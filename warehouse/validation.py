"""Asking whether new files are fit to be read: the question, the answer, and the worker process that finds it.

Great Expectations takes 5 to 30 s of CPU to import, so it runs in a process of its own (`warehouse.validator`), which
can be started early and imports while a generator works. Whatever keeps it from answering is an error, never a pass.
"""

import queue
import subprocess
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from greenroom.domain.base import Frozen
from greenroom.errors import WarehouseUnavailable
from greenroom.processes import running

ANSWER_SECONDS = 3600.0  # a batch takes two seconds after 12 s of imports; a rebuild 9 s a million rows
_STOP_SECONDS = 5.0
_REMEDY = "What is current is still read. Run make setup if Great Expectations is missing, and run it again."


class Expectation(Frozen):
    """One thing that was expected of a table's new rows, and what was found."""

    name: str
    table: str
    column: str
    success: bool
    expected: str
    observed: str
    rows: int

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.observed}, expected {self.expected}"


class Question(Frozen):
    """Are the rows past revision `after` in these files as they should be?"""

    base: Path
    recent: Path
    after: int


class Validation(Frozen):
    """The answer. `files` says of what: base, recent (names) and the revision past which rows were looked at."""

    files: tuple[str, str, int]
    expectations: tuple[Expectation, ...]
    seconds: float

    @property
    def success(self) -> bool:
        return bool(self.expectations) and all(one.success for one in self.expectations)

    @property
    def failed(self) -> tuple[Expectation, ...]:
        return tuple(one for one in self.expectations if not one.success)


class Answer(Frozen):
    """The worker's line: a validation, or why there is none."""

    validation: Validation | None = None
    error: str | None = None


class Validator:
    """The worker, inside a `with`. Entering returns at once; its imports go on while the caller works.

    It may be asked many times, by one thread at a time.
    """

    def __init__(self, command: tuple[str, ...] = running("warehouse.validator")) -> None:
        self._command = command
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._said: deque[str] = deque(maxlen=5)  # the last it said on standard error
        self._process: subprocess.Popen[str] | None = None
        self._listeners: tuple[threading.Thread, ...] = ()

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(
                self._command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", errors="replace"
            )
        except OSError as error:
            raise WarehouseUnavailable(f"the validator cannot be started: {error}", _REMEDY) from error
        self._process = process
        self._listeners = tuple(
            threading.Thread(target=listen, args=(process,), daemon=True) for listen in (self._hear, self._note)
        )
        for listener in self._listeners:
            listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # it holds nothing that could be lost
        process.wait(_STOP_SECONDS)
        for listener in self._listeners:
            listener.join(_STOP_SECONDS)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def check(self, base: Path, recent: Path, after: int, wait: float = ANSWER_SECONDS) -> Validation:
        """Validate the rows past revision `after` in `base` and `recent` against each other and what is expected.

        Raises `WarehouseUnavailable` when the worker died, failed, or did not answer within `wait` seconds.
        """
        process = self._process
        if process is None or process.stdin is None:
            raise WarehouseUnavailable("the validator is not running", "Use it inside a with block.")
        question = Question(base=base.absolute(), recent=recent.absolute(), after=after)
        try:
            process.stdin.write(question.model_dump_json() + "\n")
            process.stdin.flush()
        except OSError as error:
            raise self._died() from error
        try:
            line = self._answers.get(timeout=wait)
        except queue.Empty:
            process.kill()  # its answer would be taken for the next question's
            raise WarehouseUnavailable(f"the validator did not answer within {wait:.0f} s", _REMEDY) from None
        if line is None:
            raise self._died()
        try:
            answer = Answer.model_validate_json(line)
        except ValidationError as error:
            raise WarehouseUnavailable(f"the validator answered {line[:200]!r}", _REMEDY) from error
        if answer.validation is None:
            raise WarehouseUnavailable(f"the new rows could not be validated: {answer.error}", _REMEDY)
        return answer.validation

    def _died(self) -> WarehouseUnavailable:
        for listener in self._listeners:
            listener.join(_STOP_SECONDS)
        said = " ".join(line.strip() for line in self._said) or "and said nothing"
        return WarehouseUnavailable(f"the validator ended before it answered: {said}", _REMEDY)

    def _hear(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self._answers.put(line)
        self._answers.put(None)

    def _note(self, process: subprocess.Popen[str]) -> None:
        self._said.extend(process.stderr or ())

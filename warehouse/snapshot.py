"""Which files are the warehouse now, and how the next ones take their place.

The folder holds `base-*.duckdb` (almost everything, sorted), `recent-*.duckdb` (what came since) and `current.json`,
which names one of each. No file changes once `current.json` names it: the one writer makes new files beside them and
swaps `current.json` by rename, so readers never wait, and a crash at any moment leaves the snapshot before it.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from greenroom.domain.base import Frozen, digest, now
from greenroom.errors import Unavailable, WarehouseUnavailable
from warehouse.tables import TABLES, Rows
from warehouse.validation import Validation
from warehouse.writing import append, clear_errors, merge

REBUILD = "Run greenroom warehouse rebuild: the warehouse is made anew from the ledger."
SHAPE = digest([table.ddl for table in TABLES])[:16]  # a snapshot of other tables than these cannot be asked
WAIT_SECONDS = 30.0  # for another writer: refreshing after a batch takes about one second
GRACE_SECONDS = 600.0  # that files no longer current stay: a reader may have read `current.json` just before
# Recent is merged into base beyond both: below the first, merging is never worth it; with the second, a row is
# rewritten about ten times in all however large base grows.
RECENT_ROWS = 100_000
RECENT_SHARE = 0.1

_CURRENT, _LOCK, _PARTIAL = "current.json", "lock", ".partial"


class Current(Frozen):
    """What `current.json` says. Cursors are revisions of the ledger."""

    base: str  # file name
    recent: str
    base_cursor: int
    cursor: int
    base_rows: int
    recent_rows: int
    made_at: datetime
    shape: str = SHAPE

    @property
    def merge_due(self) -> bool:
        """Whether recent has grown so large that base should take it in."""
        return self.recent_rows > max(RECENT_ROWS, RECENT_SHARE * self.base_rows)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files that are whole but not current. `after`: rows past this revision were never validated."""

    folder: Path
    becomes: Current
    after: int

    @property
    def base(self) -> Path:
        return self.folder / self.becomes.base

    @property
    def recent(self) -> Path:
        return self.folder / self.becomes.recent


def current(folder: Path) -> Current | None:
    """What is current in `folder`, None when nothing was ever made. Raises `WarehouseUnavailable`."""
    try:
        text = (folder / _CURRENT).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WarehouseUnavailable(f"the warehouse in {folder} cannot be read: {error}", REBUILD) from error
    try:
        return Current.model_validate_json(text)
    except ValidationError as error:
        raise WarehouseUnavailable(f"{folder / _CURRENT} is not what the warehouse wrote", REBUILD) from error


@contextmanager
def writing(folder: Path, wait: float = WAIT_SECONDS) -> Iterator["Writer"]:
    """The one writer of `folder`, which is made when it is new.

    Raises `Unavailable` when another process or thread still writes after `wait` seconds.
    """
    with clear_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    with lock:
        until = time.monotonic() + wait
        while not _locked(lock.fileno()):
            if time.monotonic() >= until:
                raise Unavailable(
                    f"another process has been writing the warehouse in {folder} for more than {wait:.0f} s",
                    "Wait for it to end, and run the same command again.",
                )
            time.sleep(0.05)
        writer = Writer(folder)
        with clear_errors(folder):
            writer.clean()
        yield writer


class Writer:
    """Makes candidates, and swaps a validated one in. Get it from `writing`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def extend(self, rows: Rows, upto: int) -> Candidate:
        """What is current and `rows`, those of the ledger past its cursor up to revision `upto`."""
        old = self._current()
        target = self._fresh("recent", upto)
        with clear_errors(target):
            shutil.copyfile(self.folder / old.recent, _partial(target))
        added = sum(append(_partial(target), rows).values())
        self._whole(target)
        changed = {"recent": target.name, "cursor": upto, "recent_rows": old.recent_rows + added, "made_at": now()}
        return Candidate(self.folder, old.model_copy(update=changed), after=old.cursor)

    def rebuild(self, rows: Rows, upto: int) -> Candidate:
        """Every row of the ledger up to revision `upto`, whatever is current."""
        staged = _partial(self._fresh("staged", upto))
        try:
            append(staged, rows)
            return self._based((staged,), upto, after=0)
        finally:
            staged.unlink(missing_ok=True)

    def merged(self) -> Candidate:
        """The same rows as what is current, all of them in base."""
        old = self._current()
        made = self._based((self.folder / old.base, self.folder / old.recent), old.cursor, after=old.cursor)
        expected = old.base_rows + old.recent_rows
        if made.becomes.base_rows != expected:
            raise WarehouseUnavailable(f"a merged base has {made.becomes.base_rows} rows, expected {expected}", REBUILD)
        return made

    def publish(self, candidate: Candidate, validation: Validation | None) -> Current:
        """Make a candidate current. Raises `WarehouseUnavailable`, and nothing changes, when it is not valid.

        Only a candidate of rows that were validated before (`merged`) needs no validation.
        """
        asked = candidate.base.name, candidate.recent.name, candidate.after
        if validation is None and candidate.after < candidate.becomes.cursor:
            raise WarehouseUnavailable("rows that were not validated are not swapped in", "Validate the candidate.")
        if validation is not None and (not validation.success or validation.files != asked):
            failed = "; ".join(str(one) for one in validation.failed) or f"other files were checked: {validation.files}"
            raise WarehouseUnavailable(
                f"the new rows are not valid, so the snapshot before them stays: {failed}",
                "greenroom audit gaps says what is wrong with the ledger; what is current is still read.",
            )
        with clear_errors(self.folder / _CURRENT):
            before = current_or_none(self.folder)
            self._write_current(candidate.becomes)
            for name in (before.base, before.recent) if before is not None else ():
                (self.folder / name).touch()  # its grace begins
        return candidate.becomes

    def discard(self, candidate: Candidate) -> None:
        """Delete a candidate's files that are not current."""
        kept = current(self.folder)
        for path in (candidate.base, candidate.recent):
            if kept is None or path.name not in (kept.base, kept.recent):
                path.unlink(missing_ok=True)

    def clean(self) -> None:
        """Delete half-written files, and files that have not been current for a while."""
        kept = current_or_none(self.folder)
        names = {kept.base, kept.recent} if kept is not None else set[str]()
        for path in self.folder.iterdir():
            if _PARTIAL in path.name or path.suffix == ".scratch":
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            elif path.suffix == ".spill" and _idle(path) > GRACE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)  # of a reader that was killed; one at work touches it
            elif path.suffix == ".duckdb" and path.name not in names and _idle(path) > GRACE_SECONDS:
                path.unlink(missing_ok=True)  # a reader that has it open keeps it, even deleted

    def _based(self, sources: tuple[Path, ...], upto: int, after: int) -> Candidate:
        base, recent = self._fresh("base", upto), self._fresh("recent", upto)
        counts = merge(_partial(base), sources)
        append(_partial(recent), ())
        self._whole(base)
        self._whole(recent)
        made = Current(
            base=base.name,
            recent=recent.name,
            base_cursor=upto,
            cursor=upto,
            base_rows=sum(counts.values()),
            recent_rows=0,
            made_at=now(),
        )
        return Candidate(self.folder, made, after)

    def _current(self) -> Current:
        found = current(self.folder)
        if found is None or found.shape != SHAPE:
            raise WarehouseUnavailable(f"the warehouse in {self.folder} has nothing to extend", REBUILD)
        return found

    def _fresh(self, kind: str, cursor: int) -> Path:
        """A name that no file ever had: a name is never written twice."""
        return self.folder / f"{kind}-{cursor:012}-{secrets.token_hex(4)}.duckdb"

    def _whole(self, path: Path) -> None:
        with clear_errors(path):
            _sync(_partial(path))
            _partial(path).rename(path)

    def _write_current(self, value: Current) -> None:
        partial = self.folder / f"{_CURRENT}{_PARTIAL}"
        partial.write_text(value.model_dump_json(indent=1))
        _sync(partial)
        _sync(self.folder)  # the files it names have their names before it does
        partial.replace(self.folder / _CURRENT)
        _sync(self.folder)


def current_or_none(folder: Path) -> Current | None:
    """What is current and of this code's tables, None when a rebuild is needed."""
    try:
        found = current(folder)
    except WarehouseUnavailable:
        return None
    if found is None or found.shape != SHAPE:
        return None
    return found if (folder / found.base).exists() and (folder / found.recent).exists() else None


def _idle(path: Path) -> float:
    """Seconds since a file was made, or ceased to be current."""
    return time.time() - path.stat().st_mtime


def _partial(path: Path) -> Path:
    return path.with_name(path.name + _PARTIAL)


def _sync(path: Path) -> None:
    """Have the disk hold what was written."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

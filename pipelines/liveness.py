"""Which runs are alive: each holds a lock that the kernel lets go when its process ends, however it ends.

Dagster learns of a killed process from nobody: its run would stay "started" for ever and keep its slot in a pool,
so that the next run waits for nothing. A lock needs no heartbeat, survives no reboot and cannot be confused by a
process id used again. The files stand in the home folder; a run without one is another machine's and is left alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from greenroom.settings import Settings

UNFINISHED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
GONE = "Its process is gone: it was killed. Running the same batch again goes on where it stopped."
_held: set[str] = set()  # runs this process has marked


@contextmanager
def alive(settings: Settings, run: str) -> Iterator[None]:
    """Mark a run as alive while the block runs. Nested marks of one run are one: the outermost holds it."""
    if run in _held:
        yield
        return
    path = _lock(settings, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        new.rename(path)  # it appears locked: nobody can find it free
        _held.add(run)
        try:
            yield
        finally:
            _held.discard(run)
            path.unlink(missing_ok=True)  # before the lock goes: a file that is there and free is a dead run's


def end_dead(instance: DagsterInstance, settings: Settings) -> tuple[str, ...]:
    """Report runs as canceled whose process is gone, and free what they held; their ids."""
    unfinished = [run.run_id for run in instance.get_runs(RunsFilter(statuses=UNFINISHED))]
    return tuple(run for run in unfinished if _ended(instance, run, _lock(settings, run)))


def _ended(instance: DagsterInstance, run_id: str, path: Path) -> bool:
    try:
        file = path.open()
    except FileNotFoundError:
        return False
    with file:
        # 1. Nobody holds it, and its owner has not just taken it away.
        if not _free(file.fileno()):
            return False
        # 2. The run did not end by itself in the meantime.
        run = instance.get_run_by_id(run_id)
        if run is None or run.status not in UNFINISHED:
            return False
        # 3. Say so, and give back its slots.
        instance.report_run_canceled(run, GONE)
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)
        path.unlink(missing_ok=True)
        return True


def _free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(descriptor).st_nlink > 0


def _lock(settings: Settings, run: str) -> Path:
    return settings.home / "dagster" / "alive" / f"{run}.lock"

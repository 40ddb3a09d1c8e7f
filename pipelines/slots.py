"""Dagster's storage on SQLite, safe for several processes: slots of a pool are handed out one process at a time.

Dagster counts, reads and takes a slot in separate statements and relies on `SELECT ... FOR UPDATE`, which SQLite does
not have: two runs that start together can make a pool of one have two slots, or take the same one. On PostgreSQL
the database locks; here a file does.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from dagster._utils.concurrency import ConcurrencyClaimStatus


@contextmanager
def one_process(path: Path) -> Iterator[None]:
    """Hold a file's lock while the block runs; others wait. The kernel lets go of a killed process's lock."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class LockedSlots(SqliteEventLogStorage):
    """Dagster's event log on SQLite; whatever changes a pool's slots holds one lock over all processes."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._file = Path(base_dir) / "slots.lock"
        self._mutex = threading.RLock()
        self._depth = 0
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._mutex:
            if self._depth:  # freeing slots assigns them anew: one lock within the other
                yield
                return
            with one_process(self._file):
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1

    def initialize_concurrency_limit_to_default(self, concurrency_key: str) -> bool:
        with self._alone():
            return super().initialize_concurrency_limit_to_default(concurrency_key)

    def set_concurrency_slots(self, concurrency_key: str, num: int) -> None:
        with self._alone():
            super().set_concurrency_slots(concurrency_key, num)

    def delete_concurrency_limit(self, concurrency_key: str) -> None:
        with self._alone():
            super().delete_concurrency_limit(concurrency_key)

    def claim_concurrency_slot(
        self, concurrency_key: str, run_id: str, step_key: str, priority: int | None = None
    ) -> ConcurrencyClaimStatus:
        with self._alone():
            return super().claim_concurrency_slot(concurrency_key, run_id, step_key, priority)

    def free_concurrency_slots_for_run(self, run_id: str) -> None:
        with self._alone():
            super().free_concurrency_slots_for_run(run_id)

    def free_concurrency_slot_for_step(self, run_id: str, step_key: str) -> None:
        with self._alone():
            super().free_concurrency_slot_for_step(run_id, step_key)


class SqliteWithSlots(DagsterSqliteStorage):
    """Dagster's three SQLite storages, with the event log above."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        with one_process(Path(base_dir) / "open.lock"):  # two first processes would both make the tables
            super().__init__(base_dir, inst_data)
            self._event_log_storage = LockedSlots(str(Path(base_dir) / "history" / "runs"))

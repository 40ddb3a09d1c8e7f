"""Asking the warehouse: a snapshot opened read-only, and the questions of `queries/` by name.

Belongs here: opening, limits and how values come back. What is asked is SQL in a file named by its question.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

import duckdb

from greenroom.errors import BadInput, NotFound, Unavailable, WarehouseUnavailable
from warehouse.snapshot import REBUILD, SHAPE, Current, current
from warehouse.tables import TABLES, literal

QUERIES = Path(__file__).parent / "queries"
SECONDS = 10.0  # a question about one clip, likeness, page or day takes a tenth of a second
AUDIT_SECONDS = {"gaps": 900.0}  # it looks at every clip there is: 13 s for a million
ROWS = 10_000  # more than a person reads; ask for less, or page
_MEMORY = "1GB"
_SPILL = "20GB"  # a question that needs more fails, and the disk stays usable
_PARAMETER = re.compile(r"\$([a-z_]+)")
_TRIES = 3  # to open files that may cease to be current meanwhile

Row = dict[str, object]


class Snapshot:
    """Base and recent as one set of tables, as of ledger revision `cursor`. May be asked by many threads at once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, shown: Current) -> None:
        self._connection = connection
        self.shown = shown

    @property
    def cursor(self) -> int:
        """The ledger's revision that this snapshot holds all rows up to."""
        return self.shown.cursor

    def ask(self, name: str, *, seconds: float | None = None, most: int = ROWS, **parameters: object) -> list[Row]:
        """The rows that answer the question `queries/NAME.sql`; documents and lists as values, moments in UTC.

        Raises `NotFound` for an unknown question, `BadInput` for parameters it does not have and for an answer of
        more than `most` rows, `Unavailable` when it takes longer than `seconds` (None: what is usual for it),
        `WarehouseUnavailable` otherwise.
        """
        sql = question(name)
        wanted = set(_PARAMETER.findall(sql))
        if wanted != parameters.keys():
            raise BadInput(f"{name} is asked with {sorted(wanted)}, got {sorted(parameters)}")
        allowed = AUDIT_SECONDS.get(name, SECONDS) if seconds is None else seconds
        return self._answer(name, sql, parameters, allowed, most)

    def counts(self) -> dict[str, int]:
        """How many rows each table has: what an audit holds against the ledger's own count."""
        each = (f"SELECT '{table.name}' AS name, count(*) AS rows FROM {table.name}" for table in TABLES)  # noqa: S608
        found = self._answer("counts", " UNION ALL ".join(each), {}, SECONDS, ROWS)
        return {str(row["name"]): cast("int", row["rows"]) for row in found}

    def _answer(self, name: str, sql: str, parameters: Row, seconds: float, most: int) -> list[Row]:
        cursor = self._connection.cursor()  # of this call alone, so that threads do not wait for each other
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.start()
        try:
            cursor.execute(sql, parameters)
            found = cursor.fetchmany(most + 1)
            columns = [(column[0], str(column[1]) == "JSON") for column in cursor.description or ()]
        except duckdb.InterruptException as error:
            raise Unavailable(f"{name} took longer than {seconds:g} s", "Ask for less, or allow more time.") from error
        except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.BinderException) as error:
            raise BadInput(f"{name} cannot be asked with {parameters}: {_first_line(error)}") from error
        except duckdb.Error as error:
            raise WarehouseUnavailable(f"the warehouse cannot answer {name}: {_first_line(error)}", REBUILD) from error
        finally:
            timer.cancel()
            cursor.close()
        if len(found) > most:
            raise BadInput(f"{name} has more than {most} rows to answer", "Ask for less, or page.")
        return [
            {column: _plain(value, document) for (column, document), value in zip(columns, row, strict=True)}
            for row in found
        ]


@contextmanager
def open_snapshot(folder: Path) -> Iterator[Snapshot]:
    """The current snapshot of the warehouse in `folder`; it stays what it is while a newer one is swapped in.

    Raises `WarehouseUnavailable` when there is none or it cannot be read.
    """
    shown, connection = _open(folder)
    try:
        yield Snapshot(connection, shown)
    finally:
        connection.close()


class Warehouse:
    """The current snapshot, whichever it is: opened once and again only when another was swapped in.

    What a server holds. May be asked by many threads at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: Snapshot | None = None
        self._name: tuple[int, int] | None = None

    def snapshot(self) -> Snapshot:
        """The snapshot that is current now. Raises `WarehouseUnavailable`.

        One that was handed out before goes on to answer until nobody holds it.
        """
        name = _file_name(self._folder)
        with self._lock:
            if self._open is None or name != self._name:
                shown, connection = _open(self._folder)
                self._open, self._name = Snapshot(connection, shown), name
            return self._open


@cache
def question(name: str) -> str:
    """The SQL of a question. Raises `NotFound` with the questions there are."""
    if name not in questions():
        raise NotFound(f"nobody asks {name!r} of the warehouse", f"It answers {', '.join(questions())}.")
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


@cache
def questions() -> tuple[str, ...]:
    """The names of all questions."""
    return tuple(sorted(path.stem for path in QUERIES.glob("*.sql")))


def _open(folder: Path) -> tuple[Current, duckdb.DuckDBPyConnection]:
    last = ""
    for _ in range(_TRIES):
        shown = current(folder)
        if shown is None:
            raise WarehouseUnavailable(f"there is no warehouse in {folder}", REBUILD)
        if shown.shape != SHAPE:
            raise WarehouseUnavailable(f"the warehouse in {folder} was made by another version", REBUILD)
        try:
            return shown, attach(folder / shown.base, folder / shown.recent)
        except duckdb.Error as error:
            last = _first_line(error)
    raise WarehouseUnavailable(f"the warehouse in {folder} cannot be read: {last}", REBUILD)


def attach(base: Path, recent: Path) -> duckdb.DuckDBPyConnection:
    """A connection with both files as one set of tables, that reads nothing else. Raises `duckdb.Error`."""
    # what does not fit in memory goes beside the files, and to no folder that happens to be the present one
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": str(base.parent / "reading.spill"),
        "max_temp_directory_size": _SPILL,
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("LOAD icu")
        connection.execute("SET TimeZone = 'UTC'")
        for name, path in (("base", base), ("recent", recent)):
            connection.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        for table in TABLES:
            both = f"SELECT * FROM base.{table.name} UNION ALL SELECT * FROM recent.{table.name}"  # noqa: S608
            connection.execute(f"CREATE VIEW {table.name} AS {both}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def _file_name(folder: Path) -> tuple[int, int] | None:
    """What tells one `current.json` from the next without reading it: a swap is a new file."""
    try:
        found = (folder / "current.json").stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _plain(value: object, document: bool = False) -> object:
    if document and isinstance(value, str):
        return cast("object", json.loads(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]

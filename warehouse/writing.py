"""Rows into DuckDB files: appends in batches, and a base made anew and sorted. What is current is `snapshot`'s.

A file is written whole, checkpointed and closed before anyone else may open it: an open writer would lock out every
reader. Nothing here loops over a base in Python: old rows move between files inside DuckDB.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from greenroom.errors import WarehouseUnavailable
from warehouse.tables import TABLES, Rows, literal, quoted

BATCH = 20_000  # rows appended at once: 12 ms for 10,000 narrow ones, where one alone takes 4 ms
# Rows that a look-up reads at least; a sixth of DuckDB's own, because most questions are about one clip or a page.
ROW_GROUP = 20_480
MEMORY = "2GB"  # for sorting a base; what does not fit goes to a folder beside it


def append(path: Path, rows: Rows) -> dict[str, int]:
    """Append handed rows to the file at `path`, made when it is new; how many rows each table got.

    Raises `WarehouseUnavailable` when a row lacks a column or the file cannot be written whole.
    """
    import pyarrow as pa  # half a second, that those who only read need not spend

    written: Counter[str] = Counter()
    with open_file(path) as connection:
        make_tables(connection)
        connection.execute("BEGIN")
        for ledger_table, batch in _batched(rows):
            try:
                table_of_rows = pa.Table.from_pylist(batch)
            except pa.ArrowException as error:
                raise WarehouseUnavailable(
                    f"rows of the ledger's {ledger_table} have columns of more than one type: {error}",
                    "greenroom audit gaps says what is wrong with the ledger; what is current is still read.",
                ) from error
            connection.register("handed", table_of_rows)
            for table in TABLES:
                if table.ledger == ledger_table:
                    written[table.name] += _number(connection, f"INSERT INTO {table.name} {table.selection}")
            connection.unregister("handed")
        connection.execute("COMMIT")
    return dict(written)


def merge(target: Path, sources: tuple[Path, ...]) -> dict[str, int]:
    """Make a base of all rows of `sources`, each table sorted and indexed; how many rows each table has."""
    written: Counter[str] = Counter()
    with open_file(target) as connection:
        make_tables(connection)
        names = tuple(f"source{number}" for number in range(len(sources)))
        for name, source in zip(names, sources, strict=True):
            connection.execute(f"ATTACH {literal(str(source))} AS {name} (READ_ONLY)")
        for table in TABLES:
            every = " UNION ALL ".join(f"SELECT * FROM {name}.{table.name}" for name in names)  # noqa: S608
            order = ", ".join(table.order)
            written[table.name] = _number(connection, f"INSERT INTO {table.name} {every} ORDER BY {order}")
            for column in table.indexed:
                index = f"{table.name}_by_{column}"
                connection.execute(f"CREATE INDEX {index} ON {table.name} ({quoted(column)})")
        for name in names:
            connection.execute(f"DETACH {name}")
    return dict(written)


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that a file does not have yet."""
    have = {
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'written'"
        ).fetchall()
    }
    for table in TABLES:
        if table.name not in have:
            connection.execute(table.ddl)


@contextmanager
def open_file(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file open for writing, checkpointed into one file when the block ends."""
    with clear_errors(path):
        scratch = str(path.with_suffix(".scratch"))
        config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY, "temp_directory": scratch}
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("LOAD icu")
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"ATTACH {literal(str(path))} AS written (ROW_GROUP_SIZE {ROW_GROUP})")
            connection.execute("USE written")
            yield connection
            connection.execute("USE memory")
            connection.execute("CHECKPOINT written")
            connection.execute("DETACH written")


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into one error of ours."""
    try:
        yield
    except duckdb.Error as error:
        raise WarehouseUnavailable(
            f"the warehouse cannot write {path.name}: {str(error).splitlines()[0]}",
            "What was there before is still read. Free space if the disk is full, and run it again.",
        ) from error
    except OSError as error:
        raise WarehouseUnavailable(
            f"the warehouse cannot write {path.name}: {error}",
            "What was there before is still read. Check the folder, and run it again.",
        ) from error


def _batched(rows: Rows) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """The same rows, in batches of `BATCH` or a little more."""
    waiting: dict[str, list[dict[str, object]]] = {}
    for name, part in rows:
        batch = waiting.setdefault(name, [])
        batch.extend(dict(row) for row in part)
        if len(batch) >= BATCH:
            yield name, waiting.pop(name)
    yield from ((name, batch) for name, batch in waiting.items() if batch)


def _number(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """The number of rows a statement wrote."""
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0

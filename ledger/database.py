"""The ledger's database: opening it, and the two kinds of transaction every other module here is handed.

A `Reader` sees one moment; a `Writer` is one transaction among serialised writers. What rows mean belongs in the
module of its noun. A `Ledger` may be shared between threads; a process opens its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Executable, RowMapping, Select, Table, select, update

from ledger import schema
from ledger.engines import as_reader, as_writer, connected, describe, emptied, lock_writers
from ledger.failures import clear_errors

AdoptKeys = Callable[[Sequence[Mapping[str, object]]], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """One consistent snapshot, as of `revision`."""

    connection: Connection = field(repr=False)
    revision: int

    def all(self, query: Select[Any]) -> Sequence[RowMapping]:
        """Every row of a query."""
        return self.connection.execute(query).mappings().all()

    def first(self, query: Select[Any]) -> RowMapping | None:
        """The first row of a query, None when it has none."""
        return self.connection.execute(query).mappings().first()

    def number(self, query: Select[int]) -> int:
        """The one number a query answers."""
        return self.connection.execute(query).scalar_one()


@dataclass(frozen=True, slots=True)
class Writer(Reader):
    """One transaction that is committed whole or not at all; its rows carry its `revision`. `run` made them."""

    run: str

    def insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        """Append rows; append-only tables get this transaction's revision."""
        if rows:
            stamp = {"revision": self.revision} if table in schema.APPENDED else {}
            self.connection.execute(table.insert(), [{**row, **stamp} for row in rows])

    def execute(self, statement: Executable) -> int:
        """Change the mutable tables (claims); how many rows it met."""
        return self.connection.execute(statement).rowcount


class Ledger:
    """The truth, in one transactional database. Make it with `Ledger.open`."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self.origin = origin
        self._engine = engine

    @classmethod
    def open(cls, url: str, origin: str, adopt_keys: AdoptKeys | None = None) -> "Ledger":
        """Open the database at `url`, made and migrated when it is new or older.

        `origin` names this installation in its log's checkpoints; `adopt_keys` takes the keys that an older ledger
        still holds. Raises `LedgerUnavailable`.
        """
        with clear_errors(url):
            engine = connected(url)
            try:
                _migrate(engine, adopt_keys)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine, origin)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """One consistent snapshot. Raises `LedgerUnavailable`."""
        with clear_errors(self._shown), self._engine.connect() as plain:
            connection = as_reader(plain)
            with connection.begin():
                # The first statement fixes the snapshot, on every database.
                yield Reader(connection, connection.execute(select(schema.clock.c.revision)).scalar_one())

    @contextmanager
    def write(self, run: str = "") -> Iterator[Writer]:
        """One transaction, committed when the block ends and undone when it raises.

        Raises `LedgerRefused` for a row that breaks a rule of the ledger, `LedgerUnavailable` when other writers
        kept it waiting for `BUSY_SECONDS`.
        """
        tick = update(schema.clock).values(revision=schema.clock.c.revision + 1).returning(schema.clock.c.revision)
        with clear_errors(self._shown), self._engine.connect() as plain:
            connection = as_writer(plain)
            with connection.begin():
                # Locks the clock's row, so writers follow each other on every database.
                yield Writer(connection, connection.execute(tick).scalar_one(), run)

    def describe(self) -> str:
        """The database's kind and version. Raises `LedgerUnavailable`."""
        with clear_errors(self._shown):
            return describe(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @property
    def _shown(self) -> str:
        return self._engine.url.render_as_string(hide_password=True)


def _migrate(engine: Engine, adopt_keys: AdoptKeys | None) -> None:
    """Bring the schema to `schema.HEAD`; processes that open at once follow each other."""
    with engine.connect() as connection, connection.begin():
        if _version(connection) == schema.HEAD:
            return
    from ledger.migrations.runner import upgrade  # Alembic is needed only when the schema is behind

    with engine.connect() as plain:
        connection = as_writer(plain)
        with connection.begin():
            lock_writers(connection)
            if _version(connection) != schema.HEAD:
                upgrade(connection, adopt_keys)
    emptied(engine)  # of the keys that left


def _version(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)

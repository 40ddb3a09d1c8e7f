"""The ledger's database: opening it, and the two kinds of transaction every other module here is handed.

A `Reader` sees one moment; a `Writer` is one transaction among serialised writers. What rows mean belongs in the
module of its noun. A `Ledger` may be shared between threads; a process opens its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from sqlite3 import Error as SQLiteError
from typing import Any

from sqlalchemy import Connection, Engine, Executable, RowMapping, Select, Table, create_engine, event, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from greenroom.errors import LedgerRefused, LedgerUnavailable
from ledger import schema

BUSY_SECONDS = 30.0  # how long a writer waits for the writers before it
_IMMEDIATE = "greenroom_immediate"


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
        """Change the mutable tables (claims, keys); how many rows it met."""
        return self.connection.execute(statement).rowcount


class Ledger:
    """The truth, in one transactional database. Make it with `Ledger.open`."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self.origin = origin
        self._engine = engine

    @classmethod
    def open(cls, url: str, origin: str) -> "Ledger":
        """Open the database at `url`, made and migrated when it is new or older.

        `origin` names this installation in its log's checkpoints. Raises `LedgerUnavailable`.
        """
        with clear_errors(url):
            engine = _engine(url)
            try:
                _migrate(engine)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine, origin)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """One consistent snapshot. Raises `LedgerUnavailable`."""
        with clear_errors(self._shown), self._engine.connect() as plain:
            connection = (
                plain if _is_sqlite(self._engine) else plain.execution_options(isolation_level="REPEATABLE READ")
            )
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
            connection = plain.execution_options(**{_IMMEDIATE: True})
            with connection.begin():
                # Locks the clock's row, so writers follow each other on every database.
                yield Writer(connection, connection.execute(tick).scalar_one(), run)

    def scrub(self) -> None:
        """Erase from the database's files what rows no longer hold: called once a key is destroyed.

        SQLite overwrites freed bytes in its pages (`secure_delete`) but keeps old pages in the write-ahead log until
        it is emptied, which waits for the readers of the moment. Backups are the operator's to erase.
        """
        if _is_sqlite(self._engine):
            with clear_errors(self._shown), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @property
    def _shown(self) -> str:
        return self._engine.url.render_as_string(hide_password=True)


@contextmanager
def clear_errors(url: str) -> Iterator[None]:
    """Turn the database's errors into ours, with what to do about them."""
    try:
        yield
    except IntegrityError as error:
        raise LedgerRefused(
            f"the ledger refuses the row: {error.orig}",
            "It is there already (a name, a handle and a clip's publication are unique), or refers to nothing.",
        ) from error
    except SQLiteError as error:  # from `scrub`, which speaks to the driver itself
        raise LedgerUnavailable(
            f"the ledger at {url} cannot be used: {error}", "Run the same command again."
        ) from error
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise LedgerUnavailable(
            f"{url!r} is no database URL that can be used: {error}",
            "Set ledger_url to sqlite:///PATH or postgresql://HOST/NAME.",
        ) from error
    except OperationalError as error:
        busy = "locked" in str(error.orig)
        waited = f"other writers kept it busy for {BUSY_SECONDS:.0f} s" if busy else str(error.orig)
        raise LedgerUnavailable(
            f"the ledger at {url} cannot be used: {waited}",
            "Run the same command again: nothing was written."
            if busy
            else "Check that the folder or server exists, has space, and that this user may use it.",
        ) from error
    except DBAPIError as error:
        raise LedgerUnavailable(
            f"the ledger at {url} cannot be read: {error.orig}", "Restore it from a backup; nothing was written."
        ) from error
    except SQLAlchemyError as error:
        raise LedgerUnavailable(f"the ledger at {url} failed: {error}", "Run the same command again.") from error


def _is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=8, max_overflow=24)

    @event.listens_for(engine, "connect")
    def _settle(connection: DBAPIConnection, record: object) -> None:
        connection.isolation_level = None  # the driver starts no transaction of its own: `_begin` does
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _migrate(engine: Engine) -> None:
    """Bring the schema to `schema.HEAD`; processes that open at once follow each other."""
    with engine.connect() as connection, connection.begin():
        if _version(connection) == schema.HEAD:
            return
    from ledger.migrations.runner import upgrade  # Alembic is needed only when the schema is behind

    with engine.connect() as plain:
        connection = plain.execution_options(**{_IMMEDIATE: True})
        with connection.begin():
            if _version(connection) != schema.HEAD:
                upgrade(connection)


def _version(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)

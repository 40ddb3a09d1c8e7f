"""The two databases the ledger runs on, SQLite and PostgreSQL: where they differ, it is settled here.

A reader sees one snapshot and a writer follows the writer before it, on both. SQLite takes one writer at a time
(`BEGIN IMMEDIATE`). On PostgreSQL a writer's first statement locks the clock's row, and each of its statements sees
what was committed before it (READ COMMITTED): when the wait for the lock is over, it sees everything that the
writer before it wrote. A writer never meets a serialisation failure, and as all lock one row first, no deadlock.
"""

import time
from contextlib import closing

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError

from ledger.failures import BUSY_SECONDS, clear_errors

_IMMEDIATE = "greenroom_immediate"  # option of a connection: its transactions write from their first statement
_WRITING = 0x6772_6565_6E72_6F6D  # names the advisory lock: "greenrom"
_POLL = 0.05  # seconds between two looks for readers of an older snapshot

_SETTINGS = (
    "SET TIME ZONE 'UTC'",
    f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'",
    "SET tcp_keepalives_idle = 30",  # seconds: a writer whose machine vanished holds the clock no longer
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    # A commit that was acknowledged survives the server's crash, whatever its configuration says.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
)
_OLDER_SNAPSHOTS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) >= age(CAST('{xid}' AS xid))
"""


def connected(url: str) -> Engine:
    """Connections to the database at `url`, set up alike for the ledger and for the keys. Raises as SQLAlchemy does."""
    parsed = _parsed(url)
    return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)


def same_place(one: str, other: str) -> bool:
    """Whether two URLs name one database, whoever asks and with whatever driver. Raises as SQLAlchemy does."""

    def place(url: str) -> tuple[object, ...]:
        parsed = _parsed(url)
        backend = parsed.get_backend_name()
        port = parsed.port or (5432 if backend == "postgresql" else None)
        return backend, parsed.host or parsed.query.get("host"), port, parsed.database

    return place(one) == place(other)


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def as_reader(connection: Connection) -> Connection:
    """The same connection, whose next transaction is one snapshot."""
    if is_sqlite(connection.engine):
        return connection
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def as_writer(connection: Connection) -> Connection:
    """The same connection, whose next transaction writes."""
    if is_sqlite(connection.engine):
        return connection.execution_options(**{_IMMEDIATE: True})
    return connection.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)


def lock_writers(connection: Connection) -> None:
    """Keep out, until the transaction ends, all others that ask for this: where there is no clock's row to lock.

    SQLite's writers keep each other out as it is.
    """
    if not is_sqlite(connection.engine):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")


def describe(engine: Engine) -> str:
    """The database's kind and version, as its server says."""
    with engine.connect() as connection:
        if is_sqlite(engine):
            return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"


def emptied(engine: Engine, *tables: str) -> None:
    """Erase from the database's files what the rows of `tables` no longer hold.

    SQLite overwrites freed bytes in its pages (`secure_delete`) but keeps old pages in the write-ahead log until it is
    emptied, which waits for the readers of the moment. PostgreSQL writes each table anew (`VACUUM FULL`) once no
    older snapshot is open or `BUSY_SECONDS` have passed; after those, what such a reader may still see is kept until
    the next time. It keeps old pages in its write-ahead log until the segments are used again, which only the
    server's configuration hastens. Archived segments, replicas and backups are the operator's to erase.
    """
    with clear_errors(engine.url.render_as_string(hide_password=True)):
        if is_sqlite(engine):
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif tables:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                _wait_for_older_readers(connection)
                for table in tables:  # plain VACUUM would leave the bytes in their pages
                    connection.exec_driver_sql(f"VACUUM (FULL) {table}")


def _wait_for_older_readers(connection: Connection) -> None:
    xid = connection.exec_driver_sql("SELECT CAST(pg_current_xact_id() AS xid)").scalar_one()
    deadline = time.monotonic() + BUSY_SECONDS
    while time.monotonic() < deadline and connection.exec_driver_sql(_OLDER_SNAPSHOTS.format(xid=xid)).scalar_one():
        time.sleep(_POLL)


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ValueError as error:  # a port that is no number
        raise ArgumentError(str(error)) from error


def _sqlite(url: URL) -> Engine:
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


def _postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":  # SQLAlchemy would take psycopg2
        url = url.set(drivername="postgresql+psycopg")
    # A connection that the server closed meanwhile is noticed when it is taken from the pool, and replaced.
    engine = create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=BUSY_SECONDS)

    @event.listens_for(engine, "connect")
    def _settle(connection: DBAPIConnection, record: object) -> None:
        cursor = connection.cursor()
        for setting in _SETTINGS:
            cursor.execute(setting)
        cursor.close()
        connection.commit()  # what is set in a transaction that is undone is undone with it

    return engine

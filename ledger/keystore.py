"""The database of wrapped keys, apart from the ledger's: a backup of the ledger holds no key, and keys have their own.

Rows are one for each subject, and a destroyed key is a row without one, for good: when two copies of the database
meet (a migration, a restored backup), a destruction in either of them stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, RowMapping, String, Table, select, update

from greenroom.domain.base import now
from greenroom.errors import LedgerUnavailable
from ledger.columns import Moment
from ledger.engines import as_writer, connected, emptied, lock_writers, same_place
from ledger.failures import clear_errors, shown

metadata = MetaData()

keys = Table(
    "keys",
    metadata,
    Column("subject", String(128), primary_key=True),
    Column("wrapped", LargeBinary, nullable=True),  # NULL: destroyed, and never made again
    Column("made_at", Moment, nullable=False),
    Column("destroyed_at", Moment, nullable=True),
)


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A subject's key under the installation's key; `wrapped` is None once it was destroyed."""

    subject: str
    wrapped: bytes | None
    made_at: datetime
    destroyed_at: datetime | None


class KeyStore:
    """Wrapped keys, one to a subject. Make it with `KeyStore.open`; it may be shared between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, apart_from: str = "") -> "KeyStore":
        """Open the database at `url`, made when it is new.

        Raises `LedgerUnavailable`, too when it is the one at `apart_from`: a backup of the ledger must hold no key.
        """
        with clear_errors(url):
            engine = connected(url)  # no connection is made before one is asked for
        with clear_errors(apart_from):
            if apart_from and same_place(url, apart_from):
                raise LedgerUnavailable(
                    f"the keys and the ledger are to lie in one database, {shown(url)}",
                    "Set keys_url to a database of its own: a backup of the ledger must hold no key.",
                )
        with clear_errors(url):
            try:
                with engine.connect() as connection:
                    made = connection.dialect.has_table(connection, keys.name)
                if not made:
                    with cls._locked(engine) as connection:
                        metadata.create_all(connection)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine)

    def get(self, subject: str) -> WrappedKey | None:
        """The row of a subject."""
        with clear_errors(self.url), self._engine.connect() as connection, connection.begin():
            return _get(connection, subject)

    def put(self, subject: str, wrapped: bytes) -> WrappedKey:
        """Keep a new key; where another process kept one meanwhile, or destroyed it, that one is returned instead."""
        with self._write() as connection:
            found = _get(connection, subject)
            if found is None:
                found = WrappedKey(subject, wrapped, now(), None)
                connection.execute(keys.insert(), [_row(found)])
        return found

    def destroy(self, *subjects: str) -> None:
        """Erase keys for ever, from the database's files too; a subject that never had one will not get one."""
        moment = now()
        with self._write() as connection:
            for subject in subjects:
                found = _get(connection, subject)
                if found is None:
                    connection.execute(keys.insert(), [_row(WrappedKey(subject, None, moment, moment))])
                elif found.wrapped is not None:
                    _empty(connection, subject, moment)
        emptied(self._engine, keys.name)

    def adopt(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Take in rows of another copy of the table: what is new here is added, what was destroyed there goes here."""
        with self._write() as connection:
            for row in rows:
                given = _key(row)
                found = _get(connection, given.subject)
                if found is None:
                    connection.execute(keys.insert(), [_row(given)])
                elif given.wrapped is None and found.wrapped is not None:
                    _empty(connection, given.subject, given.destroyed_at or now())
        emptied(self._engine, keys.name)

    def every(self) -> tuple[WrappedKey, ...]:
        """Every row, by subject."""
        with clear_errors(self.url), self._engine.connect() as connection, connection.begin():
            rows = connection.execute(select(keys).order_by(keys.c.subject)).mappings().all()
        return tuple(_key(row) for row in rows)

    def made(self, prefix: str, since: datetime, until: datetime) -> tuple[str, ...]:
        """Subjects that begin with a prefix, whose key was made in that time and stands."""
        query = select(keys.c.subject).where(
            keys.c.subject.startswith(prefix, autoescape=True),
            keys.c.wrapped.is_not(None),
            keys.c.made_at >= since,
            keys.c.made_at < until,
        )
        with clear_errors(self.url), self._engine.connect() as connection, connection.begin():
            return tuple(connection.execute(query.order_by(keys.c.subject)).scalars())

    @property
    def url(self) -> str:
        """Where it is, without a password."""
        return self._engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with clear_errors(self.url), self._locked(self._engine) as connection:
            yield connection

    @staticmethod
    @contextmanager
    def _locked(engine: Engine) -> Iterator[Connection]:
        """A transaction that writers enter one after the other, so that what was read stays true until it ends."""
        with engine.connect() as plain:
            connection = as_writer(plain)
            with connection.begin():
                lock_writers(connection)
                yield connection


def _get(connection: Connection, subject: str) -> WrappedKey | None:
    row = connection.execute(select(keys).where(keys.c.subject == subject)).mappings().first()
    return None if row is None else _key(row)


def _empty(connection: Connection, subject: str, moment: datetime) -> None:
    connection.execute(update(keys).where(keys.c.subject == subject).values(wrapped=None, destroyed_at=moment))


def _key(row: Mapping[str, object] | RowMapping) -> WrappedKey:
    wrapped, made, destroyed = row["wrapped"], row["made_at"], row["destroyed_at"]
    return WrappedKey(
        str(row["subject"]),
        bytes(wrapped) if isinstance(wrapped, bytes | memoryview) else None,
        _moment(made) or now(),
        _moment(destroyed),
    )


def _moment(value: object) -> datetime | None:
    """A moment as a driver gave it: aware, naive in UTC, or (SQLite, in plain SQL) as text."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _row(key: WrappedKey) -> dict[str, object]:
    return {
        "subject": key.subject,
        "wrapped": key.wrapped,
        "made_at": key.made_at,
        "destroyed_at": key.destroyed_at,
    }

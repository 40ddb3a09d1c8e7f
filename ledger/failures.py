"""The database's errors as ours, with what to do about them: what each driver calls a thing is known here alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Error as SQLiteError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from greenroom.errors import LedgerRefused, LedgerUnavailable

BUSY_SECONDS = 30.0  # how long a writer waits for the writers before it

_BUSY = ("locked", "lock timeout")  # SQLite's word, PostgreSQL's
_AGAIN = "Run the same command again: it goes on where it stopped."


def shown(url: str) -> str:
    """A database URL as messages show it: without a password."""
    try:
        parsed = make_url(url).difference_update_query(["password"])
    except (ArgumentError, ValueError):  # it cannot be taken apart: only what stands before an address is shown
        return url.partition("://")[0]
    return parsed.render_as_string(hide_password=True)


@contextmanager
def clear_errors(url: str) -> Iterator[None]:
    """Raise `LedgerRefused` for a row the database refuses, and `LedgerUnavailable` for its other errors."""
    try:
        yield
    except IntegrityError as error:
        raise LedgerRefused(
            f"the ledger refuses the row: {_first_line(error)}",
            "It is there already (a name, a handle and a clip's publication are unique), or refers to nothing.",
        ) from error
    except DataError as error:  # SQLite keeps such texts; PostgreSQL does not
        raise LedgerRefused(
            f"the ledger refuses the value: {_first_line(error)}",
            "A text is too long, or holds the character NUL: leave that out.",
        ) from error
    except SQLiteError as error:  # from the scrubbing, which speaks to the driver itself
        raise LedgerUnavailable(f"the ledger at {shown(url)} cannot be used: {error}", _AGAIN) from error
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise LedgerUnavailable(
            f"{shown(url)!r} is no database URL that can be used: {error}",
            "Set ledger_url, or keys_url, to sqlite:///PATH or postgresql://USER@HOST/NAME.",
        ) from error
    except DBAPIError as error:
        fact, remedy = _unavailable(error)
        raise LedgerUnavailable(f"the ledger at {shown(url)} {fact}", remedy) from error
    except SQLAlchemyError as error:
        raise LedgerUnavailable(f"the ledger at {shown(url)} failed: {error}", _AGAIN) from error


def _unavailable(error: DBAPIError) -> tuple[str, str]:
    """What is wrong, and what to do."""
    said = " ".join(str(error.orig).split())
    if any(word in said for word in _BUSY):
        return f"cannot be used: other writers kept it busy for {BUSY_SECONDS:.0f} s", (
            "Run the same command again: nothing was written."
        )
    if error.connection_invalidated:  # whether a commit under way arrived is not known; running again finds out
        return f"was lost: {said}", f"Check that the server runs. {_AGAIN}"
    if isinstance(error, OperationalError):
        return f"cannot be used: {said}", (
            "Check that the folder or server exists, has space, and that this user may use it."
        )
    if isinstance(error.orig, SQLiteError):
        return f"cannot be read: {said}", "Restore it from a backup; nothing was written."
    return f"cannot be used: {said}", "Check that its user owns the database and that the server takes writes."


def _first_line(error: DBAPIError) -> str:
    """What the database says, without the lines in which PostgreSQL repeats the row's values."""
    return str(error.orig).partition("\n")[0]

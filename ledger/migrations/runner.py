"""Runs the migrations inside a transaction the caller holds."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from greenroom.errors import LedgerUnavailable


def configuration(connection: Connection) -> Config:
    """Alembic's configuration over an open connection; no ini file, nothing read from the environment."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(
    connection: Connection,
    adopt_keys: Callable[[Sequence[Mapping[str, object]]], None] | None = None,
    to: str = "head",
) -> None:
    """Bring the schema to the newest version (or `to` an older one).

    `adopt_keys` takes the keys that an older ledger still holds.

    Raises `LedgerUnavailable` when the ledger is newer than this program, or holds keys that nobody takes.
    """
    config = configuration(connection)
    config.attributes["adopt_keys"] = adopt_keys
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise LedgerUnavailable(
            f"the ledger has a schema this program does not know: {error}",
            "Open it with the newer release of Greenroom that migrated it.",
        ) from error

"""Runs the migrations inside a transaction the caller holds."""

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


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest version. Raises `LedgerUnavailable` when the ledger is newer than this program."""
    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise LedgerUnavailable(
            f"the ledger has a schema this program does not know: {error}",
            "Open it with the newer release of Greenroom that migrated it.",
        ) from error

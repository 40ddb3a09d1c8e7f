"""Copies of a database while it is used: SQLite's own way, which holds one moment and nothing that was overwritten."""

from contextlib import closing
from pathlib import Path

from ledger.engines import connected, is_sqlite
from ledger.failures import clear_errors


def copied(url: str, target: Path) -> bool:
    """Copy the database at `url` into a file that is swapped in whole; False where it is no SQLite file.

    Raises `LedgerUnavailable`.
    """
    partial = target.with_name(f"{target.name}.partial")
    with clear_errors(url):
        engine = connected(url)
        try:
            if not is_sqlite(engine):
                return False
            partial.unlink(missing_ok=True)
            with closing(engine.raw_connection()) as raw:
                raw.cursor().execute("VACUUM INTO ?", (str(partial),))
            partial.chmod(0o600)
            partial.replace(target)
        finally:
            engine.dispose()
    return True

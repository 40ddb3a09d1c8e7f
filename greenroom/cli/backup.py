"""`greenroom backup` and `greenroom restore`: data in one place, keys in another for seven days at most."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import Json, answer, opened
from greenroom.settings import Settings
from ops.backup import backup_data, backup_keys
from ops.restore import restore_data, restore_keys

app = typer.Typer(no_args_is_help=True, help="Copy this installation: data in one place, keys in another.")
restoring = typer.Typer(no_args_is_help=True, help="Put a backup back; what was taken back stays taken back.")

Folder = Annotated[Path, typer.Argument(help="Where backups are kept.")]


@app.command("data")
def data(folder: Folder, as_json: Json = False) -> None:
    """Copy ledger, store and log, while the studio works. Nothing in it opens a sealed file."""
    with opened() as studio:
        made = backup_data(studio, folder)
    text = f"ledger at revision {made.revision}, {made.leaves} leaves of the log, {made.blobs} new files"
    lines = [f"{text}, {made.pruned} erased ones removed"]
    lines += [f"the ledger is no SQLite file; copy it with: {made.ledger_command}"] if made.ledger_command else []
    answer(made, "\n".join(lines), as_json=as_json)


@app.command("keys")
def keys(folder: Folder, as_json: Json = False) -> None:
    """Copy the keys, apart from data; copies older than seven days are deleted there."""
    with opened() as studio:
        made = backup_keys(studio, folder)
    answer(made, f"{made.keys} keys in {made.folder}; {len(made.removed)} older copies deleted", as_json=as_json)


@restoring.command("data")
def put_back_data(
    folder: Folder,
    log: Annotated[list[Path] | None, typer.Option("--log", help="A newer copy of the log; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Put a data backup in place of a lost ledger. Refused when it is behind a checkpoint that was handed out."""
    found = restore_data(Settings.load(), folder, tuple(log or ()))
    text = f"ledger at revision {found.revision}, {found.blobs} files; {found.left_out} erased ones left out"
    answer(found, f"{text}, {found.closed} keys destroyed", as_json=as_json)


@restoring.command("keys")
def put_back_keys(folder: Folder, as_json: Json = False) -> None:
    """Put the newest copy of the keys back, if it is not older than seven days; withdrawals are replayed first."""
    found = restore_keys(Settings.load(), folder)
    answer(found, f"{found.keys} keys of {found.backup}; {found.closed} of them destroyed", as_json=as_json)

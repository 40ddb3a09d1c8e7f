"""`greenroom warehouse`: the snapshot that feed and audits read, made from the ledger."""

import typer

from greenroom.cli.output import Json, answer, opened
from ops.warehouse import rebuild, refresh

app = typer.Typer(no_args_is_help=True, help="The snapshot that feed and audits read.")


@app.command("refresh")
def take_in(as_json: Json = False) -> None:
    """Take in what the ledger recorded since the last snapshot, checked before it is swapped in."""
    with opened() as studio:
        done = refresh(studio)
    answer(done, done.text, as_json=as_json)
    raise typer.Exit(0 if done.swapped else 1)


@app.command("rebuild")
def make_anew(as_json: Json = False) -> None:
    """Make the whole snapshot anew from the ledger."""
    with opened() as studio:
        done = rebuild(studio)
    answer(done, done.text, as_json=as_json)
    raise typer.Exit(0 if done.swapped else 1)

"""`greenroom likeness`: enrol a likeness, say what it allows, see it, take it back."""

from typing import Annotated

import typer

from greenroom.cli.enroll import block, challenge, confirm_cutout, enroll
from greenroom.cli.output import Json, answer, opened
from greenroom.cli.permit import permit, show
from greenroom.cli.receipt import key, receipt
from greenroom.cli.uses import uses
from greenroom.settings import Settings
from ledger import publications
from ops.briefs import account
from ops.likenesses import withdraw
from ops.sweep import sweep

app = typer.Typer(no_args_is_help=True, help="Enrol a likeness, say what it allows, see it, take it back.")

Handle = Annotated[str, typer.Argument(help="The likeness, as @handle.")]
As = Annotated[str | None, typer.Option("--as", help="The account that acts.")]


def actor(name: str | None) -> str:
    """The account a command acts for: the one named, else the installation's own."""
    return name or Settings.load().account


app.command("uses")(uses)
app.command("challenge")(challenge)
app.command("enroll")(enroll)
app.command("confirm")(confirm_cutout)
app.command("block")(block)
app.command("receipt")(receipt)
app.command("key")(key)
app.command("permit")(permit)
app.command("show")(show)


@app.command("withdraw")
def take_back(
    handle: Handle,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    owner: As = None,
    as_json: Json = False,
) -> None:
    """Take a likeness back: every clip that rests on it is gone from the next request on."""
    if not yes:
        typer.confirm(f"Withdraw {handle} and every clip that rests on it?", abort=True, err=True)
    with opened() as studio:
        withdrawal = withdraw(studio, handle, account(studio, actor(owner)), reason)
        with studio.ledger.read() as tx:
            clips = publications.resting_on(tx, withdrawal.likeness)
        swept = sweep(studio)
    document = {"withdrawal": withdrawal.model_dump(mode="json"), "clips": list(clips), "erased": swept.model_dump()}
    text = f"{handle} is withdrawn, and {len(clips)} clips with it; {swept.blobs} files are erased."
    answer(document, text, as_json=as_json)

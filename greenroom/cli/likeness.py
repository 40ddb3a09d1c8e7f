"""`greenroom likeness`: enrol a pet or an object, see it, take it back."""

from typing import Annotated

import typer

from greenroom.cli.enroll import challenge, enroll
from greenroom.cli.output import Json, answer, opened
from greenroom.domain.base import now
from greenroom.settings import Settings
from ledger import consents, publications, withdrawals
from ops.briefs import account
from ops.enrol import find, withdraw

app = typer.Typer(no_args_is_help=True, help="Enrol a likeness, see it, take it back.")

Handle = Annotated[str, typer.Argument(help="The likeness, as @handle.")]
As = Annotated[str | None, typer.Option("--as", help="The account that acts.")]


def actor(name: str | None) -> str:
    """The account a command acts for: the one named, else the installation's own."""
    return name or Settings.load().account


app.command("challenge")(challenge)
app.command("enroll")(enroll)


@app.command("show")
def show(handle: Handle, as_json: Json = False) -> None:
    """What is enrolled under a handle, its consents, and how many clips rest on it."""
    with opened() as studio, studio.ledger.read() as tx:
        likeness = find(tx, handle)
        versions = consents.versions(tx, likeness.id)
        in_force = consents.in_force(tx, likeness.id, now())
        taken_back = withdrawals.of_likeness(tx, likeness.id)
        clips = publications.resting_on(tx, likeness.id)
    state = "withdrawn" if taken_back else f"consent version {in_force.version}" if in_force else "no consent"
    audience = f", for {in_force.audience.value}" if in_force and not taken_back else ""
    document = {
        "likeness": likeness.model_dump(mode="json"),
        "consents": [one.model_dump(mode="json") for one in versions],
        "withdrawals": [one.model_dump(mode="json") for one in taken_back],
        "clips": list(clips),
    }
    text = f"@{likeness.handle}, {likeness.species} ({likeness.kind.value}): {state}{audience}; {len(clips)} clips"
    answer(document, text, as_json=as_json)


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
    document = {"withdrawal": withdrawal.model_dump(mode="json"), "clips": list(clips)}
    answer(document, f"{handle} is withdrawn, and {len(clips)} clips with it.", as_json=as_json)

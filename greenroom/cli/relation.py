"""`greenroom relation`: whom an account approves, follows and blocks; audiences of consents ask for these."""

from typing import Annotated

import typer

from greenroom.cli.output import Json, answer, opened
from greenroom.domain.relations import RelationKind
from ops.briefs import account
from ops.relate import relate, standing

app = typer.Typer(no_args_is_help=True, help="Whom an account approves, follows and blocks.")

Other = Annotated[str, typer.Argument(help="The other account.")]
End = Annotated[bool, typer.Option("--end", help="It holds no longer.")]
As = Annotated[str | None, typer.Option("--as", help="The account that says it.")]


@app.command("approve")
def approve(other: Other, end: End = False, subject: As = None, as_json: Json = False) -> None:
    """Approve an account: it may use the likenesses that their owner allows to approved people."""
    _record(other, RelationKind.APPROVED, subject, end=end, as_json=as_json)


@app.command("follow")
def follow(other: Other, end: End = False, subject: As = None, as_json: Json = False) -> None:
    """Follow an account; two that follow each other are mutual follows."""
    _record(other, RelationKind.FOLLOWS, subject, end=end, as_json=as_json)


@app.command("block")
def block(other: Other, end: End = False, subject: As = None, as_json: Json = False) -> None:
    """Block an account: neither may use the other's likenesses, whatever their consents say."""
    _record(other, RelationKind.BLOCKED, subject, end=end, as_json=as_json)


@app.command("list")
def list_all(subject: As = None, as_json: Json = False) -> None:
    """What an account says of others, as it stands."""
    with opened() as studio:
        who = account(studio, subject or studio.settings.account)
        found = standing(studio, who)
    lines = [f"@{who.name} {_VERBS[one.kind]} @{one.name}" for one in found]
    document = {"account": who.name, "relations": [{"kind": one.kind.value, "account": one.name} for one in found]}
    answer(document, "\n".join(lines) or f"@{who.name} approves, follows and blocks nobody", as_json=as_json)


def _record(other: str, kind: RelationKind, subject: str | None, *, end: bool, as_json: bool) -> None:
    with opened() as studio:
        who = account(studio, subject or studio.settings.account)
        change = relate(studio, who, other, kind, holds=not end)
    text = f"@{who.name} {'no longer ' if end else ''}{_VERBS[kind]} @{other.removeprefix('@')}"
    answer({"relation": change.model_dump(mode="json")}, text, as_json=as_json)


_VERBS = {RelationKind.APPROVED: "approves", RelationKind.FOLLOWS: "follows", RelationKind.BLOCKED: "blocks"}

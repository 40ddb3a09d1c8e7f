"""`greenroom takedown`: ask that a clip be taken down, and decide about it within 48 hours."""

from enum import StrEnum
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.domain.reviews import Decision
from ops.briefs import account
from ops.sweep import sweep
from ops.takedown import Standing, TakedownState, contact_of, every, request, resolve

app = typer.Typer(no_args_is_help=True, help="Requests by anyone to take a clip down, and what was decided.")

Reason = Annotated[str, typer.Option("--reason", help="Why, for the record.")]
As = Annotated[str | None, typer.Option("--as", help="The operator who acts.")]


class Answer(StrEnum):
    REMOVE = "remove"
    KEEP = "keep"


@app.command("request")
def ask(
    clip: Annotated[str, typer.Argument(help="The clip's id.")],
    reason: Reason,
    contact: Annotated[str, typer.Option("--contact", help="How you can be reached; kept sealed.")] = "",
    as_json: Json = False,
) -> None:
    """Ask that a clip be taken down. Anyone may, without an account; a person decides within 48 hours."""
    with opened() as studio:
        found = request(studio, clip, reason, contact)
    text = f"{found.takedown.id}: a person decides by {found.takedown.due_at:%Y-%m-%d %H:%M} UTC\n{_copies(found)}"
    answer(found, text.rstrip(), as_json=as_json)


@app.command("list")
def show(
    contacts: Annotated[bool, typer.Option("--contacts", help="Say how those who asked can be reached.")] = False,
    operator: As = None,
    as_json: Json = False,
) -> None:
    """Every request, the most urgent first. Exits 1 when one is overdue."""
    with opened() as studio:
        found = every(studio)
        who = account(studio, operator or studio.settings.account) if contacts else None
        reached = {one.takedown.id: contact_of(studio, one.takedown, who) for one in found} if who else {}
    lines = [
        told(one) + (f"\n  contact   {reached[one.takedown.id]}" if reached.get(one.takedown.id) else "")
        for one in found
    ]
    document = {"takedowns": [one.model_dump(mode="json") for one in found], "contacts": reached}
    answer(document, "\n".join(lines) or "no takedown was ever asked for", as_json=as_json)
    raise typer.Exit(NO if any(one.state is TakedownState.OVERDUE for one in found) else 0)


@app.command("resolve")
def decide(
    takedown: Annotated[str, typer.Argument(help="The request's id.")],
    decision: Annotated[Answer, typer.Argument(help="remove or keep.")],
    reason: Reason,
    copy: Annotated[list[str] | None, typer.Option("--copy", help="A copy that goes too; may be repeated.")] = None,
    copies: Annotated[
        bool, typer.Option("--all-copies", help="All that look alike go too; remixes that do not, by --copy.")
    ] = False,
    operator: As = None,
    as_json: Json = False,
) -> None:
    """Answer a request, once and for good: who decided what and when is kept. What is removed is erased at once."""
    chosen = None if copies else tuple(copy or ())
    with opened() as studio:
        who = account(studio, operator or studio.settings.account)
        made = Decision.APPROVE if decision is Answer.REMOVE else Decision.DENY
        found = resolve(studio, takedown, made, who, reason, chosen)
        sweep(studio)
    answer(found, told(found), as_json=as_json)


def told(one: Standing) -> str:
    """A request for people."""
    takedown = one.takedown
    lines = [f"{takedown.id}  {one.state.value}  clip {takedown.clip}: {takedown.reason}"]
    if one.decision is None:
        lines.append(f"  due       {takedown.due_at:%Y-%m-%d %H:%M} UTC")
    else:
        lines.append(f"  decided   {one.decision.recorded_at:%Y-%m-%d %H:%M} UTC by @{one.by}: {one.decision.reason}")
    lines += [f"  removed   {removal.clip}" for removal in one.removals]
    gone = {removal.clip for removal in one.removals}
    lines += [f"  copy      {copy.clip}, distance {copy.distance:.2f}" for copy in one.copies if copy.clip not in gone]
    return "\n".join(lines)


def _copies(found: Standing) -> str:
    return "\n".join(f"  looks alike: {copy.clip}, distance {copy.distance:.2f}" for copy in found.copies)

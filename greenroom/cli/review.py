"""`greenroom review`: what needs a person's judgement, and giving it."""

from typing import Annotated

import typer

from greenroom.cli.output import Json, answer, opened
from greenroom.domain.reviews import Decision, ReviewSubject
from ops.briefs import account
from ops.review import answer as decide
from ops.review import waiting

app = typer.Typer(no_args_is_help=True, help="What waits for a person's judgement.")

Id = Annotated[str, typer.Argument(help="The review, as greenroom review list names it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept with who decided and when.")]
As = Annotated[str | None, typer.Option("--as", help="The operator who decides.")]
Wait = Annotated[bool, typer.Option("--wait/--queue", help="Carry an approved brief on now, or leave it to the queue.")]
Kind = Annotated[ReviewSubject | None, typer.Option("--kind", help="Only these.")]


@app.command("list")
def list_all(kind: Kind = None, as_json: Json = False) -> None:
    """Everything that waits for a person, the most urgent first."""
    with opened() as studio:
        found = waiting(studio, kind)
    lines = []
    for one in found:
        lines.append(f"{one.review.id}  {one.review.kind.value:<9} {one.about[:100]}")
        lines += [f"    {rule.id}: {rule.reason}" for rule in one.review.rules]
    document = {"reviews": [{**one.review.model_dump(mode="json"), "about": one.about} for one in found]}
    answer(document, "\n".join(lines) or "nothing waits for a person", as_json=as_json)


@app.command("approve")
def approve(review: Id, reason: Reason = "", operator: As = None, wait: Wait = True, as_json: Json = False) -> None:
    """Say yes: a held brief goes on where it was held, an enrolment is recorded, an account is verified."""
    _decide(review, Decision.APPROVE, reason, operator, wait=wait, as_json=as_json)


@app.command("deny")
def deny(review: Id, reason: Reason = "", operator: As = None, as_json: Json = False) -> None:
    """Say no: it stays out, and the reason is on record."""
    _decide(review, Decision.DENY, reason, operator, wait=True, as_json=as_json)


def _decide(review: str, decision: Decision, reason: str, operator: str | None, *, wait: bool, as_json: bool) -> None:
    with opened() as studio:
        by = account(studio, operator or studio.settings.account)
        answered = decide(studio, review, decision, by, reason)
    goes_on = ""
    if answered.batch is not None and wait:
        from pipelines.launch import run_batch  # Dagster takes seconds to import: only where a run starts

        run_batch(answered.batch)
        goes_on = f"; its batch {answered.batch.id} was carried on: greenroom status"
    elif answered.batch is not None:
        goes_on = f"; its batch {answered.batch.id} waits for the queue (make dev), which takes it up within seconds"
    said = "approved" if decision is Decision.APPROVE else "denied"
    document = {
        "review": answered.review.model_dump(mode="json"),
        "decision": answered.decision.model_dump(mode="json"),
        "batch": answered.batch.id if answered.batch is not None else None,
    }
    answer(document, f"{review} ({answered.review.kind.value}) is {said} by @{by.name}{goes_on}", as_json=as_json)

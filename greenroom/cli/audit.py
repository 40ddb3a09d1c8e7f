"""`greenroom audit`: what an auditor asks of the whole installation."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.cli.takedown import told
from ops.audit import gaps
from ops.review_figures import Figures, figures
from ops.takedown import TakedownState, every

app = typer.Typer(no_args_is_help=True, help="Questions about the whole installation.")


@app.command("gaps")
def find_gaps(as_json: Json = False) -> None:
    """What does not fit: altered rows, clips without verdicts or consents, files gone. Exits 1 on any."""
    with opened() as studio:
        found = gaps(studio)
    document = {"gaps": [gap.model_dump() for gap in found]}
    text = "\n".join(f"{gap.subject}: {gap.fact}" for gap in found) or "no gaps"
    answer(document, text, as_json=as_json)
    raise typer.Exit(NO if found else 0)


@app.command("takedowns")
def list_takedowns(as_json: Json = False) -> None:
    """Every takedown request: what was asked, what was found, who decided what and when. Exits 1 on an overdue one."""
    with opened() as studio:
        found = every(studio)
    document = {"takedowns": [one.model_dump(mode="json") for one in found]}
    answer(document, "\n".join(map(told, found)) or "no takedown was ever asked for", as_json=as_json)
    raise typer.Exit(NO if any(one.state is TakedownState.OVERDUE for one in found) else 0)


Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="From this day on, UTC.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Before this day, UTC.")]


@app.command("reviews")
def count_reviews(since: Since = None, until: Until = None, as_json: Json = False) -> None:
    """Refusals, holds, what people decided and overturned, and how long it took, by rule and month; no names."""
    first, last = since or datetime(2000, 1, 1), until or datetime(9999, 1, 1)  # UTC is put on below
    with opened() as studio:
        found = figures(studio, first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    document = {"figures": [one.model_dump() for one in found]}
    answer(document, "\n".join(map(_line, found)) or "nothing was refused, and nothing asked", as_json=as_json)


def _line(one: Figures) -> str:
    hours = f", median {one.median_hours:g} h, 95 % within {one.p95_hours:g} h" if one.median_hours is not None else ""
    return (
        f"{one.month}  {one.rule:<28} {one.refused} refused, {one.held} held; by people {one.approved} approved, "
        f"{one.denied} denied, {one.waiting} waiting; {one.appealed} appealed, {one.overturned} overturned{hours}"
    )

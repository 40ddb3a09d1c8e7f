"""`greenroom audit`: what an auditor asks of the whole installation."""

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.cli.takedown import told
from ops.audit import gaps
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

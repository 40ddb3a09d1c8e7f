"""`greenroom audit`: what an auditor asks of the whole installation."""

import typer

from greenroom.cli.output import NO, Json, answer, opened
from ops.audit import gaps

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

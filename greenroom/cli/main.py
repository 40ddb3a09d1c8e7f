"""The command line: one module a group of commands; this one puts them together and is the edge that reports."""

import sys

import typer

from greenroom.cli import audit, demo, judge, likeness, log, make, provenance, state, warehouse
from greenroom.cli.output import BAD_USE, report
from greenroom.cli.unforeseen import explained
from greenroom.errors import GreenroomError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A self-hosted studio for AI video with sound that can prove who said yes.",
)
app.add_typer(likeness.app, name="likeness")
app.add_typer(log.app, name="log")
app.add_typer(judge.app, name="judge")
app.add_typer(audit.app, name="audit")
app.add_typer(warehouse.app, name="warehouse")
app.command("make")(make.make)
app.command("batch")(make.batch)
app.command("remix")(make.remix)
app.command("trace")(provenance.trace_clip)
app.command("verify")(provenance.verify)
app.command("status")(state.status)
app.command("doctor")(state.doctor)
app.command("serve")(state.serve)
app.command("demo")(demo.demo)


def main() -> None:
    """Run a command; an error becomes text (and JSON with --json) and exit code 2, never a traceback."""
    try:
        app()
    except Exception as error:  # noqa: BLE001  # the edge that reports
        ours = error if isinstance(error, GreenroomError) else explained(error)
        report(ours, as_json="--json" in sys.argv)
        sys.exit(BAD_USE)

"""The command line: one module a group of commands; this one names them and is the edge that reports.

A command's module is imported when the command runs: `greenroom trace` waits for no pipeline, `make` for no web server.
"""

import atexit
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import typer
from typer.core import TyperGroup

from greenroom.cli.output import BAD_USE, report
from greenroom.cli.unforeseen import explained
from greenroom.errors import GreenroomError

if TYPE_CHECKING:
    from typer._click.core import Command, Context  # what TyperGroup is made of in this version

COMMANDS = {  # a name of the command line: the module it is in, and what it is called there (`app`: a group)
    "likeness": ("likeness", "app"),
    "relation": ("relation", "app"),
    "make": ("make", "make"),
    "batch": ("make", "batch"),
    "remix": ("make", "remix"),
    "review": ("review", "app"),
    "judge": ("judge", "app"),
    "trace": ("provenance", "trace_clip"),
    "passes": ("control", "passes"),
    "verify": ("provenance", "verify"),
    "log": ("log", "app"),
    "audit": ("audit", "app"),
    "takedown": ("takedown", "app"),
    "backup": ("backup", "app"),
    "restore": ("backup", "restoring"),
    "warehouse": ("warehouse", "app"),
    "status": ("state", "status"),
    "doctor": ("state", "doctor"),
    "serve": ("state", "serve"),
    "demo": ("demo", "demo"),
}


class Commands(TyperGroup):
    """The root of the command line, whose commands are imported when they are asked for."""

    def list_commands(self, ctx: "Context") -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found = getattr(import_module(f"greenroom.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = cmd_name
            return group
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(found)
        return typer.main.get_command(single)


app = Commands(
    name="greenroom",
    no_args_is_help=True,
    help="A self-hosted studio for AI video with sound that can prove who said yes.",
)


def main() -> None:
    """Run a command; an error becomes text (and JSON with --json) and exit code 2, never a traceback."""
    try:
        app()
    except SystemExit as done:
        _leave(done.code if isinstance(done.code, int) else BAD_USE if done.code else 0)
    except Exception as error:  # noqa: BLE001  # the edge that reports
        ours = error if isinstance(error, GreenroomError) else explained(error)
        report(ours, as_json="--json" in sys.argv)
        _leave(BAD_USE)


def _leave(code: int) -> NoReturn:
    """End the process as the interpreter would, but for taking apart its objects one by one.

    After a run of the pipeline there are a million of them, and 1.5 s to wait for nothing; they hold no resource that
    the system does not take back: whatever needs closing was opened in a `with`.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads that are still at work
    atexit._run_exitfuncs()
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

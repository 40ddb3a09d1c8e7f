"""How commands answer: text for people or one JSON document on standard output; errors and progress beside it.

Exit codes: 0 success, 1 the answer is no (denied, held, not verified, gap found), 2 bad use or a broken environment.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel
from rich.console import Console

from greenroom.errors import GreenroomError
from greenroom.settings import Settings

if TYPE_CHECKING:
    from ops.studio import Studio

NO = 1
BAD_USE = 2

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]

screen = Console()
errors = Console(stderr=True)


@contextmanager
def opened() -> "Iterator[Studio]":
    """The installation of the present settings."""
    from ops.studio import open_studio  # the ledger and the store are loaded by what opens them

    with open_studio(Settings.load()) as studio:
        yield studio


def answer(document: BaseModel | Mapping[str, object], text: str, *, as_json: bool) -> None:
    """Print a command's answer: `document` for a program, `text` for a person."""
    if as_json:
        plain = document.model_dump(mode="json") if isinstance(document, BaseModel) else document
        sys.stdout.write(json.dumps(plain, ensure_ascii=False) + "\n")
    else:
        screen.print(text, markup=False, highlight=False, soft_wrap=True)


def report(error: GreenroomError, *, as_json: bool) -> None:
    """Print an error: the fact, and in a paragraph of its own what to do."""
    if as_json:
        document = {"error": type(error).__name__, "fact": error.fact, "remedy": error.remedy}
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    errors.print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)

"""`greenroom judge`: what the gates say of words, without making anything."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from greenroom.cli.output import NO, Json, screen
from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Outcome
from greenroom.errors import BadInput
from ops.judge import judge_words

app = typer.Typer(no_args_is_help=True, help="What the gates say, without making anything.")


class Line(Frozen):
    """One line of the file: an id and the words."""

    id: str | int
    prompt: str


@app.command("text")
def text(
    file: Annotated[Path, typer.Argument(help='One JSON document a line: {"id", "prompt"}; - reads standard input.')],
    as_json: Json = False,
) -> None:
    """Judge prompts by the policy's rules for words; one answer for each line, in order."""
    refused = False
    for line in _lines(file):
        judgement = judge_words(line.prompt)
        refused |= judgement.outcome is not Outcome.ALLOW
        rules = [rule.model_dump() for rule in judgement.rules]
        if as_json:
            answer = {"id": line.id, "outcome": judgement.outcome.value, "rules": rules}
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        else:
            named = " ".join(rule.id for rule in judgement.rules)
            screen.print(f"{line.id}: {judgement.outcome.value} {named}".rstrip(), markup=False, highlight=False)
    raise typer.Exit(NO if refused else 0)


def _lines(file: Path) -> Iterator[Line]:
    try:
        source = sys.stdin if str(file) == "-" else file.open(encoding="utf-8")
        with source:
            for number, row in enumerate(source, 1):
                if row.strip():
                    yield _line(row, number, file)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be read: {error}", "Check the path; the file is UTF-8 text.") from error


def _line(row: str, number: int, file: Path) -> Line:
    try:
        return Line.model_validate_json(row)
    except ValidationError as error:
        wrong = "; ".join(detail["msg"] for detail in error.errors())
        raise BadInput(
            f'line {number} of {file} is not {{"id", "prompt"}}: {wrong}', "Write one JSON document on each line."
        ) from error

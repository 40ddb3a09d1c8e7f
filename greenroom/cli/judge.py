"""`greenroom judge`: what the gates say of words and of films, without making anything."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from greenroom.cli.output import BAD_USE, NO, Json, answer, opened, report, screen
from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Outcome
from greenroom.domain.words import BriefWords
from greenroom.errors import BadInput
from greenroom.settings import Settings
from ops.judge import judge_words
from ops.judge_clip import ClipAnswer, judge_clip

_FILE = 'One JSON document a line: "prompt", and "id", "title", "lines", "parent" if any; - reads standard input.'
app = typer.Typer(no_args_is_help=True, help="What the gates say, without making anything.")


class Line(Frozen):
    """One line of the file: the words of a brief; `parent` is the prompt of the clip it remixes.

    `id`: what the answer is told by; the line's number where there is none.
    """

    id: str | int | None = None
    prompt: str
    title: str | None = None
    lines: tuple[str, ...] = ()
    parent: str | None = None

    @property
    def words(self) -> BriefWords:
        return BriefWords(
            prompt=self.prompt, title=self.title, lines=self.lines, parents=(self.parent,) if self.parent else ()
        )


@app.command("text")
def text(
    file: Annotated[Path, typer.Argument(help=_FILE)],
    as_json: Json = False,
) -> None:
    """Judge prompts by the policy's rules for words; one answer for each line, in order.

    A line that is none is answered with its number and what is wrong; the others are judged, and the exit code is 2.
    """
    refused, broken, settings = False, False, Settings.load()
    for number, row in _rows(file):
        try:
            line = _line(row, number, file)
        except BadInput as wrong:
            broken = True
            _broken(number, wrong, as_json=as_json)
            continue
        judgement = judge_words(line.words, settings)
        refused |= judgement.outcome is not Outcome.ALLOW
        rules = [rule.model_dump() for rule in judgement.rules]
        if as_json:
            _write({"id": line.id, "outcome": judgement.outcome.value, "rules": rules})
        else:
            named = " ".join(rule.id for rule in judgement.rules)
            screen.print(f"{line.id}: {judgement.outcome.value} {named}".rstrip(), markup=False, highlight=False)
    raise typer.Exit(BAD_USE if broken else NO if refused else 0)


@app.command("clip")
def clip(
    file: Annotated[Path, typer.Argument(help="A film: MP4, WebM, MOV or Matroska.")],
    storyboard: Annotated[Path | None, typer.Option(help="The plan it was made from, to compare it with.")] = None,
    as_json: Json = False,
) -> None:
    """Judge what is heard and seen in a film made anywhere; nothing of it is kept."""
    with opened() as studio:
        found = judge_clip(studio, file, storyboard)
    answer(found, _told(found), as_json=as_json)
    raise typer.Exit(0 if found.outcome is Outcome.ALLOW else NO)


def _told(found: ClipAnswer) -> str:
    """The gates' answers for people."""
    lines = [found.outcome.value]
    for one in found.verdicts:
        lines.append(f"  gate {one.gate}      {one.name}: {one.outcome.value}")
        lines += [f"              {rule.id}: {rule.reason}" for rule in one.rules]
        lines += [f"              not checked: {missing.name}: {missing.reason}" for missing in one.not_checked]
    return "\n".join(lines)


def _broken(number: int, wrong: BadInput, *, as_json: bool) -> None:
    """Answer a line that is none: beside the answers for people, among them for a program, which counts on one each."""
    if as_json:
        _write({"id": number, "error": type(wrong).__name__, "fact": wrong.fact, "remedy": wrong.remedy})
    report(wrong, as_json=False)


def _write(document: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def _rows(file: Path) -> Iterator[tuple[int, bytes]]:
    """Each line with its number but for empty ones. Bytes: one that is no UTF-8 ends nothing."""
    try:
        source = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        with source:
            yield from ((number, row) for number, row in enumerate(source, 1) if row.strip())
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error}", "Check the path; the file is UTF-8 text.") from error


def _line(row: bytes, number: int, file: Path) -> Line:
    try:
        line = Line.model_validate_json(row)
        return line if line.id is not None else line.model_copy(update={"id": number})
    except ValidationError as error:
        wrong = "; ".join(detail["msg"] for detail in error.errors())
        raise BadInput(
            f'line {number} of {file} is not {{"prompt"}}: {wrong}', "Write one JSON document on each line."
        ) from error

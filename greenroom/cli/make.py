"""`greenroom make`, `batch` and `remix`: from words to published clips, in one run."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from greenroom.cli.output import NO, Json, answer, errors, opened
from greenroom.domain.briefs import Batch, Brief, Lane, Pass, Style
from greenroom.domain.clips import Status
from greenroom.domain.consents import Account
from greenroom.domain.verdicts import Outcome
from greenroom.errors import BadInput, GreenroomError
from ops.briefs import Request, account, before, remixed, submit
from ops.draft import draft
from ops.names import mentioned
from ops.plan.describe import describe
from ops.plan.documents import load_storyboard
from ops.plan.planner import length_asked, require_filmable
from ops.progress import listening
from ops.report import Made, made
from ops.studio import Studio

Prompt = Annotated[str, typer.Argument(help="What is to be seen and heard, in words.")]
Likenesses = Annotated[list[str], typer.Option("--likeness", help="Who is in it, as @handle; may be repeated.")]
As = Annotated[str | None, typer.Option("--as", help="The account that asks.")]
Seconds = Annotated[float | None, typer.Option("--seconds", help="Length, 4 to 12.")]
Size = Annotated[str | None, typer.Option("--size", help="Pixels, as 854x480.")]
StyleOption = Annotated[Style | None, typer.Option("--style", help="How it looks.")]
Language = Annotated[str | None, typer.Option("--language", help="Language of the lines, as en or es.")]
Board = Annotated[Path | None, typer.Option("--storyboard", help="A storyboard of your own, YAML or JSON.")]
GeneratorName = Annotated[str, typer.Option("--generator", help="What makes the take.")]
Seed = Annotated[int | None, typer.Option("--seed", help="The same seed and words make the same frames.", min=0)]
Passes = Annotated[
    list[str], typer.Option("--pass", help="Film depth, segmentation, normals, flow or pose too; or all.")
]
PlanOnly = Annotated[bool, typer.Option("--plan", help="Print the plan and make nothing.")]
Wait = Annotated[bool, typer.Option("--wait/--queue", help="Make it now, or leave it for the running studio.")]
Once = Annotated[bool, typer.Option("--once", help="If the very same was published before, answer with that clip.")]


def make(
    prompt: Prompt,
    likeness: Likenesses = [],  # noqa: B006  # typer copies it
    requester: As = None,
    seconds: Seconds = None,
    size: Size = None,
    style: StyleOption = None,
    language: Language = None,
    storyboard: Board = None,
    generator: GeneratorName = "previz",
    seed: Seed = None,
    passes: Passes = [],  # noqa: B006  # typer copies it
    plan_only: PlanOnly = False,
    wait: Wait = True,
    once: Once = False,
    as_json: Json = False,
) -> None:
    """Make a clip from a prompt: consents asked, planned, filmed, judged, marked and published."""
    with opened() as studio:
        who = account(studio, requester or studio.settings.account)
        board = load_storyboard(_read(storyboard), storyboard.name, seed) if storyboard else None
        if board is not None and seconds not in (None, board.seconds):
            raise BadInput(
                f"the storyboard lasts {board.seconds:g} s, --seconds asks for {seconds:g}.", "Leave one out."
            )
        request = _request(
            prompt=prompt,
            likenesses=likeness,
            seconds=board.seconds if board else seconds or length_asked(prompt),
            size=size or (f"{board.width}x{board.height}" if board else None),
            style=style,
            language=language,
            generator=generator,
            seed=seed,
            passes=_passes(passes),
        )
        if board is not None:  # in the size that is asked for
            sized = board.model_copy(update={"width": request.width, "height": request.height})
            request = request.model_copy(update={"storyboard": studio.put_document(sized, who.id)})
        if not (board or plan_only or likeness or mentioned(prompt)) and studio.settings.planner == "grammar":
            require_filmable(prompt)
        _one(studio, request, who, plan_only=plan_only, wait=wait, once=once, as_json=as_json)


def remix(
    clip: Annotated[str, typer.Argument(help="The clip it is made from.")],
    prompt: Prompt,
    likeness: Likenesses = [],  # noqa: B006  # typer copies it
    requester: As = None,
    seconds: Seconds = None,
    size: Size = None,
    style: StyleOption = None,
    language: Language = None,
    generator: GeneratorName = "previz",
    seed: Seed = None,
    passes: Passes = [],  # noqa: B006  # typer copies it
    plan_only: PlanOnly = False,
    wait: Wait = True,
    once: Once = False,
    as_json: Json = False,
) -> None:
    """Make a clip from another one: its storyboard varied by the prompt, its likenesses asked again."""
    with opened() as studio:
        who = account(studio, requester or studio.settings.account)
        asked = _request(
            prompt=prompt,
            likenesses=likeness,
            seconds=seconds,
            size=size,
            style=style,
            language=language,
            generator=generator,
            seed=seed,
            passes=_passes(passes),
        )
        request = remixed(studio, clip, asked, length=seconds is None, shape=size is None)
        _one(studio, request, who, plan_only=plan_only, wait=wait, once=once, as_json=as_json)


def batch(
    file: Annotated[Path, typer.Argument(help='One request a line: {"prompt", "likenesses", "seconds", ...}.')],
    requester: As = None,
    wait: Wait = True,
    as_json: Json = False,
) -> None:
    """Make many clips in one run; one that is refused leaves the others alone."""
    requests = tuple(_requests(file))
    with opened() as studio:
        who = account(studio, requester or studio.settings.account)
        job, briefs = filed(studio, requests, who, Lane.BATCH, once=False)
        if wait:
            run(studio, job, briefs)
        results = [made(studio, brief.id) for brief in briefs]
    document = {"batch": job.id, "clips": [one.model_dump(mode="json") for one in results]}
    answer(document, "\n".join(_told(one) for one in results), as_json=as_json)
    raise typer.Exit(NO if wait and not all(one.published for one in results) else 0)


def _one(
    studio: Studio, request: Request, who: Account, *, plan_only: bool, wait: bool, once: bool, as_json: bool
) -> None:
    if plan_only:
        _plan(studio, request, who, as_json=as_json)
        return
    job, briefs = filed(studio, (request,), who, Lane.INTERACTIVE, once=once)
    if wait:
        run(studio, job, briefs)
    result = made(studio, briefs[0].id)
    answer(result, _told(result), as_json=as_json)
    raise typer.Exit(NO if wait and not result.published else 0)


def filed(
    studio: Studio, requests: tuple[Request, ...], who: Account, lane: Lane, *, once: bool
) -> tuple[Batch, tuple[Brief, ...]]:
    """The batch of these requests: one that was stopped before it ended is taken up again, else a new one."""
    found = before(studio, requests, who, finished=once, stopped=_stopped)
    if found is not None:
        errors.print(f"taking up {found[0].id}: the same was asked before", highlight=False)
        return found
    return submit(studio, requests, who, lane)


def _stopped(batch: str) -> bool:
    from pipelines.launch import stopped  # Dagster takes seconds to import: only where a run starts or is asked for

    return stopped(batch)


def run(studio: Studio, job: Batch, briefs: tuple[Brief, ...]) -> None:
    """Carry a batch through all stages in this process, with progress on standard error; no more when it is done."""
    ended = all(made(studio, brief.id).status is not Status.PENDING for brief in briefs)
    if ended and not _stopped(job.id):
        return
    from pipelines.launch import run_batch

    with _bars(tuple(brief.id for brief in briefs)):
        run_batch(job)


@contextmanager
def _bars(briefs: tuple[str, ...]) -> Iterator[None]:
    """A progress bar for each brief at work, on standard error."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        bars: dict[str, TaskID] = {}
        numbers = {brief: f"clip {number} of {len(briefs)}: " for number, brief in enumerate(briefs, 1)}

        def show(brief: str, what: str, share: float) -> None:
            if brief not in bars:
                bars[brief] = progress.add_task("", total=1.0)
            said = (numbers[brief] if len(briefs) > 1 else "") + what
            progress.update(bars[brief], description=said, completed=share)

        with listening(show):
            yield


def _plan(studio: Studio, request: Request, who: Account, *, as_json: bool) -> None:
    storyboard = draft(studio, request, who)
    answer(storyboard, "\n".join(describe(storyboard)), as_json=as_json)


def _told(one: Made) -> str:
    lines = [f"{one.status.value}: clip {one.clip}" if one.clip else f"{one.status.value}: brief {one.brief}"]
    if one.file is not None:
        lines += [f"  file      {one.file}", f"  captions  {one.captions}", f"  origin    greenroom trace {one.clip}"]
    for gate in one.verdicts:
        if gate.outcome is not Outcome.ALLOW:
            lines += [f"  gate {gate.gate} {gate.name}: {gate.outcome.value}"]
            lines += [f"    {rule.id}: {rule.reason}" for rule in gate.rules]
    return "\n".join(lines)


def _request(*, size: object, **fields: object) -> Request:
    """A request of these fields, the defaults where they are None. Raises `BadInput` that names what is wrong."""
    given = {name: value for name, value in fields.items() if value is not None}
    if size is not None:
        width, _, height = str(size).lower().partition("x")
        given |= {"width": width, "height": height}
    try:
        return Request.model_validate(given)
    except ValidationError as error:
        raise BadInput(_wrong(error), "greenroom make --help names the bounds.") from error


def _passes(asked: list[str]) -> list[str]:
    return [one.value for one in Pass] if "all" in asked else asked


def _requests(file: Path) -> Iterator[Request]:
    rows = _read(file).decode("utf-8", errors="replace").splitlines()
    numbered = [(number, row) for number, row in enumerate(rows, 1) if row.strip()]
    if not numbered:
        raise BadInput(f"{file} has no request", 'Write one JSON document a line: {"prompt": "a ball bounces"}.')
    for number, row in numbered:
        try:
            fields = json.loads(row)
            if not isinstance(fields, dict):
                raise BadInput(f"line {number} of {file}: expected a JSON object, got {row[:60]}")
            yield _request(**{"size": None, **fields})
        except (json.JSONDecodeError, BadInput, TypeError) as error:
            fact = error.fact if isinstance(error, GreenroomError) else str(error)
            raise BadInput(f"line {number} of {file}: {fact}", "Nothing was made; mend the line.") from error


def _wrong(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'request'}: {one['msg']}, got {str(one['input'])[:60]!r}"
        for one in error.errors()
    )


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}", "Check the path.") from error

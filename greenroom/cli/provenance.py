"""`greenroom trace` and `greenroom verify`: where a clip comes from, and whether a file is one of ours."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.errors import BadInput
from ops.clip_facts import clip_facts
from ops.credentials.chain import trust_roots
from ops.trace import Trace, trace
from ops.verify import VerifyReport, verify_file


def trace_clip(clip: Annotated[str, typer.Argument(help="The clip's id.")], as_json: Json = False) -> None:
    """Where a clip comes from: prompt, consents, take, verdicts, marks, and its place in the log."""
    with opened() as studio:
        found = trace(studio, clip)
    answer(found, told(found), as_json=as_json)


def verify(file: Annotated[Path, typer.Argument(help="An MP4 file.")], as_json: Json = False) -> None:
    """Whether a file is a clip of this installation, unaltered, and what became of it."""
    if not file.is_file():
        raise BadInput(f"there is no file {file}", "Check the path.")
    from ops.watermark.key import mark_key

    with opened() as studio:
        key = mark_key(studio.settings)
        report = verify_file(file, trust_roots(studio.settings), lambda clip: clip_facts(studio, clip), key)
    answer(report, said(report), as_json=as_json)
    raise typer.Exit(0 if report.verified and not report.withdrawn else NO)


def told(found: Trace) -> str:
    """A trace for people."""
    lines = [
        f"clip {found.clip}: {found.status.value}",
        f"  prompt      {found.prompt}",
        f"  maker       @{found.requester}",
    ]
    for one in found.consents:
        state = ", withdrawn" if one.withdrawn else ""
        lines.append(f"  consent     @{one.likeness} version {one.version}, for {one.audience}, leaf {one.leaf}{state}")
    lines += [f"  remix of    {ancestor}" for ancestor in found.ancestors]
    if found.take is not None:
        lines.append(f"  take        {found.take.model}, seed {found.take.seed}, {found.take.seconds} s")
    for gate in found.verdicts:
        rules = "".join(f"\n                {rule.id}: {rule.reason}" for rule in gate.rules)
        lines.append(f"  gate {gate.gate}      {gate.name}: {gate.outcome.value}{rules}")
    if found.marks is not None:
        lines.append(f"  marks       {found.marks.manifest}")
    if found.log is not None:
        state = "proved" if found.log.included else "NOT PROVED"
        lines.append(f"  log         leaf {found.log.leaf} of {found.log.size}, {state}")
    return "\n".join([*lines, f"  run         {found.run}"])


def said(report: VerifyReport) -> str:
    """What verifying a file found, for people."""
    head = "verified" if report.verified else "not verified"
    state = ", but withdrawn since" if report.withdrawn else ""
    lines = [
        f"{head}{state}" + (f": clip {report.clip}" if report.clip else ""),
        f"  credentials {report.credentials.state.value}",
        f"  visible     {report.visible.state.value}",
        f"  invisible   {report.invisible.state.value}: {report.invisible.reason}",
    ]
    return "\n".join(lines + [f"  disagrees   {one}" for one in report.disagreements])

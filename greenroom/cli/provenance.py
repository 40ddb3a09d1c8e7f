"""`greenroom trace` and `greenroom verify`: where a clip comes from, and whether a file is one of ours."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.output import NO, Json, answer, opened
from greenroom.domain.reviews import Decision
from greenroom.errors import BadInput
from ops.studio import work_folder
from ops.trace import Trace, trace
from ops.verify import verify_file
from ops.verifying.records import StudioRecords
from ops.verifying.report import InvisibleReport, VerifyReport


def trace_clip(clip: Annotated[str, typer.Argument(help="The clip's id.")], as_json: Json = False) -> None:
    """Where a clip comes from: prompt, consents, take, verdicts, marks, and its place in the log."""
    with opened() as studio:
        found = trace(studio, clip)
    answer(found, told(found), as_json=as_json)


def verify(file: Annotated[Path, typer.Argument(help="A film, a picture or a sound.")], as_json: Json = False) -> None:
    """Whether a file is a clip of this installation or a copy of one, and what became of it."""
    if not file.is_file():
        raise BadInput(f"there is no file {file}", "Check the path.")
    with opened() as studio, work_folder(studio) as work:
        report = verify_file(file, StudioRecords(studio), work)
    answer(report, said(report), as_json=as_json)
    raise typer.Exit(0 if report.verified else NO)


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
        if (said := gate.person) is not None:
            with_them = "".join(f" after @{one}" for one in said.approved_before_by)
            word = "approved" if said.decision is Decision.APPROVE else "denied"
            held = ", ".join(dict.fromkeys(rule.id for rule in said.held_by))
            lines.append(f"                {word} by @{said.by}{with_them}, held by {held}: {said.reason}")
    if found.marks is not None:
        lines.append(f"  marks       {found.marks.manifest}, invisible {found.marks.invisible.replace('_', ' ')}")
        lines += [f"  shown before {sha256}" for sha256 in found.marks.earlier]
    if found.log is not None:
        state = "proved" if found.log.included else "NOT PROVED"
        lines.append(f"  log         leaf {found.log.leaf} of {found.log.size}, {state}")
    return "\n".join([*lines, f"  run         {found.run}"])


def said(report: VerifyReport) -> str:
    """What verifying a file found, for people."""
    head = "verified" if report.verified else "withdrawn" if report.withdrawn else "not verified"
    lines = [
        head + (f": clip {report.clip}" if report.clip else ""),
        f"  {report.answer}",
        f"  credentials {report.credentials.state.value}",
        f"  visible     {report.visible.state.value}" + (f": {report.visible.reason}" if report.visible.reason else ""),
        *_invisible(report.invisible),
    ]
    lines += [f"  looks like  clip {one.clip}, distance {one.distance}" for one in report.found_by_content]
    return "\n".join(lines + [f"  disagrees   {one}" for one in report.disagreements])


def _invisible(found: InvisibleReport) -> list[str]:
    if found.picture is None or found.sound is None:
        return [f"  invisible   {found.state.value}" + (f": {found.reason}" if found.reason else "")]
    lines = []
    for name, mark in (("in picture", found.picture), ("in sound", found.sound)):
        more = [one for one in (mark.clip and f"clip {mark.clip}", mark.geometry, mark.reason) if one]
        lines.append(f"  {name:11} {mark.state.value}" + (f": {', '.join(more)}" if more else ""))
    return lines

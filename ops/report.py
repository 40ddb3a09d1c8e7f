"""What became of a brief, in the words of the design: the document `make --json` prints and the feed shows."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen
from greenroom.domain.clips import Marked, Publication, Status
from greenroom.domain.reviews import Decision
from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Outcome, Rule, Verdict
from greenroom.errors import NotFound
from ledger import briefs, clips, publications, remarkings, removals, verdicts
from ledger.database import Reader
from moderation.review import ANSWERED
from ops.notices import names
from ops.shown import judged
from ops.studio import Studio

ExportKind = Literal["mp4", "vtt", "c2pa"]  # also the suffix of the file


class Unchecked(Frozen):
    """What a gate had no means to check, and why."""

    name: str
    reason: str


class PersonSaid(Frozen):
    """A person's answer in a verdict: who decided, of whom agreed before, when, why, and what had held it."""

    decision: Decision
    by: str  # account name
    approved_before_by: tuple[str, ...] = ()
    at: datetime
    reason: str
    held_by: tuple[Rule, ...]


class GateLine(Frozen):
    gate: int
    name: str
    outcome: Outcome
    rules: tuple[Rule, ...]
    not_checked: tuple[Unchecked, ...] = ()
    person: PersonSaid | None = None  # whose answer it is, where one decided


class Made(Frozen):
    """The answer of `make`. `clip` and `file` are None when it was refused before a take; `seconds` is the clip's."""

    brief: str
    clip: str | None
    status: Status
    file: Path | None
    captions: Path | None
    seconds: float
    verdicts: tuple[GateLine, ...]
    timings: dict[str, float] = Field(default_factory=dict)  # seconds by gate

    @property
    def published(self) -> bool:
        return self.status is Status.PUBLISHED


def made(studio: Studio, brief_id: str) -> Made:
    """What stands in the ledger of a brief, with its files exported when it is published. Raises `NotFound`."""
    with studio.ledger.read() as tx:
        brief = briefs.by_id(tx, brief_id)
        if brief is None:
            raise NotFound(f"no brief has the id {brief_id}", "greenroom status lists today's briefs.")
        found = verdicts.latest(tx, brief_id)
        clip = clips.by_brief(tx, brief_id)
        publication = publications.by_clip(tx, clip.id) if clip is not None else None
        status = status_of(tx, found, publication)
        published = publication if status is Status.PUBLISHED else None
        shown = remarkings.shown(tx, published) if published is not None else None
        stand = {one.judgement.gate: one for one in judged(tx, brief_id, published)} if published else found
        lines = tuple(gate_line(tx, stand[gate]) for gate in sorted(stand))
    return Made(
        brief=brief_id,
        clip=clip.id if clip is not None else None,
        status=status,
        file=_export(studio, shown, "mp4") if shown else None,
        captions=_export(studio, shown, "vtt") if shown else None,
        seconds=brief.seconds,
        verdicts=lines,
        timings={gate.title: stand[gate].seconds for gate in sorted(stand)},
    )


def status_of(tx: Reader, found: dict[Gate, Verdict], publication: Publication | None) -> Status:
    """A clip's status, derived: published unless it was removed or a likeness it rests on is withdrawn.

    Before a publication: what its gates said.
    """
    if publication is not None and publications.visible(tx, {publication.clip}):
        return Status.PUBLISHED
    clip = publication.clip if publication is not None else _clip(found)
    if clip is not None and removals.of_clip(tx, clip) is not None:
        return Status.REMOVED
    if publication is not None:
        return Status.WITHDRAWN
    outcomes = {verdict.judgement.outcome for verdict in found.values()}
    if Outcome.DENY in outcomes:
        return Status.DENIED
    return Status.HELD if Outcome.HOLD in outcomes else Status.PENDING


def _clip(found: dict[Gate, Verdict]) -> str | None:
    return next((verdict.clip for verdict in found.values() if verdict.clip is not None), None)


def gate_line(tx: Reader, verdict: Verdict) -> GateLine:
    """A verdict as it is told."""
    judged = verdict.judgement
    not_checked = tuple(
        Unchecked(name=one.name, reason=one.reason or "")
        for one in judged.evidence
        if one.kind is EvidenceKind.NOT_CHECKED
    )
    return GateLine(
        gate=judged.gate.value,
        name=judged.gate.title,
        outcome=judged.outcome,
        rules=judged.rules,
        not_checked=not_checked,
        person=_person(tx, judged),
    )


def _person(tx: Reader, judgement: Judgement) -> PersonSaid | None:
    seen = next((one for one in judgement.evidence if one.name == ANSWERED), None)
    if seen is None or not isinstance(seen.value, dict):
        return None
    told = {name: value for name, value in seen.value.items() if name in PersonSaid.model_fields}
    said = PersonSaid.model_validate({**told, "reason": seen.reason or ""})
    known = names(tx, {said.by, *said.approved_before_by})
    return said.model_copy(
        update={"by": known[said.by], "approved_before_by": tuple(known[one] for one in said.approved_before_by)}
    )


def exported(studio: Studio, clip: str, kind: ExportKind) -> Path:
    """Where a published clip's files stand for people: a copy of the store's blob under a name they can read."""
    return studio.settings.home / "clips" / f"{clip}.{kind}"


def export_again(studio: Studio, brief_id: str, clip: str) -> None:
    """Renew the files for people of a clip whose file was replaced, where there are any."""
    there = [path for kind in get_args(ExportKind) if (path := exported(studio, clip, kind)).exists()]
    for path in there:
        path.unlink()
    if there:
        made(studio, brief_id)


def _export(studio: Studio, marked: Marked, kind: Literal["mp4", "vtt"]) -> Path:
    refs: dict[str, BlobRef] = {"mp4": marked.file, "vtt": marked.captions}
    path = exported(studio, marked.clip, kind)
    if not _is(path, refs[kind]):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{kind}.partial")
        partial.write_bytes(studio.get(refs[kind]))
        partial.replace(path)
    return path


def _is(path: Path, ref: BlobRef) -> bool:
    """Whether a file is that blob: the clip may have been marked again since it was written."""
    if not path.exists() or path.stat().st_size != ref.size:
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == ref.sha256

"""Where a clip comes from: its prompt, who said yes, how it was made and judged, and its place in the log.

This is the ledger's own answer, for one clip at this moment; the warehouse answers the same for all at once, and a
test holds the two together.
"""

from datetime import datetime

from greenroom.domain.base import Frozen, salted_digest
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import Marked, Publication, Status, Take
from greenroom.errors import NotFound
from ledger import (
    accounts,
    briefs,
    clips,
    consents,
    edges,
    likenesses,
    log,
    outputs,
    publications,
    verdicts,
    withdrawals,
)
from ledger.database import Reader
from ledger.outputs import Output
from ops.as_published import published_take
from ops.logged import logged, newest
from ops.report import GateLine, gate_line, status_of
from ops.shown import ShownFile, judged, shown_files
from ops.stages.handling import Stage
from ops.studio import Studio


class TracedConsent(Frozen):
    """A consent the clip rests on. `in_clip` tells its own likenesses from an ancestor's."""

    likeness: str  # handle
    species: str
    consent: str
    version: int
    audience: str
    attested_by: str
    given_at: datetime
    expires_at: datetime | None
    receipt_sha256: str
    leaf: int
    withdrawn: bool
    in_clip: bool


class TracedTake(Frozen):
    generator: str
    model: str
    weights: str | None
    seed: int
    seconds: float
    width: int
    height: int
    frames_sha256: str


class TracedMarks(Frozen):
    """Those of the file that viewers are given. `invisible`: found, or not_checked in a file of an older policy."""

    manifest: str
    file_sha256: str
    prompt_sha256: str
    run: str  # that put them on
    visible: bool
    invisible: str
    leaf: int | None  # of the publication or remarking that shows the file
    earlier: tuple[str, ...] = ()  # SHA-256 of the files shown before it, oldest first


class TracedLog(Frozen):
    leaf: int
    size: int
    root: str
    included: bool


class Trace(Frozen):
    """The answer of `trace`; what a clip has not reached is None."""

    clip: str
    status: Status
    prompt: str
    requester: str
    consents: tuple[TracedConsent, ...]
    ancestors: tuple[str, ...]
    take: TracedTake | None
    verdicts: tuple[GateLine, ...]
    marks: TracedMarks | None
    log: TracedLog | None
    run: str


def trace(studio: Studio, clip_id: str) -> Trace:
    """Trace a clip in one snapshot of the ledger. Raises `NotFound`."""
    with studio.ledger.read() as tx:
        clip = clips.by_id(tx, clip_id)
        brief = briefs.by_id(tx, clip.brief) if clip is not None else None
        if clip is None or brief is None:
            raise NotFound(f"no clip has the id {clip_id}", "greenroom status lists what was made.")
        publication = publications.by_clip(tx, clip_id)
        requester = accounts.by_id(tx, brief.requester)
        last = outputs.latest(tx, brief.id, Stage.TAKE.value)
        take = published_take(tx, publication) if publication is not None else last
        marked = outputs.latest(tx, brief.id, Stage.MARKS.value)
        return Trace(
            clip=clip_id,
            status=status_of(tx, verdicts.latest(tx, brief.id), publication),
            prompt=brief.prompt,
            requester=requester.name if requester is not None else brief.requester,
            consents=_consents(tx, brief, publication),
            ancestors=edges.ancestors(tx, clip_id),
            take=_take(Take.model_validate(take.document)) if take is not None else None,
            verdicts=tuple(gate_line(tx, one) for one in judged(tx, brief.id, publication)),
            marks=_marks(tx, brief, publication, marked) if marked is not None else None,
            log=_log(studio, tx, publication) if publication is not None else None,
            run=publication.run if publication is not None else (take.run if take is not None else ""),
        )


def _consents(tx: Reader, brief: Brief, publication: Publication | None) -> tuple[TracedConsent, ...]:
    if publication is None:
        return ()
    found = []
    for one in publication.rests_on:
        likeness, consent = likenesses.by_id(tx, one.likeness), consents.by_id(tx, one.consent)
        leaf = consents.leaf(tx, one.consent)
        if likeness is None or consent is None or leaf is None or not 0 <= leaf.index < log.size(tx):
            continue  # a gap: `greenroom audit gaps` names it
        found.append(
            TracedConsent(
                likeness=likeness.handle,
                species=likeness.species,
                consent=consent.id,
                version=consent.version,
                audience=consent.audience.value,
                attested_by=consent.attested_by.value,
                given_at=consent.given_at,
                expires_at=consent.expires_at,
                receipt_sha256=consents.statement_hash(tx, consent.id),
                leaf=leaf.index,
                withdrawn=likeness.id in withdrawals.withdrawn(tx, {likeness.id}),
                in_clip=likeness.handle in brief.likenesses,
            )
        )
    return tuple(found)


def _take(take: Take) -> TracedTake:
    return TracedTake(**{name: getattr(take, name) for name in TracedTake.model_fields})


def _marks(tx: Reader, brief: Brief, publication: Publication | None, output: Output) -> TracedMarks:
    """`file_sha256` is of the published file; before publication, of the sealed one."""
    draft = ShownFile(Marked.model_validate(output.document), output.run, None, output.recorded_at)
    *earlier, now = shown_files(tx, publication) if publication is not None else (draft,)
    return TracedMarks(
        manifest=now.marked.manifest,
        file_sha256=now.marked.file.sha256,
        prompt_sha256=salted_digest(now.marked.prompt_salt, brief.prompt),
        run=now.run,
        visible=bool(now.marked.label),
        invisible="found" if now.marked.invisible is not None else "not_checked",
        leaf=now.leaf.index if now.leaf is not None else None,
        earlier=tuple(one.marked.file.sha256 for one in earlier),
    )


def _log(studio: Studio, tx: Reader, publication: Publication) -> TracedLog | None:
    leaf = publications.leaf(tx, publication.clip)
    if leaf is None:
        return None
    statement = salted_digest(publication.salt, publication)
    found = logged(tx, newest(studio, tx), log.Kind.PUBLICATION, statement, leaf.index, "the publication")
    return TracedLog(leaf=found.leaf, size=found.tree_size, root=found.root, included=found.included)

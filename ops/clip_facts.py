"""What the ledger knows of a clip, in the form the verifier holds a file against."""

from greenroom.domain.base import salted_digest
from greenroom.domain.clips import Publication, Status
from greenroom.errors import NotFound
from ledger import clips, publications, remarkings
from ledger.database import Reader
from ledger.log import Kind
from ops.credentials.manifest import likeness_sha256
from ops.logged import Signed, logged, newest
from ops.rested_consents import consent_facts
from ops.shown import ShownFile, shown_files
from ops.studio import Studio
from ops.trace import trace
from ops.verifying.facts import ClipFacts, FileFacts, LogFacts


def clip_facts(studio: Studio, clip_id: str) -> ClipFacts | None:
    """The facts of a clip that was published here, whether or not it was taken away since; None for any other id."""
    try:
        found = trace(studio, clip_id)
    except NotFound:
        return None
    withdrawn = found.status in (Status.WITHDRAWN, Status.REMOVED)
    with studio.ledger.read() as tx:
        clip, publication = clips.by_id(tx, clip_id), publications.by_clip(tx, clip_id)
        if clip is None or found.take is None or publication is None:
            return None
        signed = newest(studio, tx)
        *earlier, now = _files(tx, publication, found.prompt, signed)
        consents = () if withdrawn else consent_facts(tx, publication, signed)
    return ClipFacts(
        **dict(now),
        clip=clip_id,
        brief=clip.brief,
        maker=found.requester,
        model=found.take.model,
        seed=found.take.seed,
        weights=found.take.weights,
        withdrawn=withdrawn,
        consents=consents,
        earlier=tuple(earlier),
    )


def _files(tx: Reader, publication: Publication, prompt: str, signed: Signed) -> list[FileFacts]:
    """Its files, oldest first, each with the leaf of the record that showed it."""
    of = "the record of its"
    said = [(Kind.PUBLICATION, salted_digest(publication.salt, publication), f"{of} publication")]
    said += [
        (Kind.REMARKING, salted_digest(again.salt, again), f"{of} being marked again")
        for again in remarkings.of_clip(tx, publication.clip)
    ]
    return [
        _file(shown, prompt, logged(tx, signed, kind, statement, shown.leaf.index, what) if shown.leaf else None)
        for shown, (kind, statement, what) in zip(shown_files(tx, publication), said, strict=True)
    ]


def _file(shown: ShownFile, prompt: str, log: LogFacts | None) -> FileFacts:
    marked = shown.marked
    return FileFacts(
        file_sha256=marked.file.sha256,
        manifest=marked.manifest,
        run=shown.run,
        prompt_sha256=salted_digest(marked.prompt_salt, prompt),
        likenesses=tuple(likeness_sha256(one.salt, one.likeness) for one in marked.likenesses),
        log=log,
        shown_at=shown.shown_at,
    )

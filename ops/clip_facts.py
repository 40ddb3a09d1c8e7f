"""What the ledger knows of a clip, in the form the verifier holds a file against."""

from greenroom.domain.base import salted_digest
from greenroom.domain.clips import Status
from greenroom.errors import NotFound
from ledger import clips, log, publications
from ledger.database import Reader
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
    with studio.ledger.read() as tx:
        clip, publication = clips.by_id(tx, clip_id), publications.by_clip(tx, clip_id)
        shown = shown_files(tx, publication) if publication is not None else ()
        files = [_file(tx, one, found.prompt) for one in shown]
    if clip is None or found.take is None or not files:
        return None
    *earlier, now = files
    return ClipFacts(
        **dict(now),
        clip=clip_id,
        brief=clip.brief,
        maker=found.requester,
        model=found.take.model,
        seed=found.take.seed,
        withdrawn=found.status in (Status.WITHDRAWN, Status.REMOVED),
        earlier=tuple(earlier),
    )


def _file(tx: Reader, shown: ShownFile, prompt: str) -> FileFacts:
    proof = log.prove(tx, shown.leaf.index) if shown.leaf is not None else None
    return FileFacts(
        file_sha256=shown.marked.file.sha256,
        manifest=shown.marked.manifest,
        run=shown.run,
        prompt_sha256=salted_digest(shown.marked.prompt_salt, prompt),
        log=LogFacts(included=proof.holds(), leaf=proof.index, tree_size=proof.size, root=proof.root)
        if proof is not None
        else None,
        shown_at=shown.shown_at,
    )

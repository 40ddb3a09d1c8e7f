"""What the ledger knows of a clip, in the form the verifier holds a file against."""

from greenroom.domain.clips import Status
from greenroom.errors import NotFound
from ledger import clips
from ops.studio import Studio
from ops.trace import trace
from ops.verify import ClipFacts, LogFacts


def clip_facts(studio: Studio, clip_id: str) -> ClipFacts | None:
    """The facts of a clip that was published here, whether or not it was taken away since; None for any other id."""
    try:
        found = trace(studio, clip_id)
    except NotFound:
        return None
    with studio.ledger.read() as tx:
        clip = clips.by_id(tx, clip_id)
    if clip is None or found.take is None or found.marks is None or found.log is None:
        return None
    return ClipFacts(
        clip=clip_id,
        file_sha256=found.marks.file_sha256,
        manifest=found.marks.manifest,
        brief=clip.brief,
        run=found.marks.run,
        maker=found.requester,
        model=found.take.model,
        seed=found.take.seed,
        prompt_sha256=found.marks.prompt_sha256,
        withdrawn=found.status in (Status.WITHDRAWN, Status.REMOVED),
        log=LogFacts(included=found.log.included, leaf=found.log.leaf, tree_size=found.log.size, root=found.log.root),
    )

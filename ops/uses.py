"""What an owner sees of their likeness: every use, drafts and refusals too; what is new; and deleting a single one."""

from datetime import datetime

from greenroom.domain.base import Frozen
from greenroom.domain.clips import Status
from greenroom.domain.consents import Account, Likeness
from greenroom.domain.removals import Notice, Removal, RemovalCause
from greenroom.domain.verdicts import Outcome, Verdict
from greenroom.errors import BadInput, NotFound
from ledger import accounts, briefs, clips, notices, publications, verdicts
from ledger import uses as found_uses
from ledger.database import Reader
from ops.credentials.manifest import likeness_sha256
from ops.likenesses import find
from ops.removals import remove
from ops.report import status_of
from ops.shown import shown_files
from ops.studio import Studio


class Use(Frozen):
    """One brief with a likeness in it. `by_descent`: a remix of such a clip.

    `gate` and `rules` say what refused or holds it; `reasons` in words. `likeness_sha256` is what the clip's manifest
    shows of the likeness: the hash of `salt` and the likeness's id, which only its owner and the ledger can tell.
    """

    brief: str
    clip: str | None
    status: Status
    requester: str  # account name
    prompt: str
    asked_at: datetime
    gate: int | None
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    by_descent: bool
    salt: str | None = None  # hex
    likeness_sha256: str | None = None


def every_use(studio: Studio, handle: str, owner: Account) -> tuple[Use, ...]:
    """All uses of a likeness, newest first. Raises `NotFound`, and `BadInput` for anyone but its owner."""
    with studio.ledger.read() as tx:
        likeness = _owned(tx, handle, owner)
        return tuple(_use(tx, brief, likeness) for brief in found_uses.of_likeness(tx, likeness.id))


def new_uses(studio: Studio, handle: str, owner: Account) -> tuple[Notice, ...]:
    """What the owner is told of uses since they last asked, newest first; from now on it is read.

    Raises as `every_use`.
    """
    with studio.ledger.write() as tx:
        likeness = _owned(tx, handle, owner)
        upto = notices.read_upto(tx, owner.id, likeness.id)
        told = notices.of_account(tx, owner.id, after=upto, likeness=likeness.id)
        if told:
            notices.mark_read(tx, owner.id, likeness.id, tx.revision)
    return told


def delete_use(studio: Studio, handle: str, owner: Account, clip_id: str, reason: str = "") -> Removal:
    """Take one clip with a likeness away, published or a draft; its remixes stay.

    Raises `NotFound`, and `BadInput` for anyone but the owner, or a clip that does not use the likeness.
    """
    with studio.ledger.write() as tx:
        likeness = _owned(tx, handle, owner)
        clip = clips.by_id(tx, clip_id)
        if clip is None:
            raise NotFound(f"no clip has the id {clip_id}", f"greenroom likeness uses @{likeness.handle} lists them.")
        if clip.brief not in found_uses.of_likeness(tx, likeness.id):
            raise BadInput(
                f"clip {clip_id} does not use @{likeness.handle}",
                "Anyone may ask for a takedown of any clip: greenroom takedown request CLIP.",
            )
        return remove(tx, clip, RemovalCause.OWNER, owner, reason)


def _owned(tx: Reader, handle: str, owner: Account) -> Likeness:
    likeness = find(tx, handle)
    if likeness.owner != owner.id:
        raise BadInput(
            f"@{likeness.handle} belongs to another account than @{owner.name}", "Its uses are shown to its owner."
        )
    return likeness


def _use(tx: Reader, brief_id: str, likeness: Likeness) -> Use:
    brief = briefs.by_id(tx, brief_id)
    if brief is None:
        raise NotFound(f"no brief has the id {brief_id}", "Restore the ledger from a backup.")
    clip = clips.by_brief(tx, brief_id)
    publication = publications.by_clip(tx, clip.id) if clip is not None else None
    judged = verdicts.latest(tx, brief_id)
    requester = accounts.by_id(tx, brief.requester)
    refusal = _refusal(tuple(judged.values())) if publication is None else None
    salted = shown_files(tx, publication)[-1].marked.likenesses if publication is not None else ()
    salt = next((one.salt for one in salted if one.likeness == likeness.id), None)
    return Use(
        brief=brief_id,
        clip=clip.id if clip is not None else None,
        status=status_of(tx, judged, publication),
        requester=requester.name if requester is not None else brief.requester,
        prompt=brief.prompt,
        asked_at=brief.recorded_at,
        gate=refusal.judgement.gate.value if refusal is not None else None,
        rules=tuple(rule.id for rule in refusal.judgement.rules) if refusal is not None else (),
        reasons=tuple(rule.reason for rule in refusal.judgement.rules) if refusal is not None else (),
        by_descent=likeness.handle not in brief.likenesses,
        salt=salt,
        likeness_sha256=likeness_sha256(salt, likeness.id) if salt is not None else None,
    )


def _refusal(judged: tuple[Verdict, ...]) -> Verdict | None:
    """The first gate that did not allow."""
    return next((one for one in judged if one.judgement.outcome is not Outcome.ALLOW), None)

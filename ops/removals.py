"""Removing one clip: it is gone from the next request on, its media within the hour, and its maker is told."""

from greenroom.domain.base import new_id, new_salt, now
from greenroom.domain.clips import Clip
from greenroom.domain.consents import Account
from greenroom.domain.removals import Removal, RemovalCause
from ledger import erasures, removals
from ledger.database import Writer
from ops.erase import order
from ops.notices import tell_maker


def remove(
    tx: Writer, clip: Clip, cause: RemovalCause, by: Account, reason: str, takedown: str | None = None
) -> Removal:
    """Record the removal of a clip, published or a draft, in the caller's transaction; a second one is the first."""
    earlier = removals.of_clip(tx, clip.id)
    if earlier is not None:
        return earlier
    removal = Removal(
        id=new_id("rm"),
        clip=clip.id,
        cause=cause,
        by=by.id,
        reason=reason,
        takedown=takedown,
        salt=new_salt(),
        recorded_at=now(),
    )
    removals.add(tx, removal)
    erasures.order(tx, order(removal.id, brief=clip.brief))
    tell_maker(tx, removal, clip.brief)
    return removal

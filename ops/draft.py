"""The plan of a request before anything is filed: what `make --plan` shows."""

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Batch, Lane
from greenroom.domain.consents import Account
from greenroom.domain.storyboards import Storyboard
from ops.briefs import Request, brief_of
from ops.likenesses import find
from ops.plan.planners import planned
from ops.stages.storyboard import parent_storyboard
from ops.studio import Studio


def draft(studio: Studio, request: Request, requester: Account) -> Storyboard:
    """The storyboard a request would be filmed from. No gate is asked and nothing is recorded.

    Raises `NotFound` for a likeness that is not enrolled.
    """
    if request.storyboard is not None:
        return studio.get_document(request.storyboard, Storyboard)
    moment = now()
    batch = Batch(
        id=new_id("ba"), lane=Lane.INTERACTIVE, day=moment.date(), requested_by=requester.id, recorded_at=moment
    )
    brief = brief_of(request, batch)
    with studio.ledger.read() as tx:
        likenesses = tuple(find(tx, handle) for handle in brief.likenesses)
    parent = parent_storyboard(studio, brief.parent) if brief.parent else None
    return planned(studio.settings, brief, likenesses, parent)

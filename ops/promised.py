"""Whether a sweep has anything to do: asked every minute, so it must cost next to nothing."""

from greenroom.domain.base import Frozen, now
from greenroom.domain.reviews import ReviewSubject
from ledger import erasures, reviews
from ops.studio import Studio, abandoned


class Promised(Frozen):
    """Orders to erase that are open, takedowns that are overdue, and folders that killed processes left."""

    orders: tuple[str, ...]
    takedowns: tuple[str, ...]
    abandoned: int

    @property
    def nothing(self) -> bool:
        return not (self.orders or self.takedowns or self.abandoned)


def promised(studio: Studio) -> Promised:
    moment = now()
    with studio.ledger.read() as tx:
        opened = (*erasures.open_orders(tx, of_briefs=False), *erasures.open_orders(tx, of_briefs=True))
        waiting = reviews.waiting(tx, ReviewSubject.TAKEDOWN)
    late = tuple(one.subject for one in waiting if one.due_at is not None and one.due_at < moment)
    return Promised(orders=tuple(one.id for one in opened), takedowns=late, abandoned=len(abandoned(studio)))

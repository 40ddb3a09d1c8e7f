"""Which enrolments wait for a run."""

from datetime import date

from greenroom.domain.enrolments import EnrolmentState
from ledger import enrolments
from ops.studio import Studio


def pending(studio: Studio, day: date | None = None) -> tuple[str, ...]:
    """Ids of enrolments (filed on a day, in UTC, or ever) about which nothing was concluded yet, oldest first."""
    with studio.ledger.read() as tx:
        return tuple(one.id for one in enrolments.in_state(tx, {EnrolmentState.FILED}, day))

"""Batches that wait: filed by the feed, the command line or a trend, and not yet at their end.

The ledger is the queue. A batch is unfinished while one of its briefs is neither refused nor judged by the last gate,
so one whose run was killed is unfinished again, and goes on where it stopped.
"""

from datetime import timedelta

from greenroom.domain.base import now
from greenroom.domain.briefs import Batch
from ledger import waiting
from ops.studio import Studio

SETTLE = timedelta(seconds=10)  # a batch this young may be about to start in the process that filed it
REACH = timedelta(days=7)  # an older one is a matter for a person: greenroom status shows it


def unfinished(studio: Studio, settle: timedelta = SETTLE) -> tuple[Batch, ...]:
    """Batches with work left, oldest first; whether a run has one now is Dagster's to say."""
    moment = now()
    with studio.ledger.read() as tx:
        return waiting.batches(tx, since=moment - REACH, until=moment - settle)

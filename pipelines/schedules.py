"""What happens by the clock."""

import dagster as dg

from greenroom.domain.base import now
from greenroom.domain.briefs import Lane
from pipelines.jobs import snapshot_job


@dg.schedule(
    job=snapshot_job,
    cron_schedule="*/15 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Brings withdrawals, reviews and refusals into the snapshot, which a batch does only for itself.",
)
def refresh_snapshot() -> dg.RunRequest:
    """A refresh takes in all that the ledger has; the partition it is filed under is today's first lane."""
    key = dg.MultiPartitionKey({"day": now().date().isoformat(), "lane": Lane.INTERACTIVE.value})
    return dg.RunRequest(partition_key=key)

"""The sensor that gives each waiting batch a run: the ledger says which are unfinished, Dagster which have one."""

import dagster as dg

from greenroom.domain.briefs import Batch
from ops.studio import Studio
from ops.waiting import unfinished
from pipelines.jobs import BATCH_TAG, clips_job, partition, run_config
from pipelines.liveness import end_dead

ATTEMPTS = 3  # a batch that stopped its run this often is not started again by itself


def carried(instance: dg.DagsterInstance, batch: str) -> tuple[int, bool]:
    """How many runs a batch had, and whether one has it now."""
    runs = instance.get_runs(dg.RunsFilter(tags={BATCH_TAG: batch}))
    return len(runs), any(not run.is_finished for run in runs)


def request(batch: Batch, attempt: int) -> dg.RunRequest:
    """The run that carries a batch; the same attempt asked twice is one run."""
    return dg.RunRequest(
        run_key=batch.id if attempt == 0 else f"{batch.id}/{attempt}",
        run_config=run_config(batch.id),
        partition_key=partition(batch),
        tags={BATCH_TAG: batch.id},
    )


@dg.sensor(
    job=clips_job,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run for each batch that waits in the ledger, and once more for one whose run was killed.",
)
def waiting_batches(
    context: dg.SensorEvaluationContext, studio: dg.ResourceParam[Studio]
) -> dg.SensorResult | dg.SkipReason:
    for run in end_dead(context.instance, studio.settings):
        context.log.info(f"run {run} was killed: reported as canceled")
    found, requests = unfinished(studio), []
    for batch in found:
        attempts, running = carried(context.instance, batch.id)
        if not running and attempts < ATTEMPTS:
            requests.append(request(batch, attempts))
    return dg.SensorResult(requests) if requests else dg.SkipReason(f"{len(found)} unfinished batches, none waits")

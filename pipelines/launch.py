"""Running a batch from the command line: the same job that Dagster shows, in this process."""

from uuid import uuid4

import dagster as dg

from greenroom.domain.briefs import Batch
from greenroom.errors import GreenroomError, Unavailable
from greenroom.settings import Settings
from pipelines.definitions import build_defs
from pipelines.instance import open_instance
from pipelines.jobs import BATCH_TAG, CLIPS, partition, run_config
from pipelines.liveness import alive, end_dead

# Dagster would print every event to the terminal; they are in its records, and progress is the command line's.
QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


def run_batch(batch: Batch) -> str:
    """Carry a batch through all stages; its run's id. Raises the error that stopped it, when one did.

    A refusal stops nothing. What a stopped run had finished is kept: running the batch again goes on from there.
    """
    settings, run, job = Settings.load(), str(uuid4()), build_defs().resolve_job_def(CLIPS)
    with open_instance() as instance, alive(settings, run):
        end_dead(instance, settings)  # a killed run keeps its slot in a pool, and this one would wait for it
        result = job.execute_in_process(
            instance=instance,
            run_id=run,
            partition_key=partition(batch),
            run_config=run_config(batch.id) | QUIET,
            tags={BATCH_TAG: batch.id},
            raise_on_error=False,
        )
    if not result.success:
        raise _cause(result)
    return result.run_id


def _cause(result: dg.ExecuteInProcessResult) -> GreenroomError:
    """The error under Dagster's wrapping: ours as it was raised, any other as what it says."""
    for event in result.all_events:
        if event.is_step_failure and (failure := event.step_failure_data) is not None and failure.error is not None:
            innermost = failure.error
            while innermost.cause is not None:
                innermost = innermost.cause
            return Unavailable(
                f"the run {result.run_id} stopped in {event.step_key}: {innermost.message.strip()}",
                "Mend that and run the same command again: it goes on where it stopped.",
            )
    return Unavailable(f"the run {result.run_id} stopped", "See it in Dagster: make dev.")

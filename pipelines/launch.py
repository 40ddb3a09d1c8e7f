"""Running a batch from the command line: the same job that Dagster shows, in this process."""

from collections.abc import Mapping
from uuid import uuid4

import dagster as dg

from greenroom import errors
from greenroom.domain.briefs import Batch
from greenroom.errors import GreenroomError, Unavailable, Unforeseen
from greenroom.settings import Settings
from pipelines.definitions import build_defs
from pipelines.instance import open_instance
from pipelines.jobs import BATCH_TAG, CLIPS, partition, run_config
from pipelines.liveness import alive, end_dead

# Dagster would print every event to the terminal, a failed step with its traceback: they are in its records, and
# progress and errors are the command line's. What stops nothing and must be seen is logged as critical.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
OURS = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, GreenroomError)
}


def run_batch(batch: Batch) -> str:
    """Carry a batch through all stages; its run's id. Raises the error that stopped it, when one did.

    A refusal stops nothing. What a stopped run had finished is kept: running the batch again goes on from there.
    """
    return execute(CLIPS, partition(batch), run_config(batch.id), {BATCH_TAG: batch.id})


def execute(name: str, key: str, config: Mapping[str, object], tags: Mapping[str, str]) -> str:
    """Run a job for a partition in this process; the run's id. Raises the error that stopped it, when one did."""
    settings, run, job = Settings.load(), str(uuid4()), build_defs().resolve_job_def(name)
    with open_instance() as instance, alive(settings, run):
        end_dead(instance, settings)  # a killed run keeps its slot in a pool, and this one would wait for it
        result = job.execute_in_process(
            instance=instance,
            run_id=run,
            partition_key=key,
            run_config={**config, **QUIET},
            tags=dict(tags),
            raise_on_error=False,
        )
    if not result.success:
        raise _cause(result)
    return result.run_id


def stopped(batch: str) -> bool:
    """Whether the last run of a batch did not end by itself: it was killed, it failed, or it is still at work."""
    with open_instance() as instance:
        runs = instance.get_runs(dg.RunsFilter(tags={BATCH_TAG: batch}), limit=1)
        return any(run.status is not dg.DagsterRunStatus.SUCCESS for run in runs)


def _cause(result: dg.ExecuteInProcessResult) -> GreenroomError:
    """The error under Dagster's wrapping: ours as it was raised, any other as what it says."""
    for event in result.all_events:
        if event.is_step_failure and (failure := event.step_failure_data) is not None and failure.error is not None:
            error = failure.error
            while error.cls_name not in OURS and error.cause is not None:
                error = error.cause
            said = error.message.strip()
            if error.cls_name in OURS:
                fact, _, remedy = said.partition(": ")[2].partition("\n\n")  # Dagster puts the class before it
                return OURS[error.cls_name](fact, remedy)
            return Unforeseen(
                f"the run {result.run_id} stopped in {event.step_key} on an error nobody foresaw: {said}",
                "Its traceback is in Dagster (make dev). Run the same command again: it goes on where it stopped.",
            )
    return Unavailable(f"the run {result.run_id} stopped", "See it in Dagster: make dev.")

"""Enrolments in Dagster: their job, and the sensor for those that wait."""

from collections.abc import Sequence

import dagster as dg

from assets.enrolments import ENROLMENTS, GROUP
from greenroom.domain.base import now
from ops.enrolments.pending import pending
from ops.studio import Studio
from pipelines.liveness import end_dead

ENROL = "enrolments"
ENROLMENT_TAG = "greenroom/enrolment"  # of a run: the enrolment it carries
ATTEMPTS = 3  # an enrolment that stopped its run this often is not started again by itself

enrolments_job = dg.define_asset_job(
    name=ENROL,
    selection=dg.AssetSelection.groups(GROUP),
    executor_def=dg.in_process_executor,
    description="Capture, presentation check, statement and likeness, for some enrolments or for all of a day.",
)


def config(enrolments: Sequence[str]) -> dict[str, object]:
    """The configuration by which every asset handles these enrolments, and no others."""
    return {"ops": {one.node_def.name: {"config": {"enrolments": list(enrolments)}} for one in ENROLMENTS}}


def today() -> str:
    """The partition of what is filed now."""
    return now().date().isoformat()


@dg.sensor(
    job=enrolments_job,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run for each enrolment that waits: its own process was killed, or there was none.",
)
def waiting_enrolments(
    context: dg.SensorEvaluationContext, studio: dg.ResourceParam[Studio]
) -> dg.SensorResult | dg.SkipReason:
    for run in end_dead(context.instance, studio.settings):
        context.log.info(f"run {run} was killed: reported as canceled")
    requests = []
    for enrolment in pending(studio):
        runs = context.instance.get_runs(dg.RunsFilter(tags={ENROLMENT_TAG: enrolment}))
        if len(runs) < ATTEMPTS and all(run.is_finished for run in runs):
            requests.append(
                dg.RunRequest(
                    run_key=f"{enrolment}/{len(runs)}",
                    run_config=config([enrolment]),
                    partition_key=today(),
                    tags={ENROLMENT_TAG: enrolment},
                )
            )
    return dg.SensorResult(requests) if requests else dg.SkipReason("no enrolment waits")

"""The one place where the pipeline is put together: assets, jobs, resources; `dagster.yaml` stands beside it."""

from collections.abc import Mapping

import dagster as dg

from assets.enrolments import ENROLMENTS
from assets.erasures import erasures
from assets.rejudgements import rejudgements
from assets.remarkings import remarkings
from assets.snapshots import snapshots
from pipelines.enrolments import enrolments_job, waiting_enrolments
from pipelines.jobs import STAGES, clips_job, rescan_job, snapshot_job
from pipelines.promises import erasures_job, open_promises
from pipelines.queue import waiting_batches
from pipelines.resources import studio_resource, validator_resource
from pipelines.schedules import refresh_snapshot


def build_defs(overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """Everything Dagster loads. `overrides` replaces resources by key, for tests and other installations."""
    return dg.Definitions(
        assets=[*STAGES, *ENROLMENTS, rejudgements, remarkings, snapshots, erasures],
        jobs=[clips_job, enrolments_job, rescan_job, snapshot_job, erasures_job],
        schedules=[refresh_snapshot],
        sensors=[waiting_batches, waiting_enrolments, open_promises],
        resources={"studio": studio_resource, "validator": validator_resource, **(overrides or {})},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build_defs()

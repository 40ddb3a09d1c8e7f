"""Erasures in Dagster: their job, and the sensor that starts it when something is to be erased or nobody answered."""

import dagster as dg

from assets.erasures import erasures
from greenroom.domain.base import now
from ops.promised import promised
from ops.studio import Studio

ERASE = "erase"
_EVERY = 300  # seconds between two runs while orders stay open: a store that is down is asked again
_REMIND = 3600  # seconds between two runs that say the same takedowns are overdue

erasures_job = dg.define_asset_job(
    name=ERASE,
    selection=dg.AssetSelection.assets(erasures),
    executor_def=dg.in_process_executor,
    description="Erases what was withdrawn or removed; its checks fail when a promise was broken.",
)


@dg.sensor(
    job=erasures_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a sweep when media wait to be erased, and once an hour while a takedown is overdue.",
)
def open_promises(
    context: dg.SensorEvaluationContext, studio: dg.ResourceParam[Studio]
) -> dg.RunRequest | dg.SkipReason:
    found = promised(studio)
    if found.nothing:
        return dg.SkipReason("nothing waits to be erased, and no takedown is overdue")
    runs = context.instance.get_runs(dg.RunsFilter(job_name=ERASE), limit=1)
    if runs and not runs[0].is_finished:
        return dg.SkipReason(f"run {runs[0].run_id} is at it")
    seconds = int(now().timestamp())
    if found.orders or found.abandoned:
        first = found.orders[0] if found.orders else "work"
        return dg.RunRequest(run_key=f"{first}/{len(found.orders)}/{seconds // _EVERY}")
    return dg.RunRequest(run_key=f"{'/'.join(found.takedowns[:5])}/{len(found.takedowns)}/{seconds // _REMIND}")

"""What all stage assets share: which briefs a run handles, and what an operator sees of it in Dagster.

A run that carries a batch handles its briefs; one launched for a partition without a batch handles every brief of
that day and lane that lacks this stage under the present code and policy version, so that a backfill re-judges
the past.
"""

import time
from collections.abc import Callable, Sequence
from datetime import date

import dagster as dg

from assets import summary
from assets.partitions import by_day_and_lane
from greenroom.domain.briefs import Lane
from ops import briefs
from ops.stages.handling import Definition, Handled, handle
from ops.studio import Studio

OWNERS = ["team:operators"]
GROUP = "clips"
Shows = Callable[[Studio, Sequence[Handled]], summary.Metadata]


class BatchConfig(dg.Config):
    """Which briefs the run handles: those of a batch, or (empty) all of the partition that lack the stage."""

    batch: str = ""


def brief_ids(context: dg.AssetExecutionContext, studio: Studio, config: BatchConfig) -> tuple[str, ...]:
    """The briefs this run is about, oldest first."""
    if config.batch:
        return briefs.of_batch(studio, config.batch)
    return briefs.of_day(studio, *day_and_lane(context))


def day_and_lane(context: dg.AssetExecutionContext) -> tuple[date, Lane]:
    key = context.partition_key
    if not isinstance(key, dg.MultiPartitionKey):
        raise dg.DagsterInvariantViolationError(f"expected a partition of day and lane, got {key!r}")
    return date.fromisoformat(key.keys_by_dimension["day"]), Lane(key.keys_by_dimension["lane"])


def run_stage(
    context: dg.AssetExecutionContext, studio: Studio, config: BatchConfig, definition: Definition, shows: Shows
) -> dg.MaterializeResult[None]:
    """Carry each brief through the stage; one that is refused leaves the others alone."""
    started = time.perf_counter()
    handled = []
    for brief in brief_ids(context, studio, config):
        one = handle(studio, definition, brief, context.run.run_id)
        context.log.info(f"{brief}: {one.outcome or summary.REFUSED_EARLIER} {' '.join(one.rules)}".rstrip())
        handled.append(one)
    told = summary.of_stage(definition.stage, handled, time.perf_counter() - started)
    policy = {"policy version": dg.MetadataValue.int(studio.policy.version)}
    return dg.MaterializeResult(metadata={**told, **policy, **shows(studio, handled)})


def stage_asset(
    name: str,
    definition: Definition,
    *,
    after: dg.AssetsDefinition | None,
    kind: str,
    description: str,
    pool: str | None = None,
    shows: Shows = lambda studio, handled: {},
) -> dg.AssetsDefinition:
    """The asset of one stage: its runs hand every brief to the stage's definition.

    `pool` bounds how many work at once over all runs; `shows` adds to what an operator sees of a run.
    """

    @dg.asset(
        name=name,
        partitions_def=by_day_and_lane,
        deps=[] if after is None else [after],
        group_name=GROUP,
        owners=OWNERS,
        kinds={kind},
        code_version=definition.code_version,
        description=description,
        pool=pool,
    )
    def stage(
        context: dg.AssetExecutionContext, config: BatchConfig, studio: dg.ResourceParam[Studio]
    ) -> dg.MaterializeResult[None]:
        return run_stage(context, studio, config, definition, shows)

    return stage

"""What all stage assets share: which briefs a run handles, and what an operator sees of it in Dagster.

A run that carries a batch handles its briefs; one launched for a partition without a batch handles every brief of
that day and lane that lacks this stage under the present code and policy version, so that a backfill re-judges
the past.
"""

import time
from collections import Counter
from datetime import date

import dagster as dg

from assets.partitions import by_day_and_lane
from greenroom.domain.briefs import Lane
from ops import briefs
from ops.stages.handling import Definition, Handled, Stage, handle
from ops.studio import Studio

OWNERS = ["team:operators"]
GROUP = "clips"


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
    context: dg.AssetExecutionContext, studio: Studio, config: BatchConfig, definition: Definition
) -> dg.MaterializeResult[None]:
    """Carry each brief through the stage; one that is refused leaves the others alone."""
    started = time.perf_counter()
    handled = []
    for brief in brief_ids(context, studio, config):
        one = handle(studio, definition, brief, context.run.run_id)
        context.log.info(f"{brief}: {one.outcome or 'refused earlier'} {' '.join(one.rules)}".rstrip())
        handled.append(one)
    return dg.MaterializeResult(metadata=summary(definition.stage, handled, time.perf_counter() - started))


def summary(stage: Stage, handled: list[Handled], seconds: float) -> dict[str, dg.MetadataValue]:
    """Outcome counts, timings and rules, as Dagster shows them beside the materialization."""
    outcomes = Counter(str(one.outcome) if one.outcome else "refused earlier" for one in handled)
    rules = Counter(rule for one in handled for rule in one.rules)
    return {
        "briefs": dg.MetadataValue.int(len(handled)),
        "gate": dg.MetadataValue.text(f"{stage.gate.value} {stage.gate.title}"),
        **{f"outcome/{name}": dg.MetadataValue.int(count) for name, count in sorted(outcomes.items())},
        "reused": dg.MetadataValue.int(sum(one.reused for one in handled)),
        "rules": dg.MetadataValue.json(dict(rules)),
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
    }


def stage_asset(
    name: str,
    definition: Definition,
    *,
    after: dg.AssetsDefinition | None,
    kind: str,
    description: str,
    pool: str | None = None,
) -> dg.AssetsDefinition:
    """The asset of one stage: its runs hand every brief to the stage's definition. `pool` bounds how many at once."""

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
        return run_stage(context, studio, config, definition)

    return stage

"""What was ordered to be erased, and the two promises that have a clock: erased within the hour, answered in 48."""

from collections.abc import Iterator

import dagster as dg

from assets.handling import OWNERS
from ops.studio import Studio
from ops.sweep import sweep
from ops.takedown import overdue

NAME = "erasures"
GROUP = "promises"
ERASED, ANSWERED = "erased within the hour", "takedowns answered in 48 hours"
_CHECKS = (
    dg.AssetCheckSpec(
        ERASED.replace(" ", "_"), asset=NAME, description="No order to erase media is older than an hour."
    ),
    dg.AssetCheckSpec(
        ANSWERED.replace(" ", "_"), asset=NAME, description="No takedown request has waited longer than 48 hours."
    ),
)


@dg.asset(
    name=NAME,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"ledger"},
    code_version="1",
    pool=NAME,
    check_specs=_CHECKS,
    description="Media of what was withdrawn or removed is deleted from the store, and its keys are destroyed.",
)
def erasures(
    context: dg.AssetExecutionContext, studio: dg.ResourceParam[Studio]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Carry out every open order, and say what nobody did in time."""
    swept = sweep(studio, context.run.run_id)
    late = overdue(studio)
    context.log.info(f"{swept.orders} orders carried out, {swept.blobs} files erased")
    yield dg.MaterializeResult(
        metadata={
            "orders": dg.MetadataValue.int(swept.orders),
            "files erased": dg.MetadataValue.int(swept.blobs),
            "bytes erased": dg.MetadataValue.int(swept.size),
        }
    )
    yield dg.AssetCheckResult(
        check_name=_CHECKS[0].name,
        passed=swept.overdue == 0,
        metadata={"overdue": dg.MetadataValue.int(swept.overdue)},
    )
    for one in late:
        context.log.critical(f"takedown {one.takedown.id} was due at {one.takedown.due_at:%Y-%m-%d %H:%M} UTC")
    yield dg.AssetCheckResult(
        check_name=_CHECKS[1].name,
        passed=not late,
        metadata={"overdue": dg.MetadataValue.text(", ".join(one.takedown.id for one in late) or "none")},
    )

"""Published clips of an older policy, marked again: what of a day has not the marks of the present one gets them."""

from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg

from assets.handling import OWNERS, day_and_lane
from assets.partitions import by_day_and_lane
from assets.publications import publications
from ops.as_published import due
from ops.remark import Became, Remarked, mark_again
from ops.stages.marks import CODE_VERSION
from ops.studio import Studio

NAME = "remarkings"
GROUP = "rescans"
_ROWS = 200  # clips shown by name; the ledger has them all
_MARKED = dg.AssetCheckSpec(
    "marks_of_this_policy", asset=NAME, description="Every clip that viewers may see has the marks of this policy."
)


@dg.asset(
    name=NAME,
    partitions_def=by_day_and_lane,
    deps=[publications],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"c2pa"},
    code_version=CODE_VERSION,
    check_specs=[_MARKED],
    description="Published clips of an older policy, marked again; in the lane rescan, those of every lane of the day.",
)
def remarkings(
    context: dg.AssetExecutionContext, studio: dg.ResourceParam[Studio]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Mark each clip again that needs it; one that gate 7 holds keeps its file, and the check says so."""
    done = []
    for brief in due(studio, *day_and_lane(context)):
        one = mark_again(studio, brief, context.run.run_id)
        say = context.log.warning if one.became is Became.HELD else context.log.info
        say(f"{one.clip}: {one.became} {' '.join(rule.reason for rule in one.rules)}".rstrip())
        done.append(one)
    counts = Counter(one.became for one in done)
    held = [one for one in done if one.became is Became.HELD]
    yield dg.MaterializeResult(
        metadata={
            "clips": dg.MetadataValue.int(len(done)),
            **{str(became): dg.MetadataValue.int(counts[became]) for became in Became},
            "policy version": dg.MetadataValue.int(studio.policy.version),
        }
    )
    yield dg.AssetCheckResult(
        check_name=_MARKED.name,
        passed=not held,
        severity=dg.AssetCheckSeverity.WARN,  # each is shown as it was: nobody has to get up at night
        metadata={"held": _table(held)} if held else {},
    )


def _table(held: Sequence[Remarked]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord({"clip": one.clip or "", "reasons": " ".join(rule.reason for rule in one.rules)})
            for one in held[:_ROWS]
        ]
    )

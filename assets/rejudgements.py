"""Published clips judged again under the present policy: what of a day it touches, gate by gate."""

from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg

from assets.handling import OWNERS, day_and_lane
from assets.partitions import by_day_and_lane
from assets.publications import publications
from ops.as_published import due
from ops.rejudge import Rejudged, Stands, judge_again
from ops.studio import Studio

NAME = "rejudgements"
GROUP = "rescans"
_ROWS = 200  # clips shown by name; the ledger has them all
_ALLOWED = dg.AssetCheckSpec(
    "allowed_by_this_policy", asset=NAME, description="Every clip that viewers may see would be published today."
)


@dg.asset(
    name=NAME,
    partitions_def=by_day_and_lane,
    deps=[publications],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"policy"},
    check_specs=[_ALLOWED],
    description="Published clips judged again (gates 2, 3, 5, 6); in the lane rescan, those of every lane of the day.",
)
def rejudgements(
    context: dg.AssetExecutionContext, studio: dg.ResourceParam[Studio]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Ask the gates of each clip that lacks the present policy's answer; what they refuse stays until a person says."""
    done = []
    for brief in due(studio, *day_and_lane(context)):
        one = judge_again(studio, brief, context.run.run_id)
        say = context.log.info if one.stands is Stands.ALLOWED else context.log.warning
        say(f"{one.clip}: {one.stands} {' '.join(rule.reason for rule in one.rules)}".rstrip())
        done.append(one)
    counts = Counter(one.stands for one in done)
    refused = [one for one in done if one.stands in (Stands.REFUSED, Stands.ASKED)]
    yield dg.MaterializeResult(
        metadata={
            "clips": dg.MetadataValue.int(len(done)),
            **{str(stands): dg.MetadataValue.int(counts[stands]) for stands in Stands},
            "gates asked": dg.MetadataValue.int(sum(one.judged for one in done)),
            "policy version": dg.MetadataValue.int(studio.policy.version),
        }
    )
    yield dg.AssetCheckResult(
        check_name=_ALLOWED.name,
        passed=not refused,
        severity=dg.AssetCheckSeverity.WARN,  # each is a person's to take away
        metadata={"refused": _table(refused)} if refused else {},
    )


def _table(refused: Sequence[Rejudged]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "clip": one.clip or "",
                    "stands": str(one.stands),
                    "rules": " ".join(rule.id for rule in one.rules),
                    "reasons": " ".join(rule.reason for rule in one.rules),
                }
            )
            for one in refused[:_ROWS]
        ]
    )

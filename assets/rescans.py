"""What the assets share that look at published clips again: a day's clips one by one, counted, and a check of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import dagster as dg

from assets.handling import OWNERS, day_and_lane
from assets.partitions import by_day_and_lane
from assets.publications import publications
from greenroom.domain.verdicts import Rule
from ops.as_published import due
from ops.studio import Studio

GROUP = "rescans"
_ROWS = 200  # clips shown by name; the ledger has them all


class Looked(Protocol):
    """What became of one brief's clip."""

    @property
    def clip(self) -> str | None: ...
    @property
    def rules(self) -> tuple[Rule, ...]: ...
    @property
    def became(self) -> StrEnum: ...


One = TypeVar("One", bound=Looked)


@dataclass(frozen=True, slots=True)
class Rescan(Generic[One]):
    """One kind of second look: `again` is asked of each brief; clips that became one of `told` fail the check.

    `sums`: what is summed over the clips, by the name under which an operator sees it.
    """

    name: str
    again: Callable[[Studio, str, str], One]
    kinds: type[StrEnum]
    told: tuple[StrEnum, ...]
    check: str
    promise: str  # what the check says of every clip
    table: str  # what the check calls those that fail it
    description: str
    kind: str
    code_version: str | None = None
    sums: Mapping[str, Callable[[One], int]] = field(default_factory=dict)


def rescan_asset(rescan: Rescan[One]) -> dg.AssetsDefinition:
    """The asset of a second look; the lane rescan stands for every lane of its day."""

    @dg.asset(
        name=rescan.name,
        partitions_def=by_day_and_lane,
        deps=[publications],
        group_name=GROUP,
        owners=OWNERS,
        kinds={rescan.kind},
        code_version=rescan.code_version,
        check_specs=[dg.AssetCheckSpec(rescan.check, asset=rescan.name, description=rescan.promise)],
        description=rescan.description,
    )
    def asset(
        context: dg.AssetExecutionContext, studio: dg.ResourceParam[Studio]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        done = []
        for brief in due(studio, *day_and_lane(context)):
            one = rescan.again(studio, brief, context.run.run_id)
            say = context.log.warning if one.became in rescan.told else context.log.info
            say(f"{one.clip}: {one.became} {' '.join(rule.reason for rule in one.rules)}".rstrip())
            done.append(one)
        counts = Counter(one.became for one in done)
        failed = [one for one in done if one.became in rescan.told]
        yield dg.MaterializeResult(
            metadata={
                "clips": dg.MetadataValue.int(len(done)),
                **{str(kind): dg.MetadataValue.int(counts[kind]) for kind in rescan.kinds},
                **{name: dg.MetadataValue.int(sum(map(count, done))) for name, count in rescan.sums.items()},
                "policy version": dg.MetadataValue.int(studio.policy.version),
            }
        )
        yield dg.AssetCheckResult(
            check_name=rescan.check,
            passed=not failed,
            severity=dg.AssetCheckSeverity.WARN,  # each is shown as it was: nobody has to get up at night
            metadata={rescan.table: _table(failed)} if failed else {},
        )

    return asset


def _table(failed: Sequence[Looked]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "clip": one.clip or "",
                    "became": str(one.became),
                    "rules": " ".join(rule.id for rule in one.rules),
                    "reasons": " ".join(rule.reason for rule in one.rules),
                }
            )
            for one in failed[:_ROWS]
        ]
    )

"""After the last gate: the log's head is signed, and what the ledger recorded is validated and put before readers.

One check stands for each noun, over its tables: one for each of a hundred expectations would cost 0.1 s apiece. Rows
that fail one are not swapped in, and the check says which; the clips of the run stay published, because whether a
clip may be seen is asked of the ledger.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.handling import GROUP, OWNERS
from assets.partitions import by_day_and_lane
from assets.publications import publications
from assets.rejudgements import rejudgements
from assets.remarkings import remarkings
from greenroom.errors import GreenroomError
from ops.checkpoint import publish_checkpoint
from ops.studio import Studio
from ops.sweep import keep_log
from ops.warehouse import Refreshed, refresh
from warehouse.tables import TABLES
from warehouse.validation import Expectation, Validator

NAME = "snapshots"
CODE_VERSION = "1"
_SHOWN = 50  # failed expectations of a noun shown by name
RECORDS = "records"  # the check of every table that no other names
NOUNS = {
    "people": ("accounts", "likenesses"),
    "consents": ("consents", "withdrawals", "uses"),
    "briefs": ("batches", "briefs"),
    "verdicts": ("verdicts",),
    "clips": ("clips", "publications", "publication_likenesses", "remarkings", "removals"),
    "log": ("log_leaves", "log_checkpoints"),
}


def check_of(table: str) -> str:
    """The check that speaks for a table of the warehouse."""
    return next((check for check, tables in NOUNS.items() if table in tables), RECORDS)


CHECKS = [
    dg.AssetCheckSpec(check, asset=NAME, description=f"The new rows of {', '.join(tables)} are as expected.")
    for check in (*NOUNS, RECORDS)
    if (tables := [table.name for table in TABLES if check_of(table.name) == check])
]


@dg.asset(
    name=NAME,
    partitions_def=by_day_and_lane,
    deps=[publications, rejudgements, remarkings],
    group_name=GROUP,
    owners=OWNERS,
    kinds={"duckdb", "greatexpectations"},
    code_version=CODE_VERSION,
    pool="warehouse",
    check_specs=CHECKS,
    description="What the ledger recorded, validated and put before readers; the log's head, signed and kept.",
)
def snapshots(
    context: dg.AssetExecutionContext, studio: dg.ResourceParam[Studio], validator: dg.ResourceParam[Validator]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Sign, refresh, and report what was expected and found."""
    signed = publish_checkpoint(studio)
    keep_log(studio)
    log = {"log size": dg.MetadataValue.int(signed.size), "log root": dg.MetadataValue.text(signed.root)}
    try:
        refreshed = refresh(studio, validator)
    except GreenroomError as error:  # what was current stays current, and the checks say that nobody looked
        context.log.critical(f"The feed does not show the new clips yet: {error}")
        yield dg.MaterializeResult(metadata={**log, "not refreshed": dg.MetadataValue.text(str(error))})
        yield from (_unknown(spec.name, str(error)) for spec in CHECKS)
        return
    say = context.log.info if refreshed.swapped else context.log.critical
    say(refreshed.text)
    yield dg.MaterializeResult(metadata={**log, **summary(refreshed)})
    yield from (_checked(spec.name, refreshed) for spec in CHECKS)


def summary(refreshed: Refreshed) -> dict[str, dg.MetadataValue]:
    """What the refresh came to."""
    return {
        "swapped in": dg.MetadataValue.bool(refreshed.swapped),
        "ledger revision": dg.MetadataValue.int(refreshed.cursor),
        "rows": dg.MetadataValue.int(refreshed.rows),
        "merged into base": dg.MetadataValue.bool(refreshed.merged),
        "expectations": dg.MetadataValue.int(len(refreshed.expectations)),
        "failed": dg.MetadataValue.int(len(refreshed.failed)),
        "seconds": dg.MetadataValue.float(round(refreshed.seconds, 3)),
    }


def _checked(check: str, refreshed: Refreshed) -> dg.AssetCheckResult:
    """A noun's expectations together; no new rows are what the last refresh left, which was valid."""
    found = [one for one in refreshed.expectations if check_of(one.table) == check]
    failed = [one for one in found if not one.success]
    return dg.AssetCheckResult(
        check_name=check,
        passed=refreshed.swapped if not found else not failed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "rows": dg.MetadataValue.int(sum({one.table: one.rows for one in found}.values())),
            "expectations": dg.MetadataValue.int(len(found)),
            **({"failed": _table(failed)} if failed else {}),
        },
    )


def _unknown(check: str, reason: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(check_name=check, passed=False, metadata={"not checked": dg.MetadataValue.text(reason)})


def _table(failed: Sequence[Expectation]) -> dg.TableMetadataValue:
    records = [
        {"table": one.table, "column": one.column, "expected": one.expected, "observed": one.observed}
        for one in failed[:_SHOWN]
    ]
    return dg.MetadataValue.table([dg.TableRecord(dict(record)) for record in records])

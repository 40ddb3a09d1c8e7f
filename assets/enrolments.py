"""The way of a likeness: capture, presentation check, consent, likeness.

A run that carries enrolments (run configuration) handles those; one launched for a day without any handles every
enrolment filed that day that nothing was concluded about, so that a killed run's work goes on in the next.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import dagster as dg
from pydantic import Field

from assets.handling import OWNERS
from assets.partitions import by_day
from ops.enrolments.checking import CODE_VERSION, check
from ops.enrolments.pending import pending
from ops.enrolments.settling import settle
from ops.enrolments.statement import state_consent
from ops.studio import Studio

GROUP = "likenesses"
POOL = "enrolments"
Metadata = Mapping[str, dg.MetadataValue]
_ROWS = 200  # enrolments shown by name; the ledger has them all


class EnrolmentConfig(dg.Config):
    """Which enrolments the run handles; empty: all of the day that wait."""

    enrolments: list[str] = Field(default_factory=list)


def _handle(
    context: dg.AssetExecutionContext, studio: Studio, config: EnrolmentConfig, act: Callable[[str, str], str]
) -> dg.MaterializeResult[None]:
    """Let `act` (enrolment id, run id) do its part for each; what it says of each is shown and counted."""
    started = time.perf_counter()
    ids = tuple(config.enrolments) or pending(studio, date.fromisoformat(context.partition_key))
    said: dict[str, str] = {}
    for enrolment in ids:
        said[enrolment] = act(enrolment, context.run.run_id)
        context.log.info(f"{enrolment}: {said[enrolment]}")
    return dg.MaterializeResult(metadata=_told(said, time.perf_counter() - started))


def _told(said: Mapping[str, str], seconds: float) -> Metadata:
    counts = Counter(said.values())
    columns = dg.TableSchema(columns=[dg.TableColumn("enrolment"), dg.TableColumn("outcome")])
    rows = [dg.TableRecord({"enrolment": one, "outcome": what}) for one, what in list(said.items())[:_ROWS]]
    return {
        "enrolments": dg.MetadataValue.int(len(said)),
        **{f"outcome/{name}": dg.MetadataValue.int(count) for name, count in sorted(counts.items())},
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
        "by enrolment": dg.MetadataValue.table(rows, columns),
    }


def _asset(
    name: str,
    description: str,
    act: Callable[[Studio], Callable[[str, str], str]],
    *,
    after: Sequence[dg.AssetsDefinition] = (),
    kind: str,
    pool: str | None = None,
) -> dg.AssetsDefinition:
    @dg.asset(
        name=name,
        partitions_def=by_day,
        deps=list(after),
        group_name=GROUP,
        owners=OWNERS,
        kinds={kind},
        code_version=CODE_VERSION,
        description=description,
        pool=pool,
    )
    def step(
        context: dg.AssetExecutionContext, config: EnrolmentConfig, studio: dg.ResourceParam[Studio]
    ) -> dg.MaterializeResult[None]:
        return _handle(context, studio, config, act(studio))

    return step


def _captured(studio: Studio) -> Callable[[str, str], str]:
    def act(enrolment: str, run: str) -> str:
        return check(studio, enrolment, run, only_first=True)[-1].outcome.value

    return act


def _presented(studio: Studio) -> Callable[[str, str], str]:
    def act(enrolment: str, run: str) -> str:
        taken = check(studio, enrolment, run)
        return next((f"{row.outcome.value}: {row.name}" for row in taken if row.rules), taken[-1].outcome.value)

    return act


def _stated(studio: Studio) -> Callable[[str, str], str]:
    def act(enrolment: str, run: str) -> str:
        return state_consent(studio, enrolment, run).outcome.value

    return act


def _settled(studio: Studio) -> Callable[[str, str], str]:
    def act(enrolment: str, run: str) -> str:
        return settle(studio, enrolment, run).value

    return act


captures = _asset(
    "captures", "What was handed in: a recording or photographs that can be read, sealed.", _captured, kind="store"
)
presentation_checks = _asset(
    "presentation_checks",
    "Is it who or what it claims, here and now: numbered steps, each a row with its evidence.",
    _presented,
    after=[captures],
    kind="models",
    pool=POOL,
)
statements = _asset(
    "statements",
    "What the owner says of it, in a form that can be recorded and signed.",
    _stated,
    after=[presentation_checks],
    kind="ledger",
)
likenesses = _asset(
    "likenesses",
    "What each enrolment comes to: a likeness with its first consent in the log, a refusal, or a person's question.",
    _settled,
    after=[statements],
    kind="ledger",
)
ENROLMENTS = (captures, presentation_checks, statements, likenesses)

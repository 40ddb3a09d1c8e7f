"""However a run is started, from the command line or in Dagster, its rows are the same."""

from functools import partial

import dagster as dg
import pytest

import pipelines.launch
from greenroom.domain.briefs import Lane
from greenroom.domain.verdicts import Gate, Outcome
from ledger import verdicts
from ops.briefs import Request, account, submit
from ops.studio import Studio
from pipelines.definitions import build_defs
from pipelines.jobs import BATCH_TAG, CLIPS, STAGES, partition, run_config
from pipelines.launch import run_batch
from warehouse.validation import Validator

FINE = Request(prompt='A woman waves in a garden. She says "Good morning!"', seconds=4, width=128, height=128, seed=1)
UNCONSENTED = FINE.model_copy(update={"likenesses": ("@nobody",)})


@pytest.fixture
def defs(validator: Validator, monkeypatch: pytest.MonkeyPatch) -> dg.Definitions:
    """The definitions with a validator that runs already, for the command line's runs too."""
    monkeypatch.setattr(pipelines.launch, "build_defs", partial(build_defs, {"validator": validator}))
    return build_defs({"validator": validator})


def rows(studio: Studio, brief: str) -> dict[Gate, tuple[Outcome, str, tuple[str, ...]]]:
    """What a brief's verdicts say: outcome, code version, rules."""
    with studio.ledger.read() as tx:
        return {
            gate: (one.judgement.outcome, one.code_version, tuple(rule.id for rule in one.judgement.rules))
            for gate, one in verdicts.latest(tx, brief).items()
        }


def runs(studio: Studio, brief: str) -> set[str]:
    with studio.ledger.read() as tx:
        return {one.run for one in verdicts.of_brief(tx, brief)}


def metadata(instance: dg.DagsterInstance, asset: str) -> dict[str, object]:
    latest = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert latest is not None
    assert latest.asset_materialization is not None
    return {name: value.value for name, value in latest.asset_materialization.metadata.items()}


@pytest.mark.slow
@pytest.mark.usefixtures("plain")
def test_three_ways_to_start_a_run_leave_the_same_rows(
    studio: Studio, instance: dg.DagsterInstance, defs: dg.Definitions
) -> None:
    requester, job = account(studio, "ada"), defs.resolve_job_def(CLIPS)
    code = {gate: stage.code_versions_by_key[stage.key] for gate, stage in zip(Gate, STAGES, strict=True)}

    # 1. The command line, with a batch. One that is denied leaves its neighbour alone.
    batch, (fine, denied) = submit(studio, (FINE, UNCONSENTED), requester, Lane.BATCH)
    run = run_batch(batch)
    found = instance.get_run_by_id(run)
    assert found is not None
    assert (found.status, found.tags[BATCH_TAG]) == (dg.DagsterRunStatus.SUCCESS, batch.id)
    assert runs(studio, fine.id) == {run}
    assert rows(studio, fine.id) == {gate: (Outcome.ALLOW, code[gate], ()) for gate in Gate}
    assert metadata(instance, "publications")["published"] == 1
    assert {gate: row[0] for gate, row in rows(studio, denied.id).items()} == {Gate.CONSENT: Outcome.DENY}
    shown = metadata(instance, "consents")
    assert (shown["briefs"], shown["outcome/allow"], shown["outcome/deny"]) == (2, 1, 1)
    assert metadata(instance, "prompts")["outcome/refused earlier"] == 1

    # 2. Dagster, for a partition without a batch: every brief of its day and lane, and no other.
    trend, (first,) = submit(studio, (FINE,), requester, Lane.TREND)
    _, (other,) = submit(studio, (FINE,), requester, Lane.RESCAN)
    assert job.execute_in_process(instance=instance, partition_key=partition(trend)).success
    assert rows(studio, first.id) == rows(studio, fine.id)
    assert rows(studio, other.id) == {}

    # 3. Dagster, with a batch in the run's configuration.
    batch, (second,) = submit(studio, (FINE,), requester, Lane.INTERACTIVE)
    done = job.execute_in_process(instance=instance, partition_key=partition(batch), run_config=run_config(batch.id))
    assert done.success
    assert rows(studio, second.id) == rows(studio, fine.id)

    # Each left a materialization of every stage, and of the snapshot.
    for asset in (*(stage.key for stage in STAGES), dg.AssetKey("snapshots")):
        assert len(instance.get_materialized_partitions(asset)) == 3


def test_a_partition_of_nothing_is_a_run_of_nothing(
    studio: Studio, instance: dg.DagsterInstance, defs: dg.Definitions
) -> None:
    key = dg.MultiPartitionKey({"day": "2026-11-01", "lane": "batch"})
    assert defs.resolve_job_def(CLIPS).execute_in_process(instance=instance, partition_key=key).success
    assert metadata(instance, "takes")["briefs"] == 0

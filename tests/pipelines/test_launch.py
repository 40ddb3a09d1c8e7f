"""A batch from the command line, and a partition materialized without one, leave the same kind of rows."""

import dagster as dg

from greenroom.domain.briefs import Lane
from greenroom.domain.verdicts import Gate, Outcome
from ledger import verdicts
from ops.briefs import Request, account, submit
from ops.studio import Studio
from pipelines.definitions import build_defs
from pipelines.instance import open_instance
from pipelines.jobs import BATCH_TAG, CLIPS
from pipelines.launch import run_batch


def outcomes(studio: Studio, brief: str) -> dict[Gate, Outcome]:
    with studio.ledger.read() as tx:
        return {gate: verdict.judgement.outcome for gate, verdict in verdicts.latest(tx, brief).items()}


FINE = Request(prompt="A cat sits in a garden", seconds=4, width=128, height=128)
UNCONSENTED = FINE.model_copy(update={"likenesses": ("@nobody",)})


def test_one_denied_brief_leaves_its_neighbour_alone(studio: Studio) -> None:
    batch, (fine, denied) = submit(studio, (FINE, UNCONSENTED), account(studio, "ada"), Lane.BATCH)
    run = run_batch(batch)
    assert outcomes(studio, fine.id)[Gate.PROMPT] is Outcome.ALLOW
    assert outcomes(studio, denied.id) == {Gate.CONSENT: Outcome.DENY}
    with open_instance() as instance:
        found = instance.get_run_by_id(run)
        assert found is not None
        assert (found.status, found.tags[BATCH_TAG]) == (dg.DagsterRunStatus.SUCCESS, batch.id)
        latest = instance.get_latest_materialization_event(dg.AssetKey("consents"))
        assert latest is not None
        assert latest.asset_materialization is not None
        metadata = latest.asset_materialization.metadata
        assert (metadata["outcome/allow"].value, metadata["outcome/deny"].value) == (1, 1)


def test_a_partition_without_a_batch_handles_every_brief_of_its_day_and_lane(studio: Studio) -> None:
    batch, (brief,) = submit(studio, (FINE,), account(studio, "ada"), Lane.TREND)
    submit(studio, (FINE,), account(studio, "ada"), Lane.BATCH)
    key = dg.MultiPartitionKey({"day": batch.day.isoformat(), "lane": "trend"})
    with open_instance() as instance:
        assert build_defs().resolve_job_def(CLIPS).execute_in_process(instance=instance, partition_key=key).success
    assert outcomes(studio, brief.id)[Gate.PROMPT] is Outcome.ALLOW
    with studio.ledger.read() as tx:
        assert {one.run for one in verdicts.of_brief(tx, brief.id)} != {""}

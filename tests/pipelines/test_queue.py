"""A batch filed without a run is given one by the sensor: once, and again when its run was killed."""

from datetime import timedelta

import dagster as dg
import pytest

import ops.waiting
from greenroom.domain.briefs import Batch, Lane
from greenroom.domain.verdicts import Outcome
from ops.briefs import Request, account, of_batch, submit
from ops.stages import consent
from ops.stages.handling import handle
from ops.studio import Studio
from pipelines.definitions import build_defs
from pipelines.jobs import BATCH_TAG, CLIPS
from pipelines.queue import ATTEMPTS, waiting_batches

FINE = Request(prompt="A cat sits in a garden")
REFUSED = Request(prompt="A cat sits in a garden", likenesses=("@nobody",))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.waiting.unfinished, "__defaults__", (timedelta(0),))  # no wait for batches to settle


def filed(studio: Studio, request: Request = FINE) -> Batch:
    batch, _ = submit(studio, (request,), account(studio, "ada"), Lane.BATCH)
    return batch


def asked(studio: Studio, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    context = dg.build_sensor_context(instance=instance, resources={"studio": studio}, definitions=build_defs())
    answer = waiting_batches(context)
    return list(answer.run_requests or []) if isinstance(answer, dg.SensorResult) else []


def test_a_waiting_batch_is_asked_for_with_its_partition_and_its_briefs(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    batch = filed(studio)
    (request,) = asked(studio, instance)
    assert (request.run_key, request.tags[BATCH_TAG]) == (batch.id, batch.id)
    assert request.partition_key == f"{batch.day.isoformat()}|batch"
    # What it asks for is a run that Dagster accepts.
    assert dg.validate_run_config(build_defs().resolve_job_def(CLIPS), request.run_config)


def test_a_batch_that_is_at_its_end_is_not_asked_for(studio: Studio, instance: dg.DagsterInstance) -> None:
    (brief,) = of_batch(studio, filed(studio, REFUSED).id)
    assert handle(studio, consent.DEFINITION, brief, "run").outcome is Outcome.DENY
    assert asked(studio, instance) == []


def test_a_batch_with_a_run_waits_for_nothing_and_a_killed_one_waits_again(
    studio: Studio, instance: dg.DagsterInstance
) -> None:
    batch = filed(studio)

    def run(number: int) -> dg.DagsterRun:
        made = dg.DagsterRun(
            job_name=CLIPS,
            run_id=f"00000000-0000-4000-8000-00000000000{number}",
            status=dg.DagsterRunStatus.STARTED,
            tags={BATCH_TAG: batch.id},
        )
        return instance.add_run(made)

    first = run(1)
    assert asked(studio, instance) == []
    instance.report_run_canceled(first)
    assert [request.run_key for request in asked(studio, instance)] == [f"{batch.id}/1"]
    # It is not tried for ever.
    for number in range(2, ATTEMPTS + 1):
        instance.report_run_canceled(run(number))
    assert asked(studio, instance) == []


def test_a_batch_just_filed_is_left_to_whoever_filed_it(
    studio: Studio, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ops.waiting.unfinished, "__defaults__", (ops.waiting.SETTLE,))
    filed(studio)
    assert asked(studio, instance) == []

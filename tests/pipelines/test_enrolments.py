"""An enrolment that waits is carried by a run, at the sensor's next tick, and again when that run was killed."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import dagster as dg

from bench.captures import CaptureKind, record, script_of
from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Audience, LikenessKind, Terms
from greenroom.domain.enrolments import Challenge, Enrolment, EnrolmentState, EnrolmentStep
from ledger import enrolments, likenesses, log, verifications
from ops.briefs import account
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import adult, standing
from ops.studio import Studio
from pipelines.definitions import build_defs
from pipelines.enrol import carry
from pipelines.enrolments import ATTEMPTS, ENROL, ENROLMENT_TAG, config, today, waiting_enrolments

SEED, WHO = 3, 782
STRUCK_AFTER = 4  # movements: the phrase is being listened to when the process is killed


def filed(studio: Studio, recording: Path) -> Enrolment:
    """A genuine answer of a verified account, to a challenge with the seed's script."""
    ada, script, moment = account(studio, "ada"), script_of(SEED), now()
    challenge = Challenge(
        id=new_id("ch"),
        account=ada.id,
        words=script.words,
        directions=script.directions,
        expires_at=moment + timedelta(minutes=5),
        recorded_at=moment,
    )
    with studio.ledger.write() as tx:
        enrolments.add_challenge(tx, challenge)
        verifications.add(tx, adult(ada.id, ada.id))
    said = Terms(audience=Audience.OWNER, statement="It is me, and I agree.")
    return file(studio, Asked("eve", LikenessKind.PERSON, "person", said, (recording,), challenge.id), ada)


def genuine(folder: Path) -> Path:
    return record(CaptureKind.GENUINE, SEED, folder, who=WHO).path


def asked(studio: Studio, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """What one tick of the sensor asks for."""
    context = dg.build_sensor_context(instance=instance, resources={"studio": studio}, definitions=build_defs())
    answer = waiting_enrolments(context)
    return list(answer.run_requests or []) if isinstance(answer, dg.SensorResult) else []


def steps(studio: Studio, enrolment: Enrolment) -> tuple[EnrolmentStep, ...]:
    with studio.ledger.read() as tx:
        return enrolments.steps(tx, enrolment.id)


def test_no_run_is_asked_for_when_no_enrolment_waits(studio: Studio, instance: dg.DagsterInstance) -> None:
    assert asked(studio, instance) == []


def test_a_run_killed_in_the_middle_of_a_check_is_finished_by_the_next(
    studio: Studio, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    enrolment = filed(studio, genuine(tmp_path))
    # 1. It waits: the next tick asks for one run, for it alone.
    (request,) = asked(studio, instance)
    assert request.run_key == f"{enrolment.id}/0"
    assert (request.partition_key, request.run_config) == (today(), config([enrolment.id]))
    # 2. A process takes it up, and is killed while it looks.
    with subprocess.Popen([sys.executable, "-m", "pipelines.enrol", enrolment.id], env=dict(os.environ)) as process:
        for rows in (1, STRUCK_AFTER):
            while len(steps(studio, enrolment)) < rows:
                assert process.poll() is None
                time.sleep(0.02)
            if rows == 1:
                assert asked(studio, instance) == []  # it is being looked at
        process.kill()
    before = steps(studio, enrolment)
    assert STRUCK_AFTER <= len(before) < 11
    assert standing(studio, enrolment.id).state is EnrolmentState.FILED
    # 3. The sensor sees that its process is gone, and asks again.
    assert [one.run_key for one in asked(studio, instance)] == [f"{enrolment.id}/1"]
    # 4. The next run goes on after the last row, and nothing is done twice.
    second = carry(enrolment.id)
    after = steps(studio, enrolment)
    assert after[: len(before)] == before
    assert {row.run for row in after[len(before) :]} == {second}
    assert [row.number for row in after] == list(range(1, 13))
    assert standing(studio, enrolment.id).state is EnrolmentState.ENROLLED
    assert carry(enrolment.id) != second
    assert steps(studio, enrolment) == after
    with studio.ledger.read() as tx:
        assert [one.handle for one in likenesses.every(tx)] == ["eve"]
        assert log.size(tx) == 1
    assert asked(studio, instance) == []


def test_an_enrolment_that_stops_every_run_is_not_tried_for_ever(
    studio: Studio, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    enrolment = filed(studio, genuine(tmp_path))
    for number in range(ATTEMPTS):
        assert [one.run_key for one in asked(studio, instance)] == [f"{enrolment.id}/{number}"]
        run = dg.DagsterRun(
            job_name=ENROL,
            run_id=f"00000000-0000-4000-8000-00000000000{number}",
            status=dg.DagsterRunStatus.STARTED,
            tags={ENROLMENT_TAG: enrolment.id},
        )
        instance.report_run_canceled(instance.add_run(run))
    assert asked(studio, instance) == []

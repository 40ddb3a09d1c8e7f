"""A killed run is found by its lock: Dagster is told, and its slot in a pool is free again."""

import signal
import subprocess
import sys

import dagster as dg

from greenroom.settings import Settings
from pipelines.instance import open_instance
from pipelines.liveness import alive, end_dead

RUN = "00000000-0000-4000-8000-00000000dead"

# A run in a process of its own that takes the slot of the generator and says so, then hangs until it is killed.
HANGING = f"""
import sys, time
import dagster as dg
from greenroom.settings import Settings
from pipelines.instance import open_instance
from pipelines.liveness import alive

@dg.op(pool="generator")
def hang():
    print("started", flush=True)
    time.sleep(600)

@dg.job(executor_def=dg.in_process_executor)
def hanging():
    hang()

with open_instance() as instance, alive(Settings.load(), {RUN!r}):
    hanging.execute_in_process(instance=instance, run_id={RUN!r})
"""


def status(instance: dg.DagsterInstance) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(RUN)
    assert run is not None
    return run.status


def slots(instance: dg.DagsterInstance) -> int:
    return instance.event_log_storage.get_concurrency_info("generator").active_slot_count


def test_a_killed_run_is_reported_and_its_slot_is_free(settings: Settings) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        with open_instance() as instance:
            # While it lives, nobody calls it dead.
            assert end_dead(instance, settings) == ()
            assert (status(instance), slots(instance)) == (dg.DagsterRunStatus.STARTED, 1)
            # Killed, it is found once, and what it held is free.
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert end_dead(instance, settings) == (RUN,)
            assert (status(instance), slots(instance)) == (dg.DagsterRunStatus.CANCELED, 0)
            assert end_dead(instance, settings) == ()


def test_a_mark_within_a_mark_is_the_same_mark(settings: Settings) -> None:
    locks = settings.home / "dagster" / "alive"
    with alive(settings, RUN):
        with alive(settings, RUN):
            pass
        assert [path.name for path in locks.iterdir()] == [f"{RUN}.lock"]
    assert list(locks.iterdir()) == []


def test_a_run_of_another_machine_is_left_alone(settings: Settings) -> None:
    with open_instance() as instance:
        instance.add_run(dg.DagsterRun(job_name="clips", run_id=RUN, status=dg.DagsterRunStatus.STARTED))
        assert end_dead(instance, settings) == ()
        assert status(instance) is dg.DagsterRunStatus.STARTED

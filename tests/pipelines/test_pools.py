"""A pool bounds how many work at once, over all runs of an installation: one generator, one writer of the warehouse."""

import json
import subprocess
import sys

import pytest

POOLS = ["generator", "warehouse", ""]  # and none, which bounds nothing

# One of two processes. For each pool: it says that it is ready, waits for the word, and says when its asset worked.
WORKER = """
import json, sys, time
import dagster as dg
from pipelines.instance import open_instance

def job_in(pool):
    @dg.asset(pool=pool or None)
    def worker():
        started = time.monotonic()
        time.sleep(0.6)
        print(json.dumps([started, time.monotonic()]), flush=True)

    job = dg.define_asset_job("workers", selection=[worker], executor_def=dg.in_process_executor)
    return dg.Definitions(assets=[worker], jobs=[job]).resolve_job_def("workers")

with open_instance() as instance:
    for pool in sys.argv[1:]:
        job = job_in(pool)
        print("ready", flush=True)
        sys.stdin.readline()
        job.execute_in_process(instance=instance)
"""


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.usefixtures("settings")
def test_two_runs_never_work_in_one_pool_at_once() -> None:
    start = [sys.executable, "-c", WORKER, *POOLS]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    processes = [subprocess.Popen(start, text=True, stdin=pipe, stdout=pipe, stderr=nothing) for _ in range(2)]
    try:
        overlapped = {}
        for pool in POOLS:
            assert [heard(process) for process in processes] == ["ready", "ready"]
            for process in processes:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            first, second = sorted(json.loads(heard(process)) for process in processes)
            overlapped[pool] = second[0] < first[1]
        assert overlapped == {"generator": False, "warehouse": False, "": True}
    finally:
        for process in processes:
            process.kill()
            process.communicate()

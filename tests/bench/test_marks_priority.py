"""A bench that encodes AV1 leaves the machine to others."""

import os
from pathlib import Path

import numpy as np

from bench.marks.codecs import av1


def test_no_thread_stays_real_time() -> None:
    av1(40).through(np.zeros((2, 64, 64, 3), np.uint8))
    threads = [int(thread.name) for thread in Path("/proc/self/task").iterdir()]
    assert {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_OTHER}

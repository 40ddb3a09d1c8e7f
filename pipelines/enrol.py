"""Carrying one enrolment: in this process for a command, in a process of its own for a page, which loads no model."""

import subprocess
import sys

from greenroom.processes import running
from pipelines.enrolments import ENROL, ENROLMENT_TAG, config, today
from pipelines.launch import execute


def carry(enrolment: str) -> str:
    """Carry an enrolment through its steps; the run's id. Raises the error that stopped it."""
    return execute(ENROL, today(), config([enrolment]), {ENROLMENT_TAG: enrolment})


def start(enrolment: str) -> None:
    """Carry an enrolment in a process of its own, which nobody waits for; the sensor finds it if that is killed."""
    command = running("pipelines.enrol", enrolment)
    subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


if __name__ == "__main__":
    carry(sys.argv[1])

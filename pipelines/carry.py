"""Carrying on a batch that a page approved, in a process of its own: serving loads no pipeline."""

import subprocess
import sys

from greenroom.processes import running
from greenroom.settings import Settings
from ledger import briefs
from ops.studio import open_studio
from pipelines.launch import run_batch


def start(batch: str) -> None:
    """Carry a batch in a process that nobody waits for; the sensor finds it if that is killed."""
    command = running("pipelines.carry", batch)
    subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def carry(batch_id: str) -> None:
    """Carry a batch through all stages, if there is one of this id."""
    with open_studio(Settings.load()) as studio, studio.ledger.read() as tx:
        batch = briefs.batch(tx, batch_id)
    if batch is not None:
        run_batch(batch)


if __name__ == "__main__":
    carry(sys.argv[1])

"""The log's head, signed and kept: after each batch, so that nobody can take back what a batch published."""

from greenroom.domain.base import Frozen
from ledger import checkpoints, log
from ops.receipts import signer
from ops.studio import Studio
from ops.witness import ask_quietly


class Checkpoint(Frozen):
    """A signed head: how many leaves the log had, its root, and the note to keep."""

    size: int
    root: str
    note: str


def publish_checkpoint(studio: Studio) -> Checkpoint:
    """Sign the log's head with this installation's key and keep the note; the same head is signed once.

    Then the witnesses are asked to cosign it; one that is down, or refuses, is logged and stops nothing.
    """
    key = signer(studio)
    with studio.ledger.write() as tx:
        note = checkpoints.publish(tx, key)
        head = log.head(tx)
    ask_quietly(studio)
    return Checkpoint(size=head.size, root=head.root, note=note)

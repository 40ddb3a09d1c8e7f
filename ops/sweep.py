"""After something was taken back: it is erased, and the log that says so is signed and kept outside the database."""

from ledger import log_file
from ops.checkpoint import publish_checkpoint
from ops.erase import Swept, erase_due
from ops.studio import Studio


def sweep(studio: Studio, run: str = "") -> Swept:
    """Carry out every open order to erase, and keep the log's signed head: an older ledger is known by it."""
    swept = erase_due(studio, run)
    publish_checkpoint(studio)
    keep_log(studio)
    return swept


def keep_log(studio: Studio) -> int:
    """Bring the log's files beside the ledger up to its last signed checkpoint; how many leaves they hold."""
    with studio.ledger.read() as tx:
        return log_file.export(tx, studio.settings.log)

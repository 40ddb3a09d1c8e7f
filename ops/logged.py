"""A record held against the transparency log: the leaf that it names is its own, in the log that was signed last."""

from dataclasses import dataclass

from greenroom.errors import LogInconsistent, NotFound
from ledger import checkpoints, log
from ledger.database import Reader
from ops.receipts import signer
from ops.studio import Studio
from ops.verifying.facts import LogFacts


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest checkpoint: how many leaves it covers (0: none yet). `fault`: why the log is not the one it signs."""

    size: int = 0
    fault: str | None = None


def newest(studio: Studio, tx: Reader) -> Signed:
    """The newest checkpoint, held against its signature and the log."""
    note = checkpoints.latest(tx)
    if note is None:
        return Signed()
    # The log keeps its key when the installation is given another name, and its older notes keep theirs.
    verifier = checkpoints.Verifier(note.partition("\n")[0], signer(studio).verifier.public)
    try:
        stated = checkpoints.verify(note, verifier)
        kept = log.head(tx, stated.size)
    except (LogInconsistent, NotFound) as error:
        return Signed(fault=f"the log's newest checkpoint does not hold: {error.fact}")
    if kept != stated:
        return Signed(fault=f"the log is not the one that was signed at {stated.size} leaves: it was changed since")
    return Signed(stated.size)


def logged(tx: Reader, signed: Signed, kind: log.Kind, statement: str | None, leaf: int, what: str) -> LogFacts:
    """Whether `leaf` holds `statement`, the salted hash (hex) of a record as it stands in the ledger now.

    `what` names the record in words; a statement of None is a record that is not what its own signature says.
    """
    size, root, reason = log.size(tx), "", signed.fault
    try:
        root = log.head(tx).root
        found = log.leaf(tx, leaf)
        proof = log.prove(tx, leaf, signed.size if leaf < signed.size else None)
    except NotFound:
        reason = f"{what} names leaf {leaf} of the log, which has {size} leaves"
    except LogInconsistent as error:
        reason = error.fact
    else:
        if (found.kind, found.hash) != (kind, statement):
            reason = f"{what} does not agree with leaf {leaf} of the log: one of them was changed after it was written"
        elif not proof.holds():
            reason = f"leaf {leaf} of the log is not proved to be in it: the log was changed"
    return LogFacts(
        included=reason is None,
        leaf=leaf,
        tree_size=size,
        root=root,
        signed=reason is None and leaf < signed.size,
        reason=reason,
    )

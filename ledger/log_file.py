"""The log as plain files, outside every database: all leaves, a line each, and the last signed checkpoint.

They tell nothing (salted hashes only) and lie beside the ledger and with each backup: a ledger that was restored from
an older copy, or lost, is caught by them.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from greenroom.domain.base import canonical
from greenroom.errors import LogInconsistent
from ledger import base64_canonical, checkpoints, log
from ledger.checkpoints import Verifier
from ledger.database import Reader
from ledger.schema import log_leaves

LEAVES, CHECKPOINT = "leaves.jsonl", "checkpoint.txt"
_AT_ONCE = 5000  # leaves read at once
_NAMED = 20  # lost leaves said one by one
_TAIL = 4096  # bytes: more than two lines


def export(tx: Reader, folder: Path) -> int:
    """Bring the files up to the last checkpoint that was signed; how many leaves they hold then.

    Leaves are appended and flushed before the checkpoint that speaks of them is swapped in; writers take turns.
    """
    note = checkpoints.latest(tx)
    size = _size(note) if note is not None else 0
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LEAVES).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held = _whole(folder / LEAVES)
        query = select(log_leaves).where(log_leaves.c.index >= held, log_leaves.c.index < size)
        query = query.order_by(log_leaves.c.index).execution_options(yield_per=_AT_ONCE)
        for part in tx.connection.execute(query).mappings().partitions():
            file.writelines(
                canonical(
                    {
                        "index": row["index"],
                        "kind": row["kind"],
                        "hash": row["hash"],
                        "recorded_at": row["recorded_at"].isoformat(),
                    }
                )
                + b"\n"
                for row in part
            )
        file.flush()
        os.fsync(file.fileno())
        if note is not None and size >= held:
            partial = folder / f"{CHECKPOINT}.partial"
            partial.write_text(note, "utf-8")
            partial.replace(folder / CHECKPOINT)
    return max(size, held)


def require_not_behind(tx: Reader, folder: Path, verifier: Verifier | None = None) -> None:
    """Hold a ledger's log against the files in `folder`; nothing is asked where there are none.

    Without a `verifier` the signature is not looked at. Raises `LogInconsistent` when the log lacks leaves that were
    signed for (they are named), or has others.
    """
    if not (folder / CHECKPOINT).exists():
        return
    # 1. What was handed out was signed by this installation.
    note = (folder / CHECKPOINT).read_text("utf-8")
    stated = checkpoints.verify(note, verifier) if verifier is not None else _stated(note)
    # 2. The ledger's log is as long.
    size = log.size(tx)
    if size < stated.size:
        lost = list(_lost(folder, size))
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        raise LogInconsistent(
            f"this ledger's log has {size} leaves, but a checkpoint of {stated.size} was handed out: it lacks "
            f"{', '.join(lost[:_NAMED]) or f'{stated.size - size} leaves'}{more}",
            "It is an older copy: restore a newer one. What it lacks was promised, withdrawals and removals among it.",
        )
    # 3. And extends what was signed.
    if log.head(tx, stated.size) != stated:
        raise LogInconsistent(
            f"this ledger's log differs from the one signed at {stated.size} leaves ({stated.root})",
            "It is another ledger, or was altered: restore the right one from a backup.",
        )


def _lost(folder: Path, size: int) -> Iterator[str]:
    if not (folder / LEAVES).exists():
        return
    with (folder / LEAVES).open(encoding="utf-8") as file:
        for line in file:
            try:
                leaf = json.loads(line)
            except ValueError:  # the last line of a writer that was killed
                return
            if leaf["index"] >= size:
                yield f"leaf {leaf['index']} ({leaf['kind']} of {leaf['recorded_at'][:16]})"


def _whole(path: Path) -> int:
    """How many leaves a file holds, once the half line of a killed writer is cut off."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - _TAIL))
        tail = file.read()
        whole = tail[: tail.rfind(b"\n") + 1]
        file.truncate(end - (len(tail) - len(whole)))
    lines = whole.splitlines()
    return int(json.loads(lines[-1])["index"]) + 1 if lines else 0


def _size(note: str) -> int:
    return _stated(note).size


def _stated(note: str) -> log.Head:
    try:
        _, size, root = note.splitlines()[:3]
        return log.Head(size=int(size), root=base64_canonical.decoded(root).hex())
    except ValueError as error:
        raise LogInconsistent("the checkpoint beside the ledger is no signed note of origin, size and root") from error

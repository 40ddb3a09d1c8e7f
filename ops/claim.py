"""One worker at a time on one brief: a lease with a heartbeat, so that a killed worker's brief is free again soon."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from greenroom.errors import GreenroomError
from ledger import claims
from ops.studio import Studio

_POLL = 0.5  # seconds between two tries for a brief that another worker holds


@contextmanager
def claimed(studio: Studio, brief: str, run: str) -> Iterator[None]:
    """Hold the brief while the block runs; waits for whoever holds it now, at most until their lease runs out.

    A holder whose process on this machine is gone is not waited for.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{run}"[:128]
    while not _acquire(studio, brief, holder):
        time.sleep(_POLL)
    done = threading.Event()
    heart = threading.Thread(target=_beat, args=(studio, brief, holder, done), daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()
        with studio.ledger.write(run=run) as tx:
            claims.release(tx, brief, holder)


def _acquire(studio: Studio, brief: str, holder: str) -> bool:
    with studio.ledger.write() as tx:
        if claims.acquire(tx, brief, holder):
            return True
        other = claims.holder(tx, brief)
        if other is None or not _gone(other):
            return False
        claims.release(tx, brief, other)
        return claims.acquire(tx, brief, holder)


def _gone(holder: str) -> bool:
    """Whether a holder was a process of this machine that no longer runs."""
    host, process, _ = holder.split(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _beat(studio: Studio, brief: str, holder: str, done: threading.Event) -> None:
    while not done.wait(claims.LEASE_SECONDS / 3):
        try:
            with studio.ledger.write() as tx:
                claims.renew(tx, brief, holder)
        except GreenroomError:  # a busy ledger costs one beat; the lease outlasts two
            continue

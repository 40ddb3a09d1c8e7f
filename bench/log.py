"""How fast the log appends and proves, at ten thousand leaves and at ten million.

`python -m bench.log` prints one JSON line for each; milliseconds are of this machine, ratios are to the goals. The
large log is built past the ledger's own writer (it would take longer than anyone waits), by the same hashes and with
the same rows: each proof of it is verified, and so is that it goes on growing.
"""

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import count, repeat
from pathlib import Path

from greenroom.domain.base import digest
from ledger import log, merkle
from ledger.database import Ledger

APPENDS_A_SECOND = 5_000
PROOF_SECONDS = 0.005
SMALL, LARGE = 10_000, 10_000_000  # leaves
BATCH = 1_000
_BATCHES = 20
_PROOFS = 1_000
_PART = 1 << 16  # leaves built at once: bounds the memory
_MOMENT = "2026-11-23 00:00:00.000000"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        ledger = Ledger.open(f"sqlite:///{path}", "bench.greenroom")
        try:
            _fill(path, SMALL)
            small = _proofs(ledger, SMALL, path)
            _appends(ledger, SMALL)
            _fill(path, LARGE)
            large = _proofs(ledger, LARGE, path)
            _line("log, a proof at 10,000,000 leaves against one at 10,000", ratio=large / small)
            _appends(ledger, LARGE)
        finally:
            ledger.close()


def _appends(ledger: Ledger, at: int) -> None:
    """Batches through the ledger's own writer, each committed."""
    began = time.perf_counter()
    for number in range(_BATCHES):
        with ledger.write() as tx:
            log.append_many(tx, [log.NewLeaf(log.Kind.PUBLICATION, digest([at, number, one])) for one in range(BATCH)])
    rate = _BATCHES * BATCH / (time.perf_counter() - began)
    _line(
        f"log, appends in batches of {BATCH:,} at {at:,} leaves", ratio=APPENDS_A_SECOND / rate, appends_a_second=rate
    )
    if at == SMALL:  # and one by one, each in a transaction of its own: what a consent does
        began = time.perf_counter()
        for number in range(200):
            with ledger.write() as tx:
                log.append(tx, log.Kind.CONSENT, digest([at, number]))
        _line("log, appends one a transaction", appends_a_second=200 / (time.perf_counter() - began))


def _proofs(ledger: Ledger, size: int, path: Path) -> float:
    """Inclusion and consistency proofs of places drawn at random, as a command asks them; the median in seconds."""
    drawn = random.Random(size)
    times: dict[str, list[float]] = {"inclusion": [], "consistency": [], "head": []}
    for _ in range(_PROOFS):
        at = drawn.randrange(1, size)
        with ledger.read() as tx:
            began = time.perf_counter()
            inclusion = log.prove(tx, at)
            proved = time.perf_counter()
            consistency = log.consistency(tx, at)
            extended = time.perf_counter()
            head = log.head(tx)
            told = time.perf_counter()
        if not inclusion.holds() or not consistency.holds() or inclusion.root != head.root:
            sys.exit(f"the proof of leaf {at} of {size} does not hold")
        for name, seconds in zip(times, (proved - began, extended - proved, told - extended), strict=True):
            times[name].append(seconds)
    bytes_held = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    for name, found in times.items():
        slowest = statistics.quantiles(found, n=100)[98]
        _line(
            f"log, {name} at {size:,} leaves",
            ratio=slowest / PROOF_SECONDS,
            p50_ms=1000 * statistics.median(found),
            p99_ms=1000 * slowest,
            bytes_on_disk=bytes_held,
        )
    return statistics.median(times["inclusion"])


def _fill(path: Path, size: int) -> None:
    """Grow the log to at least `size` leaves, with the rows that `log.append_many` would write."""
    began = time.perf_counter()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -200000")  # 200 MB
        (by_hash,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_log_leaves_hash'").fetchone()
        database.execute("DROP INDEX ix_log_leaves_hash")  # random places: sorted once at the end
        (first,) = database.execute('SELECT coalesce(max("index") + 1, 0) FROM log_leaves').fetchone()
        edge = dict(_edge(database, first))
        for start in range(first, size, _PART):
            said = [sha256(b"%d" % index).hexdigest() for index in range(start, min(size, start + _PART))]
            leaf = (log.Kind.PUBLICATION.value, _MOMENT, 1)
            insert = 'INSERT INTO log_leaves ("index", hash, kind, recorded_at, revision) VALUES (?, ?, ?, ?, ?)'
            database.executemany(insert, ((index, one, *leaf) for index, one in enumerate(said, start)))
            insert = 'INSERT INTO log_nodes (level, "index", hash) VALUES (?, ?, ?)'
            database.executemany(insert, _nodes(start, said, edge))
            database.commit()
        database.execute(by_hash)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _line(f"log, building {size:,} leaves", seconds=time.perf_counter() - began)


def _nodes(start: int, said: Sequence[str], edge: dict[int, bytes]) -> Iterator[tuple[int, int, bytes]]:
    """The nodes that leaves from `start` on complete, level by level; `edge` holds the last node of each."""
    leaf = log.leaf_data(log.Kind.PUBLICATION, "%s")
    level, at, hashes = 0, start, [merkle.leaf_hash(leaf % one.encode()) for one in said]
    while hashes:
        yield from zip(repeat(level), count(at), hashes, strict=False)
        if at & 1:
            at, hashes = at - 1, [edge[level], *hashes]
        edge[level] = hashes[-1]
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        level, at, hashes = level + 1, at >> 1, [merkle.node_hash(*pair) for pair in pairs]


def _edge(database: sqlite3.Connection, size: int) -> Iterator[tuple[int, bytes]]:
    """The last node of each level of a tree of `size` leaves."""
    for level in range(size.bit_length()):
        query = 'SELECT hash FROM log_nodes WHERE level = ? AND "index" = ?'
        found = database.execute(query, (level, (size >> level) - 1)).fetchone()
        if found is not None:
            yield level, bytes(found[0])


def _line(name: str, **measured: float) -> None:
    sys.stdout.write(json.dumps({"name": name, **{key: round(value, 3) for key, value in measured.items()}}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

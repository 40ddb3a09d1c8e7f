"""`kill -9` while leaves are appended: what was acknowledged is there, nothing is forked, and the log goes on."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger import log
from ledger.database import Ledger

# Appends without end; an index is printed once its transaction is committed.
WRITER = """
import sys
from ledger import log
from ledger.database import Ledger
url, batch = sys.argv[1], int(sys.argv[2])
ledger = Ledger.open(url, "greenroom.test")
while True:
    with ledger.write() as tx:
        first = log.size(tx)
        hashes = [f"{place:064x}" for place in range(first, first + batch)]
        if batch == 1:
            refs = (log.append(tx, log.Kind.CONSENT, hashes[0]),)
        else:
            refs = log.append_many(tx, [log.NewLeaf(log.Kind.CONSENT, one) for one in hashes])
    print(*(ref.index for ref in refs), flush=True)
"""


@pytest.mark.parametrize("batch", [1, 50])
def test_no_acknowledged_leaf_is_lost_and_nothing_forks(sqlite_url: str, tmp_path: Path, batch: int) -> None:
    Ledger.open(sqlite_url, "greenroom.test").close()
    drawn = random.Random(batch)
    kept: log.Head | None = None
    acknowledged: list[int] = []
    for struck in range(4):
        said = tmp_path / f"{struck}.txt"
        with (
            said.open("w") as file,
            subprocess.Popen([sys.executable, "-c", WRITER, sqlite_url, str(batch)], stdout=file) as writer,
        ):
            while not said.stat().st_size:
                assert writer.poll() is None, "the writer ended by itself"
                time.sleep(0.005)
            time.sleep(drawn.uniform(0, 0.2))
            writer.kill()
        whole = said.read_text().rpartition("\n")[0]
        acknowledged += [int(index) for index in whole.split()]
        ledger = Ledger.open(sqlite_url, "greenroom.test")
        with ledger.read() as tx:
            head = log.check(tx)
            assert head.size >= len(set(acknowledged)) == len(acknowledged), "an index was given out twice"
            for index in acknowledged:
                assert log.leaf(tx, index).hash == f"{index:064x}"
            if kept is not None:
                grown = log.consistency(tx, kept.size)
                assert grown.old == kept, "the log of before the kill is not the start of today's"
                assert grown.holds()
            kept = head
        ledger.close()
    assert kept is not None
    assert kept.size % batch == 0, "a batch is there whole or not at all"

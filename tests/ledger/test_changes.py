"""What the warehouse reads: every row past a cursor once, in an order in which references resolve."""

import json
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import changes
from ledger.database import Ledger, Reader
from tests.ledger.conftest import Cast


def read(tx: Reader, after: int, upto: int | None = None) -> list[tuple[str, object]]:
    return [(name, row["revision"]) for name, rows in changes.changes(tx, after, upto) for row in rows]


def test_rows_are_plain_values(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        made.published("clip1", mia, made.likeness("chelsea", mia))
    with ledger.read() as reader:
        found = dict(changes.changes(reader, 0))
    assert list(found) == [name for name in changes.TABLES if name in found]
    account = found["accounts"][0]
    assert account == {
        "id": mia.id,
        "name": "mia",
        "roles": '["member"]',
        "recorded_at": mia.recorded_at,
        "revision": 1,
    }
    publication = found["publications"][0]
    assert json.loads(str(publication["verdicts"])) == ["vd-1", "vd-2"]
    assert isinstance(publication["recorded_at"], datetime)
    assert publication["recorded_at"].tzinfo is UTC
    assert changes.TABLES.index("publications") > changes.TABLES.index("clips")
    assert not {"keys", "claims", "clock", "log_nodes"} & set(changes.TABLES)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.integers(0, 12), max_size=4))
def test_any_cuts_of_the_cursor_hand_out_every_row_once(ledger: Ledger, cast: type[Cast], cuts: list[int]) -> None:
    with ledger.read() as reader:
        filled = reader.revision
    for number in range(filled, 12):
        with ledger.write() as tx:
            cast(tx).account(f"mia{number}")
    with ledger.read() as reader:
        edges = [0, *sorted(cuts), reader.revision]
        pieces = [row for after, upto in pairwise(edges) for row in read(reader, after, upto)]
        assert sorted(pieces) == sorted(read(reader, 0))
        assert changes.counts(reader)["accounts"] == 12
        assert changes.counts(reader, 5)["accounts"] == 5
        assert [name for name, _ in changes.changes(reader, 0, tables=("briefs", "accounts"))] == ["accounts"]

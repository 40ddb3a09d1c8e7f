"""One insert takes ten thousand clips, ten levels deep, on the very next read; the work does not grow with them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Table

from feed.source import MediaKind
from feed.studio import StudioSource
from greenroom.domain.clips import Status
from ledger import notices, publications
from ledger.database import Writer
from ops.likenesses import withdraw
from ops.studio import Studio
from ops.trace import trace

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock

LEVELS = 10
DESCENDANTS = 10_000
MAKERS = 25


@contextmanager
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How many rows writers insert while the block runs, by table; the log's inner nodes depend on its size."""
    found: Counter[str] = Counter()
    plain = Writer.insert

    def insert(self: Writer, table: Table, *rows: Mapping[str, object]) -> None:
        found.update({table.name: len(rows)} if table.name != "log_nodes" else {})
        plain(self, table, *rows)

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "insert", insert)
        yield found


def test_ten_thousand_descendants_ten_levels_deep(
    studio: Studio, stock: "Stock", monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = stock.account("ada")
    makers = [stock.account(f"maker{number}") for number in range(MAKERS)]
    tom, luna = stock.likeness("tom", ada), stock.likeness("luna", ada)
    others = stock.forest(makers, luna, levels=2, clips=100)
    family = stock.forest(makers, tom, levels=LEVELS, clips=DESCENDANTS + 1)
    stock.snapshot()
    source = StudioSource(studio)
    first = source.page(None, 12)
    assert {clip.id for clip in first.clips} <= set(family)

    with written(monkeypatch) as small:
        withdraw(studio, "luna", ada, "")
    with written(monkeypatch) as large:
        withdraw(studio, "tom", ada, "")
    with studio.ledger.read() as tx:
        assert publications.visible(tx, family) == set()
    page = source.page(None, 12)

    # As many rows, whether a hundred clips go or ten thousand: one notice a maker, one order.
    assert small == large == {"withdrawals": 1, "log_leaves": 1, "erasure_orders": 1, "notices": MAKERS}
    assert page.clips == ()
    assert page.next is None, "nothing hides behind pages of withdrawn clips"
    assert source.clip(family[-1]) is None
    assert source.provenance(family[-1]) is None
    assert source.media(family[-1], MediaKind.VIDEO) is None
    assert trace(studio, family[-1]).status is Status.WITHDRAWN
    assert set(others).isdisjoint(family)
    with studio.ledger.read() as tx:
        told = [len(notices.of_account(tx, maker.id, likeness=tom[0].id)) for maker in makers]
    assert told == [1] * MAKERS

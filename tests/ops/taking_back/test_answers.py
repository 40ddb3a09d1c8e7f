"""The feed, the trace and the warehouse call a clip by the same status, whichever way it was taken back."""

from typing import TYPE_CHECKING

from feed.studio import StudioSource
from greenroom.domain.clips import Status
from ops.likenesses import withdraw
from ops.studio import Studio
from ops.trace import trace
from ops.uses import delete_use
from ops.warehouse import snapshot

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock


def test_removed_withdrawn_and_published_are_told_apart_everywhere(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom, luna = stock.likeness("tom", ada), stock.likeness("luna", ada)
    withdrawn, removed = stock.published(bob, tom), stock.published(bob, luna)
    both, shown = stock.published(bob, tom), stock.published(bob, luna)
    draft, marked = stock.draft(bob, luna)
    for clip in (removed.clip, marked.clip):
        delete_use(studio, "luna", ada, clip)
    delete_use(studio, "tom", ada, both.clip)
    withdraw(studio, "tom", ada, "")
    expected = {
        withdrawn.clip: Status.WITHDRAWN,
        removed.clip: Status.REMOVED,
        both.clip: Status.REMOVED,
        shown.clip: Status.PUBLISHED,
    }
    stock.snapshot()
    with snapshot(studio) as opened:
        told = {clip: opened.ask("trace", clip=clip)[0]["status"] for clip in (*expected, marked.clip)}
        day = draft.day
        counts = {row["status"]: row["briefs"] for row in opened.ask("status_by_day", since=day, until=day)}
        where = {row["clip"]: row["removed"] for row in opened.ask("clips_of_likeness", handle="luna", rows=9)}
    assert told == {**expected, marked.clip: Status.REMOVED}
    assert {clip: trace(studio, clip).status for clip in expected} == expected
    assert counts == {"withdrawn": 1, "removed": 3, "published": 1}
    assert where == {removed.clip: True, shown.clip: False}
    source = StudioSource(studio)
    assert [clip.id for clip in source.page(None, 12).clips] == [shown.clip]
    assert [clip for clip in expected if source.clip(clip) is not None] == [shown.clip]

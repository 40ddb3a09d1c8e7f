"""Two things at once, in order: what consumes a stream works on one item while the stream makes the next."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")


def consume(work: Callable[[_Item], None], items: Iterable[_Item]) -> None:
    """Call `work` with each item, in order, on one other thread; at most one call runs, and no item waits behind it.

    `items` must hand out something new each time, not one buffer filled again. Raises what `work` or `items` raises;
    after an error of `work` at most one more item is made.
    """
    with ThreadPoolExecutor(1, "overlap") as pool:
        running: Future[None] | None = None
        for item in items:
            if running is not None:
                running.result()
            running = pool.submit(work, item)
        if running is not None:
            running.result()

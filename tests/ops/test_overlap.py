"""One item is worked on while the next is made, and no error is lost."""

import threading
from collections.abc import Iterator

import pytest

from ops.overlap import consume


def test_items_come_in_order_one_at_a_time_on_another_thread() -> None:
    seen: list[int] = []
    threads: set[int] = set()

    def work(item: int) -> None:
        seen.append(item)
        threads.add(threading.get_ident())

    consume(work, range(50))
    assert seen == list(range(50))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_the_next_item_is_made_while_one_is_worked_on() -> None:
    second_is_made = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        second_is_made.set()
        yield 2

    consume(lambda item: None if second_is_made.wait(10) else pytest.fail("the stream waited for the work"), items())


def test_errors_of_either_side_reach_the_caller() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    def refuse(item: int) -> None:
        raise ValueError(f"no {item}")

    with pytest.raises(ValueError, match="no 0"):
        consume(refuse, items())
    assert made == [0, 1]
    with pytest.raises(ZeroDivisionError):
        consume(lambda item: None, (1 // number for number in (1, 0)))

"""How far long work has come: operations report to whoever listens in this context, and know nothing of terminals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.roles import Progress

Listener = Callable[[str, str, float], None]  # brief, what is being done, share done 0 to 1
_listener: ContextVar[Listener | None] = ContextVar("progress listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have all work in this context report to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def reporter(brief: str) -> "Progress":
    """A progress function for work on one brief; silent when nobody listens."""
    listener = _listener.get()

    def report(what: str, share: float) -> None:
        if listener is not None:
            listener(brief, what, share)

    return report

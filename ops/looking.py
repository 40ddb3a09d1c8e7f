"""Asking a model of a clip: one that is missing or goes wrong leaves a reason, and the others go on.

What crashed once on a clip is not asked of it again; the next clip is a new try.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Concatenate, Generic, ParamSpec, TypeVar

from greenroom.errors import ModelMissing
from models.roles import Loaded

Role = TypeVar("Role", bound=Loaded)
Answer = TypeVar("Answer")
About = ParamSpec("About")

# What Python raises where a model's code, or the native code below it, meets what it was not made for.
FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)


class Opened(Generic[Role]):
    """A role inside its `with`, or why it could not be opened. It lives as long as `stack`; clips share it."""

    def __init__(self, stack: ExitStack, role: Role) -> None:
        self.role: Role | None = None
        self.reason: str | None = None
        try:
            stack.enter_context(role)
            self.role = role
        except ModelMissing as missing:
            self.reason = _plain(missing.fact)
        except FAULTS as crash:
            self.reason = _crashed(type(role).__name__, crash)


class Looker(Generic[Role]):
    """An opened role at work on one clip."""

    def __init__(self, opened: Opened[Role]) -> None:
        self._role = opened.role
        self.reason = opened.reason

    @property
    def name(self) -> str | None:
        """The model's name; None where it did not look, or not to the end."""
        return self._role.name if self._role is not None and self.reason is None else None

    def ask(
        self,
        question: Callable[Concatenate[Role, About], Answer],
        otherwise: Answer,
        *about: About.args,
        **more: About.kwargs,
    ) -> Answer:
        """What the role answers to `question` about these things, or `otherwise`; then `reason` says why."""
        if self._role is None or self.reason is not None:
            return otherwise
        try:
            return question(self._role, *about, **more)
        except ModelMissing as failed:
            self.reason = _plain(failed.fact)
        except FAULTS as crash:
            self.reason = _crashed(self._role.name, crash)
        return otherwise


def _crashed(name: str, crash: Exception) -> str:
    return f"{name} crashed with {type(crash).__name__}: {str(crash)[:200]}"


def _plain(fact: str) -> str:
    return fact.rstrip(".")

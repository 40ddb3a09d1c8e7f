"""Briefs and likenesses to plan from."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from greenroom.domain.base import BlobRef
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Likeness, LikenessKind
from greenroom.domain.storyboards import Storyboard
from ops.plan.planner import plan

_BLOB = BlobRef(sha256="0" * 64, size=1, media_type="image/png")
_MOMENT = datetime(2026, 11, 1, tzinfo=UTC)

MakeLikeness = Callable[..., Likeness]
Planned = Callable[..., Storyboard]


@pytest.fixture(scope="session")
def likeness() -> MakeLikeness:
    def make(handle: str, species: str, kind: str = "pet") -> Likeness:
        return Likeness(
            id=f"li-{handle}",
            handle=handle,
            kind=LikenessKind(kind),
            species=species,
            owner="ac-1",
            capture=_BLOB,
            reference=_BLOB,
            recorded_at=_MOMENT,
        )

    return make


@pytest.fixture(scope="session")
def brief() -> Callable[..., Brief]:
    def make(prompt: str, **fields: Any) -> Brief:  # noqa: ANN401 - whatever a brief has
        known: dict[str, Any] = {
            "id": "br-1",
            "batch": "ba-1",
            "requester": "ac-1",
            "seed": 7,
            "lane": Lane.INTERACTIVE,
        }
        return Brief(prompt=prompt, **{**known, "day": date(2026, 11, 1), "recorded_at": _MOMENT, **fields})

    return make


@pytest.fixture(scope="session")
def planned(brief: Callable[..., Brief]) -> Planned:
    """Plan a prompt: `planned("a cat runs", chelsea, seconds=8)`."""

    def make(prompt: str, *likenesses: Likeness, parent: Storyboard | None = None, **fields: Any) -> Storyboard:  # noqa: ANN401
        handles = tuple(one.handle for one in likenesses)
        return plan(brief(prompt, likenesses=handles, **fields), likenesses, parent)

    return make

"""What one view of a frame shows and the others do not is doubted; what all show is believed at its least score."""

from types import TracebackType
from typing import Self

import numpy as np

from models.roles import Picture, PictureFinding
from ops.sights import confirmed


class _Sees:
    """A picture safety role that finds one part, with the scores it is given, look after look."""

    name = "scores by hand"

    def __init__(self, label: str, scores: list[float]) -> None:
        self._label, self._scores = label, iter(scores)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def look(self, picture: Picture) -> tuple[PictureFinding, ...]:
        score = next(self._scores)
        return (PictureFinding(self._label, score, 0, 0, 9, 9),) if score else ()


FRAME = np.zeros((40, 60, 3), np.uint8)


def seen(model: _Sees) -> list[tuple[str, float]]:
    return [(one.label, one.score) for one in confirmed(model, FRAME)]


def test_what_only_one_view_shows_scores_nothing() -> None:
    assert seen(_Sees("BUTTOCKS_EXPOSED", [0.6, 0.6, 0.0, 0.5, 0.5])) == [("BUTTOCKS_EXPOSED", 0.0)]


def test_what_every_view_shows_scores_as_in_the_worst_of_them() -> None:
    assert seen(_Sees("BUTTOCKS_EXPOSED", [0.9, 0.9, 0.8, 0.7, 0.85])) == [("BUTTOCKS_EXPOSED", 0.7)]


def test_what_is_covered_or_hardly_there_is_looked_at_once() -> None:
    assert seen(_Sees("BELLY_COVERED", [0.9])) == [("BELLY_COVERED", 0.9)]
    assert seen(_Sees("BUTTOCKS_EXPOSED", [0.2])) == [("BUTTOCKS_EXPOSED", 0.2)]

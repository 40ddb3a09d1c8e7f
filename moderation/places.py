"""Where in a clip's pictures something was found: evidence that a page can draw for whoever decides.

A box is x, y, width and height as shares of the picture, from its top left, so that it holds at any size.
"""

from collections.abc import Iterable

from pydantic import JsonValue, ValidationError

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import Evidence

Box = tuple[float, float, float, float]

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)  # what was found is the picture itself
MOST = 24  # places of one kind that a verdict keeps: the gravest, then the first


class Place(Frozen):
    """One finding. `second`: where in the clip; `label`: what a person reads beside the box."""

    second: float
    box: Box
    label: str


def shares(x: float, y: float, width: float, height: float, size: tuple[int, int]) -> Box:
    """A box of pixels in a picture of this size (width, height), cut to the picture."""
    wide, high = size
    left, top = min(max(x, 0), wide), min(max(y, 0), high)
    right, bottom = min(max(x + width, left), wide), min(max(y + height, top), high)
    return (
        round(left / wide, 4),
        round(top / high, 4),
        round((right - left) / wide, 4),
        round((bottom - top) / high, 4),
    )


def rows(places: Iterable[Place]) -> list[JsonValue]:
    """Places as the value of evidence."""
    return [one.model_dump(mode="json") for one in [*dict.fromkeys(places)][:MOST]]


def places(evidence: Evidence) -> tuple[Place, ...]:
    """The places that evidence names; none where its value is anything else."""
    value = evidence.value
    if not isinstance(value, list) or not value:
        return ()
    try:
        return tuple(Place.model_validate(one) for one in value)
    except ValidationError:
        return ()

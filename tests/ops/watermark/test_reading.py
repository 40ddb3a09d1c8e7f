"""What a detector answers is a value: nothing found is its default."""

import pytest
from pydantic import ValidationError

from greenroom.domain.base import new_clip_id
from ops.watermark.reading import Reading


def test_nothing_found_is_the_default() -> None:
    assert Reading() == Reading(clip=None, margin=0.0, geometry=None)


def test_it_cannot_be_changed_and_a_margin_is_a_number() -> None:
    clip = new_clip_id()
    found = Reading(clip=clip, margin=3.2, geometry="mirrored")
    assert Reading.model_validate_json(found.model_dump_json()) == found
    with pytest.raises(ValidationError):
        found.clip = None  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Reading(clip=clip, margin=float("nan"))

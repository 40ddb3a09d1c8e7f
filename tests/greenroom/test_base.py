"""A clip's id and the bytes that the invisible mark carries for it are one and the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.base import clip_bytes, clip_id, new_clip_id


@given(st.binary(min_size=8, max_size=8))
def test_eight_bytes_and_an_id_stand_for_each_other(number: bytes) -> None:
    assert clip_bytes(clip_id(number)) == number


def test_a_new_id_is_one() -> None:
    clip = new_clip_id()
    assert clip_id(clip_bytes(clip)) == clip


@pytest.mark.parametrize("text", ["", "0", "0" * 12, "0" * 14, "ilou000000000", "z" * 13, "../../../etc/"])
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="no clip's id"):
        clip_bytes(text)

"""One spelling for what is signed: bits that no byte uses are zero."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import base64_canonical


@given(st.binary(max_size=80))
def test_what_is_written_is_read(data: bytes) -> None:
    assert base64_canonical.decoded(base64.b64encode(data).decode()) == data


@pytest.mark.parametrize("text", ["AB==", "AAB=", "AA", "AA=A", "A A=", "AA==\n", "é"])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|ascii|ASCII|padding|alphabet"):
        base64_canonical.decoded(text)


@given(st.binary(min_size=1, max_size=80), st.integers(min_value=0))
def test_no_bit_of_the_text_is_free(data: bytes, place: int) -> None:
    text = bytearray(base64.b64encode(data))
    text[place % len(text)] ^= 1
    try:
        found = base64_canonical.decoded(text.decode())
    except ValueError:
        return
    assert found != data

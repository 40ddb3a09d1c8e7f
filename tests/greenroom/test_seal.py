"""What is sealed opens for its own subject under its own key, and for nothing else."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.errors import SealBroken
from greenroom.seal import OVERHEAD, seal, unseal

KEY = os.urandom(32)


@given(st.binary(max_size=2000), st.text(max_size=20))
def test_sealed_bytes_come_back(data: bytes, subject: str) -> None:
    sealed = seal(KEY, data, subject)
    assert len(sealed) == len(data) + OVERHEAD
    assert unseal(KEY, sealed, subject) == data


def test_the_same_bytes_never_look_the_same() -> None:
    assert seal(KEY, b"a face", "likeness-1") != seal(KEY, b"a face", "likeness-1")


@given(st.integers(min_value=0, max_value=OVERHEAD + 5), st.integers(min_value=1, max_value=255))
def test_any_altered_byte_breaks_the_seal(at: int, by: int) -> None:
    sealed = bytearray(seal(KEY, b"a face", "likeness-1"))
    sealed[at] ^= by
    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), "likeness-1")


def test_another_key_or_subject_or_a_truncated_blob_breaks_the_seal() -> None:
    sealed = seal(KEY, b"a face", "likeness-1")
    for key, data, subject in [
        (os.urandom(32), sealed, "likeness-1"),
        (KEY, sealed, "likeness-2"),
        (KEY, sealed[:10], "likeness-1"),
    ]:
        with pytest.raises(SealBroken):
            unseal(key, data, subject)

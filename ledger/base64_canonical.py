"""Base64 in its one canonical form: what is signed or proved has one spelling, so that every byte of it counts.

The last character of most texts has bits that no byte uses, and Python's decoder passes over them: two texts would
stand for the same bytes (RFC 4648, section 3.5).
"""

import base64


def decoded(text: str) -> bytes:
    """The bytes of a text. Raises `ValueError` for anything but the text that these bytes are written as."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(f"{text!r} is not the canonical base64 of its bytes")
    return data

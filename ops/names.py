"""What accounts and likenesses may be called; everything that takes a name from a person asks here."""

import re

from greenroom.domain.consents import HANDLE
from greenroom.errors import BadInput

_HANDLE = re.compile(HANDLE)


def checked(name: str) -> str:
    """`name` without its @, if it can be an account's or a likeness's. Raises `BadInput`."""
    bare = name.removeprefix("@")
    if not _HANDLE.fullmatch(bare):
        raise BadInput(
            f"{bare[:60]!r} cannot be a name",
            "Take 2 to 32 of a to z, 0 to 9, _ and . (a letter or figure first).",
        )
    return bare

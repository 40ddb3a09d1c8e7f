"""What accounts and likenesses may be called; everything that takes a name from a person asks here."""

import re
import unicodedata

from greenroom.domain.consents import HANDLE
from greenroom.errors import BadInput

_HANDLE = re.compile(HANDLE)
_MENTION = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9_.]{1,31})")


def checked(name: str) -> str:
    """`name` without its @, if it can be an account's or a likeness's. Raises `BadInput`."""
    bare = name.removeprefix("@")
    if not _HANDLE.fullmatch(bare):
        raise BadInput(
            f"{bare[:60]!r} cannot be a name",
            "Take 2 to 32 of a to z, 0 to 9, _ and . (a letter or figure first).",
        )
    return bare


def mentioned(text: str) -> tuple[str, ...]:
    """The handles that a text names with an @, without it, in their order; an address of mail names none."""
    found = _MENTION.findall(unicodedata.normalize("NFKC", text).lower())
    return tuple(dict.fromkeys(bare for one in found if _HANDLE.fullmatch(bare := one.rstrip("._"))))

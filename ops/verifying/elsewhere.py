"""Where else to ask about a file that leads to no clip here: what it claims of itself, and what is lacking here.

A claim is a stranger's words: it is told as that, and without what could pass for more on a screen.
"""

import re
from collections.abc import Iterator

from ops.credentials.manifest import Lineage
from ops.verifying.facts import Records

EMPTY = (
    "No clip was ever published by this installation, so it knows none, and a mark is read with the key of the "
    "installation that laid it."
)
KEYLESS = (
    "Nothing leads from this to a clip of this installation, neither credentials nor what it shows; but there is no "
    "key for marks here, so none was looked for."
)
_ASK = "the page /verify of its feed answers anyone, and /api/verify a program."
_CLIP = re.compile(r"[0-9a-z]{13}")
_LONGEST = 80  # characters of a name


def lacking(records: Records) -> str | None:
    """Why no answer can be had here, as a sentence; None where one can."""
    if not records.has_published:
        return EMPTY
    return KEYLESS if records.key is None else None


def claimed(lineage: Lineage | None) -> Iterator[str]:
    """What the file says that it is, and that it is to be asked there."""
    if lineage is None:
        return
    clip = f"clip {lineage.clip}" if _CLIP.fullmatch(lineage.clip) else "a clip"
    there = f"{clip} of the installation “{shown(lineage.installation)}”"
    yield f"By its manifest it is {there}: the file claims that, and it is not checked here."
    yield f"Ask there: {_ASK}"


def asking(lineage: Lineage | None) -> Iterator[str]:
    """Whom to ask instead of an installation that cannot know."""
    if lineage is None:
        yield f"Ask the installation that it is said to come from: {_ASK}"
    yield from claimed(lineage)


def shown(name: str) -> str:
    """A name on one line, without control characters or those that turn the text around."""
    return "".join(one for one in name if one.isprintable()).replace("”", "")[:_LONGEST]

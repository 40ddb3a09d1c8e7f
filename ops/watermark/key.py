"""The secret of an installation's invisible marks: made on first use, kept with the other keys."""

import os

from greenroom.settings import Settings
from ledger.keyfiles import read_or_make
from ops.watermark.carrier import MarkKey

_BYTES = 32


def mark_key(settings: Settings) -> MarkKey:
    """The key of this installation's marks. Whoever loses it can no longer read them: it belongs in the backup."""
    return MarkKey(read_or_make(settings.keys / "mark.key", lambda: os.urandom(_BYTES), _BYTES))

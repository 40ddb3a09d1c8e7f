"""The secret of an installation's invisible marks: made on first use, kept with the other keys."""

import os

from greenroom.settings import Settings
from ledger.keyfiles import read_or_make
from ops.watermark.carrier import MarkKey

_FILE, _BYTES = "mark.key", 32


def mark_key(settings: Settings) -> MarkKey:
    """The key of this installation's marks. Whoever loses it can no longer read them: it belongs in the backup."""
    return MarkKey(read_or_make(settings.keys / _FILE, lambda: os.urandom(_BYTES), _BYTES))


def made_mark_key(settings: Settings) -> MarkKey | None:
    """The same where one was made, else None: with one made to look for marks, nobody can have laid any."""
    return mark_key(settings) if (settings.keys / _FILE).exists() else None

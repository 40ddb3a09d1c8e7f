"""What becomes of an error that nobody foresaw: its traceback goes to a file, people get one sentence and the path."""

import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from greenroom.errors import GreenroomError, Unavailable, Unforeseen
from greenroom.settings import Settings
from greenroom.store import FULL

FOLDER: Final = "logs"  # under the home folder
_AGAIN: Final = "What was finished is kept: the same command goes on from there."


def explained(error: Exception) -> GreenroomError:
    """An error of ours that says what `error` means to who runs the command.

    The machine's own refusals (a full disk, a file that may not be read) explain themselves; any other is a fault of
    this program, and its traceback is kept.
    """
    if isinstance(error, OSError) and error.errno is not None:
        place = f"{error.filename}: " if error.filename is not None else ""
        full = "Free space there, then run it again. " if error.errno in FULL else ""
        return Unavailable(f"{place}{error.strerror}", f"{full}{_AGAIN}")
    fact = f"greenroom stopped on an error nobody foresaw: {type(error).__name__}: {str(error)[:300]}"
    try:
        kept = _keep(error)
    except (GreenroomError, OSError) as why:
        return Unforeseen(fact, f"Its traceback could not be kept ({str(why).splitlines()[0]}). {_AGAIN}")
    return Unforeseen(fact, f"Its traceback is in {kept}: send it with what you did. {_AGAIN}")


def _keep(error: Exception) -> Path:
    folder = Settings.load().home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    path.write_text("".join(traceback.format_exception(error)))
    return path

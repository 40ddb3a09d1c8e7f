"""The index on the disk: made from the ledger's fingerprints, disposable, caught up with as clips are published.

Two segments, as the warehouse has them: `base`, made anew now and then, and `recent`, small and rewritten often. What
the ledger has since is read from it and searched in memory, so nothing that was published is ever missing. One process
writes, holding a lock; a file `current.json` names the segments and is replaced by rename, so readers wait for nobody.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from greenroom.domain.base import Frozen, canonical, new_id
from greenroom.domain.removals import Fingerprint
from greenroom.errors import StoreUnavailable
from ledger import fingerprints
from ledger.database import Reader
from ledger.fingerprints import Cursor
from models import fingerprints_picture, fingerprints_sound_keys
from ops.fingerprint_index.arrays import Folder, in_memory
from ops.fingerprint_index.segments import Printed, Segment
from ops.studio import Studio

VERSION = f"{fingerprints_picture.VERSION} {fingerprints_sound_keys.VERSION}"  # of the fingerprints that are kept
_LAYOUT = 1  # of the files: another one is made anew
WAITING = 256  # fingerprints that are read from the ledger at each question, before they are put into `recent`
_BEHIND = 4 * WAITING  # so many that whoever asks puts them there: an index that is new, or was thrown away
_PART = 10_000  # clips read at once: bounds the memory
_LEAST_BASE = 10_000  # clips of `recent` that are worth a new base
_SHARE = 0.1  # of the base, from which `recent` is merged into it
_TRIES = 5  # to open what another process replaces meanwhile


class _Current(Frozen):
    """Which segments there are, and up to which fingerprint of the ledger they reach."""

    version: str = VERSION
    layout: int = _LAYOUT
    base: str | None = None
    recent: str | None = None
    revision: int = 0
    clip: str = ""

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.revision, self.clip)


def segments(studio: Studio, tx: Reader) -> tuple[Segment, ...]:
    """All clips that can be found at the reader's moment, whether or not viewers may see them.

    Raises `StoreUnavailable` where an index has to be made and cannot be written.
    """
    folder = studio.settings.index
    current, found = _opened(folder)
    if not _of_this_ledger(studio, tx, current.cursor):
        rebuild(studio)
        current, found = _opened(folder)
    elif fingerprints.waiting(tx, VERSION, current.cursor, _BEHIND) == _BEHIND:
        with _alone(folder, wait=True):
            _fold(studio, folder)
        current, found = _opened(folder)
    later = [_printed(one) for _, one in fingerprints.after(tx, VERSION, current.cursor, 2 * _BEHIND)]
    if later:
        found = (*found, Segment.of(later, in_memory))
    return found


def catch_up(studio: Studio) -> bool:
    """Put what is waiting in the ledger into the index, if it is worth it and no other process is at it.

    Raises `StoreUnavailable` where it cannot be written.
    """
    folder = studio.settings.index
    with studio.ledger.read() as tx:
        if fingerprints.waiting(tx, VERSION, _current(folder).cursor, WAITING) < WAITING:
            return False
    with _alone(folder, wait=False) as mine:
        if mine:
            _fold(studio, folder)
    return mine


def rebuild(studio: Studio) -> int:
    """Make the index anew from the ledger's fingerprints; how many clips it has. Waits for another process's work.

    Raises `StoreUnavailable` where it cannot be written.
    """
    folder = studio.settings.index
    with _alone(folder, wait=True):
        _replace(folder, _Current())
        _fold(studio, folder)
        _, found = _opened(folder)
    return _clips(found)


def _of_this_ledger(studio: Studio, tx: Reader, cursor: Cursor) -> bool:
    """Whether the index was made from this ledger, and not from one whose place it took."""
    if fingerprints.has(tx, VERSION, cursor):
        return True
    with studio.ledger.read() as later:  # another process may have caught up since the reader's moment
        return fingerprints.has(later, VERSION, cursor)


def _fold(studio: Studio, folder: Path) -> None:
    """Put everything that is waiting into the index; the caller holds the lock."""
    current, found = _opened(folder)
    cursor, fresh = current.cursor, list[Segment]()
    with studio.ledger.read() as tx:
        while later := fingerprints.after(tx, VERSION, cursor, _PART):
            cursor = later[-1][0]
            one = Segment.of((_printed(each) for _, each in later), in_memory)
            fresh.append(one if len(later) < _PART else Segment.mapped(folder / _written(folder, (one,))))
    if not fresh:
        return
    base = found[:1] if current.base is not None else ()
    recent = (*found[len(base) :], *fresh)
    moved = {"revision": cursor.revision, "clip": cursor.clip}
    if _clips(recent) >= max(_LEAST_BASE, _SHARE * _clips(base)):
        _replace(
            folder, current.model_copy(update={**moved, "base": _written(folder, (*base, *recent)), "recent": None})
        )
    else:
        _replace(folder, current.model_copy(update={**moved, "recent": _written(folder, recent)}))


def _clips(segments: Sequence[Segment]) -> int:
    return sum(len(one.clips) for one in segments)


def _written(folder: Path, parts: Sequence[Segment]) -> str:
    name = new_id("sg")
    make = Folder(folder / name)
    Segment.merged(parts, make)
    make.close()
    return name


def _opened(folder: Path) -> tuple[_Current, tuple[Segment, ...]]:
    """The segments that are current; none, where they are lost or not whole."""
    for _ in range(_TRIES):
        current = _current(folder)
        names = [name for name in (current.base, current.recent) if name is not None]
        with suppress(OSError, ValueError):  # replaced since it was named
            return current, tuple(Segment.mapped(folder / name) for name in names)
    return _Current(), ()


def _current(folder: Path) -> _Current:
    try:
        found = _Current.model_validate_json((folder / "current.json").read_bytes())
    except (OSError, ValidationError):
        return _Current()
    return found if (found.version, found.layout) == (VERSION, _LAYOUT) else _Current()


def _replace(folder: Path, current: _Current) -> None:
    """Name other segments, and delete those that no reader will open any more: what is mapped stays readable."""
    partial = folder / f"current.{os.getpid()}"
    partial.write_bytes(canonical(current))
    partial.replace(folder / "current.json")
    for path in folder.glob("sg-*"):
        if path.name not in (current.base, current.recent):
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _alone(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the writer's lock; False when another process does and it is not waited for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
    except OSError as error:
        raise StoreUnavailable(
            f"the index in {folder} cannot be written: {error.strerror}", "Free some space, or see who owns the folder."
        ) from error


def _printed(one: Fingerprint) -> Printed:
    return Printed(one.clip, bytes.fromhex(one.picture), bytes.fromhex(one.sound))

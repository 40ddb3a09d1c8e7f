"""The warehouse kept in step with the ledger: rows past its cursor handed over, validated, and swapped in.

Only `ops` joins the two: the warehouse is handed rows and knows no ledger, and the ledger knows no warehouse. Whether
a clip may be seen is asked of the ledger, so a warehouse that is behind, or gone, hides nothing that was withdrawn.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from greenroom.domain.base import Frozen
from ledger.changes import changes
from ops.studio import Studio
from warehouse.tables import LEDGER_TABLES
from warehouse.validation import Expectation, Validator

if TYPE_CHECKING:
    from warehouse.reader import Snapshot
    from warehouse.snapshot import Candidate, Writer


class Refreshed(Frozen):
    """What a refresh or rebuild came to. `swapped`: what is read now holds every row up to `cursor`, all validated;
    not so when expectations failed: then the snapshot before stays, and they say why."""

    swapped: bool
    cursor: int  # the ledger's revision
    rows: int  # taken in by this
    merged: bool = False  # recent went into base
    expectations: tuple[Expectation, ...] = ()  # empty when there was nothing new
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[Expectation, ...]:
        return tuple(one for one in self.expectations if not one.success)

    @property
    def text(self) -> str:
        """For people."""
        if not self.swapped:
            wrong = "\n".join(f"  {one}" for one in self.failed)
            return f"The new rows are not valid, so the snapshot before them stays:\n{wrong}"
        if not self.rows:
            return f"The warehouse has all there is, up to revision {self.cursor} of the ledger."
        return f"The warehouse took in {self.rows} rows, up to revision {self.cursor} of the ledger."


def refresh(studio: Studio, validator: Validator | None = None) -> Refreshed:
    """Take in what the ledger recorded since the last refresh; all of it when no snapshot can be extended.

    `validator` is one that runs already (its start costs 12 s of CPU); without it one is started, if there is
    anything new. Raises `Unavailable` when another process keeps writing, `WarehouseUnavailable` when the rows cannot
    be written or validated: what was current before stays current.
    """
    return _take_in(studio, validator, anew=False)


def rebuild(studio: Studio, validator: Validator | None = None) -> Refreshed:
    """Make the whole warehouse anew from the ledger, whatever it was. Raises what `refresh` raises."""
    return _take_in(studio, validator, anew=True)


@contextmanager
def snapshot(studio: Studio) -> Iterator["Snapshot"]:
    """The snapshot that is current now, for asking. Raises `WarehouseUnavailable` when there is none."""
    from warehouse.reader import open_snapshot

    with open_snapshot(studio.settings.warehouse) as opened:
        yield opened


def _take_in(studio: Studio, validator: Validator | None, anew: bool) -> Refreshed:
    from warehouse.snapshot import current_or_none, writing  # DuckDB is imported by those who write or ask

    started = time.monotonic()
    with writing(studio.settings.warehouse) as writer, ExitStack() as stack:
        shown = None if anew else current_or_none(studio.settings.warehouse)
        with studio.ledger.read() as tx:
            if shown is not None and shown.cursor > tx.revision:
                shown = None  # another ledger than the one it was made from, or one restored from a backup
            rows = changes(tx, shown.cursor if shown is not None else 0, tables=LEDGER_TABLES)
            first = next(rows, None)
            if first is None and shown is not None:
                return Refreshed(swapped=True, cursor=shown.cursor, rows=0, seconds=time.monotonic() - started)
            running = validator if validator is not None else stack.enter_context(Validator())
            handed = chain([first] if first is not None else [], rows)
            candidate = writer.rebuild(handed, tx.revision) if shown is None else writer.extend(handed, tx.revision)
        refreshed = _published(writer, candidate, running)
    return refreshed.model_copy(update={"seconds": time.monotonic() - started})


def _published(writer: "Writer", candidate: "Candidate", validator: Validator) -> Refreshed:
    """Validate a candidate and make it current; discard it when it is not valid."""
    try:
        validation = validator.check(candidate.base, candidate.recent, candidate.after)
    except BaseException:
        writer.discard(candidate)
        raise
    made, rows = candidate.becomes, sum(one.rows for one in validation.expectations if one.column == "copies")
    if not validation.success:
        writer.discard(candidate)
        return Refreshed(swapped=False, cursor=made.cursor, rows=rows, expectations=validation.expectations)
    writer.publish(candidate, validation)
    if made.merge_due:
        writer.publish(writer.merged(), None)
    return Refreshed(
        swapped=True, cursor=made.cursor, rows=rows, merged=made.merge_due, expectations=validation.expectations
    )

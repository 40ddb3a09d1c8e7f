"""What does not fit: the ledger against its log, published clips against their verdicts and files, the warehouse."""

from collections.abc import Iterator

from greenroom.errors import BlobAltered, BlobMissing
from ledger import audit, changes, media, publications
from ledger.audit import Gap
from ops.studio import Studio
from warehouse.reader import open_snapshot
from warehouse.snapshot import current


def gaps(studio: Studio) -> tuple[Gap, ...]:
    """Every gap of this moment: altered or vanished rows, clips shown on no or refusing verdicts, files that are gone,
    and rows the warehouse took from the ledger that are no longer there.

    Published files are read whole and held against their address: minutes for thousands of clips.
    """
    with studio.ledger.read() as tx:
        found = [*audit.altered(tx), *audit.unjudged(tx)]
    return (*found, *_files(studio), *_warehouse(studio))


def _files(studio: Studio) -> Iterator[Gap]:
    with studio.ledger.read() as tx:
        shown = {one.clip: media.published(tx, one.brief) for one in publications.every_visible(tx)}
    for clip, refs in shown.items():
        for ref in refs:
            try:
                studio.get(ref)
            except (BlobMissing, BlobAltered) as error:
                yield Gap(subject=clip, fact=error.fact)


def _warehouse(studio: Studio) -> Iterator[Gap]:
    if current(studio.settings.warehouse) is None:
        return
    with open_snapshot(studio.settings.warehouse) as snapshot:
        for row in snapshot.ask("gaps"):
            yield Gap(subject=str(row["clip"]), fact=f"warehouse: {row['fact']}")
        kept = snapshot.counts()
        with studio.ledger.read() as tx:
            there = changes.counts(tx, upto=snapshot.cursor)
    for table, rows in there.items():
        if table in kept and kept[table] != rows:
            fact = f"the ledger has {rows} rows that the snapshot has {kept[table]} of: some were deleted or rewritten"
            yield Gap(subject=f"table {table}", fact=fact)
